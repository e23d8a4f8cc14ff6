"""The callback in real trainings of the Hugging Face Trainer, on a network made from a configuration."""

import numpy as np
import pytest
import torch
import transformers
from torch.utils.data import Dataset

from basin import TransformersRecorder
from compute.errors import BadInputError
from compute.recording.curve import read_curve
from compute.recording.transformers import Losses
from compute.weights.checkpoints import checkpoints, read_tensors
from compute.weights.fitting import fit_weights
from tests.compute.recording.trained import copied, same


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")

    def refuse(*_, **__):
        raise AssertionError("nothing here may ask the network")

    monkeypatch.setattr("socket.socket.connect", refuse)


class Tokens(Dataset):
    """Fixed random tokens, every sequence of its own length, so that a mean over tokens is none over sequences."""

    def __len__(self):
        return 24

    def __getitem__(self, k):
        tokens = torch.randint(2, 16, (8,), generator=torch.Generator().manual_seed(k))
        labels = tokens.clone()
        labels[3 + k % 5 :] = -100
        return {"input_ids": tokens, "labels": labels}


def network():
    torch.manual_seed(0)
    config = transformers.GPT2Config(vocab_size=16, n_positions=8, n_embd=8, n_layer=1, n_head=2, bos_token_id=0,
                                     eos_token_id=1)  # fmt: skip
    return transformers.GPT2LMHeadModel(config)


class Truth(transformers.TrainerCallback):
    """The weights after each step and the losses that the Trainer itself logs."""

    def __init__(self):
        self.weights, self.losses = {}, {}

    def on_train_begin(self, args, state, control, model=None, **_):
        self.weights[state.global_step] = copied(model)

    def on_step_end(self, args, state, control, model=None, **_):
        self.weights[state.global_step] = copied(model)

    def on_log(self, args, state, control, logs=None, **_):
        if "loss" in logs:
            self.losses[state.global_step] = logs["loss"]


def trainer(folder, model, *callbacks, epochs=2, **options):
    arguments = transformers.TrainingArguments(
        output_dir=str(folder / "saved"), num_train_epochs=epochs, per_device_train_batch_size=4, learning_rate=1e-2,
        logging_steps=1, report_to=[], use_cpu=True, disable_tqdm=True, dataloader_pin_memory=False, seed=0,
        **{"save_strategy": "no"} | options,
    )  # fmt: skip
    made = transformers.Trainer(model=model, args=arguments, train_dataset=Tokens(), callbacks=list(callbacks))
    made.remove_callback(transformers.PrinterCallback)
    return made


def recorded(folder):
    return {step: read_tensors(path) for step, path in checkpoints(folder / "checkpoints")}


@pytest.mark.parametrize("accumulated", [1, 3])
def test_a_training_is_recorded_from_its_start_step_by_step(tmp_path, accumulated):
    model, truth = network(), Truth()
    recorder = TransformersRecorder(tmp_path / "run", share=1)
    trainer(tmp_path, model, truth, recorder, gradient_accumulation_steps=accumulated).train()
    steps = 12 // accumulated
    found = recorded(tmp_path / "run")
    assert {0, steps} <= found.keys() and all(same(found[step], truth.weights[step]) for step in found)
    assert "lm_head.weight" in found[0] and "transformer.wte.weight" in found[0]  # which are one
    fit_weights(found[steps], network(), tmp_path)
    curve = read_curve(tmp_path / "run")
    assert curve.step.tolist() == list(range(steps + 1))
    assert dict(zip(curve.step[1:].tolist(), curve.loss[1:].tolist(), strict=True)) == pytest.approx(
        truth.losses, rel=1e-3
    )  # the Trainer rounds those it logs to four digits
    assert curve.epoch.tolist() == pytest.approx([2 * step / steps for step in range(steps + 1)])
    assert not model._forward_hooks


def test_training_with_and_without_it_gives_the_same_weights(tmp_path):
    results = []
    for callbacks in ([], [TransformersRecorder(tmp_path / "run")]):
        model = network()
        trainer(tmp_path, model, *callbacks).train()
        results.append((copied(model), torch.get_rng_state().tolist()))
    assert same(results[0][0], results[1][0]) and results[0][1] == results[1][1]


def test_a_training_that_goes_on_goes_on_in_the_same_folder(tmp_path):
    folder = tmp_path / "run"
    trainer(tmp_path, network(), TransformersRecorder(folder, share=1), save_strategy="epoch").train()
    before, truth = recorded(folder), Truth()
    assert 12 in before
    with pytest.raises(BadInputError, match="resume=True"):
        trainer(tmp_path, network(), TransformersRecorder(folder)).train()
    again = trainer(tmp_path, network(), truth, TransformersRecorder(folder, share=1), epochs=3)
    again.train(resume_from_checkpoint=str(tmp_path / "saved" / "checkpoint-6"))
    found = recorded(folder)
    assert {0, 18} <= found.keys()
    assert all(same(found[step], truth.weights[step] if step > 6 else before[step]) for step in found)
    assert read_curve(folder).step.tolist() == list(range(19))


def test_a_loss_that_the_network_does_not_return_stays_empty(tmp_path):
    def loss_of_its_own(outputs, labels, num_items_in_batch=None):
        return outputs.logits.square().mean()

    model, truth = network(), Truth()
    made = trainer(tmp_path, model, truth, TransformersRecorder(tmp_path / "run"), epochs=1)
    made.compute_loss_func = loss_of_its_own
    made.train()
    curve = read_curve(tmp_path / "run")
    assert curve.step.tolist() == list(range(7)) and np.isnan(curve.loss).all()


def test_losses_of_batches_that_are_no_shares_of_a_step_are_averaged():
    losses, weight = Losses(), torch.tensor(1.0, requires_grad=True)
    module = torch.nn.Linear(1, 1)
    for value in (2, 4):
        losses(module, (), {}, {"loss": value * weight})
    with torch.no_grad():
        losses(module, (), {}, {"loss": 100 * weight})  # of an evaluation in between
    assert losses.take().item() == 3 and losses.take() is None


def test_what_is_wrong_anyway_is_refused_where_the_callback_is_made(tmp_path):
    (tmp_path / "thesis.txt").touch()
    for folder, options, named in ((tmp_path, {}, "thesis.txt"), (tmp_path / "new", {"share": 2}, "share=2")):
        with pytest.raises(BadInputError, match=named):
            TransformersRecorder(folder, **options)
