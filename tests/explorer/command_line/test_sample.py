"""What the options of `basin sample` make of a task, as far as it is looked into."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from compute.errors import BadInputError
from compute.messages import Sample
from explorer.command_line import sample as module
from explorer.command_line.commands import app

KEPT = {
    "format": 1,
    "sample": {"resolution": 17, "metrics": "test_loss", "alpha": [-1.0, 2.0], "centre": "", "unheard": 3},
    "tolerance": None,
    "cap": 9.0,
}


@pytest.fixture
def ordered(monkeypatch, tmp_path):
    """The task that a command line comes to."""

    def order(*options: str) -> Sample:
        found: list[Sample] = []
        monkeypatch.setattr(module, "run_task", found.append)
        monkeypatch.setattr(module, "verdict_table", lambda description: "")
        monkeypatch.setattr(module, "read_description", lambda folder: KEPT)
        run = CliRunner().invoke(app, ["sample", str(tmp_path), *options])
        if run.exception:
            raise run.exception
        assert Path(run.stdout.strip().splitlines()[-1]) == tmp_path / "pca"
        return found[0]

    return order


def test_nothing_is_looked_into_unless_it_is_asked_for(ordered):
    assert (ordered().inspect, ordered().inspect_points) == ("", 9)


def test_points_are_checked_first_then_what_is_named_in_its_order(ordered):
    found = ordered("--verify", "--curvature", "sharpness, plane,spectrum", "--curvature-points", "17")
    assert (found.inspect, found.inspect_points) == ("verify,sharpness,plane,spectrum", 17)
    assert ordered("--curvature", "plane").inspect == "plane"


def test_a_recipe_leaves_it_alone(ordered):
    found = ordered("--recipe", "ison-morgan-2022", "--verify")
    assert found.inspect == "verify" and found.directions


@pytest.mark.parametrize("wanted", ["slope", "plane,verify", "Plane"])
def test_what_there_is_not_is_refused_with_what_there_is(ordered, wanted):
    with pytest.raises(BadInputError, match="choose from plane, spectrum, sharpness, with commas"):
        ordered("--curvature", wanted)


def test_whoever_asks_about_a_landscape_need_not_repeat_how_it_was_measured(ordered, tmp_path):
    (tmp_path / "pca").mkdir()
    (tmp_path / "pca" / "landscape.json").write_text("{}")
    found = ordered("--verify", "--resolution", "33")
    assert (found.metrics, found.alpha, found.tolerance, found.cap) == ("test_loss", [-1.0, 2.0], None, 9.0)
    assert found.resolution == 33  # what was typed goes first, and is refused later
    assert ordered("--curvature", "plane", "--tolerance", "0.1").tolerance == 0.1
    assert (ordered().metrics, ordered().tolerance) == ("train_loss,train_accuracy", 0.01)
