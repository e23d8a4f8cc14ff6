"""Section of the panel: what the network is asked beyond its surface, and what came of it."""

from imgui_bundle import ImVec2, imgui

from compute.messages import INSPECTIONS, PLANE, SHARPNESS, SPECTRUM, VERIFY
from explorer.desk.looking import DOING, WORDS, curvature_nodes, found_line, is_complete, progress_line, share_done
from explorer.ground.sharpness import sharpness_lines
from explorer.gui.board import Board
from explorer.gui.fields import button, explain, grey, keys, section
from explorer.looks.view import View

_PER_POINT = {  # what one point costs, in words
    PLANE: "one gradient and two products with the Hessian, each a pass forward and one or two back over the examples",
    SPECTRUM: "some tens of products with the Hessian, by Lanczos' method, each about three passes over the examples",
}
_TIPS = {
    VERIFY: "Newton's method in the plane leads from each critical point that stands out to where the gradient within "
    "the plane vanishes, if there is such a place near; each takes as long as some fifty losses over the examples",
    PLANE: "Gradient and Hessian within the plane, by automatic differentiation: maps to colour by, and arrows",
    SPECTRUM: "The ratio of the extreme eigenvalues of the Hessian over all weights (Li et al. 2018): near 0 the loss "
    "is as good as convex there",
    SHARPNESS: "Largest and least eigenvalues of the Hessian over all weights in the centre, by Lanczos' method, and "
    "its trace, by Hutchinson's; about a hundred products with the Hessian over the examples. They depend on how the "
    "weights are scaled (Dinh et al. 2017)",
}


def checked(board: Board) -> View:
    """What can be asked, how far it is, and what was found. The view stays as it is."""
    looking, landscape = board.looking, board.stage.landscape
    known = is_complete(landscape, SHARPNESS) or any(found_line(landscape, what) for what in INSPECTIONS)
    if not section("Checked against the network", opened=known or not looking.why_not):
        return board.view
    for what in INSPECTIONS:
        if not is_complete(landscape, what):
            inspecting(board, what)
        found = found_line(landscape, what)
        if found and not looking.goes_on(what):
            grey(found)
    sharp = sharpness_lines(landscape)
    if sharp:
        grey(f"{DOING[SHARPNESS]}:")
    for line, tip in sharp:
        imgui.text_wrapped(line)
        explain(tip)
    if sharp:
        grey("They depend on how the weights are scaled: networks cannot be compared by them.")
    if looking.why_not:
        grey(looking.why_not)
    return board.view


def inspecting(board: Board, what: str, where: str = "") -> bool:
    """A button that asks for one of INSPECTIONS, or how far that is; whether it was pressed.

    ``where`` tells one of several such buttons of the panel apart.
    """
    looking = board.looking
    if looking.goes_on(what):
        imgui.text_wrapped(progress_line(looking, what))
        imgui.progress_bar(share_done(looking, what), ImVec2(-1, imgui.get_font_size() / 3), "")
        explain(f"Goes on before anything else is measured; Pause halts it too{keys('Pause measuring')}")
        if button(f"Stop##{what}{where}", "What was found stays; asked again, it goes on from there"):
            board.leaves.append(what)
        return False
    tip = f"{_TIPS[what]}{_cost(board, what)}{keys(WORDS[what])}"
    tip = f"{tip}\n\n{looking.why_not[:1].upper()}{looking.why_not[1:]}" if looking.why_not else tip
    pressed = button(f"{WORDS[what]}##{where}", tip, enabled=not looking.why_not)
    if pressed:
        board.requests.append(what)
    return pressed


def _cost(board: Board, what: str) -> str:
    if what not in _PER_POINT:
        return ""
    points = curvature_nodes(board.stage.landscape)
    return f". At {points} points, coarse to fine; each takes {_PER_POINT[what]}"
