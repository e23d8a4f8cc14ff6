"""What was asked for, one after the other: in which order, what is told, and what is refused."""

import numpy as np
import pytest

from compute.errors import BadInputError
from compute.folder import open_folder, read_description
from compute.inspecting import inspections as module
from compute.inspecting.inspections import Inspections
from compute.inspecting.opening import check_possible, named, open_inspection
from compute.landscape import Domain
from compute.messages import INSPECTIONS, PLANE, VERIFY, Inspecting, Note
from tests.compute.inspecting.closed_form import UPRIGHT
from tests.compute.inspecting.measured import measure, survey

DOMAIN = Domain((-1.0, 1.0), (-1.0, 1.0), 9, 9)


def bowl(x, y):
    return 1 + x**2 + y**2


@pytest.fixture
def one(tmp_path):
    found = survey(tmp_path / "a", bowl, DOMAIN, UPRIGHT, inspect_points=5)
    measure(found, bowl, axes=UPRIGHT)
    return found


def done(queue: Inspections) -> None:
    while queue.busy:
        queue.step()


def test_each_is_done_in_its_turn_and_once(one, monkeypatch):
    monkeypatch.setattr(module, "REPORT_SECONDS", 0.0)
    said = []
    queue = Inspections({"a": one}, said.append)
    for what in (PLANE, VERIFY, PLANE):
        queue.ask("a", what)
    queue.step()
    queue.ask("a", PLANE)  # is open
    done(queue)
    assert [(m.what, m.done, m.total) for m in said] == [
        *((PLANE, k, 25) for k in range(26)), (VERIFY, 0, 1), *[(VERIFY, 0, 1)] * said_of(said, 0), (VERIFY, 1, 1)
    ]  # fmt: skip
    assert all(isinstance(m, Inspecting) and m.plane == "a" for m in said)
    assert read_description(one.folder)["verification"]["candidates"] == 1
    assert "slope" in open_folder(one.folder).metrics


def said_of(said, number: int) -> int:
    """Further words of a candidate in work."""
    return sum(m.what == VERIFY and m.done == number for m in said) - 1


def test_what_is_wanted_no_longer_is_left_and_goes_on_later_from_there(one, monkeypatch):
    monkeypatch.setattr(module, "REPORT_SECONDS", 0.0)
    said = []
    queue = Inspections({"a": one}, said.append)
    for what in (PLANE, VERIFY):
        queue.ask("a", what)
    for _ in range(8):
        queue.step()
    queue.leave("a", VERIFY)  # waits
    queue.leave("a", PLANE)  # is open
    assert not queue.busy
    assert [(m.what, m.done, m.total) for m in said[-2:]] == [(VERIFY, 0, 0), (PLANE, 0, 0)]
    known = int(np.isfinite(open_folder(one.folder).metrics["slope"]).sum())
    assert 0 < known < 25 and "verification" not in read_description(one.folder)
    queue.ask("a", PLANE)
    queue.step()
    assert (said[-1].done, said[-1].total) == (known, 25)
    done(queue)
    assert np.isfinite(open_folder(one.folder).metrics["slope"]).sum() == 25


def test_the_time_left_is_by_the_time_that_steps_took(one, monkeypatch):
    clock = iter(range(1000))
    monkeypatch.setattr(module.time, "monotonic", lambda: float(next(clock)))
    said = []
    queue = Inspections({"a": one}, said.append)
    queue.ask("a", PLANE)
    done(queue)
    assert said[0].seconds_left == float("inf")
    assert [m.seconds_left for m in said[1:]] == [float(25 - k) for k in range(1, 26)]  # a second each


def test_words_are_at_least_a_tenth_of_a_second_apart_but_for_the_last(one):
    said = []
    queue = Inspections({"a": one}, said.append)
    queue.ask("a", PLANE)
    done(queue)
    assert len(said) < 20 and (said[-1].done, said[-1].seconds_left) == (25, 0.0)


def test_what_is_done_already_is_complete_at_once(one):
    queue = Inspections({"a": one}, lambda message: None)
    queue.ask("a", PLANE)
    done(queue)
    said = []
    queue = Inspections({"a": one}, said.append)
    queue.ask("a", PLANE)
    queue.step()
    assert not queue.busy and [(m.done, m.total, m.seconds_left) for m in said] == [(25, 25, 0.0)]


def test_a_wish_that_cannot_be_is_a_note_and_the_next_one_is_done(tmp_path, one):
    empty, said = survey(tmp_path / "b", bowl, DOMAIN), []
    queue = Inspections({"a": one, "b": empty}, said.append)
    queue.ask("c", VERIFY)
    queue.ask("b", VERIFY)
    queue.ask("b", "colour")
    queue.ask("a", VERIFY)
    done(queue)
    notes = [m.text for m in said if isinstance(m, Note)]
    assert len(notes) == 3 and "c: is not measured here" in notes[0]
    assert "no level is measured throughout" in notes[1] and "choose from" in notes[2]
    assert said[-1].done == said[-1].total == 1
    over = [(m.plane, m.what) for m in said if isinstance(m, Inspecting) and m.total == 0]
    assert over == [("c", VERIFY), ("b", VERIFY), ("b", "colour")]


def test_what_fails_half_way_is_over_at_once(one, monkeypatch):
    said = []
    queue = Inspections({"a": one}, said.append)
    queue.ask("a", PLANE)
    queue.step()

    def fail():
        raise BadInputError("a: its files are gone")

    monkeypatch.setattr(queue._open._inspection, "step", fail)
    queue.step()
    assert said[-2:] == [Note("a: its files are gone"), Inspecting("a", PLANE, 0, 0, 0.0)] and not queue.busy


def test_what_was_ordered_with_the_task_and_cannot_be_is_an_error(tmp_path):
    queue = Inspections({"b": survey(tmp_path / "b", bowl, DOMAIN)}, lambda message: None)
    queue.ask("b", VERIFY, ordered=True)
    with pytest.raises(BadInputError, match="no level"):
        queue.step()
    assert not queue.busy


def test_names_come_from_a_list_with_commas():
    assert named(" verify,plane,,verify ") == (VERIFY, PLANE)
    assert named("") == ()
    with pytest.raises(BadInputError, match="--curvature slope: choose from plane, spectrum, sharpness"):
        named("verify,slope")


@pytest.mark.parametrize("what", INSPECTIONS)
def test_each_can_be_opened_and_says_what_it_is_and_none_with_recalibrated_statistics(one, tmp_path, what):
    found = open_inspection(what, one, print)
    assert found.what == what and found.done <= found.total
    with pytest.raises(BadInputError, match="--recalibrate-bn"):
        check_possible(what, survey(tmp_path / "b", bowl, DOMAIN, recalibrate_bn=True))


def test_what_can_never_be_is_known_before_anything_is_measured(tmp_path):
    with pytest.raises(BadInputError, match="--curvature-points 7"):
        check_possible(PLANE, survey(tmp_path / "a", bowl, DOMAIN, inspect_points=7))
    with pytest.raises(BadInputError, match="train_accuracy"):
        check_possible(VERIFY, survey(tmp_path / "b", bowl, DOMAIN, metrics=("train_accuracy",)))
    check_possible(PLANE, survey(tmp_path / "b", bowl, DOMAIN, metrics=("train_accuracy",)))  # of the loss
