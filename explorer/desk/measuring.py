"""Where the landscapes of a window and the planes of the task that measures meet."""

from pathlib import Path

from compute.landscape import Domain, Landscape
from compute.levels import first_points
from explorer.ground.picking import UV
from explorer.worker.status import Status


def begun(landscape: Landscape) -> bool:
    """Whether the first level is measured, so that there is a surface to see."""
    return landscape.measured >= first_points(landscape.domain.shape)


def plane_in(status: Status, folder: Path | None) -> str | None:
    """What the worker calls the plane that it measures into a folder; None where it measures none there."""
    if folder is None:
        return None
    return next((plane for plane, at in status.folders.items() if Path(at).resolve() == folder.resolve()), None)


def coordinates(domain: Domain, region: tuple[UV, UV]) -> tuple[list[float], list[float]]:
    """A rectangle of (u, v) as [lowest, highest] of alpha and of beta; at least as wide as holds a row and a column."""
    (u0, v0), (u1, v1) = region
    return (
        _range(domain.alpha, domain.n_alpha, sorted((u0, u1))),
        _range(domain.beta, domain.n_beta, sorted((v0, v1))),
    )


def _range(bounds: tuple[float, float], points: int, shares: list[float]) -> list[float]:
    low, high = shares
    missing = max(0.0, 1 / max(points - 1, 1) - (high - low)) / 2
    return [bounds[0] + share * (bounds[1] - bounds[0]) for share in (low - missing, high + missing)]
