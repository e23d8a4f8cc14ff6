"""Critical points of a folder checked against the network whose loss it holds, or another's."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from compute.errors import BadInputError
from compute.folder import open_folder, read_description, update_description
from compute.inspecting import verification
from compute.inspecting.verification import Verification
from compute.landscape import Domain
from compute.topology.critical_points import MAXIMUM, MINIMUM, SADDLE
from compute.verification import KEY, Outcome, verdicts
from tests.compute.inspecting.closed_form import UPRIGHT, weights_at
from tests.compute.inspecting.measured import finish, measure, survey
from tests.compute.tiny import same_bits, state_of

DOMAIN = Domain((-1.0, 1.0), (-1.0, 1.0), 33, 33)


def crate(x, y):
    """Four minima, a maximum and the saddles between: critical where 6 sin 6x = 0.4 x, and for y alike."""
    return torch.cos(6 * x) + torch.cos(6 * y) + 0.2 * (x**2 + y**2) + 2.5


def dents(x, y):
    """A bowl with a deep dent that the bowl itself has not."""
    return 1 + x**2 + y**2 - torch.exp(-40 * ((x - 0.5) ** 2 + (y - 0.5) ** 2))


def bowl(x, y):
    return 1 + x**2 + y**2


@pytest.fixture
def checked(tmp_path) -> Path:
    one = survey(tmp_path / "crate", crate, DOMAIN, UPRIGHT)
    measure(one, crate, axes=UPRIGHT)
    before = state_of(one.problem.model)
    finish(Verification(one, print))
    assert same_bits(one.problem.model.state_dict(), before)
    return one.folder


def test_the_critical_points_of_the_networks_own_loss_are_verified(checked):
    found = verdicts(read_description(checked))
    inside = [v for v in found if max(abs(v.alpha), abs(v.beta)) < 1]
    assert [sum(v.slice_index == k for v in inside) for k in (MINIMUM, SADDLE, MAXIMUM)] == [4, 4, 1]
    for v in inside:
        assert v.outcome is Outcome.VERIFIED and v.found_index == v.slice_index
        x, y = (torch.tensor(w, dtype=torch.float64, requires_grad=True) for w in weights_at(*v.found, UPRIGHT))
        slopes = torch.autograd.grad(crate(x, y), (x, y))
        assert max(abs(float(slope)) for slope in slopes) < 1e-7
        assert max(abs(v.found[0] - v.alpha), abs(v.found[1] - v.beta)) <= 1 / 16
    assert all(v.outcome is Outcome.REFUTED and "rim" in v.reason for v in found if v not in inside)


def test_the_entry_says_what_was_checked_how(checked):
    entry = read_description(checked)[KEY]
    assert {key: value for key, value in entry.items() if key != "points"} == {
        "examples": 3, "split": "train", "precision": "fp64", "threshold": "twice the error bar", "level": [33, 33],
        "candidates": len(entry["points"]), "left_out": 0,
    }  # fmt: skip
    json.dumps(entry, allow_nan=False)


def test_what_the_network_does_not_have_is_refuted(tmp_path):
    one = survey(tmp_path / "dents", bowl, DOMAIN, UPRIGHT)
    measure(one, dents, axes=UPRIGHT)
    finish(Verification(one, print))
    found = {(v.slice_index, v.outcome) for v in verdicts(read_description(one.folder))}
    assert found == {(MINIMUM, Outcome.VERIFIED), (MINIMUM, Outcome.REFUTED), (SADDLE, Outcome.REFUTED)}


def test_the_most_persistent_come_first_and_the_rest_is_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(verification, "MOST", 2)
    one, said = survey(tmp_path / "dents", dents, DOMAIN, UPRIGHT), []
    measure(one, dents, axes=UPRIGHT)
    finish(Verification(one, said.append))
    entry = read_description(one.folder)[KEY]
    assert (entry["candidates"], entry["left_out"], len(entry["points"])) == (3, 1, 2)
    assert entry["points"][0]["slice_index"] == MINIMUM  # of infinite persistence: the lowest
    assert said == ["dents: the 2 most persistent critical points are checked, 1 are not"]


@pytest.mark.parametrize("steps", [1, 4, 9, 20])
def test_broken_off_anywhere_it_goes_on_and_ends_with_the_same_bytes(checked, tmp_path, steps):
    one = survey(tmp_path / "again", crate, DOMAIN, UPRIGHT)
    measure(one, crate, axes=UPRIGHT)
    first = Verification(one, print)
    finish(first, steps)
    told = [point["outcome"] for point in read_description(one.folder)[KEY]["points"]]
    assert len(told) == first.done < first.total
    second = Verification(one, print)
    assert second.done == first.done
    rest = finish(second)
    assert (one.folder / "landscape.json").read_bytes() == (checked / "landscape.json").read_bytes()
    assert rest + steps <= finish(Verification(survey_anew(tmp_path), print)) + 8  # at most one candidate twice
    with pytest.raises(IndexError):
        second.step()


def survey_anew(folder: Path):
    one = survey(folder / "anew", crate, DOMAIN, UPRIGHT)
    measure(one, crate, axes=UPRIGHT)
    return one


def test_it_begins_anew_for_what_is_elsewhere_now_and_on_another_level_for_all(checked):
    one = survey(checked, crate, DOMAIN, UPRIGHT)
    total = Verification(one, print).total
    assert Verification(one, print).done == total
    measure(one, lambda x, y: crate(x, y) + 3 * (x > 0) * x, axes=UPRIGHT)  # other places where x > 0
    partly = Verification(one, print)
    assert 0 < partly.done < partly.total
    entry = read_description(checked)[KEY]
    update_description(checked, {KEY: {**entry, "level": [17, 17]}})
    assert Verification(one, print).done == 0


@pytest.mark.parametrize("other", [{"examples": 4}, {"split": "test"}, {"precision": "fp32"}, {"examples": None}])
def test_it_begins_anew_for_what_was_checked_otherwise(checked, other):
    """As after a change of the data, the metrics or the machine: those verdicts are of another function."""
    one = survey(checked, crate, DOMAIN, UPRIGHT)
    update_description(checked, {KEY: {**read_description(checked)[KEY], **other}})
    assert Verification(one, print).done == 0


def test_a_coarser_level_has_larger_cells(tmp_path):
    one = survey(tmp_path / "coarse", crate, DOMAIN, UPRIGHT)
    measure(one, crate, stride=2, axes=UPRIGHT)
    found = Verification(one, print)
    finish(found)
    assert read_description(one.folder)[KEY]["level"] == [17, 17]
    inside = [v for v in verdicts(read_description(one.folder)) if max(abs(v.alpha), abs(v.beta)) < 1]
    assert inside and all(v.outcome is Outcome.VERIFIED for v in inside)


def test_a_line_is_checked_too(tmp_path):
    line = Domain((-1.0, 1.0), (0.0, 0.0), 33, 1)
    one = survey(tmp_path / "line", crate, line, UPRIGHT)
    measure(one, crate, axes=UPRIGHT)
    finish(Verification(one, print))
    found = [v for v in verdicts(read_description(one.folder)) if abs(v.alpha) < 1]
    assert [v.slice_index for v in found] == [MINIMUM, MINIMUM, MAXIMUM]
    assert all(v.outcome is Outcome.VERIFIED and len(v.eigenvalues) == 1 and v.found[1] == 0 for v in found)


def test_points_below_the_noise_are_no_candidates(tmp_path):
    one = survey(tmp_path / "noisy", bowl, DOMAIN, UPRIGHT)
    generator = np.random.default_rng(0)
    measure(one, lambda x, y: bowl(x, y) * np.exp(generator.normal(0, 0.02)), axes=UPRIGHT)
    assert Verification(one, print).total < 10
    assert open_folder(one.folder).measured == 33 * 33


def test_what_is_shown_must_be_a_loss(tmp_path):
    one = survey(tmp_path / "a", crate, DOMAIN, metrics=("train_accuracy",))
    with pytest.raises(BadInputError, match=r"its height is train_accuracy.*--metrics train_loss"):
        Verification(one, print)


def test_recalibrated_statistics_are_refused_and_so_is_a_folder_with_nothing_in_it(tmp_path):
    with pytest.raises(BadInputError, match="--recalibrate-bn"):
        Verification(survey(tmp_path / "a", crate, DOMAIN, recalibrate_bn=True), print)
    with pytest.raises(BadInputError, match="no level is measured throughout"):
        Verification(survey(tmp_path / "b", crate, DOMAIN), print)
