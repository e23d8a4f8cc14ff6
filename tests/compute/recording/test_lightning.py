"""The callback in real trainings of Lightning."""

import subprocess
import sys
from pathlib import Path

import lightning.pytorch as lightning
import pytest
import torch
from torch import nn
from torch.nn.functional import mse_loss
from torch.utils.data import DataLoader, TensorDataset

from basin import LightningRecorder
from compute.errors import BadInputError
from compute.recording.curve import read_curve
from compute.weights.checkpoints import checkpoints, read_tensors
from compute.weights.fitting import fit_weights
from tests.compute.recording.trained import copied, same

ROOT = Path(__file__).parents[3]
pytestmark = [
    pytest.mark.filterwarnings(f"ignore:{start}")
    for start in (
        ".*does not have many workers",
        "Checkpoint directory .* exists",
        ".*LeafSpec.* is deprecated:FutureWarning",
    )
]


class Module(lightning.LightningModule):
    """A network in a part of its own, and a buffer beside it."""

    def __init__(self, truth):
        super().__init__()
        torch.manual_seed(0)
        self.net = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Tanh(), nn.Linear(8, 1))
        self.register_buffer("scale", torch.tensor(2.0))
        self._truth = truth
        self._losses = []

    def training_step(self, batch, index):
        loss = mse_loss(self.net(batch[0]) * self.scale, batch[1])
        self._losses.append(loss.item())
        return loss

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.05)

    def on_train_batch_end(self, outputs, batch, index):
        """After the callbacks."""
        self._truth[self.trainer.global_step] = copied(self)


def loader():
    generator = torch.Generator().manual_seed(1)
    data = TensorDataset(torch.randn(24, 4, generator=generator), torch.randn(24, 1, generator=generator))
    return DataLoader(data, batch_size=4)


def trainer(folder, epochs, *callbacks, **options):
    return lightning.Trainer(
        max_epochs=epochs, accelerator="cpu", logger=False, enable_progress_bar=False, enable_model_summary=False,
        default_root_dir=folder, callbacks=list(callbacks), **{"enable_checkpointing": False} | options,
    )  # fmt: skip


def recorded(folder):
    return {step: read_tensors(path) for step, path in checkpoints(folder / "checkpoints")}


def test_a_training_is_recorded_from_its_start_step_by_step(tmp_path):
    truth = {}
    module = Module(truth)
    truth[0] = copied(module)
    trainer(tmp_path, 3, LightningRecorder(tmp_path / "run", share=1)).fit(module, loader())
    found = recorded(tmp_path / "run")
    assert {0, 18} <= found.keys() and all(same(found[step], truth[step]) for step in found)
    curve = read_curve(tmp_path / "run")
    assert curve.step.tolist() == list(range(19)) and curve.loss[1:].tolist() == module._losses
    assert curve.epoch.tolist() == pytest.approx([step / 6 for step in range(19)])
    fit_weights(found[18], module.net, tmp_path)  # the network itself takes them, without what the module has beside


def test_training_with_and_without_it_gives_the_same_weights(tmp_path):
    results = []
    for callbacks in ([], [LightningRecorder(tmp_path / "run")]):
        module = Module({})
        trainer(tmp_path, 2, *callbacks).fit(module, loader())
        results.append((copied(module), torch.get_rng_state().tolist()))
    assert same(results[0][0], results[1][0]) and results[0][1] == results[1][1]


def test_batches_that_are_accumulated_are_one_step_with_their_mean_loss(tmp_path):
    module = Module({})
    trainer(tmp_path, 1, LightningRecorder(tmp_path / "run"), accumulate_grad_batches=4).fit(module, loader())
    curve, losses = read_curve(tmp_path / "run"), module._losses
    assert curve.step.tolist() == [0, 1, 2]
    assert curve.loss[1:].tolist() == pytest.approx([sum(losses[:4]) / 4, sum(losses[4:]) / 2], rel=1e-6)


def test_a_training_that_goes_on_goes_on_in_the_same_folder(tmp_path):
    truth, folder = {}, tmp_path / "run"
    saving = lightning.callbacks.ModelCheckpoint(dirpath=tmp_path / "saved", filename="{step}", save_top_k=-1)
    first = trainer(tmp_path, 2, LightningRecorder(folder, share=1), saving, enable_checkpointing=True)
    first.fit(Module({}), loader())
    before = recorded(folder)
    assert 12 in before
    with pytest.raises(BadInputError, match="resume=True"):
        trainer(tmp_path, 1, LightningRecorder(folder)).fit(Module({}), loader())
    module = Module(truth)
    again = trainer(tmp_path, 3, LightningRecorder(folder, share=1), saving, enable_checkpointing=True)
    again.fit(module, loader(), ckpt_path=tmp_path / "saved" / "step=6.ckpt", weights_only=True)
    found = recorded(folder)
    assert {0, 18} <= found.keys()
    assert all(same(found[step], truth[step] if step > 6 else before[step]) for step in found)
    assert read_curve(folder).step.tolist() == list(range(19))


def test_a_training_that_fails_has_recorded_what_it_did(tmp_path):
    class Failing(Module):
        def training_step(self, batch, index):
            if self.global_step == 3:
                raise ZeroDivisionError("user's")
            return super().training_step(batch, index)

    with pytest.raises(ZeroDivisionError):
        trainer(tmp_path, 1, LightningRecorder(tmp_path / "run")).fit(Failing({}), loader())
    assert read_curve(tmp_path / "run").step.tolist() == [0, 1, 2, 3]
    assert max(recorded(tmp_path / "run")) == 3


def test_what_is_wrong_anyway_is_refused_where_the_callback_is_made(tmp_path):
    (tmp_path / "thesis.txt").touch()
    for folder, options, named in ((tmp_path, {}, "thesis.txt"), (tmp_path / "new", {"share": 2}, "share=2")):
        with pytest.raises(BadInputError, match=named):
            LightningRecorder(folder, **options)


OTHER_NAME = """
import sys, warnings
warnings.simplefilter("ignore")
import pytorch_lightning, torch
from torch.utils.data import DataLoader, TensorDataset
from basin import LightningRecorder
assert issubclass(LightningRecorder, pytorch_lightning.Callback)
class Module(pytorch_lightning.LightningModule):
    def __init__(self):
        super().__init__()
        self.net = torch.nn.Linear(4, 1)
    def training_step(self, batch, index):
        return self.net(batch[0]).square().mean()
    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.1)
trainer = pytorch_lightning.Trainer(max_epochs=1, accelerator="cpu", logger=False, enable_progress_bar=False,
    enable_checkpointing=False, enable_model_summary=False, callbacks=LightningRecorder(sys.argv[1]))
trainer.fit(Module(), DataLoader(TensorDataset(torch.randn(12, 4)), batch_size=4))
"""


def test_the_package_may_have_its_older_name(tmp_path):
    command = [sys.executable, "-c", OTHER_NAME, str(tmp_path / "run")]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=240)
    assert run.returncode == 0, run.stderr
    assert read_curve(tmp_path / "run").step.tolist() == [0, 1, 2, 3]
