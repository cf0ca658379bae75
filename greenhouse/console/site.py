"""The console's admin site: unfold's, with a sign-in that is limited."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast

from django.template.response import TemplateResponse
from django.urls import path
from rest_framework import status
from unfold.sites import UnfoldAdminSite

from greenhouse.console.dossier import dossier
from greenhouse.console.share import share
from greenhouse.console.signin import LimitedAuthenticationForm
from greenhouse.console.visits import pages
from greenhouse.web import signin_limits
from visitors import owner_devices

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.http import HttpRequest, HttpResponse
    from django.urls import URLPattern, URLResolver


Page = Callable[["HttpRequest", dict[str, Any]], "HttpResponse"]
VISITS: Final[tuple[tuple[str, str, Page], ...]] = (
    ("visits/", "visits", pages.visits_page),
    ("visits/now/", "visits-now", pages.now_page),
    ("visits/journeys/", "visits-journeys", pages.journeys_page),
    ("visits/plan/", "visits-plan", pages.plan_page),
    ("visits/growth/", "visits-growth", pages.growth_page),
    ("visits/insights/", "visits-insights", pages.insights_page),
)


class ConsoleSite(UnfoldAdminSite):  # type: ignore[misc] # unfold carries no types
    """unfold's site, whose sign-in answers 429 with Retry-After and knows a device again."""

    login_form = LimitedAuthenticationForm

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """The pages of the admin, and those that belong to no model."""
        own = [
            path("cards/", self.admin_view(self.cards), name="cards"),
            path("dossier/", self.admin_view(self.dossier), name="dossier"),
        ]
        visits = [
            path(address, self.admin_view(partial(self.about_visits, page)), name=name)
            for address, name, page in VISITS
        ]
        return [*own, *visits, *super().get_urls()]

    def about_visits(self, page: Page, request: HttpRequest) -> HttpResponse:
        """One of the pages about visitors."""
        return page(request, self.each_context(request))

    def cards(self, request: HttpRequest) -> HttpResponse:
        """Cards for READMEs, to copy."""
        return share(request, self.each_context(request))

    def dossier(self, request: HttpRequest) -> HttpResponse:
        """Counting without consent, to print."""
        return dossier(request, self.each_context(request))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response: HttpResponse = super().login(request, extra_context)
        if request.method != "POST":
            return response
        if not isinstance(response, TemplateResponse):  # it leads on: the form was right
            user = cast("User", request.user)
            signin_limits.remember_device(request, response, user)
            if user.is_superuser:
                owner_devices.mark(response)
        elif throttled := (response.context_data or {})["form"].throttled:
            response.status_code = status.HTTP_429_TOO_MANY_REQUESTS
            response.headers["Retry-After"] = str(math.ceil(throttled.wait))
        return response
