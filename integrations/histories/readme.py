"""What a README says its project is: its first paragraphs as plain text, and the code that they speak of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from common.words import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LONGEST_FILE: Final = 256 * 1024  # bytes read of a README or a manifest
LONGEST: Final = 400  # characters; a description, not an essay
LONGEST_EXCERPT: Final = 1500
MOST_PARTS: Final = 7
MOST_CODE_LINES: Final = 14
CODE_INDENT: Final = " " * 4  # what tells code from prose in an excerpt, as in Markdown

_FENCE: Final = re.compile(r"\s{0,3}(`{3,}|~{3,})")
_CODE_DIRECTIVE: Final = re.compile(r"\.\.\s+(code|code-block|sourcecode|prompt)::")
_INDENTED: Final = re.compile(r"\s{3,}\S|\t")
_LIST: Final = re.compile(r"\s*([-*+]|\d+[.)])\s")
_RULE: Final = re.compile(r"^[=\-~^\"'`#*+:._]{3,}\s*$")  # underlines of titles, horizontal rules
_NOT_PROSE: Final = re.compile(
    r"^(#{1,6}\s|\.\.\s|:[\w-]+:|[-*+]\s|\d+\.\s|>|\||\[[^]]+\]:\s|\s{4}|\t)"  # titles, directives, lists, tables
)
# Marks that nobody closes are looked for a while and no further: to the end, each would cost the length of the text.
_IMAGE: Final = re.compile(r"\[?!\[[^]]{0,500}\]\([^)]{0,1000}\)(\]\([^)]{0,1000}\))?|\|[\w .-]{1,100}\|_{0,2}")
_LINK: Final = re.compile(
    r"\[([^]]{1,500})\](?:\([^)]{0,1000}\)|\[[^]]{0,500}\])|`([^`<]{1,500}?)\s{0,4}<[^>]{1,1000}>`_{1,2}"
)
_TAG: Final = re.compile(r"<[^>]{1,1000}>")
_EMPHASIS: Final = re.compile(r"(\*{1,3}|`{1,2}|(?<!\w)_{1,2})(?=\S)(.{1,500}?)(?<=\S)\1(?!\w)")
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s")


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph in one line, or code as it stands."""

    text: str
    is_code: bool = False


def first_paragraph(text: str) -> str:
    """The first paragraph of prose in a README (Markdown, reStructuredText or plain), empty where there is none."""
    first = next((part.text for part in _parts(text) if not part.is_code), "")
    return shortened(_without_announcement(first) or first, LONGEST)


def excerpt(text: str) -> str:
    """The first paragraphs with their code, empty lines between them; code is indented by four spaces.

    What has no more room is left out, or cut where it is the first.
    """
    found: list[Part] = []
    room = LONGEST_EXCERPT
    for part in islice(_parts(text), MOST_PARTS):
        if found and len(part.text) > room:
            break
        found.append(part if found else Part(shortened(part.text, room)))  # the first is always prose
        room -= len(part.text)
    if found and not found[-1].is_code:
        found[-1] = Part(_without_announcement(found[-1].text))
    return "\n\n".join(_written(part) for part in found if part.text)


def _written(part: Part) -> str:
    if not part.is_code:
        return part.text
    return "\n".join(f"{CODE_INDENT}{line}" for line in part.text.split("\n"))


def _parts(text: str) -> Iterator[Part]:
    """Prose, and the code after it. Prose that announces what is left out, a list, say, is left out with it."""
    said: Part | None = None
    has_begun = False
    for block in _blocks(_without_comments(text.replace("\r\n", "\n")).expandtabs(4)):
        if said and block is not None and block.is_code:
            yield said
            said = None
        elif said and (prose := _without_announcement(said.text)):
            yield Part(prose)
        if block is None or block.is_code:
            if block and has_begun:
                yield block
            said = None
        else:
            said, has_begun = block, True
    if said and (prose := _without_announcement(said.text)):
        yield Part(prose)


def _without_comments(text: str) -> str:
    """`text` without comments of HTML; one that nobody closes stays."""
    kept, at = [], 0
    while (begin := text.find("<!--", at)) >= 0 and (end := text.find("-->", begin + 4)) >= 0:
        kept.append(text[at:begin])
        at = end + 3
    return "".join([*kept, text[at:]])


def _blocks(text: str) -> Iterator[Part | None]:
    """Blocks in their order: prose, code, and `None` for everything else. Lines of code keep their blank ones."""
    lines = text.split("\n")
    at, in_list, expects_code = 0, False, False
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        if fence := _FENCE.match(lines[at]):
            end = next(
                (place for place in range(at + 1, len(lines)) if lines[place].strip().startswith(fence[1])), len(lines)
            )
            yield _code(lines[at + 1 : end])
            at, in_list = end + 1, False
        elif _INDENTED.match(lines[at]) and (expects_code or (not in_list and lines[at].startswith(CODE_INDENT))):
            end = _end_of_indented(lines, at)
            yield _code(lines[at:end])
            at = end
        else:
            end = next(
                (place for place in range(at, len(lines)) if not lines[place].strip() or _FENCE.match(lines[place])),
                len(lines),
            )
            block = lines[at:end]
            in_list = bool(_LIST.match(block[0])) or (in_list and block[0].startswith(" "))
            directive = bool(_CODE_DIRECTIVE.match(block[0]))
            expects_code = directive or block[-1].rstrip().endswith("::")
            if directive and len(block) > 1 and not block[1].strip().startswith(":"):
                yield _code(block[1:])
            elif not directive:
                prose = _prose(block)
                # Fewer words are a title or a caption.
                yield Part(prose) if len(prose.split()) >= 3 else None
            at = end
            continue
        expects_code = False


def _end_of_indented(lines: Sequence[str], at: int) -> int:
    """Where a block of indented lines ends, empty ones among them."""
    end = at
    for place in range(at, len(lines)):
        if lines[place].strip():
            if not _INDENTED.match(lines[place]):
                break
            end = place + 1
    return end


def _code(lines: Sequence[str]) -> Part | None:
    """Lines of code without what all of them are indented by, as many as there is room for."""
    indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    whole = "\n".join(line[indent:].rstrip() for line in lines).strip("\n").split("\n")
    shown = whole if len(whole) <= MOST_CODE_LINES else [*whole[: MOST_CODE_LINES - 1], "…"]
    return Part("\n".join(shown), is_code=True) if shown != [""] else None


def _prose(block: Sequence[str]) -> str:
    lines = list(block)
    if any(_RULE.match(line) for line in lines[1:2]):  # a title underlined by the next line
        lines = lines[2:]
    if not lines or _NOT_PROSE.match(lines[0]):
        lines = lines[1:] if lines and lines[0].startswith("#") else []
    plain = " ".join(line.strip() for line in lines if not _RULE.match(line))
    plain = _TAG.sub("", _LINK.sub(lambda match: match[1] or match[2], _IMAGE.sub("", plain)))
    return re.sub(r"\s*::$", ":", " ".join(_EMPHASIS.sub(r"\2", plain).split()))


def _without_announcement(prose: str) -> str:
    """A paragraph without a last sentence that ends with a colon; empty where it has no other."""
    if not prose.endswith(":"):
        return prose
    sentences = _SENTENCE_END.split(prose)
    return " ".join(sentences[:-1])
