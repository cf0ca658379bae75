from __future__ import annotations

from html.parser import HTMLParser

import pytest

from common.markdown import as_html


class Tags(HTMLParser):
    """What of a piece of HTML a browser would act on."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses += [value or "" for name, value in attrs if name == "href"]


def test_the_usual_marks_become_html() -> None:
    html = as_html("# Work\n\nI *like* `tea` and [books](https://books.example/a?b=1&c=2).\n\n- one\n- two")
    assert "<h2>Work</h2>" in html
    assert "<em>like</em>" in html
    assert '<a href="https://books.example/a?b=1&amp;c=2" rel="noopener nofollow">books</a>' in html
    assert "<li>two</li>" in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](https://elsewhere.example/spy.png)",
        '[x](https://a.example "onmouseover=alert(1)")<svg/onload=alert(1)>',
        "<https://a.example/\"onmouseover='alert(1)'>",
        "<iframe src=https://elsewhere.example></iframe>",
        "| a |\n|---|\n| <b onclick=alert(1)>x</b> |",
    ],
)
def test_nothing_in_it_acts_or_calls_elsewhere(text: str) -> None:
    found = Tags(as_html(text))
    assert found.names <= {"p", "a", "table", "thead", "tbody", "tr", "th", "td"}
    assert found.attributes <= {"href", "rel", "title"}
    assert all(address.startswith("https://a.example") for address in found.addresses)


@pytest.mark.parametrize("marks", ["#", "##", "###"])
def test_its_highest_headings_follow_the_title_of_the_page(marks: str) -> None:
    text = f"{marks} Work\n\n{marks}# Looms"
    assert as_html(text) == "<h2>Work</h2>\n<h3>Looms</h3>\n"
    assert as_html(text, below=2) == "<h3>Work</h3>\n<h4>Looms</h4>\n"


def test_html_is_shown_as_it_was_written() -> None:
    assert "&lt;b&gt;bold&lt;/b&gt;" in as_html("<b>bold</b>")
