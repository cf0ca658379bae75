"""Who is here now: paces the whispers of a process, and shares them and the number of open sockets with the others."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from channels.layers import get_channel_layer
from django.conf import settings

from common import breaker
from garden.live.whispers import SPACING_SECONDS, Lane, VisitorJoined, VisitorLeft

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from garden.live.whispers import Whisper

GROUP: Final = "garden"
MESSAGE_TYPE: Final = "garden.whispers"
SEND_SECONDS: Final = 2.0  # a broker that does not answer by then is gone, and the whisper with it
COUNT_SECONDS: Final = 10.0  # how often a process says how many sockets it holds …
COUNT_EXPIRES: Final = 30.0  # … and when one that was not heard of is taken to be gone


class Presence:
    """Used on one event loop only. `sockets` counts those open here; `wake` has them take what is in the lane.

    `walks` is the lane of the sockets that watch where visitors walk; how many are present is told on both.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        lane: Lane,
        walks: Lane,
        sockets: Callable[[], int],
        wake: Callable[[], None],
    ) -> None:
        self._loop = loop
        self._lane = lane
        self._walks = walks
        self._sockets = sockets
        self._wake_sockets = wake
        self._delivery: asyncio.TimerHandle | None = None
        self._next_delivery = 0.0
        self._announced = 0  # the sum that was whispered last
        self._name = uuid4().hex
        self._others: dict[str, tuple[int, float]] = {}  # sockets of other processes, and when they said so
        self._for_others: dict[str, tuple[str, bool]] = {}
        self._sockets_sent = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopped = False
        if settings.REDIS_URL:
            self._start(self._count_again_and_again())

    @property
    def total(self) -> int:
        """Sockets open in all processes, as far as is known here."""
        long_ago = time.monotonic() - COUNT_EXPIRES
        return self._sockets() + sum(count for count, at in self._others.values() if at > long_ago)

    @property
    def processes(self) -> int:
        """That hold sockets, as far as is known here; this one among them."""
        long_ago = time.monotonic() - COUNT_EXPIRES
        return 1 + sum(at > long_ago for _, at in self._others.values())

    def whisper(self, whisper: Whisper) -> None:
        """Take in a whisper of this process."""
        key, text = whisper.key, whisper.text
        self._lane_of(whisper.of_walks).add(key, text)
        self._for_others[key] = text, whisper.of_walks
        self.deliver_soon()

    def hear(self, message: Mapping[str, Any]) -> None:
        """Take in what the layer brings: whispers of another process, and the number of its sockets."""
        sender = message["sender"]
        if sender == self._name:
            return
        if sender not in self._others:
            self._sockets_sent = -1  # a process that just began does not know of us
        self._others[sender] = message["sockets"], time.monotonic()
        for key, (text, of_walks) in message["whispers"].items():
            # Each process whispers of its own visitors: one word of theirs takes no place of ours.
            self._lane_of(of_walks).add(f"{sender}:{key}" if of_walks else key, text)
        self.deliver_soon()

    def deliver_soon(self) -> None:
        """Now, or as soon as the last delivery is long enough ago."""
        if self._delivery is None:
            self._delivery = self._loop.call_at(max(self._loop.time(), self._next_delivery), self._deliver)

    def stop(self) -> None:
        """Deliver nothing more."""
        self._stopped = True  # asked as well as cancelled: what the layer awaits may swallow a cancellation
        if self._delivery is not None:
            self._delivery.cancel()
        for task in self._tasks:
            task.cancel()

    def _lane_of(self, of_walks: bool) -> Lane:
        return self._walks if of_walks else self._lane

    def _deliver(self) -> None:
        self._delivery = None
        self._next_delivery = self._loop.time() + SPACING_SECONDS
        total = self.total
        if total != self._announced:
            count = (VisitorJoined if total > self._announced else VisitorLeft)(present=total)
            self._lane.add(count.key, count.text)
            self._walks.add(count.key, count.text)
            self._announced = total
        self._walks.deliver()
        if self._lane.deliver():
            self._wake_sockets()
        if settings.REDIS_URL and (self._for_others or self._sockets_sent != self._sockets()):
            self._start(self._send_to_others())

    async def _send_to_others(self) -> None:
        """Send our whispers and the number of our sockets. What does not arrive is gone, but for the number."""
        whispers, self._for_others, self._sockets_sent = self._for_others, {}, self._sockets()
        if not breaker.redis.allows():
            return
        message = {"type": MESSAGE_TYPE, "sender": self._name, "sockets": self._sockets_sent, "whispers": whispers}
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await get_channel_layer().group_send(GROUP, message)
        except Exception as error:  # noqa: BLE001 - the layer's driver decides what a lost broker raises
            breaker.redis.failed(error)
        else:
            breaker.redis.succeeded()

    async def _count_again_and_again(self) -> None:
        """Say the number again before it expires, and notice whose has."""
        while not self._stopped:
            await asyncio.sleep(COUNT_SECONDS)
            long_ago = time.monotonic() - COUNT_EXPIRES
            self._others = {name: count for name, count in self._others.items() if count[1] > long_ago}
            await self._send_to_others()
            self.deliver_soon()

    def _start(self, work: Any) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
