"""What docs/architecture.md names is there, by that name."""

from __future__ import annotations

import re

from tests.running import ROOT

PAGE = (ROOT / "docs" / "architecture.md").read_text()
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
