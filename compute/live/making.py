"""Making the folder of a plane for the paths as they are, and opening that of an earlier life."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compute.errors import BadInputError
from compute.folder import open_folder
from compute.landscape import Trajectory
from compute.live.cloud import Cloud, Key
from compute.live.paths import new_point, trajectory_of
from compute.live.runs import Run
from compute.measuring.execution import Execution
from compute.messages import Follow, Sample
from compute.plane import parameters_of
from compute.problem import Problem
from compute.surveying.source import Source
from compute.surveying.survey import Survey, make_survey, open_survey, reopen_survey
from compute.weights.fitting import load_into, read_weights

DEFAULT = Follow([], "").metrics


@dataclass(frozen=True, eq=False)
class Ground:
    """What stays the same from fit to fit."""

    task: Follow
    runs: Sequence[Run]
    problem: Problem
    provenance: Mapping[str, Any]

    def run(self, name: str) -> Run:
        """The run of that name."""
        return next(run for run in self.runs if run.name == name)

    def sample(self, folder: Path, centre: Key) -> Sample:
        """The same as a task for one plane, so that its folder is like any other."""
        task, (name, step) = self.task, centre
        metrics = task.metrics
        if metrics == DEFAULT and metrics not in self.problem.metric_names:
            metrics = self.problem.metric_names[0]
        return Sample(
            self.runs[0].source,
            str(folder),
            task.problem,
            str(step) if name == self.runs[0].name else str(self.run(name).present[step]),
            metrics=metrics,
            resolution=task.resolution,
            examples=task.examples,
            seed=task.seed,
            tolerance=task.tolerance,
            device=task.device,
            precision=task.precision,
            watched=True,
        )

    def source(self, centre: Key) -> Source:
        """The problem with the one checkpoint that a survey needs."""
        name, step = centre
        return Source(self.problem, [self.run(name).checkpoint(step)], self.provenance)


def make_fit(
    ground: Ground,
    cloud: Cloud,
    centre: Key,
    folder: Path,
    *,
    number: int,
    execution: Execution | None,
    why: str,
    share: float,
) -> Survey:
    """The folder of a plane through the principal axes of the cloud and a checkpoint, which the model then has.

    ``why`` it is fitted, and which ``share`` the newest checkpoint was from the plane before (0: there was none), are
    kept with it. Raises BadInputError where the checkpoint has gone, or what is to be measured cannot be.
    """
    task, source = ground.sample(folder, centre), ground.source(centre)
    model, middle = ground.problem.model, source.checkpoints[0]
    load_into(model, read_weights(middle.path), middle.path)
    theta_star = parameters_of(model)
    axes = cloud.axes(theta_star)
    places = cloud.coordinates(axes.plane(theta_star))
    paths: dict[str, Trajectory] = {}
    for run in ground.runs:
        steps = sorted((key[1], place) for key, place in places if key[0] == run.name and key[1] in run.taken)
        paths[run.name] = trajectory_of(new_point(step, run.epoch(step), place) for step, place in steps)
    first, *others = (run.name for run in ground.runs)
    steps_of_all = [key[1] for key, _ in places]
    about = {
        "number": number,
        "runs": [run.name for run in ground.runs],
        "first_step": min(steps_of_all),
        "last_step": max(steps_of_all),
        "centre_step": centre[1],
        "centre_run": centre[0],
        "residual_share": share,
        "why": why,
    }
    further = {name: paths[name] for name in others if len(paths[name])}
    make_survey(task, source, middle, axes, paths[first], others=further, execution=execution, extra={"fit": about})
    return reopen_survey(task, source)


def reopen_fit(ground: Ground, folder: Path) -> tuple[Survey, Key]:
    """The plane of an earlier life, and its centre. Raises BadInputError where it cannot go on as it was."""
    about = open_folder(folder).provenance.get("fit")
    about = about if isinstance(about, dict) else {}
    names = [run.name for run in ground.runs]
    name, step = about.get("centre_run"), about.get("centre_step")
    if about.get("runs") != names or name not in names or step not in ground.run(str(name)).present:
        raise BadInputError(f"{folder}: was fitted to other runs, or its centre has gone")
    centre = (str(name), int(step))
    task = ground.sample(folder, centre)
    return open_survey(task, ground.source(centre), lambda what, done, total: None), centre
