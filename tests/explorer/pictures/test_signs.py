"""Signs in marks of a drawn map: where they are, and that a judged landscape can be drawn."""

from dataclasses import replace

import numpy as np
import pytest

from compute.verification import Outcome, Verdict
from explorer.ground.marks import SIGN
from explorer.ground.staging import Stage
from explorer.looks.view import View
from explorer.pictures.drawing import Area
from explorer.pictures.signs import sign_areas
from explorer.pictures.vector_map import draw_map
from tests.explorer.layers.test_layers import landscape

INK = (0.05, 0.05, 0.05)


def size(area: Area) -> float:
    """Of its area, by the shoelace formula."""
    x, y = area.points.T
    return abs(float(x @ np.roll(y, 1) - y @ np.roll(x, 1))) / 2


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_sign_is_centred_and_no_larger_than_its_mark(outcome: Outcome) -> None:
    place = np.array([30.0, 40.0])
    areas = sign_areas(place, SIGN[outcome], 10.0, INK)
    points = np.vstack([area.points for area in areas])
    assert np.allclose((points.min(axis=0) + points.max(axis=0)) / 2, place)
    assert np.hypot(*(points - place).T).max() < 4.5
    assert all(area.colour == INK and area.rim is None for area in areas)


def test_signs_are_told_apart_by_how_much_they_fill() -> None:
    dot, ring, cross = (sign_areas(np.zeros(2), SIGN[outcome], 10.0, INK) for outcome in Outcome)
    assert len(dot) == len(ring) == 1 and len(cross) == 2
    assert size(dot[0]) == pytest.approx(np.pi * 4, rel=0.02)
    assert size(ring[0]) == pytest.approx(np.pi * (2.9**2 - 1.7**2), rel=0.02)
    assert all(size(bar) == pytest.approx(7.2 * 1.4) for bar in cross)
    assert sign_areas(np.zeros(2), 0, 10.0, INK) == []


def test_a_map_of_a_judged_landscape_has_a_sign_for_each_verdict_and_for_its_name() -> None:
    land = landscape()
    plain = draw_map(land, View(), (600, 400))
    points = Stage(land, View()).standing.points[:3]
    found = [
        Verdict(p.alpha, p.beta, p.slice_index, outcome, (0, 0), 0, 1.0, (1, 2), 0.0, 0.3, 3, "").describe()
        for p, outcome in zip(points, Outcome, strict=True)
    ]
    judged = draw_map(replace(land, provenance={"verification": {"points": found}}), View(), (600, 400))
    more = len([s for s in judged.shapes if isinstance(s, Area)]) - len(
        [s for s in plain.shapes if isinstance(s, Area)]
    )
    assert more == (1 + 1 + 2) + (1 + 1 + 2) + 3  # on the map, in the legend, and the discs of the legend
