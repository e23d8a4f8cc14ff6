"""Checking critical points against the network: which of those of the picture are some of its slice."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from compute.errors import BadInputError
from compute.folder import open_folder, read_description, update_description
from compute.inspecting.in_plane import PlaneDerivatives
from compute.inspecting.inspection import holds
from compute.inspecting.newton import advance, begin
from compute.inspecting.polish import Place, Polish
from compute.inspecting.subject import require_loss, subject
from compute.inspecting.verdict import judge
from compute.landscape import Domain
from compute.levels import finest_complete_stride
from compute.messages import VERIFY
from compute.reconstruction import reconstruct
from compute.refinement import Rule
from compute.surveying.survey import Survey
from compute.topology.critical_points import CriticalPoint
from compute.topology.noise import clear_critical_points, level_domain
from compute.verification import KEY, Verdict, verdict_of, verdicts

MOST = 64  # candidates, the most persistent ones: nobody looks at more, and each takes a hundred forward passes


class Verification:
    """Follows Newton's method from each candidate, one step at a time; an ``Inspection``, and resumed as one.

    Candidates are the critical points of the main metric on the level in work, of persistence above twice the error
    bar. The verdicts so far stand in the description after each. Those on candidates that are still there are kept, if
    they were found on the same level, examples and split, in the same precision. Raises BadInputError where the metric
    is no loss or no level is measured throughout, and as ``PlaneDerivatives``.
    """

    what = VERIFY

    def __init__(self, survey: Survey, note: Callable[[str], None]) -> None:
        require_loss(survey)
        self._folder, split = survey.folder, subject(survey)
        found, level, self._domain = _clear(survey)
        self._cell = _cell(level)
        self._candidates = found[:MOST]
        self._left_out = len(found) - len(self._candidates)
        self._plane = PlaneDerivatives(survey.problem, survey.plane, split, survey.execution)
        self._about = {
            "examples": self._plane.examples,
            "split": split,
            "precision": self._plane.execution.precision,
            "threshold": "twice the error bar",
            "level": [level.n_alpha, level.n_beta],
        }
        self._verdicts = self._known()
        self._polish: Polish | None = None
        self._write()
        if self._left_out:
            note(f"{survey.name}: the {MOST} most persistent critical points are checked, {self._left_out} are not")

    @property
    def done(self) -> int:
        """Candidates with a verdict."""
        return len(self._verdicts)

    @property
    def total(self) -> int:
        """Candidates."""
        return len(self._candidates)

    def step(self) -> None:
        """Newton's next step from the next candidate. Raises IndexError at the end."""
        number = next((k for k in range(self.total) if k not in self._verdicts), None)
        if number is None:
            raise IndexError("every candidate has its verdict")
        candidate = self._candidates[number]
        if self._polish is None:
            self._polish = begin(self._plane, (candidate.alpha, candidate.beta), self._cell)
        else:
            self._polish = advance(self._plane, self._polish)
        if self._polish.end:
            self._verdicts[number] = judge(self._plane, self._domain, candidate, self._polish)
            self._polish = None
            self._write()

    def _known(self) -> dict[int, Verdict]:
        """Verdicts that are there already and still hold, by the number of the candidate."""
        description = read_description(self._folder)
        if not holds(description.get(KEY), self._about):
            return {}
        before = verdicts(description)
        kept = (verdict_of(before, point.alpha, point.beta, point.slice_index) for point in self._candidates)
        return {number: verdict for number, verdict in enumerate(kept) if verdict}

    def _write(self) -> None:
        entry: dict[str, Any] = {
            "points": [self._verdicts[number].describe() for number in sorted(self._verdicts)],
            **self._about,
            "candidates": len(self._candidates) + self._left_out,
            "left_out": self._left_out,
        }
        update_description(self._folder, {KEY: entry})


def _clear(survey: Survey) -> tuple[list[CriticalPoint], Domain, Domain]:
    """Candidates, the most persistent first, the level they are on, and the domain."""
    landscape = open_folder(survey.folder)
    values, examples = np.array(landscape.main), np.array(landscape.examples)
    if finest_complete_stride(examples > 0) is None:
        raise BadInputError(f"{survey.folder}: no level is measured throughout yet, so there is nothing to check")
    nodes = reconstruct(values, examples, Rule(survey.task.tolerance, survey.task.cap))
    points, _ = clear_critical_points(landscape.domain, nodes, nodes.relative)
    ordered = sorted(points, key=lambda point: math.inf if math.isnan(point.persistence) else -point.persistence)
    return ordered, level_domain(landscape.domain, nodes), landscape.domain


def _cell(level: Domain) -> Place:
    """(α, β) size of a cell; 0 along the axis that a line has not."""
    sizes = [
        (high - low) / max(points - 1, 1)
        for (low, high), points in ((level.alpha, level.n_alpha), (level.beta, level.n_beta))
    ]
    return sizes[0], sizes[1]
