"""The training plot in real frames: what is drawn in it, what pointing and dragging in it does."""

from dataclasses import replace

import numpy as np
import pytest
from imgui_bundle import implot

from compute.folder import open_folder
from explorer.desk.beginning import Beginning, opened
from explorer.ground.runs import PALETTE
from explorer.gui import plots
from explorer.gui.series import on_panel
from explorer.looks.theme import THEMES
from tests.explorer.desk.live_folder import add_fit, go_on, live_folder, path_until
from tests.explorer.interface import Hand, hand

SIZE = (1280, 900)


@pytest.fixture
def followed(gl, monkeypatch, tmp_path):
    """A training of 100 steps that is followed, its plane fitted at step 60."""
    live = live_folder(tmp_path)
    go_on(add_fit(live, 1, 60), 100, 1)
    with hand(gl, opened(live), monkeypatch, tmp_path / "state", SIZE) as one:
        one.desk.curve = True
        one.frames(4)
        yield one


@pytest.fixture
def compared(gl, monkeypatch, tmp_path):
    """Two runs over one plane, the second twice as high and sent as far off the plane."""
    folder = add_fit(tmp_path, 1, 100)
    land = open_folder(folder)
    assert land.trajectory is not None
    path = path_until(100)
    other = replace(path, loss=2 * path.loss, plane_loss=3 * path.loss, residual=2 * path.residual, beta=-path.beta)
    land = replace(land, others={"other": other})
    with hand(gl, Beginning({"both": land}), monkeypatch, tmp_path / "state", SIZE) as one:
        one.desk.curve = True
        one.frames(4)
        yield one


def drawn(one: Hand, monkeypatch) -> dict[str, list]:
    """What one frame draws with ImPlot: the arguments of each call."""
    calls: dict[str, list] = {}
    with monkeypatch.context() as patch:
        for name in ("plot_line", "plot_scatter", "plot_inf_lines", "setup_axis", "setup_axis_scale", "set_axes"):
            original = getattr(implot, name)

            def noting(*args, original=original, name=name):
                calls.setdefault(name, []).append(args)
                return original(*args)

            patch.setattr(implot, name, noting)
        one.frames(1)
    return calls


def said(one: Hand, monkeypatch) -> list[str]:
    """What one frame says in the plot."""
    texts: list[str] = []
    with monkeypatch.context() as patch:
        patch.setattr(plots, "_note", texts.append)
        patch.setattr(plots, "note_inside", lambda text, _theme: texts.append(text))
        one.frames(1)
    return texts


def pixel(one: Hand, step: float, loss: float) -> tuple[float, float]:
    """Where a place of the plot is in the window."""
    found: list[tuple[float, float]] = []
    original = implot.end_plot

    def ending() -> None:
        at = implot.plot_to_pixels(step, loss)
        found.append((at.x, at.y))
        original()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(implot, "end_plot", ending)
        one.frames(1)
    return found[-1]


def test_recorded_losses_stand_beside_those_of_the_checkpoints_and_the_distance_on_an_axis_of_its_own(
    followed: Hand, monkeypatch
) -> None:
    calls = drawn(followed, monkeypatch)
    lines = {name: (x, y) for name, x, y, _ in calls["plot_line"]}
    assert list(lines) == ["recorded", "in the plane", "true loss"]
    np.testing.assert_array_equal(lines["recorded"][0], np.arange(101))
    np.testing.assert_allclose(lines["recorded"][1], np.exp(-np.arange(101) / 100))
    np.testing.assert_array_equal(lines["true loss"][0], np.arange(0, 101, 10))
    ((name, x, y, _),) = calls["plot_scatter"]
    assert name == "distance"
    np.testing.assert_allclose(y, 0.1 * x / 100)
    across, left, right = (axis.value for axis in (implot.ImAxis_.x1, implot.ImAxis_.y1, implot.ImAxis_.y2))
    assert calls["set_axes"] == [(across, right), (across, left)]
    assert (right, "distance") in [args[:2] for args in calls["setup_axis"]]
    assert "setup_axis_scale" not in calls and "plot_inf_lines" not in calls


def test_a_distance_of_several_decades_is_on_a_log_axis(compared: Hand, monkeypatch) -> None:
    land = compared.desk.pane.stage.landscape
    far = replace(land.trajectory, residual=np.append(0.0, np.geomspace(1e-4, 1, len(land.trajectory) - 1)))
    compared.desk.pane.stage.landscape = replace(land, trajectory=far)
    assert drawn(compared, monkeypatch)["setup_axis_scale"] == [(implot.ImAxis_.y2.value, implot.Scale_.log10.value)]


def test_runs_are_drawn_in_their_colours(compared: Hand, monkeypatch) -> None:
    calls = drawn(compared, monkeypatch)
    colours = {name: spec.line_color for name, _, _, spec in calls["plot_line"] if name != "in the plane (dashed)"}
    theme = THEMES["dark"]
    assert list(colours) == ["mine", "other"]
    for name, hue in zip(colours, PALETTE, strict=False):
        found = colours[name]
        assert (found.x, found.y, found.z) == pytest.approx(on_panel(hue, theme), abs=1e-6)
    assert [name for name, *_ in calls["plot_scatter"]] == ["distance (dotted)"] * 2


def test_pointing_at_a_curve_names_its_run_and_marks_its_checkpoint(compared: Hand, monkeypatch) -> None:
    points = len(path_until(100))
    for factor, name, number in ((1, "mine", 5), (2, "other", points + 5)):
        compared.move(*pixel(compared, 50.0, factor * np.exp(-0.5)))
        (text,) = said(compared, monkeypatch)
        off = f"{0.05 * factor:.4g} from the plane"
        assert text.startswith(f"{name}, step 50: loss {factor * np.exp(-0.5):.4g}, ") and text.endswith(off)
        assert compared.desk.marked == number


def test_a_checkpoint_marked_in_the_scene_is_told_in_the_plot(compared: Hand, monkeypatch) -> None:
    original = type(compared.interface)._point_at

    def marking(interface, pixel) -> None:
        original(interface, pixel)
        compared.desk.marked = len(path_until(100)) + 3

    monkeypatch.setattr(type(compared.interface), "_point_at", marking)
    (text,) = said(compared, monkeypatch)
    assert text.startswith("other, step 30: loss ")


def test_dragging_in_the_plot_goes_through_the_training(followed: Hand, monkeypatch) -> None:
    live = followed.desk.live
    followed.move(*pixel(followed, 40.0, 0.6))
    assert live.moment is None, "pointing alone changes nothing"
    followed.button(True)
    assert live.moment == pytest.approx(40, abs=1)
    followed.move(*pixel(followed, 72.0, 0.6))
    assert live.moment == pytest.approx(72, abs=1)
    ((_, places),) = [args[:2] for args in drawn(followed, monkeypatch)["plot_inf_lines"] if args[0] == "##moment"]
    assert places.tolist() == [live.moment]
    x, y = pixel(followed, 0.0, 0.6)
    followed.move(x - 300, y)  # beyond the start
    assert live.moment == 0
    followed.button(False)
    followed.move(*pixel(followed, 30.0, 0.6))
    assert live.moment == 0, "the button is up"


def test_a_drag_that_began_elsewhere_leaves_the_moment_alone(followed: Hand) -> None:
    followed.move(*pixel(followed, 40.0, 0.6))
    x, y = pixel(followed, 40.0, 0.6)
    followed.move(x, y - 400)
    followed.button(True)
    followed.move(x, y)
    assert followed.desk.live.moment is None
    followed.button(False)
    left, top, _, _ = followed.interface.covered[-1]
    followed.move(left + 200, top + 12)  # the title of the plot itself
    followed.button(True)
    followed.move(x, y)
    assert followed.desk.live.moment is None
    followed.button(False)


def test_a_checkpoint_that_is_still_to_come_at_the_moment_is_told_but_not_marked(followed: Hand, monkeypatch) -> None:
    followed.desk.go_to(45.0)
    followed.move(*pixel(followed, 80.0, 0.45))
    (text,) = said(followed, monkeypatch)
    assert text.startswith("step 80: loss ") and followed.desk.marked is None
    followed.move(*pixel(followed, 30.0, 0.7))
    assert followed.desk.marked == 3


def test_what_is_drawn_is_made_anew_only_when_there_is_more(followed: Hand, tmp_path) -> None:
    curves = followed.interface._curves
    before = curves._training
    followed.frames(3)
    assert curves._training is before
    with (tmp_path / "mine" / "recording.csv").open("a") as file:
        file.write("101,,0.3\n")
    followed.desk.refresh()
    followed.frames(1)
    longer = curves._training
    assert longer is not before and longer.losses[0].step[-1] == 101
    followed.frames(3)
    assert curves._training is longer


def test_a_training_without_a_path_yet_shows_what_it_recorded(gl, monkeypatch, tmp_path) -> None:
    live = live_folder(tmp_path)
    add_fit(live, 1, 60)
    (live / "fit-0001" / "trajectory.csv").unlink()
    with hand(gl, opened(live), monkeypatch, tmp_path / "state", SIZE) as one:
        one.desk.curve = True
        one.frames(4)
        assert [name for name, *_ in drawn(one, monkeypatch)["plot_line"]] == ["recorded"]
        one.move(*pixel(one, 50.0, 0.6))
        assert said(one, monkeypatch)[0].startswith("step 50") and one.desk.marked is None
        assert one.desk.curve
