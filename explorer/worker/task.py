"""A running task as window and terminal see it: the worker process and what it said so far."""

from compute.messages import Focus, Inspect, Look, Message, Pause, Refit, Resume, Steer
from compute.process import Worker
from explorer.worker.status import Status, after

PLANE_NAMES = {"pca": "PCA of the path", "random": "random"}
READY = "\0ready"  # no folder can be called so; stands in the window until a plane has its first level


class Task:
    """Owns the worker. ``status`` is what is known; ``poll`` brings it up to date."""

    def __init__(self, order: Message) -> None:
        self.order = order
        self._worker: Worker | None = None
        self._paused = False
        self._plane: str | None = None
        self._steer: Steer | None = None
        self.status = Status()

    @property
    def started(self) -> bool:
        """Whether there is or was a worker."""
        return self._worker is not None

    def start(self) -> None:
        """Start the worker, or another one in place of one that ended; what was measured stays measured."""
        self.stop()
        self.status = Status(paused=self._paused)
        self._worker = Worker(self.order)
        if self._paused:
            self._worker.send(Pause())
        if self._plane:
            self._worker.send(Look(self._plane))
        if self._steer:
            self._worker.send(self._steer)

    def poll(self) -> list[Message]:
        """Messages that arrived since the last call, already taken into ``status``."""
        messages = self._worker.poll() if self._worker else []
        for message in messages:
            self.status = after(self.status, message)
        return messages

    def pause(self, paused: bool) -> None:
        """Stop or go on measuring; no effect when it is so already."""
        if self._worker and paused != self._paused:
            self._paused = paused
            self._worker.send(Pause() if paused else Resume())
            self.status = after(self.status, Pause() if paused else Resume())

    def look(self, plane: str) -> None:
        """Tell the worker which plane is in view."""
        self._plane = plane
        if self._worker:
            self._worker.send(Look(plane))

    def focus(self, plane: str, alpha: list[float], beta: list[float]) -> None:
        """Have a region of a plane, [lowest, highest] along each axis, measured first, and throughout."""
        if self._worker:
            self._worker.send(Focus(plane, alpha, beta, throughout=True))

    def inspect(self, plane: str, what: str) -> None:
        """Have a plane looked into more closely; ``what`` is one of INSPECTIONS."""
        if self._worker:
            self._worker.send(Inspect(plane, what))

    def leave(self, plane: str, what: str) -> None:
        """Have a plane looked into for that no longer."""
        if self._worker:
            self._worker.send(Inspect(plane, what, wanted=False))

    def refit(self) -> None:
        """Have the plane of a training that is followed fitted anew."""
        if self._worker:
            self._worker.send(Refit())

    def steer(self, *, keep: bool, centre: str) -> None:
        """Say what is to become of the plane when the path leaves it; also to workers that are started later."""
        self._steer = Steer(keep, centre)
        if self._worker:
            self._worker.send(self._steer)

    def stop(self) -> None:
        """End the worker; everything measured is on disk."""
        if self._worker:
            self._worker.stop()
            self._worker = None
