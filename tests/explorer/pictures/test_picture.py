"""Pictures without a window: which metric they show, and how large they can be."""

import numpy as np
import pytest

from compute.errors import BadInputError
from explorer.looks.view import Colouring, View
from explorer.pictures.picture import parse_size, render_picture
from tests.explorer.layers.test_layers import SIZE, landscape, with_metrics


def test_the_metric_of_the_view_is_shown() -> None:
    land = with_metrics(landscape())
    default, main, other = (
        render_picture(land, View(metric=name), SIZE).astype(int) for name in (None, "train_loss", "test_accuracy")
    )
    assert (default == main).all()
    assert np.abs(default - other).mean() > 5


def test_a_metric_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(BadInputError, match="himmelblau: has no metric accuracy; choose one of train_loss, test_acc"):
        render_picture(with_metrics(landscape()), View(metric="accuracy"), SIZE)


def test_so_is_a_metric_for_the_colours_that_is_not_there() -> None:
    land = with_metrics(landscape())
    with pytest.raises(BadInputError, match="no metric accuracy; choose one of train_loss, test_accuracy, error bar"):
        render_picture(land, View(colour=Colouring(metric="accuracy")), SIZE)
    assert render_picture(land, View(colour=Colouring(metric="error bar")), SIZE).shape == (SIZE[1], SIZE[0], 3)


@pytest.mark.parametrize("size", ["", "x", "1280", "15x96", "96x8193", "1280x-8", "1e3x96", "²x96", f"{'9' * 5000}x96"])
def test_sizes_that_are_none_are_refused(size: str) -> None:
    with pytest.raises(BadInputError, match="give width x height in pixels, 16 to 8192 each"):
        parse_size(size)
    assert parse_size("8192X16") == (8192, 16)
