"""One line per figure."""


def line(what: str, value: float, unit: str, against: str, reference: float) -> None:
    """What was measured, against what, and their ratio."""
    print(
        f"{what:<58} {value:8.2f} {unit:<3}  {against} {reference:.2f} {unit}  ratio {value / reference:.2f}",
        flush=True,
    )
