"""NUL, which PostgreSQL holds in no text, ends here: no address, query or cookie with it reaches the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asgiref.sync import iscoroutinefunction
from django.core.exceptions import BadRequest
from django.http import Http404
from django.utils.decorators import sync_and_async_middleware

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


@sync_and_async_middleware
def refused(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Middleware: 404 for an address with NUL, 400 for a query; a cookie with it counts as not sent."""
    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> HttpResponse:
            _refuse(request)
            response: HttpResponse = await get_response(request)
            return response

        return asynchronous

    def synchronous(request: HttpRequest) -> HttpResponse:
        _refuse(request)
        response: HttpResponse = get_response(request)
        return response

    return synchronous


def _refuse(request: HttpRequest) -> None:
    """Raises what Django makes the error's page of, off the event loop."""
    query = request.META.get("QUERY_STRING", "")
    if "\0" in request.path:
        raise Http404
    if "%00" in query or "\0" in query:
        raise BadRequest
    # A quoted cookie can spell it: "\000".
    for name in [name for name, value in request.COOKIES.items() if "\0" in value]:
        del request.COOKIES[name]
