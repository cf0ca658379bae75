"""How our requests to a service stand: its bucket, its circuit, and how each of its endpoints went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q

from integrations import limits
from integrations.models import OutgoingEndpoint, OutgoingLimit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from integrations.providers.base import Provider

BESIDE = "@"  # in the key of a limit: a host beside the service's own


@dataclass(frozen=True, slots=True)
class Requests:
    """What is remembered of all requests."""

    limits: Mapping[str, OutgoingLimit]  # by key
    endpoints: Mapping[str, Sequence[OutgoingEndpoint]]  # by provider
    now: datetime

    @classmethod
    def read(cls, *, now: datetime) -> Requests:
        """Two queries."""
        endpoints: dict[str, list[OutgoingEndpoint]] = {}
        for row in OutgoingEndpoint.objects.all():
            endpoints.setdefault(row.provider, []).append(row)
        return cls({row.provider: row for row in OutgoingLimit.objects.all()}, endpoints, now)

    def of(self, provider: Provider, key: str) -> dict[str, Any]:
        """The limits of a connection, of which `key` is the limit's, and of the hosts beside it. No query."""
        own = self.limits.get(key)
        beside = [row for name, row in self.limits.items() if name.startswith(f"{key}{BESIDE}")]
        circuits = [limits.circuit_of(row, now=self.now) for row in (*([own] if own else []), *beside)]
        worst = next((one for one in (limits.Circuit.OPEN, limits.Circuit.HALF_OPEN) if one in circuits), None)
        size = {"per_minute": provider.rate_limit, "burst": provider.burst}
        return {
            **size,
            "tokens": limits.tokens_at(own, **size, now=self.now) if own else provider.burst,
            "circuit": worst or limits.Circuit.CLOSED,
            "failures": max((row.failures for row in (*([own] if own else []), *beside)), default=0),
            "next_try_at": limits.next_try(own, now=self.now) if own else None,
            "endpoints": self.endpoints.get(provider.slug, []),
        }


def totals() -> list[tuple[str, str, int, int, float]]:
    """Provider, endpoint, requests, errors and seconds of every endpoint, for `/metrics`. One query."""
    rows = OutgoingEndpoint.objects.values_list("provider", "endpoint", "requests", "errors", "seconds")
    return list(rows)


def open_circuits() -> dict[str, int]:
    """How many circuits of each provider are open or half open, with one query; of those without one, zero."""
    counted = (
        OutgoingLimit.objects.order_by()
        .values_list("provider")
        .annotate(open=Count("pk", filter=Q(open_until__isnull=False)))
    )
    found: dict[str, int] = {}
    for key, number in counted:
        found[slug_of(key)] = found.get(slug_of(key), 0) + number
    return found


def slug_of(key: str) -> str:
    """The provider that the key of a limit belongs to."""
    return key.partition(":")[0].partition(BESIDE)[0]
