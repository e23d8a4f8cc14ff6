"""The page: complete, well-formed, in need of nothing else, and safe whatever the landscape is called."""

import base64
import io
import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from compute.errors import BadInputError
from compute.folder import open_folder
from compute.reading.gathering import measure_reading
from compute.reading.reading import reading
from compute.reading.rule import Part
from compute.reading.told import number
from explorer.reporting.page import Subject, page, report_path, write_report
from tests.explorer.reporting.reported import NASTY, Page, line, rich
from tests.explorer.window.test_window import folder


@pytest.fixture(scope="module")
def both() -> str:
    """A page of two landscapes, with light pictures and dark ones."""
    return page([Subject(rich(), ("basin report <x>",)), Subject(line(), ())], title=NASTY)


@pytest.fixture(scope="module")
def parsed(both) -> Page:
    return Page(both)


def test_the_page_is_whole_and_well_formed(both, parsed):
    assert both.startswith("<!DOCTYPE html>\n<html lang=")
    assert both.encode().decode() == both
    identities = [attributes["id"] for _, attributes in parsed.elements if "id" in attributes]
    assert len(identities) == len(set(identities)) == 2
    tags = {tag for tag, _ in parsed.elements}
    assert {"title", "h1", "h2", "h3", "h4", "figure", "figcaption", "table", "caption", "th"} <= tags


def test_no_name_becomes_markup(both, parsed):
    assert "<script" not in both
    assert not parsed.all("script")
    for place in ("h1", "h2"):
        assert place in {tag for tag, _ in parsed.elements}
    assert parsed.text.count('<script>alert("x")</script>') >= 5  # title, headings, model, metric
    assert "\x00" not in both
    assert "\ufffd" in both


def test_nothing_is_loaded_from_elsewhere(both, parsed):
    for tag, attributes in parsed.elements:
        for name in ("src", "srcset", "href", "xlink:href", "action", "data", "poster"):
            link = attributes.get(name, "#")
            assert link.startswith(("data:image/png;base64,", "#")), (tag, name, link[:60])
    assert not {"link", "iframe", "object", "script", "base", "form"} & {tag for tag, _ in parsed.elements}
    style = re.search(r"<style>(.*?)</style>", both, re.S)[1]
    assert "url(" not in style
    assert "@import" not in style
    assert "http" not in style


def test_every_link_leads_somewhere(parsed):
    identities = {attributes.get("id") for _, attributes in parsed.elements}
    links = [attributes["href"] for attributes in parsed.all("a")]
    assert links == ["#landscape-1", "#landscape-2"]
    assert {link[1:] for link in links} <= identities


def pictures(parsed: Page) -> list[np.ndarray]:
    links = [each.get("src") or each["srcset"] for tag, each in parsed.elements if tag in ("img", "source")]
    files = [base64.b64decode(link.partition(",")[2]) for link in links]
    return [np.asarray(Image.open(io.BytesIO(file)).convert("RGB")).astype(int) for file in files]


def test_pictures_are_there_in_both_themes(parsed):
    """Surface, map, error bars and curvature of the one, the curve of the other."""
    found = pictures(parsed)
    assert len(found) == 2 * 5
    dark, light = found[::2], found[1::2]  # in a <picture> the source comes first
    for a, b in zip(dark, light, strict=True):
        assert a.shape == b.shape
        assert a.std() > 10
        assert a[2:6, 2:6].mean() < 60
        assert b[2:6, 2:6].mean() > 200
    assert all(each["media"] == "screen and (prefers-color-scheme: dark)" for each in parsed.all("source"))


def test_every_picture_says_what_is_on_it(parsed):
    texts = [image["alt"] for image in parsed.all("img")]
    assert len(set(texts)) == len(texts)
    assert all(len(text) > 20 for text in texts)
    assert "2 minima, 1 saddle" in texts[0]
    assert all(drawing["role"] == "img" and drawing["aria-label"] for drawing in parsed.all("svg"))
    assert len(parsed.all("figcaption")) == len(parsed.all("figure")) == len(texts) + len(parsed.all("svg"))


def test_the_whole_reading_is_on_the_page(parsed):
    for land in (rich(), line()):
        for sentence in reading(measure_reading(land)):
            assert (
                sentence.text in parsed.text.replace("\ufffd", "")
                or "\ufffd" in sentence.text
                or "script" in sentence.text
            )
            assert sentence.rule_id in parsed.text
    for part in Part:
        assert part.value in parsed.text


def test_headings_do_not_skip_a_level(parsed):
    levels = [int(tag[1]) for tag, _ in parsed.elements if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))


@pytest.mark.parametrize(
    "words",
    ["−2 … 2", "33 × 33 points (α × β), 1,089 measured", "50 % + 25 % = 75 %", "32.5, 8.25", "123.5 ± 2.5", "−0.75",
     "512 examples, train", "verified at (−0.99, 0.01), curvature 2 and 8, |∇L| 0.25: converged",
     "refuted at (0.3, 0.2)",
     "9 × 9", "0.125", "19810", "basin report <x>", "3 → 0.5", "barrier between the ends"],
)  # fmt: skip
def test_numbers_are_on_the_page(parsed, words):
    assert words in parsed.text


def test_the_page_is_of_a_size_to_be_sent(both):
    assert len(both) < 3e6  # with five pictures in two themes


def test_one_theme_has_one_picture_each():
    found = Page(page([Subject(line(), ())], theme="dark"))
    assert not found.all("source")
    (picture,) = pictures(found)
    assert picture[2:6, 2:6].mean() < 60


def test_the_same_landscape_makes_the_same_page():
    """No date, no random names: two reports can be compared."""
    assert page([Subject(line(), ())], theme="light") == page([Subject(line(), ())], theme="light")


def test_a_single_landscape_has_no_contents_and_its_own_title():
    found = Page(page([Subject(replace(line(), provenance={"title": "My line"}), ())], theme="light"))
    assert not found.all("nav")
    assert found.text.strip().startswith("My line · Basin")


def test_colours_by_another_metric_are_refused_before_anything_is_drawn():
    with pytest.raises(BadInputError, match="has no metric test_loss; choose one of train_loss"):
        page([Subject(line(), ())], metric="test_loss")
    with pytest.raises(BadInputError, match="--theme blue: choose one of auto, light, dark"):
        page([Subject(line(), ())], theme="blue")


def test_another_metric_is_shown_and_the_loss_is_read():
    land = replace(line(), metrics={**line().metrics, "test_loss": line().main * 3})
    found = Page(page([Subject(land, ())], theme="light", metric="test_loss"))
    assert "test loss" in found.all("img")[0]["alt"]
    assert "The train loss goes from" in found.text
    said = "show test loss. The numbers above and the reading are of the train loss."
    assert said in " ".join(found.text.split())
    assert "The numbers above and the reading" not in Page(page([Subject(land, ())], theme="light")).text


def test_what_is_said_of_a_picture_of_another_metric_is_of_that_metric():
    """Twice the loss: the range, and the values of the critical points."""
    land = rich("a")
    land = replace(land, metrics={"train_loss": land.main, "test_loss": 2 * land.main})
    found = Page(page([Subject(land, ())], theme="light", metric="test_loss"))
    assert f"test loss from 2 to {number(2 * land.main.max())}" in found.all("img")[0]["alt"]
    text = found.text
    table = text[text.index("Critical points of the") :]
    assert "test loss" in table[:400]
    assert "train loss" not in table[:400]
    assert "in the network" not in table[:400]  # which was asked about the training loss


def test_where_nothing_changes_no_critical_point_is_listed():
    land = replace(line(), metrics={"train_loss": np.full(line().domain.shape, 2.5)})
    text = Page(page([Subject(land, ())], theme="light")).text
    assert "Critical points of the" not in text
    assert "2.5 – 2.5" not in text
    assert "2.5 wherever it is finite" in text


def test_a_landscape_of_which_nothing_is_measured_has_a_page(tmp_path):
    folder(tmp_path / "empty", n=9, rows=0)
    found = Page(page([Subject(open_folder(tmp_path / "empty"), ())], theme="light"))
    assert "Nothing finite has been measured yet" in found.text


def test_a_page_has_an_ending_and_a_place(tmp_path):
    assert report_path(tmp_path / "r.HTML") == tmp_path / "r.HTML"
    with pytest.raises(BadInputError, match=r"r\.pdf: a report is a page; give the output the ending \.html"):
        report_path(tmp_path / "r.pdf")
    with pytest.raises(BadInputError, match="does not exist; create it first"):
        report_path(tmp_path / "no" / "r.html")
    (tmp_path / "d.html").mkdir()
    with pytest.raises(BadInputError, match="is a folder"):
        report_path(tmp_path / "d.html")


def test_a_page_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    target = tmp_path / "r.html"
    target.write_text("before")
    with pytest.raises(BadInputError):
        write_report(target, [Subject(line(), ())], metric="none such")
    assert target.read_text() == "before"
    write_report(target, [Subject(line(), ())], theme="light")
    assert target.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert [file.name for file in tmp_path.iterdir()] == ["r.html"]
