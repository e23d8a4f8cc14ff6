"""Dividing a window: every pane inside, none over another, and of a shape that a landscape fits."""

import itertools

import numpy as np
import pytest

from explorer.desk.layout import GAP, contains, divide


@pytest.mark.parametrize("count", range(1, 7))
@pytest.mark.parametrize("area", [(0, 0, 1280, 800), (312, 0, 968, 776), (0, 20, 400, 900), (5, 7, 3840, 400)])
def test_panes_cover_the_area_once_but_for_the_gaps(count, area):
    left, bottom, width, height = area
    painted = np.zeros((height, width), int)
    panes = divide(area, count)
    assert len(panes) == count
    for x, y, w, h in panes:
        assert left <= x and x + w <= left + width and bottom <= y and y + h <= bottom + height
        painted[y - bottom : y - bottom + h, x - left : x - left + w] += 1
    assert painted.max() == 1
    rows, columns = (
        len({y for _, y, _, _ in panes}),
        max(len(list(g)) for _, g in itertools.groupby(panes, lambda p: p[1])),
    )
    assert (painted == 0).sum() <= GAP * (rows * width + columns * height)


def test_the_first_pane_is_at_the_top_left():
    panes = divide((0, 0, 1000, 800), 4)
    assert panes[0][:2] == (0, panes[2][3] + GAP)
    assert panes[0][1] == panes[1][1] > panes[2][1]


@pytest.mark.parametrize(("area", "columns"), [((0, 0, 1600, 600), 2), ((0, 0, 500, 900), 1)])
def test_two_panes_stand_as_the_window_allows(area, columns):
    assert len({x for x, *_ in divide(area, 2)}) == columns


def test_a_tiny_window_still_has_panes_of_some_size():
    assert all(width >= 16 and height >= 16 for _, _, width, height in divide((0, 0, 20, 20), 6))


def test_a_rectangle_contains_its_first_pixel_and_not_the_one_after_its_last():
    assert contains((10, 20, 30, 40), (10, 20)) and contains((10, 20, 30, 40), (39.9, 59.9))
    assert not contains((10, 20, 30, 40), (40, 30)) and not contains((10, 20, 30, 40), (20, 60))
