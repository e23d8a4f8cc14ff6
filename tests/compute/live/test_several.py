"""Several runs on one plane, and very many checkpoints."""

import json
import os
import sys

import numpy as np
import pytest

import compute.live.intake
from compute.errors import BadInputError
from compute.folder import open_folder
from compute.live.intake import evenly, spread_out
from compute.live.runs import named_runs
from compute.messages import Opened, Preparing, Refit
from tests.compute.live.following import TOY, Recording, batch_axes, bend, followed, vector
from tests.compute.live.test_live import check_path, plane_of


@pytest.fixture
def runs(tmp_path) -> list[Recording]:
    """Three from the same start, each another way."""
    made = [Recording(tmp_path / name) for name in ("sgd", "adam", "late")]
    for k in range(6):
        made[0].write(k, bend(k))
        made[1].write(2 * k, bend(-0.7 * k, turn=0.1 * k))
    return made


def test_one_plane_for_the_union_and_a_path_for_each(runs):
    sgd, adam, _ = runs
    with followed(*runs) as one:
        one.until(lambda: one.talk.opened)
        axes, centre = plane_of(one)
        weights = [*(sgd.weights(k) for k in range(6)), *(adam.weights(2 * k) for k in range(6))]
        expected, middle = batch_axes(weights, sgd.weights(5))
        assert np.abs(axes - expected).max() < 1e-7 and np.array_equal(centre, middle)
        land = one.landscape()
        check_path(land.trajectory, sgd, range(6), axes, centre)
        assert list(land.others) == ["adam"]
        check_path(land.others["adam"], adam, range(0, 12, 2), axes, centre)
        assert land.provenance["fit"]["runs"] == ["sgd", "adam", "late"]
        assert (land.provenance["fit"]["first_step"], land.provenance["fit"]["last_step"]) == (0, 10)
        for path in (land.trajectory, land.others["adam"]):  # there is room for all of them
            assert (land.domain.alpha[0] < path.alpha).all() and (path.alpha < land.domain.alpha[1]).all()
            assert (land.domain.beta[0] < path.beta).all() and (path.beta < land.domain.beta[1]).all()
        word = one.talk.following
        assert (word.runs, word.step, word.checkpoints) == (["sgd", "adam", "late"], [5, 10, -1], 12)


def test_each_path_grows_and_gets_its_heights_and_the_watched_file_tells_of_it(runs):
    _, adam, late = runs
    with followed(*runs, keep=True) as one:
        one.settle()
        one.landscape()
        watched = (one.out / "fit-0001" / "trajectory.csv").stat()
        adam.write(12, bend(-4.0, turn=0.5))
        late.write(0, bend(0))
        one.settle()
        land = one.landscape()
        assert (one.out / "fit-0001" / "trajectory.csv").stat().st_mtime_ns > watched.st_mtime_ns
        axes, centre = plane_of(one)
        check_path(land.others["adam"], adam, range(0, 14, 2), axes, centre)
        check_path(land.others["late"], late, [0], axes, centre)
        for path in (land.trajectory, *land.others.values()):
            assert np.isfinite(path.loss).all() and np.isfinite(path.plane_loss).all()
        assert one.talk.following.step == [5, 12, 0]
    with followed(*runs, keep=True) as one:  # and another life has them all
        one.settle()
        assert one.talk.opened == ["fit-0001"] and list(one.landscape().others) == ["adam", "late"]


def test_the_plane_is_left_when_any_of_them_leaves_it(runs):
    with followed(*runs) as one:
        one.settle()
        count = one.talk.following.fit
        runs[1].write(12, bend(-4.0, turn=3))
        one.until(lambda: one.talk.following.fit > count)


def test_the_best_of_all_is_in_the_centre(runs):
    runs[1].write(12, bend(-4.0, turn=0.5), loss=0.1)
    with followed(*runs, centre="best") as one:
        one.until(lambda: one.talk.opened)
        about = one.landscape().provenance["fit"]
        assert (about["centre_run"], about["centre_step"]) == ("adam", 12)
        assert np.array_equal(plane_of(one)[1], vector(runs[1].weights(12)))
        one.settle()
    with followed(*runs, centre="best") as one:
        one.settle()
        assert one.talk.opened == ["fit-0001"]


def test_planes_of_other_runs_are_not_gone_on_with_and_stay(runs, tmp_path):
    with followed(*runs[:2]) as one:
        one.settle()
    before = (one.out / "live.json").read_bytes()
    elsewhere = Recording(tmp_path / "elsewhere" / "adam")
    for wrong in (runs[:1], runs, runs[1:2], [runs[0], elsewhere]):
        with pytest.raises(BadInputError) as caught, followed(*wrong, out=one.out):
            pass
        assert str(caught.value) == f"{one.out}: holds planes of sgd and adam; choose another --out, or remove it"
    assert (one.out / "live.json").read_bytes() == before and (one.out / "fit-0001").exists()


def test_without_a_plane_yet_another_order_takes_the_folder(runs, tmp_path):
    with followed(runs[2], out=tmp_path / "live") as one:
        one.settle()
        assert not one.talk.opened
    with followed(*runs[:2], out=tmp_path / "live") as one:
        one.settle()
        assert one.talk.opened and [run["name"] for run in json.loads((one.out / "live.json").read_text())["runs"]] == [
            "sgd", "adam",
        ]  # fmt: skip


def test_the_same_runs_in_another_order_go_on_under_their_names(runs, tmp_path):
    """Two folders of one name too, for which names depend on the order."""
    twin = Recording(tmp_path / "a" / "sgd" / "x")
    other = Recording(tmp_path / "b" / "sgd" / "x")
    for k in range(5):
        twin.write(k, bend(k))
        other.write(2 * k, bend(-0.7 * k, turn=0.1 * k))
    with followed(twin, other, keep=True, out=tmp_path / "live") as one:
        one.settle()
        names = one.talk.following.runs
        assert len(set(names)) == 2
    with followed(other, twin, keep=True, out=tmp_path / "live") as one:
        one.settle()
        assert one.talk.opened == ["fit-0001"] and one.talk.following.runs == names
        axes, centre = plane_of(one)
        check_path(one.landscape().trajectory, twin, range(5), axes, centre)
        check_path(one.landscape().others[names[1]], other, range(0, 10, 2), axes, centre)


def test_planes_of_another_network_are_not_gone_on_with(runs):
    wide = TOY.replace("make_problem", "make_wide")
    with followed(runs[0]) as one:
        one.settle()
    refused = r"live: holds planes of another network \(this one has 37 parameters\)"
    with pytest.raises(BadInputError, match=refused), followed(runs[0], problem=wide):
        pass
    with followed(runs[0]) as one:
        one.settle()
        assert one.talk.opened == ["fit-0001"]


def test_of_two_runs_of_different_networks_it_is_said_which_and_where(runs, tmp_path):
    wide = Recording(tmp_path / "wide", hidden=9)
    wide.write(3, np.zeros(37))
    with followed(runs[0], wide) as one, pytest.raises(BadInputError) as caught:
        one.settle()
    assert str(caught.value) == (
        f"{wide.file(3)}: is of another network than sgd: 0.weight is 9x2 instead of 8x2, 0.bias is 9 instead of 8, "
        "2.weight is 1x9 instead of 1x8; follow wide by itself"
    )


def test_it_is_said_which_run_is_farthest_off_and_why_the_plane_stays(runs):
    with followed(*runs[:2], refit_at=0.9) as one:
        one.settle()
        runs[1].write(12, bend(-4.0, turn=1))
        one.until(lambda: one.talk.following.step == [5, 12])
        one.settle()
        word = one.talk.following
        shares = {name: one.live._fit.paths[name][step].residual for name, step in (("sgd", 5), ("adam", 12))}
        assert word.newest == "adam" == max(shares, key=shares.get) and word.why == ""


def test_names_are_the_folders_and_always_different(tmp_path):
    def names(*sources: str) -> list[str]:
        return [run.name for run in named_runs([str(tmp_path / source) for source in sources])]

    assert names("a", "b") == ["a", "b"]
    assert names("a/run", "b/run", "c/other") == ["a-run", "b-run", "c-other"]
    assert len(set(names("x/a/run", "y/a/run", "run"))) == 3
    assert names(".hidden") == ["hidden"]


# ── very many ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_ten_thousand_checkpoints_are_not_read_before_the_first_plane_is_there(tmp_path, monkeypatch):
    """Files opened are counted, by the interpreter's own audit; links stand for most of the files, which is faster."""
    run = Recording(tmp_path / "run")
    for k in range(50):
        run.write(k, bend(k / 10, turn=0.01 * (k % 7)))
    for k in range(50, 10_000):
        os.link(run.file(k % 50), run.file(k))
    opened: list[str] = []
    counting = [True]

    def hook(event: str, arguments: tuple) -> None:
        if counting[0] and event == "open" and str(arguments[0]).endswith(".safetensors"):
            opened.append(str(arguments[0]))

    sys.addaudithook(hook)
    with followed(run) as one:
        one.until(lambda: one.talk.opened)
        read = {name for name in opened if "step-" in name}
        counting[0] = False
        assert len(read) == 256 and len(opened) < 4 * 256
        assert str(run.file(0)) in read and str(run.file(9_999)) in read
        assert one.talk.of(Preparing)[-1].total == 256
        first = one.landscape()
        assert len(first.trajectory) >= 256
        count = len(first.trajectory)
        for _ in range(5):
            one.live.step()
        one.talk.asked.append(Refit())
        one.until(lambda: one.talk.following.fit == 2)
        later = open_folder(one.out / "fit-0002").trajectory
        assert len(later) > count  # the others follow between the points
        known = np.setdiff1d(later.step, first.trajectory.step)
        skipped = np.setdiff1d(np.arange(known.max() + 1), later.step)
        assert not len(skipped)  # in order
    assert [type(message) for message in one.talk.said].index(Opened) < 400


def test_evenly_spaced_with_first_and_last():
    assert evenly([1, 2, 3], 5) == [1, 2, 3]
    chosen = evenly(list(range(1000)), 7)
    assert chosen[0] == 0 and chosen[-1] == 999 and len(chosen) == 7
    assert max(np.diff(chosen)) - min(np.diff(chosen)) <= 1


@pytest.mark.parametrize("n", [0, 1, 2, 3, 10, 256])
def test_spread_out_every_beginning_is_about_even(n):
    ordered = spread_out(range(n))
    assert sorted(ordered) == list(range(n))
    for k in range(2, n):
        gaps = np.diff(sorted(ordered[:k]))
        assert ordered[:2] == [0, n - 1] and gaps.max() <= 2 * gaps.min() + 2


def test_large_checkpoints_make_no_one_wait_for_the_first_plane(tmp_path, monkeypatch):
    """Where reading takes long, the first plane is that of a few, and all come in afterwards."""
    run = Recording(tmp_path / "run")
    for k in range(40):
        run.write(k, bend(k / 5))
    monkeypatch.setattr(compute.live.intake, "FIRST_SECONDS", 0.0)
    monkeypatch.setattr(compute.live.intake, "BACKLOG_SECONDS", 0.0)
    with followed(run) as one:
        one.until(lambda: one.talk.opened)
        assert len(one.landscape().trajectory) == 8
    monkeypatch.setattr(compute.live.intake, "BACKLOG_SECONDS", 0.1)
    with followed(run) as one:
        one.settle()
        assert len(one.landscape().trajectory) == 40
