"""The description of a folder that another process writes: noticed when it changes, and only then."""

import os
from pathlib import Path

import numpy as np
import pytest

import explorer.following
from compute.folder import DESCRIPTION_FILE, create_folder, open_folder, update_description
from compute.landscape import Domain, Landscape
from explorer.following import Description
from explorer.staging import Stage
from explorer.view import View
from tests.explorer.lines import line

REFINED: dict[str, object] = {"stopped": "tolerance", "tolerance": 0.01}


@pytest.fixture
def land(tmp_path: Path) -> Landscape:
    create_folder(tmp_path / "land", Domain((-1, 1), (-1, 1), 9, 9), ("train_loss",), {"seed": 3})
    return open_folder(tmp_path / "land")


def write(folder: Path, second: int, extra: dict[str, object] = REFINED) -> None:
    """As the worker does it at the end of a level; the time is set, not waited for."""
    update_description(folder, extra)
    os.utime(folder / DESCRIPTION_FILE, (second, second))


def test_news_are_told_once(land: Landscape, tmp_path: Path) -> None:
    description = Description(land)
    description.news()
    write(tmp_path / "land", 1)
    news = description.news()
    assert news is not None and {**news}.items() >= {**REFINED, "seed": 3}.items()
    assert description.news() is None


def test_what_was_written_after_opening_and_before_the_first_look_is_news_too(land: Landscape, tmp_path: Path) -> None:
    update_description(tmp_path / "land", REFINED)
    news = Description(land).news()
    assert news is not None and news["stopped"] == "tolerance"


def test_a_description_that_is_written_anew_with_the_same_content_is_no_news(land: Landscape, tmp_path: Path) -> None:
    description = Description(land)
    description.news()
    os.utime(tmp_path / "land" / DESCRIPTION_FILE, (1, 1))
    assert description.news() is None


def test_the_file_is_read_only_when_it_was_written(
    land: Landscape, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[Path] = []
    monkeypatch.setattr(explorer.following, "open_folder", lambda folder: reads.append(folder) or open_folder(folder))
    description = Description(land)
    for second in (1, 1, 1, 2, 2):
        os.utime(tmp_path / "land" / DESCRIPTION_FILE, (second, second))
        description.news()
    assert len(reads) == 2


def test_a_folder_that_is_moved_away_or_damaged_leaves_what_is_known(land: Landscape, tmp_path: Path) -> None:
    description = Description(land)
    (tmp_path / "land" / DESCRIPTION_FILE).write_text("{")
    assert description.news() is None
    (tmp_path / "land").rename(tmp_path / "elsewhere")
    assert description.news() is None
    (tmp_path / "elsewhere").rename(tmp_path / "land")


def test_a_landscape_in_memory_has_no_description_to_follow() -> None:
    assert Description(line()).news() is None


def test_a_stage_takes_news_in_and_keeps_its_ground(land: Landscape, tmp_path: Path) -> None:
    stage = Stage(land, View())
    stage.refresh(View())
    ground = stage.map
    assert not stage.refresh(View())
    write(tmp_path / "land", 1, {"stopped": "resolution"})
    assert stage.refresh(View())
    assert stage.landscape.provenance["stopped"] == "resolution" and stage.landscape.provenance["kind"] == "landscape"
    assert stage.map is ground and np.shares_memory(stage.landscape.examples, land.examples)
    assert not stage.refresh(View())
