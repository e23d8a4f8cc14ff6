"""Arrows point where the loss falls fastest per length in weight space."""

from dataclasses import replace

import numpy as np
import pytest

from compute.maps import GRADIENT_ALPHA, GRADIENT_BETA, PLANE_MAPS
from explorer.ground.arrows import NO_LENGTHS, WHY_NOT, gradient_arrows, why_no_arrows
from explorer.ground.heights import extent_world
from explorer.ground.weight_space import gram, half_side
from tests.explorer.lines import line
from tests.explorer.mapped import COSINE, GRAM, NORMS, derivatives, mapped_folder
from tests.surfaces import HIMMELBLAU


@pytest.fixture
def land(tmp_path):
    return mapped_folder(tmp_path / "mapped")


def test_no_direction_falls_faster_per_length_in_weight_space(land):
    """Against every direction of the plane, a hundredth of a turn apart, by the gradient's formula."""
    found = gradient_arrows(land)
    assert found.cells == (8, 8) and len(found.rows) == 81
    extent = np.array(extent_world(land.domain))
    sides = np.array([10.0, 10.0])
    turns = np.radians(np.arange(0, 360, 3.6))
    ways = np.stack([np.cos(turns), np.sin(turns)])
    ways = ways / np.sqrt((ways * (GRAM @ ways)).sum(axis=0))  # of length 1 in weight space
    for u, v, x, y, _ in found.rows.astype(float).tolist():
        slope, _ = derivatives(-5 + 10 * u, -5 + 10 * v)
        way = np.array([x, y]) / extent * sides
        way = way / np.sqrt(way @ GRAM @ way)
        assert np.hypot(x, y) == pytest.approx(1, abs=1e-6)
        assert slope @ way <= (slope @ ways).min() * 0.9999 + 1e-9
        assert slope @ way == pytest.approx(-np.sqrt(slope @ np.linalg.solve(GRAM, slope)), rel=1e-4)


def test_steeper_places_have_longer_arrows(land):
    rows = gradient_arrows(land).rows
    steep = [
        np.sqrt(slope @ np.linalg.solve(GRAM, slope))
        for slope in (derivatives(-5 + 10 * u, -5 + 10 * v)[0] for u, v in rows[:, :2].astype(float).tolist())
    ]
    assert rows[:, 4].min() == 0 and rows[:, 4].max() == 1
    assert (np.diff(rows[np.argsort(steep), 4]) >= 0).all()


def test_a_narrow_domain_bends_no_arrow(tmp_path):
    """The world is not as the plane is: 1 : 4 is drawn as 1 : 2."""
    land = mapped_folder(tmp_path / "m")
    narrow = replace(land, domain=replace(land.domain, beta=(-1.25, 1.25)))
    first, second = gradient_arrows(land).rows[40], gradient_arrows(narrow).rows[40]
    ways = [row[2:4] / extent_world(each.domain) * (10.0, side) for row, each, side in
            ((first, land, 10.0), (second, narrow, 2.5))]  # fmt: skip
    np.testing.assert_allclose(*(way / np.linalg.norm(way) for way in ways), atol=1e-6)


def test_what_is_level_diverged_or_not_measured_has_no_arrow(land):
    slopes = {name: np.array(land.metrics[name]) for name in (GRADIENT_ALPHA, GRADIENT_BETA)}
    slopes[GRADIENT_ALPHA][0, 0] = np.inf
    for values in slopes.values():
        values[8, 8] = 0.0
    fewer = gradient_arrows(replace(land, metrics={**land.metrics, **slopes}))
    assert len(fewer.rows) == 79
    assert np.isfinite(fewer.rows).all()
    slopes[GRADIENT_BETA][8, 16] = np.nan
    assert gradient_arrows(replace(land, metrics={**land.metrics, **slopes})).cells == (4, 4)


def test_why_there_are_none(land):
    bare = replace(land, metrics={"train_loss": land.main})
    assert why_no_arrows(land) == ""
    assert why_no_arrows(bare) == WHY_NOT and not len(gradient_arrows(bare).rows)
    for directions in (None, {}, {"norms": [1.0], "cosine": 0.1}, {"norms": [1.0, 2.0], "cosine": None},
                       {"norms": [1.0, "b"], "cosine": 0.0}, {"norms": [1.0, 2.0], "cosine": 1.0},
                       {"norms": [0.0, 2.0], "cosine": 0.0}, {"norms": [1.0, np.inf], "cosine": 0.0}):  # fmt: skip
        unknown = replace(land, provenance={**land.provenance, "directions": directions})
        assert gram(unknown) is None and half_side(unknown) is None
        assert why_no_arrows(unknown) == NO_LENGTHS and not len(gradient_arrows(unknown).rows)
    begun = {**land.metrics, **{name: np.full((65, 65), np.nan) for name in PLANE_MAPS}}
    assert why_no_arrows(replace(land, metrics=begun)) == f"{WHY_NOT} yet"
    assert why_no_arrows(line()) == "it is a line" and not len(gradient_arrows(line()).rows)


def test_lengths_of_the_plane_are_those_of_its_axes(land):
    found = gram(land)
    np.testing.assert_allclose(found, GRAM)
    assert found[0, 1] / np.sqrt(found[0, 0] * found[1, 1]) == pytest.approx(COSINE)
    assert half_side(land) == pytest.approx(5 * min(NORMS))
    assert HIMMELBLAU.alpha == (-5, 5)
