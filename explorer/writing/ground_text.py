"""Text that can only be placed once it is known where ground and isolines are."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from explorer.camera.camera import project
from explorer.gl.cutting import kept_box
from explorer.ground.isolines import Lines, isolines
from explorer.ground.levels import contour_levels
from explorer.ground.picking import sample
from explorer.ground.scene import Label, Shot
from explorer.layers.contours import Contours
from explorer.writing.line_labels import line_labels

END_PT, END_ABOVE_PT = 14.0, 16.0  # of the names of a cross-section's ends


class GroundText:
    """Values along the isolines of a map, and the ends of a cross-section; chains and places again only on change."""

    def __init__(self, contours: Contours) -> None:
        self._contours = contours
        self._chained: tuple[int, Lines] = (0, [])  # isolines, of so many captures
        self._key: tuple[object, ...] = ()
        self._placed: list[Label] = []  # for this key

    def written(self, shot: Shot, ground: NDArray[np.float32]) -> Shot:
        """The shot with this text; ``ground`` (rows, columns) are the heights as they are drawn."""
        if shot.scene.domain.is_line:
            return shot
        labels = section_ends(shot, ground)
        if shot.view.is_map and shot.view.contours.labels and shot.line_text > 0:
            labels += [replace(label, opacity=shot.line_text) for label in self._along_isolines(shot)]
        return replace(shot, labels=(*shot.labels, *labels)) if labels else shot

    def _along_isolines(self, shot: Shot) -> list[Label]:
        levels = contour_levels(shot.scene.scale, shot.view.contours)
        self._contours.capture(levels)
        if self._chained[0] != self._contours.captures:
            self._chained = self._contours.captures, isolines(self._contours.read())
        key = (self._chained[0], shot.scene, shot.view, shot.size, shot.pixel_ratio, shot.taken)
        if key != self._key:
            self._key, self._placed = key, line_labels(shot, self._chained[1], levels)
        return self._placed


def section_ends(shot: Shot, ground: NDArray[np.float32]) -> list[Label]:
    """A and B, above the ends of the cross-section."""
    if shot.view.section is None:
        return []
    uv = np.clip(np.array(shot.view.section, np.float64), 0.0, 1.0)
    heights = np.clip(sample(ground, uv), 0.0, 1.0) * shot.relief
    places = np.column_stack([(uv - 0.5) * shot.extent, heights])
    low, high = kept_box(shot)
    kept = np.all((places >= np.array(low)) & (places <= np.array(high)), axis=1)
    seen = project(shot.clip, places, shot.size)
    theme, above = shot.theme, END_ABOVE_PT * shot.pixel_ratio
    halo = (*theme.background_bottom, 0.8)
    return [
        Label(name, x, y + above, size=END_PT, colour=theme.strong, weight="SemiBold", halo=halo)
        for name, (x, y, w), there in zip("AB", seen.tolist(), kept.tolist(), strict=True)
        if there and w > 0
    ]
