"""What actions do, where that is more than one call."""

from collections.abc import Callable
from dataclasses import replace

from compute.errors import BadInputError
from explorer.camera.camera import Camera
from explorer.camera.steering import level
from explorer.desk.desk import Desk
from explorer.desk.modes import Dialog, Navigation, Tool
from explorer.desk.notices import Notice
from explorer.looks.view import SurfaceMode, View

LEAVING = Notice("Esc again closes the window", seconds=3.0)  # as long as it is shown


def go_by(desk: Desk, navigation: Navigation) -> None:
    """The horizon is level again, unless it may be turned."""
    desk.navigation = navigation
    camera = desk.bound_for
    if navigation is not Navigation.FREE and abs(camera.roll) > 1e-3:
        desk.fly_to(level(camera))


def toggle_map(desk: Desk) -> None:
    """The flat map, or back to how it was before."""
    if desk.is_map:
        desk.leave_map()
    else:
        desk.enter_map()


def reset_camera(desk: Desk) -> None:
    desk.change(lambda view: replace(view, relief=View().relief, flat=False))
    desk.fly_to(Camera())


def toggle_perspective(desk: Desk) -> None:
    camera = desk.bound_for
    desk.fly_to(replace(camera, orthographic=not camera.orthographic))


def leave(desk: Desk) -> None:
    """One thing at a time: dialog, film, tool, flying; and at last the window, but not by one key too many."""
    if desk.dialog is not Dialog.NONE:
        desk.dialog = Dialog.NONE
    elif desk.flying.playing:
        desk.flying.stop()
    elif desk.tool is not Tool.LOOK:
        desk.tool, desk.region = Tool.LOOK, None
    elif desk.navigation is Navigation.FLY:
        go_by(desk, Navigation.TURNTABLE)
    elif desk.selection.chosen:
        desk.selection.clear()
    elif desk.persistence:
        desk.persistence = False
    elif desk.curve:
        desk.curve = False
    elif desk.view.section is not None:
        desk.change(lambda view: replace(view, section=None))
    elif LEAVING in desk.notices.shown:
        desk.quit()
    else:
        desk.notices.add(LEAVING)


def other_theme(view: View) -> View:
    return replace(view, theme="light" if view.theme == "dark" else "dark")


def toggle_pause(desk: Desk) -> None:
    if desk.task:
        desk.pause(not desk.task.status.paused)


def toggle_labels(view: View) -> View:
    return replace(view, contours=replace(view.contours, labels=not view.contours.labels))


def play_training(desk: Desk) -> None:
    if desk.live:
        desk.live.play()


def step_by(count: int) -> Callable[[Desk], None]:
    def go(desk: Desk) -> None:
        if desk.live:
            desk.live.step_by(count)
            desk.go_to(desk.live.moment)

    return go


def refit(desk: Desk) -> None:
    desk.measurement.refit()


def toggle_timeline(desk: Desk) -> None:
    desk.flying.stop()
    desk.flying.shown = not desk.flying.shown


def lay_flight(name: str) -> Callable[[Desk], None]:
    def lay(desk: Desk) -> None:
        try:
            desk.flying.lay(name)
        except BadInputError as error:
            desk.complain(str(error))

    return lay


def seek_by(desk: Desk, seconds: float) -> None:
    desk.flying.shown = True
    desk.flying.seek(desk.flying.time + seconds)


def toggle_curve(desk: Desk) -> None:
    desk.curve = not desk.curve


def toggle_persistence(desk: Desk) -> None:
    desk.persistence = not desk.persistence


def toggle_panel(desk: Desk) -> None:
    desk.panel = not desk.panel_shown


def is_seen(view: View) -> bool:
    return view.surface is not SurfaceMode.HIDDEN
