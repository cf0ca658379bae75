"""Which of a file is code, by its path, its content and what `.gitattributes` says of it. Pure.

Every line counts that stands in a file of code, blank ones and comments too. Lock files, copies, documentation and
what a tool wrote do not count, and neither do data and prose, unless `.gitattributes` says otherwise.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from garden.engine.life import NOTEBOOK
from integrations.languages import linguist, naming

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST_SOURCE: Final = 1_000_000  # bytes; larger files of source are generated or data
LARGEST_NOTEBOOK: Final = 16_000_000  # bytes: most of one are its outputs
HEAD: Final = 50 * 1024  # bytes that rules look at, as on GitHub
FIRST_LINES: Final = 12  # where a tool says that it wrote a file
MINIFIED_LINE: Final = 110  # bytes of an average line of script that nobody writes by hand
BINARY_HEAD: Final = 8000  # bytes in which a NUL makes a file binary, as for git
_SCRIPTS: Final = (".js", ".mjs", ".cjs", ".css")

_SHEBANG: Final = re.compile(rb"#!\s*(\S+)(?:[ \t]+([^\r\n]*))?")
_VERSION: Final = re.compile(r"[\d.]+$")
_MODULE_OF_MATLAB: Final = re.compile(r"^[ \t]*(function\b|end[ \t]*;?[ \t]*$|classdef\b)", re.MULTILINE)
_WRITTEN_BY_A_TOOL: Final = re.compile(
    r"""^[ \t]*(?:\#|//|/?\*|--|;|%|<!--|\(\*|"|'|rem\b|\{-)[^\n]*  # a comment
        (?:@generated\b|\bcode\ generated\ by\b|\bauto-?generated\b|\bautomatically\ generated\b|\bmachine.generated\b
        |\bgenerated\ (?:by|from)\b[^\n]*\bdo\ not\ (?:edit|modify)\b|\bdo\ not\ (?:edit|modify)\b[^\n]*\bgenerated\b
        |\bgenerated\ by\ the\ protocol\ buffer\ compiler\b
        |\b(?:mysql|mariadb|postgresql\ database|phpmyadmin\ sql|sqlite)\ dump\b)
      |<meta\ name="generator\b""",
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Attributes:
    """What `.gitattributes` says of a file with the attributes that begin with `linguist-`; `None` is not said."""

    language: str = ""
    vendored: bool | None = None
    generated: bool | None = None
    documentation: bool | None = None
    detectable: bool | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """The code of one file."""

    language: str
    size: int  # bytes
    lines: int


NOTHING_SAID: Final = Attributes()


def may_be_code(path: str, size: int, said: Attributes = NOTHING_SAID) -> bool:
    """Whether a file of `size` bytes has to be read to know whether it is code."""
    ending, languages = naming.candidates(path)
    if size > (LARGEST_NOTEBOOK if ending == ".ipynb" else LARGEST_SOURCE) or said.detectable is False:
        return False
    for answer, by_its_path in (
        (said.vendored, naming.is_vendored),
        (said.generated, naming.is_generated),
        (said.documentation, naming.is_documentation),
    ):
        if answer or (answer is None and by_its_path(path)):
            return False
    if language := linguist.named(said.language):
        languages = (language,)
    return bool(
        said.detectable or any(map(linguist.is_code, languages)) or (not languages and naming.has_no_ending(path))
    )


def code_in(path: str, content: bytes, said: Attributes = NOTHING_SAID) -> Code | None:
    """The code in a file that `may_be_code`; `None` where it has none."""
    if not content or b"\0" in content[:BINARY_HEAD]:
        return None
    head = content[:HEAD].decode("utf-8", "replace")
    language = linguist.named(said.language) or _language(path, content, head)
    if not language or not (said.detectable or linguist.is_code(language)):
        return None
    if said.generated is None and _is_written_by_a_tool(path, content, head):
        return None
    if language == NOTEBOOK:
        content = "\n".join(_cells_of_code(content)).encode()
    if not content:
        return None
    return Code(linguist.counted_as(language), len(content), content.count(b"\n") + (not content.endswith(b"\n")))


def _language(path: str, content: bytes, head: str) -> str:
    ending, languages = naming.candidates(path)
    if len(languages) == 1:
        return languages[0]
    interpreted = linguist.BY_INTERPRETER.get(_interpreter(content), ())
    if not languages:
        return interpreted[0] if interpreted else ""
    if both := [language for language in interpreted if language in languages]:
        return both[0]
    if rule := next((rule for rule in linguist.rules_for(ending) if rule.fits(head)), None):
        return rule.language
    if ending == ".m" and _MODULE_OF_MATLAB.search(head):  # Linguist asks its classifier, which is not here
        return "MATLAB"
    return naming.usual(ending, languages)


def _interpreter(content: bytes) -> str:
    """The program that a file names on its first line, without its version; empty where it names none."""
    found = _SHEBANG.match(content)
    if not found:
        return ""
    program, arguments = (_word(part) for part in found.groups(b""))
    words = [program.rpartition("/")[2], *arguments.split()]
    if words[0] == "env":  # its options and settings stand before what it runs
        words = [word for word in words[1:] if not word.startswith("-") and "=" not in word]
    name = words[0].rpartition("/")[2] if words else ""
    return name if name in linguist.BY_INTERPRETER else _VERSION.sub("", name)


def _word(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _is_written_by_a_tool(path: str, content: bytes, head: str) -> bool:
    if path.lower().endswith(_SCRIPTS) and len(content) > MINIFIED_LINE * max(1, content.count(b"\n")):
        return True
    return _WRITTEN_BY_A_TOOL.search("\n".join(head.split("\n", FIRST_LINES)[:FIRST_LINES])) is not None


def _cells_of_code(content: bytes) -> Iterator[str]:
    """What somebody wrote into a notebook's cells of code; its outputs are none of it."""
    try:
        notebook = json.loads(content)
        cells: list[Any] = list(notebook.get("cells", ()))
        for sheet in notebook.get("worksheets", ()):  # of the older format
            cells += sheet.get("cells", ())
        for cell in cells:
            source = cell.get("source", cell.get("input", ""))
            if cell.get("cell_type") == "code" and source:
                yield source if isinstance(source, str) else "".join(source)
    except (ValueError, RecursionError, AttributeError, TypeError):
        return  # no notebook
