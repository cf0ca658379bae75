"""Hot writes: what visitors' browsers send as they walk, taken in before Django's middleware.

Django's full stack would cost more than to check, store and answer. What the middleware owed is kept, as for hot reads:
the incoming limit, the security and CORS headers, the metrics. Other methods, and hosts that are not ours, go on to
Django. The body's size is counted as it comes by `LimitBodies`, which stands in front.
"""

from __future__ import annotations

import json
import math
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone

from greenhouse.web import metrics
from greenhouse.web.answers import Answer, owed_to, send_answer
from greenhouse.web.rate_limits import RateLimit
from greenhouse.web.rest import error_body
from visitors.addresses import address_of_scope
from visitors.intake import route
from visitors.intake.writer import Busy, NotStored, writer

if TYPE_CHECKING:
    from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope

    from greenhouse.web.answers import Headers
    from greenhouse.web.body_limits import HTTPApplication

ROUTES: Final = {"/api/v1/visitors/beacon": "beacon", "/api/v1/visitors/journey": "journey"}
LIMIT: Final = "journey"  # in RATE_LIMITS; both share it
# Steps that weigh as one request: else an address could bring 300,000 a minute, 50 MB of rows.
STEPS_A_REQUEST: Final = 10
# A beacon that a closing page sends may come as text, which needs no permission asked ahead.
TYPES: Final = frozenset({b"", b"application/json", b"text/plain"})
JSON: Final = ((b"content-type", b"application/json"), (b"cache-control", b"no-store"))


class HotWrites:
    """Answers the hot writes, and hands every other request to `application`."""

    def __init__(self, application: HTTPApplication) -> None:
        self._application = application
        self._limit = RateLimit(LIMIT)

    async def __call__(self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        kind = ROUTES.get(scope["path"].removesuffix("/"))
        if kind is None or scope["method"] != "POST":
            await self._application(scope, receive, send)
            return
        began = time.perf_counter()
        asked = dict(scope["headers"])
        owed = owed_to(scope, asked)
        if owed is None:
            await self._application(scope, receive, send)
            return
        answer = await self._answer(kind, scope, asked, receive)
        if answer is not None:
            await send_answer(scope, send, answer, owed)
            metrics.observe("POST", f"/api/v1/visitors/{kind}/", time.perf_counter() - began)

    async def _answer(
        self, kind: str, scope: HTTPScope, asked: dict[bytes, bytes], receive: ASGIReceiveCallable
    ) -> Answer | None:
        """What to answer; `None` where nobody waits for it."""
        address = address_of_scope(scope)
        if (wait := self._limit.hit(address)) is not None:
            return _throttled(wait)
        if scope["query_string"]:
            return _error(400, "invalid", "No parameter has an effect here: all that is said stands in the body.")
        if asked.get(b"content-type", b"").partition(b";")[0].strip().lower() not in TYPES:
            return _error(415, "unsupported_media_type", "The body has to be JSON.")
        body = await _whole(receive)
        if body is None:
            return None
        caller = route.Caller(
            address=address,
            headers={name.decode("latin-1"): value.decode("latin-1") for name, value in asked.items()},
            received=timezone.now(),
        )
        said = route.read(kind, body, caller)
        if not isinstance(said, route.Reply):
            more = (len(said.steps) + len(said.refused) - 1) // STEPS_A_REQUEST
            if more > 0 and (wait := self._limit.hit(address, more)) is not None:
                return _throttled(wait)
            try:
                said = route.told(await writer.submit(said))
            except Busy:
                said = route.BUSY
            except NotStored:
                said = route.FAILED
        return _spoken(said)


async def _whole(receive: ASGIReceiveCallable) -> bytes | None:
    """A request's body; `None` for one that broke off, or grew beyond its limit."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def _spoken(said: route.Reply) -> Answer:
    if said.status == HTTPStatus.ACCEPTED:
        return Answer.of(said.status, JSON, json.dumps(said.body).encode())
    wait = route.RETRY_AFTER if said.status == HTTPStatus.SERVICE_UNAVAILABLE else None
    return _error(said.status, said.code, said.message, said.fields, wait=wait)


def _throttled(wait: float) -> Answer:
    return _error(429, "throttled", "Too many requests. Wait a little, then send again.", wait=wait)


def _error(status: int, code: str, message: str, fields: Any = None, *, wait: float | None = None) -> Answer:
    headers: Headers = JSON if wait is None else (*JSON, (b"retry-after", b"%d" % math.ceil(wait)))
    return Answer.of(status, headers, json.dumps(error_body(code, message, fields)).encode())
