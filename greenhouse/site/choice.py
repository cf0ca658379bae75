"""A visitor's choice as plain forms: agree, change it, see what is kept, have it erased, ask the owner."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from greenhouse.site.refusals import over_limit
from greenhouse.sky import sky_now
from greenhouse.web.page_cache import page_context
from greenhouse.web.same_site import form_of
from visitors.consent import services
from visitors.consent.bearer import COOKIE, bearer_of, keep_private, set_cookie
from visitors.consent.models import Consent
from visitors.consent.vocabulary import ASKED, Category, RequestType, chosen
from visitors.privacy import asks_not_to_be_counted
from visitors.services import salt_gone_at, way_to_today

if TYPE_CHECKING:
    from datetime import datetime


# What the banner asks for; analytics is for who reads on.
BOTH: Final = frozenset({Category.LIVE_PRESENCE, Category.PERSONALISATION})


@form_of("privacy")
def choose(request: HttpRequest) -> HttpResponse:
    """Keep a choice. Yes sets the cookie; no sets nothing, and takes back whatever was agreed to before."""
    if refusal := over_limit(request, "consent"):
        return refusal
    now, answer = timezone.now(), request.POST.get("answer")
    wanted = chosen({category: request.POST.get(category) == "on" for category in ASKED}) - {Category.ESSENTIAL}
    categories = {"yes": BOTH, "these": wanted}.get(answer or "", frozenset())
    if not categories:
        return _taken_back(request, now)
    token = request.COOKIES.get(COOKIE, "")
    given, _ = services.choose(token, categories={*categories, Category.ESSENTIAL}, now=now)
    response = _to("garden" if answer == "yes" else "known")
    set_cookie(response, given or token)
    return response


@require_safe
def known(request: HttpRequest) -> HttpResponse:
    """What do you know of me? Answered from what is there, for this one visitor."""
    now = timezone.now()
    sky = sky_now(now)
    consent = bearer_of(request, or_cookie=True)
    uncounted = asks_not_to_be_counted(request.headers)
    today = None if uncounted else way_to_today(request, now=now)
    context = page_context(sky, now) | {
        "consent": consent,
        "visits": consent.sessions.count() if consent else 0,
        "requests": list(consent.requests.all()) if consent else [],
        "request_types": list(RequestType),
        "uncounted": uncounted,
        "today": today,
        "forgotten_at": today and salt_gone_at(today.last_at),
    }
    response = HttpResponse(render_to_string("known.html", context))
    response.headers["X-Robots-Tag"] = "noindex"
    if COOKIE in request.COOKIES and consent is None:
        response.delete_cookie(COOKIE, samesite="Lax")
    keep_private(response)
    return response


@form_of("known")
def erase(request: HttpRequest) -> HttpResponse:
    """Erase all that is kept under the cookie's token, and the cookie."""
    return over_limit(request, "consent") or _taken_back(request, timezone.now())


@form_of("known")
def ask(request: HttpRequest) -> HttpResponse:
    """Put a request before the owner."""
    if refusal := over_limit(request, "consent"):
        return refusal
    consent, kind = bearer_of(request, or_cookie=True), request.POST.get("type", "")
    if consent is not None and kind in set(RequestType):
        with suppress(Consent.DoesNotExist):  # erased meanwhile: there is nothing to ask for any more
            services.ask(consent, kind=RequestType(kind), now=timezone.now())
    return _to("known")


def _taken_back(request: HttpRequest, now: datetime) -> HttpResponse:
    consent: Consent | None = bearer_of(request, or_cookie=True)
    if consent is not None:
        services.erase(consent, now=now)
    response = _to("known")
    if COOKIE in request.COOKIES:
        response.delete_cookie(COOKIE, samesite="Lax")
    return response


def _to(name: str) -> HttpResponse:
    response: Any = HttpResponseRedirect(reverse(name), status=303)
    keep_private(response)
    return response  # type: ignore[no-any-return]
