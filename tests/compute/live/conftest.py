"""Following without waiting: every look lists, no trial of how to measure, no rest between two fits."""

from collections.abc import Iterator

import pytest

import compute.live.intake
import compute.live.live
import compute.live.runs
import compute.surveying.survey
from compute.measuring.execution_trial import choose_execution


@pytest.fixture(autouse=True)
def at_once(monkeypatch) -> Iterator[None]:
    monkeypatch.setattr(compute.live.live, "POLL_SECONDS", 0.0)
    monkeypatch.setattr(compute.live.live, "SETTLED_SECONDS", 0.0)
    monkeypatch.setattr(compute.live.intake, "FIRST_SECONDS", 1e9)
    monkeypatch.setattr(compute.live.runs, "RELIST_SECONDS", 0.0)
    monkeypatch.setattr(
        compute.surveying.survey, "choose_execution", lambda *a, **k: choose_execution(*a, **k | {"trial": False})
    )
    yield
