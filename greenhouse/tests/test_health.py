from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import OperationalError, connections
from django.test import Client
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from garden.models import GardenEvent
from garden.vocabulary import EventType
from greenhouse.models import Lease
from greenhouse.web import health
from greenhouse.web.health import Examiner, Finding, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def fine() -> Finding:
    return Finding(Status.OK, "fine")


def broken() -> Finding:
    raise OperationalError("could not connect to /var/secret at 10.0.0.5")


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Asks `/health` with probes of the test's own."""

    def asked(**probes: tuple[Callable[[], Finding], Status]) -> Any:
        monkeypatch.setattr(health, "examiner", Examiner(probes))
        return Client().get("/health")

    return asked


@pytest.fixture
def hanging() -> Iterator[Callable[[], Finding]]:
    """A probe that does not come back before the test ends."""
    over = threading.Event()

    def probe() -> Finding:
        over.wait(30)
        return fine()

    yield probe
    over.set()


@pytest.mark.django_db(transaction=True)
def test_every_component_is_named_and_the_whole_is_judged() -> None:
    answer = Client().get("/health")
    body = answer.json()
    assert answer.status_code == 200
    assert set(body["components"]) == {"database", "live_updates", "tasks", "redis", "disk"}
    assert body["status"] in ("ok", "degraded")
    assert answer.headers["Cache-Control"].startswith("max-age=0")
    health.examiner._threads.submit(connections.close_all).result()


def test_a_site_that_works_without_something_is_degraded_and_stays_up(ask: Callable[..., Any]) -> None:
    answer = ask(database=(fine, Status.FAILING), redis=(broken, Status.DEGRADED))
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")


def test_a_site_without_its_database_is_down_and_gives_nothing_away(ask: Callable[..., Any]) -> None:
    answer = ask(database=(broken, Status.FAILING))
    assert (answer.status_code, answer.json()["status"]) == (503, "failing")
    assert "secret" not in answer.content.decode()


def test_a_component_that_hangs_holds_nobody_up(
    ask: Callable[..., Any], hanging: Callable[[], Finding], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Examiner.examine, "__defaults__", (0.1,))
    began = time.perf_counter()
    answer = ask(database=(hanging, Status.FAILING), disk=(fine, Status.DEGRADED))
    assert time.perf_counter() - began < 10  # it hangs for longer
    assert answer.status_code == 503
    assert answer.json()["components"]["database"] == {"status": "failing", "detail": "no answer yet"}
    assert answer.json()["components"]["disk"]["status"] == "ok"


def test_a_probe_that_hangs_is_not_started_again_meanwhile(hanging: Callable[[], Finding]) -> None:
    started: list[None] = []

    def counted() -> Finding:
        started.append(None)
        return hanging()

    examiner = Examiner({"database": (counted, Status.FAILING)})
    for _ in range(5):
        examiner.examine(patience=0.01)
    assert len(started) == 1


@pytest.mark.django_db
def test_a_schedule_that_stands_still_is_noticed() -> None:
    now = timezone.now()
    Lease.objects.create(name="schedule", holder="here", renewed_at=now, expires_at=now - timedelta(minutes=2))
    assert health.tasks() == Finding(Status.DEGRADED, "The schedule is not running")
    Lease.objects.update(expires_at=now + timedelta(seconds=30))
    assert health.tasks().status is Status.OK


@pytest.mark.django_db
def test_a_schedule_without_tasks_is_noticed() -> None:
    PeriodicTask.objects.update(enabled=False)
    assert health.tasks().status is Status.DEGRADED


@pytest.mark.parametrize(("free", "status"), [(10**12, Status.OK), (10**8, Status.DEGRADED), (10**6, Status.FAILING)])
def test_a_disk_that_runs_full_is_noticed(monkeypatch: pytest.MonkeyPatch, free: int, status: Status) -> None:
    usage = type("Usage", (), {"free": free})
    monkeypatch.setattr("shutil.disk_usage", lambda _path: usage)
    assert health.disk().status is status


def test_a_redis_that_is_gone_is_found_out_quickly(settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    began = time.perf_counter()
    findings = Examiner({"redis": (health.redis, Status.DEGRADED)}).examine(patience=5)
    assert findings["redis"] == Finding(Status.DEGRADED, "no answer")
    assert time.perf_counter() - began < 4  # nobody had to run out of patience


@pytest.mark.django_db
@pytest.mark.parametrize(("age", "status"), [(1, Status.OK), (60, Status.DEGRADED)])
def test_live_updates_that_are_stuck_behind_the_outbox_are_named(
    monkeypatch: pytest.MonkeyPatch, age: int, status: Status
) -> None:
    monkeypatch.setattr("greenhouse.web.health.newest_seq", lambda: 0)
    event = GardenEvent(event_type=EventType.SYSTEM_UPDATE, source="test", timestamp=timezone.now())
    event.timestamp -= timedelta(seconds=age)
    event.save()
    assert health.live_updates().status == status
