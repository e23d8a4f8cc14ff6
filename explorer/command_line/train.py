"""`basin train`: a network, its data, and the path that its weights take, recorded in a run folder."""

from pathlib import Path
from typing import Annotated

import typer

from compute.messages import Follow, Train
from compute.recipes import with_recipe
from compute.training.run_folder import check_options, make_options
from explorer.command_line.explore import LIVE
from explorer.command_line.options import given, resumable, run_task

DATA, STEPS, RECORD = "Model and data", "How it is trained", "What is recorded"
OFTEN = "1/4 epoch"  # checkpoints of a training that is watched, else the plane would come when it is over
OWN = ("out", "recipe", "explore")  # options of the command; all others are options of the run


def train(
    context: typer.Context,
    *,
    model: Annotated[
        str,
        typer.Option(
            help="resnet18, resnet50, vgg11, vgg16 (torchvision); resnet20/32/44/56/110 and their -noskip twins; vgg9; "
            "mlp; resnet8.",
            rich_help_panel=DATA,
            show_default=False,
        ),
    ] = "",
    data: Annotated[
        str,
        typer.Option(
            help="digits, cifar10, cifar100, mnist, fashion-mnist, imagefolder:PATH, synthetic.",
            rich_help_panel=DATA,
            show_default=False,
        ),
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option(help="The run folder; an existing one is resumed. runs/MODEL-DATA.", show_default=False),
    ] = None,
    recipe: Annotated[
        str, typer.Option(help="Sets options as a publication did: ison-morgan-2022, li-2018. Yours go first.")
    ] = "",
    explore: Annotated[
        bool,
        typer.Option("--explore", help="Watch it in a window: its path, and the surface around it, fitted anew."),
    ] = False,
    pretrained: Annotated[
        bool | None,
        typer.Option(help="Start from torchvision's ImageNet weights, with a new head.", rich_help_panel=DATA),
    ] = None,
    data_dir: Annotated[
        Path | None,
        typer.Option(help="Folder with the files of the data set; else downloaded.", rich_help_panel=DATA),
    ] = None,
    image_size: Annotated[
        int | None, typer.Option(min=1, help="Side in pixels, resized; as the data are.", rich_help_panel=DATA)
    ] = None,
    train_limit: Annotated[
        int | None, typer.Option(min=1, help="Only so many training examples; all.", rich_help_panel=DATA)
    ] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Epochs; 12.", rich_help_panel=STEPS)] = None,
    steps_per_epoch: Annotated[
        int | None, typer.Option(min=1, help="Batches an epoch; all of the data.", rich_help_panel=STEPS)
    ] = None,
    batch: Annotated[int | None, typer.Option(min=1, help="Examples a step; 64.", rich_help_panel=STEPS)] = None,
    optimiser: Annotated[str | None, typer.Option(help="sgd, adam or adamw; sgd.", rich_help_panel=STEPS)] = None,
    learning_rate: Annotated[
        float | None,
        typer.Option(help="Of the first step; 0.05 with sgd, else 0.001.", rich_help_panel=STEPS),
    ] = None,
    momentum: Annotated[float | None, typer.Option(help="Of sgd; 0.9.", rich_help_panel=STEPS)] = None,
    nesterov: Annotated[
        bool | None, typer.Option(help="Nesterov's momentum with sgd; on.", rich_help_panel=STEPS)
    ] = None,
    weight_decay: Annotated[
        float | None, typer.Option(help="5e-4 with sgd, 0 with adam, 0.01 with adamw.", rich_help_panel=STEPS)
    ] = None,
    schedule: Annotated[
        str | None,
        typer.Option(help="Of the learning rate: constant, step or cosine; cosine.", rich_help_panel=STEPS),
    ] = None,
    milestones: Annotated[
        str | None,
        typer.Option(help="Epochs at which a step schedule lowers it: 150,225.", rich_help_panel=STEPS),
    ] = None,
    gamma: Annotated[float | None, typer.Option(help="By this factor; 0.1.", rich_help_panel=STEPS)] = None,
    augment: Annotated[
        str | None,
        typer.Option(help="none or crop-flip (He et al. 2015); none.", rich_help_panel=STEPS),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Of weights, order and augmentation; 0.", rich_help_panel=STEPS)
    ] = None,
    device: Annotated[str | None, typer.Option(help="cpu, cuda or mps; cpu.", rich_help_panel=STEPS)] = None,
    checkpoint_every: Annotated[
        str | None,
        typer.Option(
            help='"50 steps", "2 epochs", "1/4 epoch"; "1 epoch", with --explore "1/4 epoch".', rich_help_panel=RECORD
        ),
    ] = None,
    log_examples: Annotated[
        int | None,
        typer.Option(min=1, help="Examples of each split behind the losses in the log; 2048.", rich_help_panel=RECORD),
    ] = None,
) -> None:
    """Train a network and record the path of its weights, for `basin sample`. Resumes, to the same result.

    Example: basin train --model resnet20 --data cifar10 --epochs 30 --out runs/resnet20
    """
    told = with_recipe(recipe or None, "train", given(context, without=OWN))
    if "data_dir" in told:
        told["data_folder"] = str(told.pop("data_dir"))
    if explore and "checkpoint_every" not in told:
        told["checkpoint_every"] = OFTEN
    options = make_options(told)
    target = out or Path("runs", f"{options.model}-{options.data.partition(':')[0]}")
    check_options(target, options)
    order = Train(str(target), told)
    if explore:
        watch(order, device or Follow.device)
    else:
        run_task(order)
    typer.echo(target)


def watch(order: Train, device: str) -> None:
    """Train with a window that follows; the training goes on when the window is closed. Raises BadInputError."""
    from explorer.command_line.headless import wait_to_end  # noqa: PLC0415  commands start fast by importing late
    from explorer.command_line.terminal import TerminalProgress  # noqa: PLC0415
    from explorer.desk.beginning import followed  # noqa: PLC0415
    from explorer.window.opening import open_application  # noqa: PLC0415
    from explorer.worker.task import Task  # noqa: PLC0415

    follow = Follow([order.out], str(Path(order.out, LIVE)), device=device)
    trainer = Task(order)
    with resumable(), TerminalProgress() as progress:
        try:
            open_application(followed(follow), Task(follow), progress.show, trainer).run()
            if trainer.status.running:
                progress.say(
                    "the window is closed, the training goes on; Ctrl-C stops it, basin explore follows it again"
                )
            wait_to_end(trainer, progress)
        finally:
            trainer.stop()
