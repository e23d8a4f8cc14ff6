import numpy as np
import pytest

from compute.errors import BadInputError
from explorer.desk.screenshot import ScreenshotChoice, check_size, joined


def piece(rectangle, colour, scale=1):
    _, _, width, height = rectangle
    return rectangle, np.full((height * scale, width * scale, len(colour)), colour, np.uint8)


def test_one_pane_is_its_own_picture():
    only = piece((0, 0, 6, 4), (1, 2, 3))
    assert np.array_equal(joined([only], 1, (9, 9, 9)), only[1])


@pytest.mark.parametrize("scale", [1, 3])
def test_panes_lie_in_their_places_with_the_gap_between_them(scale):
    left, right, top = (20, 10, 4, 3), (26, 10, 4, 3), (20, 14, 10, 2)
    picture = joined(
        [piece(r, c, scale) for r, c in ((left, (1, 0, 0)), (right, (2, 0, 0)), (top, (3, 0, 0)))], scale, (7, 8, 9)
    )
    assert picture.shape == (6 * scale, 10 * scale, 3)
    small = picture[::scale, ::scale, 0]
    assert small.tolist() == [[3] * 10] * 2 + [[7] * 10] + [[1] * 4 + [7] * 2 + [2] * 4] * 3


def test_between_transparent_panes_is_nothing():
    picture = joined([piece((0, 0, 2, 1), (1, 2, 3, 255)), piece((3, 0, 2, 1), (1, 2, 3, 255))], 1, (7, 8, 9))
    assert picture[0, 2].tolist() == [7, 8, 9, 0]
    assert picture[0, :, 3].tolist() == [255, 255, 0, 255, 255]


def test_sizes_that_no_driver_has_room_for_are_refused_with_what_fits():
    assert check_size((1280, 800), 4, 16_384) == (5120, 3200)
    assert check_size((4096, 10), 4, 16_384) == (16_384, 40)
    with pytest.raises(BadInputError, match=r"20000 x 3200 pixels is more than 16384 a side; choose 3x$"):
        check_size((5000, 800), 4, 16_384)
    with pytest.raises(BadInputError, match=r"is more than 8192 a side; choose 1x$"):
        check_size((5000, 800), 2, 8192)
    with pytest.raises(BadInputError, match="make the window smaller"):
        check_size((20_000, 800), 1, 16_384)


def test_with_the_panel_it_is_the_window_as_it_is():
    assert ScreenshotChoice(4, True, True).possible == ScreenshotChoice(1, False, True)
    assert ScreenshotChoice(4, True).possible == ScreenshotChoice(4, True)
