"""Golden images: a picture must stay what somebody looked at once. One driver only, or rounding would decide."""

from pathlib import Path

import moderngl
import numpy as np
import pytest
from PIL import Image

FOLDER = Path(__file__).parent / "golden"
FAILURES = Path(__file__).parent / "failures"
DRIVER = "llvmpipe"

# Between versions of the driver a few edge pixels change a lot and all others not at all.
MEAN_DIFFERENCE = 0.25  # of 255, over all pixels and channels
SHARE_OF_PIXELS = 0.004  # that may differ by more than 24 of 255
NOTICEABLE = 24


def check(ctx: moderngl.Context, name: str, pixels: np.ndarray, request: pytest.FixtureRequest) -> None:
    """Compare with tests/golden/NAME.png; on failure leave both and their difference in tests/failures."""
    if DRIVER not in str(ctx.info["GL_RENDERER"]):
        pytest.skip(f"golden images are of {DRIVER}, this is {ctx.info['GL_RENDERER']}")
    path = FOLDER / f"{name}.png"
    if request.config.getoption("--regenerate-golden"):
        FOLDER.mkdir(exist_ok=True)
        Image.fromarray(pixels).save(path, optimize=True)
        return
    assert path.exists(), f"no {path.name}: look at the picture, then run pytest --regenerate-golden"
    golden = np.asarray(Image.open(path).convert("RGB"))
    assert golden.shape == pixels.shape
    difference = np.abs(golden.astype(int) - pixels)
    noticeable = float((difference.max(axis=2) > NOTICEABLE).mean())
    if difference.mean() > MEAN_DIFFERENCE or noticeable > SHARE_OF_PIXELS:
        FAILURES.mkdir(exist_ok=True)
        amplified = np.clip(difference * 4, 0, 255).astype(np.uint8)
        Image.fromarray(np.hstack([golden, pixels, amplified])).save(FAILURES / f"{name}.png")
        pytest.fail(f"{name}: mean difference {difference.mean():.3f}, {noticeable:.2%} of pixels; see tests/failures")
