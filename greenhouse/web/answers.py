"""What answers given before Django have in common: validators, encodings, and the headers that middlewares add."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from corsheaders.middleware import CorsMiddleware
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware
from django.utils.cache import patch_vary_headers

from greenhouse.web.csp import PolicyMiddleware

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asgiref.typing import ASGISendCallable, HTTPScope
    from django.http import HttpRequest

    Headers = tuple[tuple[bytes, bytes], ...]

READS = ("GET", "HEAD")
# An ASGI extension of our web process: `send(scope, head, body)` writes the whole answer to the request of that scope,
# or returns false and writes nothing. It goes past `send`, so whoever wraps that hands on a scope without it.
WHOLE: Final = "greenhouse.whole_answer"
MOST_HEADS: Final = 16  # kinds of callers whose heads are kept beside an answer


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer ready to send, but for the headers that it owes the caller."""

    status: int
    headers: Headers
    body: bytes = b""
    _heads: dict[Headers, bytes] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def of(cls, status: int, headers: Headers, body: bytes = b"") -> Answer:
        """An answer that names its length where it may."""
        length = () if status in (204, 304) else ((b"content-length", b"%d" % len(body)),)
        return cls(status, (*headers, *length), body)

    def head(self, owed: Headers) -> bytes:
        """Status line and headers as they go over the wire, without the empty line that ends them.

        Raises `ValueError` for a header that would end early.
        """
        if (known := self._heads.get(owed)) is not None:
            return known
        lines = [f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}".encode()]
        lines += [name + b": " + value for name, value in (*owed, *self.headers)]
        if any(re.search(rb"[\r\n\0]", line) for line in lines):
            raise ValueError("a header of several lines")
        if len(self._heads) >= MOST_HEADS:
            self._heads.clear()
        head = self._heads[owed] = b"".join(line + b"\r\n" for line in lines)
        return head


async def send_answer(scope: HTTPScope, send: ASGISendCallable, answer: Answer, owed: Headers) -> None:
    """Send it whole; without the body to a HEAD."""
    whole: Any = (scope.get("extensions") or {}).get(WHOLE)
    if whole is not None and scope["method"] != "HEAD" and whole["send"](scope, answer.head(owed), answer.body):
        return
    await send(
        {
            "type": "http.response.start",
            "status": answer.status,
            "headers": [*owed, *answer.headers],
            "trailers": False,
        }
    )
    body = b"" if scope["method"] == "HEAD" else answer.body
    await send({"type": "http.response.body", "body": body, "more_body": False})


def owed_to(scope: HTTPScope, asked: dict[bytes, bytes]) -> Headers | None:
    """What Django's middlewares would add to an answer for this caller, or `None` where they would refuse the host."""
    return owed_headers(
        scope["path"].startswith("/api/"),
        scope["scheme"],
        asked.get(b"host", b""),
        asked.get(b"origin", b""),
        asked.get(b"x-forwarded-proto", b""),
    )


@lru_cache(maxsize=256)
def owed_headers(is_api: bool, scheme: str, host: bytes, origin: bytes, forwarded_proto: bytes) -> Headers | None:
    """The same by what it depends on, asked of the very middlewares."""

    def bare(_request: HttpRequest) -> HttpResponse:
        response = HttpResponse()
        del response.headers["Content-Type"]
        patch_vary_headers(response, ["Accept-Encoding"])
        return response

    caller = [(b"host", host), (b"origin", origin), (b"x-forwarded-proto", forwarded_proto)]
    request = ASGIRequest(
        {
            "type": "http",
            "method": "GET",
            "path": "/api/" if is_api else "/",
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
def codings_taken(accept_encoding: bytes) -> frozenset[str]:
    """Which of our compressions a client takes: `br` and `gzip` where named, and not with a weight of zero.

    `*` stands for gzip where that is not named.
    """
    choices = [choice.partition(";") for choice in accept_encoding.decode("latin-1").lower().split(",")]
    takes = {name.strip(): not re.fullmatch(r"q=0(\.0*)?", weight.replace(" ", "")) for name, _, weight in choices}
    wanted = {"br": takes.get("br", False), "gzip": takes.get("gzip", takes.get("*", False))}
    return frozenset(name for name, is_taken in wanted.items() if is_taken)


def names(if_none_match: bytes, etag: bytes) -> bool:
    """Whether the client has this version already; compared weakly, as RFC 9110 §13.1.2 asks for."""
    if if_none_match == etag:  # as nearly everybody sends it
        return True
    if not if_none_match:
        return False
    known: Iterable[bytes] = (tag.strip().removeprefix(b"W/") for tag in if_none_match.split(b","))
    return if_none_match.strip() == b"*" or etag.removeprefix(b"W/") in known
