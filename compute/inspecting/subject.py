"""What of a survey is looked into: the loss on the examples behind the metric that is shown as height."""

from compute.errors import BadInputError
from compute.landscape import MAIN_METRIC
from compute.surveying.survey import Survey


def subject(survey: Survey) -> str:
    """The split whose loss it is. Raises BadInputError where BatchNorm is recalibrated.

    Then each point has running statistics of its own, and the surface is another function of the weights.
    """
    if survey.task.recalibrate_bn:
        raise BadInputError(
            f"{survey.folder}: was measured with --recalibrate-bn, and what is differentiated has the statistics of "
            "its centre; look into a plane that was measured without"
        )
    return main_metric(survey).partition("_")[0]


def main_metric(survey: Survey) -> str:
    """The metric that is shown as height."""
    return MAIN_METRIC if MAIN_METRIC in survey.metrics else survey.metrics[0]


def require_loss(survey: Survey) -> None:
    """Raises BadInputError where what is shown as height is no loss: its critical points are none of a loss."""
    metric, split = main_metric(survey), subject(survey)
    if metric != f"{split}_loss":
        raise BadInputError(
            f"{survey.folder}: its height is {metric}, which has no gradient; only critical points of a loss can be "
            f"checked: sample again with --metrics {split}_loss"
        )
