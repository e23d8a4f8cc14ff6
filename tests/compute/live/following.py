"""Following in this process: runs that a test writes, and a worker that takes steps only when it is told to."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file

from compute.directions.pca import pca_axes
from compute.folder import open_folder
from compute.landscape import Landscape
from compute.listener import Listener
from compute.live.fits import in_known_order
from compute.live.live import Live
from compute.live.making import Ground
from compute.live.runs import named_runs
from compute.messages import Follow, Following, Message, Note, Opened
from compute.plane import Direction
from compute.problems import load_problem
from compute.weights.checkpoints import checkpoint_path, write_checkpoint
from tests.compute.live.toy import make_model

TOY = f"{Path(__file__).parent / 'toy.py'}:make_problem"
STEPS = 3000  # of a worker, until something must have happened


class Recording:
    """A run as a training writes it; weights are given as shifts (33,) of the network's first ones."""

    def __init__(self, folder: Path, *, plain: bool = False, hidden: int = 8) -> None:
        self.folder, self.hidden = folder, hidden
        self.checkpoints = folder if plain else folder / "checkpoints"
        self.checkpoints.mkdir(parents=True)
        if not plain:
            (folder / "recording.json").write_text(
                '{"format": 1, "kind": "recording", "parameters": 33, "software": {}}'
            )
            (folder / "recording.csv").write_text("step,epoch,loss\n")
        self.plain = plain

    def model(self, shift: np.ndarray) -> torch.nn.Module:
        model = make_model(self.hidden)
        with torch.no_grad():
            start = 0
            for parameter in model.parameters():
                part = torch.as_tensor(shift[start : start + parameter.numel()], dtype=torch.float32)
                parameter.add_(part.view(parameter.shape))
                start += parameter.numel()
        return model

    def write(self, step: int, shift: np.ndarray, loss: float = 1.0) -> None:
        write_checkpoint(self.checkpoints, step, self.model(shift))
        if not self.plain:
            with (self.folder / "recording.csv").open("a") as table:
                table.write(f"{step},{step / 10},{loss!r}\n")

    def file(self, step: int) -> Path:
        return checkpoint_path(self.checkpoints, step)

    def weights(self, step: int) -> Direction:
        return load_file(self.file(step))


def bend(k: float, turn: float = 0.0) -> np.ndarray:
    """A point of a curve in two dimensions, or with ``turn`` in three, of the 33."""
    ways = np.linalg.qr(np.random.default_rng(3).normal(size=(33, 4)))[0].T
    return 0.3 * k * ways[0] + 0.03 * k * k * ways[1] + turn * ways[2]


class Talk:
    """The explorer's end: what was said, and what is asked next."""

    def __init__(self) -> None:
        self.said: list[Message] = []
        self.asked: list[Message] = []

    def send(self, message: Message) -> None:
        self.said.append(message)

    def receive(self, seconds: float = 0.0) -> list[Message]:
        asked, self.asked = self.asked, []
        time.sleep(min(seconds, 0.001))
        return asked

    def of(self, kind: type) -> list[Any]:
        return [message for message in self.said if isinstance(message, kind)]

    @property
    def opened(self) -> list[str]:
        return [message.plane for message in self.of(Opened)]

    @property
    def following(self) -> Following:
        return self.of(Following)[-1]

    @property
    def notes(self) -> str:
        return "\n".join(message.text for message in self.of(Note))


class Followed:
    """A worker in work."""

    def __init__(self, live: Live, talk: Talk, out: Path) -> None:
        self.live, self.talk, self.out = live, talk, out

    def until(self, condition: Callable[[], object]) -> None:
        for _ in range(STEPS):
            if condition():
                return
            self.live.step()
        raise AssertionError(f"did not come to it: {self.talk.said[-5:]}")

    def settle(self) -> None:
        """Until everything that is there is taken in and measured."""
        for _ in range(3):
            self.live.step()
        self.until(lambda: not self.busy())
        self.live.step()

    def busy(self) -> bool:
        fit = self.live._fit
        before = len(self.talk.said)
        self.live.step()
        pending = any(run.pending for run in self.live._runs)
        return pending or len(self.talk.said) > before or (fit is not None and fit.step())

    def landscape(self, number: int | None = None) -> Landscape:
        if self.live._fit:
            self.live._fit.write(at_once=True)
        return open_folder(self.out / f"fit-{number or self.talk.following.fit:04d}")


@contextmanager
def followed(*runs: Recording | Path, out: Path | None = None, **changes: Any) -> Iterator[Followed]:
    """Follow until the end of the block, as ``follow`` does."""
    sources = [str(run.folder if isinstance(run, Recording) else run) for run in runs]
    usual: dict[str, Any] = {"problem": TOY, "resolution": 9, "tolerance": None}
    folder = out or Path(sources[0]) / "live"
    folder.mkdir(parents=True, exist_ok=True)
    task = in_known_order(Follow(sources, str(folder), **usual | changes))
    talk = Talk()
    problem = load_problem(task.problem)
    provenance = {"problem": task.problem, "checkpoints": task.sources[0]}
    with Live(Ground(task, named_runs(task.sources), problem, provenance), talk.send, Listener(talk)) as live:
        yield Followed(live, talk, folder)


def batch_axes(weights: list[Direction], centre: Direction) -> tuple[np.ndarray, np.ndarray]:
    """The principal axes of these weights by the batch method, (2, 33), and the centre (33,)."""
    named = {name: centre[name] for name, _ in make_model().named_parameters()}
    axes = pca_axes([{name: one[name] for name in named} for one in weights], named)
    assert axes.eta is not None
    return np.stack([vector(axes.delta), vector(axes.eta)]), vector(named)


def vector(weights: Direction) -> np.ndarray:
    """In one order, whatever that of the file."""
    return torch.cat([weights[name].flatten().double() for name in sorted(weights)]).numpy()
