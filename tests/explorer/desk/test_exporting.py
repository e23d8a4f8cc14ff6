import csv
from itertools import pairwise

import contourpy
import numpy as np
import pytest

from compute.errors import BadInputError
from compute.formats.vtk_xml import read_document
from compute.landscape import Domain
from explorer.desk.exporting import Contour, contours_of, write_contours

DOMAIN = Domain((-1.0, 3.0), (10.0, 11.0), 9, 9)
# A square at level 1 and a broken line at level 0, in shares of the domain.
SQUARE = [(0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75)]
SEGMENTS = np.array(
    [[*SQUARE[k], *SQUARE[(k + 1) % 4], 1] for k in (2, 0, 3, 1)]
    + [[0.0, 0.0, 0.5, 0.0, 0], [0.5, 0.0, 1.0, 0.125, 0]],
    np.float32,
)


@pytest.fixture
def lines() -> list[Contour]:
    return contours_of(SEGMENTS, (0.5, 2.25), DOMAIN)


def test_segments_become_lines_in_the_plane_with_their_values(lines):
    assert [line.level for line in lines] == [0.5, 2.25]
    ends = sorted(map(tuple, lines[0].points[[0, -1]].tolist()))
    assert ends == [(-1.0, 10.0), (3.0, 10.125)]
    square = lines[1].points
    assert square[0].tolist() == square[-1].tolist()
    assert sorted(map(tuple, square[:-1].tolist())) == [(0.0, 10.25), (0.0, 10.75), (2.0, 10.25), (2.0, 10.75)]


def test_the_table_has_a_row_a_point(lines, tmp_path):
    write_contours(lines, tmp_path / "c.CSV")
    rows = list(csv.DictReader((tmp_path / "c.CSV").read_text().splitlines()))
    assert list(rows[0]) == ["level", "line", "alpha", "beta"]
    assert [row["line"] for row in rows] == ["0"] * 3 + ["1"] * 5
    read = np.array([[float(row["alpha"]), float(row["beta"])] for row in rows])
    assert np.array_equal(read, np.concatenate([line.points for line in lines]))
    assert {float(row["level"]) for row in rows} == {0.5, 2.25}


def test_the_polydata_joins_the_same_points(lines, tmp_path):
    write_contours(lines, tmp_path / "c.vtp")
    document = read_document(tmp_path / "c.vtp", 10**6)
    piece = document.root.find("PolyData/Piece")
    assert (piece.get("NumberOfPoints"), piece.get("NumberOfLines")) == ("8", "6")
    points = document.numbers(piece.find("Points/DataArray"), 24).reshape(-1, 3)
    assert np.array_equal(points[:, :2], np.concatenate([line.points for line in lines]))
    joined = document.numbers(piece.find("Lines/DataArray[@Name='connectivity']"), 12).reshape(-1, 2)
    assert joined.tolist() == [[0, 1], [1, 2], [3, 4], [4, 5], [5, 6], [6, 7]]
    levels = document.numbers(piece.find("PointData/DataArray[@Name='level']"), 8)
    assert levels.tolist() == [0.5] * 3 + [2.25] * 5


def test_lines_of_a_real_field_are_as_long_as_those_of_another_program():
    n = 65
    u = np.linspace(0, 1, n)
    field = np.sin(5 * u)[None] * np.cos(4 * u)[:, None]
    levels = (-0.5, 0.2, 0.6)
    segments = []
    for k, level in enumerate(levels):
        for line in contourpy.contour_generator(u, u, field).lines(level):
            segments += [[*a, *b, k] for a, b in pairwise(line)]
    lines = contours_of(np.array(segments, np.float32), levels, Domain((0, 1), (0, 1), n, n))
    for level in levels:
        ours = sum(np.linalg.norm(np.diff(line.points, axis=0), axis=1).sum() for line in lines if line.level == level)
        theirs = sum(
            np.linalg.norm(np.diff(x, axis=0), axis=1).sum()
            for x in contourpy.contour_generator(u, u, field).lines(level)
        )
        assert ours == pytest.approx(theirs, rel=1e-5)


def test_what_cannot_be_written_is_one_line_and_leaves_nothing(lines, tmp_path):
    for given, path, complaint in [
        (lines, tmp_path / "c.txt", "contours are written as .csv or .vtp"),
        ([], tmp_path / "c.csv", "there are no contours to export"),
        (lines, tmp_path / "no" / "c.csv", "its folder does not exist"),
    ]:
        with pytest.raises(BadInputError, match=complaint):
            write_contours(given, path)
    assert list(tmp_path.iterdir()) == []
