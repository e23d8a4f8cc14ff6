"""A demo in a real window that notes when things happen. Run as a program by the benchmarks; prints JSON."""

import json
import sys
import time

import pyglet

from compute.folder import open_folder
from compute.messages import Demo
from explorer.camera.steering import orbit
from explorer.desk.beginning import Beginning
from explorer.resources import resource
from explorer.window.application import Application
from explorer.worker.status import Status
from explorer.worker.task import READY, Task

FRAMES = 150  # per state


def main() -> None:
    """Note the end of the training and the first live surface; then orbit while the worker measures, and paused."""
    out = sys.argv[1]
    notes: dict[str, object] = {}

    def report(status: Status) -> None:
        if status.training and status.training.epoch >= status.training.epochs:
            notes.setdefault("trained", time.monotonic())

    task = Task(Demo(out))
    app = Application(Beginning({READY: open_folder(resource("assets", "ready"))}), task, report)
    frames: dict[str, list[float]] = {"measuring": [], "idle": []}

    def orbiting(seconds: float) -> None:
        if app.desk.name == READY:
            return
        notes.setdefault("on screen", time.monotonic())
        if len(frames["measuring"]) >= FRAMES:
            task.pause(True)
        if len(frames["idle"]) >= FRAMES:
            pyglet.app.exit()
        app.desk.steer(orbit(app.desk.pane.camera, 2.0, 0.0), gesture="benchmark")
        app.wake()

    def timed(*arguments: float, **options: bool) -> None:
        redraw(*arguments, **options)
        now = time.perf_counter()
        if "on screen" in notes and previous:
            frames["idle" if task.status.paused else "measuring"].append(now - previous[-1])
        previous[:] = [now]

    previous: list[float] = []  # the interval between two pictures holds whatever else the loop does
    redraw, app.redraw = app.redraw, timed  # type: ignore[method-assign]
    pyglet.clock.schedule(orbiting)
    app.run()
    print(json.dumps({**notes, **frames}))


if __name__ == "__main__":
    main()
