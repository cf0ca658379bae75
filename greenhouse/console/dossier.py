"""The console's page to print: why visits may be counted here without consent, point by point, as it really is.

The points are those of France's data protection authority (its decision of 4 July 2025 on measuring an audience); they
fit elsewhere, too. Every number comes from the settings and the tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db import connection
from django.template.response import TemplateResponse
from django.utils import timezone

from greenhouse.site.privacy import facts
from owner.selectors import site_now
from visitors.consent import audit
from visitors.consent.models import AuditEntry, SaltDeletion
from visitors.privacy import HOME_PREFIX, SALT_BYTES
from visitors.vocabulary import Channel, Device, Dimension, Milestone, Screen, Vital

if TYPE_CHECKING:
    from enum import StrEnum

    from django.http import HttpRequest, HttpResponse

MOST_MONTHS: Final = 25  # that the authority lets raw data of an audience be kept
DAYS_A_MONTH: Final = 30


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the assessment."""

    title: str
    holds: bool
    evidence: str


def dossier(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The page. As many queries as there are tables, and six."""
    now = timezone.now()
    known = facts(now)
    return TemplateResponse(
        request,
        "admin/dossier.html",
        context
        | known
        | {
            "title": "Counting without consent",
            "site": site_now(),
            "address": settings.SITE_URL,
            "points": points(known),
            "metrics": METRICS,
            "parameters": parameters(),
            "audit_entries": AuditEntry.objects.count(),
            "audit_head": audit.head_of(AuditEntry),
            "salts_head": audit.head_of(SaltDeletion),
        },
    )


def _words(of: type[StrEnum]) -> str:
    return ", ".join(word.replace("_", " ") for word in of)


METRICS: Final = (
    ("Page views, visits, visitors of a day, engaged seconds, bounces, interactions", "sums by hour and day"),
    ("Split by", _words(Dimension)),
    ("Where from", f"host of the referrer alone, as {_words(Channel)}; campaign by its utm words"),
    ("Device", f"{_words(Device)}; screen as {_words(Screen)}; family of browser and system"),
    ("Paths", "how often one place of the garden followed another; how long its squares were stood in"),
    ("Reached", _words(Milestone)),
    ("Speed of pages", _words(Vital)),
)


def parameters() -> list[tuple[str, str]]:
    """What the counting is set to."""
    return [
        ("Visitor’s number", "HMAC-SHA256 of network address and browser family, keyed with the day’s secret"),
        (
            "Secret",
            f"{SALT_BYTES} random bytes, new each UTC day, deleted after 48 hours; deletions are logged publicly",
        ),
        ("Address", f"IPv4 whole, IPv6 its first {HOME_PREFIX} bits; read, never stored"),
        ("Place", "country, from a file on this machine, where the owner gives one"),
        ("On the device", "nothing is stored or read for counting"),
        ("Single visits", f"{settings.JOURNEYS_KEPT_DAYS} days (JOURNEYS_KEPT_DAYS)"),
        ("A visit ends", "after thirty minutes without a step"),
        ("Not counted", "browsers that send DNT or Sec-GPC, machines, the owner"),
        ("Database", "SQLite, deleted rows overwritten" if connection.vendor == "sqlite" else "PostgreSQL"),
    ]


def points(known: dict[str, Any]) -> list[Point]:
    """What is asked for, and whether it is so."""
    raw_days = max(one.kept_days or 0 for one in known["tables"] if one.table.kind in ("visit", "pseudonym"))
    overdue = [one.table.name for one in known["tables"] if one.overdue]
    return [
        Point(
            "Only to measure this site’s audience, for its owner alone",
            True,
            "Everything is counted, kept and shown on the site’s own machine. There is no other recipient.",
        ),
        Point(
            "Only anonymous statistics come out", True, "Sums by one or two properties; no wide row stands for a visit."
        ),
        Point(
            "No following across sites, devices or days",
            True,
            "The number depends on this site’s secret, which changes daily and is deleted. No cookie is set to count.",
        ),
        Point(
            "Not combined with other data",
            True,
            "No account, no mail and no purchase exists to combine it with. Linking visits needs a consent of its own.",
        ),
        Point("No transfer to others or out of the country of the machine", True, "No request leaves for counting."),
        Point(
            f"Single visits are kept at most {MOST_MONTHS} months",
            raw_days <= MOST_MONTHS * DAYS_A_MONTH,
            f"{settings.JOURNEYS_KEPT_DAYS} days.",
        ),
        Point(
            "What should be gone is gone",
            not overdue,
            f"Overdue: {', '.join(overdue)}. Look at the schedule." if overdue else "No table holds an older row.",
        ),
        Point("Visitors are told", True, f"{settings.SITE_URL}/privacy/, from the same tables as this page."),
        Point("Visitors can object", True, "DNT and Sec-GPC are obeyed before anything is counted."),
        Point("No finer place than a town", True, "The country at most."),
    ]
