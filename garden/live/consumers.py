"""`/ws/garden`: an ASGI application of its own, a few lines a socket.

Channels' consumer classes are left aside here: one that joins a group costs each message a trip through the layer for
each socket, and collapses where the hub still smiles (`garden/live/hub.py`).
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import deque
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from django.conf import settings

from common import origins
from garden.event_types import UNSET
from garden.live.frames import Hello, Pong, Resync
from garden.live.hub import hub

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine

    from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, WebSocketScope

    from garden.live.hub import AtOnce

MESSAGE_BYTES = 1024  # a client says "ping", or where it walks
MESSAGES = 20  # in …
SECONDS = 10.0  # … this time
TOO_MANY_MESSAGES = "too many messages"
SEQ = re.compile(r"[0-9]{1,19}")

AT_ONCE = "greenhouse.at_once"  # an ASGI extension of our web process: `send(texts)` never waits (`AtOnce`)

NOT_JSON = 1007
POLICY = 1008
TOO_BIG = 1009
TRY_AGAIN_LATER = 1013


class Refused(Exception):
    """The socket is to be closed; the arguments are the code and the reason that the client reads."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


class MessageRate:
    """At most `messages` in any `SECONDS` of one socket.

    The web process counts frames with it (`greenhouse/web/socket_protocol.py`), pings too; here it counts what a server
    that counts nothing passes on.
    """

    def __init__(self, clock: Callable[[], float], messages: int = MESSAGES) -> None:
        self._clock = clock
        self._arrivals: deque[float] = deque(maxlen=messages)

    def allow(self, messages: int) -> None:
        """Allow so many from now on; what was counted stays."""
        self._arrivals = deque(self._arrivals, maxlen=messages)

    def exceeded(self) -> bool:
        """Count a message. Whether it is one too many."""
        now = self._clock()
        if len(self._arrivals) == self._arrivals.maxlen and now - self._arrivals[0] < SECONDS:
            return True
        self._arrivals.append(now)
        return False


async def garden_socket(scope: WebSocketScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    """Greet, replay what was missed since `?since=`, and forward what happens until either side has enough."""
    await receive()  # websocket.connect
    if not settings.ENABLE_WEBSOCKETS or not origin_is_ours(scope):
        await send({"type": "websocket.close", "code": POLICY, "reason": ""})  # before accepting: a 403
        return
    await send({"type": "websocket.accept", "subprotocol": None, "headers": []})
    client, _port = scope.get("client") or ("", None)
    try:
        since = _since(scope)
        await open_hub(client)
        with hub.connection(client) as delivery:
            await serve(_forward(since, delivery, send, _at_once(scope)), _listen(receive, send))
    except Refused as refused:
        await close(send, refused)


def origin_is_ours(scope: WebSocketScope) -> bool:
    """Whether a page of ours, or of a site that the owner lets in, opened the socket."""
    return origins.is_ours({name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]})


def _since(scope: WebSocketScope) -> int | None:
    """The `seq` after which the client wants to hear, or `None` for "from now on". Raises `Refused`."""
    given = parse_qs(scope["query_string"].decode("latin-1")).get("since")
    if given is None:
        return None
    if not SEQ.fullmatch(given[0]):
        raise Refused(POLICY, "since must be the seq of an event")
    return int(given[0])


async def open_hub(client: str) -> None:
    """Start the hub with the first socket of the process. Raises `Refused` when no more are taken."""
    hub.start()
    try:
        await hub.ready()
    except TimeoutError:
        raise Refused(TRY_AGAIN_LATER, "the garden is not ready") from None
    full = hub.stats.connections >= settings.WEBSOCKET_LIMIT
    if full or hub.connections_of(client) >= settings.WEBSOCKET_LIMIT_PER_CLIENT:
        raise Refused(TRY_AGAIN_LATER, "too many connections")


async def serve(forwarding: Coroutine[Any, Any, None], listening: Coroutine[Any, Any, None]) -> None:
    """Forward until the client leaves. Raises `Refused` when it is to be sent away."""
    tasks = [asyncio.create_task(forwarding), asyncio.create_task(listening)]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    for outcome in outcomes:
        # A send to a client that is gone raises what the server likes; that ends a socket like any other way to leave.
        if isinstance(outcome, Refused):
            raise outcome


def _at_once(scope: WebSocketScope) -> AtOnce | None:
    extension: Any = (scope.get("extensions") or {}).get(AT_ONCE)
    return extension["send"] if extension else None


async def _forward(since: int | None, delivery: int, send: ASGISendCallable, at_once: AtOnce | None) -> None:
    replayable = since is not None and await hub.can_replay(since)
    newest, place = hub.newest, hub.place(since, delivery)
    skips = replayable and place.seq != since  # what is missing in between left the state as it was
    await send_text(send, Hello(connections=hub.present, resumes_at=place.seq if skips else UNSET).text(newest))
    if since is not None and not replayable:
        await send_text(send, Resync().text(newest))
    while (texts := await hub.follow(place, at_once)) is not None:
        for text in texts:
            await send_text(send, text)
    raise Refused(TRY_AGAIN_LATER, "too slow; load the garden again")


async def _listen(receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    """Read until the client leaves. Raises `Refused` at what no client of ours sends."""
    async for said in messages(receive, MESSAGES):
        if is_ping(said):
            await send_text(send, Pong().text(hub.newest))


async def messages(receive: ASGIReceiveCallable, most: int) -> AsyncIterator[Any]:
    """What a client says, parsed, until it leaves; `most` in `SECONDS`. Raises `Refused` at what no client sends."""
    rate = MessageRate(asyncio.get_running_loop().time, most)
    while (event := await receive())["type"] == "websocket.receive":
        if rate.exceeded():
            raise Refused(POLICY, TOO_MANY_MESSAGES)
        text = event.get("text")
        if text is None:
            raise Refused(POLICY, "text only")
        if len(text.encode(errors="replace")) > MESSAGE_BYTES:
            raise Refused(TOO_BIG, f"at most {MESSAGE_BYTES} bytes")
        try:
            said = json.loads(text)
        except (ValueError, RecursionError):
            raise Refused(NOT_JSON, "not JSON") from None
        yield said


def is_ping(said: Any) -> bool:
    """Whether a client only asks whether the line is alive."""
    return isinstance(said, dict) and said.get("type") == "ping"


async def close(send: ASGISendCallable, refused: Refused) -> None:
    """Close a socket, saying why."""
    try:
        await send({"type": "websocket.close", "code": refused.code, "reason": refused.reason})
    except Exception:  # noqa: BLE001 - that is what Daphne's WebSocket library raises
        # It leaves an application the codes from 3000 on: 1007 becomes 4007.
        await send({"type": "websocket.close", "code": refused.code + 3000, "reason": refused.reason})


async def send_text(send: ASGISendCallable, text: str) -> None:
    """Send one message."""
    # The types ask for an empty `bytes` beside it; the protocol asks for one of the two.
    await send({"type": "websocket.send", "text": text})  # type: ignore[arg-type]
