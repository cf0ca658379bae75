"""What a visitor or a script is told when something is wrong."""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import structlog
from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.core.exceptions import DisallowedHost, ObjectDoesNotExist
from django.http import HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from rest_framework.permissions import SAFE_METHODS

from garden.svg import garden_svg
from greenhouse.site.sharing import above
from greenhouse.sky import sky_last_seen
from greenhouse.web.outage import RETRY_AFTER_SECONDS, is_full, is_outage
from greenhouse.web.page_cache import page_context
from greenhouse.web.rest import error_body

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from greenhouse.site.share_pictures import Above
    from greenhouse.sky import Sky

SKIES_KEPT: Final = 8  # drawings, of what the sky was lately
PICTURE: Final = (1440, 520)  # its viewBox; phones see the middle of it

log = structlog.get_logger(__name__)


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


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without the token of its own page (`CSRF_FAILURE_VIEW`)."""
    message = (
        "It came without the token of the page it was on: that page stood open for too long, or its cookies were not "
        "kept. Go back, load the page again, and send it once more."
    )
    return _error(request, 403, "csrf_failed", "This form has wilted.", message)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404"""
    message = "The address is mistyped, or the plant has left the garden, or its owner keeps it to themselves."
    return _error(request, 404, "not_found", "Nothing grows here.", message)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 where a middleware met a database that is gone."""
    if is_outage(error := sys.exc_info()[1]):
        return unavailable(request, error)
    message = "The fault is on this side, and it has been noted. Please try again in a while."
    return _error(request, 500, "server_error", "Something broke.", message)


def unavailable(request: HttpRequest, error: BaseException | None = None) -> HttpResponse:
    """503"""
    message = "The garden’s memory does not answer just now. Please try again in a moment."
    if is_full(error):
        message = "The disk has no room left, so nothing of this was kept. Please try again when there is some."
    response = _error(request, 503, "unavailable", "The garden rests.", message)
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    return response


def is_gone(request: HttpRequest, error: BaseException) -> bool:
    """Whether a write met no row where its view saw one; noted, as in a read it would be a mistake of ours.

    It is one in a write as well where a relation leads nowhere, which Django tells as an `AttributeError` besides.
    """
    is_missing = isinstance(error, ObjectDoesNotExist) and not isinstance(error, AttributeError)
    gone = is_missing and request.method not in SAFE_METHODS
    if gone:
        log.warning("request.row_gone", exc_info=error)
    return gone


def is_beyond_numbers(error: BaseException) -> bool:
    """Whether SQLite was asked for a number of more than 64 bits; noted, as the number may be ours.

    Django keeps those from it in plain fields only. PostgreSQL compares such a number, and finds nothing.
    """
    is_beyond = isinstance(error, OverflowError) and "SQLite INTEGER" in str(error)
    if is_beyond:
        log.warning("request.number_too_large", exc_info=error)
    return is_beyond


class ErrorsMiddleware:
    """Answers 503 where a view met a database that is gone, 404 where a write met a row that somebody removed since the
    view looked, and 400 to a number that SQLite cannot look for. The last of all, so that no other logs a mistake.
    """

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self._get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if is_outage(error):
            return unavailable(request, error)
        if is_beyond_numbers(error):
            return bad_request(request, error)
        return not_found(request, error) if is_gone(request, error) else None


def _error(request: HttpRequest, status: int, code: str, title: str, message: str) -> HttpResponse:
    """The same error as a page, or in the API's shape for what asked the API."""
    if request.path.startswith("/api/"):
        return JsonResponse(error_body(code, f"{title} {message}"), status=status)
    # Nothing is asked: the database may be what is wrong, and Django says this in a thread that gives nothing back.
    return error_page(sky_last_seen(timezone.now()), status, title=title, message=message)


def error_page(sky: Sky, status: int, *, title: str, message: str) -> HttpResponse:
    """What is wrong, in words, under the sky of the hour."""
    said = {"title": title, "message": message, "status": status, "picture": _picture(above(sky))}
    return HttpResponse(render_to_string("error.html", page_context(sky, timezone.now()) | said), status=status)


@lru_cache(maxsize=SKIES_KEPT)
def _picture(sees: Above) -> SafeString:
    """A glasshouse in which nothing is planted."""
    width, height = PICTURE
    drawing = garden_svg((), **sees.parts, width=width, height=height, links=False, title="An empty glasshouse")
    return mark_safe(drawing)  # noqa: S308 – drawn here, of nothing that anybody wrote
