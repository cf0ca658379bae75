"""What a form of a visitor is answered where it cannot be done."""

from __future__ import annotations

import math
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone

from greenhouse.state import sky_now
from greenhouse.web.page_cache import page_context
from greenhouse.web.rest import limiter
from visitors.addresses import address_of

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
    now = timezone.now()
    context = page_context(sky_now(now), now) | {"title": title, "message": message, "status": status}
    return HttpResponse(render_to_string("error.html", context), status=status)
