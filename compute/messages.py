"""Everything the two processes say to each other, in one place.

Plain types only: a message crosses as one JSON object. Numbers are in the units their comments give.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any

# What can be looked into in a plane that is measured.
VERIFY = "verify"  # whether its critical points are some of the network's slice
PLANE = "plane"  # gradient and curvature within the plane, over a coarse grid
SPECTRUM = "spectrum"  # extreme eigenvalues of the full Hessian, over a coarse grid
SHARPNESS = "sharpness"  # of the centre
INSPECTIONS = (VERIFY, PLANE, SPECTRUM, SHARPNESS)


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


@dataclass(frozen=True)
class Train(Message):
    """Train a network, recording checkpoints."""

    out: str  # the run folder
    options: dict[str, Any]  # by name: see compute.training.run_folder.make_options


@dataclass(frozen=True)
class Sample(Message):
    """Measure one plane, or line, through the weights of a network. "" and None stand for the usual choice."""

    source: str  # a run folder of `basin train`; with a problem: a checkpoint, a folder or a glob of them
    out: str  # the landscape folder
    problem: str = ""  # the user's own: MODULE:FUNCTION or FILE.py:FUNCTION
    centre: str = ""  # checkpoint that becomes theta_star; the last one
    directions: str = "pca"  # and what follows: see compute.directions.choice
    normalisation: str = "filter"
    include: str = ""  # of "bias" and "norm", with commas
    which: str = "algebraic"
    line: bool = False
    metrics: str = "train_loss,train_accuracy"  # with commas
    resolution: int = 65  # points per axis at the finest level
    alpha: list[float] | None = None  # [lowest, highest]; chosen from the path, or widened until the loss has risen
    beta: list[float] | None = None
    keep_range: bool = False  # a given range as it is, even where 0 then falls between two points
    rise: float = 20.0  # for random planes: factor by which the loss has risen at the rim of a chosen range
    examples: int = 2048  # of each split, the same at every point
    seed: int = 0  # of random directions
    tolerance: float | None = 0.01  # relative error at which measuring stops; None = every point
    cap: float | None = None  # losses above are not refined; chosen as for the picture
    focus: list[float] | None = None  # [alpha, alpha, beta, beta] of a region that goes first
    focus_throughout: bool = False  # and of which every node is measured, in doubt or not
    recalibrate_bn: bool = False  # running statistics anew at every point
    device: str = "cpu"
    precision: str = "fp32"
    trial: bool = True  # whether chunk size and such may be chosen by a short measurement
    watched: bool = False  # in a window, whose pictures go first
    inspect: str = ""  # what is looked into once the surface is measured, of INSPECTIONS, with commas
    inspect_points: int = 9  # points per axis at which curvature is measured


@dataclass(frozen=True)
class Follow(Message):
    """Follow trainings that go on: fit a plane to their paths, measure it, and fit again when a path leaves it."""

    sources: list[str]  # run folders of `basin train`; with a problem: recordings, or folders of checkpoints
    out: str  # the live folder: live.json, fit-0001, fit-0002, …
    problem: str = ""  # the user's own: MODULE:FUNCTION or FILE.py:FUNCTION
    metrics: str = "train_loss"  # with commas
    resolution: int = 33  # points per axis at the finest level
    examples: int = 512  # of each split, the same at every point
    tolerance: float | None = 0.02  # relative error at which measuring stops; None = every point
    device: str = "cpu"
    precision: str = "fp32"
    seed: int = 0
    refit_at: float = 0.35  # residual share of the newest checkpoint from which the plane is fitted anew
    centre: str = "latest"  # checkpoint in the middle: "latest" of the first run, or "best" of all by their logs
    keep: bool = False  # the plane, wherever the path goes
    threads: int = 1  # of torch, beside the training
    memory_share: float = 0.25  # of the memory of a GPU that this process may take, in (0, 1]


@dataclass(frozen=True)
class Connect(Message):
    """Train a curve of low loss between two networks, then measure the plane that holds it."""

    first: str  # a run folder of `basin train`, of which the last checkpoint counts, or a file of weights
    second: str
    out: str  # the landscape folder
    problem: str = ""  # the user's own: MODULE:FUNCTION or FILE.py:FUNCTION
    steps: int = 1000
    rate: float = 0.05  # of the first half of the steps
    batch: int = 128  # examples a step; a user's own batches are taken as they are
    train_examples: int = 0  # 0: all there are
    points: int = 61  # along the curve, and along the straight line, at which both are measured
    seed: int = 0
    metrics: str = "train_loss,train_accuracy"  # with commas
    resolution: int = 33  # points per axis at the finest level
    examples: int = 2048  # of each split, the same at every point
    tolerance: float | None = 0.01  # relative error at which measuring stops; None = every point
    device: str = "cpu"
    precision: str = "fp32"
    trial: bool = True


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

    plane: str  # as ``Opened`` called it


@dataclass(frozen=True)
class Focus(Message):
    """A region of a plane goes first, down to its finest level."""

    plane: str
    alpha: list[float]  # [lowest, highest]
    beta: list[float]
    throughout: bool = False  # every node in it, in doubt or not


@dataclass(frozen=True)
class Inspect(Message):
    """Look into a plane more closely, before anything else is measured; or no longer."""

    plane: str
    what: str  # one of INSPECTIONS
    wanted: bool = True  # False: no longer; what was found stays


@dataclass(frozen=True)
class Refit(Message):
    """Fit the plane of a live folder anew, now."""


@dataclass(frozen=True)
class Steer(Message):
    """The switches of a live folder. Another centre means another fit."""

    keep: bool  # the plane, wherever the path goes
    centre: str  # "latest" or "best"


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
class Preparing(Message):
    """Something that takes a while before measuring can begin goes on."""

    what: str
    done: int
    total: int | None  # None: nobody knows


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
    surplus: float | None = None  # largest error of prediction of the latest complete level; None = not known yet


@dataclass(frozen=True)
class Inspecting(Message):
    """A plane is looked into. What was found is in its folder. 0 of 0 where that cannot be done, and a Note says why;
    or where it is wanted no longer."""

    plane: str
    what: str  # one of INSPECTIONS
    done: int  # steps; total when it is complete
    total: int
    seconds_left: float


@dataclass(frozen=True)
class Following(Message):
    """How far the followed trainings are; whenever something changed."""

    runs: list[str]  # their names
    step: list[int]  # of the latest checkpoint of each; -1 where there is none yet
    checkpoints: int  # of all runs together, that are there now
    residual_share: float | None  # of the newest checkpoint: its distance from the plane / rms spread of the paths
    fit: int  # number of the plane in work; 0 = none yet
    why: str = ""  # the plane stays although that is more than is allowed: "the plane is kept", …; "" where it does not
    newest: str = ""  # of several runs the one that is farthest off, of which ``residual_share`` is


@dataclass(frozen=True)
class Note(Message):
    """Something worth a line: a range that was chosen, why measuring stopped."""

    text: str


@dataclass(frozen=True)
class Finished(Message):
    """The whole task is done."""


@dataclass(frozen=True)
class Failed(Message):
    """The worker ends because of an error."""

    error: str  # one line
    details: str  # the traceback
    expected: bool = True  # whether it was the user's input; else a fault of ours, or of the user's own code


_TYPES = {kind.__name__: kind for kind in Message.__subclasses__()}


def encode(message: Message) -> bytes:
    """One message as JSON."""
    return json.dumps({"type": type(message).__name__, **asdict(message)}).encode()  # type: ignore[call-overload]


def decode(data: bytes) -> Message:
    """The message that ``encode`` was given."""
    content: dict[str, Any] = json.loads(data)
    return _TYPES[content.pop("type")](**content)
