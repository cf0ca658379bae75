"""Forms for visitors, who have no cookie that a token could be held against.

What these forms do, anybody may do without being anyone, as often as the limits allow. So it is enough that another
site cannot make a visitor's browser do it: browsers say themselves where a form was sent from.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

_OURS: Final = frozenset({"same-origin", "none"})  # a form of ours, or a browser's own doing such as a reload


def from_this_site(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Take forms without a CSRF token, but none that another site's page sent."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and not _is_ours(request):
            raise PermissionDenied("this form was sent from another site")
        return view(request, *args, **kwargs)

    return csrf_exempt(checked)


def form_of(page: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A view that only takes a form; who opens its address, as after a reload, is led to `page`, where the form is.

    `page` is the name of a route with the same arguments. Reading the address does nothing.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def taken(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            return view(request, *args, **kwargs) if request.method == "POST" else redirect(page, *args, **kwargs)

        return from_this_site(taken)

    return decorate


def _is_ours(request: HttpRequest) -> bool:
    said = request.headers.get("Sec-Fetch-Site")
    if said is not None:
        return said in _OURS
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.get_host()
