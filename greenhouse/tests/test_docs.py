"""What the documents name is there, by that name, and their links lead somewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.core.management import get_commands

from tests.running import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PAGE = (ROOT / "docs" / "architecture.md").read_text()
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)\s#]*)(?:#([^)\s]*))?\)")
COMMAND = re.compile(r"manage\.py ([a-z_]+)")
TARGET = re.compile(r"`make ([a-z]+)")
FOLDERS = r"(?:greenhouse|garden|skills|weather|visitors|integrations|frontend)/"
PLACE = re.compile(rf"`({FOLDERS}[\w./]+\.(?:py|tsx?|json))(?:: (\w+))?(?:\(\))?`")


def gone(page: str) -> list[str]:
    """The files, and the names in them, that a page speaks of and that are not there."""
    missing = []
    for path, name in PLACE.findall(page):
        file = ROOT / path
        if not file.is_file():
            missing.append(path)
        elif name and not re.search(
            rf"\b(def|class|function|const|private) {name}\b|^{name}\b", file.read_text(), re.M
        ):
            missing.append(f"{path}: {name}")
    return missing


def test_every_place_that_the_page_names_is_there() -> None:
    assert len(PLACE.findall(PAGE)) > 40
    assert gone(PAGE) == []


def test_a_place_that_is_not_there_is_named() -> None:
    page = "`garden/moss.py`, `garden/models.py: Moss`, `garden/models.py: Project`, `garden/growth.py: assess()`"
    assert gone(page) == ["garden/moss.py", "garden/models.py: Moss"]


def anchors(document: Path) -> set[str]:
    """What a heading can be linked to by, as GitHub has it."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def dead_links(document: Path) -> list[str]:
    """The links of a document that lead nowhere."""
    dead = []
    for path, anchor in LINK.findall(document.read_text()):
        target = document.parent / path if path else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(f"{path}#{anchor}")
    return dead


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.relative_to(ROOT)))
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    assert dead_links(document) == []


def test_a_link_to_what_is_not_there_is_found(tmp_path: Path) -> None:
    document = tmp_path / "page.md"
    document.write_text("# Its name\n[a](#its-name) [b](#another) [c](gone.md) [d](https://example.org/gone)\n")
    assert dead_links(document) == ["#another", "gone.md#"]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.relative_to(ROOT)))
def test_every_command_that_a_document_names_is_there(document: Path) -> None:
    text = document.read_text()
    made = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    assert set(COMMAND.findall(text)) <= {*get_commands(), "help"}
    assert set(TARGET.findall(text)) <= made
