"""Everything a key or a menu can do, as one table: menus, shortcuts, tooltips and the sheet of keys are made from it.

The letters and digits 1 to 3 are those of the seed system.
"""

from collections.abc import Iterator
from dataclasses import replace

from explorer.camera.camera import FRONT_OF_SURFACE, ISOMETRIC, SIDE, TOP
from explorer.camera.steering import orbit, zoom
from explorer.desk.action import (
    Action,
    ask,
    colour_by,
    colour_map,
    contour_style,
    dialog_choice,
    flag,
    navigation_by,
    preset,
    ready_made,
    steer_by,
    surface_mode,
    tool_choice,
    view_change,
)
from explorer.desk.deeds import (
    is_seen,
    leave,
    other_theme,
    play_training,
    refit,
    reset_camera,
    seek_by,
    step_by,
    toggle_curve,
    toggle_labels,
    toggle_map,
    toggle_panel,
    toggle_pause,
    toggle_perspective,
    toggle_timeline,
)
from explorer.desk.desk import Desk
from explorer.desk.flying import NUDGE
from explorer.desk.modes import Dialog, Navigation, Tool
from explorer.desk.needs import (
    DESCENT,
    FILMING,
    FITTING,
    FOLLOWED,
    GRAPHICS_CARD,
    KEYFRAMES,
    MEASURED,
    PATH,
    REDOABLE,
    RUNNING,
    SELECTED,
    SEVERAL,
    SEVERAL_KEYFRAMES,
    SPARE,
    SURFACE,
    TRAINING,
    UNDOABLE,
)
from explorer.looks.view import ERROR, LEVEL, ContourStyle, SurfaceMode
from explorer.looks.viewing import contours_and_points, hidden_or_shown, laid_flat

ARROW_DEGREES = 5.0
KEY_ZOOM = 0.9

ACTIONS: tuple[Action, ...] = (
    dialog_choice("Open", "File", Dialog.OPEN, "Ctrl+O"),
    dialog_choice("Save session", "File", Dialog.SAVE_SESSION, "Ctrl+S"),
    dialog_choice("Screenshot", "File", Dialog.SCREENSHOT, "F12"),
    dialog_choice("Export contours or surface", "File", Dialog.EXPORT, "Ctrl+E"),
    Action("Close this landscape", "File", lambda desk: desk.close(desk.name), ("Ctrl+W",),
           need=SPARE),
    Action("Quit", "File", Desk.quit, ("Ctrl+Q",)),
    Action("Undo", "Edit", Desk.undo, ("Ctrl+Z",), "Take back the last change of the view",
           need=UNDOABLE),
    Action("Redo", "Edit", Desk.redo, ("Ctrl+Shift+Z", "Ctrl+Y"), "Make it again", need=REDOABLE),
    Action("Copy camera", "Edit", Desk.copy_camera, ("Ctrl+C",), "The camera as JSON, into the clipboard"),
    Action("Paste camera", "Edit", Desk.paste_camera, ("Ctrl+V",), "The camera from JSON in the clipboard"),
    surface_mode("Lit", SurfaceMode.LIT, "1"),
    surface_mode("Wireframe of the measured grid", SurfaceMode.WIREFRAME, "2"),
    surface_mode("Colour without light", SurfaceMode.COLOUR, "3"),
    surface_mode("Lit with the measured grid", SurfaceMode.MESH, "4"),
    surface_mode("Faceted", SurfaceMode.FACETED, "5", SURFACE),
    view_change("Hide the surface", "Surface", hidden_or_shown, "d",
                on=lambda view: view.surface is SurfaceMode.HIDDEN),
    view_change("Transparent", "Surface", lambda view: replace(view, opacity=1.0 if view.opacity < 1 else 0.5), "6",
          tip="See the inside of the basin", on=lambda view: view.opacity < 1, need=SURFACE),
    view_change("Height", "Surface", laid_flat(False), "a", on=lambda view: is_seen(view) and not view.flat,
          need=SURFACE),
    view_change("Flat floor", "Surface", laid_flat(True), "s", on=lambda view: is_seen(view) and view.flat,
          need=SURFACE),
    flag("Open above the cap", "Surface", "open_top", tip="Off: a plateau at the cap", need=SURFACE),
    flag("Smooth", "Surface", "smooth", tip="A spline through the measured points; off: straight lines between them"),
    colour_by("Colour by error bar", ERROR, "e", "How far each place can be trusted"),
    colour_by("Colour by refinement level", LEVEL, "n", "How finely each place was measured"),
    colour_map("Viridis", "viridis", "v"),
    colour_map("Magma", "magma"),
    colour_map("Cividis", "cividis"),
    colour_map("Turbo", "turbo"),
    colour_map("Diverging", "diverging"),
    colour_map("Grey", "grey", "t"),
    colour_map("Red to blue", "redblue", "y"),
    colour_map("Rainbow", "rainbow", "u"),
    contour_style("In one colour", ContourStyle.ONE_COLOUR, "z"),
    contour_style("In two colours", ContourStyle.TWO_COLOURS, "x"),
    contour_style("In the colours of the map", ContourStyle.COLOUR_MAP),
    view_change("With critical points", "Contours", contours_and_points, "c", tip="Again: without the points"),
    view_change("Labels in the map view", "Contours", toggle_labels, "l", on=lambda view: view.contours.labels,
          need=SURFACE),
    view_change("On the floor too", "Contours",
          lambda view: replace(view, contours=replace(view.contours, on_floor=not view.contours.on_floor)), "Shift+F",
          tip="Projected on the grid below the surface", on=lambda view: view.contours.on_floor, need=SURFACE),
    flag("Critical points", "Show", "glyphs", tip="Minima, saddles and maxima of the slice"),
    flag("Descent path", "Show", "path", "g", tip="The training, from yellow to cyan", need=PATH),
    flag("Measured points", "Show", "points", "p"),
    flag("Axes", "Show", "axes"),
    flag("Colour bar", "Show", "colour_bar", need=SURFACE),
    flag("Legend", "Show", "legend"),
    flag("Soft shadow in hollows", "Show", "occlusion", tip="Hollows are darker", need=GRAPHICS_CARD),
    Action("Play the training", "Training", play_training, ("Shift+J",), "From its start, or from here",
           lambda desk: bool(desk.live and desk.live.playing), FOLLOWED),
    Action("Earlier checkpoint", "Training", step_by(-1), ("PageUp",), "Path and plane of that time", need=FOLLOWED,
           repeats=True),
    Action("Later checkpoint", "Training", step_by(1), ("PageDown",), need=FOLLOWED, repeats=True),
    Action("Newest checkpoint", "Training", lambda desk: desk.go_to(None), ("End",), "And on with it", need=FOLLOWED),
    Action("Fit the plane anew", "Training", refit, ("Shift+R",), "To the path as it is now", need=FITTING),
    Action("Training curve", "Show", toggle_curve, ("j",), "Loss over steps, linked with the path",
           lambda desk: desk.curve, TRAINING),
    Action("Map from above", "Navigate", toggle_map, ("m",), "Flat, without perspective, with labelled contours",
           lambda desk: desk.is_map, SURFACE),
    preset("From the top", TOP, "7"),
    preset("From the front", FRONT_OF_SURFACE, "8"),
    preset("From the side", SIDE, "9"),
    preset("Isometric", ISOMETRIC, "0"),
    Action("Fit", "Navigate", lambda desk: desk.fly_to(desk.pane.fitted(desk.bound_for)), ("Home",),
           "The whole landscape just in the picture"),
    Action("Reset camera and relief", "Navigate", reset_camera, ("r",)),
    Action("Without perspective", "Navigate", toggle_perspective, ("o",),
           "Orthographic: equal lengths look equal", lambda desk: desk.bound_for.orthographic),
    navigation_by("Free orbit", Navigation.FREE, "b", "Turn about the axes of the picture, also over the pole"),
    navigation_by("Fly", Navigation.FLY, "f", "W A S D and Q E move, the left button looks around, f or Esc ends"),
    Action("Focus on the minimum", "Navigate", Desk.focus_minimum, (".",), "Glide to the lowest measured point",
           need=MEASURED),
    tool_choice("Cross-section", Tool.SECTION, "w",
          "Drag a line over the surface, or lay it with the arrows and Enter: the loss along it is drawn"),
    tool_choice("Refine here", Tool.REFINE, "q",
          "Click or drag a rectangle, or lay it with the arrows and Enter: it is measured first and throughout"),
    Action("Pause measuring", "Measure", toggle_pause, ("Space",), "Stop or go on",
           lambda desk: bool(desk.task and desk.task.status.paused), RUNNING),
    dialog_choice("Measure another plane", "Measure", Dialog.RESAMPLE, "Ctrl+R"),
    Action("Add a keyframe", "Film", lambda desk: desk.flying.add(), ("Insert",), "Of the camera as it is now"),
    Action("Update the keyframe", "Film", lambda desk: desk.flying.update(), ("Shift+Insert",),
           "The selected one gets the camera as it is now", need=SELECTED),
    Action("Delete the keyframe", "Film", lambda desk: desk.flying.delete(), ("Delete",), need=SELECTED),
    Action("Earlier in time", "Film", lambda desk: desk.flying.nudge(-1), ("Shift+Left",),
           f"The selected keyframe {NUDGE:g} s earlier, also past others", need=SELECTED, repeats=True),
    Action("Later in time", "Film", lambda desk: desk.flying.nudge(1), ("Shift+Right",),
           f"The selected keyframe {NUDGE:g} s later, also past others", need=SELECTED, repeats=True),
    Action("Previous keyframe", "Film", lambda desk: desk.flying.choose_by(-1), ("[",), "Glide to it", need=KEYFRAMES),
    Action("Next keyframe", "Film", lambda desk: desk.flying.choose_by(1), ("]",), "Glide to it", need=KEYFRAMES),
    Action("Rewind", "Film", lambda desk: seek_by(desk, -NUDGE), ("Ctrl+Left",),
           f"The film {NUDGE:g} s earlier", need=KEYFRAMES, repeats=True),
    Action("Wind on", "Film", lambda desk: seek_by(desk, NUDGE), ("Ctrl+Right",),
           f"The film {NUDGE:g} s later", need=KEYFRAMES, repeats=True),
    Action("Play the film", "Film", lambda desk: desk.flying.play(), ("Shift+Space",),
           "As fast as it will be; again: stop", lambda desk: desk.flying.playing, SEVERAL_KEYFRAMES),
    Action("Timeline", "Film", toggle_timeline, ("Shift+K",), "Keyframes below the scene, and their way in it",
           lambda desk: desk.flying.shown),
    Action("Delete all keyframes", "Film", lambda desk: desk.flying.clear(), need=KEYFRAMES),
    Action("Save the keyframes…", "Film", ask(Dialog.SAVE_FLIGHT), ("Ctrl+Shift+S",),
           "As NAME.flight.json, which Open reads, and basin record", need=KEYFRAMES),
    dialog_choice("Record a film", "Film", Dialog.FILM, "Shift+F12"),
    Action("Cancel the recording", "Film", lambda desk: desk.filming.cancel(), need=FILMING),
    ready_made("Turntable", "turntable", "Once around, from the camera as it is now"),
    ready_made("Rise", "rise", "From above down to the camera as it is now", SURFACE),
    ready_made("Descent", "descent", "Along the descent path, behind the walker", DESCENT),
    Action("Next landscape", "Window", Desk.next_plane, ("Tab",), need=SEVERAL),
    Action("Side by side", "Window", Desk.toggle_side_by_side, ("i",), "All that are open, each in a pane",
           lambda desk: desk.side_by_side, SEVERAL),
    view_change("Light theme", "Window", other_theme, "k", tip="For papers and projectors",
                on=lambda view: view.theme == "light"),
    Action("Panel", "Window", toggle_panel, ("h",), checked=lambda desk: desk.panel_shown),
    dialog_choice("Keys", "Help", Dialog.KEYS, "?", "F1"),
    dialog_choice("About", "Help", Dialog.ABOUT),
    Action("Leave what is open; twice: quit", "", leave, ("Esc",)),
    steer_by("Orbit left", lambda camera: orbit(camera, -ARROW_DEGREES, 0), "Left"),
    steer_by("Orbit right", lambda camera: orbit(camera, ARROW_DEGREES, 0), "Right"),
    steer_by("Orbit up", lambda camera: orbit(camera, 0, ARROW_DEGREES), "Up"),
    steer_by("Orbit down", lambda camera: orbit(camera, 0, -ARROW_DEGREES), "Down"),
    steer_by("Nearer", lambda camera: zoom(camera, KEY_ZOOM), "+"),
    steer_by("Farther", lambda camera: zoom(camera, 1 / KEY_ZOOM), "-"),
)  # fmt: skip
MENUS = ("File", "Edit", "Surface", "Contours", "Show", "Navigate", "Measure", "Training", "Film", "Window", "Help")
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
