"""What a trial is made on."""

import numpy as np
import pytest
import torch
from torch import nn

from compute.measuring.classification import classification
from compute.measuring.excerpt import excerpt, near_points
from compute.plane import Plane, parameters_of
from compute.problem import Problem
from tests.compute.tiny import flat, random_plane, tiny_data, tiny_resnet


def test_of_a_classification_the_first_examples():
    problem = classification(tiny_resnet(), tiny_data(train=40, test=10), None)
    found = excerpt(problem, {"train", "test"}, 13)
    assert [found.examples(split) for split in ("train", "test")] == [13, 10]
    assert torch.equal(found.splits["train"].images, problem.splits["train"].images[:13])
    assert found.model is problem.model and list(excerpt(problem, {"test"}, 3).splits) == ["test"]


def test_of_a_users_whole_batches_at_least_one_and_no_more_are_made_than_needed():
    made = []

    class Lazy(list):
        def __iter__(self):
            return ((made.append(n), torch.zeros(n, 1))[1] for n in super().__iter__())

    problem = Problem(nn.Linear(1, 1), Lazy([5, 3, 4, 9]), lambda out, _: out.mean())
    assert [excerpt(problem, {"train"}, count).examples("train") for count in (1, 5, 6, 9, 99)] == [5, 5, 8, 12, 21]
    made.clear()
    excerpt(problem, {"train"}, 6)
    assert made == [5, 3]


def test_points_are_different_ones_within_a_tenth_of_the_way_to_the_origin():
    theta_star = parameters_of(tiny_resnet())
    plane = random_plane(theta_star)
    lengths = [float(flat(direction).norm()) for direction in (theta_star, plane.delta, plane.eta)]
    points = np.array(near_points(plane, 40))
    radii = np.hypot(points[:, 0] * lengths[1], points[:, 1] * lengths[2]) / lengths[0]
    assert radii.max() == pytest.approx(0.1, rel=0.02) and len(set(map(tuple, points.tolist()))) == 40
    line = Plane(theta_star, plane.delta, None)
    assert all(beta == 0.0 for _, beta in near_points(line, 5))
