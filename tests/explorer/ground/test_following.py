"""Description and path of a folder that another process writes: noticed when they change, and only then."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from compute.folder import DESCRIPTION_FILE, TRAJECTORY_FILE, create_folder, open_folder, update_description
from compute.landscape import Domain, Landscape, Trajectory
from compute.trajectory_file import write_trajectory
from explorer.ground import following as following_module
from explorer.ground.following import Following
from explorer.ground.staging import Stage
from explorer.looks.view import View
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
    following = Following(land)
    following.news()
    write(tmp_path / "land", 1)
    news = following.news()
    assert news is not None and {**news.provenance}.items() >= {**REFINED, "seed": 3}.items()
    assert following.news() is None


def test_what_was_written_after_opening_and_before_the_first_look_is_news_too(land: Landscape, tmp_path: Path) -> None:
    update_description(tmp_path / "land", REFINED)
    news = Following(land).news()
    assert news is not None and news.provenance["stopped"] == "tolerance"


def test_a_description_that_is_written_anew_with_the_same_content_is_no_news(land: Landscape, tmp_path: Path) -> None:
    following = Following(land)
    following.news()
    os.utime(tmp_path / "land" / DESCRIPTION_FILE, (1, 1))
    assert following.news() is None


def test_the_file_is_read_only_when_it_was_written(
    land: Landscape, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[Path] = []
    monkeypatch.setattr(following_module, "open_folder", lambda folder: reads.append(folder) or open_folder(folder))
    following = Following(land)
    for second in (1, 1, 1, 2, 2):
        os.utime(tmp_path / "land" / DESCRIPTION_FILE, (second, second))
        following.news()
    assert len(reads) == 2


def test_a_folder_that_is_moved_away_or_damaged_leaves_what_is_known(land: Landscape, tmp_path: Path) -> None:
    following = Following(land)
    (tmp_path / "land" / DESCRIPTION_FILE).write_text("{")
    assert following.news() is None
    (tmp_path / "land").rename(tmp_path / "elsewhere")
    assert following.news() is None
    (tmp_path / "elsewhere").rename(tmp_path / "land")


def test_a_landscape_in_memory_has_no_description_to_follow() -> None:
    assert Following(line()).news() is None


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


def path(loss: float) -> Trajectory:
    return Trajectory(*(np.array([value, value]) for value in (1.0, 1.0, 0.5, 0.5, 0.0, loss)))


def test_a_path_that_gets_its_losses_is_taken_in(land: Landscape, tmp_path: Path) -> None:
    stage = Stage(land, View())
    stage.refresh(View())
    assert not len(stage.scene.path_marks)
    write_trajectory(tmp_path / "land" / TRAJECTORY_FILE, path(0.25))
    assert stage.refresh(View())
    assert stage.landscape.trajectory is not None and stage.landscape.trajectory.loss.tolist() == [0.25, 0.25]
    assert len(stage.scene.path_marks) == 2
    assert not stage.refresh(View())


def test_a_path_given_by_the_user_stays_until_the_folder_has_a_new_one(land: Landscape, tmp_path: Path) -> None:
    write_trajectory(tmp_path / "land" / TRAJECTORY_FILE, path(1.0))
    os.utime(tmp_path / "land" / TRAJECTORY_FILE, (1, 1))
    given = replace(land, trajectory=path(7.0))
    following = Following(given)
    write(tmp_path / "land", 1)
    news = following.news()
    assert news is not None and news.trajectory is given.trajectory
    write_trajectory(tmp_path / "land" / TRAJECTORY_FILE, path(2.0))
    news = following.news()
    assert news is not None and news.trajectory is not None and news.trajectory.loss[0] == 2.0
