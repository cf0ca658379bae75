"""Calls to the other processes over the channel layer."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from channels.layers import get_channel_layer

from common import breaker
from garden.live.presence import GROUP

ANNOUNCE_SECONDS = 2.0  # a broker that does not answer by then is gone; the other processes look by themselves


class Announcer:
    """Calls the other processes over the channel layer, from a thread that may wait where a request must not.

    Not a daemon: a management command that ends right after its commit still gets its word out.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="garden-announcer")
        self._waiting = threading.Lock()

    def announce(self) -> None:
        """Call once, however many commits ask for it before the call goes out."""
        if self._waiting.acquire(blocking=False):
            try:
                self._thread.submit(self._call)
            except RuntimeError:  # the interpreter is on its way out; the others look by themselves
                self._waiting.release()

    def _call(self) -> None:
        self._waiting.release()  # first: a commit from here on asks for a call of its own
        if not breaker.redis.allows():
            return
        try:
            asyncio.run(self._send())
        except Exception as error:  # noqa: BLE001 - the layer's driver decides what a lost broker raises
            breaker.redis.failed(error)
        else:
            breaker.redis.succeeded()

    async def _send(self) -> None:
        async with asyncio.timeout(ANNOUNCE_SECONDS):
            await get_channel_layer().group_send(GROUP, {"type": "garden.wake"})


@cache
def announcer() -> Announcer:
    """The one of this process."""
    return Announcer()
