"""What the demo is: a training, and two planes through its end."""

import math

from compute.claim import PLANES, RUN
from compute.messages import Demo, Sample
from compute.training.run_folder import RunOptions
from compute.training.settings import Settings

CHECKPOINTS_PER_PATH = 46  # at least: then a path looks smooth
LOG_EXAMPLES = 128  # behind the losses of the log: nobody waits for more
RANDOM_RANGE = (-1.0, 1.0)  # of filter-normalised directions, as in Li et al. 2018


def run_folder(task: Demo) -> str:
    """Where the training is recorded."""
    return f"{task.out}/{RUN}"


def run_options(task: Demo) -> RunOptions:
    """How the demo trains; short runs record more checkpoints in each epoch."""
    per_epoch = math.ceil(CHECKPOINTS_PER_PATH / task.epochs)
    settings = Settings(
        epochs=task.epochs,
        seed=task.seed,
        checkpoint_every=f"1/{per_epoch} epoch" if per_epoch > 1 else "1 epoch",
        log_examples=LOG_EXAMPLES,
    )
    return RunOptions("resnet8", "digits", settings)


def samples(task: Demo) -> tuple[Sample, ...]:
    """Both planes: that of the training path, and a filter-normalised random one over the published range."""
    pca, random = (
        Sample(
            source=run_folder(task),
            out=f"{task.out}/{name}",
            directions=name,
            resolution=task.resolution,
            examples=task.examples,
            seed=task.seed,
            alpha=list(RANDOM_RANGE) if name == "random" else None,
            beta=list(RANDOM_RANGE) if name == "random" else None,
            trial=False,
        )
        for name in PLANES
    )
    return pca, random
