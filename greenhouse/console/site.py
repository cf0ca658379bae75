"""The console's admin site: unfold's, with a sign-in that is limited."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from rest_framework import status
from unfold.sites import UnfoldAdminSite

from common.refused_forms import what_was_typed
from greenhouse.console import first_steps
from greenhouse.console.doctor.page import doctor
from greenhouse.console.dossier import dossier
from greenhouse.console.search.page import search
from greenhouse.console.share import share
from greenhouse.console.signin import pages as signin_pages
from greenhouse.console.signin import sessions
from greenhouse.console.signin.ended import sent_signed_out
from greenhouse.console.signin.forms import LimitedAuthenticationForm
from greenhouse.console.visits import pages
from greenhouse.site.errors import is_gone

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.urls import URLPattern, URLResolver

REFUSED: Final = "Your account may not do this here. The owner can give it another role, under Users."
STILL_OPEN: Final = (
    "Your password is changed. This session goes on; your other sessions and your tokens of the API have ended. Keys "
    "of scripts, editors and players open what they opened before."
)
NO_PAGE: Final = "Only buttons of the console lead to this address. Nothing was changed."
MISSING: Final = "The address is mistyped, or what stood here is gone, or it is not for you to see."
Page = Callable[["HttpRequest", dict[str, Any]], "HttpResponse"]
VISITS: Final[tuple[tuple[str, str, Page], ...]] = (
    ("visits/", "visits", pages.visits_page),
    ("visits/now/", "visits-now", pages.now_page),
    ("visits/journeys/", "visits-journeys", pages.journeys_page),
    ("visits/plan/", "visits-plan", pages.plan_page),
    ("visits/growth/", "visits-growth", pages.growth_page),
    ("visits/insights/", "visits-insights", pages.insights_page),
)


def _nowhere(request: HttpRequest, **_: Any) -> HttpResponse:
    raise Http404


class ConsoleSite(UnfoldAdminSite):  # type: ignore[misc] # unfold carries no types
    """unfold's site, whose sign-in answers 429 with Retry-After and knows a device again."""

    empty_value_display = "–"  # as the templates have it

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """The pages of the admin, and those that belong to no model."""
        own = [
            path("cards/", self.admin_view(self.cards), name="cards"),
            path("doctor/", self.admin_view(self.doctor), name="doctor"),
            path("dossier/", self.admin_view(self.dossier), name="dossier"),
            path("first-steps/", self.admin_view(self.first_steps), name="first-steps"),
            path("first-steps/end/", self.admin_view(first_steps.end), name="first-steps-end"),
            path("first-steps/<slug:slug>/", self.admin_view(self.first_steps), name="first-step"),
            path("signed-in/", self.admin_view(self.signed_in), name="signed-in"),
            path(
                "r/<path:anything>", self.admin_view(_nowhere)
            ),  # Django's own tells the address of anything by its id
        ]
        visits = [
            path(address, self.admin_view(partial(self.about_visits, page)), name=name)
            for address, name, page in VISITS
        ]
        return [*own, *visits, *super().get_urls()]

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        """Every page of the console, whose refusals are pages of it as well."""
        guarded = super().admin_view(view, cacheable)

        @wraps(guarded)
        def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if (
                request.method == "POST"
                and not self.has_permission(request)
                and request.path != reverse("admin:logout")
            ):
                return sent_signed_out(request)
            try:
                response: HttpResponse = guarded(request, *args, **kwargs)
            except PermissionDenied:
                return self.refused(request, 403, "Not yours to open", REFUSED)
            except (Http404, ObjectDoesNotExist) as error:
                if not self.has_permission(request) or not (isinstance(error, Http404) or is_gone(request, error)):
                    raise
                return self.refused(request, 404, "There is no such page", MISSING)
            if response.status_code == status.HTTP_405_METHOD_NOT_ALLOWED and request.method == "GET":
                page = self.refused(request, 405, "Nothing to see here", NO_PAGE)
                page.headers["Allow"] = response.headers["Allow"]
                return page
            return response

        return answered

    def refused(self, request: HttpRequest, status: int, title: str, message: str, *, again: str = "") -> HttpResponse:
        """A refusal in the console's own frame; `again` is the page of a form that was not saved."""
        context = {**self.each_context(request), "title": title, "message": message, "again": again}
        return TemplateResponse(request, "admin/console/refused.html", context, status=status)

    def about_visits(self, page: Page, request: HttpRequest) -> HttpResponse:
        """One of the pages about visitors."""
        return page(request, self.each_context(request))

    def cards(self, request: HttpRequest) -> HttpResponse:
        """Cards for READMEs, to copy."""
        return share(request, self.each_context(request))

    def doctor(self, request: HttpRequest) -> HttpResponse:
        """What is wrong with the set-up."""
        return doctor(request, self.each_context(request))

    def dossier(self, request: HttpRequest) -> HttpResponse:
        """Counting without consent, to print."""
        return dossier(request, self.each_context(request))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What every page has: the way back to the first steps, and what was typed into a form that was refused."""
        shared = super().each_context(request)
        return {**shared, "bar": first_steps.bar(request), "typed": what_was_typed(request)}

    def first_steps(self, request: HttpRequest, slug: str = "") -> HttpResponse:
        """The short path of a garden that begins."""
        return first_steps.page(request, self.each_context(request), slug)

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """What is called so, in place of unfold's palette, which knows the names of tables alone."""
        return search(request, {**self.each_context(request), **(extra_context or {})})

    def signed_in(self, request: HttpRequest) -> HttpResponse:
        """Who is signed in, and ending it."""
        return sessions.page(request, self.each_context(request))

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Django's, and what of the account is open after it."""
        response: HttpResponse = super().password_change(request, extra_context)
        if response.status_code != status.HTTP_302_FOUND or not self.has_permission(request):
            return response
        messages.success(request, STILL_OPEN)
        return HttpResponseRedirect(reverse("admin:signed-in"))

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Django's page, with every way in on it; the second step and all ways share allauth's flow."""
        if request.method == "GET" and self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index", current_app=self.name))
        given = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME)
        following = given or reverse("admin:index", current_app=self.name)
        context = {
            **self.each_context(request),
            **signin_pages.ways(request, following),
            "title": "Sign in",
            "app_path": request.get_full_path(),
            "username": request.user.get_username(),
            **(extra_context or {}),
        }
        request.current_app = self.name
        view = signin_pages.SignInView.as_view(
            extra_context=context,
            authentication_form=LimitedAuthenticationForm,
            template_name="admin/signin/login.html",
        )
        response = view(request)
        form = (response.context_data or {})["form"] if isinstance(response, TemplateResponse) else None
        if form is not None and (throttled := form.throttled):
            response.status_code = status.HTTP_429_TOO_MANY_REQUESTS
            response.headers["Retry-After"] = str(math.ceil(throttled.wait))
        return response  # type: ignore[return-value] # a page, or on to another
