"""What the name of a metric tells of it."""


def is_share(metric: str) -> bool:
    """Whether it is an accuracy, of which more is better: bounded on both sides, with no scale but the linear one."""
    return metric.endswith(("accuracy", "acc"))
