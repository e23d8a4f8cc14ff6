"""What a window shows and what can be done with it, without a window: panes, views, undo, landscapes, measuring."""

from dataclasses import replace
from typing import ClassVar

import numpy as np
import pytest

from compute.folder import LandscapeWriter, create_folder
from compute.landscape import Domain
from compute.messages import Focus, Look, Opened, Sample
from explorer.camera.camera import MAP, Camera, Margins, project
from explorer.camera.motion import FLIGHT_SECONDS
from explorer.desk.beginning import beginning
from explorer.desk.desk import Desk
from explorer.desk.measuring import begun, coordinates
from explorer.desk.session import save_session
from explorer.looks.camera_text import camera_json
from explorer.looks.settings import Links, Preferences
from explorer.looks.view import Contours, Scaling, View

AREA = (0, 0, 640, 400)


def land(path, factor=1.0, n=9, rows=None):
    """A bowl with its minimum, of this factor, at (0.5, −0.25)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    domain = Domain((-1, 1), (-1, 1), n, n)
    create_folder(path, domain, ("train_loss", "test_loss"), {})
    fill(LandscapeWriter(path), factor, 0, n if rows is None else rows)
    return path


def fill(writer, factor, first, last):
    for row in range(first, last):
        for column, alpha in enumerate(writer.domain.alphas):
            loss = factor * (1 + (alpha - 0.5) ** 2 + (writer.domain.betas[row] + 0.25) ** 2)
            writer.record(row, column, {"train_loss": loss, "test_loss": 2 * loss}, 8)


@pytest.fixture
def desk(gl, tmp_path):
    made = Desk(gl, beginning([land(tmp_path / "a"), land(tmp_path / "b", 3.0)]))
    made.place(AREA)
    yield made
    made.release()
    gl.extra.use()


@pytest.fixture
def alone(gl, tmp_path):
    made = Desk(gl, beginning([land(tmp_path / "a")]))
    made.place(AREA)
    yield made
    made.release()
    gl.extra.use()


def settle(desk):
    """Let everything that glides arrive."""
    while desk.advance(0.1):
        pass


class Worker:
    """What a task's process is to the desk: says what it is told to say, and keeps what it is asked."""

    orders: ClassVar[list] = []

    def __init__(self, order):
        self.order, self.sent, self.says, self.stopped = order, [], [], False
        Worker.orders.append(self)

    def poll(self):
        said, self.says = self.says, []
        return said

    def send(self, message):
        self.sent.append(message)

    def stop(self):
        self.stopped = True


@pytest.fixture
def workers(monkeypatch):
    Worker.orders = []
    monkeypatch.setattr("explorer.worker.task.Worker", Worker)
    return Worker.orders


# ── panes and views ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_linked_panes_follow_the_active_one_and_free_ones_stay(desk):
    desk.show(replace(desk.view, contours=Contours(count=7), camera=Camera(azimuth=10.0)))
    assert [pane.view.contours.count for pane in desk.panes] == [7, 7]
    assert [pane.view.camera.azimuth for pane in desk.panes] == [10.0, 10.0]
    desk.link(Links(camera=False, look=False))
    desk.show(replace(desk.view, contours=Contours(count=9), camera=Camera(azimuth=20.0)))
    assert [pane.view.contours.count for pane in desk.panes] == [9, 7]
    assert [pane.view.camera.azimuth for pane in desk.panes] == [20.0, 10.0]


def test_one_scale_for_all_on_request_and_their_own_again(desk):
    own = [pane.stage.map.scale.high for pane in desk.panes]
    desk.link(Links(scale=True))
    assert [(s.low, s.high) for s in (pane.stage.map.scale for pane in desk.panes)] == [
        (pytest.approx(1.0, rel=0.02), own[1])
    ] * 2
    assert all(pane.view.height == Scaling() for pane in desk.panes)  # what the user set stays
    desk.link(Links())
    assert [pane.stage.map.scale.high for pane in desk.panes] == own


def test_undo_takes_back_a_whole_gesture_in_every_pane_and_redo_brings_it_again(desk):
    desk.preferences = Preferences(eased=False)
    start, drag = desk.view, object()
    for azimuth in (1.0, 2.0, 3.0):
        desk.steer(replace(desk.view.camera, azimuth=azimuth), drag)
    desk.change(lambda view: replace(view, flat=True))
    desk.undo()
    assert [pane.view.camera.azimuth for pane in desk.panes] == [3.0, 3.0] and not desk.view.flat
    desk.undo()
    assert desk.view == start and not desk.can_undo
    desk.redo(), desk.redo()
    assert desk.view.flat and not desk.can_redo


def test_a_camera_glides_and_arrives_exactly(alone):
    goal = Camera(azimuth=100.0, elevation=10.0)
    alone.fly_to(goal)
    assert alone.view.camera != goal
    alone.advance(FLIGHT_SECONDS / 2)
    assert alone.view.camera != goal
    settle(alone)
    assert alone.view.camera == goal
    alone.undo()
    settle(alone)
    assert alone.view.camera == Camera()


def test_a_camera_under_way_is_there_when_another_landscape_comes_beside(desk, tmp_path):
    goal = Camera(azimuth=100.0, elevation=10.0)
    desk.fly_to(goal)
    desk.advance(FLIGHT_SECONDS / 2)
    desk.open(land(tmp_path / "c"))
    assert [pane.view.camera for pane in desk.panes] == [goal] * 3 and not desk.motion.moving


def test_without_easing_it_is_there_at_once(alone):
    alone.preferences = Preferences(eased=False)
    alone.fly_to(Camera(azimuth=100.0))
    assert alone.view.camera.azimuth == 100.0 and not alone.advance(0.1)


def test_the_map_and_back_is_one_step_each(alone):
    before = replace(alone.view, camera=Camera(azimuth=33.0))
    alone.show(before)
    alone.enter_map()
    settle(alone)
    assert alone.view.is_map and alone.view.camera.azimuth == MAP.azimuth
    alone.leave_map()
    settle(alone)
    assert alone.view == before
    alone.undo()
    settle(alone)
    assert alone.view.is_map


def test_fit_has_every_corner_inside_beside_the_panel(alone):
    alone.place((0, 0, 1280, 800), Margins(left=312, top=20))
    alone.pane.draw(1.0)
    alone.preferences = Preferences(eased=False)
    alone.fly_to(alone.pane.fitted(Camera(azimuth=20.0, distance=17.0)))
    alone.pane.draw(1.0)
    top = alone.view.relief
    corners = np.array([(x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (0, top)], float)
    seen = project(alone.pane.clip, corners, (1280, 800))
    assert seen[:, 0].min() > 312 and seen[:, 0].max() < 1280
    assert seen[:, 1].min() > 0 and seen[:, 1].max() < 780
    assert np.ptp(seen[:, 0]) > 400 or np.ptp(seen[:, 1]) > 400  # and not lost in the middle


def test_focus_on_the_minimum_looks_at_it(alone):
    alone.preferences = Preferences(eased=False)
    alone.focus_minimum()
    x, y, _ = alone.view.camera.target
    assert (x, y) == pytest.approx((0.5, -0.25), abs=1e-6)


def test_a_pixel_of_the_window_belongs_to_one_pane(desk):
    assert [desk.pane_at((x, 200)) for x in (10, 630)] == [0, 1]
    desk.active = 1
    left = desk.panes[1].rectangle[0]
    assert desk.within((left + 5, 7)) == (5, 7)


def test_camera_as_text_to_the_clipboard_and_back(alone):
    alone.preferences = Preferences(eased=False)
    alone.copy_camera()
    assert alone.clipboard.read() == camera_json(Camera())
    alone.clipboard.write(camera_json(Camera(azimuth=5.0)))
    alone.paste_camera()
    assert alone.view.camera == Camera(azimuth=5.0)
    alone.clipboard.write("something else")
    alone.paste_camera()
    assert alone.notices.shown[-1].error and alone.view.camera == Camera(azimuth=5.0)


# ── landscapes ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_opening_beside_others_adds_a_pane_and_a_fault_is_a_message(desk, tmp_path):
    desk.open(land(tmp_path / "c"))
    assert [pane.name for pane in desk.panes] == ["a", "b", "c"]
    desk.open(tmp_path / "nothing")
    assert desk.notices.shown[-1].error and "nothing" in desk.notices.shown[-1].text
    assert len(desk.panes) == 3


def test_opening_in_a_single_pane_shows_the_new_one_and_both_are_to_choose_from(alone, tmp_path):
    alone.open(land(tmp_path / "c"))
    assert alone.name == "c" and alone.choices() == ["a", "c"]
    alone.next_plane()
    assert alone.name == "a"


def test_closing_leaves_the_others_and_the_last_one_stays(desk):
    desk.close("a")
    assert [pane.name for pane in desk.panes] == ["b"] and list(desk.stages) == ["b"]
    desk.close("b")
    assert list(desk.stages) == ["b"]


def test_side_by_side_and_one_alone(desk):
    desk.active = 1
    desk.toggle_side_by_side()
    assert [pane.name for pane in desk.panes] == ["b"]
    desk.toggle_side_by_side()
    assert [pane.name for pane in desk.panes] == ["a", "b"] and desk.name == "b"


def test_undo_goes_back_over_another_landscape_and_another_arrangement(alone, tmp_path):
    alone.preferences = Preferences(eased=False)
    turned = Camera(azimuth=70.0)
    alone.fly_to(turned)
    alone.open(land(tmp_path / "c"))
    alone.change(lambda view: replace(view, theme="light"))
    alone.toggle_side_by_side()
    steps = []
    while alone.can_undo:
        steps.append(([pane.name for pane in alone.panes], alone.view.theme, alone.view.camera))
        alone.undo()
    assert steps == [(["a", "c"], "light", turned), (["c"], "light", turned), (["c"], "dark", turned),
                     (["a"], "dark", turned)]  # fmt: skip
    assert alone.view == View() and alone.name == "a"
    while alone.can_redo:
        alone.redo()
    assert [pane.name for pane in alone.panes] == ["a", "c"] and alone.view.theme == "light"


def test_what_is_chosen_outlives_undo_but_not_another_landscape(alone, tmp_path):
    alone.change(lambda view: replace(view, theme="light"))
    alone.selection.choose((0.0, 0.0))
    alone.undo()
    alone.redo()
    assert alone.selection.chosen == ((0.0, 0.0),)
    alone.open(land(tmp_path / "c"))
    alone.selection.choose((0.0, 0.0))
    alone.undo()
    assert alone.name == "a" and alone.selection.chosen == ()


def test_undo_leaves_the_pane_active_that_was_chosen_since(desk):
    desk.change(lambda view: replace(view, theme="light"))
    desk.active = 1
    desk.change(lambda view: replace(view, flat=True))
    desk.undo()
    assert desk.name == "b" and not desk.view.flat


def test_undo_brings_no_landscape_back_that_was_closed(desk):
    desk.change(lambda view: replace(view, theme="light"))
    desk.close("a")
    assert not desk.can_undo
    desk.change(lambda view: replace(view, flat=True))
    desk.undo()
    assert [pane.name for pane in desk.panes] == ["b"] and desk.view.theme == "light" and not desk.can_undo


def test_what_panes_share_is_undone(desk):
    desk.link(Links(scale=True, camera=False))
    desk.undo()
    assert desk.links == Links()
    desk.redo()
    assert desk.links == Links(scale=True, camera=False)


def test_the_worker_hears_which_landscape_undo_shows(alone, tmp_path, workers):
    alone.measurement.resample(Sample(source="run", out=str(tmp_path / "a")))
    workers[0].says = [Opened("plane", str(tmp_path / "a"))]
    alone.poll()
    alone.open(land(tmp_path / "c"))
    alone.undo()
    assert alone.name == "a" and workers[0].sent[-1] == Look("plane")


def test_a_session_brings_everything_back(desk, gl, tmp_path):
    desk.link(Links(camera=False, colours=True))
    desk.active = 1
    desk.show(replace(desk.view, theme="light", relief=0.3, section=((0.1, 0.2), (0.3, 0.4))))
    desk.selection.choose((0.25, -0.5))
    desk.persistence = True
    file = save_session(desk.session(), tmp_path / "s")
    again = Desk(gl, beginning([file]))
    assert (again.selection.chosen, again.persistence) == (((0.25, -0.5),), True)
    assert [pane.view for pane in again.panes] == [pane.view for pane in desk.panes]
    assert (again.active, again.links, again.files) == (1, desk.links, desk.files)
    again.release()
    desk.panes[0].view = View()
    desk.open(file)
    assert [pane.view.theme for pane in desk.panes] == ["light", "light"] and not desk.can_undo


# ── measuring ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_region_is_given_in_the_coordinates_of_the_plane():
    domain = Domain((-2, 2), (0, 10), 5, 5)
    assert coordinates(domain, ((0.75, 0.1), (0.25, 0.4))) == ([-1.0, 1.0], [1.0, 4.0])


def test_a_region_smaller_than_a_cell_still_holds_a_row_and_a_column():
    domain = Domain((0, 4), (0, 8), 5, 9)
    for u, v in np.random.default_rng(1).random((50, 2)):
        alpha, beta = coordinates(domain, ((u, v), (u, v)))
        assert ((domain.alphas >= alpha[0]) & (domain.alphas <= alpha[1])).any()
        assert ((domain.betas >= beta[0]) & (domain.betas <= beta[1])).any()
        assert np.mean(alpha) == pytest.approx(4 * u) and np.mean(beta) == pytest.approx(8 * v)


def test_code_that_a_landscape_names_runs_only_after_it_was_named(alone, monkeypatch, workers):
    order = Sample(source="run", out="out", problem="mine.py:make")
    monkeypatch.setattr("explorer.desk.measurement.sample_of", lambda landscape, folder: order)
    alone.refine(((0.0, 0.0), (0.5, 0.25)))
    assert not workers and "mine.py:make" in alone.notices.shown[-1].text
    alone.refine(((0.0, 0.0), (0.5, 0.25)))
    assert workers[0].order == replace(order, focus=[-1.0, 0.0, -1.0, -0.5], focus_throughout=True, watched=True)


def test_refining_asks_the_worker_that_measures_this_plane(alone, tmp_path, workers):
    alone.measurement.resample(Sample(source="run", out=str(tmp_path / "a")))
    workers[0].says = [Opened("plane", str(tmp_path / "a"))]
    assert alone.poll()
    alone.refine(((0.0, 0.0), (0.5, 0.25)))
    assert workers[0].sent[-1] == Focus("plane", [-1.0, 0.0], [-1.0, -0.5], throughout=True)
    assert list(alone.stages) == ["a"]  # the folder that is open already is not another landscape


def test_refining_what_nobody_measures_says_why_that_cannot_be(alone, workers):
    alone.refine(((0.0, 0.0), (0.5, 0.25)))
    assert not workers and alone.notices.shown[-1].error


def test_another_plane_comes_into_view_with_its_first_level_and_not_before(alone, tmp_path, workers):
    folder = land(tmp_path / "new", rows=0)
    alone.measurement.resample(Sample(source="run", out=str(folder)))
    workers[0].says = [Opened("new", str(folder))]
    alone.poll()
    assert not alone.refresh() and alone.name == "a" and alone.choices() == ["a"]
    fill(LandscapeWriter(folder), 1.0, 0, 9)
    assert alone.refresh() and alone.name == "new" and alone.choices() == ["a", "new"]
    assert workers[0].sent[-1] == Look("new")


def test_a_second_task_takes_the_place_of_the_first(alone, tmp_path, workers):
    for name in ("one", "two"):
        alone.measurement.resample(Sample(source="run", out=str(tmp_path / name)))
    assert [worker.stopped for worker in workers] == [True, False]
    alone.release()
    assert workers[1].stopped


def test_begun_means_that_the_first_level_is_there(tmp_path):
    found = beginning([land(tmp_path / "a", rows=2)]).landscapes["a"]
    assert not begun(found)
    assert begun(beginning([land(tmp_path / "b")]).landscapes["b"])


def test_what_cannot_be_opened_or_is_gone_is_a_message(desk, tmp_path):
    desk.open(tmp_path / ("x" * 5000))
    assert desk.notices.shown[-1].text.endswith("cannot be opened (File name too long)")
    desk._take(Opened("pca", str(tmp_path / "gone")))
    assert "gone" in desk.notices.shown[-1].text and desk.notices.shown[-1].error


def test_a_session_that_is_opened_is_not_left_for_a_plane_that_was_waited_for(desk, tmp_path):
    saved = save_session(desk.session(), tmp_path / "s")
    desk._take(Opened("pca", str(land(tmp_path / "new", rows=0))))
    desk.open(saved)
    desk.refresh()
    assert sorted(desk.stages) == ["a", "b"]


def test_the_second_landscape_is_put_beside_the_first_while_its_camera_glides(desk):
    desk.look("b")
    desk.toggle_side_by_side()
    for camera in (None, Camera(azimuth=80.0)):
        if camera:
            desk.fly_to(camera)
        desk.toggle_side_by_side()
        assert (desk.name, [pane.name for pane in desk.panes]) == ("b", ["a", "b"])
        desk.toggle_side_by_side()
