"""Everything a key or a menu can do, as one table: menus, shortcuts, tooltips and the sheet of keys are made from it.

The letters and digits 1 to 3 are those of the seed system.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from compute.errors import BadInputError
from compute.folder import folder_of
from explorer.camera.camera import FRONT_OF_SURFACE, ISOMETRIC, SIDE, TOP, Camera
from explorer.camera.steering import level, orbit, zoom
from explorer.desk.desk import Desk, Dialog, Navigation, Tool
from explorer.desk.resampling import sample_of
from explorer.looks.view import ERROR, LEVEL, ContourStyle, SurfaceMode, View
from explorer.looks.viewing import Change, coloured_by, contours_and_points, hidden_or_shown, laid_flat, styled, toggled

ARROW_DEGREES = 5.0
KEY_ZOOM = 0.9


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
    enabled: Callable[[Desk], bool] = lambda desk: True
    repeats: bool = False


def _view(
    label: str, menu: str, change: Change, *keys: str, tip: str = "", on: Callable[[View], bool] | None = None
) -> Action:
    """An action that changes the view alone."""
    return Action(label, menu, lambda desk: desk.change(change), keys, tip, on and (lambda desk: on(desk.view)))


def _flag(label: str, menu: str, name: str, *keys: str, tip: str = "") -> Action:
    """An action that turns one field of the view on and off."""
    return _view(label, menu, toggled(name), *keys, tip=tip, on=lambda view: bool(getattr(view, name)))


def _mode(label: str, mode: SurfaceMode, key: str) -> Action:
    return _view(label, "Surface", lambda view: replace(view, surface=mode), key, on=lambda view: view.surface is mode)


def _map(label: str, name: str, *keys: str) -> Action:
    def change(view: View) -> View:
        return replace(view, colour=replace(view.colour, map=name))

    return _view(label, "Surface/Colour map", change, *keys, on=lambda view: view.colour.map == name)


def _style(label: str, style: ContourStyle, *keys: str) -> Action:
    return _view(label, "Contours", styled(style), *keys, on=lambda view: view.contours.style is style)


def _colour_by(label: str, metric: str, key: str, tip: str) -> Action:
    return _view(label, "Surface", coloured_by(metric), key, tip=tip, on=lambda view: view.colour.metric == metric)


def _preset(label: str, camera: Camera, key: str) -> Action:
    def fly(desk: Desk) -> None:
        desk.fly_to(desk.pane.fitted(replace(camera, orthographic=desk.bound_for.orthographic)))

    return Action(label, "Navigate", fly, (key,))


def _steer(label: str, move: Callable[[Camera], Camera], *keys: str) -> Action:
    def step(desk: Desk) -> None:
        desk.steer(move(desk.pane.camera), gesture=label)

    return Action(label, "", step, keys, repeats=True)


def _dialog(label: str, menu: str, dialog: Dialog, *keys: str) -> Action:
    def ask(desk: Desk) -> None:
        desk.dialog = Dialog.NONE if desk.dialog is dialog else dialog

    return Action(f"{label}…", menu, ask, keys)


def _go_by(desk: Desk, navigation: Navigation) -> None:
    """The horizon is level again, unless it may be turned."""
    desk.navigation = navigation
    camera = desk.bound_for
    if navigation is not Navigation.FREE and abs(camera.roll) > 1e-3:
        desk.fly_to(level(camera))


def _navigate(label: str, navigation: Navigation, key: str, tip: str) -> Action:
    def choose(desk: Desk) -> None:
        _go_by(desk, Navigation.TURNTABLE if desk.navigation is navigation else navigation)

    return Action(label, "Navigate", choose, (key,), tip, lambda desk: desk.navigation is navigation)


def _tool(label: str, tool: Tool, key: str, tip: str) -> Action:
    def choose(desk: Desk) -> None:
        desk.tool = Tool.LOOK if desk.tool is tool else tool
        if desk.tool is Tool.REFINE:
            _warn_unless_measurable(desk)

    return Action(label, "Measure", choose, (key,), tip, lambda desk: desk.tool is tool)


def _warn_unless_measurable(desk: Desk) -> None:
    """Say at once, not only after the drag, why no more of what is shown can be measured."""
    if desk.task and desk.task.status.running:
        return
    landscape = desk.pane.stage.landscape
    try:
        sample_of(landscape, folder_of(landscape))
    except BadInputError as error:
        desk.say(str(error))


def _map_view(desk: Desk) -> None:
    """The flat map, or back to how it was before."""
    if desk.is_map:
        desk.leave_map()
    else:
        desk.enter_map()


def _reset(desk: Desk) -> None:
    desk.change(lambda view: replace(view, relief=View().relief, flat=False))
    desk.fly_to(Camera())


def _orthographic(desk: Desk) -> None:
    camera = desk.bound_for
    desk.fly_to(replace(camera, orthographic=not camera.orthographic))


def _escape(desk: Desk) -> None:
    """One thing at a time: the dialog, the tool, flying; and at last the window."""
    if desk.dialog is not Dialog.NONE:
        desk.dialog = Dialog.NONE
    elif desk.tool is not Tool.LOOK:
        desk.tool, desk.region = Tool.LOOK, None
    elif desk.navigation is Navigation.FLY:
        _go_by(desk, Navigation.TURNTABLE)
    else:
        desk.quit()


def _is_seen(view: View) -> bool:
    return view.surface is not SurfaceMode.HIDDEN


def _theme(view: View) -> View:
    return replace(view, theme="light" if view.theme == "dark" else "dark")


def _pause(desk: Desk) -> None:
    if desk.task:
        desk.pause(not desk.task.status.paused)


def _labels(view: View) -> View:
    return replace(view, contours=replace(view.contours, labels=not view.contours.labels))


def _curve(desk: Desk) -> None:
    desk.curve = not desk.curve


def _panel(desk: Desk) -> None:
    desk.panel = not desk.panel_shown


ACTIONS: tuple[Action, ...] = (
    _dialog("Open", "File", Dialog.OPEN, "Ctrl+O"),
    _dialog("Save session", "File", Dialog.SAVE_SESSION, "Ctrl+S"),
    _dialog("Screenshot", "File", Dialog.SCREENSHOT, "F12"),
    _dialog("Export contours or surface", "File", Dialog.EXPORT, "Ctrl+E"),
    Action("Close this landscape", "File", lambda desk: desk.close(desk.name), ("Ctrl+W",),
           enabled=lambda desk: len(desk.stages) > 1),
    Action("Quit", "File", Desk.quit, ("Ctrl+Q",)),
    Action("Undo", "Edit", Desk.undo, ("Ctrl+Z",), "Take back the last change of the view",
           enabled=lambda desk: desk.can_undo),
    Action("Redo", "Edit", Desk.redo, ("Ctrl+Shift+Z", "Ctrl+Y"), "Make it again", enabled=lambda desk: desk.can_redo),
    Action("Copy camera", "Edit", Desk.copy_camera, ("Ctrl+C",), "The camera as JSON, into the clipboard"),
    Action("Paste camera", "Edit", Desk.paste_camera, ("Ctrl+V",), "The camera from JSON in the clipboard"),
    _mode("Lit", SurfaceMode.LIT, "1"),
    _mode("Wireframe of the measured grid", SurfaceMode.WIREFRAME, "2"),
    _mode("Colour without light", SurfaceMode.COLOUR, "3"),
    _mode("Lit with the measured grid", SurfaceMode.MESH, "4"),
    _mode("Faceted", SurfaceMode.FACETED, "5"),
    _view("Hide the surface", "Surface", hidden_or_shown, "d", on=lambda view: view.surface is SurfaceMode.HIDDEN),
    _view("Transparent", "Surface", lambda view: replace(view, opacity=1.0 if view.opacity < 1 else 0.5), "6",
          tip="See the inside of the basin", on=lambda view: view.opacity < 1),
    _view("Height", "Surface", laid_flat(False), "a", on=lambda view: _is_seen(view) and not view.flat),
    _view("Flat floor", "Surface", laid_flat(True), "s", on=lambda view: _is_seen(view) and view.flat),
    _flag("Open above the cap", "Surface", "open_top", tip="Off: a plateau at the cap"),
    _flag("Smooth", "Surface", "smooth", tip="A spline through the measured points; off: straight lines between them"),
    _colour_by("Colour by error bar", ERROR, "e", "How far each place can be trusted"),
    _colour_by("Colour by refinement level", LEVEL, "n", "How finely each place was measured"),
    _map("Viridis", "viridis", "v"),
    _map("Magma", "magma"),
    _map("Cividis", "cividis"),
    _map("Turbo", "turbo"),
    _map("Diverging", "diverging"),
    _map("Grey", "grey", "t"),
    _map("Red to blue", "redblue", "y"),
    _map("Rainbow", "rainbow", "u"),
    _style("In one colour", ContourStyle.ONE_COLOUR, "z"),
    _style("In two colours", ContourStyle.TWO_COLOURS, "x"),
    _style("In the colours of the map", ContourStyle.COLOUR_MAP),
    _view("With critical points", "Contours", contours_and_points, "c", tip="Again: without the points"),
    _view("Labels in the map view", "Contours", _labels, "l", on=lambda view: view.contours.labels),
    _view("On the floor too", "Contours",
          lambda view: replace(view, contours=replace(view.contours, on_floor=not view.contours.on_floor)), "Shift+F",
          tip="Projected on the grid below the surface", on=lambda view: view.contours.on_floor),
    _flag("Critical points", "Show", "glyphs", tip="Minima, saddles and maxima of the slice"),
    _flag("Descent path", "Show", "path", "g", tip="The training, from yellow to cyan"),
    _flag("Measured points", "Show", "points", "p"),
    _flag("Axes", "Show", "axes"),
    _flag("Colour bar", "Show", "colour_bar"),
    _flag("Legend", "Show", "legend"),
    _flag("Soft shadow in hollows", "Show", "occlusion", tip="On a graphics card only"),
    Action("Training curve", "Show", _curve, ("j",), "Loss over steps, linked with the path", lambda desk: desk.curve),
    Action("Map from above", "Navigate", _map_view, ("m",), "Flat, without perspective, with labelled contours",
           lambda desk: desk.is_map),
    _preset("From the top", TOP, "7"),
    _preset("From the front", FRONT_OF_SURFACE, "8"),
    _preset("From the side", SIDE, "9"),
    _preset("Isometric", ISOMETRIC, "0"),
    Action("Fit", "Navigate", lambda desk: desk.fly_to(desk.pane.fitted(desk.bound_for)), ("Home",),
           "The whole landscape just in the picture"),
    Action("Reset camera and relief", "Navigate", _reset, ("r",)),
    Action("Without perspective", "Navigate", _orthographic, ("o",),
           "Orthographic: equal lengths look equal", lambda desk: desk.bound_for.orthographic),
    _navigate("Free orbit", Navigation.FREE, "b", "Turn about the axes of the picture, also over the pole"),
    _navigate("Fly", Navigation.FLY, "f", "W A S D and Q E move, the left button looks around, f or Esc ends"),
    Action("Focus on the minimum", "Navigate", Desk.focus_minimum, (".",), "Glide to the lowest measured point"),
    _tool("Cross-section", Tool.SECTION, "w", "Drag a line over the surface: the loss along it is drawn"),
    _tool("Refine here", Tool.REFINE, "q", "Click or drag a rectangle: it is measured first and throughout"),
    Action("Pause measuring", "Measure", _pause, ("Space",), "Stop or go on",
           lambda desk: bool(desk.task and desk.task.status.paused),
           lambda desk: bool(desk.task and desk.task.status.running)),
    _dialog("Measure another plane", "Measure", Dialog.RESAMPLE, "Ctrl+R"),
    Action("Next landscape", "Window", Desk.next_plane, ("Tab",)),
    Action("Side by side", "Window", Desk.toggle_side_by_side, ("i",), "All that are open, each in a pane",
           lambda desk: desk.side_by_side),
    _view("Light theme", "Window", _theme, "k", tip="For papers and projectors", on=lambda view: view.theme == "light"),
    Action("Panel", "Window", _panel, ("h",), checked=lambda desk: desk.panel_shown),
    _dialog("Keys", "Help", Dialog.KEYS, "?", "F1"),
    _dialog("About", "Help", Dialog.ABOUT),
    Action("Leave what is open, then quit", "", _escape, ("Esc",)),
    _steer("Orbit left", lambda camera: orbit(camera, -ARROW_DEGREES, 0), "Left"),
    _steer("Orbit right", lambda camera: orbit(camera, ARROW_DEGREES, 0), "Right"),
    _steer("Orbit up", lambda camera: orbit(camera, 0, ARROW_DEGREES), "Up"),
    _steer("Orbit down", lambda camera: orbit(camera, 0, -ARROW_DEGREES), "Down"),
    _steer("Nearer", lambda camera: zoom(camera, KEY_ZOOM), "+"),
    _steer("Farther", lambda camera: zoom(camera, 1 / KEY_ZOOM), "-"),
)  # fmt: skip
MENUS = ("File", "Edit", "Surface", "Contours", "Show", "Navigate", "Measure", "Window", "Help")
MOUSE = {
    "left drag": "orbit (flying: look around)",
    "right, middle or Shift drag": "pan",
    "wheel": "zoom to the pointer",
    "double click": "glide to that place",
}


def by_key(key: str) -> Action | None:
    """What a key does."""
    return _BY_KEY.get(key)


def in_menu(menu: str) -> Iterator[Action]:
    """The entries of a menu, in order."""
    return (action for action in ACTIONS if action.menu == menu)


_BY_KEY = {key: action for action in ACTIONS for key in action.keys}
