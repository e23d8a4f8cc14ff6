"""Where values are written along isolines of a map: where a line is long and straight enough, and nothing else is."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from compute.landscape import Floats
from explorer.gl.lettering import text_size
from explorer.ground.isolines import Lines
from explorer.ground.levels import Levels, is_heavy
from explorer.ground.scene import Box, Label, Shot
from explorer.writing.ticks import tick_labels

SIZE_PT = 11.0
STEP_PX = 4.0  # between the points of a line that is looked at
MOST_BENT = 0.10  # a line may leave the chord under its label by so much of the label's length
LEAST_CHORD = 0.93  # of the length of the line under a label
APART_PT = 90.0  # two labels of one line
CLEAR_PT = 4.0  # around a label
FEW = 12  # so many levels are all labelled; of more the heavier ones first
MOST_LABELS = 60
DIGITS = 3


@dataclass
class _Taken:
    """Discs of the picture where something is already: (n, 2) centres, (n,) radii, in pixels."""

    centres: Floats = field(default_factory=lambda: np.empty((0, 2)))
    radii: Floats = field(default_factory=lambda: np.empty(0))

    def add(self, centres: Floats, radius: float) -> None:
        self.centres = np.vstack([self.centres, centres])
        self.radii = np.append(self.radii, np.full(len(centres), radius))

    def are_free(self, centres: Floats, radius: float) -> NDArray[np.bool_]:
        """Which of (n, k, 2) rows of discs of this radius touch nothing."""
        if not len(self.centres):
            return np.ones(len(centres), np.bool_)
        away = np.linalg.norm(centres[:, :, None] - self.centres, axis=3) - self.radii - radius
        free: NDArray[np.bool_] = (away > 0).all(axis=(1, 2))
        return free


def line_labels(shot: Shot, lines: Lines, levels: Levels) -> list[Label]:
    """Labels along the lines of a map seen from above; heavier and longer lines come first."""
    return [label for _, label in labels_of_lines(shot, lines, levels)]


def labels_of_lines(shot: Shot, lines: Lines, levels: Levels) -> list[tuple[int, Label]]:
    """The same, each with the number of its line among the lines."""
    emphasis, ratio = shot.view.contours.emphasis, shot.pixel_ratio
    texts = tick_labels(list(levels.values), DIGITS)
    taken = _Taken()
    taken.add(_marks(shot), 10 * ratio)
    chosen = range(len(texts))
    if len(texts) > FEW and any(is_heavy(k, emphasis) for k in chosen):
        chosen = [k for k in chosen if is_heavy(k, emphasis)]  # type: ignore[assignment]
    placed = [(k, index, _in_picture(shot, points)) for k, (index, points) in enumerate(lines) if index in set(chosen)]
    placed.sort(key=lambda line: (not is_heavy(line[1], emphasis), -_length(line[2])))
    labels: list[tuple[int, Label]] = []
    for k, index, pixels in placed:
        if len(labels) >= MOST_LABELS:
            break
        labels += [(k, label) for label in _along(shot, pixels, texts[index], taken)]
    return labels


def _along(shot: Shot, pixels: Floats, text: str, taken: _Taken) -> list[Label]:
    """The labels of one line, the first where it is straightest, the next ones at some distance."""
    ratio = shot.pixel_ratio
    width, height = text_size(text, round(SIZE_PT * ratio), "SemiBold")
    half = int(np.ceil(0.5 * (width + 2 * CLEAR_PT * ratio) / STEP_PX))
    total = _length(pixels)
    if total < 1.5 * width:
        return []
    even = _resampled(pixels, total)
    if len(even) <= 2 * half:
        return []
    start, middle, end = even[: -2 * half], even[half:-half], even[2 * half :]
    chord = end - start
    span = np.maximum(np.linalg.norm(chord, axis=1), 1e-6)
    bend = _bend(even, half)
    discs = middle[:, None] + np.linspace(-0.5, 0.5, 5)[None, :, None] * (chord / span[:, None] * width)[:, None]
    straight = (bend <= MOST_BENT * width) & (span >= LEAST_CHORD * 2 * half * STEP_PX)
    good = straight & _inside(shot, discs) & taken.are_free(discs, 0.5 * height + CLEAR_PT * ratio)
    labels: list[Label] = []
    for k in np.argsort(bend):
        if len(labels) > total / (6 * APART_PT * ratio) or not good[k]:
            continue
        if any(np.hypot(middle[k, 0] - old.x, middle[k, 1] - old.y) < APART_PT * ratio for old in labels):
            continue
        labels.append(_label(shot, text, middle[k], chord[k]))
        taken.add(discs[k], 0.5 * height)
    return labels


def _label(shot: Shot, text: str, place: Floats, along: Floats) -> Label:
    angle = float(np.degrees(np.arctan2(along[1], along[0])))
    angle = (angle + 90) % 180 - 90  # never upside down
    x, y = place.tolist()
    halo = (*shot.theme.background_bottom, 0.8)
    return Label(text, x, y, size=SIZE_PT, weight="SemiBold", angle=angle or 1e-6, colour=shot.theme.strong, halo=halo)


def _bend(points: Floats, half: int) -> Floats:
    """How far the line leaves each chord over 2 × half steps, at a quarter, the middle and three quarters of it."""
    start, end = points[: -2 * half], points[2 * half :]
    chord = end - start
    across = np.stack([-chord[:, 1], chord[:, 0]], axis=1) / np.maximum(np.linalg.norm(chord, axis=1), 1e-6)[:, None]
    far = np.zeros(len(start))
    for k in (half // 2, half, half + half // 2):
        between = points[k : k + len(start)] - start
        far = np.maximum(far, np.abs((between * across).sum(axis=1)))
    return far


def _in_picture(shot: Shot, points: NDArray[np.float32]) -> Floats:
    """(n, 2) pixels of places on the flat ground; exact, since a map is seen without perspective."""
    world = np.column_stack([(points - 0.5) * shot.extent, np.zeros(len(points)), np.ones(len(points))])
    clip = world @ shot.clip.T
    pixels: Floats = (clip[:, :2] / clip[:, 3:] * 0.5 + 0.5) * np.asarray(shot.size)
    return pixels


def _marks(shot: Shot) -> Floats:
    """(n, 2) pixels where path and marks lie."""
    places = [shot.scene.marks[:, :2]] if shot.view.glyphs else []
    if shot.view.path:
        places += [shot.scene.path[:, :2], shot.scene.path_marks[:, :2]]
    if not places:
        return np.empty((0, 2))
    pixels = _in_picture(shot, np.vstack(places))
    _, first = np.unique(np.floor(pixels / STEP_PX), axis=0, return_index=True)  # of a long path that is many
    return pixels[np.sort(first)]


def _inside(shot: Shot, discs: Floats) -> NDArray[np.bool_]:
    """Which rows of discs are on the ground, in the picture, and not under what else is there."""
    margin = SIZE_PT * shot.pixel_ratio
    ends = _in_picture(shot, np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32))
    centre = ends.mean(axis=0)
    good = np.all((discs >= margin) & (discs <= np.asarray(shot.size) - margin), axis=(1, 2))
    for a, b in zip(ends, np.roll(ends, -1, axis=0), strict=True):
        normal = np.array([a[1] - b[1], b[0] - a[0]]) / np.linalg.norm(b - a)
        normal *= np.sign(normal @ (centre - a)) or 1.0
        good &= np.all((discs - a) @ normal >= margin, axis=1)
    for box in shot.taken:
        good &= ~np.any(_within(discs, box, margin), axis=1)
    return np.asarray(good)


def _within(points: Floats, box: Box, margin: float) -> NDArray[np.bool_]:
    left, bottom, right, top = box
    x, y = points[..., 0], points[..., 1]
    within: NDArray[np.bool_] = (x > left - margin) & (x < right + margin) & (y > bottom - margin) & (y < top + margin)
    return within


def _length(pixels: Floats) -> float:
    return float(np.linalg.norm(np.diff(pixels, axis=0), axis=1).sum())


def _resampled(pixels: Floats, total: float) -> Floats:
    """Points at even steps along the line."""
    along = np.append(0.0, np.cumsum(np.linalg.norm(np.diff(pixels, axis=0), axis=1)))
    even = np.linspace(0, total, max(int(total / STEP_PX), 2))
    return np.column_stack([np.interp(even, along, pixels[:, k]) for k in (0, 1)])
