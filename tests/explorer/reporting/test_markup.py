"""HTML: whatever is not markup is escaped."""

import pytest

from explorer.reporting.markup import Markup, element, escaped, joined
from tests.explorer.reporting.reported import NASTY, Page


def test_elements_hold_text_and_elements():
    made = element("p", "a < b ", element("b", "c"), None, class_="x", aria_hidden="true", id=None)
    assert made == '<p class="x" aria-hidden="true">a &lt; b <b>c</b></p>'
    assert element("img", src="a", alt="b") == '<img src="a" alt="b">'
    assert element("meta", name="n", content="c") == '<meta name="n" content="c">'


def test_text_is_never_markup():
    page = Page(element("p", NASTY, title=NASTY))
    assert [tag for tag, _ in page.elements] == ["p"]
    assert page.text == page.all("p")[0]["title"]
    assert page.text.startswith("<script>alert(\"x\")</script> & 'α'")
    assert joined("<", Markup("<br>"), ">") == "&lt;<br>&gt;"


@pytest.mark.parametrize(
    "text", ["\x00", "\x0b", "\x1b", "\x7f", "\x9f", "\ud800", "\udfff", "\ufdd0", "\uffff", "\U0010fffe"]
)
def test_what_no_page_may_hold_is_replaced(text):
    assert escaped(f"a{text}b") == "a\ufffdb"


@pytest.mark.parametrize("text", ["\t", "\n", "\xa0", "損", "𝔏", "🌋", "−"])
def test_all_else_stays(text):
    assert escaped(text) == text
