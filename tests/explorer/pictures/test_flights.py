"""The ready-made flights, as what they show picture by picture: no graphics are needed for that."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from compute.errors import BadInputError
from compute.landscape import Trajectory
from compute.levels import level_of
from explorer.camera.camera import FRONT, Camera
from explorer.ground.heights import extent_world
from explorer.ground.picking import sample
from explorer.ground.scene import relief_world
from explorer.ground.staging import Stage
from explorer.looks.view import View
from explorer.pictures.descent import BEGIN, END, along, descent
from explorer.pictures.flights import rise, sway, turntable
from explorer.pictures.instants import Instant, Take
from explorer.pictures.reel import staged
from explorer.pictures.refining import measured_order, refine
from explorer.pictures.replay import chapters_of, training, training_over
from tests.explorer.desk.live_folder import add_fit, go_on, live_folder
from tests.explorer.layers.test_layers import landscape
from tests.explorer.lines import line

TAKE = Take(seconds=2, fps=12, size=(160, 96))


def himmelblau(n: int = 33):
    """With a loss on its path that nobody would take for another."""
    land = landscape(n)
    path = land.trajectory
    return replace(land, trajectory=replace(path, step=10 * path.step, loss=np.linspace(2, 0.5, len(path))))


def test_a_turntable_turns_at_one_speed_and_closes():
    turned = [instant.view.camera for instant in turntable(himmelblau(), View(), TAKE)]
    assert len(turned) == TAKE.count == 24
    steps = np.diff([camera.azimuth for camera in turned])
    assert steps == pytest.approx([15.0] * 23)
    assert turned[0] == Camera()
    assert turned[-1].azimuth + 15 == pytest.approx(Camera().azimuth + 360)


def test_a_line_is_seen_from_both_sides_and_never_end_on():
    shots = [sway(FRONT, share) for share in np.linspace(0, 1, 101)]
    azimuths = np.array([shot.azimuth for shot in shots]) - FRONT.azimuth
    assert azimuths.max() > 30 and azimuths.min() < -30 and np.abs(azimuths).max() < 60
    assert shots[0] == FRONT
    first = next(turntable(line(), View(), TAKE))
    assert first.view.camera == FRONT


def test_a_rise_begins_as_the_map_and_ends_as_the_view():
    views = [instant.view for instant in rise(himmelblau(), View(), TAKE)]
    assert len(views) == TAKE.count
    assert views[0].is_map and views[2].is_map
    assert views[-1] == View()
    reliefs = [view.relief for view in views if not view.flat]
    assert all(b >= a for a, b in itertools.pairwise(reliefs))
    elevations = [view.camera.elevation for view in views]
    assert all(b <= a for a, b in itertools.pairwise(elevations))


def test_a_descent_follows_the_path_looks_ahead_and_stays_above_the_ground():
    land, view = himmelblau(), View()
    shown = list(descent(land, view, Take(4, 15)))
    stage = Stage(land, view)
    extent, relief = extent_world(land.domain), relief_world(view, stage.map.scale)
    assert shown[0].view.camera.target == pytest.approx(view.camera.target)
    ends = [[-4.5, 4.2], np.array([land.trajectory.alpha[-1], land.trajectory.beta[-1]])]
    for instant, (alpha, beta) in zip((shown[0], shown[-1]), ends, strict=True):
        assert instant.marked == pytest.approx(((alpha + 5) / 10, (beta + 5) / 10), abs=1e-6)
    walking = shown[round(BEGIN * len(shown)) + 3 : round(END * len(shown)) - 3]
    for instant in walking:
        eye, walker = instant.view.camera.eye, (np.array(instant.marked) - 0.5) * extent
        uv = np.clip(eye[:2] / np.array(extent) + 0.5, 0, 1)[None]
        ground = float(np.nan_to_num(np.clip(sample(stage.heights, uv), 0, 1))[0]) * relief
        assert eye[2] > ground + 0.05
        assert np.linalg.norm(eye[:2] - walker) < 1.5
        forward = np.array(instant.view.camera.target)[:2] - eye[:2]
        assert forward @ (walker - eye[:2]) > 0, "the walker is behind"
    middle = walking[len(walking) // 2]
    ahead = np.array(middle.view.camera.target)[:2] - (np.array(middle.marked) - 0.5) * extent
    way = (np.array(walking[len(walking) // 2 + 3].marked) - np.array(middle.marked)) * extent
    assert ahead @ way > 0, "it does not look ahead"
    behind = (np.array(middle.marked) - 0.5) * extent - middle.view.camera.eye[:2]
    assert behind @ way > 0, "it does not come from behind"


def test_the_line_of_sight_of_a_descent_is_clear_of_a_ridge_behind_the_walker():
    land = himmelblau(65)
    x, y = np.meshgrid(land.domain.alphas, land.domain.betas)
    ridge = replace(land, metrics={"train_loss": 1 + 40 * np.exp(-(((x + 0.5 * y + 0.8) / 0.8) ** 2))})
    stage = Stage(ridge, View())
    extent, relief = extent_world(land.domain), relief_world(View(), stage.map.scale)
    clear = []
    for instant in list(descent(ridge, View(), Take(4, 15)))[round(BEGIN * 60) : round(END * 60)]:
        eye, target = instant.view.camera.eye, np.array(instant.view.camera.target)
        between = target + np.linspace(0.3, 1, 30)[:, None] * (eye - target)
        uv = np.clip(between[:, :2] / np.array(extent) + 0.5, 0, 1)
        clear.append(float((between[:, 2] - np.clip(sample(stage.heights, uv), 0, 1) * relief).min()))
    assert min(clear) > 0


def test_the_camera_of_a_descent_never_jumps():
    turn = np.linspace(0, 1.5 * np.pi, 40)  # a path that winds
    spiral = Trajectory(
        turn, turn, (4 - 0.7 * turn) * np.cos(turn), (4 - 0.7 * turn) * np.sin(turn), 0 * turn, 1 + turn
    )
    winding = replace(himmelblau(), trajectory=spiral)
    eyes = np.array([instant.view.camera.eye for instant in descent(winding, View(), Take(6, 30))])
    moved = np.linalg.norm(np.diff(eyes, axis=0), axis=1)
    assert moved.max() < 0.35  # on its way from the view to the path
    assert np.abs(np.diff(moved)).max() < 0.05


@pytest.mark.parametrize("azimuth", [180, 270])
def test_a_path_that_trembles_does_not_shake_the_camera(azimuth):
    """It stays behind a walk along α, or along β."""
    step = np.arange(81.0)
    along_it, across = -4 + 0.1 * step, 0.35 * (-1) ** step
    alpha, beta = (along_it, across) if azimuth == 180 else (across, along_it)
    zigzag = Trajectory(step, step, alpha, beta, 0 * step, 1 + step)
    shown = list(descent(replace(himmelblau(), trajectory=zigzag), View(), Take(6, 30)))
    middle = [instant.view.camera.azimuth % 360 for instant in shown[75:115]]
    assert middle == pytest.approx([azimuth] * 40, abs=3)


def test_a_descent_counts_step_and_true_loss():
    said = [dict(instant.said) for instant in descent(himmelblau(), View(), TAKE)]
    assert said[0] == {"step": "0", "loss": "2"}
    assert said[-1] == {"step": "110", "loss": "0.5"}
    steps = [int(one["step"]) for one in said]
    assert steps == sorted(steps)


def test_the_walk_is_slow_at_its_ends_and_even_between():
    places = [along(share) for share in np.linspace(BEGIN, END, 101)]
    steps = np.diff(places)
    assert places[0] == 0 and places[-1] == pytest.approx(1)
    assert steps[0] < steps[50] / 5 and steps[-1] < steps[50] / 5
    assert steps[30:70] == pytest.approx([steps[50]] * 40)


@pytest.mark.parametrize("flight", [descent, rise])
def test_a_line_is_refused_by_flights_that_need_a_surface(flight):
    with pytest.raises(BadInputError, match="needs a surface"):
        list(flight(line(), View(), TAKE))


@pytest.mark.parametrize("flight", [descent, training])
def test_without_a_path_one_line_says_so(flight):
    with pytest.raises(BadInputError, match="path"):
        list(flight(replace(himmelblau(), trajectory=None), View(), TAKE))


def test_a_path_outside_of_the_ground_is_none():
    far = Trajectory(*(np.arange(3.0), np.arange(3.0), np.full(3, 50.0), np.zeros(3), np.zeros(3), np.ones(3)))
    with pytest.raises(BadInputError, match="no training path lies on it"):
        list(descent(replace(himmelblau(), trajectory=far), View(), TAKE))


def test_refining_shows_level_after_level_and_ends_as_the_whole():
    land = himmelblau(17)
    counts, scales = [], []
    for instant in refine(land, View(), TAKE):
        measured = np.asarray(instant.landscape.examples) > 0
        counts.append(int(measured.sum()))
        levels = level_of((17, 17))
        worked = int(levels[measured].max())
        assert measured[levels < worked].all(), "a level begins before the one above is whole"
        assert np.isnan(instant.landscape.main[~measured]).all()
        scales.append(instant.view.height)
    assert counts[0] == 25 and counts[-1] == 17 * 17
    assert all(b >= a for a, b in itertools.pairwise(counts))
    assert {25, 81, 289} <= set(counts)
    assert len(set(scales)) == 1 and scales[0].fixed


def test_refining_keeps_to_what_is_measured():
    land = himmelblau(17)
    examples = np.array(land.examples)
    examples[1::2] = 0
    order, level = measured_order(replace(land, examples=examples))
    assert sorted(order.tolist()) == np.flatnonzero(examples).tolist()
    assert (np.diff(level) >= 0).all()
    nothing = replace(land, examples=np.zeros_like(examples))
    with pytest.raises(BadInputError, match="nothing is measured"):
        list(refine(nothing, View(), TAKE))
    with pytest.raises(BadInputError, match="one level only"):
        list(refine(himmelblau(26), View(), TAKE))  # 25 cells cannot be halved


def test_the_ground_eases_from_one_landscape_to_the_next():
    take = Take(5, 12)
    heights = [stage.heights.copy() for _, stage in staged(refine(himmelblau(17), View(), take), take)]
    moved = [float(np.abs(b - a).max()) for a, b in itertools.pairwise(heights)]
    assert max(moved) > 0.01
    assert np.abs(heights[-1] - Stage(himmelblau(17), View()).heights).max() < 0.02


def test_the_ground_moves_by_the_clock_of_the_film():
    """A quarter of a second is its time constant, whatever the number of pictures in it."""
    low = himmelblau(17)
    high = replace(low, metrics={"train_loss": low.main[::-1].copy()})
    start, goal = Stage(low, View()).heights, Stage(high, View()).heights
    for fps in (10, 40):
        instants = [Instant(low, View()), *[Instant(high, View())] * fps]
        heights = [stage.heights for _, stage in staged(instants, Take(2, fps))]
        for k in (1, fps // 5):
            wanted = goal + (start - goal) * np.exp(-k / fps / 0.25)
            assert np.abs(heights[k] - wanted).max() < 1e-4


def test_a_training_grows_its_path_and_counts():
    shown = list(training(himmelblau(), View(), TAKE))
    moments = [instant.moment for instant in shown]
    assert moments[0] == 0 and moments[-1] == 110
    assert all(b >= a for a, b in itertools.pairwise(moments))
    assert dict(shown[0].said)["step"] == "0" and dict(shown[-1].said) == {"step": "110", "loss": "0.5"}
    lengths = [len(stage.scene.checkpoints) for _, stage in staged(shown, TAKE)]
    assert lengths[0] == 1 and lengths[-1] == 12


def test_a_training_of_several_runs_goes_on_until_the_last_of_them_ends():
    land = himmelblau()
    longer = replace(land.trajectory, step=2 * land.trajectory.step)
    shown = list(training(replace(land, others={"other": longer}), View(), TAKE))
    assert shown[-1].moment == 220
    assert dict(shown[-1].said)["step"] == "110"  # the first run's last


def test_a_followed_training_shows_the_plane_of_the_time(tmp_path):
    live = live_folder(tmp_path)
    add_fit(live, 1, 40)
    add_fit(live, 2, 70, factor=3.0)
    add_fit(live, 3, 100, rows=0)  # nothing measured yet
    go_on(live / "fit-0001", 100, 1)
    go_on(live / "fit-0002", 100, 2)
    chapters = chapters_of(live)
    assert [chapter.step for chapter in chapters] == [40, 70]
    flight = training_over(chapters)
    shown = list(flight(chapters[-1].landscape, View(), Take(3, 20)))
    for instant in shown:
        assert instant.landscape is chapters[0 if instant.moment < 70 else 1].landscape
        assert dict(instant.said)["step"] == str(int(instant.moment // 10 * 10))
        assert instant.view.height == shown[0].view.height
    assert {instant.landscape.name for instant in shown} == {"mine"}


def test_a_live_folder_without_a_plane_is_refused(tmp_path):
    with pytest.raises(BadInputError, match="no plane"):
        chapters_of(live_folder(tmp_path))
