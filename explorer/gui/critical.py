"""Section of the panel: the critical points that stand out, from which persistence on, and the ways between two."""

from dataclasses import replace

from imgui_bundle import ImVec2, imgui

from explorer.desk.point_wording import loss_text, persistence_text, point_line, short_place, threshold_text, ways_text
from explorer.desk.wording import counts_line
from explorer.ground.critical import share_of, threshold_at
from explorer.ground.staging import Stage
from explorer.gui.board import Board
from explorer.gui.fields import check, explain, grey, section
from explorer.gui.glyphs import draw_mark
from explorer.looks.view import View

MOST_ROWS = 8  # that are seen at a time
WIDTHS = (16.0, 93.0, 60.0, 62.0)  # of the columns: mark, place, value, persistence
APART = 3.0  # on either side of a cell
MARK = 0.52  # radius of a mark over the height of a line: room for its sign
_TABLE = imgui.TableFlags_.row_bg.value | imgui.TableFlags_.no_pad_outer_x.value
_ROW = imgui.SelectableFlags_.span_all_columns.value


def critical(board: Board) -> View:
    """Threshold, counts, list, and what is chosen in it."""
    view, stage = board.view, board.stage
    if not section("Critical points##section"):
        return view
    grey(counts_line(stage))
    if stage.critical.largest > 0 or view.threshold is not None:
        view = _threshold(view, stage)
    if stage.standing.rows.numbers:
        _list(board)
        _chosen(board)
    return view


def _threshold(view: View, stage: Stage) -> View:
    """From which persistence on they are shown."""
    critical, threshold = stage.critical, view.threshold
    at = critical.noise if threshold is None else threshold
    said = threshold_text(critical, threshold)
    flags = imgui.SliderFlags_.no_input.value | imgui.SliderFlags_.always_clamp.value
    share = share_of(critical, at)
    changed, moved = imgui.slider_float("threshold", share, 0.0, 1.0, said.replace("%", "%%"), flags)
    explain(
        "Persistence from which critical points are shown: how far the loss rises from a minimum to the saddle "
        "over which its basin meets a deeper one, or falls from a maximum to its saddle"
        + ("; in per cent of the lower value" if critical.log else "")
    )
    if changed and moved != share:
        return replace(view, threshold=threshold_at(critical, moved))
    tip = "Hide what cannot be told from noise: below twice the error bar where it is"
    tip += "" if critical.judged else "; no error bar is known here, so that all are shown"
    automatic = check("automatic", threshold is None, tip)
    if automatic == (threshold is None):
        return view
    return replace(view, threshold=None if automatic else critical.noise)


def _list(board: Board) -> None:
    """One row for each, the most persistent first, below the names of the columns; a click flies there."""
    stage, rows = board.stage, board.stage.standing.rows
    high = imgui.get_text_line_height() + 2 * imgui.get_style().cell_padding.y
    imgui.push_style_var(imgui.StyleVar_.item_spacing.value, ImVec2(imgui.get_style().item_spacing.x, 0))
    apart = ImVec2(APART * board.preferences.size, imgui.get_style().cell_padding.y)
    imgui.push_style_var(imgui.StyleVar_.cell_padding.value, apart)
    if _begin_table("names", board):
        imgui.table_headers_row()
        imgui.end_table()
    size = ImVec2(0, high * min(len(rows.numbers), MOST_ROWS))
    imgui.begin_child("points", size, imgui.ChildFlags_.nav_flattened.value)  # the keyboard walks into it
    if (number := stage.critical.number(board.selection.reveal())) in rows.numbers:
        imgui.set_scroll_y(max(rows.numbers.index(number) - MOST_ROWS // 2, 0) * high)
    if _begin_table("rows", board):
        clipper = imgui.ListClipper()
        clipper.begin(len(rows.numbers), high)
        while clipper.step():
            for row in range(clipper.display_start, clipper.display_end):
                _row(board, rows.numbers[row])
        clipper.end()
        imgui.end_table()
    imgui.end_child()
    imgui.pop_style_var(2)
    if rows.left_out:
        grey(f"and {rows.left_out:,} more of less persistence")


def _begin_table(name: str, board: Board) -> bool:
    """A table with the columns of the list."""
    if not imgui.begin_table(name, len(WIDTHS), _TABLE):
        return False
    names = ("", "α" if board.is_line else "α, β", _short(board.stage.metric), "persist.")
    for column, width in zip(names, WIDTHS, strict=True):
        imgui.table_setup_column(column, imgui.TableColumnFlags_.width_fixed.value, width * board.preferences.size)
    return True


def _row(board: Board, number: int) -> None:
    stage, selection = board.stage, board.selection
    critical = stage.critical
    point = critical.points[number]
    place = (point.alpha, point.beta)
    verdict = stage.verdicts.get(place)
    imgui.table_next_row()
    imgui.table_next_column()
    if place == selection.pointed:
        imgui.table_set_bg_color(
            imgui.TableBgTarget_.row_bg1.value, imgui.get_color_u32(imgui.Col_.header_hovered.value)
        )
    corner, line = imgui.get_cursor_screen_pos(), imgui.get_text_line_height()
    middle = (corner.x + 0.5 * line, corner.y + 0.5 * line)
    if imgui.selectable(f"##point {number}", place in selection.chosen, _ROW)[0]:
        adding = imgui.get_io().key_shift
        selection.choose(place, adding=adding)
        if not adding:
            selection.fly = place
    if imgui.is_item_hovered() or (imgui.is_item_focused() and imgui.get_io().nav_visible):
        selection.point_at(place)
    if imgui.is_item_hovered():
        explain(point_line(stage, place))
    outcome = verdict.outcome if verdict else None
    draw_mark(imgui.get_window_draw_list(), middle, MARK * line, point.slice_index, outcome)
    for text in (
        short_place(place, stage.landscape.domain),
        loss_text(float(critical.losses[number])),
        persistence_text(float(critical.persistence[number]), critical.log),
    ):
        imgui.table_next_column()
        imgui.text_unformatted(text)


def _short(metric: str) -> str:
    """The last word of a metric: loss, accuracy."""
    return metric.rpartition("_")[2][:9]


def _chosen(board: Board) -> None:
    """What a click does next, or what is known about the ways between the two minima that are chosen."""
    chosen = board.selection.present(board.stage)
    found = board.selection.ways(board.stage)
    if found is not None:
        imgui.text_wrapped(ways_text(found, is_line=board.is_line))
        explain(
            "How far the loss rises above the higher of the two minima. The lowest path is the one whose highest place "
            "is lowest of all in this slice; beyond the slice there may be lower ones"
        )
    elif not chosen:
        grey("A click glides there.")
    elif len(chosen) > 1:
        grey("There are ways between two minima only.")
    else:
        grey("Shift and a click on another minimum: the ways between.")
