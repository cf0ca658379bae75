"""Django's ASGI handler, for bodies of any framing, and for a disk without room for them.

Django, its form parser and REST framework all go by `Content-Length`, and take a body without one for empty. Tunnels
and some proxies send every body in chunks, which has none.
"""

from __future__ import annotations

import json
import os
from typing import IO, TYPE_CHECKING, Any, Final

import structlog
from django.core.handlers.asgi import ASGIHandler, ASGIRequest

from greenhouse.web.answers import Answer, owed_to, send_answer
from greenhouse.web.outage import RETRY_AFTER_SECONDS, is_full
from greenhouse.web.rest import error_body

if TYPE_CHECKING:
    from asgiref.typing import HTTPScope

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
