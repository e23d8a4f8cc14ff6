"""Classification as a problem: which examples, in what chunks; cross-entropy and accuracy against numpy."""

import numpy as np
import pytest
import torch
from torch import nn

from compute.datasets.dataset import Dataset
from compute.datasets.split import TensorSplit
from compute.errors import BadInputError
from compute.measuring.classification import Accuracy, CrossEntropy, Examples, classification
from compute.measuring.execution import Execution
from compute.measuring.loss import Evaluation
from tests.compute.tiny import CLASSES, tiny_data, tiny_resnet


def cross_entropy64(logits: np.ndarray, labels: np.ndarray) -> float:
    """log Σ exp(z − z_label), which loses nothing where the label is the likeliest."""
    differences = logits - logits[np.arange(len(labels)), labels][:, None]
    largest = differences.max(axis=1)
    others = np.exp(differences - largest[:, None])
    sums = others.sum(axis=1) - np.where(largest == 0, 1, 0)  # without the label's own term, exactly 1
    return float((largest + np.where(largest == 0, np.log1p(sums), np.log(others.sum(axis=1)))).mean())


@pytest.mark.parametrize("size", [1e-3, 1.0, 30.0, 1e3, 1e6])
@pytest.mark.parametrize("inference", [True, False])
def test_cross_entropy_and_accuracy_against_numpy(size, inference):
    """One point and many of them, for logits of any size."""
    generator = np.random.default_rng(0)
    logits = (size * generator.normal(size=(7, 50, CLASSES))).astype(np.float32)
    labels = generator.integers(CLASSES, size=50)
    batch = (None, torch.from_numpy(labels))
    expected = [cross_entropy64(point.astype(np.float64), labels) for point in logits]
    shares = [(point.argmax(axis=1) == labels).mean() for point in logits]
    with torch.inference_mode(inference):
        stack = torch.from_numpy(logits)
        for layout in (stack, stack.mT.contiguous().mT):
            assert CrossEntropy().of_points(layout, batch).tolist() == pytest.approx(expected, rel=1e-13)
            assert Accuracy().of_points(layout, batch).tolist() == pytest.approx(shares, rel=1e-15)
        assert [float(CrossEntropy()(point, batch)) for point in stack] == pytest.approx(expected, rel=1e-13)
        assert [float(Accuracy()(point, batch)) for point in stack] == pytest.approx(shares, rel=1e-15)


def test_a_confident_network_has_a_loss_of_its_own():
    """Twenty nats apart: in float32 the loss 2e-9 would be 0, or a multiple of 1e-7."""
    logits, batch = torch.tensor([[20.0, 0.0], [0.0, 20.0]]), (None, torch.tensor([0, 1]))
    expected = np.log1p(np.exp(-20.0))
    assert float(CrossEntropy()(logits, batch)) == pytest.approx(expected, rel=1e-6)
    assert float(CrossEntropy().of_points(logits[None], batch)) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e30])
def test_a_point_that_diverges_changes_no_other_of_the_stack(bad):
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(5, 40, CLASSES, generator=generator)
    batch = (None, torch.randint(CLASSES, (40,), generator=generator))
    before = CrossEntropy().of_points(logits, batch).tolist()
    logits[2, 3, 1] = bad
    after = CrossEntropy().of_points(logits, batch).tolist()
    assert after[:2] + after[3:] == before[:2] + before[3:]
    expected = float(CrossEntropy()(logits[2], batch))
    assert after[2] == expected or (np.isnan(after[2]) and np.isnan(expected))


@pytest.mark.parametrize("gap", [20.0, 35.0, 60.0, 250.0, 600.0])
def test_certainty_beyond_rounding_is_told_from_a_loss_of_zero_alone_and_in_a_stack(gap):
    """log(1 + e⁻ᵍ), where 1 + e⁻ᵍ is 1 in float64."""
    logits = torch.zeros(3, 8, 2, dtype=torch.float64)
    logits[..., 1] = -gap
    labels = torch.zeros(8, dtype=torch.int64)
    expected = float(np.log1p(np.exp(-gap)))
    assert float(CrossEntropy()(logits[0], (None, labels))) == pytest.approx(expected, rel=1e-12)
    assert CrossEntropy().of_points(logits, (None, labels)).tolist() == pytest.approx([expected] * 3, rel=1e-12)


def test_its_derivatives_are_those_of_torch():
    logits = torch.randn(6, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(0)) * 4
    labels = torch.arange(6) % 5
    ours, theirs = (
        torch.autograd.functional.hessian(lambda z, loss=loss: loss(z, labels), logits)
        for loss in (lambda z, y: CrossEntropy()(z, (None, y)), torch.nn.functional.cross_entropy)
    )
    assert torch.allclose(ours, theirs, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("examples", [1, 2, 127, 128, 129, 300])
def test_chunks_are_nearly_equal_and_none_is_too_large(examples):
    x, y = torch.arange(examples * 2.0).reshape(examples, 2), torch.arange(examples)
    found = Examples(x, y, 128)
    sizes = [len(labels) for _, labels in found]
    assert len(sizes) == -(-examples // 128) and max(sizes) <= 128 and max(sizes) - min(sizes) <= 1
    assert torch.equal(torch.cat([images for images, _ in found]), x)
    assert torch.equal(torch.cat([labels for _, labels in found]), y)
    other = found.rechunked(50)
    assert other[0][0].data_ptr() == x.data_ptr()  # views
    assert [len(labels) for _, labels in other[:1]] == [len(other[0][1])]
    assert sum(len(labels) for _, labels in found.first(60)) == min(60, examples)


def test_the_first_examples_of_each_split_and_of_the_test_split_as_many_as_there_are():
    data = tiny_data(train=40, test=10)
    problem = classification(tiny_resnet(), data, 25)
    assert [problem.examples(split) for split in ("train", "test")] == [25, 10]
    assert torch.equal(problem.splits["train"].images, data.train.images(torch.arange(25)))
    assert torch.equal(problem.splits["test"].labels, data.test.labels)
    assert problem.metric_names == ("train_loss", "train_accuracy", "test_loss", "test_accuracy")
    assert classification(tiny_resnet(), data, None, ("test",)).metric_names == ("test_loss", "test_accuracy")
    assert classification(tiny_resnet(), data, None).examples("train") == 40
    assert problem.provenance == {"data": {"name": "tiny", "digest": "seed 0"}}


def test_images_are_decoded_once_a_few_at_a_time():
    asked, heard = [], []

    class Slow(TensorSplit):
        def images(self, indices):
            asked.append(len(indices))
            return super().images(indices)

    images, labels = torch.randn(700, 1, 2, 2), torch.zeros(700).long()
    data = Dataset("slow", Slow(images, labels), Slow(images[:3], labels[:3]), 2, 1, 2, "")
    problem = classification(nn.Sequential(nn.Flatten(), nn.Linear(4, 2)), data, 600, report=lambda *n: heard.append(n))
    evaluation = Evaluation(problem, execution=Execution(chunk=7))
    evaluation(), evaluation()
    assert max(asked) <= 256 and sum(asked) <= 600 + 3 + 2
    assert torch.equal(problem.splits["train"].images, images[:600])
    assert heard == [(256, 600), (512, 600), (600, 600), (3, 3)]


@pytest.mark.parametrize("examples", [0, -3])
def test_no_examples_are_bad_input(examples):
    with pytest.raises(BadInputError, match=f"--examples {examples}: a loss needs at least one"):
        classification(tiny_resnet(), tiny_data(), examples)


def test_an_empty_split_is_bad_input():
    with pytest.raises(BadInputError, match="--data: a split without examples"):
        classification(tiny_resnet(), tiny_data(test=0), None)


def test_the_chunk_changes_nothing_but_the_last_bits():
    problem = classification(tiny_resnet(), tiny_data(train=40), None, ("train",))
    found = [Evaluation(problem, execution=Execution(chunk=chunk))() for chunk in (1, 7, 40, 1000)]
    for name in ("train_loss", "train_accuracy"):
        assert [values[name] for values in found] == pytest.approx([found[0][name]] * 4, rel=1e-6)


def test_a_chunk_of_hard_examples_weighs_no_more_than_its_size():
    """128 examples with loss log 3 and a single one with loss 50, where the mean of chunk means would be far off."""
    images = torch.zeros(129, 1, 1, 1)
    images[-1] = 1
    model = nn.Sequential(nn.Flatten(), nn.Linear(1, CLASSES))
    with torch.no_grad():
        model[1].weight.copy_(torch.tensor([[-50.0], [0.0], [0.0]]))
        model[1].bias.zero_()
    data = Dataset("hard", TensorSplit(images, torch.zeros(129).long()), TensorSplit(images, images), 3, 1, 1, "")
    found = Evaluation(classification(model, data, None, ("train",)), execution=Execution(chunk=2))()
    assert found["train_loss"] == pytest.approx((128 * np.log(3) + 50 + np.log(2)) / 129, rel=1e-6)
