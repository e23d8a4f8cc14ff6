"""Critical points of the surface shown: thresholds, lists, verdicts."""

import json

import numpy as np
import pytest

from compute.atomic import write_atomically
from compute.folder import LandscapeWriter, create_folder, open_folder
from compute.landscape import Domain, Landscape
from compute.scale import ScaleKind
from compute.topology.critical_points import MAXIMUM, MINIMUM, SADDLE
from compute.topology.persistence import persistence_pairs
from compute.verification import Outcome, Verdict
from explorer.ground.critical import (
    critical_points_of,
    is_minimum,
    judged,
    kept,
    rows,
    share_of,
    threshold_at,
)
from explorer.ground.heights import height_map
from explorer.ground.marks import SIGNS
from explorer.ground.staging import Stage
from explorer.looks.view import Scaling, View
from tests.surfaces import DOUBLE_WELL, HIMMELBLAU


def critical(surface=HIMMELBLAU, n: int = 33, kind: ScaleKind = ScaleKind.LINEAR, lift: float = 1.0):
    domain, values = surface.on_grid(n, n)
    return critical_points_of(height_map(domain, values + lift, np.ones((n, n), np.uint32), Scaling(kind)))


def test_a_persistence_is_a_difference_and_on_a_log_scale_a_share_of_the_lower_value() -> None:
    """The double well is 1 above 0.5 at its saddle: 1 higher, or 200 % more."""
    for kind, expected in ((ScaleKind.LINEAR, 1.0), (ScaleKind.LOG, 2.0)):
        found = critical(DOUBLE_WELL, kind=kind, lift=0.5)
        assert sorted(found.persistence.tolist()) == [pytest.approx(expected)] * 2 + [np.inf]
        assert found.largest == pytest.approx(expected)
        assert found.losses.tolist() == pytest.approx([0.5, 0.5, 1.5])


def test_persistences_are_those_of_the_pairs() -> None:
    found = critical()
    pairs = persistence_pairs(found.level, found.surface)
    for kind in (MINIMUM, MAXIMUM):
        own = found.persistence[(found.kinds == kind) & np.isfinite(found.persistence)]
        assert sorted(own.tolist()) == pytest.approx(sorted(p.persistence for p in pairs if p.slice_index == kind))


@pytest.mark.parametrize("kind", [ScaleKind.LINEAR, ScaleKind.LOG])
def test_a_threshold_hides_pairs_so_that_euler_holds_and_the_hidden_are_counted(kind: ScaleKind) -> None:
    found = critical(kind=kind)
    for threshold in (0.0, *found.persistence[np.isfinite(found.persistence)].tolist()):
        points, hidden = kept(found, threshold)
        counts = [sum(point.slice_index == k for point in points) for k in range(3)]
        assert counts[0] - counts[1] + counts[2] == 1
        assert len(points) + hidden == len(found.points)
        assert hidden == int((found.persistence <= threshold).sum())
    assert [point.slice_index for point in kept(found, found.largest)[0]] == [MINIMUM]
    assert kept(found, 0.0)[1] == 0


def test_without_a_threshold_the_noise_decides_where_a_point_is() -> None:
    found = critical(kind=ScaleKind.LOG)
    points, hidden = kept(found, None)
    assert hidden == int((~found.clear).sum()) == 2
    assert found.noise == max(found.persistence[~found.clear])
    assert len(points) == 9


def test_the_list_begins_with_the_deepest_minimum_and_goes_by_persistence() -> None:
    found = critical()
    listed = rows(found, 0.0)
    persistence = found.persistence[list(listed.numbers)]
    assert persistence[0] == np.inf and (np.diff(persistence[1:]) <= 0).all()
    assert found.losses[listed.numbers[0]] == found.losses.min()
    assert sorted(listed.numbers) == list(range(len(found.points))) and listed.left_out == 0
    kinds = found.kinds[list(listed.numbers)].tolist()
    assert all(kinds[k] != SADDLE and kinds[k + 1] == SADDLE for k in range(1, len(kinds), 2))  # pair by pair


def test_a_long_list_is_cut_and_the_rest_counted() -> None:
    found = critical()
    cut = rows(found, 0.0, 4)
    assert cut.numbers == rows(found, 0.0).numbers[:4] and cut.left_out == len(found.points) - 4


def test_a_point_is_known_by_its_place_and_knows_its_partner() -> None:
    found = critical()
    for number, point in enumerate(found.points):
        place = (point.alpha, point.beta)
        assert found.number(place) == number
        assert is_minimum(found, place) == (point.slice_index == MINIMUM)
        partner = found.partner(number)
        if point.partner is None:
            assert partner is None
        else:
            assert found.partner(partner) == number
            assert found.persistence[partner] == found.persistence[number]
    assert found.number((0.123, 0.0)) is None and found.number(None) is None and not is_minimum(found, (9.0, 9.0))


def verdict(alpha: float, beta: float, slice_index: int) -> Verdict:
    return Verdict(alpha, beta, slice_index, Outcome.VERIFIED, (0, 0), 0, 1.0, (1.0, 2.0), 0.0, 0.3, 3, "")


def test_a_verdict_belongs_to_the_point_of_its_kind_in_its_place_but_for_rounding() -> None:
    found = critical()
    point = next(point for point in found.points if point.slice_index == SADDLE)
    place = (point.alpha, point.beta)
    near = verdict(point.alpha * (1 + 1e-12), point.beta, SADDLE)
    assert judged(found, (near,)) == {place: near}
    for other in (verdict(*place, MINIMUM), verdict(point.alpha + 1e-3, point.beta, SADDLE)):
        assert judged(found, (other,)) == {}


def test_a_saddle_inside_a_cell_keeps_its_verdict_on_a_scale_on_which_it_lies_elsewhere_in_the_cell() -> None:
    """The worker checks the critical points of the logarithms."""
    plain, logs = critical(), critical(kind=ScaleKind.LOG)
    asked = tuple(verdict(point.alpha, point.beta, point.slice_index) for point in logs.points)
    assert np.abs(plain.places - logs.places).max() > 1e-4
    found = judged(plain, asked)
    assert [found[point.alpha, point.beta] for point in plain.points] == list(asked)


@pytest.mark.parametrize("kind", [ScaleKind.LINEAR, ScaleKind.LOG])
def test_the_slider_goes_from_nothing_to_all_by_equal_factors(kind: ScaleKind) -> None:
    found = critical(kind=kind)
    assert threshold_at(found, 0.0) == 0.0 and threshold_at(found, 1.0) == found.largest
    quarter, half, three = (threshold_at(found, share) for share in (0.25, 0.5, 0.75))
    assert half / quarter == pytest.approx(three / half)
    assert 0 < threshold_at(found, 1e-6) < found.smallest
    for share in (0.0, 0.2, 0.7, 1.0):
        assert share_of(found, threshold_at(found, share)) == pytest.approx(share)
    assert share_of(found, 1e9) == 1.0


def test_a_lone_bowl_has_nothing_to_simplify() -> None:
    domain = Domain((-1, 1), (-1, 1), 9, 9)
    x, y = np.meshgrid(domain.alphas, domain.betas)
    found = critical_points_of(height_map(domain, 1 + x**2 + y**2, np.ones((9, 9), np.uint32)))
    assert found.largest == 0.0 and share_of(found, 0.5) == 0.0 and threshold_at(found, 0.5) == 0.0
    assert rows(found, 3.0).numbers == (0,)


def test_where_nothing_is_measured_there_is_nothing() -> None:
    domain = Domain((-1, 1), (-1, 1), 9, 9)
    land = Landscape("none", domain, {"loss": np.full((9, 9), np.nan)}, np.zeros((9, 9), np.uint32))
    found = critical_points_of(height_map(domain, land.main, land.examples))
    assert kept(found, None) == ((), 0) and rows(found, None).numbers == () and found.noise == 0.0
    assert found.places.shape == (0, 2)


def test_a_line_has_minima_and_maxima() -> None:
    domain = Domain((-2, 2), (0, 0), 33, 1)
    values = (domain.alphas[None] ** 2 - 1) ** 2 + 0.5
    found = critical_points_of(height_map(domain, values, np.ones((1, 33), np.uint32), Scaling(ScaleKind.LINEAR)))
    assert found.kinds.tolist() == [MINIMUM, MINIMUM, MAXIMUM]
    assert sorted(found.persistence.tolist()) == [1.0, 1.0, np.inf]


def test_verdicts_that_are_written_while_the_landscape_is_open_show_at_once(tmp_path) -> None:
    domain, values = HIMMELBLAU.on_grid(17, 17)
    folder = tmp_path / "land"
    create_folder(folder, domain, ("train_loss",), {})
    writer = LandscapeWriter(folder)
    for row, column in np.ndindex(values.shape):
        writer.record(row, column, {"train_loss": float(values[row, column]) + 1}, 64)
    stage = Stage(open_folder(folder), View())
    assert stage.verdicts == {} and (stage.scene.marks[:, 2] < SIGNS).all()
    before = stage.map, stage.standing.points
    point = stage.standing.points[0]
    description = json.loads((folder / "landscape.json").read_text())
    found = verdict(point.alpha, point.beta, point.slice_index)
    description["verification"] = {"points": [found.describe()]}
    write_atomically(folder / "landscape.json", lambda file: file.write(json.dumps(description).encode()))
    assert stage.refresh(View())
    assert stage.verdicts == {(point.alpha, point.beta): found}
    assert (stage.scene.marks[:, 2] >= SIGNS).sum() == 1
    assert before == (stage.map, stage.standing.points)
