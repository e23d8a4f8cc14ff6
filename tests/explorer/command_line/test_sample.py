"""What the options of `basin sample` make of a task, as far as it is looked into."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from compute.errors import BadInputError
from compute.messages import Sample
from explorer.command_line import sample as module
from explorer.command_line.commands import app


@pytest.fixture
def ordered(monkeypatch, tmp_path):
    """The task that a command line comes to."""

    def order(*options: str) -> Sample:
        found: list[Sample] = []
        monkeypatch.setattr(module, "run_task", found.append)
        monkeypatch.setattr(module, "read_description", lambda folder: {})
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
