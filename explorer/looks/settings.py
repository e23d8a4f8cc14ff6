"""What the user can set about the window, apart from how a landscape is shown in it (see ``view``)."""

from dataclasses import dataclass

MOST_PANES = 6  # landscapes side by side
SIZES = (0.75, 2.0)  # of the interface, from the smallest to the largest
EPSILONS = (0.005, 1.0)


@dataclass(frozen=True)
class Links:
    """What landscapes side by side have in common."""

    camera: bool = True
    look: bool = True  # mode, contours, layers, theme: all of the view but camera, scales and what is shown
    scale: bool = False  # of the height: one that suits the values of all
    colours: bool = False  # of the colours


@dataclass(frozen=True)
class Preferences:
    """What a person wants everywhere. ``size`` is that of the interface, 1 the usual one."""

    size: float = 1.0
    eased: bool = True  # cameras glide to where they are sent
    inertia: bool = True  # a camera that is let go of while it turns goes on for a while
    epsilon: float = 0.1  # radius at which sharpness is told, in half sides of the domain
