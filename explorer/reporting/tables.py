"""Tables of the page, and those of critical points and levels."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard

from compute.reading.measured import Measured
from compute.reading.told import FLOOR, depth, number, told
from compute.topology.critical_points import CriticalPoint
from compute.topology.noise import level_domain
from compute.verification import Verdict, verdict_of, verdicts
from explorer.ground.staging import Stage
from explorer.reporting.markup import Content, Markup, element

MOST_POINTS = 24  # critical points in the table
KINDS = ("▼ minimum", "◆ saddle", "▲ maximum")

Row = tuple[str, str]


def points_table(stage: Stage, m: Measured) -> Markup | None:
    """The critical points that stand out, the deepest first; None where there is none. ``m`` is of what is shown."""
    points, log, landscape = stage.standing.points, stage.map.scale.log, stage.landscape
    if not points or m.is_flat:
        return None
    asked = verdicts(landscape.provenance) if stage.metric == landscape.main_name else ()
    level = level_domain(landscape.domain, stage.map.nodes)
    order = sorted(points, key=lambda point: (-_rank(point), point.slice_index, point.value))
    head = ["kind", "α", *([] if m.is_line else ["β"]), m.metric, "depth", *(["in the network"] if asked else [])]
    body = []
    for point in order[:MOST_POINTS]:
        place = [number(point.alpha, 4), *([] if m.is_line else [number(point.beta, 4)])]
        value = math.exp(point.value) if log else point.value
        row = [KINDS[point.slice_index], *place, number(value, 4), _deep(point, log)]
        if asked:
            verdict = verdict_of(asked, point.alpha, point.beta, point.slice_index, level)
            row.append(_verdict(verdict).replace("plane", told(m)["ground"]))
        body.append(row)
    more = len(points) - MOST_POINTS
    note = f" The {MOST_POINTS} deepest; {more} more are not listed." if more > 0 else ""
    clear, above = " that stand out" if m.error_share is not None else "", "maximum" if m.is_line else "saddle"
    said = (
        f"Critical points of the {told(m)['slice']}{clear}, and how high water rises above a minimum before it runs "
        f"over: at the {above} that it is paired with. Of a maximum it is the same turned round.{note}"
    )
    return table(said, head, body, numbers=range(1, len(head) - bool(asked)))


def levels_table(levels: Sequence[Mapping[str, Any]] | None) -> Markup | None:
    """What each level took and how wrong the one before was; None where nobody kept a record."""
    if not levels:
        return None
    rows = []
    for level in levels:
        points, surplus = level.get("points"), level.get("surplus")
        grid = " × ".join(f"{n}" for n in points) if isinstance(points, list) else str(points)
        where = level.get("where")
        place = ", ".join(number(x) for x in where) if isinstance(where, list) and all(map(is_number, where)) else ""
        rows.append([grid, f"{level.get('evaluations', '')}", number(surplus) if is_number(surplus) else "—", place])
    return table("Levels, coarse to fine: the surplus is the largest error of a prediction from the level before.",
                 ["points", "evaluations", "surplus", "where"], rows, numbers=(1, 2))  # fmt: skip


def rows_table(said: str, rows: Sequence[Row]) -> Markup:
    """Two columns, what and how much."""
    body = [element("tr", element("th", name, scope="row"), element("td", value)) for name, value in rows]
    return element("table", element("caption", said), element("tbody", *body))


def table(said: str, head: Sequence[str], body: Sequence[Sequence[str]], numbers: Sequence[int] | range = ()) -> Markup:
    """A table with a caption; columns of numbers are at the right."""

    def style(column: int) -> str | None:
        return "number" if column in numbers else None

    heads = [element("th", name, scope="col", class_=style(k)) for k, name in enumerate(head)]
    rows = [element("tr", *(element("td", cell, class_=style(k)) for k, cell in enumerate(row))) for row in body]
    whole: list[Content] = [element("caption", said), element("thead", element("tr", *heads)), element("tbody", *rows)]
    return element("div", element("table", *whole), class_="wide")


def is_number(value: Any) -> TypeGuard[float]:
    """Whether it is one, which what was edited need not be."""
    return isinstance(value, float | int) and not isinstance(value, bool)


def _rank(point: CriticalPoint) -> float:
    return -math.inf if math.isnan(point.persistence) else point.persistence


def _deep(point: CriticalPoint, log: bool) -> str:
    if math.isnan(point.persistence):
        return "—"
    if math.isinf(point.persistence):
        return "the lowest"
    return depth(point.persistence, log).removesuffix(FLOOR)


def _verdict(verdict: Verdict | None) -> str:
    if verdict is None:
        return "not asked"
    curvature = " and ".join(number(value) for value in verdict.eigenvalues)
    found = ", ".join(number(x, 4) for x in verdict.found)
    numbers = f"at ({found}), curvature {curvature}, |∇L| {number(verdict.gradient_norm)}"
    return f"{verdict.outcome.value} {numbers}: {verdict.reason}"
