"""What a command line or a drop opens: names of their own, files that a session can find again."""

from dataclasses import replace

import numpy as np
import pytest

from compute.errors import BadInputError
from compute.folder import LandscapeWriter, create_folder
from compute.landscape import Domain
from explorer.camera.camera import Camera
from explorer.desk.beginning import beginning, opened
from explorer.desk.session import OpenFile, Session, save_session
from explorer.looks.view import ERROR, Colouring, View


def land(path, value=1.0):
    path.parent.mkdir(parents=True, exist_ok=True)
    create_folder(path, Domain((-1, 1), (-1, 1), 5, 5), ("train_loss",), {})
    writer = LandscapeWriter(path)
    for row, column in np.ndindex(5, 5):
        writer.record(row, column, {"train_loss": value + row}, 8)
    return path


def test_a_folder_of_landscapes_opens_all_of_them_in_one_pane(tmp_path):
    land(tmp_path / "run" / "pca"), land(tmp_path / "run" / "random")
    found = beginning([tmp_path / "run"])
    assert list(found.landscapes) == ["pca", "random"] and not found.side_by_side
    assert found.files["pca"].file == tmp_path / "run" / "pca"


def test_several_paths_stand_side_by_side_under_names_that_tell_them_apart(tmp_path):
    paths = [land(tmp_path / run / "pca", k) for k, run in enumerate(("resnet", "vgg", "again/vgg"))]
    found = beginning(paths)
    assert list(found.landscapes) == ["pca", "vgg/pca", "pca 2"] and found.side_by_side
    assert [file.file for file in found.files.values()] == paths
    assert [float(each.main[0, 0]) for each in found.landscapes.values()] == [0.0, 1.0, 2.0]


def test_a_path_of_the_training_belongs_to_the_one_landscape(tmp_path):
    (tmp_path / "path.csv").write_text("0.5,0.5\n0,0\n")
    found = beginning([land(tmp_path / "pca")], tmp_path / "path.csv")
    assert len(found.landscapes["pca"].trajectory) == 2
    assert found.files["pca"] == OpenFile("pca", tmp_path / "pca", tmp_path / "path.csv")


def test_a_session_opens_as_it_was_and_says_what_is_gone(tmp_path):
    files = (OpenFile("a", land(tmp_path / "a")), OpenFile("b", tmp_path / "gone"))
    view = View(camera=Camera(azimuth=12.0))
    saved = save_session(Session(files, ("b", "a"), (View(), view), active=1), tmp_path / "s")
    found = opened(saved)
    assert list(found.landscapes) == ["a"] and found.session.views == (view,)
    assert len(found.missing) == 1 and "gone" in found.missing[0]


def test_a_session_of_which_nothing_is_left_is_bad_input(tmp_path):
    saved = save_session(Session((OpenFile("b", tmp_path / "gone"),), ("b",), (View(),)), tmp_path / "s")
    with pytest.raises(BadInputError, match="gone"):
        opened(saved)


def test_a_session_is_opened_alone(tmp_path):
    saved = save_session(Session((OpenFile("a", land(tmp_path / "a")),), ("a",), (View(),)), tmp_path / "s")
    with pytest.raises(BadInputError, match="alone"):
        beginning([tmp_path / "a", saved])
    assert replace(opened(saved).files["a"], path=None) == OpenFile("a", tmp_path / "a")


def test_a_metric_that_a_session_wants_and_a_landscape_has_not_is_said(tmp_path):
    known = View(metric="train_loss", colour=Colouring(metric=ERROR))
    wanted = View(metric="test_loss", colour=Colouring(metric="hinge"))
    files = (OpenFile("a", land(tmp_path / "a")), OpenFile("b", land(tmp_path / "b")))
    found = opened(save_session(Session(files, ("a", "b", "b"), (known, wanted, wanted)), tmp_path / "s"))
    assert found.missing == (
        "b: has no test_loss any more; its height is train_loss",
        "b: has no hinge any more; its colours are those of the height",
    )
    assert found.session.views == (known, wanted, wanted), "saved again, it would be lost for good"
