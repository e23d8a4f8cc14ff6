"""The sections about curvature, as a person uses them."""

from dataclasses import replace

import pytest

from compute.folder import update_description
from compute.messages import PLANE, SPECTRUM, VERIFY, Inspect, Inspecting, Measuring, Opened, Sample
from explorer.desk.beginning import opened
from explorer.desk.point_wording import place_text
from explorer.ground.basins import lowest_minimum
from explorer.gui.facts import pace
from explorer.gui.fields import explain
from explorer.looks.settings import EPSILONS
from explorer.looks.view import View
from explorer.worker.status import Status
from tests.explorer.desk.test_desk import land as bowl
from tests.explorer.desk.test_desk import workers  # noqa: F401  a fixture
from tests.explorer.interface import hand
from tests.explorer.mapped import mapped_folder

ASK = ("Check critical points##", "Measure curvature in the plane##", "Measure |λmin / λmax|##",
       "Measure sharpness of the centre##")  # fmt: skip
SECTION, VALLEY = "Checked against the network", "Valley of the minimum"


@pytest.fixture
def measurable(monkeypatch, tmp_path):
    """Of every landscape more can be measured."""
    order = Sample(source="run", out=str(tmp_path / "a"))
    monkeypatch.setattr("explorer.desk.measurement.sample_of", lambda landscape, folder: order)


@pytest.fixture
def plain(gl, measurable, monkeypatch, tmp_path):
    with hand(gl, opened(bowl(tmp_path / "a")), monkeypatch, tmp_path / "state") as found:
        yield found


@pytest.fixture
def mapped(gl, monkeypatch, tmp_path):
    mapped_folder(tmp_path / "m", 17, 9)
    with hand(gl, opened(tmp_path / "m"), monkeypatch, tmp_path / "state") as found:
        yield found


def said(monkeypatch) -> list[str]:
    """What text the panel writes from now on."""
    from imgui_bundle import imgui  # noqa: PLC0415

    texts: list[str] = []
    wrapped = imgui.text_wrapped

    def write(text: str) -> None:
        texts.append(text)
        wrapped(text)

    monkeypatch.setattr(imgui, "text_wrapped", write)
    return texts


def test_a_button_asks_and_becomes_progress(plain, workers, monkeypatch):  # noqa: F811
    assert set(ASK) <= plain.drawn()
    plain.click_on(ASK[0])
    assert workers[0].order.inspect == VERIFY
    assert ASK[0] not in plain.drawn() and ASK[1] in plain.drawn()
    plain.click_on(ASK[1])
    workers[0].says = [Opened("plane", str(plain.desk.files["a"].file)), Inspecting("plane", PLANE, 20, 81, 30.0)]
    plain.desk.poll()
    texts = said(monkeypatch)
    plain.frames(2)
    assert "curvature in the plane: 20 of 81, 30 s left" in texts
    assert "plane: curvature in the plane, 20 of 81" in texts, "above, with the measuring, too"
    assert "checking critical points: waiting for the worker" in texts
    workers[0].says = [Inspecting("plane", VERIFY, 2, 2, 0.0), Inspecting("plane", PLANE, 81, 81, 0.0)]
    plain.desk.poll()
    assert set(ASK) <= plain.drawn()


def test_what_goes_on_can_be_stopped(plain, workers):  # noqa: F811
    plain.click_on(ASK[2])
    workers[0].says = [Opened("plane", str(plain.desk.files["a"].file)), Inspecting("plane", SPECTRUM, 2, 81, 2000.0)]
    plain.desk.poll()
    plain.frames(2)
    plain.click_on(f"Stop##{SPECTRUM}")
    assert workers[0].sent[-1] == Inspect("plane", SPECTRUM, wanted=False)
    workers[0].says = [Inspecting("plane", SPECTRUM, 0, 0, 0.0)]
    plain.desk.poll()
    assert ASK[2] in plain.drawn() and f"Stop##{SPECTRUM}" not in plain.drawn()


def test_no_pace_is_told_of_a_plane_that_is_looked_into():
    measured = Measuring("plane", 3, 4, 900, 1000, 0.0, 9.0)
    status = Status(measuring={"plane": measured}, latest="plane", inspecting=Inspecting("plane", PLANE, 20, 81, 30.0))
    assert pace(status, "plane") == ""
    assert "9 s left" in pace(replace(status, inspecting=Inspecting("plane", PLANE, 81, 81, 0.0)), "plane")


def test_what_it_costs_is_in_the_tooltip(plain, monkeypatch):
    tips = []
    monkeypatch.setattr("explorer.gui.fields.explain", lambda tip, **rest: (tips.append(tip), explain(tip, **rest)))
    plain.frames(2)
    curvature = next(tip for tip in tips if tip.startswith("Gradient and Hessian"))
    assert "At 81 points, coarse to fine; each takes one gradient and two products" in curvature
    assert "(Shift+M)" in curvature


def test_without_a_network_the_buttons_are_grey_and_say_why(mapped, workers, monkeypatch):  # noqa: F811
    texts = said(monkeypatch)
    drawn = mapped.drawn()
    assert ASK[0] in drawn and not {*ASK[1:3]} & drawn, "what is complete has no button"
    assert any("basin sample did not make it" in text for text in texts)
    assert any("curvature in the plane: 81 of 81 points" in text for text in texts)
    mapped.click_on(ASK[0])
    assert not workers and not mapped.desk.notices.shown


def test_arrows_are_grey_with_a_button_until_there_is_a_gradient(plain, workers):  # noqa: F811
    before = plain.desk.view
    plain.click_on("gradient arrows")
    assert plain.desk.view == before
    plain.click_on("Measure curvature in the plane##arrows")
    assert workers[0].order.inspect == PLANE


def test_arrows_are_turned_on_and_off(mapped):
    for on in (True, False):
        mapped.click_on("gradient arrows")
        assert mapped.desk.view.arrows is on
    assert mapped.desk.view == View()
    assert "Measure curvature in the plane##arrows" not in mapped.drawn()


def test_maps_are_chosen_as_height_and_as_colour(mapped):
    mapped.choose("height", 2)
    assert mapped.desk.view.metric == "gradient_beta" and mapped.desk.pane.stage.metric == "gradient_beta"
    mapped.choose("height", -2)
    mapped.choose("of", 5)
    assert mapped.desk.view.colour.metric == "curvature_low"
    assert mapped.desk.pane.stage.paint.values is not None
    mapped.choose("colours", 1)
    assert mapped.desk.view.colour.map == "viridis"
    mapped.choose("colours", -1)
    assert mapped.desk.view.colour.map is None


def test_the_sharpness_of_the_centre_is_told(mapped, tmp_path, monkeypatch):
    update_description(tmp_path / "m", {"sharpness": {"eigenvalues": [3.0, 2.0], "trace": 7.0, "trace_error": 0.5}})
    mapped.desk.refresh()
    texts = said(monkeypatch)
    assert ASK[3] not in mapped.drawn()
    assert {"sharpness of the centre:", "λmax 3, 2", "trace 7 ± 0.5"} <= set(texts)
    assert any("depend on how the weights are scaled" in text for text in texts)


def test_a_pointer_that_jumps_to_a_line_of_text_is_waited_for(plain, monkeypatch):
    """Lines have tooltips that come after a while; without further frames they never would."""
    from imgui_bundle import imgui  # noqa: PLC0415

    places = []
    original = imgui.text_wrapped

    def noting(text: str) -> None:
        original(text)
        corner = imgui.get_item_rect_min()
        places.append((corner.x + 2, corner.y + 2))

    monkeypatch.setattr(imgui, "text_wrapped", noting)
    plain.frames(1)
    plain.move(*places[0])
    plain.frames(2)
    assert plain.interface.restless
    plain.frames(80)
    assert not plain.interface.restless


def test_the_valley_of_the_lowest_minimum_and_its_radius(mapped, monkeypatch):
    mapped.click_on(VALLEY)
    texts = said(monkeypatch)
    mapped.frames(2)
    assert any(text.startswith("Lowest minimum of the slice, α ") for text in texts)
    first = next(text for text in texts if text.startswith("ε-sharpness"))
    assert any(text.startswith("Basin below ") for text in texts)
    mapped.move(*mapped.place("radius", 0.5))
    mapped.button(True)
    mapped.move(mapped.place("radius", 1.0)[0] + 200, mapped.place("radius")[1])
    mapped.button(False)
    assert mapped.desk.preferences.epsilon == pytest.approx(EPSILONS[1])
    texts.clear()
    mapped.frames(2)
    assert next(text for text in texts if text.startswith("ε-sharpness")) != first
    stage = mapped.desk.pane.stage
    minima = [(point.alpha, point.beta) for point in stage.standing.points if point.slice_index == 0]
    chosen = next(place for place in minima if place != lowest_minimum(stage.critical))
    mapped.desk.selection.choose(chosen)
    texts.clear()
    mapped.frames(2)
    assert f"Chosen minimum of the slice, {place_text(chosen)}" in texts


def test_of_a_map_as_height_there_is_no_valley(mapped):
    assert VALLEY in mapped.drawn()
    mapped.desk.show(replace(mapped.desk.view, metric="curvature_high"))
    assert VALLEY not in mapped.drawn() and SECTION in mapped.drawn()


def test_barriers_are_found_out_once_and_again_with_new_values(gl, monkeypatch, tmp_path):
    found, land = [], bowl(tmp_path / "a")
    monkeypatch.setattr("explorer.gui.facts.barrier_lines", lambda landscape: found.append(landscape) or ["barrier 1"])
    with hand(gl, opened(land), monkeypatch, tmp_path / "state") as one:
        one.frames(5)
        assert len(found) == 1
        one.desk.pane.stage.scene = replace(one.desk.pane.stage.scene)
        one.frames(5)
        assert len(found) == 2
