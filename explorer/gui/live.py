"""Section of the panel: the trainings that are followed, and what becomes of the plane."""

from imgui_bundle import ImVec2, imgui

from explorer.desk.desk import Desk
from explorer.gui.facts import progress
from explorer.gui.fields import button, check, choice, coloured, explain, grey, section
from explorer.looks.theme import Theme

CENTRES = ("latest", "best")


def following(desk: Desk, theme: Theme) -> None:
    """Draw the section, and do what is wished for in it; nothing where no training is followed."""
    live = desk.live
    if live is None or not section("Training"):
        return
    _state(desk, theme)
    switches = live.switches
    switches.follow = check(
        "follow with the camera", switches.follow, "The camera goes along with the newest checkpoint"
    )
    if desk.task is None:
        return
    keep = check("keep the plane", switches.keep, "Else it is fitted anew when the path leaves it")
    tip = "Which checkpoint lies in the middle of the plane: the latest, or the one of the lowest loss; another fit"
    desk.steer_fits(keep=keep, centre=choice("centre", CENTRES, switches.centre, str, tip))
    if button("Fit the plane anew", "The best plane of the path as it is now; the surface moves there"):
        desk.task.refit()


def _state(desk: Desk, theme: Theme) -> None:
    """How far the trainings are, and how far the newest checkpoint lies off the plane."""
    live = desk.live
    assert live is not None
    heard = desk.task.status.following if desk.task else None
    if desk.measurement.trainer and desk.measurement.trainer.status.training:
        progress(desk.measurement.trainer.status)
    for name, curve in live.curves.items():
        if len(curve):
            grey(f"{name}: step {curve.step[-1]:,}, loss {curve.loss[-1]:.4g}")
        else:
            grey(f"{name}: no checkpoint yet")
    fits = len(live.fits.found)
    if fits:
        grey(f"fit {live.fit_number} of {fits}" + (f", {heard.checkpoints:,} checkpoints" if heard else ""))
    else:
        grey("the plane is fitted once there are three checkpoints")
    if heard is None or heard.residual_share is None or live.order is None:
        return
    imgui.progress_bar(min(heard.residual_share / live.order.refit_at, 1.0), ImVec2(-1, imgui.get_font_size() / 3), "")
    tip = f"The plane is fitted anew when this reaches {live.order.refit_at:.0%} of the spread of the path"
    off = f"newest checkpoint {heard.residual_share:.0%} of the spread off the plane"
    if heard.residual_share > live.order.refit_at and live.switches.keep:
        coloured(off, theme.panel.alert)
    else:
        grey(off)
    explain(tip)
