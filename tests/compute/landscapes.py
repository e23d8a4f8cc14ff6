"""Landscapes of every kind that the formats must carry: odd shapes, odd numbers, odd names."""

import numpy as np

from compute.formats.exchange import COLUMNS
from compute.landscape import Domain, Floats, Landscape, Trajectory

NAMES = [
    "train_loss",
    "test_loss",
    "train_accuracy",
    "test_accuracy",
    "Verlust λ",
    "損失",
    'a "quoted", name',
    " spaced ",
]
SPECIAL = [np.inf, -np.inf, 1e308, -1e308, 5e-324, -2.5e-310, 0.0, -0.0, -1.0, 1.0, np.pi, 0.1, 5e35]


def random_landscape(seed: int, holes: bool = True, line: bool | None = None) -> Landscape:
    """A landscape that is different for each seed; without ``holes`` it has a finite number everywhere."""
    rng = np.random.default_rng(seed)
    line = seed % 4 == 3 if line is None else line
    domain = _domain(rng, line)
    names = [str(name) for name in rng.permutation(NAMES)[: rng.integers(1, 5)]]
    examples = rng.integers(0 if holes else 1, [2, 300, 2**32][seed % 3], domain.shape).astype(np.uint32)
    metrics = {name: _values(rng, domain.shape, holes) for name in names}
    if not holes:
        examples[:] = 1
    return Landscape(f"land {seed}", domain, metrics, examples, _trajectory(rng, seed), _provenance(seed))


def masked(landscape: Landscape, name: str) -> Floats:
    """The values that count, NaN elsewhere."""
    return np.where(landscape.examples > 0, landscape.metrics[name], np.nan)


def same_bits(found: Floats, expected: Floats) -> bool:
    """To the last bit, signs of zeros included; one NaN is like another."""
    if found.dtype != np.float64 or found.shape != expected.shape:
        return False
    a, b = (np.where(np.isnan(values), np.nan, values) for values in (found, expected))
    return a.tobytes() == b.tobytes()


def same_path(found: Trajectory | None, expected: Trajectory | None) -> bool:
    """Column by column, to the last bit."""
    if found is None or expected is None:
        return found is expected
    return all(same_bits(np.asarray(getattr(found, name)), getattr(expected, name)) for name in COLUMNS)


def _domain(rng: np.random.Generator, line: bool) -> Domain:
    (a, b), (c, d) = np.sort(rng.normal(size=(2, 2)) * 10.0 ** rng.choice([-300, -3, 0, 0, 0, 2, 300], (2, 1)), axis=1)
    n_alpha, n_beta = (int(n) for n in rng.integers(2, 12, 2))
    if rng.random() < 0.3:
        a, b = -abs(b), abs(b)  # 0 may be a point
    return Domain((float(a), float(b)), (float(c), float(c if line else d)), n_alpha, 1 if line else n_beta)


def _values(rng: np.random.Generator, shape: tuple[int, int], holes: bool) -> Floats:
    values = rng.normal(size=shape) * 10.0 ** rng.integers(-300, 300, shape)
    special = np.array([number for number in SPECIAL if holes or np.isfinite(number)])
    values = np.where(rng.random(shape) < 0.4, rng.choice(special, shape), values)
    return np.where(rng.random(shape) < 0.2, np.nan, values) if holes else values


def _trajectory(rng: np.random.Generator, seed: int) -> Trajectory | None:
    if seed % 3 == 0:
        return None
    table = rng.normal(size=(len(COLUMNS), int(rng.integers(0, 6)))) * 10.0 ** rng.integers(-5, 5)
    table[4:] = np.where(rng.random(table[4:].shape) < 0.3, [[np.nan], [np.inf], [np.nan]], table[4:])
    return Trajectory(*table)


def _provenance(seed: int) -> dict[str, object]:
    return {
        "kind": "landscape",
        "seed": seed,
        "title": "Lösung <&> \"α\" \\ 'β'\n𝔏",
        "directions": {"kind": "pca", "norms": [1.5, 2.0], "cosine": 1e-300, "nothing": None, "yes": True},
        "explained_variance": [0.75, 0.125],
    }
