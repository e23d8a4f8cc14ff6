"""The flight of a window: keyframes and their undo, the camera on its way, ready-made ways, files and sessions."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.camera.camera import Camera
from explorer.camera.splines import camera_at
from explorer.camera.steering import orbit
from explorer.desk.actions import by_key
from explorer.desk.beginning import beginning, opened
from explorer.desk.desk import Desk
from explorer.desk.keyframing import STEP, save_flight, way_of
from explorer.desk.session import save_session
from explorer.looks.settings import Preferences
from explorer.pictures.keyframes import FlightFile, Keyframe
from tests.explorer.desk.live_folder import add_fit, live_folder
from tests.explorer.desk.test_desk import AREA, land

KEYS = FlightFile(
    tuple(Keyframe(float(t), Camera(azimuth=a, distance=d)) for t, a, d in ((0, 0, 5), (1, 50, 3), (3, 60, 6)))
)


@pytest.fixture
def desk(gl, tmp_path):
    made = Desk(gl, beginning([land(tmp_path / "a")]))
    made.preferences = Preferences(eased=False)
    made.place(AREA)
    yield made
    made.release()
    gl.extra.use()


def azimuths(desk: Desk) -> list[float]:
    return [key.camera.azimuth for key in desk.flight.keyframes]


def stand(desk: Desk, azimuth: float) -> None:
    desk.steer(Camera(azimuth=azimuth))


def test_keyframes_of_the_camera_follow_one_another(desk):
    for azimuth in (0.0, 30.0, 60.0):
        stand(desk, azimuth)
        by_key("Insert").do(desk)
    assert azimuths(desk) == [0, 30, 60]
    assert [key.time for key in desk.flight.keyframes] == [0, STEP, 2 * STEP]
    assert desk.flying.shown and desk.flying.selected == 2 and desk.flying.time == 2 * STEP


def test_a_camera_under_way_counts_as_where_it_goes(desk):
    desk.preferences = Preferences(eased=True)
    stand(desk, 0.0)
    desk.fly_to(Camera(azimuth=40.0))
    desk.flying.add()
    assert azimuths(desk) == [40.0]


def test_every_change_of_the_keyframes_is_one_step_of_undo(desk):
    flying = desk.flying
    flying.put(KEYS)
    changes = [
        lambda: flying.choose(1),
        lambda: flying.caption_it("here"),
        lambda: (stand(desk, 77.0), flying.update()),
        lambda: flying.nudge(1),
        lambda: flying.last(9.0),
        lambda: flying.keep_speed(True),
        flying.delete,
        flying.clear,
    ]
    known = [desk.flight]
    for change in changes:
        change()
        if desk.flight != known[-1]:
            known.append(desk.flight)
    assert len(known) == len(changes)  # to choose one changes none
    assert known[2].keyframes[1].camera.azimuth == 77.0 and known[1].keyframes[1].caption == "here"
    for flight in known[-2::-1]:
        while desk.flight != flight:
            before = desk.flight
            desk.undo()
            assert desk.flight in (before, flight)
    for flight in known[1:]:
        while desk.flight != flight:
            desk.redo()


def test_a_drag_of_a_keyframe_is_one_step_and_nothing_jumps_until_it_is_let_go_of(desk):
    flying = desk.flying
    flying.put(KEYS)
    flying.choose(0)
    for time in (0.3, 0.9, 1.4, 2.0):
        flying.move(time, "drag")
        assert flying.flight.keyframes[flying.selected].time == pytest.approx(time)
    assert azimuths(desk) == [50, 0, 60] and flying.selected == 1
    flying.settle("drag")
    assert [key.time for key in desk.flight.keyframes] == [0, 1, 2] and flying.time == 1
    desk.undo()
    assert desk.flight == KEYS


def test_keys_move_a_keyframe_in_time_and_past_the_next(desk):
    flying = desk.flying
    flying.put(FlightFile((Keyframe(0, Camera()), Keyframe(0.2, Camera(azimuth=9)), Keyframe(3, Camera(azimuth=18)))))
    flying.choose(0)
    by_key("Shift+Right").do(desk)
    assert azimuths(desk) == [-60, 9, 18] and desk.flight.keyframes[1].time == pytest.approx(0.1)
    by_key("Shift+Right").do(desk)
    assert azimuths(desk) == [9, -60, 18] and flying.selected == 1
    for _ in range(3):
        by_key("Shift+Left").do(desk)
    assert azimuths(desk)[0] == -60 and desk.flight.keyframes[0].time == 0


def test_the_camera_goes_to_the_keyframe_that_is_chosen(desk):
    flying = desk.flying
    flying.put(KEYS)
    for name, expected in (("]", 1), ("]", 2), ("]", 2), ("[", 1)):
        by_key(name).do(desk)
        assert flying.selected == expected and desk.pane.camera == KEYS.keyframes[expected].camera
    flying.seek(2.0)
    by_key("]").do(desk)
    assert flying.selected == 2
    flying.seek(2.0)
    by_key("[").do(desk)
    assert flying.selected == 1


def test_what_is_sought_is_on_the_way_exactly_and_no_step_of_undo(desk):
    desk.flying.put(KEYS)
    way = way_of(KEYS)
    for time in (0.0, 0.4, 1.0, 2.2, 3.0):
        desk.flying.seek(time)
        assert desk.pane.camera == camera_at(way, time)
    desk.flying.seek(99.0)
    assert desk.flying.time == 3.0
    desk.undo()
    assert desk.flight == FlightFile(())


@pytest.mark.parametrize("constant", [False, True])
def test_played_it_takes_as_long_as_the_film(desk, constant):
    flying = desk.flying
    flying.put(KEYS)
    flying.keep_speed(constant)
    flying.play()
    moved, eyes = 0.0, [desk.pane.camera.eye]
    while flying.playing:
        assert flying.lines() is None
        assert desk.advance(0.05)
        moved += 0.05
        eyes.append(desk.pane.camera.eye)
    assert moved == pytest.approx(3.0, abs=0.051)
    assert flying.time == 3.0 and desk.pane.camera == KEYS.keyframes[-1].camera
    ways = np.linalg.norm(np.diff(eyes, axis=0), axis=1)[1:-2]
    assert bool(ways.max() / ways.min() < 1.1) is constant
    flying.play()
    assert flying.time == 0.0  # again, from its start


def test_a_hand_on_the_camera_stops_it_and_so_does_esc(desk):
    flying = desk.flying
    flying.put(KEYS)
    flying.play()
    desk.advance(0.1)
    desk.steer(orbit(desk.pane.camera, 5, 0))
    camera = desk.pane.camera
    desk.advance(0.1)
    assert not flying.playing and desk.pane.camera == camera
    flying.play()
    by_key("Esc").do(desk)
    assert not flying.playing and not desk.notices.shown


def test_the_path_is_shown_up_to_the_steps_of_the_keyframes_and_all_of_it_afterwards(gl, tmp_path):
    from explorer.desk.beginning import Beginning  # noqa: PLC0415
    from tests.explorer.desk.test_actions import land as with_path  # noqa: PLC0415

    desk = Desk(gl, Beginning({"one": with_path("one")}))
    desk.flying.put(FlightFile((Keyframe(0, Camera(), step=0.0), Keyframe(2, Camera(azimuth=9), step=2.0))))
    desk.flying.seek(1.0)
    assert desk.pane.stage.moment == 1.0
    desk.flying.stop()
    assert desk.pane.stage.moment is None
    desk.release()
    gl.extra.use()


def test_its_way_is_in_the_scene_while_it_is_worked_on(desk):
    flying = desk.flying
    assert flying.lines() is None
    flying.put(KEYS)
    stand(desk, 180.0)
    drawn = flying.lines()
    assert drawn is not None and len(drawn.lines) > 40 and flying.lines() is drawn
    flying.choose(1)
    assert flying.lines() is not drawn
    by_key("Shift+K").do(desk)
    assert flying.lines() is None and not flying.shown


def test_a_ready_made_way_takes_the_place_of_the_keyframes_and_can_be_undone(desk):
    desk.flying.put(KEYS)
    desk.flying.lay("turntable")
    assert desk.flying.count == 9 and desk.flying.selected == 0
    desk.undo()
    assert desk.flight == KEYS


def test_a_flight_is_opened_from_its_file_and_what_is_none_is_said(desk, tmp_path):
    desk.open(save_flight(KEYS, tmp_path / "tour"))
    assert desk.flight == KEYS and desk.flying.shown
    bad = tmp_path / "bad.flight.json"
    bad.write_text("{}")
    desk.open(bad)
    assert desk.flight == KEYS
    assert str(bad) in desk.notices.shown[-1].text and desk.notices.shown[-1].error


def test_it_is_saved_with_the_session_and_comes_back(gl, desk, tmp_path):
    assert desk.session().flight is None
    desk.flying.put(replace(KEYS, speed="constant"))
    path = save_session(desk.session(), tmp_path / "my.basin.json")
    again = Desk(gl, opened(path))
    assert again.flight == desk.flight and again.flying.shown
    again.release()
    gl.extra.use()
    desk.flying.clear()
    desk.open(path)
    assert desk.flight == replace(KEYS, speed="constant")
    assert not desk.can_undo


def test_of_a_training_that_is_followed_the_film_goes_through_its_steps_and_back(gl, tmp_path):
    live = live_folder(tmp_path)
    add_fit(live, 1, 60)
    add_fit(live, 2, 100)
    desk = Desk(gl, opened(live))
    desk.preferences = Preferences(eased=False)
    desk.place(AREA)
    for moment in (20.0, 80.0):
        desk.go_to(moment)
        desk.flying.add()
    desk.go_to(None)
    assert [key.step for key in desk.flight.keyframes] == [20, 80]
    desk.flying.seek(1.0)
    assert desk.live.moment == 50 and desk.live.fit_number == 1
    desk.flying.seek(2.0)
    assert desk.live.moment == 80
    desk.flying.stop()
    assert desk.live.moment is None
    desk.release()
    gl.extra.use()


def test_a_camera_that_follows_the_training_does_not_stop_the_film(gl, tmp_path):
    live = live_folder(tmp_path)
    add_fit(live, 1, 60)
    desk = Desk(gl, opened(live))
    desk.place(AREA)
    desk.live.switches.follow = True
    desk.flying.put(KEYS)
    desk.flying.play()
    desk.advance(0.1)
    desk.advance(0.1)
    assert desk.flying.playing
    desk.release()
    gl.extra.use()
