"""What is asked on a condition, in parts or packed: the answer is what there is now, and nothing odd is an error."""

from __future__ import annotations

import asyncio
import gzip
import os
import re
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import pytest
from django.core.handlers.asgi import ASGIRequest
from django.utils.http import http_date
from hypothesis import given
from hypothesis import strategies as st

from greenhouse.web.handler import Handler
from greenhouse.web.hot import _in_the_form_asked_for, rendered
from greenhouse.web.hot_static import HotStatic
from greenhouse.web.page_cache import CachedPage, DatedPage, page_response
from tests.fuzz.mutations import changed_text, lines
from tests.fuzzing import examples

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenhouse.web.answers import Headers

pytestmark = pytest.mark.fuzz
MODIFIED: Final = datetime(2026, 1, 15, 10, 30, tzinfo=UTC)
BEFORE, AFTER = http_date(MODIFIED.timestamp() - 1), http_date(MODIFIED.timestamp() + 1)
NEW, OLD = (CachedPage.of(f"<p>{word}</p>" * 30) for word in ("now", "then"))
PAGE: Final = DatedPage(NEW.plain, NEW.etag, MODIFIED)
CSS: Final = b"a { color: green }\n" * 20
LEAF: Final = "/static/leaf.css"
TAGS = (NEW.etag, OLD.etag, "*", f'"x", {NEW.etag}', NEW.etag.removeprefix("W/"), f"{OLD.etag},{OLD.etag}", '"', "")
DATES = (*lines("times.txt"), http_date(MODIFIED.timestamp()), BEFORE, AFTER, f"{AFTER}; length=9")
PARTS = (
    "bytes=2-6",
    "bytes=-5",
    "bytes=5-",
    "bytes=0-0,3-4",
    "bytes=9-2",
    f"bytes={'9' * 30}-",
    "lines=1-2",
    "bytes=-",
)
TAGGED = re.compile(r'\s*(?:\*|(?:(?:W/)?"[^"]*"\s*(?:,\s*|$))+)\s*')
CODINGS = (
    "gzip",
    "br;q=0.5, gzip;q=0",
    "*",
    "identity;q=0",
    "gzip;q=1e9, *;q=nan",
    "GZIP",
    "x-gzip",
    "gzip ; q=0.000",
    "",
)


def said(corpus: tuple[str, ...]) -> st.SearchStrategy[str]:
    """A value of a header as servers let it through; now and then one that is not odd at all."""
    odd = changed_text(corpus).map(lambda text: re.sub(r"[\r\n\0]", "", text).strip())
    return st.sampled_from(corpus) | odd


def conditions(*tags: str, dates: tuple[str, ...] = DATES) -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries(
        {},
        optional={
            "if-none-match": said((*TAGS, *tags)),
            "if-modified-since": said(dates),
            "accept-encoding": said(CODINGS),
            "if-match": said((*TAGS, *tags)),
            "if-unmodified-since": said(dates),
            "if-range": said((*TAGS, *tags, *dates)),
        },
    )


def encoded(asked: dict[str, str]) -> dict[bytes, bytes]:
    return {name.encode(): value.encode("latin-1", "replace") for name, value in asked.items()}


def has_it(asked: dict[str, str], etag: str, modified: datetime | None) -> bool:
    """Whether who asks may be told that nothing changed: they named what there is now, or have it from since."""
    if TAGGED.fullmatch(asked.get("if-none-match", "")):  # what names nothing is as good as not said
        return etag.removeprefix("W/") in asked["if-none-match"] or asked["if-none-match"].strip() == "*"
    if etag.removeprefix("W/") in asked.get("if-none-match", ""):
        return True
    # Django reads dates by their own pattern, more of them than the library: any that names no moment before.
    return modified is not None and bool(asked.get("if-modified-since")) and asked["if-modified-since"] != BEFORE


def unpacked(headers: dict[str, str], body: bytes, asked: dict[str, str]) -> bytes:
    """A body as it was before it was packed, which has to have been asked for."""
    coding = headers.get("content-encoding", "")
    if not coding:
        return body
    assert coding == "gzip"
    assert "gzip" in asked.get("accept-encoding", "").lower() or "*" in asked.get("accept-encoding", "")
    return gzip.decompress(body)


def check_page(asked: dict[str, str], status: int, headers: dict[str, str], body: bytes) -> None:
    assert status in (200, 304, 412)
    if status == 200:
        assert unpacked(headers, body, asked) == PAGE.plain
        assert headers["etag"] == PAGE.etag
        assert asked.get("if-none-match") != PAGE.etag
    else:
        assert body == b""
    if status == 304:
        assert has_it(asked, PAGE.etag, MODIFIED)
        assert headers["etag"] == PAGE.etag
    if status == 412:
        assert {"if-match", "if-unmodified-since"} & asked.keys()


@given(conditions())
def test_a_page_that_is_asked_for_on_any_condition_is_todays(asked: dict[str, str]) -> None:
    raw = list(encoded(asked).items())
    request = ASGIRequest({"type": "http", "method": "GET", "path": "/", "headers": raw}, BytesIO())
    django = page_response(request, PAGE)
    check_page(asked, django.status_code, {name.lower(): value for name, value in django.items()}, django.content)
    plain = page_response(ASGIRequest({"type": "http", "method": "GET", "path": "/", "headers": []}, BytesIO()), PAGE)
    hot = _in_the_form_asked_for(rendered(plain), encoded(asked))
    check_page(asked, hot.status, _as_texts(hot.headers), hot.body)
    if hot.status == 304:
        assert django.status_code in (304, 412)


def _as_texts(headers: Headers) -> dict[str, str]:
    return {name.decode().lower(): value.decode("latin-1") for name, value in headers}


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Asks the door for a file of static ones, plain and packed, as uvicorn does."""
    root = tmp_path_factory.mktemp("static")
    for name, content in (("leaf.css", CSS), ("leaf.css.gz", gzip.compress(CSS))):
        (root / name).write_bytes(content)
        os.utime(root / name, (MODIFIED.timestamp(), MODIFIED.timestamp()))
    with pytest.MonkeyPatch.context() as patch, asyncio.Runner() as runner:
        patch.setattr("django.conf.settings.STATIC_ROOT", root)
        application = HotStatic(Handler())  # type: ignore[arg-type] # Django's own types of the protocol

        async def ask(asked: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
            sent: list[Any] = []
            asking: list[bool] = []

            async def send(message: Any) -> None:
                sent.append(message)

            async def receive() -> Any:
                if asking:
                    await asyncio.Event().wait()  # whoever asked waits for the answer
                asking.append(True)
                return {"type": "http.request", "body": b"", "more_body": False}

            scope: Any = {
                "type": "http",
                "method": "GET",
                "scheme": "http",
                "path": LEAF,
                "raw_path": LEAF.encode(),
                "query_string": b"",
                "headers": [(b"host", b"testserver"), *encoded(asked).items()],
                "client": ("203.0.113.9", 1),
            }
            await application(scope, receive, send)
            body = b"".join(message.get("body", b"") for message in sent[1:])
            return (
                sent[0]["status"],
                {name.lower(): value for name, value in _as_texts(sent[0]["headers"]).items()},
                body,
            )

        yield root, lambda asked: runner.run(ask(asked))


@examples(60)
@given(data=st.data())
def test_a_file_that_is_asked_for_on_any_condition_is_the_one_there_is(door: Any, data: st.DataObject) -> None:
    root, ask = door
    _status, first, _body = ask({})
    asked = data.draw(conditions(first["etag"], f"W/{first['etag']}"))
    if data.draw(st.booleans()):
        asked["range"] = data.draw(said(PARTS))
    status, headers, body = ask(asked)
    assert status in (200, 206, 304, 412, 416)
    if status == 200:
        assert unpacked(headers, body, asked) == CSS
    if status == 304:
        assert has_it(asked, first["etag"], MODIFIED) or headers["etag"] in asked.get("if-none-match", "")
    if status == 206:
        whole = (root / ("leaf.css.gz" if headers.get("content-encoding") else "leaf.css")).read_bytes()
        start, end, size = map(int, re.findall(r"\d+", headers["content-range"]))
        assert 0 <= start <= end < size == len(whole)
        assert body == whole[start : end + 1]
