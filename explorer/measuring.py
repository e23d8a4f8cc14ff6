"""Where the landscapes of a window and the planes of the task that measures meet."""

from pathlib import Path

from compute.landscape import Domain, Landscape
from compute.levels import first_points
from explorer.picking import UV
from explorer.status import Status


def begun(landscape: Landscape) -> bool:
    """Whether the first level is measured, so that there is a surface to see."""
    return landscape.measured >= first_points(landscape.domain.shape)


def plane_in(status: Status, folder: Path | None) -> str | None:
    """What the worker calls the plane that it measures into a folder; None where it measures none there."""
    if folder is None:
        return None
    return next((plane for plane, at in status.folders.items() if Path(at).resolve() == folder.resolve()), None)


def coordinates(domain: Domain, region: tuple[UV, UV]) -> tuple[list[float], list[float]]:
    """A rectangle of (u, v) as [lowest, highest] of alpha and of beta."""
    (u0, v0), (u1, v1) = region
    alpha, beta = (
        [low + share * (high - low) for share in sorted(shares)]
        for (low, high), shares in ((domain.alpha, (u0, u1)), (domain.beta, (v0, v1)))
    )
    return alpha, beta
