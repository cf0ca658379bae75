"""The hub: one a process. It follows the outbox and keeps its newest events, encoded once, for every socket to read on.

The outbox is the one truth. Whatever wakes the hub (a commit in this process, SQLite's `data_version`, a message on the
channel layer, or simply a second gone by), it reads what came after the last `seq` it knows. A socket is no more than a
place in that row of events: replaying what was missed and following what happens are the same walk, so that nothing is
lost or told twice, and a slow socket costs no memory. One that falls behind the row is let go and loads the state anew.

Beside it run two lanes for presence (`whispers.py`), of which one tells where visitors walk: no row, no `seq`,
only the newest of each key, and what a slow socket misses is gone.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import structlog
from channels.layers import get_channel_layer
from django.conf import settings

from common.database import connection_given_back
from garden import selectors
from garden.live import changes
from garden.live.backlog import BACKLOG_SIZE, Backlog, Message, Place
from garden.live.other_processes import announcer
from garden.live.presence import GROUP, MESSAGE_TYPE, Presence
from garden.live.whispers import Lane
from garden.models import GardenEvent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from garden.live.whispers import Whisper

    AtOnce = Callable[[Sequence[str]], bool]  # sends texts without waiting; false, and nothing sent, where it cannot

READY_SECONDS = 5.0  # the first look at the outbox; longer means the database is in trouble
CATCH_UP_SECONDS = 1.0  # a client that read the state a moment ago may be ahead of the hub by one look
RETRY_SECONDS = 2.0  # after a failure of the database or the channel layer
STOP_SECONDS = 2.0
ONE_TURN = 200  # sockets that are told of news before anything else has its turn on the event loop

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Stats:
    """What the sockets of this process are doing."""

    connections: int  # open now
    delivered: int  # events sent since the process began
    dropped: int  # sockets let go because they were too slow
    seq: int  # the newest event known; 0 before the first


class _News(NamedTuple):
    """What comes after a place, and the place behind it."""

    texts: list[str]
    events: int  # among them; the rest are whispers
    seq: int
    delivery: int


@dataclass(eq=False, slots=True)
class _Follower:
    """A socket that has heard everything, and hears what comes without being woken."""

    place: Place
    at_once: AtOnce
    woken: asyncio.Future[None]  # when it is its own turn: it is behind, or its line is not free


class Hub:
    """Follows the outbox in a thread of its own, and serves the sockets on the event loop it was started on."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._listener: asyncio.Task[None] | None = None
        self._woken = threading.Event()
        self._stopped = threading.Event()
        self._ready = asyncio.Event()
        self._advanced = asyncio.Event()
        self._followers: set[_Follower] = set()
        self._backlog = Backlog()
        self._version = 0
        self._lane = Lane()
        self._walks = Lane()
        self._presence: Presence | None = None
        self._failing = False
        self._clients: Counter[str] = Counter()
        self._watchers: Counter[str] = Counter()
        self._delivered = 0
        self._dropped = 0

    def start(self) -> None:
        """Begin to follow the outbox, unless that is under way on the running loop already."""
        loop = asyncio.get_running_loop()
        if self._loop is loop:
            return
        self.stop()
        self._loop, self._stopped, self._woken = loop, threading.Event(), threading.Event()
        self._ready, self._advanced, self._backlog = asyncio.Event(), asyncio.Event(), Backlog()
        self._clients, self._watchers, self._failing, self._version = Counter(), Counter(), False, 0
        self._followers = set()
        self._lane, self._walks = Lane(), Lane()
        self._presence = Presence(loop, self._lane, self._walks, self._clients.total, self._call_sockets)
        self._thread = threading.Thread(
            target=self._follow, args=(loop, self._stopped, self._woken), name="garden-hub", daemon=True
        )
        self._thread.start()
        if settings.REDIS_URL:
            self._listener = loop.create_task(self._listen(self._woken, self._stopped))

    def stop(self) -> None:
        """Stop following. Waits for the thread, which looks up at once unless the database holds it."""
        self._stopped.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)
            self._thread = None
        if self._listener is not None and self._loop is not None and not self._loop.is_closed():
            self._listener.cancel()
        if self._presence is not None:
            self._presence.stop()
        self._listener = self._loop = self._presence = None

    async def ready(self) -> None:
        """Wait for the first look at the outbox. Raises `TimeoutError` when the database does not answer."""
        async with asyncio.timeout(READY_SECONDS):
            await self._ready.wait()

    def wake(self) -> None:
        """Have the hub look now. From any thread, never blocks."""
        self._woken.set()

    @property
    def following(self) -> bool:
        """Whether this process would notice a change made by another."""
        return self._loop is not None and self._ready.is_set() and not self._failing

    @property
    def failing(self) -> bool:
        """Whether the last look at the outbox went wrong."""
        return self._loop is not None and self._failing

    @property
    def newest(self) -> int:
        """The newest `seq` known; 0 before the first."""
        return self._backlog.newest

    @property
    def stats(self) -> Stats:
        """What the sockets of this process are doing."""
        connections = self._clients.total() + self._watchers.total()
        return Stats(connections, self._delivered, self._dropped, self.newest)

    def connections_of(self, client: str) -> int:
        """Sockets open for one client address."""
        return self._clients[client] + self._watchers[client]

    @contextmanager
    def connection(self, client: str) -> Iterator[int]:
        """Count a socket for as long as it is open, and let everybody know. Gives the last delivery before it came."""
        clients, presence, delivery = self._clients, self._presence, self._lane.delivery
        clients[client] += 1
        if presence is not None:
            presence.deliver_soon()
        try:
            yield delivery
        finally:
            clients[client] -= 1
            if not clients[client]:
                del clients[client]
            if presence is not None and presence is self._presence:
                presence.deliver_soon()

    @contextmanager
    def watching(self, client: str) -> Iterator[Place]:
        """Count a socket that only watches where visitors walk: it is no visitor of its own."""
        watchers = self._watchers
        watchers[client] += 1
        try:
            yield Place(0, self._walks.delivery)
        finally:
            watchers[client] -= 1
            if not watchers[client]:
                del watchers[client]

    @property
    def present(self) -> int:
        """Sockets open in all processes, as far as is known here."""
        return self._presence.total if self._presence is not None else 0

    @property
    def processes(self) -> int:
        """That hold sockets, as far as is known here; this one among them."""
        return self._presence.processes if self._presence is not None else 1

    def whisper(self, whisper: Whisper) -> None:
        """Let everybody know who listens now, here and in other processes. From any thread, never blocks or raises.

        The newest of each key is delivered, at most four times a second; a process without a running hub has nobody to
        tell.
        """
        loop, presence = self._loop, self._presence
        if loop is not None and presence is not None:
            with contextlib.suppress(RuntimeError):  # the loop is on its way out
                loop.call_soon_threadsafe(presence.whisper, whisper)

    async def can_replay(self, since: int) -> bool:
        """Whether everything after `since` can be handed over, or what is missing left the state as it was."""
        if since > self.newest:
            self.wake()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(CATCH_UP_SECONDS):
                    while since > self.newest:
                        await self._advanced.wait()
        return self._backlog.covers(since) or self._version <= since <= self.newest

    def place(self, since: int | None, delivery: int) -> Place:
        """Where a client begins that has everything up to `since`: there, or at the newest event where that is gone."""
        covered = since is not None and self._backlog.covers(since)
        return Place(since if since is not None and covered else self.newest, delivery)

    async def follow(self, place: Place, at_once: AtOnce | None = None) -> list[str] | None:
        """The events and whispers after a place as soon as there are some, as texts to send; moves the place on.

        `None` when some of the events are forgotten already. A socket that can send `at_once` is not woken for what it
        takes so: waking a task costs as much as sending.
        """
        while place.seq >= self._backlog.floor:
            news = self._after(place)
            if news.texts:
                self._move_on(place, news)
                return news.texts
            await self._wait_for_news(place, at_once)
        self._dropped += 1
        return None

    def _after(self, place: Place) -> _News:
        messages = self._backlog.after(place.seq)
        texts = [*(message.text for message in messages), *self._lane.after(place.delivery)]
        return _News(texts, len(messages), messages[-1].seq if messages else place.seq, self._lane.delivery)

    def _move_on(self, place: Place, news: _News) -> None:
        place.seq, place.delivery = news.seq, news.delivery
        self._delivered += news.events

    async def _wait_for_news(self, place: Place, at_once: AtOnce | None) -> None:
        """Wait until there is something that the socket has to send by itself."""
        if at_once is None:
            await self._advanced.wait()
            return
        follower = _Follower(place, at_once, asyncio.get_running_loop().create_future())
        followers = self._followers
        followers.add(follower)
        try:
            await follower.woken
        finally:
            followers.discard(follower)

    async def follow_walks(self, place: Place) -> list[str]:
        """What was whispered of walks after a place as soon as there is something; moves the place on."""
        while not (whispers := self._walks.after(place.delivery)):
            await self._walks.delivered.wait()
        place.delivery = self._walks.delivery
        return whispers

    def _follow(self, loop: asyncio.AbstractEventLoop, stopped: threading.Event, woken: threading.Event) -> None:
        """The thread: look whenever woken, and whenever the database may have changed."""
        watch = changes.watch()
        seq: int | None = None
        while not stopped.is_set() and not loop.is_closed():
            try:
                # Asked first: what is committed between the question and the look is seen by both.
                if watch.changed() or woken.is_set() or seq is None:
                    woken.clear()
                    with connection_given_back():
                        seq = self._look(loop, seq)
                self._failing = False
            except Exception as error:  # noqa: BLE001 - whatever a look raises, the hub looks again
                if not self._failing:
                    log.warning("live.outbox_unreadable", error=repr(error))
                self._failing = True
                watch.close()
                stopped.wait(RETRY_SECONDS)
            woken.wait(watch.interval)
        watch.close()

    def _look(self, loop: asyncio.AbstractEventLoop, seq: int | None) -> int:
        """Read what is new after `seq`, hand it to the loop, and return the newest `seq` read."""
        news = [] if seq is None else selectors.events_since(seq, BACKLOG_SIZE + 1)
        rewritten = any(event.rewrites for event in news)  # the older ones in memory are not true any more
        too_many = len(news) > BACKLOG_SIZE
        if seq is None or rewritten or too_many:
            version = selectors.state_version()  # first, so that it is never newer than what is kept
            newest_first = GardenEvent.objects.order_by("-seq")[:BACKLOG_SIZE]
            backlog = Backlog(map(_encode, reversed(newest_first)))
            loop.call_soon_threadsafe(self._replace, backlog, version)
            newest = max(backlog.newest, seq or 0)
        elif news:
            loop.call_soon_threadsafe(self._append, [_encode(event) for event in news])
            newest = news[-1].seq
        else:
            return seq
        if too_many or any(event.alters_state for event in news):
            for callback in _on_advance:
                callback()
        return newest

    def _replace(self, backlog: Backlog, version: int) -> None:
        self._backlog, self._version = backlog, version
        self._ready.set()
        self._call_sockets()

    def _append(self, messages: list[Message]) -> None:
        self._backlog.append(messages)
        self._version = max([self._version, *(message.seq for message in messages if message.alters_state)])
        self._call_sockets()

    def _call_sockets(self) -> None:
        advanced, self._advanced = self._advanced, asyncio.Event()
        advanced.set()
        self._broadcast(list(self._followers))

    def _broadcast(self, followers: list[_Follower]) -> None:
        """Send what is new on every line that is free, and wake the sockets of the others."""
        known: dict[tuple[int, int], _News] = {}  # nearly all stand at the same place
        for follower in followers[:ONE_TURN]:
            if follower not in self._followers:
                continue  # left meanwhile, or sends by itself what came before
            place = follower.place
            key = (place.seq, place.delivery)
            if (news := known.get(key)) is None:
                news = known[key] = self._after(place)
            if place.seq >= self._backlog.floor and (not news.texts or follower.at_once(news.texts)):
                self._move_on(place, news)
            elif not follower.woken.done():
                follower.woken.set_result(None)
        if (rest := followers[ONE_TURN:]) and self._loop is not None:
            self._loop.call_soon(self._broadcast, rest)

    async def _listen(self, woken: threading.Event, stopped: threading.Event) -> None:
        """Let the channel layer wake the hub. While the layer is gone the hub looks by itself."""
        layer = get_channel_layer()
        reachable = True
        # Asked as well as cancelled: `asyncio.wait_for` of Python 3.11, by which the layer sends, can swallow it.
        while not stopped.is_set():
            try:
                channel = await layer.new_channel()
                await layer.group_add(GROUP, channel)
                reachable = True
                while not stopped.is_set():
                    message = await layer.receive(channel)
                    if message["type"] != MESSAGE_TYPE:
                        woken.set()
                    elif self._presence is not None:
                        self._presence.hear(message)
            except Exception as error:  # noqa: BLE001 - the layer's driver decides what a lost broker raises
                if reachable:
                    log.info("live.layer_unreachable", error=str(error))
                reachable = False
                await asyncio.sleep(RETRY_SECONDS)


hub = Hub()
_on_advance: list[Callable[[], None]] = []


def on_advance(callback: Callable[[], None]) -> None:
    """Have `callback` called, in whichever thread notices, when the state altered. It must be quick and never raise."""
    if callback not in _on_advance:
        _on_advance.append(callback)


def newest_seq() -> int | None:
    """The newest `seq` known in this process, or `None` while the hub does not follow the outbox."""
    return hub.newest if hub.following else None


def failing() -> bool:
    """Whether this process tries to follow the outbox and cannot read it."""
    return hub.failing


def wake() -> None:
    """Tell whoever keeps something that the state altered, and all hubs that the outbox grew.

    On commit, from any thread: never blocks or raises.
    """
    for callback in _on_advance:
        callback()
    wake_hubs()


def wake_hubs() -> None:
    """The same for an event that leaves the state as it is: what is kept stays good, here and in other processes."""
    hub.wake()
    if settings.REDIS_URL:
        announcer().announce()


def _encode(event: GardenEvent) -> Message:
    return Message(event.seq, json.dumps(event.envelope(), separators=(",", ":")), event.alters_state)
