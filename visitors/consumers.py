"""`/ws/journey-tracking`: everybody watches where visitors walk who agreed to be seen, and those walk here.

Who walks says so first: `{"token": TOKEN}`, or the cookie of this site's own page, that agreed to `live_presence`. Not
one step is stored; what the figures count are the steps of `POST visitors/journey` (docs/visitors.md).
"""

from __future__ import annotations

import asyncio
import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import DatabaseError
from django.http.cookie import parse_cookie
from django.utils import timezone

from common.database import connection_given_back
from garden.live.consumers import POLICY, Refused, close, is_ping, messages, open_hub, origin_is_ours, send_text, serve
from garden.live.frames import Pong
from garden.live.hub import hub
from garden.live.whispers import SPACING_SECONDS, JourneyRefused, JourneyStep, JourneyWelcome, VisitorJoined
from visitors.selectors import island_radius
from visitors.walks import MOST_SHOWN, Stage, StepRefused, read_step

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator

    from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, WebSocketScope

    from garden.live.backlog import Place

    CategoriesOf = Callable[[str], Container[str] | None]

CONSENT: Final = "live_presence"
STEP_MESSAGES: Final = 60  # in ten seconds: four steps a second, and half as many again for a line that stutters
ASK_AGAIN_SECONDS: Final = 60.0  # how long a consent that was withdrawn may go on here, where its page did not leave
NO_CONSENT: Final = "nobody agreed to be seen: the first message has to be the token of a consent to live_presence"


def journey_socket(categories_of: CategoriesOf, cookie: str) -> ASGI3Application:
    """The socket's application. `categories_of` a token are those that its bearer agreed to; it may ask the database.

    `cookie` is the name under which a page of this site carries its token.
    """

    async def application(scope: WebSocketScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        await receive()  # websocket.connect
        if not settings.ENABLE_WEBSOCKETS or not origin_is_ours(scope):
            await send({"type": "websocket.close", "code": POLICY, "reason": ""})  # before accepting: a 403
            return
        await send({"type": "websocket.accept", "subprotocol": None, "headers": []})
        client, _port = scope.get("client") or ("", None)
        try:
            await open_hub(client)
            with hub.watching(client) as place, walks.walking(categories_of) as walker:
                await walker.identify(_token_of_page(scope, cookie))
                await serve(_forward(place, walker, send), _listen(walker, receive, send))
        except Refused as refused:
            await close(send, refused)

    return application  # type: ignore[return-value]  # for sockets only


class Walker:
    """What one socket may do: nothing but watch, until it is known who agreed."""

    def __init__(self, stage: Stage, categories_of: CategoriesOf, clock: Callable[[], float]) -> None:
        self.visitor_id = ""
        self._stage = stage
        self._categories_of = categories_of
        self._token = ""
        self._asked_at = 0.0
        self._radius = 0.0
        self._clock = clock

    async def identify(self, token: str) -> bool:
        """Whether the bearer of a token agreed to be seen. They get a random id then, and keep it."""
        radius = await sync_to_async(self._ask, thread_sensitive=False)(token) if token else None
        self._token, self._asked_at, self._radius = token, self._clock(), radius or 0.0
        if radius is None:
            self.leave()
        elif not self.visitor_id:
            self.visitor_id = secrets.token_hex(4)
        return radius is not None

    async def step(self, said: Any) -> None:
        """Take in a step. Raises `StepRefused`."""
        if self.visitor_id and self._clock() - self._asked_at > ASK_AGAIN_SECONDS:
            await self.identify(self._token)
        if not self.visitor_id:
            raise StepRefused(NO_CONSENT)
        self._stage.step(self.visitor_id, read_step(said, radius=self._radius), self._clock())

    def leave(self) -> None:
        """Be seen no longer."""
        self._stage.leave(self.visitor_id)
        self.visitor_id = ""

    @connection_given_back()
    def _ask(self, token: str) -> float | None:
        """The radius of the island on which the bearer of a token may walk, if they may."""
        try:
            return island_radius() if CONSENT in (self._categories_of(token) or ()) else None
        except DatabaseError:
            return None  # nobody is seen of whom it is not known that they agreed


class Walks:
    """Those who walk on the sockets of this process, and the pace in which they are whispered of."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stage = Stage()
        self._timer: asyncio.TimerHandle | None = None

    @contextmanager
    def walking(self, categories_of: CategoriesOf) -> Iterator[Walker]:
        """One socket, for as long as it is open."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop, self._stage, self._timer = loop, Stage(), None
        walker = Walker(self._stage, categories_of, loop.time)
        try:
            yield walker
        finally:
            walker.leave()

    def go_on(self) -> None:
        """Whisper of whoever is due, again and again for as long as somebody walks."""
        if self._timer is None and self._loop is not None:
            self._timer = self._loop.call_later(SPACING_SECONDS, self._tell)

    def _tell(self) -> None:
        self._timer = None
        if self._loop is not None and (steps := self._stage.due(self._loop.time(), _places())):
            hub.whisper(JourneyStep(timestamp=timezone.now(), steps=steps))
        if len(self._stage):
            self.go_on()


walks = Walks()


def _places() -> int:
    """How many of this process's visitors are shown: all processes together show as many as one alone would."""
    return max(1, MOST_SHOWN // hub.processes)


def _token_of_page(scope: WebSocketScope, cookie: str) -> str:
    """The token in the cookie of a page of this very site, which no script can read; a foreign page's is not asked."""
    headers = dict(scope["headers"])
    origin, host = headers.get(b"origin", b""), headers.get(b"host", b"")
    if not cookie or origin.partition(b"://")[2] != host:
        return ""
    return parse_cookie(headers.get(b"cookie", b"").decode("latin-1")).get(cookie, "")


async def _forward(place: Place, walker: Walker, send: ASGISendCallable) -> None:
    await send_text(send, VisitorJoined(present=hub.present).text)
    if walker.visitor_id:
        await send_text(send, JourneyWelcome(visitor_id=walker.visitor_id).text)
    while True:
        for text in await hub.follow_walks(place):
            await send_text(send, text)


async def _listen(walker: Walker, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    """Read until the client leaves. Raises `Refused` at what no client of ours sends."""
    first = True
    async for said in messages(receive, STEP_MESSAGES):
        try:
            if is_ping(said):
                await send_text(send, Pong().text(hub.newest))
                continue
            if first and isinstance(said, dict) and said.keys() == {"token"}:
                await _greet(walker, said["token"], send)
            else:
                await walker.step(said)
                walks.go_on()
        except StepRefused as refused:
            await send_text(send, JourneyRefused(reason=str(refused)).text)
        first = False


async def _greet(walker: Walker, token: Any, send: ASGISendCallable) -> None:
    """Answer a token. Raises `StepRefused` where it allows nothing."""
    if not isinstance(token, str) or not await walker.identify(token):
        raise StepRefused(NO_CONSENT)
    await send_text(send, JourneyWelcome(visitor_id=walker.visitor_id).text)
