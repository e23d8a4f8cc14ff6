"""The way straight down."""

from compute.curvature.derivatives import derivatives
from compute.directions.axes import Axes
from compute.errors import BadInputError
from compute.plane import Direction, dot
from compute.problem import Problem


def gradient_axis(problem: Problem, theta_star: Direction, split: str | None = None) -> Axes:
    """The line along −∇L / |∇L|, L the mean loss over the fixed batches of a split, by default the first.

    Raises BadInputError when the gradient is zero, or the loss is not finite.
    """
    with derivatives(problem, theta_star, split) as at:
        loss, gradient = at.gradient()
    length = dot(gradient, gradient) ** 0.5
    if length == 0:
        raise BadInputError("--directions gradient: the gradient is zero here, so it leads nowhere; choose others")
    down = {name: (-part / length).to(theta_star[name]) for name, part in gradient.items()}
    details = {"loss": loss, "gradient_norm": length, "split": at.split, "examples": at.examples}
    return Axes("gradient", "none", down, None, details=details)
