"""Which directions a user wants, as words. Without torch, so that commands can check them before anything starts."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from compute.errors import BadInputError

KINDS = ("pca", "random", "hessian", "gradient")  # two of them with a comma: one direction of each
BETWEEN, FILE = "between:", "file:"
NORMALISATIONS = ("filter", "layer", "none")  # of random directions; the others are what they are
INCLUDE = ("bias", "norm")  # groups of one-dimensional parameters that random directions leave out
WHICH = ("algebraic", "magnitude")  # largest eigenvalue, or largest in absolute value

HOW = (
    "give pca, random, hessian, gradient, two of them as gradient,random, "
    "between:A.pt,B.pt or with a third file, or file:PATH"
)


@dataclass(frozen=True)
class DirectionChoice:
    """What ``--directions`` and its companions say. Raises BadInputError, naming the option, for what cannot be.

    kind           one of KINDS or two with a comma; between:A,B for a line and between:A,B,C for a plane through files
                   of weights, the last ones of runs, or steps of the run; file:PATH
    normalisation  of random directions: by "filter", by "layer", "none"
    include        which of INCLUDE random directions move as well
    seed           of random directions, and of the Hessian's start vector
    which          Hessian eigenvalues: largest "algebraic" or largest "magnitude"
    line           one direction only
    """

    kind: str = "pca"
    normalisation: str = "filter"
    include: tuple[str, ...] = ()
    seed: int = 0
    which: str = "algebraic"
    line: bool = False

    def __post_init__(self) -> None:
        self._check_kind()
        if self.normalisation not in NORMALISATIONS:
            raise BadInputError(f"--normalisation {self.normalisation}: give one of {', '.join(NORMALISATIONS)}")
        for name in self.include:
            if name not in INCLUDE:
                raise BadInputError(f"--include {name}: give {' or '.join(INCLUDE)}, or both with a comma")
        if self.which not in WHICH:
            raise BadInputError(f"--which {self.which}: give {' or '.join(WHICH)}")
        if not 0 <= self.seed < 2**62:
            raise BadInputError(f"--seed {self.seed}: give a whole number from 0 on")

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kind of each direction: one for both, or two; "between" or "file"."""
        if self.kind.startswith((BETWEEN, FILE)):
            return (self.kind.partition(":")[0],)
        first, *second = (part.strip() for part in self.kind.split(","))
        return (first,) if second == [first] and first != "gradient" else (first, *second)

    @property
    def ends(self) -> tuple[str, ...]:
        """The two or three files, runs or steps of "between"."""
        return tuple(part.strip() for part in self.kind.removeprefix(BETWEEN).split(","))

    @property
    def file(self) -> Path:
        """The path of "file"."""
        return Path(self.kind.removeprefix(FILE))

    @property
    def is_line(self) -> bool:
        """Whether there will be one direction; of "file" only the file knows."""
        return self.line or (self.kinds == ("between",) and len(self.ends) == 2)

    def _check_kind(self) -> None:
        fault = self._fault()
        if fault:
            raise BadInputError(f"--directions {self.kind}: {fault}; {HOW}")

    def _fault(self) -> str | None:
        if self.kinds == ("between",):
            if not 2 <= len(self.ends) <= 3 or not all(self.ends):
                return "takes two or three checkpoints"
            return "goes through three checkpoints, which is no line" if self.line and len(self.ends) == 3 else None
        if self.kinds == ("file",):
            return "names no file" if self.kind == FILE else None
        return self._kinds_fault()

    def _kinds_fault(self) -> str | None:
        kinds = self.kind.split(",")
        if unknown := [kind for kind in kinds if kind.strip() not in KINDS]:
            return f"no such directions as {unknown[0].strip() or 'nothing'}"
        if len(kinds) > 1 and (len(kinds) > 2 or self.line):
            return f"are more than {'one direction' if self.line else 'two directions'}"
        return "are twice the same direction" if self.kinds == ("gradient", "gradient") else None


def told_apart(paths: Sequence[str]) -> list[str]:
    """A short name for each of some files of weights: that of the file, or where these are the same, as the last
    checkpoints of runs are, that of the innermost folders that differ."""
    every = [PurePath(path) for path in paths]
    names = [path.stem for path in every]
    if len({*names}) == len(names):
        return names
    depths = zip(*(reversed(path.parent.parts) for path in every), strict=False)
    return next(([*parts] for parts in depths if len({*parts}) == len(parts)), names)
