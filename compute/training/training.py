"""Training with checkpoints: init, step, done; the caller owns the loop."""

import math
from pathlib import Path

import torch
from torch import nn
from torch.nn.functional import cross_entropy

from compute.datasets.dataset import Dataset
from compute.errors import BadInputError
from compute.randomness import Purpose, seeded, stream
from compute.training.batches import Batches
from compute.training.log import LOG_FILE, LogRow, read_log, write_log
from compute.training.optimisation import learning_rate, make_optimiser, optimiser_state, restore_state, set_rate
from compute.training.scoring import score
from compute.training.settings import Settings
from compute.weights.checkpoints import Weights, read_tensors, write_checkpoint, write_tensors

__all__ = ["Settings", "Training", "check_training", "is_begun"]

RESUME_FILE = "resume.safetensors"
_MODEL, _STEP = "model.", "step"


def is_begun(folder: Path) -> bool:
    """Whether a training in this folder goes on from what is there, without the weights that it began with."""
    return (folder / RESUME_FILE).exists()


def check_training(data: Dataset, settings: Settings, device: str) -> None:
    """Raises BadInputError when the device is not there, or an epoch asks for more data than there are."""
    _open_device(device)
    Batches(data.train, settings)


class Training:
    """One run of training in ``folder``; opening the folder again goes on where it was saved, to the same result.

    Each step is a function of the settings, its number and the weights before it: order of the data, augmentation and
    dropout are drawn from seeds made of the settings' seed and the epoch or step. So on the CPU the result is the same
    bit for bit, however often interrupted, on one machine with the same number of threads.

    ``step_number`` counts the steps done, ``loss`` is that of the latest batch. Raises BadInputError when the device is
    not there, an epoch asks for more data than there are, or what the folder holds is damaged.
    """

    def __init__(self, model: nn.Module, data: Dataset, settings: Settings, folder: Path, device: str = "cpu") -> None:
        self._device = _open_device(device)
        self._memory_format = _memory_format(model, self._device)
        self._model = model.to(device=self._device, memory_format=self._memory_format)  # type: ignore[call-overload]
        self._data, self._settings, self._folder = data, settings, folder
        self._batches = Batches(data.train, settings)
        self._optimiser = make_optimiser(self._model, settings)
        self._interval = settings.interval
        self.step_number = 0
        self.loss = math.nan
        self._log: list[LogRow] = []
        _remove_leftovers(folder)
        if is_begun(folder):
            self._resume()
        else:
            self._record()

    @property
    def settings(self) -> Settings:
        """How it is trained."""
        return self._settings

    @property
    def steps_per_epoch(self) -> int:
        """Steps in each epoch."""
        return self._batches.steps_per_epoch

    @property
    def steps(self) -> int:
        """Steps in all epochs."""
        return self._batches.steps

    @property
    def done(self) -> bool:
        """Whether all epochs are over."""
        return self.step_number >= self.steps

    @property
    def checkpoints(self) -> Path:
        """Folder of the checkpoints."""
        return self._folder / "checkpoints"

    @property
    def logged_examples(self) -> tuple[int, int]:
        """On how many training and test examples the numbers in the log are taken: the first ones of each split."""
        most = self._settings.log_examples
        return min(most, len(self._data.train)), min(most, len(self._data.test))

    def log(self) -> tuple[LogRow, ...]:
        """What was measured at each checkpoint so far."""
        return tuple(self._log)

    def step(self) -> None:
        """One batch; records a checkpoint when one is due.

        Raises BadInputError when the training diverges, and when the batch is too small for the network.
        """
        images, labels = self._batches(self.step_number)
        set_rate(self._optimiser, self._rate())
        self._model.train()
        self._optimiser.zero_grad()
        with seeded(self._device, stream(self._settings.seed, Purpose.LAYERS, self.step_number)):
            loss = cross_entropy(self._logits(images), labels.to(self._device))
            self.loss = float(loss.detach())
            self._refuse_divergence(self.loss)
            loss.backward()  # type: ignore[no-untyped-call]
        self._optimiser.step()
        self.step_number += 1
        if self._is_due(self.step_number):
            self._record()

    def save(self) -> None:
        """Keep what is needed to go on from this step. Raises BadInputError when the training has diverged."""
        write_tensors(self._folder / RESUME_FILE, self._state())

    def _record(self) -> None:
        state = self._state()  # and so the losses: all that is not finite is found before anything is written
        self._log.append(self._measure())
        write_log(self._folder, self._log)
        write_checkpoint(self.checkpoints, self.step_number, self._model)
        write_tensors(self._folder / RESUME_FILE, state)  # last: what it names is on disk

    def _state(self) -> Weights:
        state = {f"{_MODEL}{name}": tensor for name, tensor in self._model.state_dict().items()}
        state |= optimiser_state(self._optimiser, self._model)
        if not all(bool(tensor.isfinite().all()) for tensor in state.values()):
            raise self._diverged("weights are not finite")
        return state | {_STEP: torch.tensor(self.step_number)}

    def _measure(self) -> LogRow:
        counts, splits = self.logged_examples, (self._data.train, self._data.test)
        scores = [score(self._model, split, n, self._place) for split, n in zip(splits, counts, strict=True)]
        for loss, _ in scores:
            self._refuse_divergence(loss)
        epoch = self.step_number / self.steps_per_epoch
        return LogRow(self.step_number, epoch, self._rate(), *scores[0], *scores[1])

    def _resume(self) -> None:
        state = read_tensors(self._folder / RESUME_FILE)
        try:
            self.step_number = int(state.pop(_STEP))
            weights = {name.removeprefix(_MODEL): x for name, x in state.items() if name.startswith(_MODEL)}
            self._model.load_state_dict(weights)
            restore_state(self._optimiser, self._model, self._settings, state)
        except (KeyError, RuntimeError):
            raise BadInputError(
                f"{self._folder / RESUME_FILE}: holds another network or optimiser than this one; "
                f"remove {self._folder} to train again"
            ) from None
        self._log = [row for row in read_log(self._folder) if row.step <= self.step_number]
        if [row.step for row in self._log] != [step for step in range(self.step_number + 1) if self._is_due(step)]:
            path = self._folder / LOG_FILE
            raise BadInputError(f"{path}: not one row for each checkpoint; remove {self._folder} to train again")

    def _logits(self, images: torch.Tensor) -> torch.Tensor:
        try:
            logits: torch.Tensor = self._model(self._place(images))
        except ValueError:
            if len(images) > 1:
                raise
            raise BadInputError("--batch 1: BatchNorm needs two examples at least; choose a larger batch") from None
        return logits

    def _place(self, images: torch.Tensor) -> torch.Tensor:
        images = images.to(self._device)
        return images.contiguous(memory_format=self._memory_format) if images.dim() == 4 else images

    def _rate(self) -> float:
        return learning_rate(self._settings, self.step_number, self.steps_per_epoch)

    def _is_due(self, step: int) -> bool:
        if step in (0, self.steps):
            return True
        return self._interval.marks(step, self.steps_per_epoch) > self._interval.marks(step - 1, self.steps_per_epoch)

    def _refuse_divergence(self, loss: float) -> None:
        if not math.isfinite(loss):
            raise self._diverged(f"loss {loss}")

    def _diverged(self, what: str) -> BadInputError:
        return BadInputError(
            f"{self._folder}: training diverged at step {self.step_number} ({what}); "
            "choose a smaller learning rate or another seed"
        )


def _open_device(name: str) -> torch.device:
    try:
        return torch.empty(0, device=name).device
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise BadInputError(f"--device {name}: cannot be used here ({reason}); choose another, as cpu") from None


def _memory_format(model: nn.Module, device: torch.device) -> torch.memory_format:
    """channels_last for convolutions on the CPU, where it is faster, unless the network has a 1x1 one with a stride.

    Of such a one the backward pass can crash: with few channels in channels_last oneDNN writes past its workspace
    (github.com/uxlfoundation/oneDNN/issues/6035).
    """
    convolutions = [module for module in model.modules() if isinstance(module, nn.Conv2d)]
    risky = any(set(conv.kernel_size) == {1} and set(conv.stride) != {1} for conv in convolutions)
    plain = device.type != "cpu" or risky or not convolutions
    return torch.contiguous_format if plain else torch.channels_last


def _remove_leftovers(folder: Path) -> None:
    """Remove the temporary files of writes that a kill cut short."""
    for pattern in (f".{RESUME_FILE}.*", f".{LOG_FILE}.*", "checkpoints/.step-*"):
        for path in folder.glob(pattern):
            path.unlink(missing_ok=True)
