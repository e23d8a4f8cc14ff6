"""Ground in motion."""

import math

import numpy as np

from explorer.ground.easing import EASE_SECONDS, SETTLED, eased, resampled


def test_after_the_time_constant_a_share_of_one_in_e_is_left_and_new_ground_is_in_place():
    heights, goal = np.array([[0.0, 2.0, np.nan]], np.float32), np.array([[1.0, 1.0, 5.0]], np.float32)
    np.testing.assert_allclose(eased(heights, goal, EASE_SECONDS), [[1 - 1 / math.e, 1 + 1 / math.e, 5.0]], rtol=1e-6)


def test_what_is_nearly_there_is_there():
    goal = np.zeros((2, 2), np.float32)
    assert eased(goal + np.float32(0.9 * SETTLED), goal, 0.0) is goal
    assert eased(goal + np.float32(1.1 * SETTLED), goal, 0.0) is not goal


def test_a_plane_stays_a_plane_on_another_lattice_and_a_hole_takes_the_nearest():
    plane = np.add.outer(np.arange(3.0), 2 * np.arange(5.0)).astype(np.float32)
    found = resampled(plane, (5, 9))
    np.testing.assert_allclose(found, np.add.outer(np.arange(5) / 2, np.arange(9.0)), rtol=1e-6)
    assert resampled(plane, (3, 5)) is plane
    plane[0, 0] = np.nan
    found = resampled(plane, (5, 9))
    assert np.isnan(found[0, 0]) and found[0, 2] == 2.0 and np.isnan(found).sum() <= 4
