"""The console's page of what is wrong with the set-up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse

from common.telling import as_typed
from greenhouse.console.doctor.checks import examined
from greenhouse.web import metrics
from greenhouse.web.page_cache import KEPT_SECONDS

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


CACHES: Final = {"memory": "In this process", "shared": "Shared by all processes"}


@dataclass(frozen=True, slots=True)
class Cache:
    """How often a cache had what it was asked for, since this process began."""

    name: str
    rate: str
    asked: int


def doctor(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """What is found here at once; what has to be asked outside, once the owner presses the button."""
    if not getattr(request.user, "is_superuser", False):
        raise PermissionDenied  # it names paths and machines
    outside = request.GET.get("outside") == "yes"
    found = sorted(examined(outside=outside), key=lambda one: not one.fault)
    return TemplateResponse(
        request,
        "admin/doctor.html",
        context
        | {
            "title": "Doctor",
            "found": found,
            "faults": sum(one.fault for one in found),
            "outside": outside,
            "command": as_typed("doctor"),
            "caches": [
                Cache(CACHES[name], f"{hits / asked:.0%}" if asked else "–", asked)
                for name, (hits, asked) in metrics.cache_hits().items()
            ],
            "kept_minutes": KEPT_SECONDS // 60,
        },
    )
