"""What the worker said so far, reduced to what panel and terminal show. Pure: status + message → status."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from compute.messages import (
    Failed,
    Finished,
    Following,
    Inspecting,
    Measuring,
    Message,
    Note,
    Opened,
    Pause,
    Preparing,
    Resume,
    Training,
)


@dataclass(frozen=True)
class Status:
    """State of a task. ``folders`` and ``measuring`` are by plane, ``inspected`` by plane and what is looked into."""

    training: Training | None = None
    preparing: Preparing | None = None
    following: Following | None = None
    folders: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    measuring: Mapping[str, Measuring] = field(default_factory=lambda: MappingProxyType({}))
    inspecting: Inspecting | None = None  # the latest
    inspected: Mapping[tuple[str, str], Inspecting] = field(default_factory=lambda: MappingProxyType({}))
    latest: str = ""  # plane that the latest measurement belongs to
    notes: tuple[str, ...] = ()
    failed: Failed | None = None
    finished: bool = False
    paused: bool = False

    @property
    def running(self) -> bool:
        """Whether the worker has something left to do and is able to."""
        return not self.finished and self.failed is None


def after(status: Status, message: Message) -> Status:
    """The status once this message is known."""
    match message:
        case Training():
            status = replace(status, training=message)
        case Preparing():
            status = replace(status, preparing=message)
        case Following():
            status = replace(status, following=message)
        case Opened():
            status = replace(status, folders=MappingProxyType({**status.folders, message.plane: message.folder}))
        case Measuring():
            measuring = MappingProxyType({**status.measuring, message.plane: message})
            status = replace(status, measuring=measuring, latest=message.plane)
        case Inspecting():
            inspected = MappingProxyType({**status.inspected, (message.plane, message.what): message})
            status = replace(status, inspecting=message, inspected=inspected)
        case Note():
            status = replace(status, notes=(*status.notes, message.text))
        case Pause() | Resume():
            status = replace(status, paused=isinstance(message, Pause))
        case Finished():
            status = replace(status, finished=True)
        case Failed():
            status = replace(status, failed=message)
    return status


def duration(seconds: float) -> str:
    """A time to wait, in words: 8 s, 2 min 05 s, 1 h 10 min. Not finite: nobody knows yet."""
    if not math.isfinite(seconds):
        return "an unknown time"
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
