"""A landscape of one dimension for the tests: two wells and the barrier between them."""

import numpy as np

from compute.landscape import Domain, Floats, Landscape, Trajectory

WELLS, BARRIER = (0.0, 1.0), 0.5


def loss(alpha: Floats) -> Floats:
    """Wells of depth 0.05 and 0.25 at 0 and 1, steep outside, spanning two decades."""
    return 0.05 + 0.2 * alpha**2 * (3 - 2 * alpha) + 20 * (alpha * (alpha - 1)) ** 2


def line(n: int = 65, stride: int = 1, holes: slice = slice(0, 0)) -> Landscape:
    """From −0.5 to 1.5 at beta 0, measured at every so many points, diverged at some."""
    domain = Domain((-0.5, 1.5), (0.0, 0.0), n, 1)
    values = loss(domain.alphas)[None]
    values[0, holes] = np.inf
    examples = np.zeros((1, n), np.uint32)
    examples[:, ::stride] = 64
    step = np.arange(10.0)
    share = 1 - np.exp(-step / 3)
    alpha = 1.4 - 1.38 * share
    path = Trajectory(20 * step, step, alpha, 0 * step, 2 * (1 - share), loss(alpha) + 0.1, loss(alpha))
    metrics = {"train_loss": values, "test_accuracy": 100 * np.exp(-values)}
    return Landscape("between", domain, metrics, examples, path, {"kind": "landscape", "seed": 3})
