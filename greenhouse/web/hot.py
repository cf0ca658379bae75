"""Hot reads: answers that are the same for everyone, from bytes in memory, before Django's middleware.

Django's full stack answers a fiftieth of what the server can; kept bytes get most of the way there. Which routes are
hot stands in one table (`greenhouse/hot_routes.py`). An answer is kept for as long as nothing altered the garden, its
sky or its frontend, and for the route's `seconds` at most; a cold one is made once, however many wait for it.

What the middleware would have owed the answer is kept: the incoming limit, the security and CORS headers (asked of the
very middlewares once for each kind of caller), the metrics. Anything out of the ordinary goes on to Django: other
methods and parameters, foreign hosts, errors, and whatever a view marks as private.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import math
import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import parse_qsl, urlencode

import structlog
from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.db import Error as DatabaseError
from django.http import Http404, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.urls import Resolver404, resolve
from django.utils.cache import has_vary_header

from common.byte_cache import ByteCache
from common.database import connection_given_back
from greenhouse.web import metrics
from greenhouse.web.answers import READS, Answer, codings_taken, names, owed_to, send_answer
from greenhouse.web.arrivals import KNOWN
from greenhouse.web.freshness import Freshness
from greenhouse.web.outage import is_outage
from greenhouse.web.page_cache import KEPT_SECONDS, PACKED_ALREADY, packed_bytes
from greenhouse.web.rate_limits import RateLimit
from greenhouse.web.rest import error_body
from visitors.addresses import address_of_scope
from visitors.consent.bearer import brings_token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope
    from django.http import HttpRequest
    from django.urls import ResolverMatch

    from greenhouse.web.answers import Headers
    from greenhouse.web.body_limits import HTTPApplication

Lane = Literal["pages", "pictures"]

MOST_BYTES: Final = 64 * 1024 * 1024
MOST_ENTRIES: Final = 4096
LONGEST_PATH: Final = 300  # characters; no address of ours comes near, and entries of errors are kept by it, too
# Threads that make cold answers, by lane: those of one lane wait for one another and for no other's. More of them would
# only keep the event loop from its turn. A share picture takes as long as ten pages, mostly outside of Python.
RENDERERS: Final[dict[Lane, int]] = {"pages": 2, "pictures": 1}
ENTRY_BYTES: Final = 1024  # what an entry weighs besides its bodies
KEEPABLE: Final = frozenset({HTTPStatus.OK, HTTPStatus.NO_CONTENT, HTTPStatus.RESET_CONTENT})
# The server and the caller decide these, not the view.
NOT_THE_VIEWS: Final = frozenset({"content-length", "content-encoding", "etag", "vary"})
KEPT_WHEN_UNCHANGED: Final = frozenset({b"cache-control", b"last-modified"})

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a view said, in each form that a caller may ask for."""

    plain: Answer
    gzipped: Answer | None  # where there is something to compress
    unchanged: Answer
    etag: bytes
    modified: bytes = b""  # as the header has it, where it says so

    @classmethod
    def of(cls, status: int, headers: Headers, plain: bytes, gzipped: bytes, etag: bytes) -> Rendered:
        """What a view said: its own headers in lower case, without the validator; `gzipped` is empty for no body."""
        validators = ((b"etag", etag), *(header for header in headers if header[0] in KEPT_WHEN_UNCHANGED))
        whole = (*headers, (b"etag", etag))
        return cls(
            plain=Answer.of(status, whole, plain),
            gzipped=Answer.of(status, (*whole, (b"content-encoding", b"gzip")), gzipped) if gzipped else None,
            unchanged=Answer.of(304, validators),
            etag=etag,
            modified=dict(headers).get(b"last-modified", b""),
        )

    @property
    def weight(self) -> int:
        """Bytes of its bodies."""
        return len(self.plain.body) + (len(self.gzipped.body) if self.gzipped else 0)


@dataclass(frozen=True, slots=True)
class HotRoute:
    """One line of the table. An answer is known by its path and by what its route takes of the query."""

    name: str  # in urls.py
    render: Callable[[str], Rendered] | None = None  # of a variant, instead of the route's own view
    takes: frozenset[str] | None = frozenset()  # parameters that alter the answer, others do not; None: any might
    query: str = ""  # a regular expression for those that are asked for; what does not match is no hot read
    limit: str = "read"  # the scope in RATE_LIMITS
    seconds: float = KEPT_SECONDS  # that an unchanged answer is kept, since words such as "3 days ago" age
    lane: Lane = "pages"  # whose threads make it
    variant: Callable[[Mapping[bytes, bytes]], str] | None = None  # by the headers, where there are a few answers
    personal: bool = False  # who brings a visitor's token gets an answer of their own, from Django


@dataclass(frozen=True, slots=True)
class Hot:
    """A hot read that was recognised: which line of the table, and how it resolved."""

    route: HotRoute
    match: ResolverMatch
    path: str
    query: str
    is_kept: bool  # else its limit counts, and Django answers
    variant: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What its answer is kept under."""
        return self.path, f"{self.query}#{self.variant}" if self.variant else self.query

    @property
    def endpoint(self) -> str:
        """Its name in the metrics, as the router gives it."""
        return f"/{self.match.route}"

    def is_for_django(self, asked: Mapping[bytes, bytes]) -> bool:
        """Whether no kept answer will do: for the parameters, or for who asks."""
        return not self.is_kept or (self.route.personal and brings_token(asked)) or _shows_key(self, asked)


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of an address; `rendered` is empty for one that Django has to answer."""

    hot: Hot
    rendered: Rendered | None
    freshness: str
    made_at: float  # on the monotonic clock

    @property
    def weight(self) -> int:
        """Bytes, roughly."""
        return ENTRY_BYTES + 8 * len(self.hot.path) + (self.rendered.weight if self.rendered else 0)

    def is_fresh(self, freshness: str | None) -> bool:
        """Whether it may be handed out again."""
        return self.freshness == freshness and time.monotonic() - self.made_at < self.hot.route.seconds


class HotReads:
    """Answers the hot reads of a table, and hands every other request to `application`."""

    def __init__(self, application: HTTPApplication, routes: Iterable[HotRoute]) -> None:
        self._application = application
        self._routes = {route.name: route for route in routes}
        self._limits = {route.limit: RateLimit(route.limit) for route in self._routes.values()}
        self._entries: ByteCache[Entry] = ByteCache(MOST_BYTES, MOST_ENTRIES)
        self._freshness = Freshness()
        self._rendering: dict[tuple[tuple[str, str], str], asyncio.Task[Entry]] = {}
        self._renderers = {
            lane: ThreadPoolExecutor(threads, thread_name_prefix=f"hot-{lane}") for lane, threads in RENDERERS.items()
        }

    async def __call__(self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if scope["method"] not in READS:
            await self._application(scope, receive, send)
            return
        began = time.perf_counter()
        asked = dict(scope["headers"])
        hot, entry = self._look_up(scope, asked)
        if hot is None and (hot := self._recognise(scope, asked)):
            entry = self._entries.get(hot.key)
        owed = owed_to(scope, asked) if hot else None
        answer = await self._answer(hot, entry, scope, asked) if hot and owed is not None else None
        if hot is None or owed is None or answer is None:
            await self._application(scope, receive, send)
            return
        await send_answer(scope, send, answer, owed)
        metrics.observe(scope["method"], hot.endpoint, time.perf_counter() - began)

    def cached_answer(self, scope: HTTPScope) -> tuple[bytes, bytes] | None:
        """Head and body of a GET whose answer lies in memory, so that the server needs no task for it.

        `None`, with nothing counted, for what takes longer: that is for the application to answer, as ever.
        """
        if scope["method"] != "GET":
            return None
        began = time.perf_counter()
        asked = dict(scope["headers"])
        hot, entry = self._look_up(scope, asked)
        if hot is None or entry is None or entry.rendered is None or hot.is_for_django(asked):
            return None
        if not entry.is_fresh(self._freshness.known()) or (owed := owed_to(scope, asked)) is None:
            return None
        answer = self._refusal(hot, scope)
        if answer is None:
            metrics.asked_cache("memory", found=True)
            answer = _in_the_form_asked_for(entry.rendered, asked)
        whole = answer.head(owed), answer.body
        metrics.observe("GET", hot.endpoint, time.perf_counter() - began)
        return whole

    def _look_up(self, scope: HTTPScope, asked: dict[bytes, bytes]) -> tuple[Hot | None, Entry | None]:
        """The hot read of an address that was asked before, and the answer that is kept for who asks now."""
        entry = self._entries.get((scope["path"], scope["query_string"].decode("latin-1")))
        if entry is None:
            return None, None
        hot = entry.hot
        if hot.route.variant and (variant := hot.route.variant(asked)):
            hot = replace(hot, variant=variant)
            entry = self._entries.get(hot.key)
        return hot, entry

    def _recognise(self, scope: HTTPScope, asked: dict[bytes, bytes]) -> Hot | None:
        """The line of the table that a request is for, if there is one."""
        path = scope["path"]
        if len(path) > LONGEST_PATH:
            return None
        if path.startswith("/api/") and not path.endswith("/"):
            path += "/"  # the slash makes no difference there
        try:
            match = resolve(path)
        except Resolver404:
            return None
        route = self._routes.get(match.url_name or "")
        if route is None or match.namespace or (settings.DEBUG and route.render is None):
            return None  # who works on a template wants to see it
        query = scope["query_string"].decode("latin-1")
        if query and route.takes is not None:
            query = urlencode([(name, value) for name, value in parse_qsl(query, True) if name in route.takes])
        variant = route.variant(asked) if route.variant else ""
        return Hot(route, match, path, query, re.fullmatch(route.query, query) is not None, variant)

    def _refusal(self, hot: Hot, scope: HTTPScope) -> Answer | None:
        """Count the request; what to say to a client that is over its limit."""
        wait = self._limits[hot.route.limit].hit(address_of_scope(scope))
        if wait is None:
            return None
        return _error(hot, 429, "throttled", "Too many requests. Wait a little, then ask again.", wait)

    async def _answer(
        self, hot: Hot, entry: Entry | None, scope: HTTPScope, asked: dict[bytes, bytes]
    ) -> Answer | None:
        """What to answer, or `None` where Django has to; `entry` is what is kept of the address."""
        if (refusal := self._refusal(hot, scope)) is not None:
            return refusal
        if hot.is_for_django(asked):
            return None
        age: Headers = ()
        try:
            found = entry is not None and entry.is_fresh(self._freshness.known())
            metrics.asked_cache("memory", found=found)
            if entry is None or not found:
                entry = await self._fresh(hot)
        except DatabaseError as error:
            if not is_outage(error):
                log.exception("hot.database_error")
            # What is kept is the newest that anybody can know, unless a change since may have hidden it.
            kept = self._entries.get(hot.key)
            if kept is None or not self._freshness.still_holds(kept.freshness):
                return None
            entry = kept
            age = ((b"age", b"%d" % (time.monotonic() - entry.made_at)),)
        if entry.rendered is None:
            return None
        answer = _in_the_form_asked_for(entry.rendered, asked)
        return replace(answer, headers=answer.headers + age) if age else answer

    async def _fresh(self, hot: Hot) -> Entry:
        """The kept answer if nothing changed since, else one made now. Raises the database's errors."""
        freshness = await self._freshness.current()
        entry = self._entries.get(hot.key)
        if entry is not None and entry.is_fresh(freshness):
            return entry
        rendering = self._rendering.get((hot.key, freshness))
        if rendering is None:
            rendering = asyncio.create_task(self._make(hot, freshness))
            self._rendering[hot.key, freshness] = rendering
        return await asyncio.shield(rendering)

    async def _make(self, hot: Hot, freshness: str) -> Entry:
        """Make an answer in a thread of its lane and keep it."""
        loop = asyncio.get_running_loop()
        try:
            began = time.monotonic()
            rendered = await loop.run_in_executor(self._renderers[hot.route.lane], _render, hot)
            log.debug("cache.made", route=hot.endpoint, seconds=round(time.monotonic() - began, 3))
            entry = Entry(hot, rendered, freshness, time.monotonic())
            self._entries.put(hot.key, entry)
            return entry
        finally:
            del self._rendering[hot.key, freshness]


def _shows_key(hot: Hot, asked: Mapping[bytes, bytes]) -> bool:
    """Whether a key of the API comes along: it may open more, or be one that opens nothing any more."""
    return hot.path.startswith("/api/") and asked.get(b"authorization", b"").lower().startswith(b"api-key")


@connection_given_back()
def _render(hot: Hot) -> Rendered | None:
    """Make an answer; `None` for an error, or one that is not the same for everyone: those are Django's to give."""
    try:
        if hot.route.render is not None:
            return hot.route.render(hot.variant)
        response = hot.match.func(_anonymous(hot), *hot.match.args, **hot.match.kwargs)
        if isinstance(response, SimpleTemplateResponse):
            response = response.render()
        return rendered(response) if _is_everyones(response) else None
    except DatabaseError:
        raise
    except Http404:
        return None
    except Exception:
        log.exception("hot.view_failed", route=hot.endpoint)
        return None


def _anonymous(hot: Hot) -> HttpRequest:
    """A request of nobody in particular: no cookie, no header, and of where from no more than the variant."""
    query = hot.query.encode("latin-1")
    scope = {"type": "http", "method": "GET", "path": hot.path, "query_string": query, "headers": []}
    request = ASGIRequest(scope, BytesIO())
    request.META[KNOWN] = hot.variant
    return request


def _is_everyones(response: HttpResponse) -> bool:
    private = {"private", "no-store"} & set(re.split(r"[\s,]+", response.headers.get("Cache-Control", "").lower()))
    return (
        response.status_code in KEEPABLE
        and not response.streaming
        and not response.cookies
        and not private
        and not has_vary_header(response, "Cookie")
    )


def rendered(response: HttpResponse) -> Rendered:
    """A view's response as bytes. Without a validator of its own it gets one of its content."""
    plain = response.content
    etag = response.headers.get("ETag") or f'"{hashlib.sha256(plain).hexdigest()[:20]}"'
    # One content, two encodings: a strong validator would have to tell them apart.
    weak = b"W/" + etag.removeprefix("W/").encode()
    own = [(name.lower(), value) for name, value in response.items() if name.lower() not in NOT_THE_VIEWS]
    if "Cache-Control" not in response.headers:
        own.append(("cache-control", "public, no-cache"))
    headers = tuple((name.encode(), value.encode("latin-1")) for name, value in own)
    is_worth_packing = plain and response.headers.get("Content-Type") not in PACKED_ALREADY
    return Rendered.of(response.status_code, headers, plain, packed_bytes(plain) if is_worth_packing else b"", weak)


def _in_the_form_asked_for(page: Rendered, asked: dict[bytes, bytes]) -> Answer:
    """Compressed for those who take it, 304 for those who have it."""
    if b"if-none-match" in asked:
        if names(asked[b"if-none-match"], page.etag):
            return page.unchanged
    elif page.modified and asked.get(b"if-modified-since") == page.modified:
        return page.unchanged
    if page.gzipped is not None and "gzip" in codings_taken(asked.get(b"accept-encoding", b"")):
        return page.gzipped
    return page.plain


def _error(hot: Hot, status: int, code: str, message: str, wait: float) -> Answer:
    """An error in the API's shape, or as a line of text for a page."""
    is_api = hot.path.startswith("/api/")
    headers = (
        (b"content-type", b"application/json" if is_api else b"text/plain; charset=utf-8"),
        (b"retry-after", b"%d" % math.ceil(wait)),
        (b"cache-control", b"no-store"),
    )
    return Answer.of(status, headers, json.dumps(error_body(code, message)).encode() if is_api else message.encode())
