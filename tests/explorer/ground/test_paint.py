"""What a surface is coloured by."""

from dataclasses import replace

import numpy as np

from explorer.ground.staging import Stage
from explorer.looks.view import ERROR, Colouring, Scaling, View
from tests.explorer.layers.test_layers import landscape

BY_ERROR = View(colour=Colouring(metric=ERROR))


def test_an_error_bar_that_is_not_known_is_called_unknown_and_has_no_scale():
    known = landscape()
    assert Stage(known, BY_ERROR).scene.paint_name == "relative error bar"
    unknown = replace(
        known,
        domain=replace(known.domain, n_alpha=8, n_beta=8),  # 7 cells: there is no coarser level
        metrics={"loss": known.main[:8, :8]},
        examples=known.examples[:8, :8],
    )
    wished = replace(BY_ERROR, colour=Colouring(metric=ERROR, scaling=Scaling(cap=0.5, floor=0.0, fixed=True)))
    for view in (BY_ERROR, wished):
        stage = Stage(unknown, view)
        assert stage.scene.paint_name == "error bar: unknown" and stage.scene.colour_scale.empty
        assert np.isnan(stage.paint.values).all()
