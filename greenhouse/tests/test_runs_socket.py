"""How sync runs go reaches those who may look at them, and nobody else."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import connections
from django.test import Client
from django.utils import timezone

from common import database
from greenhouse.asgi import SOCKETS
from greenhouse.console import runs_socket
from integrations.models import SyncRun

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django import Settings

HERE = (b"host", b"testserver")


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def socket_of(session: str, *headers: tuple[bytes, bytes]) -> WebsocketCommunicator:
    cookie = (b"cookie", f'of_another_program={{"open": true}}; {settings.SESSION_COOKIE_NAME}={session}'.encode())
    return WebsocketCommunicator(SOCKETS["/ws/runs"], "/ws/runs", headers=[HERE, cookie, *headers])


async def heard(socket: WebsocketCommunicator) -> dict[str, str]:
    message = json.loads(await socket.receive_from(10.0))
    assert message["event_type"] == "runs"
    return dict(message["data"]["panels"])


@pytest.mark.django_db
def test_only_who_may_look_at_runs_is_told(admin_user: User) -> None:
    helper = User.objects.create_user("ann", is_staff=True)
    helper.groups.set(Group.objects.all())
    assert runs_socket.may_look(session_of(admin_user))
    for session in ("", "made up", "x" * 5000, session_of(helper), session_of(User.objects.create_user("visitor"))):
        assert not runs_socket.may_look(session)
    session = session_of(admin_user)
    admin_user.is_active = False
    admin_user.save()
    assert not runs_socket.may_look(session)


@pytest.mark.django_db
def test_what_goes_on_or_ended_lately_is_told_as_the_page_shows_it(admin_client: Client) -> None:
    now = timezone.now()
    open_run = SyncRun.objects.create(
        provider="git", trigger="owner", status="running", step="Planting", done=1, total=4
    )
    ended = SyncRun.objects.create(provider="github", trigger="owner", status="failed", error="No.", ended_at=now)
    SyncRun.objects.create(
        provider="git", trigger="owner", status="succeeded", ended_at=now - timedelta(hours=1), subject="old"
    )
    panels = runs_socket.panels_now()
    assert set(panels) == {str(open_run.pk), str(ended.pk)}
    assert 'value="25"' in panels[str(open_run.pk)]
    assert "data-goes-on" in panels[str(open_run.pk)]
    assert "data-goes-on" not in panels[str(ended.pk)]
    watched = admin_client.get(f"/admin/integrations/syncrun/{open_run.pk}/progress/").content.decode()
    assert watched == panels[str(open_run.pk)]


async def in_database(work: Callable[[], Any]) -> Any:
    """What a piece of work gives, done in a thread that lets go of the database."""

    def done() -> Any:
        try:
            return work()
        finally:
            connections.close_all()

    return await sync_to_async(done, thread_sensitive=False)()


@pytest.mark.django_db(transaction=True)
async def test_progress_is_pushed_until_the_session_ends(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://blog.example"]
    monkeypatch.setattr(runs_socket, "BEAT_EVERY", timedelta(seconds=0.02))
    monkeypatch.setattr(runs_socket, "WHO_EVERY", timedelta(seconds=0.02))
    monkeypatch.setattr(database, "close_old_connections", connections.close_all)
    owner = await in_database(lambda: User.objects.create_superuser("owner"))
    run = await in_database(
        lambda: SyncRun.objects.create(provider="git", trigger="owner", status="running", done=1, total=4)
    )
    session = await in_database(lambda: session_of(owner))
    elsewhere = [(b"origin", b"https://elsewhere.example"), (b"origin", b"https://blog.example")]
    for refused in (socket_of("made up"), *(socket_of(session, origin) for origin in elsewhere)):
        accepted, _ = await refused.connect()
        assert not accepted
    socket = socket_of(session, (b"origin", b"http://testserver"))
    accepted, _ = await socket.connect()
    assert accepted
    assert 'value="25"' in (await heard(socket))[str(run.pk)]
    await in_database(lambda: SyncRun.objects.filter(pk=run.pk).update(done=3))
    assert 'value="75"' in (await heard(socket))[str(run.pk)]
    await in_database(lambda: User.objects.filter(pk=owner.pk).update(is_active=False))
    closed: Any = await socket.receive_output(10.0)
    assert (closed["type"], closed["code"]) == ("websocket.close", 1008)
    await socket.disconnect()


async def test_however_many_look_the_database_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0

    async def read() -> dict[str, str]:
        nonlocal asked
        asked += 1
        return {"1": str(asked)}

    monkeypatch.setattr(runs_socket, "_read_panels", read)
    monkeypatch.setattr(runs_socket, "BEAT_EVERY", timedelta(hours=1))  # longer than a busy machine takes
    cache = runs_socket.PanelCache()
    told = await asyncio.gather(*(cache.panels() for _ in range(50)))
    assert (asked, told) == (1, [{"1": "1"}] * 50)
    assert await cache.panels() == {"1": "1"}
    monkeypatch.setattr(cache, "_until", 0.0)
    assert await cache.panels() == {"1": "2"}
