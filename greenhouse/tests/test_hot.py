from __future__ import annotations

import asyncio
import gzip
import json
import re
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from channels.testing import HttpCommunicator
from django.db import OperationalError, connections
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone
from prometheus_client import REGISTRY

from common.byte_cache import ByteCache
from garden import planting, selectors, services
from garden.engine.layout import Position
from garden.live import hub as live
from garden.sources import SourceRef
from garden.tests.factories import ProjectFactory
from garden.vocabulary import InteractionKind, Visibility
from greenhouse import asgi, state
from greenhouse.asgi import application
from greenhouse.hot_routes import HOT_ROUTES
from greenhouse.site import raster
from greenhouse.web import body_limits, freshness, health, hot, metrics
from greenhouse.web.answers import codings_taken, names, owed_headers
from greenhouse.web.health import Status
from greenhouse.web.hot import HotReads
from skills.services import sync_from_projects
from social.tests.factories import written

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from django.contrib.auth.models import User

    from garden.models import Project


GARDEN = "/api/v1/garden/"


@pytest.fixture
def three_a_minute(settings: Any) -> None:
    """A limit that a test can reach. Asked for before the door, which reads it."""
    settings.RATE_LIMITS = {"garden": "3/minute", "read": "3/minute"}


@pytest_asyncio.fixture
async def door(transactional_db: None) -> AsyncIterator[HotReads]:
    """The door with a fresh limiter, in front of an application that answers 204 to whatever gets through."""
    owed_headers.cache_clear()

    async def beyond(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    yield HotReads(beyond, HOT_ROUTES)
    live.hub.stop()


async def ask(door: Any, path: str = GARDEN, method: str = "GET", client: str = "", **headers: str) -> dict[str, Any]:
    """One request; the answer's headers come as a dictionary of text."""
    sent = {"host": "testserver", **headers}
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in sent.items()]
    request = HttpCommunicator(door, method, path, headers=raw)
    request.scope["scheme"] = "http"
    request.scope["client"] = (client, 1) if client else None
    answer = await request.get_response(timeout=10)
    return {**answer, "headers": {name.decode(): value.decode() for name, value in answer["headers"]}}


def plant(name: str) -> None:
    try:
        planting.plant_seed(name=name, description="", at=Position(-4, -2), now=timezone.now())
    finally:
        connections.close_all()


async def test_the_garden_is_answered_without_django(door: HotReads) -> None:
    answer = await ask(door)
    assert answer["status"] == 200
    assert answer["headers"]["content-type"] == "application/json"
    assert answer["headers"]["cache-control"] == "no-cache"
    assert int(answer["headers"]["content-length"]) == len(answer["body"])
    assert "projects" in json.loads(answer["body"])


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/garden/?season=winter",
        "/api/v1/projects/",
        "/api/v1/garden//",
        "/?page=2",
        "/?q=moss",
        "/fragments/changes/?since=007",
        "/fragments/changes/",
        "/projects/nowhere/",
        "/admin/login/",
        "/nowhere",
    ],
)
async def test_everything_out_of_the_ordinary_goes_on_to_django(door: HotReads, path: str) -> None:
    assert (await ask(door, path))["status"] == 204


@pytest.mark.parametrize("method", ["POST", "OPTIONS", "DELETE"])
async def test_other_methods_go_on_to_django(door: HotReads, method: str) -> None:
    assert (await ask(door, method=method))["status"] == 204


async def test_a_host_that_is_not_ours_goes_on_to_django_which_refuses_it(door: HotReads) -> None:
    assert (await ask(door, host="evil.example"))["status"] == 204


async def test_the_slash_makes_no_difference(door: HotReads) -> None:
    assert (await ask(door, "/api/v1/garden"))["body"] == (await ask(door))["body"]


async def test_the_second_answer_costs_no_query(door: HotReads, monkeypatch: pytest.MonkeyPatch) -> None:
    await ask(door)
    await live.hub.ready()

    def no_database() -> None:
        raise AssertionError("the state was assembled again")

    monkeypatch.setattr(state, "current", no_database)
    assert (await ask(door))["status"] == 200


async def test_many_first_readers_wait_for_one_assembly(door: HotReads, monkeypatch: pytest.MonkeyPatch) -> None:
    assembled: list[None] = []
    real = state.assemble_bytes

    def counted(now: datetime) -> state.StateBytes:
        assembled.append(None)
        return real(now)

    monkeypatch.setattr(state, "assemble_bytes", counted)
    answers = await asyncio.gather(*(ask(door) for _ in range(20)))
    assert {answer["status"] for answer in answers} == {200}
    assert len(assembled) == 1


async def test_a_read_after_a_write_in_the_same_process_sees_it(door: HotReads) -> None:
    before = json.loads((await ask(door))["body"])
    await live.hub.ready()
    await asyncio.to_thread(plant, "Fresh")
    after = json.loads((await ask(door))["body"])
    assert after["version"] > before["version"]
    assert [project["name"] for project in after["projects"]] == ["Fresh"]


async def test_without_the_hub_nothing_kept_is_trusted_unasked(door: HotReads, monkeypatch: pytest.MonkeyPatch) -> None:
    await ask(door)
    live.hub.stop()
    asked: list[None] = []
    real = selectors.state_version

    def counted() -> int:
        asked.append(None)
        return real()

    monkeypatch.setattr(selectors, "state_version", counted)
    await ask(door)
    assert asked


async def test_while_the_hub_cannot_read_the_outbox_nothing_kept_is_trusted(
    door: HotReads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "RETRY_SECONDS", 0.05)
    await ask(door)
    await live.hub.ready()

    def locked(*_: object) -> int:
        raise OperationalError("database is locked")

    with monkeypatch.context() as patch:
        patch.setattr(live.Hub, "_look", locked)
        live.hub.wake()
        async with asyncio.timeout(3):
            while not live.failing():
                await asyncio.sleep(0.01)
        assert live.newest_seq() is None  # so that the hot read assembles anew
        assert await asyncio.to_thread(_finding) == Status.DEGRADED
    async with asyncio.timeout(3):
        while live.failing():
            live.hub.wake()
            await asyncio.sleep(0.01)
    assert live.newest_seq() is not None


def _finding() -> Status:
    try:
        return health.live_updates().status
    finally:
        connections.close_all()


async def test_gzip_is_the_same_garden_in_fewer_bytes(door: HotReads) -> None:
    plain, zipped = await ask(door), await ask(door, accept_encoding="br, gzip")
    assert zipped["headers"]["content-encoding"] == "gzip"
    assert "accept-encoding" in zipped["headers"]["vary"].lower()
    assert gzip.decompress(zipped["body"]) == plain["body"]


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        ("gzip", True),
        ("deflate, GZIP;q=0.5", True),
        ("*", True),
        ("", False),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip;q=0, *", False),
        ("br, *;q=0.0", False),
    ],
)
def test_gzip_is_sent_to_those_who_take_it(header: str, accepted: bool) -> None:
    assert ("gzip" in codings_taken(header.encode())) is accepted


async def test_who_has_the_version_already_gets_304_and_no_body(door: HotReads) -> None:
    first = await ask(door)
    again = await ask(door, if_none_match=first["headers"]["etag"])
    assert (again["status"], again["body"]) == (304, b"")
    assert again["headers"]["etag"] == first["headers"]["etag"]
    await asyncio.to_thread(plant, "Newer")
    assert (await ask(door, if_none_match=first["headers"]["etag"]))["status"] == 200


@pytest.mark.parametrize(
    ("header", "known"),
    [(b'W/"7-a"', True), (b'"7-a"', True), (b'"6-b", W/"7-a"', True), (b"*", True), (b'"7-b"', False), (b"", False)],
)
def test_validators_are_compared_weakly(header: bytes, known: bool) -> None:
    assert names(header, b'W/"7-a"') is known


async def test_head_is_the_same_without_the_body(door: HotReads) -> None:
    get, head = await ask(door), await ask(door, method="HEAD")
    assert head["body"] == b""
    assert head["headers"] == get["headers"]


async def test_the_hot_answer_carries_what_djangos_middlewares_add(door: HotReads) -> None:
    def ask_django() -> dict[str, str]:
        try:
            return dict(Client().get(GARDEN).headers)
        finally:
            connections.close_all()

    ordinary = await asyncio.to_thread(ask_django)
    hot_answer = await ask(door)
    own = {"etag", "cache-control", "content-length", "vary", "allow"}
    theirs = {name.lower(): value for name, value in ordinary.items() if name.lower() not in own}
    parts = {name: set(value.split("; ")) for name, value in theirs.items()}
    assert {name: set(hot_answer["headers"].get(name, "").split("; ")) for name in theirs} == parts
    assert hot_answer["headers"]["x-frame-options"] == "DENY"
    assert hot_answer["headers"]["x-content-type-options"] == "nosniff"
    assert {"frame-ancestors 'none'", "object-src 'none'"} <= parts["content-security-policy"]


async def test_only_sites_that_the_owner_lets_in_may_read_across_origins(door: HotReads, settings: Any) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://friend.example"]
    friend, stranger = await ask(door, origin="https://friend.example"), await ask(door, origin="https://evil.example")
    assert friend["headers"]["access-control-allow-origin"] == "https://friend.example"
    assert "access-control-allow-origin" not in stranger["headers"]
    assert "origin" in stranger["headers"]["vary"].lower()


async def test_a_client_over_the_limit_waits_and_others_do_not(three_a_minute: None, door: HotReads) -> None:
    statuses = [(await ask(door, client="198.51.100.7"))["status"] for _ in range(4)]
    refused = await ask(door, client="198.51.100.7")
    assert statuses == [200, 200, 200, 429]
    assert 1 <= int(refused["headers"]["retry-after"]) <= 60
    assert json.loads(refused["body"])["error"]["code"] == "throttled"
    assert (await ask(door, client="198.51.100.8"))["status"] == 200


def cached(door: HotReads, path: str = GARDEN, method: str = "GET", **headers: str) -> tuple[bytes, bytes] | None:
    """What our own server asks for before it calls the application."""
    named = {"host": "testserver", **headers}
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in named.items()]
    client = ("198.51.100.7", 1)
    scope: Any = {
        "method": method,
        "path": path,
        "query_string": b"",
        "scheme": "http",
        "client": client,
        "headers": sent,
    }
    return door.cached_answer(scope)


async def remembered(door: HotReads, **headers: str) -> dict[str, Any]:
    """The garden as it is answered, and kept from now on."""
    live.hub.start()
    await live.hub.ready()
    return await ask(door, client="198.51.100.7", **headers)


async def test_what_lies_in_memory_is_answered_at_once_with_the_same_words(door: HotReads) -> None:
    assert cached(door) is None  # nobody has asked yet
    usual = await remembered(door, accept_encoding="gzip")
    head, body = cached(door, accept_encoding="gzip") or (b"", b"")
    status, *lines = head.decode().removesuffix("\r\n").split("\r\n")
    assert status == "HTTP/1.1 200 OK"
    assert dict(line.split(": ", 1) for line in lines) == usual["headers"]
    assert body == usual["body"]
    etag = usual["headers"]["etag"]
    assert (cached(door, if_none_match=etag) or (b"",))[0].startswith(b"HTTP/1.1 304 Not Modified\r\n")


@pytest.mark.parametrize(
    "asked",
    [
        {"method": "HEAD"},
        {"method": "POST"},
        {"path": "/skills/"},
        {"host": "evil.example"},
        {"authorization": "Visitor token"},
        {"authorization": "Api-Key gh_1"},
        {"referer": "https://www.linkedin.com/"},  # another answer, which nobody has asked for
    ],
)
async def test_what_is_out_of_the_ordinary_is_not_answered_at_once(
    three_a_minute: None, door: HotReads, asked: dict[str, str]
) -> None:
    await remembered(door)
    for _ in range(4):  # which is not counted: the application counts what it is asked
        assert cached(door, **asked) is None
    assert (cached(door) or (b"",))[0].startswith(b"HTTP/1.1 200 OK\r\n")


async def test_what_is_answered_at_once_counts_for_the_limit(three_a_minute: None, door: HotReads) -> None:
    await remembered(door)
    answers = [(cached(door) or (b"",))[0].partition(b"\r\n")[0] for _ in range(3)]
    assert answers == [b"HTTP/1.1 200 OK", b"HTTP/1.1 200 OK", b"HTTP/1.1 429 Too Many Requests"]


async def test_what_is_answered_at_once_is_counted_once(door: HotReads) -> None:
    await remembered(door)
    labels = {"method": "GET", "endpoint": f"/{resolve(GARDEN).route}"}
    hit = {"cache": "memory", "result": "hit"}

    def counted() -> list[float]:
        names: Any = (
            ("api_requests_total", labels),
            ("cache_requests_total", hit),
            ("request_duration_seconds_count", {}),
        )
        return [REGISTRY.get_sample_value(*one) or 0.0 for one in names]

    before = counted()
    assert cached(door) is not None
    assert counted() == [one + 1 for one in before]


async def test_what_has_changed_is_not_answered_at_once(door: HotReads) -> None:
    await remembered(door)
    await asyncio.to_thread(plant, "Moss")
    assert cached(door) is None


async def test_the_addresses_of_one_household_on_ipv6_share_the_limit(three_a_minute: None, door: HotReads) -> None:
    statuses = [(await ask(door, client=f"2001:db8:1:2::{turn}"))["status"] for turn in range(4)]
    assert statuses[-1] == 429
    assert (await ask(door, client="2001:db8:1:3::1"))["status"] == 200


async def test_the_sockets_of_one_household_on_ipv6_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    async def counting(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["client"][0])

    monkeypatch.setitem(asgi.SOCKETS, "/ws/garden", counting)
    for address in ("2001:db8:1:2::1", "2001:db8:1:2::2", "2001:db8:1:3::1"):
        scope: Any = {"type": "websocket", "path": "/ws/garden", "headers": [], "client": (address, 1)}
        await asgi.application(scope, None, None)
    assert seen[0] == seen[1] != seen[2]


async def test_an_address_that_a_client_claims_for_itself_is_not_believed(three_a_minute: None, door: HotReads) -> None:
    statuses = [
        (await ask(door, client="198.51.100.7", x_forwarded_for=f"10.0.0.{turn}"))["status"] for turn in range(4)
    ]
    assert statuses[-1] == 429


async def test_a_client_that_waited_may_ask_again(
    three_a_minute: None, door: HotReads, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        await ask(door)
    monkeypatch.setattr(door._limits["garden"], "_ends", 0.0)
    assert (await ask(door))["status"] == 200


async def test_with_nothing_kept_a_database_that_is_gone_is_djangos_to_report(
    door: HotReads, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(state, "current", gone)
    assert (await ask(door))["status"] == 204


# --- Pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def moss(transactional_db: None, settings: Any) -> Project:
    """A listed project with a page, and an owner who has one, too. Made before the door opens."""
    settings.OWNER_NAME = "Ada"
    return ProjectFactory.create(name="Moss", slug="moss", technologies=["Python"])


def ask_django(path: str, client: Client | None = None) -> Any:
    """What Django answers by itself, from a thread of its own."""
    try:
        return (client or Client()).get(path)
    finally:
        connections.close_all()


def addresses() -> dict[str, str]:
    """An address of each line of the table."""
    named = {"project": "moss", "plant-picture": "moss", "plant-card": "moss", "post": "news", "skill": "python"}
    arguments: dict[str, list[Any]] = {"icon": [192]} | {name: [slug] for name, slug in named.items()}
    return {
        route.name: reverse(route.name, args=arguments.get(route.name)) + ("?since=1" if "since" in route.query else "")
        for route in HOT_ROUTES
    }


def fill() -> None:
    """A skill and a post, so that each has a page."""
    try:
        sync_from_projects(now=timezone.now())
        assert written(title="News").slug == "news"
    finally:
        connections.close_all()


def shapeless(html: bytes) -> bytes:
    """An answer without the moment that it was written in."""
    return re.sub(rb'<time [^>]*>[^<]*</time>|"generated_at": "[^"]*"', b"", html)


async def test_every_line_of_the_table_answers_what_django_would(moss: Project, door: HotReads) -> None:
    await asyncio.to_thread(fill)
    for name, address in addresses().items():
        hot_answer, ordinary = await ask(door, address), await asyncio.to_thread(ask_django, address)
        assert hot_answer["status"] == ordinary.status_code, name
        if name != "garden-state":  # it says when it was made
            assert shapeless(hot_answer["body"]) == shapeless(ordinary.content), name
        own = {"etag", "cache-control", "content-length", "vary", "allow"}
        theirs = {header.lower(): value for header, value in ordinary.headers.items() if header.lower() not in own}
        parts = {header: set(value.split("; ")) for header, value in theirs.items()}
        found = {header: set(hot_answer["headers"].get(header, "").split("; ")) for header in theirs}
        assert found == parts, name


async def test_pages_are_the_same_for_the_signed_in_owner(moss: Project, door: HotReads, admin_user: User) -> None:
    owner = Client()
    await asyncio.to_thread(sign_in, owner, admin_user)
    await asyncio.to_thread(fill)
    for name, address in addresses().items():
        if name == "garden-state":
            continue
        mine = await asyncio.to_thread(ask_django, address, owner)
        cookie = f"sessionid={owner.cookies['sessionid'].value}"
        assert shapeless((await ask(door, address, cookie=cookie))["body"]) == shapeless(mine.content), name
        assert "cookie" not in mine.headers.get("Vary", "").lower(), name
        assert not mine.cookies, name


def sign_in(client: Client, user: User) -> None:
    try:
        client.force_login(user)
    finally:
        connections.close_all()


async def test_a_cold_page_is_written_once_however_many_wait(
    moss: Project, door: HotReads, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    real = hot._render

    def counted(found: hot.Hot) -> hot.Rendered | None:
        made.append(found.path)
        return real(found)

    monkeypatch.setattr(hot, "_render", counted)
    paths = ["/", "/projects/moss/", "/skills/"]
    answers = await asyncio.gather(*(ask(door, path) for path in paths * 10))
    assert {answer["status"] for answer in answers} == {200}
    assert sorted(made) == sorted(paths)


async def test_pictures_that_are_drawn_hold_up_no_page(
    moss: Project, door: HotReads, monkeypatch: pytest.MonkeyPatch
) -> None:
    done, drawn = threading.Event(), []
    real = raster.photograph

    def slow(svg: str, width: int, height: int) -> bytes:
        drawn.append(svg)
        assert done.wait(10)
        return real(svg, width, height)

    monkeypatch.setattr(raster, "photograph", slow)
    pictures = [asyncio.create_task(ask(door, path)) for path in ("/og.png", "/projects/moss/og.png")]
    try:
        async with asyncio.timeout(10):
            while not drawn:
                await asyncio.sleep(0.01)
        assert [(await ask(door, path))["status"] for path in ("/", "/projects/moss/")] == [200, 200]
    finally:
        done.set()
    assert [answer["status"] for answer in await asyncio.gather(*pictures)] == [200, 200]


async def test_what_changes_while_a_page_is_written_is_not_lost(
    moss: Project, door: HotReads, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, changed = hot._render, threading.Event()

    def interrupted(found: hot.Hot) -> hot.Rendered | None:
        page = real(found)
        if not changed.is_set():
            changed.set()
            plant("Late")
        return page

    monkeypatch.setattr(hot, "_render", interrupted)
    await ask(door, "/")
    assert b"Late" in (await ask(door, "/"))["body"]


@pytest.mark.parametrize("path", ["/og.png", "/projects/moss/og.png", "/favicon.ico", "/icons/192.png"])
async def test_a_picture_is_kept_and_not_packed_again(moss: Project, door: HotReads, path: str) -> None:
    answer = await ask(door, path, accept_encoding="gzip")
    assert (answer["status"], answer["headers"].get("content-encoding")) == (200, None)
    assert answer["headers"]["cache-control"].startswith("public, max-age=")
    unchanged = await ask(door, path, if_none_match=answer["headers"]["etag"])
    assert (unchanged["status"], unchanged["body"]) == (304, b"")
    assert unchanged["headers"]["cache-control"] == answer["headers"]["cache-control"]


@pytest.mark.parametrize("path", ["/feed.atom", "/feed.json"])
async def test_a_feed_reader_that_only_knows_the_date_is_told_that_nothing_changed(
    moss: Project, door: HotReads, path: str
) -> None:
    answer = await ask(door, path, accept_encoding="gzip")
    modified, etag = answer["headers"]["last-modified"], answer["headers"]["etag"]
    assert answer["headers"]["content-encoding"] == "gzip"
    assert (await ask(door, path, if_modified_since=modified))["status"] == 304
    assert (await ask(door, path, if_modified_since="Mon, 01 Jan 2024 00:00:00 GMT"))["status"] == 200
    assert (await ask(door, path, if_modified_since=modified, if_none_match='"another"'))["status"] == 200
    assert (await ask(door, path, if_none_match=etag))["headers"]["last-modified"] == modified


async def test_a_project_that_is_hidden_is_gone_at_once(moss: Project, door: HotReads) -> None:
    its_own = ("/projects/moss/", "/projects/moss/og.png", "/cards/projects/moss.svg", "/cards/projects/moss-dark.svg")
    for path in its_own:
        assert (await ask(door, path))["status"] == 200
    await live.hub.ready()
    await asyncio.to_thread(change, planting.hide, moss, gone=SourceRef("github", "7"))
    for path in its_own:
        assert (await ask(door, path))["status"] == 204  # Django's to say that there is nothing
    for path in ("/", "/sitemap.xml", "/fragments/plants/", "/feed.atom", "/feed.json", "/cards/garden.svg", GARDEN):
        assert b"moss" not in (await ask(door, path))["body"].lower(), path


def change(service: Any, project: Project, **arguments: Any) -> None:
    try:
        service(project=project, source="owner", now=timezone.now(), **arguments)
    finally:
        connections.close_all()


async def test_a_page_for_those_who_know_its_address_is_never_kept(moss: Project, door: HotReads) -> None:
    def unlist() -> None:
        try:
            planting.curate(project=moss, changes={"visibility": Visibility.UNLISTED}, now=timezone.now())
        finally:
            connections.close_all()

    await asyncio.to_thread(unlist)
    assert [(await ask(door, "/projects/moss/"))["status"] for _ in range(2)] == [204, 204]
    entry = door._entries.get(("/projects/moss/", ""))
    assert entry is not None
    assert entry.rendered is None


async def test_a_visitors_attention_makes_nothing_that_is_kept_outdated(
    moss: Project, door: HotReads, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asyncio.to_thread(change, services.grow, moss)
    before = [(await ask(door, path))["headers"]["etag"] for path in ("/", GARDEN)]
    await live.hub.ready()
    newest = live.hub.newest

    def water() -> None:
        try:
            services.interact(project=moss, kind=InteractionKind.WATER, visitor="someone", now=timezone.now())
        finally:
            connections.close_all()

    await asyncio.to_thread(water)
    async with asyncio.timeout(3):
        while live.hub.newest == newest:
            await asyncio.sleep(0.01)

    def written_again(_: hot.Hot) -> None:
        raise AssertionError("written again")

    monkeypatch.setattr(hot, "_render", written_again)
    assert [(await ask(door, path))["headers"]["etag"] for path in ("/", GARDEN)] == before


@pytest.mark.parametrize("query", ["?utm_source=a&fbclid=b", "?", "?unknown"])
async def test_parameters_that_no_page_knows_lead_to_the_same_page(door: HotReads, query: str) -> None:
    await remembered(door)
    plain = await ask(door, "/")
    hits, _asked = metrics.cache_hits()["memory"]
    assert (await ask(door, f"/{query}"))["body"] == plain["body"]
    assert metrics.cache_hits()["memory"][0] == hits + 1
    assert len(door._entries) == 2


async def test_pages_are_counted_under_their_routes(moss: Project, door: HotReads) -> None:
    counter = metrics.REQUESTS.labels("GET", "/projects/<slug:slug>/")
    before = counter._value.get()
    await ask(door, "/projects/moss/")
    assert counter._value.get() == before + 1


async def test_a_client_that_reads_too_many_pages_waits(three_a_minute: None, door: HotReads) -> None:
    statuses = [(await ask(door, "/", client="198.51.100.7"))["status"] for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    refused = await ask(door, "/skills/", client="198.51.100.7")
    assert refused["headers"]["content-type"].startswith("text/plain")
    assert (await ask(door, client="198.51.100.7"))["status"] == 200  # the garden has a limit of its own


async def test_what_is_kept_is_given_with_its_age_while_the_database_is_gone(
    door: HotReads, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = await ask(door, "/")
    live.hub.stop()

    def gone() -> int:
        raise OperationalError("connection refused")

    monkeypatch.setattr(selectors, "state_version", gone)
    answer = await ask(door, "/")
    assert (answer["status"], answer["body"]) == (200, kept["body"])
    assert int(answer["headers"]["age"]) >= 0
    assert (await ask(door, "/skills/"))["status"] == 204  # Django's to report


@pytest.mark.parametrize("path", [GARDEN, "/", "/privacy/"])
@pytest.mark.parametrize("brought", [{"cookie": "a=b; visitor=token"}, {"authorization": "Visitor token"}])
async def test_who_brings_a_visitors_token_goes_on_to_django(
    door: HotReads, path: str, brought: dict[str, str]
) -> None:
    assert (await ask(door, path))["status"] == 200
    assert (await ask(door, path, **brought))["status"] == 204
    assert (await ask(door, path, cookie="sessionid=1"))["status"] == 200
    assert (await ask(door, path, authorization="Bearer token"))["status"] == 200


@pytest.mark.parametrize("path", [GARDEN, "/"])
async def test_where_a_visitor_comes_from_is_one_of_a_few_answers_and_kept(door: HotReads, path: str) -> None:
    await asyncio.to_thread(plant, "Moss")
    everyones = await ask(door, path)
    searched = await ask(door, path, referer="https://www.google.com/search?q=a+secret")
    asked = await ask(door, path, referer="https://chatgpt.com/c/a-secret")
    assert len({answer["headers"]["etag"] for answer in (everyones, searched, asked)}) == 3
    assert b"You come from a search" in searched["body"]
    for referrer in ("http://testserver/about/", "https://friend.example/links", "no address", "https://[", "\xff"):
        assert (await ask(door, path, referer=referrer))["body"] == everyones["body"]
    kept = len(door._entries)
    again = await ask(door, path, referer="https://duckduckgo.com/")
    assert (again["body"], len(door._entries)) == (searched["body"], kept)
    tag = searched["headers"]["etag"]
    assert (await ask(door, path, referer="https://bing.com/", if_none_match=tag))["status"] == 304
    assert (await ask(door, path, if_none_match=tag))["status"] == 200


async def test_a_view_that_fails_is_djangos_to_answer(door: HotReads, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_variant: str) -> hot.Rendered:
        raise RuntimeError("a view that fails")

    monkeypatch.setitem(door._routes, "robots", replace(door._routes["robots"], render=broken))
    assert (await ask(door, "/robots.txt"))["status"] == 204


def test_the_least_used_goes_when_there_is_no_more_room() -> None:
    cache: ByteCache[Weighed] = ByteCache(most_bytes=10, most_entries=3)
    for name in "abc":
        cache.put(name, Weighed(4))
    assert [cache.get(name) is not None for name in "abc"] == [False, True, True]
    cache.get("b")
    cache.put("d", Weighed(4))
    assert [cache.get(name) is not None for name in "bcd"] == [True, False, True]
    cache.put("b", Weighed(1))
    assert (len(cache), cache.weight) == (2, 5)
    cache.put("too large", Weighed(11))
    assert (len(cache), cache.weight) == (0, 0)
    for name in "wxyz":
        cache.put(name, Weighed(0))
    assert len(cache) == 3


@dataclass
class Weighed:
    weight: int


# --- Bodies ----------------------------------------------------------------------------------------------------------


async def post(path: str, chunks: list[bytes], announced: int | None = None) -> tuple[int, bytes, int]:
    """Status, body, and how many chunks were taken."""
    taken = 0

    async def receive() -> dict[str, Any]:
        nonlocal taken
        if taken == len(chunks):
            await asyncio.sleep(3600)
        taken += 1
        return {"type": "http.request", "body": chunks[taken - 1], "more_body": taken < len(chunks)}

    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = [(b"host", b"testserver"), (b"content-type", b"application/json")]
    if announced is not None:
        headers.append((b"content-length", str(announced).encode()))
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "scheme": "http",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("testserver", 80),
    }
    await asyncio.wait_for(application(scope, receive, send), 20)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:]), taken


@pytest.mark.django_db(transaction=True)
async def test_a_huge_body_for_an_unknown_address_is_refused_by_its_announced_length(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(body_limits, "LINGER_SECONDS", 0.05)
    status, body, _ = await post("/nowhere", [b"x"], announced=300 * body_limits.MEGABYTE)
    assert status == 413
    assert json.loads(body)["error"]["code"] == "too_large"


@pytest.mark.django_db(transaction=True)
async def test_a_huge_body_of_unknown_length_is_refused_long_before_its_end() -> None:
    status, _, taken = await post("/nowhere", [b"x" * body_limits.MEGABYTE] * 300)
    assert status == 413
    assert taken < 100


# --- What a stranger may not do to it ---------------------------------------------------------------------------------


def unanswered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database is gone for whoever asks how fresh the garden is."""

    def gone() -> str:
        raise OperationalError("the connection is closed")

    monkeypatch.setattr(freshness, "_freshness", gone)


async def test_without_the_database_what_was_hidden_since_is_not_shown_again(
    moss: Project, door: HotReads, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in ("/projects/moss/", "/", "/robots.txt"):
        assert (await ask(door, path))["status"] == 200
    await live.hub.ready()
    await asyncio.to_thread(change, planting.hide, moss, gone=SourceRef("github", "7"))
    await asyncio.to_thread(live.hub.stop)  # it has heard of it, and tells of nothing any more
    assert b"Moss" not in (await ask(door, "/"))["body"]
    unanswered(monkeypatch)
    door._freshness._until = 0.0
    assert (await ask(door, "/"))["headers"]["age"]
    assert (await ask(door, "/projects/moss/"))["status"] == 204  # Django's to refuse


async def test_a_change_that_was_heard_of_and_not_read_leaves_nothing_to_show_without_the_database(
    moss: Project, door: HotReads, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await ask(door, "/"))["status"] == 200
    unanswered(monkeypatch)
    door._freshness._note_change()
    assert (await ask(door, "/"))["status"] == 204


async def test_what_goes_on_to_django_for_its_parameters_counts_for_the_limit(
    moss: Project, door: HotReads, settings: Any
) -> None:
    statuses = [(await ask(door, f"/?q={number}", client="192.0.2.7"))["status"] for number in range(301)]
    assert statuses[-1] == 429
    assert set(statuses[:-1]) <= {200, 204}


async def test_endless_addresses_are_not_kept(door: HotReads) -> None:
    assert (await ask(door, f"/skills/{'x' * 5000}/"))["status"] == 204
    assert len(door._entries) == 0
