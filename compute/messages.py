"""Everything the two processes say to each other, in one place.

Plain types only: a message crosses as one JSON object. Numbers are in the units their comments give.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any


class Message:
    """Base of all messages; every subclass is a frozen dataclass of plain types."""


# ── the task: what a worker is started with ───────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Demo(Message):
    """Train a small ResNet on the digits, then measure its PCA plane and a random plane."""

    out: str  # folder for the run and both landscapes: OUT/run, OUT/pca, OUT/random
    epochs: int = 12
    seed: int = 0
    examples: int = 256  # training examples behind every value, the same at every point
    resolution: int = 65  # points per axis at the finest level; 2^k + 1


# ── explorer → worker ─────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Pause(Message):
    """Stop measuring after the point in work."""


@dataclass(frozen=True)
class Resume(Message):
    """Go on measuring."""


@dataclass(frozen=True)
class Look(Message):
    """The user looks at this plane: measure it first."""

    plane: str  # "pca" or "random"


@dataclass(frozen=True)
class Stop(Message):
    """Leave everything resumable and end."""


# ── worker → explorer ─────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Training(Message):
    """Training goes on."""

    epoch: float  # epochs done, fractional
    epochs: int
    loss: float  # of the latest batch, nats
    seconds_left: float


@dataclass(frozen=True)
class Opened(Message):
    """A landscape folder is ready to be mapped."""

    plane: str
    folder: str


@dataclass(frozen=True)
class Measuring(Message):
    """Measuring goes on in one plane."""

    plane: str
    level: int  # level in work, 0 = coarsest
    levels: int
    done: int  # points of all levels done in this plane
    total: int
    rate: float  # points per second
    seconds_left: float  # for this plane


@dataclass(frozen=True)
class Finished(Message):
    """The whole task is done."""


@dataclass(frozen=True)
class Failed(Message):
    """The worker ends because of an error."""

    error: str  # one line
    details: str  # the traceback


_TYPES = {kind.__name__: kind for kind in Message.__subclasses__()}


def encode(message: Message) -> bytes:
    """One message as JSON."""
    return json.dumps({"type": type(message).__name__, **asdict(message)}).encode()  # type: ignore[call-overload]


def decode(data: bytes) -> Message:
    """The message that ``encode`` was given."""
    content: dict[str, Any] = json.loads(data)
    return _TYPES[content.pop("type")](**content)
