"""Keys in the console: for scripts and dashboards by scope, for editors and players with how to point them here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from common.permissions import SCOPE_WORDS, Scope
from common.refused_forms import back_with_what_was_typed
from garden.admin.base import ConsoleAdmin
from integrations import keys
from integrations.models import ApiKey, Intake

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.urls import URLPattern

HOMES: Final = {
    Intake.HEARTBEATS: "/api/v1/integrations/wakatime",
    Intake.LISTENS: "/api/v1/integrations/listenbrainz",
}
SETTINGS: Final = {Intake.HEARTBEATS: "HEARTBEAT_API_KEY", Intake.LISTENS: "LISTENBRAINZ_INTAKE_KEY"}


@admin.register(ApiKey)
class ApiKeyAdmin(ConsoleAdmin):
    """Keys by what they open. Its list is a page of its own; a key is made, revoked, and never edited."""

    search_fields = ("label",)  # of the console's search; the list shows all that stand

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A key is revoked, so that its record stays."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """The page, and its two doors."""
        guarded = self.admin_site.admin_view
        return [
            path("make/", guarded(require_POST(self.make)), name="integrations_apikey_make"),
            path("<int:pk>/revoke/", guarded(require_POST(self.revoke)), name="integrations_apikey_revoke"),
            path("", guarded(self.changelist_view), name="integrations_apikey_changelist"),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The page. One query for the keys."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._page(request)

    def make(self, request: HttpRequest) -> HttpResponse:
        """Make a key and show it, this once."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        intake = request.POST.get("intake", "")
        try:
            key, text = keys.make(
                label=request.POST.get("label", ""),
                intake=Intake(intake) if intake else None,
                scopes=[Scope(word) for word in request.POST.getlist("scope")],
                expires_at=keys.end_of(request.POST.get("expires", "")),
                now=timezone.now(),
            )
        except ValueError as error:
            messages.warning(request, str(error))
            page = reverse("admin:integrations_apikey_changelist")
            return back_with_what_was_typed(request, page, ("intake", "label", "scope", "expires"))
        return never_cache(self._page)(request, made=key, text=text)

    def revoke(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let a key open nothing any more."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        key = get_object_or_404(ApiKey, pk=pk)
        keys.revoke(key=key, now=timezone.now())
        messages.success(request, f"The key for {key.label} opens nothing any more.")
        return _back()

    def _page(self, request: HttpRequest, made: ApiKey | None = None, text: str = "") -> HttpResponse:
        now = timezone.now()
        standing = list(ApiKey.objects.filter(revoked_at=None))
        for key in standing:
            key.has_ended = key.expires_at is not None and key.expires_at <= now  # type: ignore[attr-defined]
        context = {
            **self.admin_site.each_context(request),
            "title": "Keys",
            "keys": [key for key in standing if not key.intake],
            "new_key": text if made and not made.intake else "",
            "scopes": [(scope.value, SCOPE_WORDS[scope]) for scope in Scope],
            "api": f"{settings.SITE_URL}/api/v1/",
            "intakes": [
                {
                    "value": intake,
                    "label": intake.label,
                    "keys": [key for key in standing if key.intake == intake],
                    "setting": SETTINGS[intake] if keys.in_environment(intake) else "",
                    "url": f"{settings.SITE_URL}{HOMES[intake]}",
                    "new_key": text if made and intake == made.intake else "",
                }
                for intake in Intake
            ],
            "kept_days": settings.HEARTBEATS_KEPT_DAYS,
        }
        return TemplateResponse(request, "admin/console/keys.html", context)


def _back() -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:integrations_apikey_changelist"))
