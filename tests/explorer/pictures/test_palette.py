"""256 colours of a film, against the pictures they stand for."""

import numpy as np
import pytest

from explorer.looks.view import View
from explorer.pictures.palette import count, indices, nearest, palette, tally
from explorer.pictures.picture import render_picture
from tests.explorer.layers.test_layers import landscape

SIZE = (320, 200)


@pytest.fixture(scope="module")
def picture() -> np.ndarray:
    return render_picture(landscape(), View(), SIZE)


def reduced(pixels: np.ndarray) -> np.ndarray:
    found = tally()
    count(found, pixels)
    table = palette(found)
    return table[indices(pixels, nearest(table))]


def test_few_colours_stay_what_they_are():
    pixels = np.zeros((40, 40, 3), np.uint8)
    pixels[:20], pixels[20:, :20], pixels[20:, 20:] = (250, 30, 20), (32, 38, 50), (20, 230, 242)
    found = reduced(pixels).astype(int)
    assert np.abs(found - pixels).max() <= 4


def test_a_picture_keeps_its_colours_and_dithering_its_means(picture):
    found = reduced(picture).astype(int)
    assert np.abs(found - picture).mean() < 5
    sky, seen = picture[:24, :96].astype(int), found[:24, :96]
    assert np.abs(seen.mean(axis=(0, 1)) - sky.mean(axis=(0, 1))).max() < 2


def test_small_marks_have_colours_of_their_own(picture):
    """The cyan disc at the end of the path is a few dozen pixels among tens of thousands."""
    cyan = (picture[..., 0] < 90) & (picture[..., 1] > 180) & (picture[..., 2] > 190)
    assert 20 < cyan.sum() < 1000
    found = reduced(picture).astype(int)
    assert np.abs(found[cyan] - picture[cyan]).mean() < 8


def test_the_pattern_stands_still(picture):
    found = tally()
    count(found, picture)
    near = nearest(palette(found))
    assert np.array_equal(indices(picture, near)[:80], indices(picture[:80], near))


def test_the_nearest_colour_is_the_nearest():
    generator = np.random.default_rng(0)
    table = generator.integers(0, 256, (256, 3)).astype(np.uint8)
    near = nearest(table)
    for red, green, blue in generator.integers(0, 64, (200, 3)).tolist():
        wanted = (np.array([red, green, blue]) + 0.5) * 4
        away = ((table - wanted) ** 2).sum(axis=1)
        assert away[near[red << 12 | green << 6 | blue]] == pytest.approx(away.min())
