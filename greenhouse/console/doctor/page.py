"""The console's page of what is wrong with the set-up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse

from garden.telling import as_typed
from greenhouse.console.doctor.checks import examined

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


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
        },
    )
