"""`/health`: how each component does, quickly, whatever is gone.

Every probe runs in a thread that is given up on after a moment. A probe that hangs keeps its thread until it ends, and
is not started a second time meanwhile.
"""

from __future__ import annotations

import shutil
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import StrEnum
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.db import connection
from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.breaker import REDIS_SECONDS
from common.database import connection_given_back
from garden import selectors
from garden.live.hub import failing, hub, newest_seq
from garden.models import GardenEvent
from greenhouse.run import task_health
from greenhouse.web import arrival

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpRequest

PATIENCE_SECONDS = 1.5  # for all probes together
BEHIND = timedelta(seconds=10)  # an event that open pages have not heard of by then is stuck
LITTLE_SPACE = 200 * 1024 * 1024  # bytes
NO_SPACE = 20 * 1024 * 1024

log = structlog.get_logger(__name__)


class Status(StrEnum):
    """How a component does, best first."""

    OK = "ok"
    DEGRADED = "degraded"  # the site works, something of it does not
    FAILING = "failing"  # the site does not work


@dataclass(frozen=True, slots=True)
class Finding:
    """One component's state, in words that give nothing away to strangers."""

    status: Status
    detail: str


def database() -> Finding:
    """Whether the database answers."""
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    milliseconds = (time.perf_counter() - began) * 1000
    took = f"{milliseconds:.1f}" if milliseconds >= 0.1 else "less than 0.1"
    return Finding(Status.OK, f"{connection.display_name} answered in {took} ms")


def live_updates() -> Finding:
    """Whether this process follows the outbox."""
    newest = selectors.seq_range()[1]
    if not settings.ENABLE_WEBSOCKETS:
        return Finding(Status.OK, "turned off by ENABLE_WEBSOCKETS")
    if failing():
        return Finding(Status.DEGRADED, "the events cannot be read just now; open pages hear of nothing")
    known = newest_seq()
    if known is None:
        return Finding(Status.OK, f"nobody is watching; the newest event is {newest}")
    overdue = GardenEvent.objects.filter(seq__gt=known, timestamp__lt=timezone.now() - BEHIND)
    status = Status.DEGRADED if overdue.exists() else Status.OK
    return Finding(status, f"{hub.stats.connections} connections, at event {known} of {newest}")


def tasks() -> Finding:
    """Whether the schedule is kept, whether workers begin what it hands out, and whether that goes well."""
    troubles = task_health.troubles(timezone.now())
    if troubles:  # the titles alone: what a task said is for the owner
        return Finding(Status.DEGRADED, "; ".join(trouble.title for trouble in troubles))
    return Finding(Status.OK, "tasks on schedule")


def redis() -> Finding:
    """Whether Redis answers, where there is one. Without it the site goes on by itself, a little slower."""
    if not settings.REDIS_URL:
        return Finding(Status.OK, "none configured; this process keeps its own cache")
    from redis import Redis  # here, as the embedded shape has none and would carry it (5 MB)

    with Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=REDIS_SECONDS, socket_timeout=REDIS_SECONDS, retry=None
    ) as client:
        client.ping()
    return Finding(Status.OK, "Redis answered")


def disk() -> Finding:
    """Whether the data directory has room."""
    free = shutil.disk_usage(settings.DATA_DIR).free
    status = Status.FAILING if free < NO_SPACE else Status.DEGRADED if free < LITTLE_SPACE else Status.OK
    return Finding(status, f"{free / 1e9:,.1f} GB free")


PROBES: Mapping[str, tuple[Callable[[], Finding], Status]] = {  # and how bad it is when the probe fails
    "database": (database, Status.FAILING),
    "live_updates": (live_updates, Status.FAILING),
    "tasks": (tasks, Status.DEGRADED),
    "redis": (redis, Status.DEGRADED),
    "disk": (disk, Status.DEGRADED),
}


class Examiner:
    """Runs the probes side by side, each at most once at a time."""

    def __init__(self, probes: Mapping[str, tuple[Callable[[], Finding], Status]]) -> None:
        self._probes = probes
        self._threads = ThreadPoolExecutor(max_workers=len(probes), thread_name_prefix="health")
        self._running: dict[str, Future[Finding]] = {}
        self._failing: set[str] = set()
        self._lock = Lock()

    def examine(self, patience: float = PATIENCE_SECONDS) -> dict[str, Finding]:
        """Every component's finding, after `patience` seconds at the latest."""
        with self._lock:
            for name, (probe, when_failing) in self._probes.items():
                if name not in self._running or self._running[name].done():
                    self._running[name] = self._threads.submit(partial(self._probed, name, probe, when_failing))
            running = dict(self._running)
        wait(running.values(), timeout=patience)
        return {
            name: future.result() if future.done() else Finding(self._probes[name][1], "no answer yet")
            for name, future in running.items()
        }

    @connection_given_back()
    def _probed(self, name: str, probe: Callable[[], Finding], when_failing: Status) -> Finding:
        """The probe's finding; whatever it raises is one too, and logged once until the probe succeeds."""
        try:
            finding = probe()
        except Exception as error:  # noqa: BLE001 - a component may fail in any way, and that is the answer
            if name not in self._failing:
                log.warning("health.component_failing", component=name, error=str(error))
            self._failing.add(name)
            return Finding(when_failing, "no answer")
        self._failing.discard(name)
        return finding


examiner = Examiner(PROBES)
database_examiner = Examiner({"database": PROBES["database"]})


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 while the site works (`ok` or `degraded`), 503 when it does not."""
    findings = examiner.examine()
    worst = max((finding.status for finding in findings.values()), key=list(Status).index)
    return JsonResponse(
        {"status": worst, "components": {name: asdict(finding) for name, finding in findings.items()}},
        status=503 if worst is Status.FAILING else 200,
    )


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 while the database answers, 503 while it does not: whether to send requests to this process."""
    status = database_examiner.examine()["database"].status
    return JsonResponse({"status": status, **arrival.told(request)}, status=503 if status is Status.FAILING else 200)


@never_cache
@require_safe
def live_process(request: HttpRequest) -> JsonResponse:
    """200 while this process answers at all, whatever else is gone: whether to start it anew."""
    return JsonResponse({"status": Status.OK})
