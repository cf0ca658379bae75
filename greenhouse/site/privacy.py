"""What is known of visitors, for how long, and who learns it: in plain words, and for machines.

Both are made of the settings and of what really is in the tables: the oldest row of each, and the logs' last entries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from greenhouse.sky import sky_now
from greenhouse.web.page_cache import CachedPage, page_context, page_response
from visitors import owner_devices
from visitors.consent import audit
from visitors.consent.bearer import COOKIE, bearer_of, keep_private
from visitors.consent.models import AuditEntry, Consent, SaltDeletion
from visitors.consent.serializers import CategoriesIn
from visitors.consent.vocabulary import ASKED, Category
from visitors.kept import PSEUDONYMS, Kept, kept

if TYPE_CHECKING:
    from datetime import datetime

WORDS: Final = {
    "visit": "Single visits",
    "pseudonym": "What tells visitors of a day apart",
    "consent": "What you agreed to",
    "count": "Counts",
    "log": "Logs, for checking",
}


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """In plain words; with a visitor's own choice in it for who brings their token."""
    now = timezone.now()
    consent = bearer_of(request, or_cookie=True)
    context = page_context(sky_now(now), now) | facts(now) | {"asked": _asked(consent), "consent": consent}
    page = CachedPage.of(render_to_string("privacy.html", context))
    if consent is None and COOKIE not in request.COOKIES:
        return page_response(request, page)
    response = HttpResponse(page.plain)
    keep_private(response)
    return response


@require_safe
def privacy_json(request: HttpRequest) -> HttpResponse:
    """The same for machines."""
    now = timezone.now()
    return JsonResponse(machine_readable(now), json_dumps_params={"ensure_ascii": False, "indent": 1})


@require_safe
def salts_json(request: HttpRequest) -> HttpResponse:
    """The whole log of salts that were deleted, and how to check it."""
    entries = [
        {"number": entry.number, **entry.facts, "previous": entry.previous, "digest": entry.digest}
        for entry in SaltDeletion.objects.all()
    ]
    return JsonResponse(
        {
            "how_to_check": "digest = SHA-256 of the previous digest, a line feed, and the entry (number, day, "
            "deleted_at, fingerprint) as JSON with sorted keys and no spaces. Before the first stand 64 zeros. "
            "fingerprint = SHA-256 of the salt.",
            "head": audit.head_of(SaltDeletion),
            "entries": entries,
        }
    )


def facts(now: datetime) -> dict[str, Any]:
    """What page, JSON and dossier have in common."""
    tables = kept(now)
    last = SaltDeletion.objects.order_by("-number").first()
    return {
        "as_of": now,
        "groups": [(words, [one for one in tables if one.table.kind == kind]) for kind, words in WORDS.items()],
        "tables": tables,
        "raw_days": settings.JOURNEYS_KEPT_DAYS,
        "pseudonym_hours": PSEUDONYMS * 24,
        "consent_days": settings.CONSENT_KEPT_DAYS,
        "cookie": COOKIE,
        "owner_cookie": owner_devices.COOKIE,
        "salts_deleted": last.number if last else 0,
        "last_deletion": last,
        "leaves_files_at_once": connection.vendor == "sqlite",
    }


def machine_readable(now: datetime) -> dict[str, Any]:
    """`/privacy.json`. Fields are added to it, never renamed."""
    known, site = facts(now), sky_now(now).site
    return {
        "generated_at": audit.moment(now),
        "site": settings.SITE_URL,
        "controller": {"name": site.owner_name, "email": site.email},
        "cookies": [
            {
                "name": COOKIE,
                "set": "only after you agreed to something on a page of this site",
                "http_only": True,
                "same_site": "Lax",
                "days": settings.CONSENT_KEPT_DAYS,
            },
            {
                "name": owner_devices.COOKIE,
                "set": "only when the owner signs in, so that their own visits are not counted",
                "http_only": True,
                "same_site": "Lax",
                "days": owner_devices.SECONDS // (24 * 3600),
            },
        ],
        "counts_visits": settings.ENABLE_ANALYTICS,
        "third_parties": [],
        "never_stored": ["network address", "user agent", "path and query of the referrer"],
        "honours": ["DNT: 1", "Sec-GPC: 1"],
        "categories": [{"name": str(name), "asked": name in ASKED, "what": _meaning(name)} for name in Category],
        "kept": [_for_machines(one) for one in known["tables"]],
        "deleted_rows_leave_files": "at once" if known["leaves_files_at_once"] else "when PostgreSQL vacuums",
        "salt_deletions": {
            "entries": known["salts_deleted"],
            "head": audit.head_of(SaltDeletion),
            "log": settings.SITE_URL + reverse("salts"),
        },
        "audit_log": {"entries": AuditEntry.objects.count(), "head": audit.head_of(AuditEntry)},
        "rights": {
            "consent": settings.SITE_URL + reverse("consent"),
            "export_and_erase": settings.SITE_URL + reverse("visitor-me"),
            "ask_the_owner": settings.SITE_URL + reverse("visitor-requests"),
            "page": settings.SITE_URL + reverse("privacy"),
        },
    }


def _for_machines(one: Kept) -> dict[str, Any]:
    return {
        "name": one.table.name,
        "what": one.table.what,
        "why": one.table.why,
        "kind": one.table.kind,
        "kept_days": one.kept_days,
        "oldest": audit.moment(one.oldest) if one.oldest else None,
        "overdue": one.overdue,
    }


def _asked(consent: Consent | None) -> list[dict[str, Any]]:
    """The questions, each with what was answered so far."""
    return [
        {
            "name": category.value,
            "label": category.label,
            "meaning": _meaning(category),
            "agreed": consent is not None and category in consent.categories,
        }
        for category in ASKED
    ]


def _meaning(category: Category) -> str:
    return str(CategoriesIn().fields[category].help_text)
