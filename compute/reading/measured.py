"""Every number that a rule of the reading uses."""

from dataclasses import dataclass

from compute.metric_names import is_share

CONVEX = 0.1  # |λmin / λmax| up to which the negative curvature is small beside the positive one

Place = tuple[float, float]  # (alpha, beta)


@dataclass(frozen=True)
class Measured:
    """Numbers of one landscape, of the metric that is its height. None = unknown.

    Losses are in units of the metric, lengths in units of weight space, unless said otherwise.
    """

    # What it is.
    metric: str = "loss"
    path_metric: str = "loss"  # what the losses of the path are; those of the height need not be losses
    kind: str = "landscape"  # what it was read from
    is_line: bool = False
    parameters: int | None = None  # of the network

    # The grid: the level in work.
    points: int = 0  # measured
    nodes: int = 0  # of the level
    open_nodes: int = 0  # neither measured nor known to be within the tolerance
    within_tolerance: bool | None = None  # whether the error bar is, where both are known
    diverged: int = 0  # measured, and not finite

    # The heights.
    lowest: float | None = None
    highest: float | None = None
    decades: float | None = None  # log10(highest / lowest positive one), where nearly all are positive
    cap: float | None = None  # highest value that is told apart, where there are higher ones
    lowest_at: Place | None = None  # of equal ones the nearest to the centre, one inside before one on the rim
    highest_at: Place | None = None  # as that
    lowest_cells: float | None = None  # of the level, from the centre to the lowest point along the worse axis
    lowest_on_rim: bool | None = None

    # Error bars and critical points.
    error: float | None = None  # largest surplus that the cap does not hide: of logarithms, or a difference
    relative: bool = True  # whether it is of logarithms
    error_share: float | None = None  # the same as a share of the value, or of the range that is measured
    minima: int | None = None  # that stand out from noise; the next too
    saddles: int | None = None
    maxima: int | None = None
    inside: int | None = None  # minima that stand out and do not lie on the rim
    hidden: int | None = None  # critical points that do not
    dips: int | None = None  # minima, of noise or not
    deepest: float | None = None  # largest persistence of a minimum that is not the lowest: of logarithms if relative
    euler: int | None = None  # minima − saddles + maxima, of noise or not
    euler_due: int | None = None  # what the measured ground demands

    # The network itself, where it was asked.
    candidates: int | None = None  # critical points that were looked for
    verified: int = 0
    moved: int = 0
    refuted: int = 0
    lambda_max: float | None = None  # largest eigenvalue of the Hessian over all weights, at the centre
    lambda_min: float | None = None
    lambda_doubt: float | None = None  # |H v − λ v| of the smallest: how far an eigenvalue is from it at most
    gradient_gain: float | None = None  # |∇L|² / (2 λmax), as a share of the loss at the centre, at most 1
    ratio_points: int | None = None  # where |λmin / λmax| was measured
    ratio_over: int | None = None  # where it is above CONVEX
    valley: float | None = None  # curvature across over curvature along, in the plane, at the centre

    # Two ends of a line.
    barrier: float | None = None  # highest rise above the straight line between the losses of both ends
    barrier_noise: float | None = None  # twice the error bar where that is
    connected: bool = False  # whether the path is no training but a curve of low loss between two networks
    curve_barrier: float | None = None  # the same of that curve, and of the straight line beside it
    straight_barrier: float | None = None

    # The plane.
    directions: str | None = None  # "pca", "random", "hessian", …, with a comma for two kinds
    normalisation: str | None = None  # "filter", "layer", "none"
    cosine: float | None = None  # of the angle between the axes
    stretch: float | None = None  # longer axis over shorter
    held: int | None = None  # parameters that directions leave where they are
    resting: tuple[str, ...] = ("biases", "norm layers")  # what these are
    seed: int | None = None
    explained: float | None = None  # share of the path's variance along both axes
    walk: float | None = None  # the same of a random walk with as many checkpoints

    # The path.
    checkpoints: int | None = None  # None: there is no path
    outside: int = 0  # checkpoints beyond the domain
    first_loss: float | None = None  # true loss of the first checkpoint whose loss is known, and of the last one
    last_loss: float | None = None
    gap: float | None = None  # largest |loss under a checkpoint − its true loss|
    gap_factor: float | None = None  # largest ratio of the two, at least 1; positive losses only
    gaps_of_one: bool = True  # whether one checkpoint has both
    residual_largest: float | None = None
    residual_share: float | None = None  # rms distance of the checkpoints from the plane, over their rms spread
    on_plane: int | None = None  # checkpoints that lie in the plane itself
    centre_true: float | None = None  # true loss of the checkpoint in the centre
    centre_here: float | None = None  # value of the surface there

    # The data.
    examples: int | None = None  # behind each value, where it is the same number
    examples_between: tuple[int, int] | None = None  # fewest and most behind a value, where it is not
    whole_split: bool | None = None  # whether these are all that the split has
    has_test: bool | None = None  # whether a metric of unseen data was measured
    test_here: float | None = None  # test loss in the centre
    norm_layers: bool | None = None  # whether the network has any
    recalibrated: bool | None = None  # BatchNorm's statistics: anew at each point
    bits: int | None = None  # significant bits of the forward pass
    unknown: tuple[str, ...] = ()  # what of model, data, directions, seed, software nobody wrote down

    @property
    def is_loss(self) -> bool:
        """Whether less is better, as far as a name can tell."""
        return not is_share(self.metric)

    @property
    def is_flat(self) -> bool:
        """Whether all that is measured has one value."""
        return self.lowest is not None and self.lowest == self.highest

    @property
    def is_rounding(self) -> bool:
        """Whether the values differ, and by no more than a number of so many bits is rounded by."""
        if self.bits is None or self.lowest is None or self.highest is None or self.is_flat:
            return False
        return self.highest - self.lowest <= 2.0**-self.bits * max(abs(self.lowest), abs(self.highest))
