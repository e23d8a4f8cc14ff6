"""Training with checkpoints: init, step, done; the caller owns the loop."""

import csv
import io
import math
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn
from torch.nn.functional import cross_entropy

from compute.atomic import write_atomically
from compute.checkpoints import Weights, read_tensors, write_checkpoint, write_tensors
from compute.datasets import Dataset
from compute.errors import BadInputError
from compute.loss import Evaluation

LOG_COLUMNS = ("step", "epoch", "train_loss", "test_loss", "test_accuracy")


@dataclass(frozen=True)
class Settings:
    """SGD with Nesterov momentum and a cosine schedule to zero; so many checkpoints an epoch, the last at its end."""

    epochs: int = 12
    batch: int = 64
    learning_rate: float = 0.05
    momentum: float = 0.9
    weight_decay: float = 5e-4
    seed: int = 0
    checkpoints_per_epoch: int = 4


class Training:
    """One run of training in ``folder``; opening the folder again goes on from its last checkpoint, to the same result.

    ``step_number`` counts the steps done, ``loss`` is that of the latest batch. The result is the same bit for bit on
    one machine with the same number of threads. Raises BadInputError when what the folder holds is damaged.
    """

    def __init__(
        self, model: nn.Module, data: Dataset, settings: Settings, folder: Path, train_loss: Evaluation
    ) -> None:
        self._model, self._data, self._settings, self._folder = model, data, settings, folder
        self._train_loss = train_loss
        self._test = Evaluation(model, data.test_images, data.test_labels)
        self._optimiser = torch.optim.SGD(
            model.parameters(),
            lr=settings.learning_rate,
            momentum=settings.momentum,
            weight_decay=settings.weight_decay,
            nesterov=True,
        )
        self._images = data.train_images.contiguous(memory_format=torch.channels_last)
        self.steps_per_epoch = math.ceil(len(data.train_labels) / settings.batch)
        self.steps = self.steps_per_epoch * settings.epochs
        self.step_number = 0
        self.loss = math.nan
        self._log: list[tuple[float, ...]] = []
        if self._resume_file.exists():
            self._resume()
        else:
            self._record()

    @property
    def done(self) -> bool:
        """Whether all epochs are over."""
        return self.step_number >= self.steps

    @property
    def checkpoints(self) -> Path:
        """Folder of the checkpoints."""
        return self._folder / "checkpoints"

    def true_losses(self) -> dict[int, float]:
        """Training loss at each recorded step, each with the weights and the running statistics of that step."""
        return {int(row[0]): row[2] for row in self._log}

    def step(self) -> None:
        """One batch; records a checkpoint when one is due. Raises BadInputError when the training diverges."""
        epoch, batch = divmod(self.step_number, self.steps_per_epoch)
        chosen = self._order(epoch)[batch * self._settings.batch :][: self._settings.batch]
        rate = self._settings.learning_rate * (1 + math.cos(math.pi * self.step_number / self.steps)) / 2
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        self._model.train()
        self._optimiser.zero_grad()
        loss = cross_entropy(self._model(self._images[chosen]), self._data.train_labels[chosen])
        self.loss = float(loss.detach())
        self._refuse_divergence(self.loss)
        loss.backward()  # type: ignore[no-untyped-call]
        self._optimiser.step()
        self.step_number += 1
        if self._checkpoints_until(self.step_number) > self._checkpoints_until(self.step_number - 1):
            self._record()

    def _checkpoints_until(self, step: int) -> int:
        return step * self._settings.checkpoints_per_epoch // self.steps_per_epoch

    def _refuse_divergence(self, loss: float) -> None:
        if not math.isfinite(loss):
            raise BadInputError(
                f"{self._folder}: training diverged at step {self.step_number} (loss {loss}); choose another seed"
            )

    def _order(self, epoch: int) -> torch.Tensor:
        """The shuffle of an epoch depends on seed and epoch alone, so resuming needs no generator's state."""
        generator = torch.Generator().manual_seed(self._settings.seed * 100_003 + epoch)
        return torch.randperm(len(self._data.train_labels), generator=generator)

    def _record(self) -> None:
        epoch = self.step_number / self.steps_per_epoch
        loss = self._train_loss()["train_loss"]
        self._refuse_divergence(loss)  # before it is written: what is on disk stays finite
        test = self._test() if self.step_number % self.steps_per_epoch == 0 else {}
        row = (self.step_number, epoch, loss, test.get("train_loss", math.nan), test.get("train_accuracy", math.nan))
        self._log.append(row)
        self._write_log()
        write_checkpoint(self.checkpoints, self.step_number, self._model)
        self._save()  # last: what it names is on disk

    @property
    def _resume_file(self) -> Path:
        return self._folder / "resume.safetensors"

    def _save(self) -> None:
        state = {f"model.{name}": tensor for name, tensor in self._model.state_dict().items()}
        for index, parameter in enumerate(self._model.parameters()):
            momentum = self._optimiser.state.get(parameter, {}).get("momentum_buffer")
            if momentum is not None:
                state[f"momentum.{index}"] = momentum
        state["step"] = torch.tensor(self.step_number)
        write_tensors(self._resume_file, state)

    def _resume(self) -> None:
        state = read_tensors(self._resume_file)
        try:
            self._restore(state)
        except (KeyError, RuntimeError):
            raise BadInputError(
                f"{self._resume_file}: holds another network than this one; remove {self._folder} to train again"
            ) from None
        self._log = [row for row in _read_log(self._log_file) if row[0] <= self.step_number]

    def _restore(self, state: Weights) -> None:
        self.step_number = int(state["step"])
        self._model.load_state_dict(
            {name.removeprefix("model."): tensor for name, tensor in state.items() if name.startswith("model.")}
        )
        for index, parameter in enumerate(self._model.parameters()):
            if f"momentum.{index}" in state:
                momentum = torch.empty_like(parameter).copy_(state[f"momentum.{index}"])
                self._optimiser.state[parameter]["momentum_buffer"] = momentum

    @property
    def _log_file(self) -> Path:
        return self._folder / "training.csv"

    def _write_log(self) -> None:
        text = io.StringIO()
        csv.writer(text).writerows([LOG_COLUMNS, *self._log])
        content = text.getvalue().encode()
        self._folder.mkdir(parents=True, exist_ok=True)
        write_atomically(self._log_file, lambda file: file.write(content))


def _read_log(path: Path) -> list[tuple[float, ...]]:
    try:
        with path.open(newline="", encoding="utf-8") as file:
            return [(int(row["step"]), *(float(row[name]) for name in LOG_COLUMNS[1:])) for row in csv.DictReader(file)]
    except (OSError, KeyError, TypeError, ValueError, csv.Error) as error:
        raise BadInputError(
            f"{path}: not the log of this training ({error}); remove {path.parent} to train again"
        ) from None
