"""What goes on while things break: visitors walk, an editor and a player report, GitHub delivers; all of it is counted.

Each does as those clients do: what got no answer, or was put off, is sent again as it was, and now and then something
is sent twice although it was taken.
"""

from __future__ import annotations

import json
import random
import sys
import threading
import uuid
from collections import Counter, deque
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any, Final, Self

from chaos.attack import VISITOR, Outcome, ask, wait_until
from chaos.hooks import HOOK, headers_of, push, signed

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.running import Greenhouse

    Sending = tuple[str, bytes, dict[str, str]]  # path, body, headers

JOURNEY: Final = "/api/v1/visitors/journey/"
HEARTBEAT: Final = "/api/v1/integrations/wakatime/users/current/heartbeats/"
LISTEN: Final = "/api/v1/integrations/listenbrainz/1/submit-listens/"
STEPS: Final = 3  # in a batch
PAUSE: Final = 0.05  # seconds between two sendings of one client
AGAIN: Final = 10  # every so many, one that was taken is sent once more
LISTENS_APART: Final = 300  # seconds
GROWS_WITHIN: Final = 180.0  # seconds until everybody's next one is taken, on a busy machine
WORKED_ON_WITHIN: Final = 400.0  # the sweep comes by the minute, a second and third attempt after 20 and 100 s
JSON: Final = {"Content-Type": "application/json"}
STORED: Final = """
import json
from collections import Counter
from garden.models import Activity
from integrations.models import DeliveryStatus, Heartbeat, WebhookDelivery
from visitors.models import Step
from weather.models import MusicMoment
begun = {begun!r}
print(json.dumps({{
    "journey": Counter(Step.objects.filter(area__startswith="step-").values_list("area", flat=True)),
    "heartbeat": Counter(round(at.timestamp() - begun) for at in Heartbeat.objects.values_list("at", flat=True)),
    "listen": Counter(MusicMoment.objects.filter(source="scrobbler").values_list("title", flat=True)),
    "hook": Counter(WebhookDelivery.objects.values_list("delivery_id", flat=True)),
    "commit": Counter(
        Activity.objects.filter(kind="commit", external_id__startswith="00000000").values_list("external_id", flat=True)
    ),
    "waiting": WebhookDelivery.objects.filter(status=DeliveryStatus.RECEIVED).count(),
    "failed": WebhookDelivery.objects.filter(status=DeliveryStatus.FAILED).count(),
}}))
"""
# In which tables a thing of a kind is looked for, and what it is called there by its number.
NAMES: Final[dict[str, list[tuple[str, Callable[[int], str]]]]] = {
    "journey": [("journey", "step-{}".format)],
    "heartbeat": [("heartbeat", str)],
    "listen": [("listen", "Piece {}".format)],
    "hook": [("hook", "hook-{}".format), ("commit", "{:040x}".format)],
}


class Client:
    """One who sends numbered things, one after the other, until all of it is over."""

    def __init__(self, name: str, times: int, make: Callable[[int], Sending]) -> None:
        self.name, self.times = name, times  # how often each is stored
        self._make = make
        self.accepted: set[int] = set()
        self.refused: Counter[int] = Counter()  # for good, by status
        self.put_off = self.sent = 0
        self._numbers = count()
        self._again: deque[int] = deque()

    def send(self, garden: Greenhouse, chance: random.Random) -> None:
        """Send the next one, one that was put off, or one that was taken already."""
        put_off = bool(self._again) and chance.random() < 0.5
        number = self._again.popleft() if put_off else next(self._numbers)
        self._deliver(garden, number)
        if self.accepted and chance.randrange(AGAIN) == 0:
            self._deliver(garden, chance.choice(sorted(self.accepted)[-50:]))

    def _deliver(self, garden: Greenhouse, number: int) -> None:
        path, body, headers = self._make(number)
        self.sent += 1
        status = ask(garden, "POST", path, body, headers, source=VISITOR)
        if 200 <= status < 300:
            self.accepted.add(number)
        elif status in (0, 429) or status >= 500:
            self.put_off += 1
            if number not in self.accepted:
                self._again.append(number)
        else:
            self.refused[status] += 1


@dataclass(frozen=True, slots=True)
class Tally:
    """What went in, and what came out of it."""

    sent: int
    accepted: int
    put_off: int
    refused: int
    lost: int  # accepted, and not stored, or not whole
    doubled: int
    waiting: int  # hooks that nobody worked on, or that were given up

    @property
    def held(self) -> bool:
        return self.accepted > 0 and not (self.refused or self.lost or self.doubled or self.waiting)

    def __str__(self) -> str:
        waiting = f", {self.waiting} not worked on" if self.waiting else ""
        refused = f", {self.refused} refused for good" if self.refused else ""
        return f"{self.lost} lost, {self.doubled} doubled{waiting}{refused}"

    def outcome(self, what: str, figure: str, *, held: bool = True) -> Outcome:
        """The line of a case in which these were sent."""
        return Outcome(
            f"{what}; {self.sent:,} sent",
            f"{self.accepted:,} accepted, {self.put_off:,} put off",
            f"{self}; {figure}",
            held and self.held,
        )


class Traffic:
    """Four clients, each in a thread of its own, from entering to leaving."""

    def __init__(self, garden: Greenhouse, chance: random.Random) -> None:
        self._garden = garden
        self._key = garden.manage("api_key", "chaos", "--scope", "intake").strip().splitlines()[-1]
        self._begun = (datetime.now(UTC) - timedelta(days=5)).replace(microsecond=0)
        self._agent = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
        self._batches = uuid.UUID(int=chance.getrandbits(128))
        self._chances = [random.Random(chance.random()) for _ in range(4)]
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []
        self.clients = [
            Client("journey", STEPS, self._batch),
            Client("heartbeat", 1, self._heartbeat),
            Client("listen", 1, self._listen),
            Client("hook", 1, self._hook),
        ]

    def __enter__(self) -> Self:
        for client, chance in zip(self.clients, self._chances, strict=True):
            thread = threading.Thread(target=self._send, args=(client, chance), name=client.name)
            thread.start()
            self._threads.append(thread)
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Send nothing more."""
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _send(self, client: Client, chance: random.Random) -> None:
        while not self._over.is_set():
            client.send(self._garden, chance)
            self._over.wait(PAUSE)

    def goes_on(self, more: int = 3) -> bool:
        """Wait until everybody got some more taken. Whether they did."""
        wanted = [(client, len(client.accepted) + more) for client in self.clients]

        def grown() -> bool:
            return all(len(client.accepted) >= number for client, number in wanted)

        return wait_until(grown, GROWS_WITHIN) is not None

    def put_off(self) -> dict[str, int]:
        """How often each was told to come again, or got no answer."""
        return {client.name: client.put_off for client in self.clients}

    def tally(self) -> Tally:
        """Stop, wait until the hooks are worked on, and look for everything that was accepted."""
        self.stop()
        stored: dict[str, Any] = {}

        def settled() -> bool:
            stored.update(self._stored())
            return not stored["waiting"]

        wait_until(settled, WORKED_ON_WITHIN)
        lost = doubled = 0
        for client in self.clients:
            for kind, name in NAMES[client.name]:
                found: dict[str, int] = stored[kind]
                accepted = {name(number) for number in client.accepted}
                # What was stored without an answer is whole as well.
                lost += sum(found.get(one, 0) < client.times for one in accepted | found.keys())
                doubled += sum(times > client.times for times in found.values())
        return Tally(
            sent=sum(client.sent for client in self.clients),
            accepted=sum(len(client.accepted) for client in self.clients),
            put_off=sum(client.put_off for client in self.clients),
            refused=sum(client.refused.total() for client in self.clients),
            lost=lost,
            doubled=doubled,
            waiting=stored["waiting"] + stored["failed"],
        )

    def _stored(self) -> dict[str, Any]:
        script = STORED.format(begun=self._begun.timestamp())
        said = self._garden.run(sys.executable, "manage.py", "shell", "--no-imports", "-c", script).stdout
        found: dict[str, Any] = json.loads(said.strip().splitlines()[-1])
        return found

    def _batch(self, number: int) -> Sending:
        step = {"step_type": "navigation", "area": f"step-{number}", "duration": 1.5}
        batch = uuid.uuid5(self._batches, str(number))
        return JOURNEY, json.dumps({"batch_id": str(batch), "steps": [step] * STEPS}).encode(), JSON | self._agent

    def _heartbeat(self, number: int) -> Sending:
        at = self._begun.timestamp() + number
        said = {"time": at, "project": "engine", "language": "Python", "category": "coding", "type": "file"}
        return HEARTBEAT, json.dumps(said).encode(), JSON | {"Authorization": f"Api-Key {self._key}"}

    def _listen(self, number: int) -> Sending:
        at = int(self._begun.timestamp()) - LISTENS_APART * number
        track = {"artist_name": "Fern", "track_name": f"Piece {number}", "additional_info": {"duration_ms": 200_000}}
        said = {"listen_type": "single", "payload": [{"listened_at": at, "track_metadata": track}]}
        return LISTEN, json.dumps(said).encode(), JSON | {"Authorization": f"Token {self._key}"}

    def _hook(self, number: int) -> Sending:
        body = push([f"{number:040x}"])
        return HOOK, body, headers_of(signed(body), f"hook-{number}")
