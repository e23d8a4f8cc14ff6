"""Pictures of maps and of arrows, without a window."""

from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from compute.errors import BadInputError
from compute.maps import GRADIENT_ALPHA
from explorer.command_line.commands import app
from explorer.looks.plain import from_plain, to_plain
from explorer.looks.view import Colouring, View
from explorer.pictures.drawing import Area
from explorer.pictures.picture import render_picture
from explorer.pictures.vector_map import draw_map
from tests.explorer.layers.test_layers import landscape
from tests.explorer.lines import line
from tests.explorer.mapped import mapped_folder, measure_maps, with_maps

SIZE = (160, 120)
ARROWS = View(arrows=True)


def complaint(land, view) -> str:
    with pytest.raises(BadInputError) as caught:
        render_picture(land, view, SIZE)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_arrows_that_nobody_measured_are_refused():
    hint = "no arrows: the gradient was not measured; basin sample RUN --curvature plane measures it"
    assert hint in complaint(landscape(), ARROWS)
    assert complaint(line(), ARROWS).endswith("no arrows: it is a line")


def test_a_map_that_has_only_begun_is_refused(tmp_path):
    land = mapped_folder(tmp_path / "m", 17, 2)
    view = View(colour=Colouring(metric=GRADIENT_ALPHA))
    assert "gradient_alpha is not measured on a whole level yet" in complaint(land, view)
    assert "not measured yet" in complaint(land, ARROWS)
    measure_maps(tmp_path / "m", 17, 5)
    assert render_picture(land, replace(view, arrows=True), SIZE).shape == (120, 160, 3)


def test_a_map_for_papers_has_one_outline_for_each_arrow_with_its_tip_downhill():
    land = with_maps(landscape())
    plain, drawn = (draw_map(land, replace(View(legend=False), arrows=on), (400, 400)) for on in (False, True))
    arrows = [shape for shape in drawn.shapes if isinstance(shape, Area) and len(shape.points) == 7]
    assert len(arrows) == 81 and len(drawn.shapes) == len(plain.shapes) + 81
    middle = min(arrows, key=lambda each: float(np.linalg.norm(each.points.mean(axis=0) - (200, 200))))
    tail, tip = middle.points[[0, 6]].mean(axis=0), middle.points[3]
    way = tip - tail
    expected = -np.linalg.solve([[4.0, 1.5], [1.5, 9.0]], [-14.0, -22.0])  # of Himmelblau's function at 0, 0
    assert way @ expected == pytest.approx(np.linalg.norm(way) * np.linalg.norm(expected), rel=1e-3)


def test_the_legend_for_papers_has_an_arrow_too():
    land = with_maps(landscape())
    drawn = draw_map(land, View(arrows=True), (400, 400))
    assert sum(isinstance(shape, Area) and len(shape.points) == 7 for shape in drawn.shapes) == 82


def test_the_command_draws_both(tmp_path):
    mapped_folder(tmp_path / "m", 17, 5)
    ratio, arrows = ["--colour-by", "lambda_ratio"], ["--arrows"]
    commands = {"plain": [], "ratio": ratio, "arrows": arrows, "both": ratio + arrows}
    for name, more in {**commands, "height": ["--metric", "curvature_low"]}.items():
        command = ["render", str(tmp_path / "m"), "-o", str(tmp_path / f"{name}.png"), "--size", "160x120", *more]
        assert CliRunner().invoke(app, command).exit_code == 0
    pictures = {(tmp_path / f"{name}.png").read_bytes() for name in (*commands, "height")}
    assert len(pictures) == 5


def test_a_view_with_arrows_and_without_a_colour_map_is_kept_in_files():
    view = View(arrows=True)
    assert to_plain(view)["colour"]["map"] is None
    assert from_plain(View, to_plain(view), "view") == view
    older = {**to_plain(View()), "colour": {"map": "viridis"}}
    del older["arrows"]
    assert from_plain(View, older, "view") == View(colour=Colouring("viridis"))
