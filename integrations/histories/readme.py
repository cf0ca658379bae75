"""What a README says its project is: the first paragraphs, as plain text."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST: Final = 400  # characters; a description, not an essay
LONGEST_EXCERPT: Final = 1500
MOST_PARAGRAPHS: Final = 5

_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_RULE: Final = re.compile(r"^[=\-~^\"'`#*+:._]{3,}\s*$")  # underlines of titles, horizontal rules
_NOT_PROSE: Final = re.compile(
    r"^(#{1,6}\s|\.\.\s|:[\w-]+:|[-*+]\s|\d+\.\s|>|\||```|~~~|\[[^]]+\]:\s|\s{4}|\t)"  # titles, directives, lists, code
)
_IMAGE: Final = re.compile(r"\[?!\[[^]]*\]\([^)]*\)(\]\([^)]*\))?|\|[\w .-]+\|_{0,2}")
_LINK: Final = re.compile(r"\[([^]]+)\]\([^)]*\)|\[([^]]+)\]\[[^]]*\]|`([^`<]+?)\s*<[^>]+>`_{1,2}")
_TAG: Final = re.compile(r"<[^>]+>")
_EMPHASIS: Final = re.compile(r"(\*{1,3}|`{1,2}|(?<!\w)_{1,2})(?=\S)(.+?)(?<=\S)\1(?!\w)")


def first_paragraph(text: str) -> str:
    """The first paragraph of prose in a README (Markdown, reStructuredText or plain), empty where there is none."""
    return _cut(next(_paragraphs(text), ""), LONGEST)


def excerpt(text: str) -> str:
    """The first paragraphs of prose, empty lines between them; one that has no more room is left out, or cut."""
    found: list[str] = []
    room = LONGEST_EXCERPT
    for paragraph in islice(_paragraphs(text), MOST_PARAGRAPHS):
        if found and len(paragraph) > room:
            break
        found.append(_cut(paragraph, room))
        room -= len(paragraph)
    return "\n\n".join(found)


def _paragraphs(text: str) -> Iterator[str]:
    for block in re.split(r"\n\s*\n", _COMMENT.sub("", text.replace("\r\n", "\n"))):
        prose = _prose(block)
        if len(prose.split()) >= 3:  # fewer words are a title or a caption
            yield prose


def _prose(block: str) -> str:
    lines = block.strip("\n").split("\n")
    if any(_RULE.match(line) for line in lines[1:2]):  # a title underlined by the next line
        lines = lines[2:]
    if not lines or _NOT_PROSE.match(lines[0]):
        lines = lines[1:] if lines and lines[0].startswith("#") else []
    plain = " ".join(line.strip() for line in lines if not _RULE.match(line))
    plain = _TAG.sub("", _LINK.sub(lambda match: match[1] or match[2] or match[3], _IMAGE.sub("", plain)))
    return " ".join(_EMPHASIS.sub(r"\2", plain).split())


def _cut(prose: str, longest: int) -> str:
    if len(prose) <= longest:
        return prose
    return prose[:longest].rsplit(" ", 1)[0].rstrip(",;:") + " …"
