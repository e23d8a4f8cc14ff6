"""What the options of render and record mean, and what is refused."""

import inspect
import math
from dataclasses import replace

import pytest

from compute.errors import BadInputError
from compute.scale import ScaleKind
from explorer.camera.camera import ISOMETRIC, MAP, Camera
from explorer.command_line.chosen_view import is_placed, view_of
from explorer.command_line.view_options import SHARED
from explorer.looks.camera_text import camera_json
from explorer.looks.view import (
    Colouring,
    ContourPlace,
    Contours,
    ContourStyle,
    Cut,
    Scaling,
    Spacing,
    SurfaceMode,
    View,
)


def options(**given):
    return {**{name: parameter.default for name, parameter in SHARED.items()}, **given}


def view(**given) -> View:
    return view_of(options(**given))


def test_without_options_it_is_the_view_of_the_window():
    assert view() == View()


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"view": "iso"}, View(camera=ISOMETRIC)),
        ({"view": "map"}, View(camera=MAP, flat=True)),
        ({"azimuth": 10.0, "elevation": 20.0, "distance": 3.0}, View(camera=Camera(10.0, 20.0, 3.0))),
        ({"target": "0.1,-0.2,0"}, View(camera=Camera(target=(0.1, -0.2, 0.0)))),
        ({"orthographic": True}, View(camera=Camera(orthographic=True))),
        ({"metric": "test_accuracy"}, View(metric="test_accuracy")),
        ({"surface": "faceted"}, View(surface=SurfaceMode.FACETED)),
        ({"opacity": 0.5, "relief": 1.0, "smooth": False}, View(opacity=0.5, relief=1.0, smooth=False)),
        ({"flat": True, "normalise": False}, View(flat=True, normalise=False)),
        ({"open_top": False, "occlusion": False}, View(open_top=False, occlusion=False)),
        ({"height": "symlog"}, View(height=Scaling(ScaleKind.SYMLOG))),
        ({"cap": "none"}, View(height=Scaling(cap=math.inf))),
        ({"cap": "2.5", "floor": 0.1, "fixed_ends": True}, View(height=Scaling(None, 2.5, None, 0.1, fixed=True))),
        ({"percentile": 90.0}, View(height=Scaling(percentile=90.0))),
        ({"colours": "magma", "theme": "light"}, View(colour=Colouring("magma"), theme="light")),
        ({"colour_by": "error-bar"}, View(colour=Colouring(metric="error bar"))),
        ({"colour_by": "test_loss", "colour_scale": "log", "colour_cap": "3"},
         View(colour=Colouring(metric="test_loss", scaling=Scaling(ScaleKind.LOG, 3.0)))),
        ({"colour_percentile": 80.0, "colour_floor": 0.5},
         View(colour=Colouring(scaling=Scaling(None, None, 80.0, 0.5)))),
        ({"contours": "two-colours"}, View(contours=Contours(ContourStyle.TWO_COLOURS))),
        ({"contours": "off"}, View(contours=Contours(ContourStyle.OFF))),
        ({"contour_count": 9, "heavier": 0, "contour_width": 2.0},
         View(contours=Contours(count=9, emphasis=0, width=2.0))),
        ({"contour_levels": "0.1,1,10"}, View(contours=Contours(levels=(0.1, 1.0, 10.0)))),
        ({"spacing": "as-height", "contour_place": "floor"}, View(contours=Contours(place=ContourPlace.FLOOR))),
        ({"spacing": "geometric"}, View(contours=Contours(spacing=Spacing.GEOMETRIC))),
        ({"contour_labels": False, "on_floor": True}, View(contours=Contours(labels=False, on_floor=True))),
        ({"critical_points": False, "descent_path": False}, View(glyphs=False, path=False)),
        ({"threshold": 0.05}, View(threshold=0.05)),
        ({"measured_points": True, "axes": False}, View(points=True, axes=False)),
        ({"arrows": True}, View(arrows=True)),
        ({"colour_bar": False, "legend": False}, View(colour_bar=False, legend=False)),
        ({"cut_alpha": "0,0.5", "cut_beta": "0.25,1", "cut_height": "0,0.75"},
         View(cut=Cut((0, 0.5), (0.25, 1), (0, 0.75)))),
        ({"cross_section": "0,0,1,0.5"}, View(section=((0, 0), (1, 0.5)))),
    ],
)  # fmt: skip
def test_each_option_sets_what_it_says(given, wanted):
    assert view(**given) == wanted


def test_every_option_is_tried_above():
    tried = {
        name for mark in test_each_option_sets_what_it_says.pytestmark for given, _ in mark.args[1] for name in given
    }
    assert tried == set(SHARED)
    assert inspect.signature(view_of).parameters


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({"view": "above"}, "--view above: choose one of home, map"),
        ({"view": "none.json"}, r"--view none.json: no such file"),
        ({"surface": "shiny"}, "--surface shiny: choose one of lit, wireframe"),
        ({"height": "cubic"}, "--height cubic: choose one of linear, log, symlog"),
        ({"cap": "high"}, "--cap high: give a number"),
        ({"target": "1,2"}, "--target 1,2: give 3 numbers"),
        ({"contour_levels": "1;2"}, "--contour-levels 1;2: give numbers"),
        ({"contours": "three"}, "--contours three: choose one of off, one-colour"),
        ({"theme": "blue"}, "--theme: choose one of dark, light"),
        ({"colours": "jet"}, "--colours: choose one of viridis"),
        ({"opacity": 2.0}, "--opacity: 2 is not between"),
        ({"elevation": 100.0}, "--elevation: 100 is not between"),
        ({"contour_count": 0}, "--contour-count: 0 is not between"),
        ({"cut_alpha": "0.5,0.2"}, "--cut-alpha: 0.5 is not below 0.2"),
        ({"cap": "nan"}, "--cap nan"),
        ({"percentile": 0.0}, "--percentile: 0 is not between"),
        ({"colour_percentile": 0.0}, "--colour-percentile: 0 is not between"),
        ({"heavier": 101}, "--heavier: 101 is not between"),
        ({"contour_width": 9.0}, "--contour-width: 9 is not between"),
        ({"contour_levels": ",".join(map(str, range(401)))}, "--contour-levels: at most 400"),
        ({"cut_height": "0,2"}, "--cut-height: 2 is not between"),
        ({"cross_section": "0,0,1,2"}, "--cross-section: 2 is not between"),
        ({"threshold": -1.0}, "--threshold: -1 is not between 0 and"),
        ({"threshold": math.nan}, "--threshold: nan is not between 0 and"),
    ],
)
def test_what_cannot_be_is_refused_by_name(given, what):
    with pytest.raises(BadInputError, match=what):
        view(**given)


def test_a_camera_file_is_what_the_window_copies(tmp_path):
    camera = Camera(12.0, 34.0, 5.0, (0.1, 0.2, 0.3), 10.0)
    (tmp_path / "camera.json").write_text(camera_json(camera))
    given = options(view=str(tmp_path / "camera.json"))
    assert view_of(given).camera == camera
    assert is_placed(given) and not is_placed(options(view="iso")) and is_placed(options(distance=2.0))
    assert view_of({**given, "azimuth": 50.0}).camera == replace(camera, azimuth=50.0)
    for text in ("[]", "{", "9" * 5000, '{"azimuth": 1}'):
        (tmp_path / "camera.json").write_text(text)
        with pytest.raises(BadInputError, match=r"--view .*camera.json: (holds no camera|camera\.)"):
            view_of(given)
