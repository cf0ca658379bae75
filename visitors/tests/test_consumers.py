from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from channels.testing import WebsocketCommunicator
from django.db import OperationalError

from garden.engine.layout import PlacedPlant, standing_radius
from garden.live import hub as live
from garden.live.consumers import SECONDS, garden_socket
from garden.models import Project
from garden.tests.factories import ProjectFactory
from garden.tests.hub import let_nothing_happen
from garden.tests.test_event_types import problems
from garden.vocabulary import Visibility
from visitors import consumers, selectors, walks
from visitors.consumers import STEP_MESSAGES, journey_socket

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from pytest_django import Settings

RADIUS = 8.0
HERE = (b"host", b"testserver")
OUR_PAGE = (b"origin", b"http://testserver")
AGREED = {"seen": frozenset({"essential", "live_presence"}), "counted": frozenset({"essential", "analytics"})}


@pytest_asyncio.fixture
async def opened(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> AsyncIterator[Callable[..., Any]]:
    """Opens sockets of one process beside a still hub, and closes them when the test is over."""
    settings.REDIS_URL = ""
    let_nothing_happen(monkeypatch)
    monkeypatch.setattr(consumers, "island_radius", lambda: RADIUS)
    monkeypatch.setattr(walks, "LEAST_DELAY", 0.0)
    monkeypatch.setattr(walks, "MOST_DELAY", 0.0)
    live.hub.start()
    await live.hub.ready()
    sockets: list[WebsocketCommunicator] = []

    async def open_socket(*headers: tuple[bytes, bytes], application: Any = None) -> WebsocketCommunicator:
        application = application or journey_socket(AGREED.get, cookie="visitor")
        socket = WebsocketCommunicator(application, "/ws/journey-tracking", headers=[HERE, *headers])
        accepted, _ = await socket.connect()
        assert accepted
        sockets.append(socket)
        return socket

    yield open_socket
    for socket in sockets:
        await socket.disconnect()
    live.hub.stop()


def step(x: float, z: float = 0.0, activity: str = "navigation") -> dict[str, Any]:
    data = {"position": {"x": x, "y": 0.3, "z": z}, "activity_type": activity}
    return {"event_type": "journey_step", "data": data}


async def say(socket: WebsocketCommunicator, message: Any) -> None:
    await socket.send_to(json.dumps(message))


async def hear(socket: WebsocketCommunicator, event_type: str) -> dict[str, Any]:
    """The next message of a type, which is as the API documents it."""
    while (message := json.loads(await socket.receive_from(3.0)))["event_type"] != event_type:
        assert problems("JourneyMessage", message) == []
    assert problems("JourneyMessage", message) == []
    return dict(message)


async def test_everybody_may_watch_and_hears_first_how_many_look_at_the_garden(opened: Any) -> None:
    garden = WebsocketCommunicator(garden_socket, "/ws/garden", headers=[HERE])
    await garden.connect()
    watcher = await opened()
    assert (await hear(watcher, "visitor_joined"))["data"] == {"present": 1}  # a watcher is no visitor of its own
    assert live.hub.stats.connections == 2
    await garden.disconnect()
    assert (await hear(watcher, "visitor_left"))["data"] == {"present": 0}


async def test_the_others_see_where_a_visitor_walks_who_agreed(opened: Any) -> None:
    walker, watcher = await opened(), await opened()
    await say(walker, {"token": "seen"})
    visitor_id = (await hear(walker, "journey_welcome"))["data"]["visitor_id"]
    await say(walker, step(1.2))
    told = await hear(watcher, "journey_step")
    assert told["data"] == {"steps": [[visitor_id, 1.0, 0.0, 1.0, 0.0, "navigation"]]}
    assert told["timestamp"].endswith("Z")
    await say(walker, step(2.0, -1.0, "interaction"))
    assert (await hear(watcher, "journey_step"))["data"]["steps"] == [[visitor_id, 1.0, 0.0, 2.0, -1.0, "interaction"]]


async def test_who_looks_at_the_garden_only_hears_of_no_walks(opened: Any) -> None:
    garden = WebsocketCommunicator(garden_socket, "/ws/garden", headers=[HERE])
    await garden.connect()
    walker = await opened()
    await say(walker, {"token": "seen"})
    await say(walker, step(1.0))
    await hear(walker, "journey_step")
    heard = []
    while not await garden.receive_nothing(0.3):
        heard.append(json.loads(await garden.receive_from())["event_type"])
    assert "journey_step" not in heard
    await garden.disconnect()


@pytest.mark.parametrize(
    "first", [{"token": "counted"}, {"token": "unknown"}, {"token": 7}, {"token": None}, step(1.0)]
)
async def test_without_consent_nothing_of_a_visitor_is_shown(opened: Any, first: Any) -> None:
    socket = await opened()
    for message in (first, step(1.0), {"token": "seen"}, step(1.0)):  # a token that is not the first message is late
        await say(socket, message)
        assert (await hear(socket, "journey_refused"))["data"]["reason"]
    assert len(consumers.walks._stage) == 0


@pytest.mark.parametrize(
    ("headers", "seen"),
    [
        ([OUR_PAGE, (b"cookie", b"theme=dark; visitor=seen")], True),
        ([OUR_PAGE, (b"cookie", b'theme={"dark": true}; visitor=seen')], True),
        ([OUR_PAGE, (b"cookie", b"visitor=counted")], False),
        ([OUR_PAGE, (b"cookie", b"\xff=;;visitor")], False),
        ([(b"cookie", b"visitor=seen")], False),
        ([(b"origin", b"https://friend.example.org"), (b"cookie", b"visitor=seen")], False),
    ],
)
async def test_the_cookie_counts_for_a_page_of_this_site_only(
    opened: Any, settings: Any, headers: list[Any], seen: bool
) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://friend.example.org"]
    socket = await opened(*headers)
    await hear(socket, "visitor_joined")
    await say(socket, step(1.0))
    answer = json.loads(await socket.receive_from(3.0))["event_type"]
    assert answer == ("journey_welcome" if seen else "journey_refused")


@pytest.mark.parametrize("x", [float("inf"), float("nan"), 1e300, RADIUS + 1])
async def test_a_position_outside_of_the_island_is_refused_and_the_socket_stays(opened: Any, x: float) -> None:
    socket = await opened()
    await say(socket, {"token": "seen"})
    await say(socket, step(x))
    assert "position" in (await hear(socket, "journey_refused"))["data"]["reason"]
    await say(socket, step(1.0))
    assert (await hear(socket, "journey_step"))["data"]["steps"][0][3] == 1.0


async def test_a_visitor_who_leaves_is_forgotten_at_once(opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walks, "LEAST_DELAY", 60.0)
    monkeypatch.setattr(walks, "MOST_DELAY", 60.0)
    socket = await opened()
    await say(socket, {"token": "seen"})
    await hear(socket, "journey_welcome")
    await say(socket, step(1.0))
    await say(socket, {"type": "ping"})
    await hear(socket, "pong")
    assert len(consumers.walks._stage) == 1
    await socket.disconnect()
    assert len(consumers.walks._stage) == 0


async def test_a_consent_that_was_withdrawn_ends_the_walk(opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "ASK_AGAIN_SECONDS", -1.0)
    agreed = dict(AGREED)
    socket = await opened(application=journey_socket(agreed.get, cookie=""))
    await say(socket, {"token": "seen"})
    await hear(socket, "journey_welcome")
    del agreed["seen"]
    await say(socket, step(1.0))
    await hear(socket, "journey_refused")


async def test_where_consent_cannot_be_looked_up_nobody_is_seen(opened: Any) -> None:
    def gone(_token: str) -> None:
        raise OperationalError("the database is gone")

    socket = await opened(application=journey_socket(gone, cookie=""))
    await say(socket, {"token": "seen"})
    await hear(socket, "journey_refused")


async def test_four_steps_a_second_are_within_what_a_socket_may_say(opened: Any) -> None:
    assert 4 * SECONDS * 1.25 <= STEP_MESSAGES
    socket = await opened()
    await say(socket, {"token": "seen"})
    for number in range(int(4 * SECONDS)):
        await say(socket, step(number / 10))
    await say(socket, {"type": "ping"})
    await hear(socket, "pong")
    for _ in range(STEP_MESSAGES):
        await say(socket, {"type": "ping"})
    while (output := await socket.receive_output(3))["type"] != "websocket.close":
        pass
    assert output["code"] == 1008


async def test_sockets_can_be_turned_off(settings: Any) -> None:
    settings.ENABLE_WEBSOCKETS = False
    socket = WebsocketCommunicator(journey_socket(AGREED.get, cookie=""), "/ws/journey-tracking", headers=[HERE])
    assert await socket.connect() == (False, 1008)


async def test_whispers_of_walks_come_four_times_a_second_at_most(opened: Any) -> None:
    walker, watcher = await opened(), await opened()
    await say(walker, {"token": "seen"})
    await hear(walker, "journey_welcome")
    clock = asyncio.get_running_loop().time
    began = clock()
    for number in range(30):
        await say(walker, step(number / 10))
        await asyncio.sleep(0.02)
    heard = 1
    while (await hear(watcher, "journey_step"))["data"]["steps"][0][3] != 3.0:
        heard += 1
    assert heard <= (clock() - began) * 4 + 1


@pytest.mark.django_db
def test_one_walks_on_the_island_that_everyone_sees() -> None:
    selectors._island_radius.cache_clear()
    ProjectFactory(position_x=4.0, position_z=3.0)
    ProjectFactory(position_x=40.0, position_z=30.0, visibility=Visibility.PRIVATE)
    seen = Project.objects.get(position_x=4.0)
    assert selectors.island_radius() == standing_radius([PlacedPlant(seen.genome.variant, 4.0, 3.0)])
    selectors._island_radius.cache_clear()
