"""The hot read: `GET /api/v1/garden/` from bytes in memory, before Django's middleware.

Django's full stack answers a fiftieth of what the server can; these bytes get most of the way there. What the
middleware would have owed the answer is kept: the incoming limit, the security and CORS headers (asked of the very
middlewares once for each kind of caller), the metrics. Anything out of the ordinary goes on to Django.
"""

from __future__ import annotations

import asyncio
import json
import math
import time
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

import structlog
from asgiref.sync import sync_to_async
from corsheaders.middleware import CorsMiddleware
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from django.db import Error as DatabaseError
from django.db import close_old_connections
from django.http import HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware
from django.utils.cache import patch_vary_headers
from limits import parse

from garden import live
from greenhouse import state
from greenhouse.web import metrics
from greenhouse.web.csp import PolicyMiddleware
from greenhouse.web.rest import error_body
from visitors.addresses import address_of_scope
from visitors.privacy import network

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope
    from django.http import HttpRequest

    from greenhouse.state import StateBytes
    from greenhouse.web.body_limits import HTTPApplication

    Headers = list[tuple[bytes, bytes]]

PATHS = frozenset({"/api/v1/garden/", "/api/v1/garden"})
ENDPOINT = "/api/v1/garden/"  # its name in the metrics, as the router would give it
RETRY_AFTER_SECONDS = 5  # when the database does not answer

log = structlog.get_logger(__name__)


class HotGarden:
    """Answers the hot read, and hands every other request to `application`."""

    def __init__(self, application: HTTPApplication) -> None:
        self._application = application
        self._window = Window()
        self._assembling: asyncio.Task[StateBytes] | None = None
        live.on_advance(state.invalidate)

    async def __call__(self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if scope["path"] not in PATHS or scope["query_string"] or scope["method"] not in ("GET", "HEAD"):
            await self._application(scope, receive, send)
            return
        began = time.perf_counter()
        asked = dict(scope["headers"])
        owed = owed_headers(
            scope["scheme"],
            asked.get(b"host", b""),
            asked.get(b"origin", b""),
            asked.get(b"x-forwarded-proto", b""),
        )
        if owed is None:
            await self._application(scope, receive, send)
            return
        status, headers, body = await self._answer(scope, asked)
        length = (b"content-length", b"%d" % len(body))
        await send(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [*owed, *headers, length] if status != 304 else [*owed, *headers],
                "trailers": False,
            }
        )
        await send(
            {"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body, "more_body": False}
        )
        metrics.observe(scope["method"], ENDPOINT, time.perf_counter() - began)

    async def _answer(self, scope: HTTPScope, asked: dict[bytes, bytes]) -> tuple[int, Headers, bytes]:
        """Status, headers of its own, and body."""
        if (wait := self._window.hit(address_of_scope(scope))) is not None:
            return _error(429, "throttled", "Too many requests. Wait a little, then ask again.", wait)
        try:
            kept = (state.cached() if live.hub.following else None) or await self._current()
        except DatabaseError as error:
            log.warning("hot.database_unreachable", error=str(error))
            return _error(503, "unavailable", "The garden cannot be read just now.", RETRY_AFTER_SECONDS)
        zipped = accepts_gzip(asked.get(b"accept-encoding", b""))
        # One content, two encodings: a strong validator would have to tell them apart.
        etag = b"W/" + kept.etag.removeprefix("W/").encode()
        headers = [(b"etag", etag), (b"cache-control", b"no-cache")]
        if names(asked.get(b"if-none-match", b""), etag):
            return 304, headers, b""
        if zipped:
            headers.append((b"content-encoding", b"gzip"))
        return 200, headers, kept.gzipped if zipped else kept.raw

    async def _current(self) -> StateBytes:
        """Assemble in a thread; whoever asks meanwhile waits for the same assembly. Raises the database's errors."""
        live.hub.start()  # from here on the process hears of changes, and what is kept can be trusted
        if self._assembling is None or self._assembling.done():
            self._assembling = asyncio.create_task(sync_to_async(_assemble, thread_sensitive=False)())
        return await asyncio.shield(self._assembling)


class Window:
    """Counts the requests of each client since the window began; used on the event loop only.

    A trip to Redis would cost more than the answer, and the memory storage of `limits` starts a thread every 10 ms to
    tidy up, which holds up the loop more than all else here. This one forgets everybody when the window ends.
    """

    def __init__(self) -> None:
        limit = parse(settings.RATE_LIMITS["garden"])
        self._most, self._seconds = limit.amount, limit.get_expiry()
        self._counts: dict[str, int] = {}
        self._network = lru_cache(maxsize=1024)(network)  # reading an address is a quarter of all that is done here
        self._ends = 0.0

    def hit(self, client: str) -> float | None:
        """Count one request. Returns `None` if it may pass, else the seconds until the next may."""
        if not settings.ENABLE_RATE_LIMITING:
            return None
        now = time.monotonic()
        if now >= self._ends:
            self._counts.clear()
            self._network.cache_clear()
            self._ends = now + self._seconds
        whole = self._network(client)
        count = self._counts[whole] = self._counts.get(whole, 0) + 1
        return None if count <= self._most else self._ends - now


def _assemble() -> StateBytes:
    try:
        return state.current()
    finally:
        close_old_connections()


def _error(status: int, code: str, message: str, wait: float) -> tuple[int, Headers, bytes]:
    headers = [(b"retry-after", b"%d" % math.ceil(wait)), (b"cache-control", b"no-store")]
    return status, headers, json.dumps(error_body(code, message)).encode()


@lru_cache(maxsize=256)
def owed_headers(
    scheme: str, host: bytes, origin: bytes, forwarded_proto: bytes
) -> tuple[tuple[bytes, bytes], ...] | None:
    """What Django's middlewares would add for this kind of caller, or `None` where they would refuse the host."""

    def bare(_request: HttpRequest) -> HttpResponse:
        response = HttpResponse(content_type="application/json")
        patch_vary_headers(response, ["Accept-Encoding"])
        return response

    caller = [(b"host", host), (b"origin", origin), (b"x-forwarded-proto", forwarded_proto)]
    request = ASGIRequest(
        {
            "type": "http",
            "method": "GET",
            "path": ENDPOINT,
            "query_string": b"",
            "scheme": scheme,
            "headers": [(name, value) for name, value in caller if value],
        },
        BytesIO(),
    )
    try:
        request.get_host()
    except DisallowedHost:
        return None
    answer: Any = bare  # the stubs know middlewares only as the handler chains them
    for middleware in (XFrameOptionsMiddleware, PolicyMiddleware, CorsMiddleware, SecurityMiddleware):
        answer = middleware(answer)
    return tuple((name.lower().encode(), value.encode("latin-1")) for name, value in answer(request).items())


@lru_cache(maxsize=256)
def accepts_gzip(accept_encoding: bytes) -> bool:
    """Whether the client takes gzip: named, and not with a weight of zero."""
    for choice in accept_encoding.decode("latin-1").lower().split(","):
        coding, _, weight = choice.partition(";")
        if coding.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def names(if_none_match: bytes, etag: bytes) -> bool:
    """Whether the client has this version already; compared weakly, as RFC 9110 §13.1.2 asks for."""
    if not if_none_match:
        return False
    known: Iterable[bytes] = (tag.strip().removeprefix(b"W/") for tag in if_none_match.split(b","))
    return if_none_match.strip() == b"*" or etag.removeprefix(b"W/") in known
