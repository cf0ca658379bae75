"""`/metrics` for Prometheus, under the names of the specification.

Requests are counted where they are answered, in each process: scrape every web process. What happens in the garden is
counted in the database as it happens, so that a counter is true whichever process it happened in, survives a restart
and never falls: it has a row of its own, which is not pruned with what it counts.
"""

from __future__ import annotations

import time
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.utils.decorators import sync_and_async_middleware
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import REGISTRY, Counter, Histogram
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, SummaryMetricFamily
from prometheus_client.registry import Collector

from garden.live.hub import hub
from garden.models import EventTotal, Project
from garden.vocabulary import EventType
from greenhouse.web.rest import error_body
from integrations import outgoing
from visitors.addresses import address_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from django.http import HttpRequest
    from prometheus_client.metrics_core import Metric

UNMATCHED = "unmatched"  # addresses that lead nowhere share one name, so that nobody can fill the memory with them
LOOPBACK = frozenset({"127.0.0.1", "::1"})

REQUESTS = Counter("api_requests", "Requests by method and route.", ["method", "endpoint"])
DURATION = Histogram("request_duration_seconds", "Time from a request to its answer.")
KEPT_ANSWERS = Counter(
    "cache_requests", "Answers asked for by cache: of this process's memory, or shared.", ["cache", "result"]
)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def observe(method: str, endpoint: str, seconds: float) -> None:
    """Count one answered request. `endpoint` is a route, never the path that was asked for."""
    _requests(method if method in METHODS else "other", endpoint).inc()
    DURATION.observe(seconds)


def asked_cache(name: Literal["memory", "shared"], *, found: bool) -> None:
    """Count that a kept answer was asked for, and whether it was there."""
    _kept_answers(name, found).inc()


def cache_hits() -> dict[str, tuple[int, int]]:
    """Of this process since it began, by cache: how often it had the answer, and how often it was asked."""
    asked = {
        name: [int(_kept_answers(name, found)._value.get()) for found in (True, False)] for name in ("memory", "shared")
    }
    return {name: (hits, hits + misses) for name, (hits, misses) in asked.items()}


@cache
def _kept_answers(name: str, found: bool) -> Counter:
    return KEPT_ANSWERS.labels(name, "hit" if found else "miss")


@cache
def _requests(method: str, endpoint: str) -> Counter:
    """The counter of one method and route; looking it up by its labels costs more than counting."""
    return REQUESTS.labels(method, endpoint)


def _route(request: HttpRequest) -> str:
    match = request.resolver_match
    return f"/{match.route.removeprefix('^')}" if match else UNMATCHED


@sync_and_async_middleware
def measured(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Middleware: count every request that Django answers, and how long it took."""
    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> HttpResponse:
            began = time.perf_counter()
            response: HttpResponse = await get_response(request)
            observe(request.method or "", _route(request), time.perf_counter() - began)
            return response

        return asynchronous

    def synchronous(request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response: HttpResponse = get_response(request)
        observe(request.method or "", _route(request), time.perf_counter() - began)
        return response

    return synchronous


class GardenCollector(Collector):
    """What the database and the hub say at the moment of a scrape. Six queries."""

    def collect(self) -> Iterator[Metric]:
        """The families, freshly counted."""
        yield GaugeMetricFamily("active_websockets_total", "Sockets open in this process.", value=hub.stats.connections)
        yield self._interactions()
        yield self._stage_changes()
        yield self._weather_changes()
        yield from self._outgoing()

    def describe(self) -> list[Metric]:
        """Nothing ahead of time: registering must not query the database."""
        return []

    @staticmethod
    def _interactions() -> Metric:
        """Only plants that everyone may name have a line."""
        family = CounterMetricFamily("project_interactions", "What visitors did with a plant.", labels=["project_id"])
        for pk, interactions in Project.objects.in_garden().values_list("id", "visitor_interactions"):
            family.add_metric([str(pk)], interactions)
        return family

    @staticmethod
    def _stage_changes() -> Metric:
        """Only of plants that everyone saw: what others do must not show in a count either."""
        family = CounterMetricFamily(
            "growth_stage_changes", "Changes of stage that were published.", labels=["from_stage", "to_stage"]
        )
        for stages, times in _published(EventType.PROJECT_GROWTH):
            family.add_metric(stages.split(), times)
        return family

    @staticmethod
    def _outgoing() -> Iterator[Metric]:
        """Of requests to other services: no address, and nothing that is somebody's name."""
        labels = ["provider", "endpoint"]
        requests = CounterMetricFamily("outgoing_requests", "Requests to other services.", labels=labels)
        errors = CounterMetricFamily(
            "outgoing_request_errors", "Of them, those that were refused or not answered.", labels=labels
        )
        seconds = SummaryMetricFamily("outgoing_request_seconds", "Time until an answer was read.", labels=labels)
        for provider, endpoint, asked, failed, took in outgoing.totals():
            of = [provider, endpoint]
            requests.add_metric(of, asked)
            errors.add_metric(of, failed)
            seconds.add_metric(of, count_value=asked, sum_value=took)
        circuits = GaugeMetricFamily(
            "outgoing_circuits_open", "Services that failed so often that they are left alone.", labels=["provider"]
        )
        for provider, open_now in outgoing.open_circuits().items():
            circuits.add_metric([provider], open_now)
        yield from (requests, errors, seconds, circuits)

    @staticmethod
    def _weather_changes() -> Metric:
        family = CounterMetricFamily("weather_changes", "Weathers that began in the garden.", labels=["weather_type"])
        for weather_type, times in _published(EventType.WEATHER_CHANGE):
            family.add_metric([weather_type], times)
        return family


def _published(event_type: EventType) -> Iterable[tuple[str, int]]:
    """What of a type of event was published, with how often since totals are kept. One query."""
    return EventTotal.objects.filter(event_type=event_type).order_by("what").values_list("what", "times")


REGISTRY.register(GardenCollector())


def may_read(request: HttpRequest) -> bool:
    """Whether the caller is the owner or a program on this machine, unless the owner made the metrics public."""
    if settings.METRICS_PUBLIC or request.user.is_superuser:
        return True
    # A proxy in front of us is on this machine too; what it passes on is not.
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return address_of(request) in LOOPBACK and not forwarded


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The metrics of this process and of the garden, in the format that the scraper prefers."""
    if not may_read(request):
        refusal = error_body("permission_denied", "Metrics are for the owner; METRICS_PUBLIC=true opens them.")
        return JsonResponse(refusal, status=403)
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return HttpResponse(encode(REGISTRY), content_type=content_type)
