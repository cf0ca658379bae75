"""What a visitor or a script is told when something is wrong."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.core.exceptions import DisallowedHost
from django.http import HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone

from greenhouse.state import sky_by_the_clock
from greenhouse.web.outage import RETRY_AFTER_SECONDS, is_outage
from greenhouse.web.page_cache import page_context
from greenhouse.web.rest import error_body

if TYPE_CHECKING:
    from collections.abc import Callable

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
    """500, or 503 where a middleware met a database that is gone."""
    if is_outage(sys.exc_info()[1]):
        return unavailable(request)
    message = "The fault is on this side, and it has been noted. Please try again in a while."
    return _error(request, 500, "server_error", "Something broke.", message)


def unavailable(request: HttpRequest) -> HttpResponse:
    """503"""
    message = "The garden’s memory does not answer just now. Please try again in a moment."
    response = _error(request, 503, "unavailable", "The garden rests.", message)
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    return response


class UnavailableMiddleware:
    """Answers 503 where a view met a database that is gone. The last of all, so that no other logs it as a mistake."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self._get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return unavailable(request) if is_outage(error) else None


def _error(request: HttpRequest, status: int, code: str, title: str, message: str) -> HttpResponse:
    """The same error as a page, or in the API's shape for what asked the API."""
    if request.path.startswith("/api/"):
        return JsonResponse(error_body(code, f"{title} {message}"), status=status)
    now = timezone.now()
    context = page_context(sky_by_the_clock(now), now) | {"title": title, "message": message, "status": status}
    return HttpResponse(render_to_string("error.html", context), status=status)
