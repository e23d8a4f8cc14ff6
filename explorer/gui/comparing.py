"""Sections of the panel: what landscapes side by side have in common, and what a person prefers everywhere."""

from dataclasses import replace

from explorer.gui.board import Board
from explorer.gui.fields import check, choice, grey, keys, section
from explorer.looks.settings import Links, Preferences
from explorer.looks.view import View

_SIZES = (0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0)  # a list and no slider, which would move away under the hand


def comparing(board: Board) -> Links:
    """What the panes share."""
    links = board.links
    if board.panes < 2:
        if len(board.planes) > 1 and section("Comparing", opened=False):
            grey(f"Several landscapes are open: show them side by side{keys('Side by side')}")
        return links
    if not section("Comparing"):
        return links
    links = replace(links, camera=check("same camera", links.camera, "One moves, all move"))
    links = replace(links, look=check("same look", links.look, "Mode, contours and layers of the active one for all"))
    links = replace(links, scale=check("same scale of height", links.scale, "One that suits the values of all"))
    tip = "One scale for all, so that one colour is one value everywhere"
    return replace(links, colours=check("same scale of colours", links.colours, tip))


def preferring(board: Board) -> tuple[Preferences, View]:
    """Theme, size of the interface, and how cameras move."""
    wanted, view = board.preferences, board.view
    if not section("Window", opened=False):
        return wanted, view
    tip = f"For papers and projectors; else for the screen{keys('Light theme')}"
    theme = "light" if check("light theme", view.theme == "light", tip) else "dark"
    view = view if theme == view.theme else replace(view, theme=theme)
    sizes = tuple(sorted({*_SIZES, wanted.size}))
    size = choice("size", sizes, wanted.size, lambda each: f"{100 * each:.0f} %", "Of text and controls")
    wanted = wanted if size == wanted.size else replace(wanted, size=size)
    wanted = replace(wanted, eased=check("gliding camera", wanted.eased, "Off: it jumps to where it is sent"))
    tip = "A camera that is let go of while it turns goes on for a while"
    return replace(wanted, inertia=check("inertia", wanted.inertia, tip)), view
