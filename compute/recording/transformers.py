"""TransformersRecorder: a callback that records a training of the Hugging Face Trainer."""

from pathlib import Path
from typing import Any

import torch
from torch import nn

from compute.recording.folder import check_folder, is_recording
from compute.recording.recorder import Recorder
from compute.recording.schedule import Policy
from compute.recording.snapshot import bare

try:
    from transformers import TrainerCallback
except ModuleNotFoundError as error:
    raise ModuleNotFoundError("TransformersRecorder needs transformers: pip install transformers accelerate") from error


class TransformersRecorder(TrainerCallback):
    """Records the start of a training and each step; ``Trainer(callbacks=[TransformersRecorder("runs/mine")], …)``.

    Takes what ``Recorder`` takes, without the network. The loss is the one that the network returned, as the Trainer
    took it over the batches that a step accumulated; it stays empty where the network returns none (label smoothing, a
    loss function of your own). A training that goes on (``train(resume_from_checkpoint=…)``) goes on in the same
    folder, as with ``resume``.
    """

    def __init__(
        self,
        folder: str | Path,
        *,
        every: int | None = None,
        most: int = 256,
        share: float = 0.02,
        resume: bool = False,
    ) -> None:
        Policy(every, most, share)
        check_folder(Path(folder).expanduser(), resume=True)  # what is wrong anyway, before anything is set up
        self._folder, self._resume = folder, resume
        self._options: dict[str, Any] = {"every": every, "most": most, "share": share}
        self._recorder: Recorder | None = None
        self._hearing: Any = None  # takes the hook off the network
        self._losses = Losses()

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Begin, or go on where the trainer does."""
        self._close()
        if not state.is_world_process_zero:
            return
        model, step = kwargs["model"], state.global_step
        begun = step > 0 and is_recording(Path(self._folder).expanduser())
        self._recorder = Recorder(self._folder, model, resume=self._resume or begun, **self._options)
        self._losses = Losses()
        self._hearing = bare(model).register_forward_hook(self._losses, with_kwargs=True)
        if not begun:
            self._recorder.record(step, None, state.epoch)

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Record."""
        if self._recorder:
            self._recorder.record(state.global_step, self._losses.take(), state.epoch)

    def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Close."""
        self._close()

    def _close(self) -> None:
        if self._hearing:
            self._hearing.remove()
        if self._recorder:
            self._recorder.close()
        self._hearing = self._recorder = None


class Losses:
    """A hook on a network that keeps the losses it returns in training; the Trainer shows them to no callback."""

    def __init__(self) -> None:
        self._losses: list[torch.Tensor] = []
        self._shares = False

    def __call__(self, module: nn.Module, args: Any, kwargs: Any, output: Any) -> None:
        """Called with what a forward pass was given and returned."""
        loss = output.get("loss") if isinstance(output, dict) else None
        if module.training and isinstance(loss, torch.Tensor) and loss.requires_grad:
            self._losses.append(loss.detach().mean())
            self._shares = kwargs.get("num_items_in_batch") is not None

    def take(self) -> torch.Tensor | None:
        """The loss of the step that ends: the sum where each is a share of the step's, else the mean; None without."""
        if not self._losses:
            return None
        losses, self._losses = torch.stack(self._losses), []
        return losses.sum() if self._shares else losses.mean()
