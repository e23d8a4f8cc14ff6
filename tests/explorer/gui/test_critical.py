"""The section of critical points, the diagram and the merge tree: in real frames, by pointer and keys."""

from dataclasses import replace
from unittest.mock import MagicMock

import numpy as np
import pytest
from imgui_bundle import imgui, implot
from pyglet.window import key

from compute.landscape import Domain, Landscape
from compute.verification import Outcome
from explorer.desk.beginning import Beginning
from explorer.ground.critical import MOST_ROWS, threshold_at
from explorer.gui import glyphs, pinned
from explorer.gui.pinned import Pin, Pins
from tests.explorer.interface import Hand, hand
from tests.explorer.layers.test_layers import landscape
from tests.explorer.lines import line


@pytest.fixture
def one(gl, monkeypatch, tmp_path):
    with hand(gl, Beginning({"himmelblau": landscape()}), monkeypatch, tmp_path / "state") as found:
        yield found


def row(one: Hand, number: int) -> str:
    """The label of a row of the list."""
    return f"##point {one.desk.pane.stage.standing.rows.numbers[number]}"


def place(one: Hand, number: int) -> tuple[float, float]:
    point = one.desk.pane.stage.critical.points[one.desk.pane.stage.standing.rows.numbers[number]]
    return point.alpha, point.beta


def shifted(one: Hand, act) -> None:
    imgui.get_io().add_key_event(imgui.Key.mod_shift, True)
    one.frames(2)
    act()
    imgui.get_io().add_key_event(imgui.Key.mod_shift, False)
    one.frames(2)


# ── the list ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_click_in_the_list_glides_there_and_chooses(one) -> None:
    one.desk.preferences = replace(one.desk.preferences, eased=False)
    one.click_on(row(one, 2))
    chosen = place(one, 2)
    assert one.desk.selection.chosen == (chosen,)
    u, v = (chosen[0] + 5) / 10, (chosen[1] + 5) / 10
    assert np.allclose(one.desk.view.camera.target, one.desk.pane.on_ground((u, v)))
    assert len(one.desk.picked().marks) == 1


def test_shift_and_a_click_on_a_second_minimum_says_how_high_the_ways_are(one, monkeypatch) -> None:
    said: list[str] = []
    original = imgui.text_wrapped
    monkeypatch.setattr(imgui, "text_wrapped", lambda text: (said.append(text), original(text)))
    one.click_on(row(one, 0))
    camera = one.desk.bound_for
    shifted(one, lambda: one.click_on(row(one, 1)))
    assert one.desk.selection.chosen == (place(one, 0), place(one, 1))
    assert one.desk.bound_for == camera  # the second one does not lead the camera away
    ways = one.desk.selection.ways(one.desk.pane.stage)
    assert any(f"{ways.lowest_barrier:.3g} over the lowest pass" in text for text in said)
    assert len(one.desk.picked().lowest) > 2


def test_pointing_at_a_row_marks_it_on_the_ground_and_says_what_it_is(one) -> None:
    one.move(*one.place(row(one, 3)))
    one.frames(2)
    chosen = place(one, 3)
    assert one.desk.selection.pointed == chosen
    assert one.desk.marked == pytest.approx(((chosen[0] + 5) / 10, (chosen[1] + 5) / 10))
    assert "of this slice, persistence" in one.interface._text and "not checked" in one.interface._text
    one.move(1270.0, 1390.0)
    one.frames(2)
    assert one.desk.selection.pointed is None and one.desk.marked is None


def test_keys_walk_through_the_list(one) -> None:
    one.press(key.F6)
    for _ in range(80):
        if any(label.startswith("##point") for label in one.focused):
            break
        one.press(key.DOWN)
    focused = next(label for label in one.focused if label.startswith("##point"))
    assert one.desk.selection.pointed is not None
    one.press(key.SPACE)
    assert focused == f"##point {one.desk.pane.stage.critical.number(one.desk.selection.chosen[0])}"


def test_pointing_at_a_mark_in_the_scene_finds_its_row(one) -> None:
    chosen = place(one, 1)
    stage, pane = one.desk.pane.stage, one.desk.pane
    number = stage.standing.points.index(stage.critical.points[stage.critical.number(chosen)])
    u, v = stage.standing.uv[number].tolist()
    x, y, w, h = pane.rectangle
    clip = pane.clip
    seen = clip @ np.array([*pane.on_ground((u, v)), 1.0])
    one.pointed = (x + (seen[0] / seen[3] + 1) / 2 * w, y + (seen[1] / seen[3] + 1) / 2 * h)
    one.frames(2)
    assert one.desk.selection.pointed == chosen
    assert len(one.interface._text.splitlines()) == 2 and "minimum of this slice" in one.interface._text
    # what is chosen in the scene is scrolled to, and its row is lit
    one.desk.selection.choose(place(one, 8), reveal=True)
    one.seen.clear()
    one.frames(3)
    assert row(one, 8) in one.seen


def test_a_verdict_that_comes_in_is_told(one, monkeypatch) -> None:
    from tests.explorer.desk.test_point_wording import FOUND  # noqa: PLC0415

    alpha, beta = place(one, 0)
    judged = replace(FOUND, alpha=alpha, beta=beta)
    stage = one.desk.pane.stage
    stage.landscape = replace(stage.landscape, provenance={"verification": {"points": [judged.describe()]}})
    before = stage.scene.marks.copy()
    stage._judge()
    one.move(*one.place(row(one, 0)))
    one.frames(2)
    said = "\ndeepest minimum of this slice; verified: the full gradient there is still 0.31"
    assert one.interface._text.endswith(said)
    assert (before == stage.scene.marks).all()  # those of the scene come with the next refresh


def test_no_text_of_the_list_is_cut_off(gl, monkeypatch, tmp_path) -> None:
    land = landscape()
    values = np.exp(-88 * land.main / land.main.max())
    room: list[tuple[str, float, float]] = []
    original = imgui.text_unformatted

    def noting(text):
        room.append((text, imgui.calc_text_size(text).x, imgui.get_content_region_avail().x))
        original(text)

    monkeypatch.setattr(imgui, "text_unformatted", noting)
    with hand(gl, Beginning({"tiny": replace(land, metrics={"loss": values})}), monkeypatch, tmp_path / "state") as one:
        one.desk.set_threshold(0.0)
        one.frames(2)
    assert any("e−3" in text for text, *_ in room) and any("e+" in text for text, *_ in room)
    assert [text for text, width, there in room if width > there + 0.5] == []


def test_signs_of_the_list_are_large_enough_to_tell_them_apart(one, monkeypatch) -> None:
    from tests.explorer.desk.test_point_wording import FOUND  # noqa: PLC0415

    stage, sizes = one.desk.pane.stage, []
    verdicts = [
        replace(FOUND, alpha=place(one, k)[0], beta=place(one, k)[1], outcome=outcome)
        for k, outcome in enumerate((Outcome.VERIFIED, Outcome.REFUTED))
    ]
    described = {"verification": {"points": [verdict.describe() for verdict in verdicts]}}
    stage.landscape = replace(stage.landscape, provenance=described)
    stage._judge()
    monkeypatch.setattr(glyphs, "_draw_sign", lambda drawn, at, radius, outcome: sizes.append((radius, outcome)))
    one.frames(1)
    monkeypatch.undo()
    assert [outcome for _, outcome in sizes] == [Outcome.VERIFIED, Outcome.REFUTED]
    for radius, outcome in sizes:
        drawn = MagicMock()
        glyphs._draw_sign(drawn, (0.0, 0.0), radius, outcome)
        if outcome is Outcome.VERIFIED:
            assert drawn.add_circle_filled.call_args.args[1] > 2.2
        else:
            assert [call.args[1].x - call.args[0].x > 5 for call in drawn.add_line.call_args_list] == [True, True]


# ── the threshold ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_slider_simplifies_and_one_drag_is_one_step_of_undo(one) -> None:
    stage = one.desk.pane.stage
    assert one.desk.view.threshold is None and stage.standing.hidden == 2
    one.move(*one.place("threshold", 0.1))
    one.button(True)
    for share in (0.4, 0.7, 1.0):
        one.move(*one.place("threshold", share))
    one.move(one.place("threshold")[0] + 250, one.place("threshold")[1])
    one.button(False)
    assert one.desk.view.threshold == pytest.approx(stage.critical.largest)
    assert [point.slice_index for point in stage.standing.points] == [0] and stage.standing.hidden == 10
    assert len(stage.scene.marks) == 1
    one.desk.undo()
    assert one.desk.view.threshold is None and stage.standing.hidden == 2


def test_to_the_left_of_all_nothing_is_hidden(one) -> None:
    one.click_on("threshold", 0.0)
    one.move(*one.place("threshold", 0.5))
    one.button(True)
    one.move(one.place("threshold", 0.0)[0] - 30, one.place("threshold")[1])
    one.button(False)
    assert one.desk.view.threshold == 0.0 and one.desk.pane.stage.standing.hidden == 0


def test_automatic_comes_back_and_goes_to_what_it_hid(one) -> None:
    critical = one.desk.pane.stage.critical
    one.click_on("automatic")
    assert one.desk.view.threshold == critical.noise and one.desk.pane.stage.standing.hidden >= 2
    one.click_on("automatic")
    assert one.desk.view.threshold is None


def test_a_moved_threshold_leaves_surface_and_colours_as_they_are(one) -> None:
    stage = one.desk.pane.stage
    before = stage.map, stage.paint, stage.scene.points, stage.critical
    one.desk.set_threshold(1.0)
    assert stage.standing.threshold == 1.0
    assert before == (stage.map, stage.paint, stage.scene.points, stage.critical)


def test_another_metric_has_no_threshold_of_the_last_one(gl, monkeypatch, tmp_path) -> None:
    land = landscape()
    land = replace(land, metrics={**land.metrics, "test_loss": land.main * 2})
    with hand(gl, Beginning({"two": land}), monkeypatch, tmp_path / "state") as one:
        one.desk.set_threshold(0.5)
        one.choose("height", 1)
        assert one.desk.view.metric == "test_loss" and one.desk.view.threshold is None


# ── many points ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_of_thousands_the_list_has_the_first_and_draws_those_in_sight(gl, monkeypatch, tmp_path) -> None:
    n = 129
    values = 2 + np.random.default_rng(0).random((n, n))
    land = Landscape("noise", Domain((-1, 1), (-1, 1), n, n), {"loss": values}, np.ones((n, n), np.uint32))
    with hand(gl, Beginning({"noise": land}), monkeypatch, tmp_path / "state") as one:
        one.desk.set_threshold(0.0)
        one.desk.persistence = True
        one.frames(3)
        stage = one.desk.pane.stage
        assert len(stage.standing.points) > 5000
        rows = stage.standing.rows
        assert (len(rows.numbers), rows.left_out) == (MOST_ROWS, len(stage.standing.points) - MOST_ROWS)
        drawn = [label for label in one.drawn() if label.startswith("##point")]
        assert 8 <= len(drawn) < 40


# ── diagram and tree ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def pins(monkeypatch) -> dict[str, list[tuple[Pin, tuple[float, float]]]]:
    """Where the marks of each plot are on the screen, as drawn last."""
    found: dict[str, list[tuple[Pin, tuple[float, float]]]] = {}
    original, name = Pins.place, [""]
    begin = implot.begin_plot

    def noting(label, *args):
        name[0] = label
        return begin(label, *args)

    def placed(self, given):
        original(self, given)
        found[name[0]] = list(zip(self._pins, self._pixels, strict=True))

    monkeypatch.setattr(implot, "begin_plot", noting)
    monkeypatch.setattr(Pins, "place", placed)
    return found


@pytest.fixture
def plotted(one, pins):
    one.desk.persistence = True
    one.frames(4)
    return one


def test_the_diagram_has_every_basin_and_peak_that_is_shown_and_the_tree_every_basin_and_pass(plotted, pins) -> None:
    stage = plotted.desk.pane.stage
    kinds = stage.critical.kinds
    diagram = sorted(pin.number for pin, _ in pins["##diagram"])
    assert diagram == sorted(k for k in stage.standing.rows.numbers if kinds[k] != 1)
    tree_ = sorted(pin.number for pin, _ in pins["##tree"])
    basins = [k for k in stage.standing.rows.numbers if kinds[k] == 0]
    assert tree_ == sorted([*basins, *(k for b in basins if (k := stage.critical.partner(b)) is not None)])


def test_marks_of_the_diagram_are_where_births_and_deaths_are(plotted, pins) -> None:
    """Deeper is further left, and what lives longer is higher above the diagonal, on the log scale that is shown."""
    critical = plotted.desk.pane.stage.critical
    by_number = {pin.number: (pin, pixel) for pin, pixel in pins["##diagram"]}
    order = sorted(by_number, key=lambda k: by_number[k][1][0])
    births = [critical.losses[k] if critical.kinds[k] == 0 else critical.losses[critical.partner(k)] for k in order]
    assert births == sorted(births)
    scale = plotted.desk.pane.stage.map.scale
    for number, (pin, _) in by_number.items():
        if np.isfinite(critical.persistence[number]):
            above = (pin.y - pin.x) * scale.span
            assert above == pytest.approx(np.log1p(critical.persistence[number]))
    deepest = next(k for k in by_number if np.isinf(critical.persistence[k]))
    assert by_number[deepest][1][1] == min(pixel[1] for _, pixel in by_number.values())  # above all others


@pytest.mark.parametrize("plot", ["##diagram", "##tree"])
def test_pointing_at_a_mark_of_a_plot_marks_the_ground_and_a_click_chooses(plotted, pins, plot) -> None:
    pin, pixel = pins[plot][-1]
    point = plotted.desk.pane.stage.critical.points[pin.number]
    plotted.move(*pixel)
    plotted.frames(2)
    assert plotted.desk.selection.pointed == (point.alpha, point.beta)
    assert plotted.desk.marked is not None and "minimum of this slice" in plotted.interface._text
    plotted.button(True)
    plotted.button(False)
    assert plotted.desk.selection.chosen == ((point.alpha, point.beta),)
    other, pixel = next((p, at) for p, at in pins[plot] if p.number != pin.number)
    shifted(plotted, lambda: plotted.click(*pixel))
    second = plotted.desk.pane.stage.critical.points[other.number]
    assert plotted.desk.selection.chosen[1:] == ((second.alpha, second.beta),)


def test_a_saddle_that_is_chosen_is_ringed_at_its_pair_in_the_diagram(plotted, monkeypatch) -> None:
    stage = plotted.desk.pane.stage
    saddle = stage.critical.points[stage.critical.partner(stage.standing.rows.numbers[1])]
    rings: list[tuple[float, float]] = []
    monkeypatch.setattr(pinned, "draw_ring", lambda drawn, place, radius, colour: rings.append(place))
    plotted.frames(1)
    assert rings == []
    plotted.desk.selection.choose((saddle.alpha, saddle.beta))
    plotted.frames(1)
    assert len(rings) == 2  # once in each plot


def test_the_line_of_the_threshold_can_be_dragged(plotted, pins) -> None:
    stage = plotted.desk.pane.stage
    plotted.desk.set_threshold(threshold_at(stage.critical, 0.6))
    plotted.frames(2)
    before = plotted.desk.view.threshold
    x, y = line_of(plotted)
    plotted.move(x, y)
    plotted.button(True)
    plotted.move(x, y - 12)
    plotted.move(x, y - 24)
    higher = plotted.desk.view.threshold
    assert higher > before
    plotted.button(False)
    plotted.move(x, y - 50)
    assert plotted.desk.view.threshold == higher
    plotted.desk.undo()
    assert plotted.desk.view.threshold == before


def test_a_drag_may_begin_anywhere_in_the_diagram_but_on_a_mark(plotted, pins) -> None:
    x, y = line_of(plotted)
    plotted.move(x, y - 40)
    plotted.button(True)
    plotted.frames(1)
    there = plotted.desk.view.threshold
    assert there is not None and there > plotted.desk.pane.stage.critical.noise  # where the pointer is, at once
    plotted.move(x, y - 60)
    assert plotted.desk.view.threshold > there
    plotted.button(False)
    plotted.desk.undo()
    assert plotted.desk.view.threshold is None
    plotted.click(*pins["##diagram"][-1][1])
    assert plotted.desk.view.threshold is None and plotted.desk.selection.chosen


def test_what_never_dies_is_at_a_number_of_its_own_in_both_plots(plotted, pins, monkeypatch) -> None:
    told: list[tuple[float, str]] = []
    original = implot.setup_axis_ticks

    def noting(axis, places, labels):
        if axis == implot.ImAxis_.y1.value:
            told.append((places[-1], labels[-1]))
        return original(axis, places, labels)

    monkeypatch.setattr(implot, "setup_axis_ticks", noting)
    plotted.frames(1)
    assert [label for _, label in told] == ["∞", "∞"]
    critical = plotted.desk.pane.stage.critical
    deepest = next(pin for pin, _ in pins["##diagram"] if np.isinf(critical.persistence[pin.number]))
    assert deepest.y == told[0][0] > max(pin.y for pin, _ in pins["##diagram"] if pin is not deepest)


def line_of(one: Hand) -> tuple[float, float]:
    """A pixel on the line of the threshold: found by the calls that draw it."""
    found: list[tuple[float, float]] = []
    original = implot.plot_line

    def noting(label, x, y, *args):
        if label == "##threshold":
            middle = len(x) // 3
            at = implot.plot_to_pixels(float(x[middle]), float(y[middle]))
            found.append((at.x, at.y))
        return original(label, x, y, *args)

    implot.plot_line = noting
    try:
        one.frames(1)
    finally:
        implot.plot_line = original
    return found[0]


def test_closing_the_strip_gives_its_room_back(plotted) -> None:
    size = plotted.size
    assert plotted.interface.below(size) > 100
    plotted.desk.persistence = False
    assert plotted.interface.below(size) == 0.0


def test_a_line_has_list_diagram_and_tree(gl, monkeypatch, tmp_path, pins) -> None:
    with hand(gl, Beginning({"line": line()}), monkeypatch, tmp_path / "state") as one:
        one.desk.persistence = True
        one.frames(4)
        kinds = one.desk.pane.stage.critical.kinds
        assert sorted(kinds[pin.number] for pin, _ in pins["##diagram"]) == [0, 0]
        assert sorted(kinds[pin.number] for pin, _ in pins["##tree"]) == [0, 0, 2]
        one.click_on(row(one, 0))
        shifted(one, lambda: one.click_on(row(one, 1)))
        assert one.desk.selection.ways(one.desk.pane.stage).lowest_barrier > 0


def test_nothing_measured_is_said_and_draws_no_plot(gl, monkeypatch, tmp_path, pins) -> None:
    domain = Domain((-1, 1), (-1, 1), 5, 5)
    land = Landscape("none", domain, {"loss": np.full((5, 5), np.nan)}, np.zeros((5, 5), np.uint32))
    with hand(gl, Beginning({"none": land}), monkeypatch, tmp_path / "state") as one:
        one.desk.persistence = True
        one.frames(3)
        assert pins == {} and "threshold" not in one.seen
