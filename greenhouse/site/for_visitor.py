"""The part of the front page that is not the same for everyone: what grew, where to begin, and a visitor's choice.

The page is written once, with a place left for it. By the hour and by the kind of site that visitors come from there is
one answer for many, which is kept like the page; who agreed to something gets their own, which nobody keeps.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpResponse
from django.template.loader import render_to_string

from greenhouse.state import suggested_now
from greenhouse.web.arrivals import channel_of_request
from greenhouse.web.page_cache import CachedPage, cached_page, page_response
from visitors.consent import visits
from visitors.consent.bearer import COOKIE, bearer_of, keep_private
from visitors.growth_since import growth_since
from visitors.suggestions import for_everyone, for_one

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from greenhouse.sky import Sky
    from visitors.consent.models import Consent
    from visitors.suggestions import VisitorContext

_PLACE: Final = re.compile(rb"<!--visitor-->.*<!--/visitor-->", re.DOTALL)


def page_for(request: HttpRequest, page: CachedPage, key: str, sky: Sky, now: datetime) -> HttpResponse:
    """The front page for whoever asks: everyone's, kept under `key`, or one visitor's own with six queries more."""
    consent = bearer_of(request, or_cookie=True)
    if consent is None:
        channel = channel_of_request(request)

        def write() -> bytes:
            said = for_everyone(suggested_now(), sky.time_of_day, channel)
            return _filled(page, {"said": said, "sky": sky})

        shown = cached_page(f"{key}:{channel}", write) if key else CachedPage.of(write())
        response = page_response(request, shown)
        if COOKIE in request.COOKIES:  # it expired, or was erased elsewhere
            response.delete_cookie(COOKIE, samesite="Lax")
            keep_private(response)
        return response
    context = {"said": context_for(consent, sky, now), "sky": sky, "consent": consent}
    response = HttpResponse(_filled(page, context))
    keep_private(response)
    return response


def context_for(consent: Consent, sky: Sky, now: datetime) -> VisitorContext:
    """What the garden says to somebody who agreed to something; that they are here is noted. Five queries."""
    visits.note(consent, now=now)
    plants = suggested_now()
    if not consent.personalisation:
        return for_everyone(plants, sky.time_of_day)
    since = consent.previous_visit_at
    return for_one(plants, growth_since(since) if since else {}, since, sky.time_of_day)


def _filled(page: CachedPage, context: dict[str, Any]) -> bytes:
    part = render_to_string("fragments/visitor.html", context).encode()
    return _PLACE.sub(lambda _: part, page.plain, count=1)
