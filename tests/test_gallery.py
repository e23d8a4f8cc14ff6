"""The gallery: its page says how each picture is made, each picture is there, and is what that command makes."""

import importlib.util
import shlex
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.test_commands import basin

FOLDER = Path(__file__).parents[1] / "docs" / "gallery"
ROOT = FOLDER.parents[1]


def made():
    spec = importlib.util.spec_from_file_location("gallery", FOLDER / "make.py")
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "gallery", module)  # where its dataclass looks for itself
        spec.loader.exec_module(module)
    return module


GALLERY = made()


def test_the_page_shows_every_picture_with_its_command():
    assert (FOLDER / "README.md").read_text(encoding="utf-8") == GALLERY.page()
    there = {path.name for path in FOLDER.iterdir() if path.is_file()}
    assert there == {"README.md", "make.py", *(piece.file for piece in GALLERY.PIECES)}


def test_pictures_are_no_larger_than_a_page_should_load():
    assert sum(path.stat().st_size for path in FOLDER.iterdir() if path.is_file()) < 8e6
    for piece in GALLERY.PIECES:
        if piece.file.endswith((".png", ".gif")):
            with Image.open(FOLDER / piece.file) as image:
                assert f"{image.width}x{image.height}" in piece.arguments
                assert piece.file.endswith(".png") or image.n_frames > 20


@pytest.mark.parametrize("name", ["section.png", "curvature.png"])
def test_a_command_of_the_page_makes_its_picture(name, tmp_path):
    """Read from the page, as somebody would who copies it."""
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    (command,) = [line for line in text.splitlines() if line.startswith("basin ") and name in line]
    arguments = [part if name not in part else str(tmp_path / "p.png") for part in shlex.split(command)[1:]]
    run = basin(*arguments, cwd=ROOT)
    assert run.returncode == 0, run.stderr
    again, kept = (np.asarray(Image.open(path)).astype(int) for path in (tmp_path / "p.png", FOLDER / name))
    assert np.abs(again - kept).mean() < 2
