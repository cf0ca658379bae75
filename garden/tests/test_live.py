from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
import pytest_asyncio
from channels.layers import InMemoryChannelLayer
from channels.testing import WebsocketCommunicator
from django.conf import settings as project_settings
from django.db import OperationalError, connection, connections, transaction

from garden import events
from garden.event_types import SeedPlanted, StateRefreshed, VisitorInteraction
from garden.live import backlog, consumers, other_processes, presence, whispers
from garden.live import hub as live
from garden.live.backlog import BACKLOG_SIZE, Backlog, Message, Place
from garden.live.consumers import garden_socket
from garden.live.hub import Hub
from garden.live.whispers import Lane, Whisper
from garden.models import GardenEvent
from garden.planting import named
from garden.tests.factories import NOW, ProjectFactory
from garden.tests.hub import let_nothing_happen
from garden.vocabulary import InteractionKind

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence

HERE = (b"host", b"testserver")


def messages(*seqs: int) -> list[Message]:
    return [Message(seq, str(seq)) for seq in seqs]


def keep(events: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have hubs keep no more than so many events."""
    for module in (live, backlog):
        monkeypatch.setattr(module, "BACKLOG_SIZE", events)


def seqs_of(found: list[Message] | None) -> list[int]:
    return [message.seq for message in found or []]


# --- The row of events ------------------------------------------------------------------------------------------------


def test_a_backlog_hands_out_what_came_after_a_seq_in_order() -> None:
    backlog = Backlog(messages(3, 4, 7))
    assert seqs_of(backlog.after(3)) == [4, 7]
    assert seqs_of(backlog.after(5)) == [7]
    assert backlog.after(7) == []


def test_a_backlog_covers_what_it_can_hand_out_without_a_gap() -> None:
    backlog = Backlog(messages(3, 4, 7))
    assert [seq for seq in range(10) if backlog.covers(seq)] == [2, 3, 4, 5, 6, 7]


def test_an_empty_outbox_is_covered_from_its_beginning() -> None:
    assert Backlog().covers(0)
    assert not Backlog().covers(1)


def test_a_full_backlog_forgets_its_oldest_events_and_says_so() -> None:
    backlog = Backlog(messages(*range(1, BACKLOG_SIZE + 1)))
    backlog.append(messages(BACKLOG_SIZE + 1, BACKLOG_SIZE + 2))
    assert backlog.newest == BACKLOG_SIZE + 2
    assert seqs_of(backlog.after(0))[0] == 3
    assert not backlog.covers(1)
    assert backlog.covers(2)


# --- The hub and its sockets, on a real database ----------------------------------------------------------------------


def tell(count: int = 1) -> None:
    """Publish events from a thread of its own, each in its transaction, as a request would."""
    try:
        for number in range(count):
            with transaction.atomic():
                events.publish(StateRefreshed(component=str(number)), source="test", now=NOW)
    finally:
        connections.close_all()


def interact(count: int = 1, *, closing: bool = True) -> None:
    """Publish events that alter nothing of the state."""
    try:
        for _ in range(count):
            with transaction.atomic():
                attention = VisitorInteraction(project_id=uuid4(), kind=InteractionKind.VIEW)
                events.publish(attention, source="test", now=NOW)
    finally:
        if closing:
            connections.close_all()


@pytest_asyncio.fixture
async def hub(django_db_reset_sequences: None) -> AsyncIterator[Hub]:
    live.hub.start()
    await live.hub.ready()
    yield live.hub
    live.hub.stop()


@pytest_asyncio.fixture
async def still_hub(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Hub]:
    """A hub over an outbox in which nothing ever happened; needs no database."""

    let_nothing_happen(monkeypatch)
    live.hub.start()
    await live.hub.ready()
    yield live.hub
    live.hub.stop()


@pytest_asyncio.fixture
async def opened() -> AsyncIterator[Callable[..., Any]]:
    """Opens sockets, and closes them when the test is over."""
    sockets: list[WebsocketCommunicator] = []

    async def open_socket(query: str = "", headers: tuple[tuple[bytes, bytes], ...] = ()) -> WebsocketCommunicator:
        socket = WebsocketCommunicator(garden_socket, f"/ws/garden{query}", headers=[HERE, *headers])
        accepted, _ = await socket.connect()
        assert accepted
        sockets.append(socket)
        return socket

    yield open_socket
    for socket in sockets:
        await socket.disconnect()


async def read(socket: WebsocketCommunicator, timeout: float = 2.0) -> dict[str, Any]:
    """The next message that is no whisper."""
    while "seq" not in (envelope := json.loads(await socket.receive_from(timeout))):
        pass
    return dict(envelope)


async def read_whisper(socket: WebsocketCommunicator) -> dict[str, Any]:
    """The next whisper."""
    while "seq" in (envelope := json.loads(await socket.receive_from(2.0))):
        pass
    return dict(envelope)


async def nothing_more(socket: WebsocketCommunicator) -> bool:
    """Whether nothing but whispers comes for a while."""
    while not await socket.receive_nothing():
        if "seq" in json.loads(await socket.receive_from()):
            return False
    return True


def seqs_in(texts: list[str] | None) -> list[int]:
    return [message["seq"] for message in map(json.loads, texts or []) if "seq" in message]


async def closing_of(socket: WebsocketCommunicator) -> int:
    """The code that the server closes with."""
    while (output := await socket.receive_output(2))["type"] != "websocket.close":
        pass
    code: int = output["code"]
    return code


async def test_a_socket_is_greeted_with_the_newest_seq_and_the_number_of_connections(hub: Hub, opened: Any) -> None:
    await asyncio.to_thread(tell, 3)
    first = await opened()
    assert (await read(first))["event_type"] == "hello"
    second = await opened("?since=3")
    assert await read(second) == {"event_type": "hello", "seq": 3, "data": {"connections": 2}}


async def test_an_event_reaches_every_socket_once_and_in_order(hub: Hub, opened: Any) -> None:
    sockets = [await opened() for _ in range(3)]
    for socket in sockets:
        await read(socket)
    await asyncio.to_thread(tell, 5)
    for socket in sockets:
        assert [(await read(socket))["data"]["component"] for _ in range(5)] == list("01234")
        assert await nothing_more(socket)


async def test_a_change_made_by_another_process_arrives_within_two_seconds(hub: Hub, opened: Any) -> None:
    socket = await opened()
    await read(socket)
    program = (
        "import django; django.setup()\n"
        "from django.db import connection, transaction\n"
        f"connection.settings_dict['NAME'] = {str(connection.settings_dict['NAME'])!r}\n"
        "from django.utils import timezone\n"
        "from garden import events\n"
        "from garden.event_types import StateRefreshed\n"
        "with transaction.atomic():\n"
        "    events.publish(StateRefreshed(component='test'), source='elsewhere', now=timezone.now())\n"
        "import time; print(time.time())\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, cwd=project_settings.BASE_DIR, stdout=subprocess.PIPE
    )
    event = await read(socket, timeout=30)
    arrived = time.time()
    output, _ = await process.communicate()
    assert event["source"] == "elsewhere"
    assert arrived - float(output) < 2


async def test_what_was_missed_is_replayed_and_then_goes_on_live(hub: Hub, opened: Any) -> None:
    await asyncio.to_thread(tell, 10)
    socket = await opened("?since=6")
    assert (await read(socket))["event_type"] == "hello"
    await asyncio.to_thread(tell, 2)
    assert [(await read(socket))["seq"] for _ in range(6)] == [7, 8, 9, 10, 11, 12]
    assert await nothing_more(socket)


async def test_reconnecting_in_the_middle_of_a_storm_misses_and_doubles_nothing(hub: Hub, opened: Any) -> None:
    storm = asyncio.create_task(asyncio.to_thread(tell, 120))
    seen: list[int] = []
    while len(seen) < 120:
        socket = await opened(f"?since={seen[-1] if seen else 0}")
        assert (await read(socket))["event_type"] == "hello"
        for _ in range(min(17, 120 - len(seen))):
            seen.append((await read(socket, timeout=10))["seq"])
        await socket.disconnect()
    await storm
    assert seen == list(range(1, 121))


@pytest.mark.parametrize("since", ["5", "1"])
async def test_a_client_whose_events_are_pruned_is_told_to_load_the_state(hub: Hub, opened: Any, since: str) -> None:
    def prune() -> None:
        tell(10)
        GardenEvent.objects.filter(seq__lte=7).delete()
        connections.close_all()

    hub.stop()
    await asyncio.to_thread(prune)
    hub.start()
    socket = await opened(f"?since={since}")
    assert (await read(socket))["event_type"] == "hello"
    assert await read(socket) == {"event_type": "resync", "seq": 10, "data": {}}
    await asyncio.to_thread(tell)
    assert (await read(socket))["seq"] == 11


async def test_a_client_from_another_database_is_told_to_load_the_state(
    still_hub: Hub, opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "CATCH_UP_SECONDS", 0.05)
    socket = await opened("?since=4711")
    assert [(await read(socket))["event_type"] for _ in range(2)] == ["hello", "resync"]


async def test_a_client_that_read_a_newer_state_than_the_hub_has_seen_is_caught_up_with(hub: Hub, opened: Any) -> None:
    await asyncio.to_thread(tell, 2)
    socket = await opened("?since=2")
    assert (await read(socket))["seq"] == 2
    assert await nothing_more(socket)


async def test_replayed_events_of_a_project_that_left_the_garden_say_nothing_of_it(hub: Hub, opened: Any) -> None:
    def plant_and_hide() -> str:
        project = ProjectFactory.create(name="Secret plan")
        with transaction.atomic():
            events.publish_of(project, SeedPlanted(**named(project)), source="test", now=NOW)
        connections.close_all()
        return str(project.pk)

    first = await opened()
    await read(first)
    pk = await asyncio.to_thread(plant_and_hide)
    assert (await read(first))["data"]["name"] == "Secret plan"

    def remove() -> None:
        from garden.models import Project

        events.remove(Project.objects.get(pk=pk), now=NOW, source="test")
        connections.close_all()

    await asyncio.to_thread(remove)
    assert (await read(first))["event_type"] == "project_removed"
    second = await opened("?since=0")
    replayed = [await read(second) for _ in range(3)]
    assert [event["event_type"] for event in replayed] == ["hello", "redacted", "project_removed"]
    assert "Secret plan" not in str(replayed)


async def test_a_slow_client_is_let_go_and_the_others_are_not(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(10, monkeypatch)
    reading = asyncio.Event()
    sent: list[dict[str, Any]] = []

    async def slowly(message: dict[str, Any]) -> None:
        if message["type"] == "websocket.send" and '"hello"' not in message["text"]:
            await reading.wait()
        sent.append(message)

    incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    incoming.put_nowait({"type": "websocket.connect"})
    scope: Any = {"type": "websocket", "path": "/ws/garden", "query_string": b"", "headers": [HERE], "client": None}
    socket = asyncio.create_task(garden_socket(scope, incoming.get, slowly))  # type: ignore[arg-type]
    dropped = live.hub.stats.dropped
    while not sent or '"hello"' not in sent[-1].get("text", ""):
        await asyncio.sleep(0.01)
    await asyncio.to_thread(tell, 1)
    await asyncio.wait_for(hub.follow(Place(0)), 2)
    await asyncio.to_thread(tell, 30)
    while hub.newest < 31:
        await asyncio.sleep(0.01)
    reading.set()
    await asyncio.wait_for(socket, 2)
    assert sent[-1] == {"type": "websocket.close", "code": 1013, "reason": "too slow; load the garden again"}
    assert live.hub.stats.dropped == dropped + 1
    assert live.hub.stats.connections == 0


def follower(hub: Hub, free: list[bool]) -> tuple[asyncio.Task[list[str] | None], list[str]]:
    """A socket that stands at the beginning and sends at once while its line is free, and what it has sent so."""
    taken: list[str] = []

    def at_once(texts: Sequence[str]) -> bool:
        if free[0]:
            taken.extend(texts)
        return free[0]

    return asyncio.create_task(hub.follow(Place(0, hub._lane.delivery), at_once)), taken


async def test_who_keeps_up_gets_every_event_once_and_is_not_woken_for_it(
    still_hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "ONE_TURN", 2)
    sockets = [follower(still_hub, [True]) for _ in range(5)]
    await asyncio.sleep(0)
    still_hub._append(messages(1))
    still_hub._append(messages(2, 3))
    assert sorted(len(taken) for _, taken in sockets) == [0, 0, 0, 3, 3]  # the others have their turn next
    while sum(len(taken) for _, taken in sockets) < 5 * 3:
        await asyncio.sleep(0)
    for task, taken in sockets:
        assert taken == ["1", "2", "3"]
        assert not task.done()
        task.cancel()


async def test_who_does_not_keep_up_is_woken_and_loses_nothing(still_hub: Hub) -> None:
    free = [True]
    task, taken = follower(still_hub, free)
    await asyncio.sleep(0)
    still_hub._append(messages(1))
    free[0] = False
    still_hub._append(messages(2))
    still_hub._append(messages(3))
    assert await asyncio.wait_for(task, 2) == ["2", "3"]
    assert taken == ["1"]
    assert not still_hub._followers


async def test_a_ping_is_answered(still_hub: Hub, opened: Any) -> None:
    socket = await opened()
    await read(socket)
    await socket.send_to(text_data='{"type": "ping"}')
    assert (await read(socket))["event_type"] == "pong"


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"text_data": "hello"}, 1007),
        ({"text_data": "[" * 1000}, 1007),
        ({"text_data": '"\x00'}, 1007),
        ({"bytes_data": b"\x00\xff"}, 1008),
        ({"text_data": '"' + "x" * 2000 + '"'}, 1009),
        ({"text_data": '"' + "é" * 600 + '"'}, 1009),
    ],
)
async def test_a_message_that_no_client_of_ours_sends_closes_the_socket(
    still_hub: Hub, opened: Any, message: dict[str, Any], code: int
) -> None:
    socket = await opened()
    await socket.send_to(**message)
    assert await closing_of(socket) == code


async def test_a_client_that_talks_too_much_is_sent_away(still_hub: Hub, opened: Any) -> None:
    socket = await opened()
    for _ in range(consumers.MESSAGES + 1):
        await socket.send_to(text_data="{}")
    assert await closing_of(socket) == 1008


@pytest.mark.parametrize("since", ["", "abc", "-1", "1.5", "9" * 40, "%00", "٣"])
async def test_a_since_that_is_no_seq_closes_the_socket(still_hub: Hub, opened: Any, since: str) -> None:
    from urllib.parse import quote

    socket = await opened(f"?since={quote(since, safe='%')}" if since else "?since=%20")
    assert await closing_of(socket) == 1008


@pytest.mark.parametrize(
    ("origin", "open_to_it"),
    [
        (None, True),
        ("http://testserver", True),
        ("https://garden.example", True),
        ("https://friend.example", True),
        ("http://evil.example", False),
        ("http://testserver.evil.example", False),
        ("http://testserver:9999", False),
        ("null", False),
        ("http://[", False),
        ("", False),
    ],
)
async def test_only_pages_of_ours_and_of_friends_open_sockets(
    still_hub: Hub, settings: Any, origin: str | None, open_to_it: bool
) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.SITE_URL = "https://garden.example"
    settings.CORS_ALLOWED_ORIGINS = ["https://friend.example"]
    headers = [HERE] if origin is None else [HERE, (b"origin", origin.encode())]
    socket = WebsocketCommunicator(garden_socket, "/ws/garden", headers=headers)
    accepted, _ = await socket.connect()
    assert accepted is open_to_it
    await socket.disconnect()


async def test_sockets_can_be_turned_off(settings: Any) -> None:
    settings.ENABLE_WEBSOCKETS = False
    socket = WebsocketCommunicator(garden_socket, "/ws/garden", headers=[HERE])
    accepted, _ = await socket.connect()
    assert not accepted


@pytest.mark.parametrize("limit", ["WEBSOCKET_LIMIT", "WEBSOCKET_LIMIT_PER_CLIENT"])
async def test_a_socket_too_many_is_asked_to_try_again_later(
    still_hub: Hub, opened: Any, settings: Any, limit: str
) -> None:
    setattr(settings, limit, 1)
    await read(await opened())
    assert await closing_of(await opened()) == 1013


async def test_a_database_that_does_not_answer_turns_sockets_away_without_a_traceback(
    still_hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object) -> int:
        raise OperationalError("database is locked")

    monkeypatch.setattr(live, "READY_SECONDS", 0.05)
    monkeypatch.setattr(Hub, "_look", locked)
    still_hub.stop()
    socket = WebsocketCommunicator(garden_socket, "/ws/garden", headers=[HERE])
    await socket.connect()
    assert await closing_of(socket) == 1013


async def test_the_hub_goes_on_after_the_database_failed(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "RETRY_SECONDS", 0.01)
    working, failures = Hub._look, iter(range(2))

    def failing_twice(self: Hub, loop: asyncio.AbstractEventLoop, seq: int | None) -> int:
        if next(failures, None) is not None:
            raise OperationalError("database is locked")
        return working(self, loop, seq)

    monkeypatch.setattr(Hub, "_look", failing_twice)
    await asyncio.to_thread(tell)
    assert seqs_in(await asyncio.wait_for(hub.follow(Place(0)), 3)) == [1]


async def test_whoever_keeps_something_is_told_at_once_in_the_process_that_wrote(hub: Hub) -> None:
    told: list[None] = []

    def callback() -> None:
        told.append(None)

    live.on_advance(callback)
    try:
        live.wake()
        assert told
    finally:
        live._on_advance.remove(callback)


def test_waking_needs_neither_a_hub_nor_a_broker(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    class Gone:
        async def group_send(self, group: str, message: dict[str, Any]) -> None:
            raise ConnectionError("nobody there")

    monkeypatch.setattr(other_processes, "get_channel_layer", Gone)
    began = time.perf_counter()
    for _ in range(100):
        live.wake()
    assert time.perf_counter() - began < 10  # a wait for a broker that is gone takes 0.4 s, each time


# --- The version of the state, and events that leave it as it is -----------------------------------------------------


@pytest.fixture
def advances() -> Iterator[list[None]]:
    """What whoever keeps something was told."""
    told: list[None] = []

    def callback() -> None:
        told.append(None)

    live.on_advance(callback)
    yield told
    live._on_advance.remove(callback)


async def test_what_leaves_the_state_as_it_is_makes_nothing_outdated(hub: Hub, opened: Any, advances: Any) -> None:
    socket = await opened()
    await read(socket)
    await asyncio.to_thread(interact, 2)
    assert [(await read(socket))["event_type"] for _ in range(2)] == ["visitor_interaction"] * 2
    assert not advances
    await asyncio.to_thread(tell)
    await read(socket)
    assert advances


async def test_a_change_among_more_events_than_are_kept_is_noticed(
    hub: Hub, opened: Any, advances: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(5, monkeypatch)
    monkeypatch.setattr("garden.events.wake", lambda: None)  # as if another process had published

    def much() -> None:
        with transaction.atomic():
            interact(9, closing=False)
            events.publish(StateRefreshed(component="late"), source="test", now=NOW)
        connections.close_all()

    await asyncio.to_thread(much)
    hub.wake()
    async with asyncio.timeout(3):
        while hub.newest < 10:
            await asyncio.sleep(0.01)
        while not advances:
            await asyncio.sleep(0.01)


async def test_a_page_of_the_present_version_resumes_although_newer_events_are_forgotten(
    hub: Hub, opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(5, monkeypatch)
    await asyncio.to_thread(tell, 3)
    await asyncio.to_thread(interact, 9)
    while hub.newest < 12:
        await asyncio.sleep(0.01)
    socket = await opened("?since=3")
    greeting = await read(socket)
    assert (greeting["event_type"], greeting["seq"], greeting["data"]["resumes_at"]) == ("hello", 12, 12)
    await asyncio.to_thread(tell)
    assert (await read(socket))["seq"] == 13
    older = await opened("?since=2")
    assert [(await read(older))["event_type"] for _ in range(2)] == ["hello", "resync"]


async def test_a_page_of_the_present_version_resumes_in_an_outbox_that_was_pruned(hub: Hub, opened: Any) -> None:
    def prune() -> None:
        tell(3)
        interact(6)
        GardenEvent.objects.filter(seq__in=[1, 2, 4, 5, 6, 7]).delete()
        connections.close_all()

    hub.stop()
    await asyncio.to_thread(prune)
    hub.start()
    socket = await opened("?since=3")
    assert [(await read(socket))["seq"] for _ in range(3)] == [9, 8, 9]
    assert await nothing_more(socket)


async def test_no_socket_that_sends_by_itself_is_told_of_what_comes_after(hub: Hub) -> None:
    """It left the followers while a long row of them was told in turns; what it sends came before."""
    await hub.ready()
    place, told = hub.place(None, 0), list[str]()

    def at_once(texts: Sequence[str]) -> bool:
        told.extend(texts)
        return True

    follower = live._Follower(place, at_once, asyncio.get_running_loop().create_future())
    await asyncio.to_thread(tell)
    while hub.newest < 1:
        await asyncio.sleep(0.01)
    hub._broadcast([follower])
    assert (told, place.seq) == ([], 0)
    hub._followers.add(follower)
    hub._broadcast([follower])
    assert (len(told), place.seq) == (1, 1)


# --- Whispers ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps(Whisper):
    """Where somebody stands."""

    event_type = "steps"

    who: str
    x: int

    @property
    def key(self) -> str:
        return f"steps:{self.who}"


def test_a_lane_has_the_newest_of_each_key_for_whoever_is_behind() -> None:
    lane = Lane()
    for key, text in (("a", "a1"), ("b", "b1"), ("a", "a2")):
        lane.add(key, text)
    assert lane.after(0) == []  # nothing is delivered yet
    lane.deliver()
    assert lane.after(0) == ["a2", "b1"]
    lane.add("b", "b2")
    lane.deliver()
    assert lane.after(0) == ["a2", "b2"]
    assert lane.after(1) == ["b2"]
    assert lane.after(2) == []


def test_a_lane_forgets_whoever_was_heard_of_least_lately(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whispers, "MOST_KEYS", 2)
    lane = Lane()
    for key in ("a", "b", "c"):
        lane.add(key, key)
    lane.deliver()
    assert lane.after(0) == ["b", "c"]


async def test_everybody_hears_how_many_are_here_the_newcomer_too(still_hub: Hub, opened: Any) -> None:
    first = await opened()
    assert await read_whisper(first) == {"event_type": "visitor_joined", "data": {"present": 1}}
    second = await opened()
    for socket in (first, second):
        assert await read_whisper(socket) == {"event_type": "visitor_joined", "data": {"present": 2}}
    await second.disconnect()
    assert await read_whisper(first) == {"event_type": "visitor_left", "data": {"present": 1}}


async def test_a_newcomer_hears_of_itself_although_the_count_is_delivered_before_it_listens(still_hub: Hub) -> None:
    with still_hub.connection("someone") as delivery:
        while still_hub._lane.delivery == delivery:
            await asyncio.sleep(0.001)
        place = still_hub.place(None, delivery)
        texts = await asyncio.wait_for(still_hub.follow(place), 2)
    assert [json.loads(text)["data"] for text in texts or []] == [{"present": 1}]


async def test_many_who_come_at_once_are_one_whisper(still_hub: Hub, opened: Any) -> None:
    first = await opened()
    await read_whisper(first)
    for _ in range(8):
        await opened()
    counts: list[int] = []
    while not counts or counts[-1] < 9:
        counts.append((await read_whisper(first))["data"]["present"])
    assert len(counts) <= 3


async def test_whispers_come_four_times_a_second_at_most_and_the_newest_comes(still_hub: Hub, opened: Any) -> None:
    socket = await opened()
    await read_whisper(socket)
    clock = asyncio.get_running_loop().time
    began, heard, said = clock(), 0, 0
    while clock() - began < 0.6:
        said += 1
        still_hub.whisper(Steps(who="ada", x=said))
        await asyncio.sleep(0.01)
    newest = 0
    while newest < said:
        newest = (await read_whisper(socket))["data"]["x"]
        heard += 1
    assert heard <= (clock() - began) / whispers.SPACING_SECONDS + 1


async def test_whispers_of_different_visitors_leave_each_other_alone(still_hub: Hub, opened: Any) -> None:
    socket = await opened()
    await read_whisper(socket)
    await asyncio.to_thread(still_hub.whisper, Steps(who="ada", x=1))  # from any thread
    still_hub.whisper(Steps(who="bob", x=2))
    assert {(await read_whisper(socket))["data"]["who"] for _ in range(2)} == {"ada", "bob"}


async def test_a_slow_socket_gets_no_more_than_the_newest_of_each(
    still_hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "SPACING_SECONDS", 0.0)
    place, lane = Place(0), still_hub._lane
    for x in range(5):
        delivered = lane.delivery
        still_hub.whisper(Steps(who="ada", x=x))
        while lane.delivery == delivered:
            await asyncio.sleep(0.001)
    texts = await asyncio.wait_for(still_hub.follow(place), 2)
    assert [json.loads(text)["data"]["x"] for text in texts or []] == [4]


async def test_whispering_without_a_hub_is_no_error() -> None:
    Hub().whisper(Steps(who="ada", x=1))


async def test_processes_share_whispers_and_counts_over_the_layer(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(presence, "SPACING_SECONDS", 0.0)
    layer = InMemoryChannelLayer()
    monkeypatch.setattr(presence, "get_channel_layer", lambda: layer)
    loop = asyncio.get_running_loop()
    ours, theirs = Process(loop, layer), Process(loop, layer)
    try:
        ours.sockets = 2
        ours.presence.deliver_soon()
        await ours.until(lambda: ours.heard[-1:] == [{"present": 2}])
        await theirs.until(lambda: theirs.heard[-1:] == [{"present": 2}])
        theirs.sockets = 3
        theirs.presence.deliver_soon()
        await ours.until(lambda: ours.heard[-1:] == [{"present": 5}])
        theirs.presence.whisper(Steps(who="ada", x=7))
        await ours.until(lambda: ours.heard[-1:] == [{"who": "ada", "x": 7}])
        assert theirs.heard.count({"who": "ada", "x": 7}) == 1
        late = Process(loop, layer)
        late.sockets = 1
        late.presence.deliver_soon()
        await late.until(lambda: late.heard[-1:] == [{"present": 6}])
        late.stop()
        monkeypatch.setattr(presence, "COUNT_EXPIRES", -1.0)  # nobody was heard of for long enough
        ours.presence.deliver_soon()
        await ours.until(lambda: ours.heard[-1:] == [{"present": 2}])
    finally:
        ours.stop()
        theirs.stop()


async def test_a_hub_ends_although_the_layer_swallows_the_cancellation(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `asyncio.wait_for` of Python 3.11 does, through which the layer's driver sends its commands."""
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    joining = asyncio.Event()

    class Swallowing(InMemoryChannelLayer):  # type: ignore[misc]
        async def group_add(self, group: str, channel: str) -> None:
            joining.set()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.Event().wait()

        async def group_send(self, group: str, message: dict[str, Any]) -> None:
            await self.group_add(group, "")

    layer = Swallowing()
    monkeypatch.setattr(live, "get_channel_layer", lambda: layer)
    monkeypatch.setattr(presence, "get_channel_layer", lambda: layer)
    monkeypatch.setattr(presence, "COUNT_SECONDS", 0.0)
    let_nothing_happen(monkeypatch)
    before, hub = asyncio.all_tasks(), Hub()
    hub.start()
    await asyncio.wait_for(joining.wait(), 3)
    hub.stop()
    _, left = await asyncio.wait(asyncio.all_tasks() - before, timeout=3)
    assert not left


class Process:
    """The presence of one web process, with one socket that takes everything."""

    def __init__(self, loop: asyncio.AbstractEventLoop, layer: InMemoryChannelLayer) -> None:
        self.sockets = 0
        self.heard: list[dict[str, Any]] = []
        self._lane, self._taken = Lane(), 0
        self.presence = presence.Presence(loop, self._lane, Lane(), lambda: self.sockets, self._take)
        self._listening = loop.create_task(self._listen(layer))

    def _take(self) -> None:
        self.heard += [json.loads(text)["data"] for text in self._lane.after(self._taken)]
        self._taken = self._lane.delivery

    async def _listen(self, layer: InMemoryChannelLayer) -> None:
        channel = await layer.new_channel()
        await layer.group_add(presence.GROUP, channel)
        while True:
            self.presence.hear(await layer.receive(channel))

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(3):
            while not condition():
                await asyncio.sleep(0.005)

    def stop(self) -> None:
        self._listening.cancel()
        self.presence.stop()
