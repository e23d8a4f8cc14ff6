import json
import math
import random
from dataclasses import dataclass, field, fields, replace
from enum import Enum
from pathlib import Path

import pytest

from compute.errors import BadInputError
from compute.scale import ScaleKind
from explorer.camera.camera import Camera
from explorer.looks.plain import from_plain, to_plain
from explorer.looks.view import Colouring, Contours, ContourStyle, Cut, Scaling, SurfaceMode, View

EVERYTHING = View(
    camera=Camera(azimuth=12.5, target=(0.1, -0.2, 0.3), orthographic=True),
    theme="light",
    metric="test_loss",
    surface=SurfaceMode.FACETED,
    height=Scaling(ScaleKind.SYMLOG, cap=math.inf),
    colour=Colouring("magma", "error bar", Scaling(percentile=95.0)),
    cut=Cut(alpha=(0.25, 0.75)),
    contours=Contours(ContourStyle.TWO_COLOURS, levels=(0.1, 0.5, 1.0)),
    threshold=0.25,
    section=((0.0, 0.1), (0.9, 1.0)),
)


def through_text(value):
    return from_plain(type(value), json.loads(json.dumps(to_plain(value), allow_nan=False)), "")


@pytest.mark.parametrize("value", [View(), EVERYTHING, Camera(), Contours()])
def test_a_value_survives_json(value):
    assert through_text(value) == value


def test_every_field_of_a_view_differs_in_the_test_above_or_is_a_flag_or_number():
    same = {f.name for f in fields(View) if getattr(View(), f.name) == getattr(EVERYTHING, f.name)}
    assert all(isinstance(getattr(View(), name), bool | float) for name in same)


def test_random_numbers_survive_to_the_last_bit():
    draw = random.Random(3)
    for _ in range(200):
        camera = Camera(
            draw.gauss(0, 100), draw.gauss(0, 50), 10 ** draw.uniform(-300, 300), (draw.random(), 0.1, 1e-9)
        )
        assert through_text(camera) == camera


def test_the_words_are_those_of_the_interface():
    plain = to_plain(EVERYTHING)
    assert plain["surface"] == "faceted"
    assert plain["height"] == {"kind": "symlog", "cap": "inf", "percentile": None, "floor": None, "fixed": False}
    assert plain["contours"]["style"] == "two colours"
    assert plain["section"] == [[0.0, 0.1], [0.9, 1.0]]


def test_what_is_missing_has_its_default():
    assert from_plain(View, {"contours": {"count": 7}}, "") == replace(View(), contours=Contours(count=7))


def test_a_whole_number_does_where_a_number_is_wanted():
    read = from_plain(View, {"relief": 1}, "")
    assert read.relief == 1.0
    assert isinstance(read.relief, float)


@pytest.mark.parametrize(
    ("plain", "complaint"),
    [
        ({"contours": {"count": 2.0}}, "v.contours.count: expected a whole number"),
        ({"contours": {"count": True}}, "v.contours.count: expected a whole number"),
        ({"contours": {"count": "2"}}, "v.contours.count: expected a whole number"),
        ({"contours": []}, "v.contours: expected an object in braces"),
        ({"contours": {"levels": [1, None]}}, "v.contours.levels[1]: expected a finite number"),
        ({"contours": {"levels": 3}}, "v.contours.levels: expected a list"),
        (
            {"contours": {"style": "plaid"}},
            "v.contours.style: expected one of off, one colour, two colours, colour map",
        ),
        (
            {"contours": {"style": ["off"]}},
            "v.contours.style: expected one of off, one colour, two colours, colour map",
        ),
        ({"surface": 1}, "v.surface: expected one of lit, wireframe, colour, mesh, hidden, faceted"),
        ({"flat": 1}, "v.flat: expected true or false"),
        ({"flat": None}, "v.flat: expected true or false"),
        ({"opacity": True}, "v.opacity: expected a finite number"),
        ({"opacity": math.nan}, "v.opacity: expected a finite number"),
        ({"opacity": "inf"}, "v.opacity: expected a finite number"),
        ({"opacity": 10**400}, "v.opacity: expected a finite number"),
        ({"height": {"cap": math.inf}}, "v.height.cap: expected a finite number"),
        ({"height": {"floor": "inf"}}, "v.height.floor: expected a finite number"),
        ({"metric": 3}, "v.metric: expected text in quotes"),
        ({"section": [[0, 1]]}, "v.section: expected a list of 2"),
        ({"section": [[0, 1], [0, "1"]]}, "v.section[1][1]: expected a finite number"),
        ({"camera": {"target": [0, 0]}}, "v.camera.target: expected a list of 3"),
        (None, "v: expected an object in braces"),
    ],
)
def test_what_is_of_another_type_is_refused_by_its_place(plain, complaint):
    with pytest.raises(BadInputError) as caught:
        from_plain(View, plain, "v")
    assert str(caught.value) == complaint


def test_an_unknown_field_is_refused_in_one_line_that_names_the_others():
    with pytest.raises(
        BadInputError, match=r"^camera\.zoo m: there is no such field, but azimuth, elevation"
    ) as caught:
        from_plain(View, {"camera": {"zoo\nm": 1}}, "")
    assert "\n" not in str(caught.value)


@dataclass(frozen=True)
class Odd:
    size: int | str
    where: Path | None = None
    deep: tuple[tuple[str, bool], ...] = ()
    limit: float = field(default=0.0, metadata={"infinite": True})


def test_a_union_is_what_it_can_be_and_a_path_is_text():
    for value in (Odd(3), Odd("three", Path("a b/ä.ply")), Odd(0, deep=(("x", True), ("y", False)), limit=-math.inf)):
        assert through_text(value) == value
    with pytest.raises(BadInputError, match=r"^size: expected a whole number$"):
        from_plain(Odd, {"size": None}, "")


def test_a_field_without_a_default_must_be_there():
    with pytest.raises(BadInputError, match=r"^o\.size: is missing$"):
        from_plain(Odd, {}, "o")


def test_a_value_that_json_cannot_hold_is_our_fault():
    class Colour(Enum):
        RED = (1, 0, 0)

    assert to_plain(Colour.RED) == "red"
    with pytest.raises(TypeError):
        to_plain(object())
