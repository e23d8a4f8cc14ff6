"""One thing that can be done, and the usual kinds of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from explorer.camera.camera import Camera
from explorer.desk.deeds import go_by, lay_flight
from explorer.desk.desk import Desk
from explorer.desk.looking import WORDS
from explorer.desk.modes import Dialog, Navigation, Tool
from explorer.desk.needs import (
    ASKABLE,
    NOTHING,
    SURFACE,
    Need,
)
from explorer.looks.view import ContourStyle, SurfaceMode, View
from explorer.looks.viewing import Change, coloured_by, styled, toggled


@dataclass(frozen=True)
class Action:
    """Something that can be done. ``keys`` are as ``explorer.window.shortcuts`` writes them; ``checked`` says whether
    it is on, for what can be on; a key that ``repeats`` goes on while it is held."""

    label: str
    menu: str
    do: Callable[[Desk], None]
    keys: tuple[str, ...] = ()
    tip: str = ""
    checked: Callable[[Desk], bool] | None = None
    need: Need = NOTHING
    repeats: bool = False

    def enabled(self, desk: Desk) -> bool:
        """Whether it does anything at the moment."""
        return self.need.met(desk)

    def refusal(self, desk: Desk) -> str:
        """Why it does nothing, to those who asked for it by a key."""
        return f"“{self.label.removesuffix('…')}” is not possible: {self.need.missing(desk)}"


def view_change(
    label: str,
    menu: str,
    change: Change,
    *keys: str,
    tip: str = "",
    on: Callable[[View], bool] | None = None,
    need: Need = NOTHING,
) -> Action:
    """An action that changes the view alone."""
    return Action(label, menu, lambda desk: desk.change(change), keys, tip, on and (lambda desk: on(desk.view)), need)


def flag(label: str, menu: str, name: str, *keys: str, tip: str = "", need: Need = NOTHING) -> Action:
    """An action that turns one field of the view on and off."""
    return view_change(label, menu, toggled(name), *keys, tip=tip, on=lambda view: bool(getattr(view, name)), need=need)


def surface_mode(label: str, mode: SurfaceMode, key: str, need: Need = NOTHING) -> Action:
    def change(view: View) -> View:
        return replace(view, surface=mode)

    return view_change(label, "Surface", change, key, on=lambda view: view.surface is mode, need=need)


def colour_map(label: str, name: str | None, *keys: str) -> Action:
    def change(view: View) -> View:
        return replace(view, colour=replace(view.colour, map=name))

    return view_change(label, "Surface/Colour map", change, *keys, on=lambda view: view.colour.map == name)


def contour_style(label: str, style: ContourStyle, *keys: str) -> Action:
    return view_change(
        label, "Contours", styled(style), *keys, on=lambda view: view.contours.style is style, need=SURFACE
    )


def colour_by(label: str, metric: str, key: str, tip: str) -> Action:
    def on(view: View) -> bool:
        return view.colour.metric == metric

    return view_change(label, "Surface", coloured_by(metric), key, tip=tip, on=on, need=SURFACE)


def preset(label: str, camera: Camera, key: str) -> Action:
    def fly(desk: Desk) -> None:
        desk.fly_to(desk.pane.fitted(replace(camera, orthographic=desk.bound_for.orthographic)))

    return Action(label, "Navigate", fly, (key,))


def steer_by(label: str, move: Callable[[Camera], Camera], *keys: str) -> Action:
    def step(desk: Desk) -> None:
        desk.steer(move(desk.pane.camera), gesture=label)

    return Action(label, "", step, keys, repeats=True)


def dialog_choice(label: str, menu: str, dialog: Dialog, *keys: str, need: Need = NOTHING) -> Action:
    return Action(f"{label}…", menu, ask(dialog), keys, need=need)


def ask(dialog: Dialog) -> Callable[[Desk], None]:
    """Open a dialog, or close it."""

    def open_or_close(desk: Desk) -> None:
        desk.dialog = Dialog.NONE if desk.dialog is dialog else dialog

    return open_or_close


def ready_made(label: str, name: str, tip: str, need: Need = NOTHING) -> Action:
    return Action(label, "Film/Ready-made keyframes", lay_flight(name), tip=tip, need=need)


def navigation_by(label: str, navigation: Navigation, key: str, tip: str) -> Action:
    def choose(desk: Desk) -> None:
        go_by(desk, Navigation.TURNTABLE if desk.navigation is navigation else navigation)

    return Action(label, "Navigate", choose, (key,), tip, lambda desk: desk.navigation is navigation)


def inspection(what: str, key: str, tip: str) -> Action:
    return Action(WORDS[what], "Measure", lambda desk: desk.inspect(what), (key,), tip,
                  lambda desk: desk.looking.goes_on(what), ASKABLE)  # fmt: skip


def tool_choice(label: str, tool: Tool, key: str, tip: str, need: Need) -> Action:
    def choose(desk: Desk) -> None:
        desk.tool = Tool.LOOK if desk.tool is tool else tool

    return Action(label, "Measure", choose, (key,), tip, lambda desk: desk.tool is tool, need)
