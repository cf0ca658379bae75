"""What a visitor or a script is told when something is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import DisallowedHost
from django.http import HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone

from greenhouse.state import sky_by_the_clock
from greenhouse.web.page_cache import page_context
from greenhouse.web.rest import error_body

if TYPE_CHECKING:
    from django.http import HttpRequest


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400"""
    if isinstance(exception, DisallowedHost):
        message = (
            "The greenhouse does not go by the name in this address. If it is yours: add that name to ALLOWED_HOSTS "
            "(or make it SITE_URL) and start it again."
        )
        return _error(request, 400, "unknown_host", "Nobody of that name lives here.", message)
    return _error(request, 400, "bad_request", "This request could not be read.", "Something in it was malformed.")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403"""
    return _error(request, 403, "forbidden", "This gate is closed.", "What lies behind it is for the owner.")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404"""
    message = "The address is mistyped, or the plant has left the garden, or its owner keeps it to themselves."
    return _error(request, 404, "not_found", "Nothing grows here.", message)


def server_error(request: HttpRequest) -> HttpResponse:
    """500"""
    message = "The fault is on this side, and it has been noted. Please try again in a while."
    return _error(request, 500, "server_error", "Something broke.", message)


def _error(request: HttpRequest, status: int, code: str, title: str, message: str) -> HttpResponse:
    """The same error as a page, or in the API's shape for what asked the API."""
    if request.path.startswith("/api/"):
        return JsonResponse(error_body(code, f"{title} {message}"), status=status)
    now = timezone.now()
    context = page_context(sky_by_the_clock(now), now) | {"title": title, "message": message, "status": status}
    return HttpResponse(render_to_string("error.html", context), status=status)
