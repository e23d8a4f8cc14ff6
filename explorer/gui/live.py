"""Section of the panel: the trainings that are followed, and what becomes of the plane."""

from imgui_bundle import ImVec2, imgui

from compute.live.layout import CENTRES
from compute.messages import Following
from explorer.desk.desk import Desk
from explorer.desk.live import Live
from explorer.gui.facts import progress
from explorer.gui.fields import button, check, choice, coloured, explain, grey, section
from explorer.looks.theme import Theme
from explorer.worker.status import Status

FEWEST = 3  # checkpoints that span a plane
LOOKING = "only looking: give --problem to go on"


def following(desk: Desk, theme: Theme) -> None:
    """Draw the section, and do what is wished for in it; nothing where no training is followed."""
    if desk.live is None or not section("Training"):
        return
    _controls(desk, desk.live)  # before the lines that come and go, so that they stay where they are
    _state(desk, desk.live, theme)


def _controls(desk: Desk, live: Live) -> None:
    switches = live.switches
    tip = "The camera goes along with the newest checkpoint"
    switches.follow = check("follow with the camera", switches.follow, tip)
    if not desk.measurement.follows:
        return
    keep = check("keep the plane", switches.keep, "Else it is fitted anew when the path leaves it")
    tip = "Which checkpoint lies in the middle of the plane: the latest, or the one of the lowest loss; another fit"
    desk.steer_fits(keep=keep, centre=choice("centre", CENTRES, switches.centre, str, tip))
    if button("Fit the plane anew", "The best plane of the path as it is now; the surface moves there"):
        desk.measurement.refit()


def _state(desk: Desk, live: Live, theme: Theme) -> None:
    """How far the trainings are, and how far the newest checkpoint lies off the plane."""
    if desk.task is None and live.order is None:
        grey(LOOKING)
        explain("What was measured can be seen; with the problem of the training the explorer measures more")
    status = desk.task.status if desk.task else None
    for name, curve in live.curves.items():
        if len(curve):
            grey(f"{name}: step {curve.step[-1]:,}, loss {curve.loss[-1]:.4g}")
        else:
            grey(f"{name}: no checkpoint yet")
    grey(fit_line(live, status))
    if status and status.following:
        _distance(live, status.following, theme)
    if desk.measurement.trainer and desk.measurement.trainer.status.training:
        progress(desk.measurement.trainer.status)
    imgui.separator()


def fit_line(live: Live, status: Status | None) -> str:
    """Which plane is in view, or what there is to wait for; ``status`` of the worker that follows, if one does."""
    fits = live.fits.found
    if not fits:
        return _waiting(status)
    number, shown = live.fit_number, live.shown_number
    if shown == number:
        return f"fit {number} of {fits[-1].number}"
    measured = number == fits[-1].number and status is not None and status.running
    state = f"fit {number} is being measured" if measured else f"fit {number} has no surface"
    return f"{state}; the surface is that of fit {shown}" if shown else state


def _waiting(status: Status | None) -> str:
    """What happens before there is a plane."""
    if status is None:
        return "no plane is fitted"
    if status.following is None:
        return status.preparing.what if status.preparing else "starting"
    if status.following.checkpoints < FEWEST:
        return "the plane is fitted once there are three checkpoints"
    return "the plane is being fitted"


def off_line(live: Live, heard: Following) -> str:
    """How far the newest checkpoint lies off the plane in work; of which run, and off which plane, where in doubt."""
    newest = heard.newest
    of = f" of {newest}" if newest and len(heard.runs) > 1 else ""
    plane = "the plane" if heard.fit == live.shown_number else f"the plane of fit {heard.fit}"
    return f"newest checkpoint{of} {heard.residual_share:.0%} of the spread off {plane}"


def _distance(live: Live, heard: Following, theme: Theme) -> None:
    """A bar that is full where the plane is fitted anew, and why it is not in spite of that."""
    if heard.residual_share is not None and live.order is not None:
        limit = live.order.refit_at
        imgui.progress_bar(min(heard.residual_share / limit, 1.0), ImVec2(-1, imgui.get_font_size() / 3), "")
        if heard.residual_share > limit and live.switches.keep:
            coloured(off_line(live, heard), theme.panel.alert)
        else:
            grey(off_line(live, heard))
        explain(f"The plane is fitted anew when this reaches {limit:.0%} of the spread of the path")
    if heard.why:
        grey(heard.why)
