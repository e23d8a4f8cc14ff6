"""What one window shows, and everything that can be done with it. Knows no window system: no pyglet, no ImGui."""

from dataclasses import replace
from pathlib import Path

import moderngl
import numpy as np

from compute.errors import BadInputError
from compute.folder import folder_of, open_folder
from compute.messages import Message, Opened
from explorer.camera.camera import Camera
from explorer.camera.steering import focus
from explorer.desk.beginning import Beginning, opened
from explorer.desk.clipboard import Clipboard
from explorer.desk.filming import Filming
from explorer.desk.flying import Flying
from explorer.desk.keyframing import is_flight
from explorer.desk.looking import Looking
from explorer.desk.measurement import Measurement
from explorer.desk.measuring import begun, coordinates, plane_in
from explorer.desk.modes import Dialog, Navigation, Tool
from explorer.desk.naming import unique_name
from explorer.desk.notices import Notice, Notices
from explorer.desk.pane import Region
from explorer.desk.panes import Panes
from explorer.desk.selection import Selection, uv_of
from explorer.desk.session import OpenFile, Session, is_session
from explorer.ground.critical import Place
from explorer.ground.picking import UV
from explorer.ground.scene import Marked, Picked
from explorer.ground.staging import Stage
from explorer.looks.camera_text import camera_from_json, camera_json
from explorer.looks.settings import MOST_PANES
from explorer.looks.view import View
from explorer.pictures.keyframes import FlightFile, read_flight
from explorer.worker.task import READY, Task

NEAR_POINT = 2.4  # as far as that the camera comes to a critical point


class Desk(Panes):
    """Landscapes that are open, how some of them are shown, and the task that measures."""

    def __init__(
        self, ctx: moderngl.Context, beginning: Beginning, task: Task | None = None, trainer: Task | None = None
    ) -> None:
        stages = {name: Stage(landscape, View()) for name, landscape in beginning.landscapes.items()}
        super().__init__(ctx, stages, list(stages)[: MOST_PANES if beginning.side_by_side else 1])
        self.files = dict(beginning.files)
        self.live = beginning.live
        self.navigation, self.tool, self.dialog = Navigation.TURNTABLE, Tool.LOOK, Dialog.NONE
        self.notices = Notices()
        self.measurement = Measurement(self.notices, task, trainer)
        self.flying, self.filming = Flying(self, self._moment, self._show_until), Filming(self.notices)
        self.clipboard = Clipboard()
        self.marked: Marked = None  # what is pointed at, in the scene or in a plot
        self.region: Region | None = None  # that is being dragged out in the active pane
        self.anchor: UV | None = None  # where a section or region begins that is being laid by keys
        self.curve = False  # whether the training curve is shown
        self.selection = Selection()
        self.persistence = False  # whether the persistence diagram and the merge tree are shown
        self.panel: bool | None = None  # None: as the width of the window allows
        self.roomy = True  # whether the window is wide enough for the panel beside the scene
        self.leaving = False
        self._cameras: dict[bool, Camera] = {}  # of surfaces, and of lines
        self._awaited = ""  # a landscape that is shown as soon as there is something of it
        self._show_session(beginning)

    @property
    def panel_shown(self) -> bool:
        """Whether the panel is to be seen: as wished for, else as the width of the window allows."""
        return self.roomy if self.panel is None else self.panel

    @property
    def task(self) -> Task | None:
        """The task that measures, if there is one."""
        return self.measurement.task

    def say(self, text: str) -> None:
        """Something good to know, for some seconds."""
        self.notices.add(Notice(text))

    def complain(self, text: str) -> None:
        """Something that went wrong; stays until it is clicked away."""
        self.notices.add(Notice(text, error=True))

    def quit(self) -> None:
        """Close the window."""
        self.leaving = True

    def advance(self, seconds: float) -> bool:
        """Let time pass: camera, ground and messages; True when anything is to be drawn anew."""
        gone = self.notices.advance(seconds)
        played = self.live is not None and self.live.advance(seconds) and self._show_fit()
        flown = self.flying.advance(seconds)
        moved = super().advance(seconds) or flown
        led = self.live is not None and self.live.switches.follow and self.name == self.live.name
        led = led and not self.flying.playing
        return (led and self.look_after(seconds)) or moved or gone or played

    def release(self) -> None:
        """End the worker that measures and the film on its way, and release the GL objects; a training goes on."""
        self.measurement.stop()
        self.filming.stop()
        super().release()

    def copy_camera(self) -> None:
        """The camera as JSON text, into the clipboard."""
        self.clipboard.write(camera_json(self.pane.camera))
        self.say("the camera is in the clipboard, as JSON")

    def paste_camera(self) -> None:
        """Glide to the camera that is in the clipboard as JSON text."""
        try:
            self.fly_to(camera_from_json(self.clipboard.read()))
        except BadInputError as error:
            self.complain(str(error))

    def focus_minimum(self) -> None:
        """Glide to the lowest measured point."""
        values = self.pane.stage.landscape.metrics[self.pane.stage.metric]
        if not np.isfinite(values).any():
            self.say("nothing is measured yet")
            return
        row, column = np.unravel_index(np.where(np.isfinite(values), values, np.inf).argmin(), values.shape)
        rows, columns = values.shape
        self.focus_on((int(column) / (columns - 1), int(row) / max(rows - 1, 1)))

    def picked(self) -> Picked:
        """How the critical points that are chosen are drawn, in the active pane."""
        return self.selection.picked(self.pane.stage)

    def set_threshold(self, threshold: float | None, gesture: object | None = None) -> None:
        """Show critical points from this persistence on; None: what cannot be told from noise is hidden."""
        self.show(replace(self.view, threshold=threshold), gesture)

    def fly_to_point(self, place: Place) -> None:
        """Glide to a critical point, nearer unless the camera is near already."""
        camera = self.bound_for
        near = min(1.0, NEAR_POINT / camera.distance)
        self.fly_to(focus(camera, self.pane.on_ground(uv_of(self.pane.stage, place)), near))

    # ── landscapes ────────────────────────────────────────────────────────────────────────────────────────────────

    def open(self, path: Path) -> None:
        """Open a session, a flight, a file, a folder, or all landscapes in one; what cannot be opened is said."""
        try:
            if is_flight(path):
                self.flying.put(read_flight(path))
                return
            found = opened(path, taken=() if is_session(path) else self.stages)
        except BadInputError as error:
            self.complain(str(error))
            return
        except OSError as error:  # such as a name that no file can have
            self.complain(f"{path}: cannot be opened ({error.strerror or error})")
            return
        stages = {name: Stage(landscape, self.view) for name, landscape in found.landscapes.items()}
        if found.live is not None:
            if self.live is not None and self.task:
                self.complain(f"{path}: one training is followed already; open it in a window of its own")
                return
            self.live = found.live
        if found.session is not None:
            self.stages, self.files, self._awaited = stages, dict(found.files), ""
            self._show_session(found)
            self.begin_history()
            return
        self.stages.update(stages)
        self.files.update(found.files)
        names = list(stages)
        if self.side_by_side and len(self.panes) + len(names) <= MOST_PANES:
            self.arrange([*(pane.name for pane in self.panes), *names])
        else:
            self.look(names[0])
        self.say(f"opened {', '.join(names)}")

    def close(self, name: str) -> None:
        """Close a landscape; the last one stays."""
        if len(self.stages) < 2:
            return
        if self.live and name == self.live.name:
            self.live = None
            self.measurement.stop()
        left = [pane for pane in self.panes if pane.name != name]
        del self.stages[name]
        self.files.pop(name, None)
        views = [pane.view for pane in left] or [self.view]
        self.arrange([pane.name for pane in left] or [next(iter(self.stages))], *views)
        self.forget_closed()

    def look(self, name: str) -> None:
        """Show another landscape in the active pane; a line and a surface are each seen as the last one was."""
        shown = [pane.name for pane in self.panes]
        if name in shown:
            self.active = shown.index(name)
        else:
            self._cameras[self.pane.is_line] = self.view.camera
            kind = self.stages[name].scene.domain.is_line
            camera = self._cameras.get(kind, self.view.camera if kind == self.pane.is_line else Camera())
            shown[self.active] = name
            views = [pane.view for pane in self.panes]
            views[self.active] = replace(self.view, camera=camera, section=None)
            self.arrange(shown, *views)
        self._looks_elsewhere()

    def undo(self) -> None:
        """Take back the last change, of which landscape is shown, too."""
        before = self.name
        super().undo()
        self._came_from(before)

    def redo(self) -> None:
        """Make it again."""
        before = self.name
        super().redo()
        self._came_from(before)

    def _came_from(self, name: str) -> None:
        """What is chosen stays as long as the landscape does."""
        if self.name != name:
            self._looks_elsewhere()

    def choices(self) -> list[str]:
        """Landscapes to choose from: those in view, and of those being measured what has begun."""
        if self.name == READY:
            return [READY]
        shown = {pane.name for pane in self.panes}
        return [name for name in self.stages if name in shown or (name != READY and self._ready(name))]

    def next_plane(self) -> None:
        """The next landscape to choose from."""
        names = self.choices()
        if len(names) > 1:
            self.look(names[(names.index(self.name) + 1) % len(names)])

    def toggle_side_by_side(self) -> None:
        """All that can be looked at, or the active one alone."""
        view, name, names = self._views()[self.active], self.name, self.choices()[:MOST_PANES]
        if self.side_by_side:
            self.arrange([name], view)
        elif len(names) < 2:
            self.say("open another landscape to see two side by side")
        else:
            self.arrange(names, *([view] * len(names)), active=names.index(name) if name in names else 0)

    def session(self) -> Session:
        """What is open and how it is shown."""
        files = tuple(self.files[name] for name in self.stages if name in self.files)
        named = {file.name for file in files}
        kept = [pane for pane in self.panes if pane.name in named]
        active = next((k for k, pane in enumerate(kept) if pane is self.pane), 0)
        names, views = tuple(pane.name for pane in kept), tuple(pane.view for pane in kept)
        flight = self.flight if self.flight.keyframes else None
        chosen = self.selection.chosen
        return Session(files, names, views, active, self.links, self.preferences, flight, chosen, self.persistence)

    # ── measuring ─────────────────────────────────────────────────────────────────────────────────────────────────

    def poll(self) -> bool:
        """Take in what the worker says; True when there is something to draw."""
        messages = self.measurement.poll()
        for message in messages:
            self._take(message)
        return self.filming.poll() or bool(messages)

    def refresh(self) -> bool:
        """Take in new values; True when something changed."""
        news = [pane.stage.refresh(pane.shown) for pane in self.panes]
        if any(news):
            self._agree()
        return any(news) | self._look_at_live() | self._look_at_awaited()

    def pause(self, paused: bool) -> None:
        """Stop measuring, or go on."""
        if self.task:
            self.task.pause(paused)

    def refine(self, region: Region) -> None:
        """Measure a region of the active pane, (u, v) of two corners, before all else and throughout."""
        landscape = self.pane.stage.landscape
        alpha, beta = coordinates(landscape.domain, region)
        self.measurement.refine(landscape, self._plane(self.name), alpha, beta)

    def inspect(self, what: str) -> None:
        """Ask the network of the active pane more: one of INSPECTIONS."""
        self.measurement.inspect(self.pane.stage.landscape, self._plane(self.name), what)

    def leave_inspection(self, what: str) -> None:
        """Ask it no longer; what was found stays."""
        self.measurement.leave(self.pane.stage.landscape, self._plane(self.name), what)

    @property
    def looking(self) -> Looking:
        """What the network of the active pane is asked, and why it cannot be."""
        return self.measurement.looking(self.pane.stage.landscape, self._plane(self.name))

    def _take(self, message: Message) -> None:
        if not isinstance(message, Opened):
            return
        folder = Path(message.folder)
        if self.live and folder.parent.resolve() == self.live.fits.folder.resolve():
            return  # a new fit is found in its folder, and shown once it has a surface
        known = next((name for name, file in self.files.items() if file.file.resolve() == folder.resolve()), None)
        try:
            landscape = open_folder(folder)  # again after a restart: the folder may be another one by then
        except BadInputError as error:
            self.complain(str(error))
            return
        name = known or unique_name(replace(landscape, name=message.plane), self.stages)
        self.stages[name] = Stage(landscape, self.view)
        self.files[name] = OpenFile(name, folder)
        for pane in self.panes:
            if pane.name == name:
                pane.put(name, self.stages[name], pane.view)
        self._agree()
        self._awaited = self._awaited or ("" if known else name)

    def _looks_elsewhere(self) -> None:
        """Another landscape may be the active one: the worker goes on with that."""
        self.marked = None
        self.selection.clear()
        plane = self._plane(self.name)
        if self.task and plane:
            self.task.look(plane)

    def _plane(self, name: str) -> str | None:
        """What the worker calls a landscape."""
        file = self.files.get(name)
        return plane_in(self.task.status, file.file) if self.task and file else None

    def _ready(self, name: str) -> bool:
        return self._plane(name) is None or begun(self.stages[name].landscape)

    def _look_at_awaited(self) -> bool:
        """Show a landscape that was waited for, as soon as its first level is measured."""
        if not self._awaited or not self._ready(self._awaited):
            return False
        name, self._awaited = self._awaited, ""
        self.look(name)
        self.stages.pop(READY, None)
        self.forget_closed()
        return True

    # ── a training that is followed ───────────────────────────────────────────────────────────────────────────────

    def go_to(self, moment: float | None) -> None:
        """Look at a step of the training that is followed, None: the newest."""
        if self.live:
            self.live.playing = False
            self.live.go_to(moment)
            self._show_fit()

    def steer_fits(self, *, keep: bool, centre: str) -> None:
        """Say what becomes of the plane when the path leaves it."""
        if self.live and (keep, centre) != (self.live.switches.keep, self.live.switches.centre):
            self.live.switches.keep, self.live.switches.centre = keep, centre
            if self.task:
                self.task.steer(keep=keep, centre=centre)

    def _moment(self) -> float | None:
        """The step of the training up to which the path in view is shown; None: all of it."""
        return self.live.moment if self.live is not None and self.live.name == self.name else None

    def _show_until(self, moment: float | None) -> None:
        """Show the path in view up to a step, None: all of it; and the plane of then, where a training is followed."""
        if self.live is not None and self.live.name == self.name:
            self.go_to(moment)
        else:
            self.pane.stage.show_until(moment)

    def _look_at_live(self) -> bool:
        """Take in what became of the training; True when something changed."""
        if self.live is None:
            return False
        news = self.live.look()
        if self.live.fault:
            self.complain(self.live.fault)
            self.live.fault = ""
        return self._show_fit() or news

    def _show_fit(self) -> bool:
        """Show the plane that is in force at the moment; the first one takes the place of what stood in for it."""
        live = self.live
        stage = live.stage(self.view) if live else None
        if live is None or stage is None:
            return False
        known = self.stages.get(live.name)
        if stage is known:
            return stage.show_until(live.moment)
        self.stages[live.name] = stage
        self.files[live.name] = OpenFile(live.name, folder_of(stage.landscape) or live.fits.folder)
        stage.show_until(live.moment)
        if known is not None:
            self.exchange(live.name)
        else:
            self.look(live.name)
            self.stages.pop(READY, None)
            self.forget_closed()
        return True

    def _show_session(self, found: Beginning) -> None:
        """Show what was opened as its session says; what was missing is said."""
        for line in found.missing:
            self.complain(line)
        if found.session is None:
            return
        session = found.session
        shown = [(name, view) for name, view in zip(session.shown, session.views, strict=True) if name in self.stages]
        shown = shown or [(next(iter(self.stages)), View())]
        self.links, self.preferences = session.links, session.preferences
        self.flight = session.flight or FlightFile(())
        self.flying.shown = session.flight is not None
        self.arrange([name for name, _ in shown], *(view for _, view in shown), active=session.active)
        self.selection.chosen, self.persistence = session.chosen, session.persistence
