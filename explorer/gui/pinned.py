"""Critical points in a plot: their marks, which one the pointer is on, and what a click on it does."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from imgui_bundle import imgui, implot

from explorer.desk.selection import Selection
from explorer.ground.critical import Place
from explorer.ground.picking import nearest
from explorer.ground.staging import Stage
from explorer.gui.glyphs import draw_mark, draw_ring
from explorer.looks.theme import Theme

RADIUS_PT, NEAR_PT, RING_PT = 5.5, 10.0, 9.0


@dataclass(frozen=True)
class Pin:
    """A point of a plot by its number among all critical points; ``stands_for`` is another that has no mark of its own
    there."""

    x: float
    y: float
    number: int
    stands_for: int | None = None


class Pins:
    """The marks of one plot, in one frame."""

    def __init__(self, stage: Stage, selection: Selection) -> None:
        self._stage, self._selection = stage, selection
        self._pins: Sequence[Pin] = ()
        self._pixels: list[tuple[float, float]] = []
        self.hovered: Pin | None = None

    def place(self, pins: Sequence[Pin]) -> None:
        """These are in the plot; within ``begin_plot``."""
        self._pins = pins
        at = [implot.plot_to_pixels(pin.x, pin.y) for pin in pins]
        self._pixels = [(pixel.x, pixel.y) for pixel in at]
        self.hovered = None
        if pins and implot.is_plot_hovered():
            mouse = imgui.get_mouse_pos()
            near = nearest(np.array(self._pixels), (mouse.x, mouse.y), NEAR_PT * imgui.get_style().font_scale_main)
            self.hovered = None if near is None else pins[near]
        if self.hovered is not None:
            self._mean(self.hovered)

    def draw(self, theme: Theme) -> None:
        """The marks, and rings around those that are pointed at or chosen."""
        drawn, critical, scale = implot.get_plot_draw_list(), self._stage.critical, imgui.get_style().font_scale_main
        implot.push_plot_clip_rect(RING_PT * scale)
        meant = {critical.number(place) for place in self._selection.chosen}
        pointed = critical.number(self._selection.pointed)
        for pin, pixel in zip(self._pins, self._pixels, strict=True):
            point = critical.points[pin.number]
            verdict = self._stage.verdicts.get((point.alpha, point.beta))
            outcome = verdict.outcome if verdict else None
            names = {pin.number, pin.stands_for} - {None}
            if names & meant:
                draw_ring(drawn, pixel, RING_PT * scale, theme.chosen)
            elif pointed in names:
                draw_ring(drawn, pixel, RING_PT * scale, theme.panel.text[:3])
            draw_mark(drawn, pixel, RADIUS_PT * scale, point.slice_index, outcome)
        implot.pop_plot_clip_rect()

    def is_chosen(self, place: Place) -> bool:
        """Whether a critical point was chosen."""
        return place in self._selection.chosen

    def _mean(self, pin: Pin) -> None:
        """The pointer is on it: it is pointed at everywhere, and a click chooses it."""
        point = self._stage.critical.points[pin.number]
        place = (point.alpha, point.beta)
        self._selection.point_at(place)
        if imgui.is_mouse_clicked(0):
            self._selection.choose(place, adding=imgui.get_io().key_shift, reveal=True)
