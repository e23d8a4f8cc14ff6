"""LightningRecorder: a callback that records a training of Lightning."""

import importlib
import sys
from pathlib import Path
from typing import Any

import torch

from compute.recording.folder import check_folder, is_recording
from compute.recording.recorder import Recorder
from compute.recording.schedule import Policy


def _lightning() -> Any:
    """The package that is used here: it has been published under two names, and either knows only its own callbacks."""
    names = ["lightning.pytorch", "pytorch_lightning"]
    names.sort(key=lambda name: name not in sys.modules)
    for name in names:
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError as error:
            missing = error
    raise ModuleNotFoundError("LightningRecorder needs Lightning: pip install lightning") from missing


class LightningRecorder(_lightning().Callback):  # type: ignore[misc]
    """Records the start of a training and each optimiser step; ``Trainer(callbacks=[LightningRecorder("runs/mine")])``.

    Takes what ``Recorder`` takes, without the network. The loss is the mean over the batches that a step accumulated.
    A training that goes on from a checkpoint (``fit(ckpt_path=…)``) goes on in the same folder, as with ``resume``.
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
        super().__init__()
        Policy(every, most, share)
        check_folder(Path(folder).expanduser(), resume=True)  # what is wrong anyway, before anything is set up
        self._folder, self._resume = folder, resume
        self._options: dict[str, Any] = {"every": every, "most": most, "share": share}
        self._recorder: Recorder | None = None
        self._losses: list[torch.Tensor] = []  # since the latest step
        self._step = 0

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        """Begin, or go on where the trainer does."""
        self._step, self._losses = trainer.global_step, []
        if not trainer.is_global_zero:
            return
        begun = self._step > 0 and is_recording(Path(self._folder).expanduser())
        self._recorder = Recorder(self._folder, pl_module, resume=self._resume or begun, **self._options)
        if not begun:
            self._recorder.record(self._step, None, trainer.current_epoch)

    def on_train_batch_end(self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int) -> None:
        """Record, if the optimiser made a step."""
        if not self._recorder:
            return
        loss = outputs.get("loss") if isinstance(outputs, dict) else outputs
        if isinstance(loss, torch.Tensor):
            self._losses.append(loss.detach() * trainer.accumulate_grad_batches)  # Lightning has divided it by that
        if trainer.global_step > self._step:
            mean = torch.stack(self._losses).mean() if self._losses else None
            batches = trainer.num_training_batches
            done = trainer.current_epoch + (batch_idx + 1) / batches
            self._recorder.record(trainer.global_step, mean, done)
            self._step, self._losses = trainer.global_step, []

    def on_train_end(self, trainer: Any, pl_module: Any) -> None:
        """Close."""
        self._close()

    def on_exception(self, trainer: Any, pl_module: Any, exception: BaseException) -> None:
        """Close, with what was recorded so far."""
        self._close()

    def _close(self) -> None:
        if self._recorder:
            self._recorder.close()
        self._recorder = None
