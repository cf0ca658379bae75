"""Runs the embedded shape: starts its processes, starts one again that dies, and ends them all together.

Run by its path with an isolated interpreter (`manage.py serve` becomes it), so it may import the standard library only:
what watches over a small machine should not weigh as much as what it watches. It takes a JSON object of the form
`{"commands": {name: [argument, …]}, "host": …, "port": …, "welcome": …}` as its only argument.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if __name__ == "__main__":  # asyncio does without OpenSSL where there is none, and it is a quarter of what this takes
    sys.modules["ssl"] = None  # type: ignore[assignment]
import asyncio

if TYPE_CHECKING:
    from collections.abc import Sequence

GRACE_SECONDS = 6.0  # from asking a process to end to ending it
LONG_LIFE_SECONDS = 30.0  # a process that lived this long is started again at once
LONGEST_PAUSE_SECONDS = 30.0
WELCOME_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run and what to say."""

    commands: dict[str, list[str]]
    host: str
    port: int
    welcome: str


def say(text: str) -> None:
    """Tell whoever started the greenhouse."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


class Supervisor:
    """Keeps the processes of a plan alive until it is told to stop."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Return once everything has ended."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(self._stopping.set))
        async with asyncio.TaskGroup() as group:
            for name, command in self._plan.commands.items():
                group.create_task(self._supervise(name, command))
            group.create_task(self._welcome())
        say("The greenhouse is closed.")

    async def _supervise(self, name: str, command: Sequence[str]) -> None:
        """Run one process, again and again if it has to be."""
        pause = 0.0
        while not self._stopping.is_set():
            began = time.monotonic()
            # The child reads its end of this pipe: when we are gone, however that came, it ends itself. A session of
            # its own keeps the terminal's Ctrl-C from it, so that we are the only ones to end it.
            process = await asyncio.create_subprocess_exec(
                *command, stdin=asyncio.subprocess.PIPE, start_new_session=True
            )
            ended = asyncio.create_task(process.wait())
            stopping = asyncio.create_task(self._stopping.wait())
            await asyncio.wait([ended, stopping], return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            if self._stopping.is_set():
                await _end(process)
                await ended
                return
            pause = (
                0.0 if time.monotonic() - began > LONG_LIFE_SECONDS else min(max(1.0, pause * 2), LONGEST_PAUSE_SECONDS)
            )
            say(f"{name} ended unexpectedly (status {process.returncode}); starting it again in {pause:.0f} s.")
            await self._sleep(pause)

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            pass

    async def _welcome(self) -> None:
        """Say where the garden is, once it answers."""
        while not self._stopping.is_set():
            try:
                _, writer = await asyncio.open_connection(self._plan.host, self._plan.port)
            except OSError:
                await self._sleep(WELCOME_POLL_SECONDS)
            else:
                writer.close()
                say(self._plan.welcome)
                return


async def _end(process: asyncio.subprocess.Process) -> None:
    """Ask a process to end, and end it if it does not."""
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(GRACE_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()


if __name__ == "__main__":
    asyncio.run(Supervisor(Plan(**json.loads(sys.argv[1]))).run())
