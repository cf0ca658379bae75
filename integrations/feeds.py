"""Feeds as they come, RSS, Atom, RDF or JSON Feed, in any encoding: what each entry is, in plain words. Pure.

Nothing is asked for: no DTD, no picture, no link. Entities that a document declares are left out before it is parsed,
so that none can grow, and of a feed without end the first entries are read.
"""

from __future__ import annotations

import calendar
import hashlib
import io
import json
import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin, urlsplit

import feedparser
import nh3

from common.text import storable
from integrations.items import moment, moment_of, read_each, text, web_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

MOST_ENTRIES: Final = 200  # of one feed that are read in one look: newest first in nearly all of them
LARGEST: Final = 8 * 1024 * 1024  # bytes of these entries; a text of each fits
HEAD: Final = 4096  # bytes in which a DTD begins
DEEPEST: Final = 100  # levels; what nests without end takes the reader the square of its length
LONGEST_HTML: Final = 32 * 1024  # characters read of a text: elements that nobody closes cost the square of it
SHOWN_WORDS: Final = 100  # characters of a title that is made of a text
JSON_FEED: Final = "https://jsonfeed.org/version/"
_END: Final = re.compile(rb"</(?:\w+:)?(?:item|entry)\s*>", re.IGNORECASE)
_TAG: Final = re.compile(rb"<(/?)[A-Za-z][^<>]*?(/?)>")
_CDATA: Final = (b"<![CDATA[", b"]]>")
_DOCTYPE: Final = re.compile(rb"<!DOCTYPE[^<>\[]*(\[)?", re.IGNORECASE)
_END_OF_SUBSET: Final = re.compile(rb"\]\s*>")
_BREAK: Final = re.compile(r"<(?:br|/p|/div|/li|/h\d)\b[^<>]*>", re.IGNORECASE)
_DECLARATION: Final = re.compile(rb"^\s*<\?xml[^>]*\?>")
_WIDE: Final = {
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
    b"<\x00?\x00": "utf-16-le",
    b"\x00<\x00?": "utf-16-be",
}


class NoFeed(ValueError):
    """A body is none of the feeds that are known."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: whatever it holds stands here as plain text."""

    external_id: str  # by its address where that is its own, so that a feed which numbers anew tells nothing twice
    title: str
    url: str
    published_at: datetime | None  # UTC
    text: str
    tags: Sequence[str]


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed, with the entries that are read of it."""

    title: str
    entries: Sequence[Entry]


def read_feed(body: bytes, *, url: str) -> Feed:
    """The feed in a body that came from `url`. Raises `NoFeed`."""
    if body.lstrip()[:1] == b"{":
        return _json_feed(body, url)
    document = io.BytesIO(_bounded(_in_utf8(body)))
    try:
        said = feedparser.parse(document, response_headers={"content-location": url}, sanitize_html=True)
    except UnicodeError as error:
        raise NoFeed("it names an encoding that is none") from error
    except ValueError as error:
        raise NoFeed(f"it cannot be read: {error}") from error
    if not said.get("version") and not said.entries:
        raise NoFeed("it is neither RSS nor Atom nor JSON Feed")
    raw = [_raw(entry, url) for entry in said.entries[:MOST_ENTRIES]]
    return Feed(plain(said.feed.get("title")), _entries(raw))


def plain(html: object) -> str:
    """What a piece of HTML says, or the beginning of a long one, in one line of plain text."""
    if not isinstance(html, str):
        return ""
    spaced = _BREAK.sub(" ", html[:LONGEST_HTML])
    return " ".join(storable(unescape(nh3.clean(spaced, tags=set()))).split())


def first_words(said: str) -> str:
    """The beginning of a text, cut at a word."""
    if len(said) <= SHOWN_WORDS:
        return said
    cut = said[: SHOWN_WORDS - 1]
    return f"{cut.rpartition(' ')[0] or cut}…"


def digest(*parts: str) -> str:
    """What stays the same while the parts do."""
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:40]


@dataclass(frozen=True, slots=True)
class _Raw:
    guid: str
    title: str
    url: str
    published_at: datetime | None
    text: str
    tags: Sequence[str]


def _entries(raw: Sequence[_Raw]) -> list[Entry]:
    """The entries, those that are nothing at all left out, each known by its own address, else by its guid."""
    shared = {url for url, times in Counter(one.url for one in raw).items() if times > 1}
    found: dict[str, Entry] = {}
    for one in raw:
        if not (one.url or one.guid or one.title):
            continue
        own = one.url if one.url and one.url not in shared else one.guid or f"{one.title}\n{one.published_at}"
        key = digest(own.partition("#")[0] if own == one.url else own)
        title = one.title or first_words(one.text) or urlsplit(one.url).netloc
        found.setdefault(key, Entry(key, title, one.url, one.published_at, one.text, one.tags))
    return list(found.values())


def _raw(entry: Mapping[str, Any], url: str) -> _Raw:
    contents = [content.get("value") for content in entry.get("content") or ()]
    words = plain(next((one for one in [entry.get("summary"), *contents] if one), ""))
    stamps = (entry.get(name) for name in ("published_parsed", "updated_parsed") if name in entry)
    stamp = next(filter(None, stamps), None)
    at: datetime | None = None
    with suppress(TypeError, ValueError, OverflowError):
        at = moment_of(calendar.timegm(stamp)) if stamp else None
    return _Raw(
        guid=text(entry.get("id")),
        title=plain(entry.get("title")),
        url=_address(entry.get("link"), url),
        published_at=at,
        text=words,
        tags=[text(tag.get("term")) for tag in entry.get("tags") or ()][:20],
    )


def _json_feed(body: bytes, url: str) -> Feed:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NoFeed("it is neither RSS nor Atom nor JSON Feed") from error
    if not isinstance(said, dict) or not text(said.get("version")).startswith(JSON_FEED):
        raise NoFeed("it is JSON, but no JSON Feed")
    items = said.get("items")
    told = (items if isinstance(items, list) else [])[:MOST_ENTRIES]
    raw = read_each(told, lambda item: _item(item, url), called="item")
    return Feed(plain(said.get("title")), _entries(raw))


def _item(item: Mapping[str, Any], url: str) -> _Raw:
    at: datetime | None = None
    with suppress(TypeError, ValueError, OverflowError):
        at = moment(item.get("date_published") or item.get("date_modified"))
    tags = item.get("tags")
    return _Raw(
        guid=str(item.get("id") or ""),
        title=plain(item.get("title")),
        url=_address(item.get("url") or item.get("external_url"), url),
        published_at=at,
        text=text(item.get("content_text")) or plain(item.get("content_html")),
        tags=[text(tag) for tag in (tags if isinstance(tags, list) else [])][:20],
    )


def _address(value: object, base: str) -> str:
    """A link that may stand on a page, from the feed's own address on where it is written without one."""
    try:
        return web_address(urljoin(base, text(value).strip())) if text(value).strip() else ""
    except ValueError:
        return ""


def _in_utf8(body: bytes) -> bytes:
    """The same in UTF-8 where it came in wide characters, which nothing below could look into."""
    for mark, encoding in _WIDE.items():
        if body.startswith(mark):
            return _DECLARATION.sub(b"", body.decode(encoding, "replace").removeprefix("\ufeff").encode())
    return body


def _bounded(body: bytes) -> bytes:
    """The document without its DTD, and with no more entries than are read."""
    body = _without_doctype(body)
    if b"<!ENTITY" in body.upper():
        raise NoFeed("it declares entities of its own")
    ends = _ends(_END.finditer(body))
    body = body[: ends[0]] + body[ends[1] :] if ends else body
    if len(body) > LARGEST:
        raise NoFeed(f"its first {MOST_ENTRIES} entries are larger than {LARGEST // 1024**2} MB")
    _require_shallow(body)
    return body


def _without_doctype(body: bytes) -> bytes:
    """The document without its DTD, which stands before all else; one that nobody ends stays, and is no feed's."""
    begin = _DOCTYPE.search(body, 0, HEAD)
    if begin is None:
        return body
    if begin[1] is None:
        end = body.find(b">", begin.end()) + 1
    else:
        ends = _END_OF_SUBSET.search(body, begin.end())
        end = ends.end() if ends else 0
    return body[: begin.start()] + body[end:] if end else body


def _without_cdata(body: bytes) -> bytes:
    opening, closing = _CDATA
    kept, at = [], 0
    while (begin := body.find(opening, at)) >= 0 and (end := body.find(closing, begin)) >= 0:
        kept.append(body[at:begin])
        at = end + len(closing)
    return b"".join([*kept, body[at:]])


def _require_shallow(body: bytes) -> None:
    """Raises `NoFeed` for a document that nests deeper than any feed does."""
    depth = 0
    for match in _TAG.finditer(_without_cdata(body)):
        depth += -1 if match[1] else 0 if match[2] else 1
        if depth > DEEPEST:
            raise NoFeed(f"it nests deeper than {DEEPEST} levels")


def _ends(found: Iterable[re.Match[bytes]]) -> tuple[int, int] | None:
    """Where the last entry that is read ends, and where the last of all does; `None` where there are not as many."""
    cut = last = 0
    for number, match in enumerate(found, start=1):
        last = match.end()
        if number == MOST_ENTRIES:
            cut = last
    return (cut, last) if cut else None
