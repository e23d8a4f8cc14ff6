"""The processes behind a window: the one that measures, and one that trains what is followed."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from compute.errors import BadInputError
from compute.folder import folder_of
from compute.landscape import Landscape
from compute.messages import Follow, Inspecting, Message, Note, Sample
from explorer.desk.looking import (
    DOING,
    NOT_WHILE_FOLLOWED,
    Asked,
    Looking,
    curvature_points,
    in_work,
    is_complete,
    is_done,
)
from explorer.desk.measuring import plane_in
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
        self._asked: list[Asked] = []
        self._judged: tuple[Landscape | None, str] = (None, "")  # a landscape, and why no more of it can be measured

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
        said = self.task.poll() if self.task else []
        if self.task and (said or self._asked):
            self._hear_of_inspections(self.task, said)
        return [*heard, *said]

    def refine(self, landscape: Landscape, plane: str | None, alpha: list[float], beta: list[float]) -> None:
        """Measure a region before all else and throughout; ``plane`` is what the worker calls the landscape, if it
        measures it. Code that a landscape names runs only after it was named once."""
        if self.task and plane and self.task.status.running:
            self.task.focus(plane, alpha, beta)
            self._notices.add(Notice("this region is measured first"))
            return
        order = self._order(landscape)
        if order is not None:
            self.resample(replace(order, focus=[*alpha, *beta], focus_throughout=True))

    def inspect(self, landscape: Landscape, plane: str | None, what: str) -> None:
        """Look into a plane before anything else is measured; ``what`` is one of INSPECTIONS. Else as ``refine``."""
        if is_complete(landscape, what):
            self._notices.add(Notice(f"{DOING[what]}: measured already"))
            return
        folder = folder_of(landscape)
        if folder is None or not self._measures(folder, plane):
            self._inspect_anew(landscape, [what])
            return
        wish = Asked(folder.resolve(), what, landscape)
        self._asked = [*(each for each in self._asked if (each.folder, each.what) != (wish.folder, what)), wish]
        self._tell()

    def leave(self, landscape: Landscape, plane: str | None, what: str) -> None:
        """Look into a plane no longer. What the worker is yet to open it cannot leave."""
        folder = folder_of(landscape)
        if folder is not None and self.task is not None and plane is not None:
            self._asked = [each for each in self._asked if (each.folder, each.what) != (folder.resolve(), what)]
            self.task.leave(plane, what)

    def looking(self, landscape: Landscape, plane: str | None) -> Looking:
        """How it stands with what a landscape is looked into for."""
        folder, task = folder_of(landscape), self.task
        running = task is not None and task.status.running
        asked = {each.what for each in self._asked if running and folder and each.folder == folder.resolve()}
        now = in_work(task.status, plane) if task else None
        return Looking(self._why_not(landscape, plane), frozenset(asked), now, bool(task and task.status.paused))

    def _why_not(self, landscape: Landscape, plane: str | None) -> str:
        """Why nothing can be looked into; what the files say of that is found out once for each landscape."""
        if self.follows and plane is not None:
            return NOT_WHILE_FOLLOWED
        folder = folder_of(landscape)
        if folder is not None and self._measures(folder, plane):
            return ""
        if self._judged[0] is not landscape:
            try:
                sample_of(landscape, folder)
                self._judged = landscape, ""
            except BadInputError as error:
                self._judged = landscape, str(error)
        return self._judged[1]

    def _measures(self, folder: Path, plane: str | None) -> bool:
        """Whether the task in work measures this plane, or is about to."""
        if self.task is None or not self.task.status.running or self.follows:
            return False
        order = self.task.order
        about_to = isinstance(order, Sample) and Path(order.out).resolve() == folder.resolve()
        return plane is not None or (self.task.started and about_to)

    def _inspect_anew(self, landscape: Landscape, whats: list[str]) -> None:
        """Look into a plane in a task of its own, whether or not anything else is left to measure there."""
        order = self._order(landscape)
        if order is None:
            return
        self.resample(replace(order, inspect=",".join(whats)))
        self._asked = [Asked(Path(order.out).resolve(), what, landscape, ordered=True) for what in whats]
        self._tell()

    def _tell(self) -> None:
        """Pass on what the worker does not know yet: it has names for planes once it has opened them."""
        for k, each in enumerate(self._asked):
            plane = plane_in(self.task.status, each.folder) if self.task else None
            if self.task and plane and not each.told:
                self.task.inspect(plane, each.what)
                self._asked[k] = replace(each, told=True)

    def _order(self, landscape: Landscape) -> Sample | None:
        """The task that goes on with a landscape; None, and why, where there is none or nobody trusts it yet."""
        try:
            order = sample_of(landscape, folder_of(landscape))
        except BadInputError as error:
            self._notices.add(Notice(str(error), error=True))
            return None
        if order.problem and order.problem not in self._trusted:
            self._trusted.add(order.problem)
            warning = f"to measure more runs the code of {order.problem}; do it again if you trust that"
            self._notices.add(Notice(warning))
            return None
        return replace(order, inspect_points=curvature_points(landscape.domain.shape))

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

    def _hear_of_inspections(self, task: Task, said: Sequence[Message]) -> None:
        """What is done is no longer asked for, nor is anything once the worker has ended; but what reached it as it was
        about to end, so that it never said a word of that, is asked for again."""
        heard = {
            (Path(task.status.folders[each.plane]).resolve(), each.what): is_done(each)
            for each in said
            if isinstance(each, Inspecting) and each.plane in task.status.folders
        }
        for note in said:
            if isinstance(note, Note) and any(each.told for each in self._asked):
                self._notices.add(Notice(note.text))  # why it cannot be done, or what came of it
        left = [each for each in self._asked if not heard.get((each.folder, each.what))]
        self._asked = [replace(each, heard=each.heard or (each.folder, each.what) in heard) for each in left]
        if task.status.running:
            self._tell()
        else:
            lost = [each for each in self._asked if task.status.finished and not each.heard and not each.ordered]
            self._asked = []
            self._ask_again(lost)

    def _ask_again(self, lost: list[Asked]) -> None:
        """Of one plane; a task of its own measures no other."""
        here = [each for each in lost if each.folder == lost[-1].folder]
        for each in lost:
            if each not in here:
                self._notices.add(Notice(f"{DOING[each.what]} of {each.folder.name}: came too late, ask again"))
        if here:
            self._inspect_anew(here[-1].landscape, [each.what for each in here])

    def _hear(self, trainer: Task) -> None:
        if trainer.status.failed and not self._failure_told:
            self._failure_told = True
            self._notices.add(Notice(f"the training ended: {trainer.status.failed.error}", error=True))
        begun = trainer.status.training or trainer.status.finished
        if begun and self.task and not self.task.started:
            self.task.start()
