"""The page: all landscapes of a report in one file that needs nothing else."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path

from compute.atomic import write_atomically
from compute.description import describe
from compute.errors import BadInputError
from compute.landscape import Landscape
from compute.reading.gathering import measure_reading
from compute.reading.measured import Measured
from compute.reading.reading import reading
from compute.reading.rule import Part, Sentence, Tone
from compute.reading.told import told
from explorer.ground.maps import metric_word
from explorer.ground.staging import Stage
from explorer.looks.view import View
from explorer.pictures.picture import check_metric
from explorer.reporting import numbers, tables
from explorer.reporting.charts import path_charts
from explorer.reporting.markup import Content, Markup, element, joined
from explorer.reporting.pictures import THEMES, Picture, drawn, wishes
from explorer.reporting.style import STYLE

ENDINGS = (".html", ".htm")
MARKS = {Tone.PLAIN: ("·", ""), Tone.GOOD: ("✓", "Check holds: "), Tone.CAUTION: ("!", "Caution: "),
         Tone.UNKNOWN: ("?", "Unknown: ")}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Subject:
    """A landscape of the report, and the commands that make it again."""

    landscape: Landscape
    commands: tuple[str, ...]


def report_path(path: Path) -> Path:
    """The path, if a page can be written there. Raises BadInputError before any work is done."""
    if path.suffix.lower() not in ENDINGS:
        raise BadInputError(f"{path}: a report is a page; give the output the ending .html")
    if path.is_dir():
        raise BadInputError(f"{path}: is a folder; give the name of a file")
    if not path.absolute().parent.is_dir():
        raise BadInputError(f"{path}: the folder {path.parent} does not exist; create it first")
    return path


def write_report(
    path: Path, subjects: Sequence[Subject], *, title: str = "", theme: str = "auto", metric: str | None = None
) -> None:
    """Write the page, whole or not at all. Raises BadInputError as ``page`` does, OSError on a full disk."""
    content = page(subjects, title=title, theme=theme, metric=metric).encode()
    write_atomically(path, lambda file: file.write(content))


def page(subjects: Sequence[Subject], *, title: str = "", theme: str = "auto", metric: str | None = None) -> Markup:
    """The HTML. ``theme`` is that of the pictures: "light", "dark", or "auto" for both, of which the reader's screen
    chooses. Raises BadInputError for another theme, a metric that a landscape has not, and without OpenGL."""
    if theme not in THEMES:
        raise BadInputError(f"--theme {theme}: choose one of {', '.join(THEMES)}")
    for subject in subjects:
        check_metric(subject.landscape, View(metric=metric))
    names = [_name(subject.landscape) for subject in subjects]
    heading = title or (names[0] if len(names) == 1 else "Loss landscapes")
    parts = [
        _landscape(subject, names[k], f"landscape-{k + 1}", THEMES[theme], metric, alone=len(subjects) == 1)
        for k, subject in enumerate(subjects)
    ]
    body = element("body", _header(heading, names), element("main", *parts), _footer())
    return joined(Markup("<!DOCTYPE html>\n"), element("html", _head(heading), body, lang="en"), Markup("\n"))


def _name(landscape: Landscape) -> str:
    known = landscape.provenance.get("title")
    return known if isinstance(known, str) and known.strip() else landscape.name


def _head(heading: str) -> Markup:
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="generator", content=f"loss-basin {metadata.version('loss-basin')}"),
        element("title", f"{heading} · Basin"),
        element("style", Markup(STYLE)),
    )


def _header(heading: str, names: Sequence[str]) -> Markup:
    lead = "A loss landscape in pictures and numbers, with what they say and what they do not."
    links = [element("li", element("a", name, href=f"#landscape-{k}")) for k, name in enumerate(names, 1)]
    contents = element("nav", element("ul", *links), aria_label="Landscapes") if len(names) > 1 else None
    return element("header", element("h1", heading), element("p", lead, class_="lead"), contents)


def _footer() -> Markup:
    return element(
        "footer",
        element(
            "p",
            f"Written by basin report, loss-basin {metadata.version('loss-basin')}. Every sentence of the reading "
            "follows from the numbers by the rule that is named after it; all rules with their thresholds and sources "
            "are in docs/reading.md of Basin.",
        ),
    )


def _landscape(
    subject: Subject, name: str, anchor: str, themes: Sequence[str], metric: str | None, *, alone: bool
) -> Markup:
    land = subject.landscape
    measured, described = measure_reading(land), describe(land)
    shown = measured if metric in (None, land.main_name) else _measured_of(land, metric)
    first, *others = drawn(land, wishes(land, shown, metric), themes)
    ground = told(measured)["ground"]
    charts = []
    if measured.checkpoints and land.trajectory is not None:
        charts = path_charts(land.trajectory, measured.metric, ground, connected=measured.connected)
    return element(
        "section",
        element("h2", name, class_="hidden" if alone else None),
        _tiles(measured),
        _figure(first),
        _other_height(measured, shown),
        *_reading(reading(measured)),
        element("h3", "More pictures") if others or charts else None,
        element("div", *map(_figure, others), class_="pair") if others else None,
        element("div", *charts, class_="pair") if charts else None,
        *_numbers(land, described, measured, shown, metric),
        element("h3", "Make it again"),
        element("pre", element("code", "\n".join(subject.commands))),
        id=anchor,
        class_="landscape",
    )


def _other_height(measured: Measured, shown: Measured) -> Markup | None:
    """That the reading is not of the pictures, where that is so."""
    if shown is measured:
        return None
    text = (
        f"The pictures and the table of critical points show {shown.metric}. The numbers above and the reading are of "
        f"the {measured.metric}."
    )
    return element("p", text, class_="lead")


def _measured_of(land: Landscape, metric: str) -> Measured:
    """What is measured of the height, of another metric or map: of a landscape that has that one alone, and maps."""
    metrics = {name: land.metrics[name] for name in (metric, *land.maps)}
    alone = replace(land, metrics=metrics, examples=land.counts(metric))
    return replace(measure_reading(alone), metric=metric_word(metric))


def _tiles(measured: Measured) -> Markup:
    pairs = [element("div", element("dt", name), element("dd", value)) for name, value in numbers.tiles(measured)]
    return element("dl", *pairs, class_="tiles")


def _figure(picture: Picture) -> Markup:
    """One picture, or one of two by the reader's screen; on paper the light one."""
    links = {theme: f"data:image/png;base64,{base64.b64encode(file).decode()}" for theme, file in picture.files.items()}
    dark = None
    if len(links) > 1:
        dark = element("source", srcset=links["dark"], media="screen and (prefers-color-scheme: dark)")
    image = element("img", src=next(iter(links.values())), alt=picture.alt)
    return element("figure", element("picture", dark, image), element("figcaption", picture.caption))


def _reading(sentences: Sequence[Sentence]) -> list[Content]:
    boxes = []
    for part in Part:
        items = [_sentence(each) for each in sentences if each.part is part]
        if items:
            boxes.append(element("section", element("h4", part.value), element("ul", *items)))
    marks = [(sign, said.rstrip(": ").lower()) for sign, said in (MARKS[tone] for tone in Tone) if said]
    key = [joined(element("span", sign, class_="mark"), f" {said}   ") for sign, said in marks]
    return [element("h3", "In plain words"), element("p", *key, class_="key"), element("div", *boxes, class_="reading")]


def _sentence(sentence: Sentence) -> Markup:
    sign, said = MARKS[sentence.tone]
    return element(
        "li",
        element("span", sign, class_="mark", aria_hidden="true"),
        element("span", said, class_="hidden") if said else None,
        element("span", f"{sentence.text} "),
        element("code", sentence.rule_id, class_="rule"),
        class_=sentence.tone.value,
    )


def _numbers(
    land: Landscape, described: dict[str, object], measured: Measured, shown: Measured, metric: str | None
) -> list[Content]:
    stage = Stage(land, View(metric=metric))
    return [
        element("h3", "Numbers"),
        tables.rows_table("What was measured.", numbers.number_rows(land, described, measured)),
        tables.points_table(stage, shown),
        tables.levels_table(described["refinement"]),  # type: ignore[arg-type]
        element("h3", "On record"),
        tables.rows_table("Where it comes from, as the landscape has it.", numbers.record_rows(described)),
    ]
