"""What panel and slider say of a training that is followed, and that nothing is in the way there."""

from dataclasses import replace
from types import MappingProxyType, SimpleNamespace

import pytest
from imgui_bundle import imgui, implot
from pyglet.window import key

from compute.folder import open_folder
from compute.messages import Follow, Following, Measuring, Preparing
from explorer.desk.beginning import Beginning, opened
from explorer.desk.live import Live
from explorer.desk.modes import Dialog
from explorer.gui import facts, live, training
from explorer.gui.dialogs import _folder_of
from explorer.gui.facts import pace
from explorer.gui.live import FEWEST, LOOKING, fit_line, off_line
from explorer.gui.timeline import slider_text
from explorer.looks.theme import THEMES
from explorer.looks.view import View
from explorer.worker.status import Status
from tests.explorer.desk.live_folder import add_fit, go_on, live_folder, measure
from tests.explorer.interface import Hand, hand

SIZE = (1280, 800)
HEARD = Following(["mine"], [1234], 40, 0.4, 2)


@pytest.fixture
def folder(tmp_path):
    return live_folder(tmp_path, rows=1235)


@pytest.fixture
def replay(gl, folder, monkeypatch, tmp_path):
    """A training of 1234 steps whose path over its one plane ends at step 1100."""
    go_on(add_fit(folder, 1, 60), 1100, 1)
    with hand(gl, opened(folder), monkeypatch, tmp_path / "state", SIZE) as one:
        yield one


def order(folder) -> Follow:
    return Follow([str(folder.parent)], str(folder), "mine.py:make")


def measuring(plane: str, done: int = 10, rate: float = 5.0, left: float = 3.0) -> Measuring:
    return Measuring(plane, 1, 4, done, 1089, rate, left)


def of(*known: Measuring, **changes) -> Status:
    status = Status(measuring=MappingProxyType({m.plane: m for m in known}), latest=known[-1].plane if known else "")
    return replace(status, **changes)


# ── what the panel says ───────────────────────────────────────────────────────────────────────────────────────────────


def test_before_the_first_plane_the_panel_says_what_happens(folder) -> None:
    followed = Live(folder, order(folder))
    assert fit_line(followed, Status()) == "starting"
    assert fit_line(followed, Status(preparing=Preparing("reading checkpoints", 3, 9))) == "reading checkpoints"
    few = Status(following=replace(HEARD, checkpoints=FEWEST - 1, fit=0))
    assert fit_line(followed, few) == "the plane is fitted once there are three checkpoints"
    assert fit_line(followed, Status(following=HEARD)) == "the plane is being fitted"


def test_while_the_new_plane_has_no_surface_the_panel_says_whose_is_shown(folder) -> None:
    add_fit(folder, 1, 60)
    second = add_fit(folder, 2, 100, rows=0)
    followed = Live(folder, order(folder))
    followed.stage(View())
    assert fit_line(followed, of()) == "fit 2 is being measured; the surface is that of fit 1"
    assert fit_line(followed, None) == "fit 2 has no surface; the surface is that of fit 1"
    assert off_line(followed, HEARD) == "newest checkpoint 40% of the spread off the plane of fit 2"
    assert slider_text(followed, 100, 100) == "step 100 of 100   fit 1 of 2"
    measure(second, 0, 9)
    followed.stage(View())
    assert fit_line(followed, of()) == "fit 2 of 2"
    assert off_line(followed, HEARD) == "newest checkpoint 40% of the spread off the plane"


def test_of_several_runs_the_panel_names_the_one_that_is_off(folder) -> None:
    add_fit(folder, 2, 60)
    followed = Live(folder, order(folder))
    followed.stage(View())
    heard = replace(HEARD, runs=["mine", "other"], newest="other")
    assert off_line(followed, heard) == "newest checkpoint of other 40% of the spread off the plane"


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (of(measuring("a")), "level 2 of 4, 5.0 points/s, 3 s left"),
        (of(measuring("a", rate=4335.7)), "level 2 of 4, 4,335.7 points/s, 3 s left"),
        (of(measuring("a"), paused=True, following=HEARD), "level 2 of 4, paused"),
        (of(measuring("a", left=0.0), following=HEARD), "waiting for checkpoints"),
        (of(measuring("a", done=1089), following=HEARD), "waiting for checkpoints"),
        (of(measuring("a"), following=HEARD), "level 2 of 4, 5.0 points/s, 3 s left"),
        (of(measuring("a"), measuring("b")), ""),
        (of(measuring("a"), finished=True), ""),
    ],
)
def test_the_pace_is_that_of_the_plane_in_work(status: Status, expected: str) -> None:
    assert pace(status, "a") == expected


@pytest.mark.parametrize("followed", [True, False])
def test_of_the_planes_of_a_training_only_the_newest_has_a_bar(monkeypatch, followed: bool) -> None:
    bars: list[str] = []
    monkeypatch.setattr(facts, "_bar", lambda text, *_: bars.append(text))
    planes = [measuring(f"fit-000{k}") for k in (1, 2, 3)]
    facts.progress(of(*planes, following=HEARD if followed else None))
    newest = "fit-0003: 10 of 1,089 points"
    assert bars == [newest] if followed else (len(bars) == 3 and bars[-1] == newest)


def said(one: Hand, monkeypatch) -> list[str]:
    """The grey lines of the section in one frame."""
    lines: list[str] = []
    with monkeypatch.context() as patch:
        patch.setattr(live, "grey", lines.append)
        one.frames(1)
    return lines


def test_who_only_looks_is_told_so_and_slides_to_the_end_of_the_path(replay: Hand, monkeypatch) -> None:
    assert said(replay, monkeypatch) == [LOOKING, "mine: step 1,234, loss 4.373e-06", "fit 1 of 1"]
    assert replay.desk.live.steps == (0, 1100)
    replay.desk.go_to(1099.0)
    assert slider_text(replay.desk.live, 1099, 1100) == "step 1,099 of 1,100   (replay)"
    replay.desk.go_to(1150.0)
    assert replay.desk.live.moment is None


def test_why_the_plane_stays_is_said_and_moves_no_control(gl, folder, monkeypatch, tmp_path) -> None:
    add_fit(folder, 1, 60)
    found = opened(folder)
    found.live.order = order(folder)
    with hand(gl, found, monkeypatch, tmp_path / "state", SIZE) as one:
        task = SimpleNamespace(
            order=order(folder), status=of(), steer=None, refit=None, pause=lambda _: None, stop=lambda: None
        )
        one.desk.measurement.task = task
        monkeypatch.setattr(one.desk.measurement, "poll", list)
        one.drawn()
        places = {name: one.seen[name] for name in ("follow with the camera", "keep the plane", "Fit the plane anew")}
        status = of(*[measuring(f"fit-000{k}") for k in (1, 2, 3)], following=replace(HEARD, why="the plane is kept"))
        task.status = status
        lines = said(one, monkeypatch)
        assert lines[-1] == "the plane is kept" and LOOKING not in lines and not any("checkpoints" in x for x in lines)
        one.drawn()
        assert {name: one.seen[name] for name in places} == places
        one.desk.measurement.task = None


# ── the slider ────────────────────────────────────────────────────────────────────────────────────────────────────────


def tips(one: Hand, monkeypatch, count: int = 60) -> list[tuple[float, float]]:
    """Top and bottom of each tooltip that so many frames draw."""
    found: list[tuple[float, float]] = []
    original = imgui.end_tooltip

    def ending() -> None:
        top = imgui.get_window_pos().y
        found.append((top, top + imgui.get_window_size().y))
        original()

    with monkeypatch.context() as patch:
        patch.setattr(imgui, "end_tooltip", ending)
        one.frames(count)
    return found


@pytest.mark.parametrize("control", ["##moment", "Play##run", "Newest"])
def test_a_tooltip_of_the_strip_lies_above_it(replay: Hand, monkeypatch, control: str) -> None:
    replay.move(*replay.place(control, 0.5))
    found = tips(replay, monkeypatch)
    slider = replay.seen["##moment"]
    assert found and found[-1][0] > 0 and found[-1][1] < slider[1] - 12, "the strip begins above its controls"


def test_no_tooltip_while_the_slider_is_dragged(replay: Hand, monkeypatch) -> None:
    x, y = replay.place("##moment", 0.5)
    replay.move(x, y)
    replay.button(True)
    assert not tips(replay, monkeypatch)
    replay.move(x + 50, y + 60)
    replay.move(*replay.place("Play##run"))  # with the button down
    assert not tips(replay, monkeypatch)
    replay.button(False)
    replay.desk.go_to(None)
    replay.move(*replay.place("Newest"))  # grey, so that pressing it takes hold of nothing
    assert tips(replay, monkeypatch)
    replay.button(True)
    assert not tips(replay, monkeypatch)
    replay.button(False)


def test_a_slider_of_one_step_is_grey(gl, tmp_path, monkeypatch) -> None:
    folder = live_folder(tmp_path, rows=1)
    go_on(add_fit(folder, 1, 60), 0, 1)
    greyed: list[bool] = []
    with hand(gl, opened(folder), monkeypatch, tmp_path / "state", SIZE) as one:
        original = imgui.slider_float

        def noting(label: str, *args):
            if label == "##moment":
                greyed.append(bool(imgui.get_style().alpha < 1) and args[3] == "step 0 of 0")
            return original(label, *args)

        monkeypatch.setattr(imgui, "slider_float", noting)
        one.frames(1)
        assert greyed == [True]
        with (folder.parent / "recording.csv").open("a") as file:
            file.write("5,,0.3\n")
        go_on(folder / "fit-0001", 10, 1)
        one.desk.refresh()
        one.desk.refresh()
        one.frames(1)
        assert greyed == [True, False]


# ── the keyboard ──────────────────────────────────────────────────────────────────────────────────────────────────────


def is_ringed() -> bool:
    return bool(imgui.get_current_context().nav_cursor_visible)


def test_no_control_is_ringed_unless_the_keyboard_is_led_there(replay: Hand, monkeypatch) -> None:
    replay.click_on("Play##run")
    replay.click_on("Pause##run")
    replay.move(900, 300)
    for symbol in (key.ESCAPE, key.END, key.W, key.TAB):
        replay.press(symbol)
        assert not is_ringed() and not tips(replay, monkeypatch)
    replay.press(key.F6)
    assert is_ringed()
    replay.press(key.DOWN)
    assert is_ringed()
    replay.press(key.ESCAPE)
    assert not is_ringed()


@pytest.mark.parametrize("asked", [Dialog.KEYS, Dialog.SCREENSHOT])
def test_after_a_dialog_nothing_is_ringed(replay: Hand, monkeypatch, asked: Dialog) -> None:
    replay.desk.dialog = asked
    replay.frames(3)
    replay.press(key.TAB, key.ESCAPE)
    replay.desk.dialog = Dialog.NONE
    replay.frames(3)
    assert not is_ringed() and not tips(replay, monkeypatch)


# ── dialogs, boxes, plots ─────────────────────────────────────────────────────────────────────────────────────────────


def test_dialogs_begin_beside_the_run_that_is_followed(replay: Hand, tmp_path) -> None:
    assert _folder_of(replay.desk) == tmp_path
    assert replay.desk.files["mine"].file.is_relative_to(tmp_path / "mine" / "live")


@pytest.mark.parametrize("theme", THEMES)
def test_a_ticked_box_keeps_its_frame(replay: Hand, theme: str) -> None:
    replay.desk.change(lambda view: replace(view, theme=theme))
    replay.frames(2)
    style = imgui.get_style()
    ticked, free = (style.color_(which.value) for which in (imgui.Col_.checkbox_selected_bg, imgui.Col_.frame_bg))
    assert (ticked.x, ticked.y, ticked.z, ticked.w) == (free.x, free.y, free.z, free.w)


def ended(one: Hand, monkeypatch) -> list[tuple[float, tuple[float, float], bool]]:
    """Of the plot of a frame: how far its window scrolls, and how large it is."""
    found = []
    original = implot.end_plot

    def ending() -> None:
        size = implot.get_plot_size()
        original()
        found.append((imgui.get_scroll_max_y(), (size.x, size.y)))

    with monkeypatch.context() as patch:
        patch.setattr(implot, "end_plot", ending)
        one.frames(2)
    return found


def test_in_a_small_window_a_plot_is_seen_whole(gl, folder, monkeypatch, tmp_path) -> None:
    go_on(add_fit(folder, 1, 60), 1100, 1)
    with hand(gl, opened(folder), monkeypatch, tmp_path / "state", (700, 500)) as one:
        one.desk.curve = True
        one.frames(4)
        (scroll, (width, height)) = ended(one, monkeypatch)[-1]
        assert scroll == 0 and width > 100 and height > 40
        drawn = one.interface._curves._training
        left, _, right, _ = one.interface.covered[-1]
        widths = []
        original = training.legend_width
        monkeypatch.setattr("explorer.gui.plots.legend_width", lambda of: widths.append(original(of)) or widths[-1])
        one.move((left + right) / 2, one.interface.covered[-1][1] + 90)
        one.frames(2)
        assert drawn and widths and 100 < widths[-1] < right - left


@pytest.mark.parametrize("case", [((1280, 800), "above"), ((700, 500), "inside")])
def test_what_is_pointed_at_runs_under_no_legend(gl, folder, monkeypatch, tmp_path, case) -> None:
    size, expected = case
    go_on(add_fit(folder, 1, 60), 1100, 1)
    with hand(gl, opened(folder), monkeypatch, tmp_path / "state", size) as one:
        one.desk.curve = True
        one.frames(4)
        notes: list[str] = []
        monkeypatch.setattr("explorer.gui.plots._note", lambda _: notes.append("above"))
        monkeypatch.setattr("explorer.gui.plots.note_inside", lambda *_: notes.append("inside"))
        left, top, right, _ = one.interface.covered[-1]
        one.move((left + right) / 2, top + 90)
        assert notes[-1] == expected


@pytest.mark.parametrize("case", [((1280, 800), 2), ((700, 500), 0)])
def test_a_narrow_legend_names_the_runs_alone(gl, folder, monkeypatch, tmp_path, case) -> None:
    size, kinds = case
    land = open_folder(add_fit(folder, 1, 100))
    assert land.trajectory is not None
    both = replace(land, others={"other": replace(land.trajectory, loss=2 * land.trajectory.loss)})
    with hand(gl, Beginning({"both": both}), monkeypatch, tmp_path / "state", size) as one:
        one.desk.curve = True
        one.frames(4)
        entries: list[str] = []
        monkeypatch.setattr(training, "_grey_entry", lambda name, _theme: entries.append(name))
        one.frames(1)
        assert entries == ["in the plane (dashed)", "distance (dotted)"][:kinds]
