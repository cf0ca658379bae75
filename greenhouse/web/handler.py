"""Django's ASGI handler, for bodies of any framing, a disk without room for them, and clients that do not read.

Django, its form parser and REST framework all go by `Content-Length`, and take a body without one for empty. Tunnels
and some proxies send every body in chunks, which has none.

Django keeps a request's connection to the database until its answer was taken. So many clients as the pool has
connections, who ask and then do not read, would take the database from everybody else.
"""

from __future__ import annotations

import json
import os
from typing import IO, TYPE_CHECKING, Any, Final

import structlog
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler, ASGIRequest
from django.db import close_old_connections

from greenhouse.web.answers import Answer, owed_to, send_answer
from greenhouse.web.outage import RETRY_AFTER_SECONDS, is_full
from greenhouse.web.rest import error_body

if TYPE_CHECKING:
    from asgiref.typing import HTTPScope
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

FULL: Final = Answer.of(
    503,
    ((b"content-type", b"application/json"), (b"retry-after", b"%d" % RETRY_AFTER_SECONDS)),
    json.dumps(error_body("unavailable", "The disk has no room left for this. Please send it again later.")).encode(),
)
log = structlog.get_logger(__name__)


class Request(ASGIRequest):
    """A request whose `CONTENT_LENGTH` is the number of bytes that came, whatever was announced."""

    def __init__(self, scope: HTTPScope, body_file: IO[bytes]) -> None:
        super().__init__(scope, body_file)
        self.META["CONTENT_LENGTH"] = str(body_file.seek(0, os.SEEK_END))
        body_file.seek(0)


class Handler(ASGIHandler):
    """Reads a request whole, as Django's own does, and makes a `Request` of it."""

    request_class = Request

    async def handle(self, scope: Any, receive: Any, send: Any) -> None:
        """As the original; where the disk has no room for a body that arrives, its sender is to come again."""
        try:
            await super().handle(scope, receive, send)
        except OSError as error:
            if not is_full(error):
                raise
            log.warning("body.no_room", error=str(error))
            await send_answer(scope, send, FULL, owed_to(scope, dict(scope["headers"])) or ())

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """As the original; the connection to the database is given back before the answer is sent."""
        response = await super().get_response_async(request)
        await sync_to_async(close_old_connections)()
        return response
