"""The cells of a surface with holes, and the OBJ mesh that is made of them."""

from pathlib import Path

import numpy as np
import pytest

from compute.errors import BadInputError
from compute.formats.cells import cells
from compute.formats.writing import export
from compute.landscape import Domain, Floats, Landscape

UNMEASURED, DIVERGED = np.nan, np.inf


def boxes(values: Floats) -> list[tuple[int, int, int, int]]:
    """(left, right, low, high) in grid points, after a look at the order of the corners."""
    found = []
    for corners in cells(values):
        row, column = np.divmod(corners, values.shape[1])
        assert (row[0] == row[1] < row[2] == row[3]) and (column[0] == column[3] < column[1] == column[2])
        found.append((int(column[0]), int(column[1]), int(row[0]), int(row[2])))
    return found


def covered(values: Floats) -> Floats:
    """How many cells lie over each unit square; asserts that every corner has a number and no cell touches a hole."""
    times = np.zeros((values.shape[0] - 1, values.shape[1] - 1))
    for left, right, low, high in boxes(values):
        assert np.isfinite(values[[low, low, high, high], [left, right, left, right]]).all()
        assert not np.isinf(values[low : high + 1, left : right + 1]).any()
        times[low:high, left:right] += 1
    return times


@pytest.mark.parametrize("shape", [(2, 2), (2, 7), (3, 5), (6, 4), (5, 5), (17, 9)])
def test_a_complete_surface_has_all_of_the_finest_cells(shape: tuple[int, int]) -> None:
    values = np.zeros(shape)
    rows, columns = shape
    expected = [(c, c + 1, r, r + 1) for r in range(rows - 1) for c in range(columns - 1)]
    assert sorted(boxes(values), key=lambda box: box[2:] + box[:2]) == expected


def test_a_level_that_is_not_refined_keeps_its_cells() -> None:
    values = np.full((9, 9), UNMEASURED)
    values[::4, ::4] = 1
    values[:5:2, :5:2] = 1  # one coarse cell refined
    assert sorted(boxes(values)) == [
        (0, 2, 0, 2), (0, 2, 2, 4), (0, 4, 4, 8), (2, 4, 0, 2), (2, 4, 2, 4), (4, 8, 0, 4), (4, 8, 4, 8),
    ]  # fmt: skip


def test_a_point_that_was_left_out_is_bridged_and_one_that_diverged_is_not() -> None:
    values = np.zeros((5, 5))
    values[1, 1] = UNMEASURED
    times = covered(values)
    assert (times == 1).all() and (0, 2, 0, 2) in boxes(values) and len(boxes(values)) == 13
    values[2, 1] = UNMEASURED  # on the side of two cells, half of whose quarters are there
    assert (covered(values) == 1).all() and (0, 2, 2, 4) in boxes(values)
    values[2, 1], values[1, 1] = 0, DIVERGED
    times = covered(values)
    assert (times[:2, :2] == 0).all() and times.sum() == 12
    values[2, 2] = DIVERGED  # a corner of coarser cells
    times = covered(values)
    assert times.sum() == 9 and times[1:3, 1:3].sum() == 0


@pytest.mark.parametrize("seed", range(60))
def test_no_square_is_covered_twice_nor_left_out_when_it_could_be_covered(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shape = [(9, 9), (17, 9), (5, 13), (6, 8), (2, 3)][seed % 5]
    values = rng.choice([1.0, UNMEASURED, DIVERGED, -np.inf], shape, p=[0.8, 0.15, 0.04, 0.01])
    times = covered(values)
    assert times.max() <= 1
    finite = np.isfinite(values)
    whole = finite[:-1, :-1] & finite[1:, :-1] & finite[:-1, 1:] & finite[1:, 1:]
    assert (times[whole] == 1).all()


def test_a_line_has_segments() -> None:
    values = np.array([[0, 1, 2, UNMEASURED, 4, 5, 6, DIVERGED, 8.0]])
    assert sorted(map(tuple, cells(values).tolist())) == [(0, 1), (1, 2), (2, 4), (4, 5), (5, 6)]
    assert cells(np.array([[0.0, 1.0]])).tolist() == [[0, 1]]


def test_nothing_measured() -> None:
    assert cells(np.full((5, 5), UNMEASURED)).shape == (0, 4)
    assert cells(np.full((1, 5), DIVERGED)).shape == (0, 2)


# ── OBJ ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def parsed(path: Path) -> tuple[Floats, list[list[int]]]:
    """Vertices and faces (or segments), indices from 0."""
    vertices, faces = [], []
    for line in path.read_text().splitlines():
        kind, *words = line.split()
        assert kind in "vfl#"
        if kind == "v":
            vertices.append([float(word) for word in words])
        elif kind != "#":
            faces.append([int(word) - 1 for word in words])
    return np.array(vertices).reshape(-1, 3), faces


def landscape(values: Floats, beta: tuple[float, float] = (0.0, 1.0)) -> Landscape:
    domain = Domain((-1.0, 1.0), beta, values.shape[1], values.shape[0])
    return Landscape("o", domain, {"train_loss": values, "test_loss": values * 2}, np.ones(values.shape, np.uint32))


def test_a_mesh_is_the_surface_to_the_last_bit(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=(4, 6)) * 10.0 ** rng.integers(-300, 300, (4, 6))
    values[1, 2], values[2, 4] = DIVERGED, UNMEASURED
    land = landscape(values)
    export(land, tmp_path / "o.obj")
    vertices, faces = parsed(tmp_path / "o.obj")
    x, y = np.meshgrid(land.domain.alphas, land.domain.betas)
    there = np.isfinite(values)
    np.testing.assert_array_equal(vertices, np.stack([x[there], y[there], values[there]], axis=1))
    centres = sorted(tuple(vertices[face, :2].mean(axis=0).round(9)) for face in faces)
    number = np.cumsum(there.ravel()) - 1
    expected = sorted(tuple(vertices[number[cell], :2].mean(axis=0).round(9)) for cell in cells(values))
    assert centres == expected and len(faces) == 15 - 4 - 4
    for face in faces:  # counter-clockwise as seen from above
        a, b, c, d = vertices[face, :2]
        assert np.cross(np.append(b - a, 0), np.append(d - a, 0))[2] > 0 and (a + c == b + d).all()


def test_the_height_may_be_the_logarithm(tmp_path: Path) -> None:
    values = np.array([[1.0, 10.0, 1000.0], [1e-300, 1e300, 0.0], [-1.0, 2.0, 4.0]])
    export(landscape(values), tmp_path / "o.obj", "test_loss", log_height=True)
    vertices, faces = parsed(tmp_path / "o.obj")
    heights = np.log10(2 * np.array([1.0, 10, 1000, 1e-300, 1e300, 2, 4]))
    np.testing.assert_allclose(vertices[:, 2], heights, rtol=1e-15)
    assert faces == [[0, 1, 4, 3]], "no cell touches a loss of 0 or less"


def test_a_line_is_a_broken_line(tmp_path: Path) -> None:
    export(landscape(np.array([[1.0, 2.0, 3.0]]), (0.5, 0.5)), tmp_path / "o.obj")
    vertices, segments = parsed(tmp_path / "o.obj")
    assert vertices.tolist() == [[-1, 0.5, 1], [0, 0.5, 2], [1, 0.5, 3]] and segments == [[0, 1], [1, 2]]


def test_a_mesh_cannot_be_read_back(tmp_path: Path) -> None:
    from compute.formats.reading import read_landscape  # noqa: PLC0415

    export(landscape(np.ones((2, 2))), tmp_path / "o.obj")
    with pytest.raises(BadInputError, match="not a landscape"):
        read_landscape(tmp_path / "o.obj")
