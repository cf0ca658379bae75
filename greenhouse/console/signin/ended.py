"""What is sent to the console after its session ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

SIGNED_OUT: Final = (
    "You had been signed out when you sent this, so it was not saved. Sign in: what you typed is put back into its "
    "form, where this browser runs scripts."
)


def sent_signed_out(request: HttpRequest) -> HttpResponse:
    """To the sign-in, and from there to the page on which the form or the button stood: many lead to no page."""
    messages.warning(request, SIGNED_OUT)
    return redirect_to_login(_page_it_stood_on(request), reverse("admin:login"))


def _page_it_stood_on(request: HttpRequest) -> str:
    """As the browser says it; of browsers that do not, the address that was sent to."""
    referrer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referrer, {request.get_host()}, require_https=request.is_secure()):
        return request.get_full_path()
    page = urlsplit(referrer)._replace(scheme="", netloc="", fragment="").geturl()
    return page if page.startswith(reverse("admin:index")) else request.get_full_path()
