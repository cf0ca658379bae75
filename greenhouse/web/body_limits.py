"""Requests with bodies that nobody asked for are refused at the door, before anything has read them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from typing import TYPE_CHECKING, cast

from django.conf import settings

from common.parsers import OWNER_BODY, PUBLIC_BODY
from greenhouse.web.rest import error_body
from integrations.listening.listens import LISTENS_BODY
from visitors.intake.route import JOURNEY_BODY

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from asgiref.typing import (
        ASGIReceiveCallable,
        ASGIReceiveEvent,
        ASGISendCallable,
        ASGISendEvent,
        HTTPScope,
    )

    HTTPApplication = Callable[[HTTPScope, ASGIReceiveCallable, ASGISendCallable], Awaitable[None]]

MEGABYTE = 1024 * 1024
CONSOLE = "/admin/"  # whose forms people send
LARGER = 25 * MEGABYTE  # what the largest deliveries of services weigh; pictures in the admin fit too
LIMITS = (  # the first that fits: where, bytes from anybody, bytes from who shows a token or a session
    # Signed over the raw bytes, or opened with a key: both are looked at before anything is parsed.
    (re.compile(r"/api/v1/integrations/([\w-]+/webhook|cicd/deployment)/?"), LARGER, LARGER),
    (re.compile(r"/api/v1/(integrations/wakatime/)?users/.*", re.DOTALL), OWNER_BODY, OWNER_BODY),
    (re.compile(r"(/api/v1/integrations/listenbrainz)?/1/submit-listens/?"), PUBLIC_BODY, LISTENS_BODY),
    (re.compile(rf"{CONSOLE}.*", re.DOTALL), PUBLIC_BODY, LARGER),
    (re.compile(r"/api/v1/visitors/(journey|beacon)/?"), JOURNEY_BODY, JOURNEY_BODY),
    (re.compile(r".*", re.DOTALL), PUBLIC_BODY, OWNER_BODY),
)
# A sender that reads only after it has sent everything is listened to for so long, and so much; closed earlier, its
# connection would be reset and the answer lost. What it says is dropped as it comes.
LINGER_SECONDS = 30.0
LINGER_BYTES = 64 * MEGABYTE
ANSWER = json.dumps(error_body("too_large", "The body of this request is larger than is taken here.")).encode()
PAGE = (
    "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
    f"<title>Too large</title><h1>That is too large.</h1><p>At most {LARGER // MEGABYTE} MB are taken at once, from "
    "who is signed in. Nothing was saved. Go back: your form is as it was. Choose a smaller file, and save again.</p>"
).encode()


class LimitBodies:
    """Answers 413 to a body over the limit, whether its length is announced or only turns out."""

    def __init__(self, application: HTTPApplication) -> None:
        self._application = application

    async def __call__(self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        limit = limit_of(scope)
        if _announced(scope) > limit:
            await _refuse(scope, receive, send)
            return
        read, refused, answered = 0, False, False

        async def counted() -> ASGIReceiveEvent:
            nonlocal read, refused
            message = await receive()
            if message["type"] == "http.request":
                read += len(message.get("body", b""))
                if read > limit:
                    refused = True
                    return {"type": "http.disconnect"}  # Django lets go of the request without a word
            return message

        async def noted(message: ASGISendEvent) -> None:
            nonlocal answered
            answered = True
            await send(message)

        inner = cast("HTTPScope", {**scope, "extensions": {}})  # what goes past `send` would go past `noted`
        await self._application(inner, counted, noted)
        if refused and not answered:
            await _refuse(scope, receive, send)


def limit_of(scope: HTTPScope) -> int:
    """Bytes that a request's body may weigh. Whether its token or session is good is asked before it is parsed."""
    shows_credentials = any(
        name == b"authorization" or (name == b"cookie" and settings.SESSION_COOKIE_NAME.encode() in value)
        for name, value in scope["headers"]
    )
    public, known = next((public, known) for path, public, known in LIMITS if path.fullmatch(scope["path"]))
    return known if shows_credentials else public


def _announced(scope: HTTPScope) -> int:
    """The body's length by its header; 0 where that says nothing."""
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() and len(value) < 20 else 0
    return 0


async def _refuse(scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    """Answer, then drop what still comes for a moment: a connection closed at once would take the answer with it."""
    person = scope["path"].startswith(CONSOLE)
    kind, answer = (b"text/html; charset=utf-8", PAGE) if person else (b"application/json", ANSWER)
    await send(
        {
            "type": "http.response.start",
            "status": 413,
            "headers": [
                (b"content-type", kind),
                (b"content-length", str(len(answer)).encode()),
                (b"connection", b"close"),
            ],
            "trailers": False,
        }
    )
    await send({"type": "http.response.body", "body": answer, "more_body": True})
    dropped = 0
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LINGER_SECONDS):
            while dropped < LINGER_BYTES:
                message = await receive()
                if message["type"] != "http.request" or not message["more_body"]:
                    break
                dropped += len(message["body"])
    await send({"type": "http.response.body", "body": b"", "more_body": False})
