"""All checkpoints of all runs as one cloud in weight space, and the plane through it."""

import re
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from torch import nn

from compute.directions.axes import Axes
from compute.directions.streaming import StreamingPCA
from compute.errors import BadInputError
from compute.landscape import Floats
from compute.live.runs import Run, mark
from compute.plane import Direction, Plane, parameters_of
from compute.weights.files import look_into
from compute.weights.fitting import StoredWeights, stored_weights
from compute.weights.pieces import pieces, put, unfilled

SAVE_SECONDS = 10.0  # between two writes of the state at least,
SAVE_SHARE = 50  # and so many times as long as one takes
WRONG = 1e-6  # of the spread: what is worth reading a checkpoint again for

OF_ANOTHER = "is of another network"  # as the error says it

Key = tuple[str, int]  # name of the run, step

_NAME = re.compile(r"\d{1,18}/[^/]*/.+", re.ASCII | re.DOTALL)  # step, mark and run


class Cloud:
    """The streaming PCA, with each checkpoint known by run, step and mark, and kept in a file."""

    def __init__(self, model: nn.Module, file: Path) -> None:
        self._model, self._file = model, file
        self._like = parameters_of(model)
        self.shapes = {name: tuple(x.shape) for name, x in self._like.items()}  # of the parameters
        self._pca = StreamingPCA(self._like)
        self._saved, self._saving, self._changed = time.monotonic(), 0.0, False
        self._spread: float | None = None  # until the cloud changes

    def load(self, runs: Sequence[Run]) -> None:
        """What an earlier life knew of these runs, which then have it ``taken``. Raises BadInputError where damaged."""
        if not runs or not self._file.exists():
            return
        found = StreamingPCA.load(self._file, self._like)
        if not all(_NAME.fullmatch(name) for name in found.names):
            raise BadInputError(f"{self._file}: has checkpoints without run, step and mark")
        self._pca, self._spread = found, None
        by_name = {run.name: run for run in runs}
        self._forget(name for name in self._pca.names if _key(name)[0] not in by_name)
        for name in self._pca.names:
            run, step = _key(name)
            by_name[run].take(step, name.split("/", 2)[1])

    def take(self, run: Run, step: int) -> Direction | None:
        """Read a checkpoint that is present and take it in; its weights, or None where it is of no use.

        Not whole (yet), gone, or not finite: then the run skips it. Raises BadInputError for another network's.
        """
        path = run.present[step]
        seen = mark(path)
        try:
            weights = self.read(path)
        except BadInputError as error:
            if not _is_whole(path):
                run.skip(step, seen)
                return None
            raise self._named(error, run) from None
        try:
            self._pca.add(weights, f"{step}/{seen}/{run.name}")
        except BadInputError as error:
            run.skip(step, seen)
            raise Diverged(f"{path}: {str(error).partition(': ')[2]}") from None
        run.take(step, seen)
        self._changed, self._spread = True, None
        return weights

    def forget(self, run: Run, steps: Iterable[int]) -> None:
        """Checkpoints of a branch that the training has left."""
        gone = {(run.name, step) for step in steps}
        self._forget(name for name in self._pca.names if _key(name) in gone)

    def spans_plane(self) -> bool:
        """Whether a plane can be fitted."""
        return self._pca.spans(2)

    @property
    def spread(self) -> float:
        """Root mean square distance of all checkpoints from their mean."""
        if self._spread is None:
            self._spread = self._pca.spread
        return self._spread

    def axes(self, theta_star: Direction) -> Axes:
        """The principal axes."""
        return self._pca.axes(theta_star)

    def coordinates(self, plane: Plane) -> list[tuple[Key, Floats]]:
        """(alpha, beta, residual) of each checkpoint over a plane, without reading any."""
        if not len(self._pca):
            return []
        return [(_key(name), row) for name, row in zip(self._pca.names, self._pca.coordinates(plane), strict=True)]

    @property
    def given_up(self) -> float:
        """About the share of the variance that had no room in memory."""
        return self._pca.given_up

    def inexact(self) -> list[Key]:
        """Of whom ``coordinates`` may be wrong by more than WRONG of the spread, the latest steps last."""
        wrong = self._pca.wrong_by > WRONG * self.spread
        keys = [_key(name) for name, is_wrong in zip(self._pca.names, wrong, strict=True) if is_wrong]
        return sorted(keys, key=lambda key: key[1])

    def read(self, path: Path) -> Direction:
        """The weights of a checkpoint that was taken in. Raises BadInputError where its file is not sound."""
        return _held(stored_weights(path, self.shapes, self._model), self._like)

    def residual_if_fitted(self, checkpoint: Key, centre: Key) -> float:
        """How far a checkpoint would be from the plane, were it fitted now through another."""
        keys = [_key(name) for name in self._pca.names]
        return self._pca.residual_if_fitted(keys.index(checkpoint), keys.index(centre))

    def save(self, *, at_once: bool = False) -> None:
        """Keep what is new, if it is time. Raises OSError."""
        waited = time.monotonic() - self._saved
        if not self._changed or not (at_once or waited > max(SAVE_SECONDS, SAVE_SHARE * self._saving)):
            return
        started = self._saved = time.monotonic()
        self._pca.save(self._file)
        self._saved = time.monotonic()
        self._saving, self._changed = self._saved - started, False

    def _named(self, error: BadInputError, run: Run) -> BadInputError:
        """Says of a checkpoint of another network which runs differ, where another run has the right one."""
        start, of_another, rest = str(error).partition(OF_ANOTHER)
        others = sorted({_key(name)[0] for name in self._pca.names} - {run.name})
        if not of_another or not others:
            return error
        difference = rest.rpartition(";")[0]
        return BadInputError(
            f"{start}{OF_ANOTHER} than {' and '.join(others)}{difference}; follow {run.name} by itself"
        )

    def _forget(self, names: Iterable[str]) -> None:
        gone = list(names)
        if gone:
            self._pca.forget(gone)
            self._changed, self._spread = True, None


class Diverged(Exception):  # noqa: N818  no error: the training's fault, of which the user is told
    """A checkpoint is not finite."""


def _key(name: str) -> Key:
    step, _, run = name.split("/", 2)
    return run, int(step)


def _held(stored: StoredWeights, like: Direction) -> Direction:
    """In memory, for it is needed twice, and its file may go."""
    weights = unfilled(like)
    with stored.open() as read:
        for piece in pieces(like):
            put(weights, piece, read(piece))
    return weights


def _is_whole(path: Path) -> bool:
    try:
        look_into(path)
    except BadInputError:
        return False
    return True
