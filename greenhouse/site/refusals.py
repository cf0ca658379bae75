"""What a form of a visitor is answered where it cannot be done."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from django.utils import timezone

from greenhouse.site.errors import error_page
from greenhouse.sky import sky_now
from greenhouse.web.rest import limiter
from visitors.addresses import address_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

TOO_MANY: Final = 429


def over_limit(request: HttpRequest, scope: str) -> HttpResponse | None:
    """429 for an address that asks too often; the same limits as the API's."""
    wait = limiter().hit(scope, address_of(request))
    if wait is None:
        return None
    response = said(TOO_MANY, "One thing at a time.", "Please wait a minute, then try again.")
    response.headers["Retry-After"] = str(math.ceil(wait))
    return response


def said(status: int, title: str, message: str) -> HttpResponse:
    """A page with a few words."""
    return error_page(sky_now(timezone.now()), status, title=title, message=message)
