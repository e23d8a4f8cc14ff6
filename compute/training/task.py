"""`basin train`: a run from its options to its end, one step at a time."""

import time
from collections.abc import Callable
from pathlib import Path

from compute.training.run import describe_run, open_data, run_model
from compute.training.run_folder import RunOptions, check_options, create_run
from compute.training.training import Training, check_training, is_begun

SAVE_SECONDS = 60.0  # between two states to go on from, where checkpoints are further apart

Progress = Callable[[Training, float], None]  # the training, and the seconds that it still takes
Listen = Callable[[], None]  # takes in wishes, may wait, and raises what is to end the work


def train(
    folder: Path, options: RunOptions, progress: Progress, listen: Listen, report: Callable[[str], None]
) -> Training:
    """Train in a run folder, to the end or until ``listen`` raises; the same call then goes on. Returns it finished.

    ``report`` hears of data that are fetched. Raises BadInputError for options that cannot be, for a folder that holds
    something else, and for a training that diverges.
    """
    check_options(folder, options)
    data = open_data(options, report)
    description = describe_run(options, data)
    model = run_model(description, start=not is_begun(folder))
    check_training(data, options.settings, options.device)
    create_run(folder, description)  # not before all that may be refused: it would have to be removed by hand
    training = Training(model, data, options.settings, folder, options.device)
    follow(training, progress, listen)
    return training


def follow(training: Training, progress: Progress, listen: Listen) -> None:
    """All steps that are left; ``listen`` before each, ``progress`` after. What ``listen`` raises ends it resumably."""
    first, busy, saved = training.step_number, 0.0, time.monotonic()
    while not training.done:
        try:
            listen()
        except BaseException:
            training.save()
            raise
        started = time.monotonic()
        training.step()
        if time.monotonic() - saved >= SAVE_SECONDS:
            training.save()
            saved = time.monotonic()
        busy += time.monotonic() - started  # without the time spent waiting in ``listen``
        progress(training, busy / (training.step_number - first) * (training.steps - training.step_number))
