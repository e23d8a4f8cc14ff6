"""Orders whose beginnings have all classes, and parts that have their share of each."""

import numpy as np
import pytest

from compute.datasets.stratification import stratified_order, stratified_parts

COUNTS = (100, 7, 1, 40, 300)
LABELS = np.random.default_rng(1).permutation(np.repeat(np.arange(5), COUNTS))


def test_the_order_is_a_shuffle():
    order = stratified_order(LABELS)
    assert np.array_equal(np.sort(order), np.arange(len(LABELS)))
    assert np.abs(np.corrcoef(order, np.arange(len(order)))[0, 1]) < 0.2  # 1/√448 = 0.05 is usual
    for label in range(5):
        members = order[LABELS[order] == label]
        assert len(members) < 8 or not np.array_equal(members, np.sort(members))


def test_every_beginning_has_each_class_in_its_share():
    """Up to a place t of the whole each class has n t members but for less than one, so the length is N t but for 5."""
    order = stratified_order(LABELS)
    for length in range(1, len(order) + 1):
        found = np.bincount(LABELS[order[:length]], minlength=5)
        share = np.array(COUNTS) / len(order)
        assert (np.abs(found - share * length) < 1 + 5 * share).all()


def test_a_part_has_its_share_of_each_class_and_at_least_one_of_two():
    rest, part = stratified_parts(LABELS, 0.2)
    assert np.bincount(LABELS[part], minlength=5).tolist() == [20, 1, 0, 8, 60]
    assert np.array_equal(np.sort(np.concatenate([rest, part])), np.arange(len(LABELS)))
    assert np.array_equal(part, np.sort(part)) and np.array_equal(rest, np.sort(rest))
    assert stratified_parts(np.array([0, 0, 1, 1, 1]), 0.2)[1].shape == (2,)
    assert stratified_parts(np.array([0, 0]), 0.99)[0].shape == (1,)


def test_a_part_is_no_beginning_nor_end_of_a_class():
    _, part = stratified_parts(np.zeros(1000, np.int64), 0.2)
    assert part.mean() == pytest.approx(499.5, abs=5 * 289 / 200**0.5)  # five deviations of a mean of 200 places


def test_they_never_change():
    assert stratified_order(np.array([0, 1, 0, 1, 0, 2, 0, 1])).tolist() == [1, 6, 2, 5, 7, 0, 3, 4]
    assert stratified_parts(np.array([0, 1, 0, 1, 0, 0, 0, 1]), 0.4)[1].tolist() == [1, 2, 6]
