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

SAME_FOR_ALL: Final = frozenset(route.name for route in HOT_ROUTES)


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
    match = request.resolver_match
    same_for_all = match is not None and match.url_name in SAME_FOR_ALL
    if request.path.startswith("/api/") and not same_for_all:
        patch_vary_headers(response, ["Authorization", "Cookie"])
        shows_who = "Authorization" in request.headers or settings.SESSION_COOKIE_NAME in request.COOKIES
        if shows_who and "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "private, no-store"
    return response
