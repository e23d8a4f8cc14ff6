"""The processes behind a window: the one that measures, and one that trains what is followed."""

from collections.abc import Sequence
from dataclasses import replace

from compute.errors import BadInputError
from compute.folder import folder_of
from compute.landscape import Landscape
from compute.messages import Follow, Message, Sample
from explorer.desk.notices import Notice, Notices
from explorer.desk.resampling import sample_of
from explorer.worker.task import Task


class Measurement:
    """Owns the task that measures, if there is one; a ``trainer`` outlives it. What is to be known is a notice."""

    def __init__(self, notices: Notices, task: Task | None, trainer: Task | None) -> None:
        self._notices = notices
        self.task, self.trainer = task, trainer
        self._trusted: set[str] = set()  # problems whose code may run, for somebody was told that it would
        self._failure_told = False

    @property
    def follows(self) -> bool:
        """Whether the task follows a training and can be told what becomes of its plane."""
        return self.task is not None and isinstance(self.task.order, Follow) and self.task.status.running

    def begin(self) -> None:
        """Start what is to be done. What follows a training waits until that has begun."""
        first = self.trainer or self.task
        if first:
            first.start()

    def poll(self) -> Sequence[Message]:
        """Everything that the processes said since the last call."""
        heard = self.trainer.poll() if self.trainer else []
        if self.trainer and heard:
            self._hear(self.trainer)
        return [*heard, *(self.task.poll() if self.task else [])]

    def refine(self, landscape: Landscape, plane: str | None, alpha: list[float], beta: list[float]) -> None:
        """Measure a region before all else and throughout; ``plane`` is what the worker calls the landscape, if it
        measures it. Code that a landscape names runs only after it was named once."""
        if self.task and plane and self.task.status.running:
            self.task.focus(plane, alpha, beta)
            self._notices.add(Notice("this region is measured first"))
            return
        try:
            order = sample_of(landscape, folder_of(landscape))
        except BadInputError as error:
            self._notices.add(Notice(str(error), error=True))
            return
        if order.problem and order.problem not in self._trusted:
            self._trusted.add(order.problem)
            warning = f"to measure more runs the code of {order.problem}; do it again if you trust that"
            self._notices.add(Notice(warning))
            return
        self.resample(replace(order, focus=[*alpha, *beta], focus_throughout=True))

    def resample(self, order: Sample) -> None:
        """Measure a plane in a task of its own, in place of the one before, of which everything measured stays."""
        if self.follows:
            self._notices.add(Notice("the training is not followed any longer: open it again for that"))
        self.stop()
        self.task = Task(replace(order, watched=True))
        self.task.start()

    def refit(self) -> None:
        """Have the plane of the training that is followed fitted anew."""
        if self.task and self.follows:
            self.task.refit()

    def stop(self) -> None:
        """End the worker that measures; a training goes on."""
        if self.task:
            self.task.stop()

    def _hear(self, trainer: Task) -> None:
        if trainer.status.failed and not self._failure_told:
            self._failure_told = True
            self._notices.add(Notice(f"the training ended: {trainer.status.failed.error}", error=True))
        begun = trainer.status.training or trainer.status.finished
        if begun and self.task and not self.task.started:
            self.task.start()
