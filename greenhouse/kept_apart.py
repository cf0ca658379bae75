"""Answers of the API that somebody was let in for are kept by no cache between, which would hand them to the next.

HTTP asks it of caches that see an `Authorization`; those that go by addresses alone (a proxy or a delivery network that
is told to keep everything) do so only where the answer says it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.utils.cache import patch_vary_headers
from django.utils.decorators import sync_and_async_middleware

from greenhouse.hot_routes import HOT_ROUTES

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

HOT: Final = frozenset(route.name for route in HOT_ROUTES)  # the same for all who show nothing, and revalidated


@sync_and_async_middleware
def said(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Middleware: say by what the API's answers differ, and which of them are private."""
    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> HttpResponse:
            return _said(request, await get_response(request))

        return asynchronous

    def synchronous(request: HttpRequest) -> HttpResponse:
        return _said(request, get_response(request))

    return synchronous


def _said(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if request.path.startswith("/api/"):
        match = request.resolver_match
        if match is None or match.url_name not in HOT:
            patch_vary_headers(response, ["Authorization", "Cookie"])
        shows_who = "Authorization" in request.headers or settings.SESSION_COOKIE_NAME in request.COOKIES
        if shows_who and "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "private, no-store"
    return response
