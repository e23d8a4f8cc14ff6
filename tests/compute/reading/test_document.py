"""docs/reading.md and the rules are one: the same rules in the same order, sentences to the letter, thresholds."""

import re
from pathlib import Path

import pytest

from compute.reading.reading import RULES, rules

TEXT = (Path(__file__).parents[3] / "docs" / "reading.md").read_text(encoding="utf-8")
HEAD = re.compile(
    r"^\*\*`(?P<id>[a-z.-]+)`\*\* (?P<when>.+)\n\n> (?P<says>.+)\n(?:\n(?P<why>(?!\*\*|---|##).+)\n)?", re.M
)
WRITTEN = {match["id"]: match for match in HEAD.finditer(TEXT)}
ALL = [rule for _, rule in rules()]


def test_every_rule_is_in_the_document_and_no_other_in_this_order():
    assert list(WRITTEN) == [rule.id for rule in ALL]
    assert len(re.findall(r"^\*\*`", TEXT, re.M)) == len(ALL)


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_sentence_and_threshold_are_those_of_the_code(rule):
    written = WRITTEN[rule.id]
    assert written["says"] == rule.says
    bold = [float(number) for number in re.findall(r"\*\*([\d.]+)\*\*", written["when"])]
    assert bold == ([] if rule.threshold is None else [rule.threshold])


def test_topics_are_separated_as_in_the_code():
    """So that "else" means in the document what it does in the program."""
    parts = re.split(r"^## ", TEXT, flags=re.M)[1:]
    for part, topics in RULES.items():
        section = next(text for text in parts if text.startswith(f"{part.value}\n"))
        found = [[match["id"] for match in HEAD.finditer(piece)] for piece in section.split("\n---\n")]
        assert found == [[rule.id for rule in topic] for topic in topics]
        for piece in section.split("\n---\n"):
            first = next(HEAD.finditer(piece))
            assert not first["when"].startswith("else")


def test_thresholds_have_a_reason():
    """A rule with a number says where that is from: a source, a derivation, or another rule."""
    counts = {1.0, 2.0}  # "at least one" needs none
    missing = [rule.id for rule in ALL if rule.threshold not in (None, *counts) and not WRITTEN[rule.id]["why"]]
    assert not missing


def test_publications_that_are_named_are_listed():
    text, _, sources = TEXT.partition("## Sources")
    listed = set(re.findall(r"^- .*?([A-Z][\w-]+)[^*]*? (\d{4}), \*", sources, re.M))
    named = set(
        re.findall(r"\b([A-Z][\w-]+)(?: et al\.)? (\d{4})\b", text.replace("& Harer", "").replace("& Sohl", ""))
    )
    years = {year for _, year in named}
    assert years <= {year for _, year in listed}
    for name, year in named - {("Harer", "2010"), ("Harer", "2007"), ("IEEE", "754")}:
        assert any(name in line and year in line for line in sources.splitlines()), (name, year)
    assert len(sources.strip().splitlines()) >= 10
