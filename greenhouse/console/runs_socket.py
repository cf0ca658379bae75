"""`/ws/runs`: whoever may look at sync runs sees how they go, as soon as it is written down.

A run is at work in another process, and writes down how far it is once a second (`integrations/runs.py`). So often the
panels that the pages show are made, once for all open sockets, and each sends them where they changed. Who it is that
looks is asked anew every few seconds.
"""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.db import DatabaseError
from django.db.models import Q
from django.http import HttpRequest
from django.http.cookie import parse_cookie
from django.utils import timezone

from common.database import connection_given_back
from garden.live.consumers import MESSAGES, POLICY, Refused, close, is_ping, messages, origin_is_ours, send_text, serve
from garden.live.frames import Pong
from integrations.models import SyncRun
from integrations.runs import BEAT_EVERY, OPEN

if TYPE_CHECKING:
    from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, WebSocketScope

RUNS_FOLLOWED: Final = 12
WHO_EVERY: Final = timedelta(seconds=5)  # how long a session that ended is told of runs at the most
ENDED_LATELY: Final = timedelta(minutes=1)  # a run that ended since is shown as it ended
Panels = dict[str, str]  # by the id of the run


async def runs_socket(scope: WebSocketScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    """Send the panels of runs whenever one changes, until the page leaves or its session ends."""
    await receive()  # websocket.connect
    session = _session_of(scope)
    if not settings.ENABLE_WEBSOCKETS or not _from_here(scope) or not await _lets_look(session):
        await send({"type": "websocket.close", "code": POLICY, "reason": ""})  # before accepting: a 403
        return
    await send({"type": "websocket.accept", "subprotocol": None, "headers": []})
    try:
        await serve(_forward(session, send), _listen(receive, send))
    except Refused as refused:
        await close(send, refused)


class PanelCache:
    """The panels of this moment, made once for all sockets of the process."""

    def __init__(self) -> None:
        self._asking: asyncio.Task[Panels | None] | None = None
        self._until = 0.0  # the loop's time

    async def panels(self) -> Panels | None:
        """At most `BEAT_EVERY` old; `None` while the database is away."""
        loop = asyncio.get_running_loop()
        asking = self._asking
        if asking is None or asking.get_loop() is not loop or (asking.done() and loop.time() >= self._until):
            asking = self._asking = loop.create_task(_read_panels())
            self._until = loop.time() + BEAT_EVERY.total_seconds()
        return await asyncio.shield(asking)


panel_cache = PanelCache()


async def _forward(session: str, send: ASGISendCallable) -> None:
    loop = asyncio.get_running_loop()
    told: Panels | None = None
    who_until = loop.time() + WHO_EVERY.total_seconds()
    while (panels := await panel_cache.panels()) is not None:
        if loop.time() >= who_until:
            if not await _lets_look(session):
                break
            who_until = loop.time() + WHO_EVERY.total_seconds()
        if panels != told:
            await send_text(send, json.dumps({"event_type": "runs", "data": {"panels": panels}}))
            told = panels
        await asyncio.sleep(BEAT_EVERY.total_seconds())
    raise Refused(POLICY, "not signed in, or the database is away")


async def _listen(receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    async for said in messages(receive, MESSAGES):
        if is_ping(said):
            await send_text(send, Pong().text(0))


def _from_here(scope: WebSocketScope) -> bool:
    """Whether a page of this site opened the socket, and not one of the owner's other sites."""
    origin = dict(scope["headers"]).get(b"origin", b"").decode("latin-1")
    return origin_is_ours(scope) and origin not in settings.CORS_ALLOWED_ORIGINS


def _session_of(scope: WebSocketScope) -> str:
    headers = dict(scope["headers"])
    return parse_cookie(headers.get(b"cookie", b"").decode("latin-1")).get(settings.SESSION_COOKIE_NAME, "")


def panels_now() -> Panels:
    """The panels of the runs that go on or ended lately.

    One query, and of a look into folders that ended a few more: what waits there for the owner's word.
    """
    from integrations.admin.base import panel  # with the pages of the console, which the first request loads

    since = timezone.now() - ENDED_LATELY
    runs = SyncRun.objects.filter(Q(status__in=OPEN) | Q(ended_at__gte=since)).order_by("-requested_at")
    return {str(run.pk): panel(run) for run in runs[:RUNS_FOLLOWED]}


@sync_to_async(thread_sensitive=False)
@connection_given_back()
def _read_panels() -> Panels | None:
    try:
        return panels_now()
    except DatabaseError:
        return None  # the page asks by itself meanwhile


@sync_to_async(thread_sensitive=False)
@connection_given_back()
def _lets_look(session: str) -> bool:
    try:
        return may_look(session)
    except DatabaseError:
        return False


def may_look(session: str) -> bool:
    """Whether whoever a session is of may look at runs. Two queries."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session or None)
    user: Any = get_user(request)
    return bool(user.is_active and user.is_staff and user.has_perm("integrations.view_syncrun"))
