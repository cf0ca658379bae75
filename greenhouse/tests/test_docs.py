"""What the documents name is there, by that name, and their links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path, PurePath

import pytest
from django.core.management import get_commands

from chaos.__main__ import CASES
from tests.running import ROOT

CHAOS = (ROOT / "docs" / "chaos.md").read_text()
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
    page = "`garden/moss.py`, `garden/models.py: Moss`, `garden/models.py: Project`, `garden/services.py: grow()`"
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


def unproven(page: str) -> list[str]:
    """The cases and tests that the table of faults names and that are not there.

    A test without a folder is in the folder of the one before it.
    """
    folder, missing = PurePath(), []
    for name in re.findall(r"`([\w./-]+)`", page.partition("## Which fault")[2].partition("\n## ")[0]):
        if name.endswith(".py"):
            folder = PurePath(name).parent if "/" in name else folder
            if not (ROOT / folder / PurePath(name).name).is_file():
                missing.append(name)
        elif re.fullmatch(r"[a-z]+(-[a-z]+)+", name) and name not in CASES:
            missing.append(name)
    return missing


def test_every_proof_that_the_table_of_faults_names_is_there() -> None:
    assert unproven(CHAOS) == []
    cases = CHAOS.partition("## Cases")[2].partition("\n## ")[0]
    assert {name for name in CASES if f"`{name}`" not in cases} == set()


def test_a_proof_that_is_not_there_is_named() -> None:
    page = "## Which fault\n`ping-flood`, `pong-flood`; `garden/tests/test_svg.py`, `test_moss.py`\n## Else\n`no-case`"
    assert unproven(page) == ["pong-flood", "test_moss.py"]
