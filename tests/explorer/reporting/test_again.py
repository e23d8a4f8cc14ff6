"""The command that makes a connection again. That of a sampled plane is run in test_report of the command line."""

from pathlib import Path

import pytest

from explorer.reporting.again import connecting

KNOWN = {
    "connection": {"first": "runs/a", "second": "runs/b c", "steps": 300, "rate": 0.05, "seed": 4},
    "sample": {"centre": "runs/a", "resolution": 17, "seed": 0, "metrics": "train_loss,test_loss", "examples": 2048},
    "tolerance": None,
}


def test_a_connection_is_made_by_the_options_that_are_not_the_usual_ones() -> None:
    assert connecting(KNOWN, Path("runs/c")) == (
        "basin connect runs/a 'runs/b c' --steps 300 --seed 4 --metrics train_loss,test_loss --resolution 17 "
        "--tolerance 0 --out runs/c"
    )


@pytest.mark.parametrize("lost", ["connection", "sample"])
def test_what_is_not_on_record_is_not_made_up(lost: str) -> None:
    assert connecting({**KNOWN, lost: None}, Path("runs/c")) is None
