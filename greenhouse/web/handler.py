"""Django's ASGI handler, for bodies of any framing.

Django, its form parser and REST framework all go by `Content-Length`, and take a body without one for empty. Tunnels
and some proxies send every body in chunks, which has none.
"""

from __future__ import annotations

import os
from typing import IO, TYPE_CHECKING

from django.core.handlers.asgi import ASGIHandler, ASGIRequest

if TYPE_CHECKING:
    from asgiref.typing import HTTPScope


class Request(ASGIRequest):
    """A request whose `CONTENT_LENGTH` is the number of bytes that came, whatever was announced."""

    def __init__(self, scope: HTTPScope, body_file: IO[bytes]) -> None:
        super().__init__(scope, body_file)
        self.META["CONTENT_LENGTH"] = str(body_file.seek(0, os.SEEK_END))
        body_file.seek(0)


class Handler(ASGIHandler):
    """Reads a request whole, as Django's own does, and makes a `Request` of it."""

    request_class = Request
