"""The console's page *Site*: who keeps it, in the owner's own words."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from common.refused_forms import back_with_what_was_typed
from garden.admin.base import SingletonAdmin, way_back
from owner import services
from owner.forms import IntroduceForm, SiteForm
from owner.models import Site

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.urls import URLPattern


@admin.register(Site)
class SiteAdmin(SingletonAdmin):
    """The one site. Empty fields are left to the environment, or say nothing."""

    form = SiteForm
    fieldsets = (
        ("You", {"classes": ("tab",), "fields": ("owner_name", "line", "portrait", "now", "links", "email")}),
        ("About you", {"classes": ("tab",), "fields": ("about",)}),
        ("CV", {"classes": ("tab",), "fields": ("cv",)}),
        ("The site", {"classes": ("tab",), "fields": ("site_name",)}),
    )

    def view_on_site(self, site: Site) -> str:
        """What visitors see of it first."""
        return reverse("garden")

    def save_model(self, request: HttpRequest, obj: Site, form: Any, change: bool) -> None:
        """Write what was changed, and tell open pages."""
        services.set_site(changes={name: form.cleaned_data[name] for name in form.changed_data}, now=timezone.now())
        obj.pk = Site.THE_ONE
        obj.refresh_from_db()

    def get_urls(self) -> list[URLPattern]:
        """The first questions are answered on the overview."""
        introduce = self.admin_site.admin_view(require_POST(self.introduce))
        return [path("introduce/", introduce, name="owner_site_introduce"), *super().get_urls()]

    def introduce(self, request: HttpRequest) -> HttpResponse:
        """Keep the answers to the overview's first questions. What cannot be kept is asked for again."""
        if not self.may_act(request):
            raise PermissionDenied
        form = IntroduceForm(request.POST)
        if not form.is_valid():
            for said in chain.from_iterable(form.errors.values()):
                messages.error(request, str(said))
            page = way_back(request, reverse("admin:owner_site_changelist"))
            return back_with_what_was_typed(request, page, form.fields)
        services.set_site(changes=form.cleaned_data, now=timezone.now())
        messages.success(request, "Thank you. The front page greets your visitors by your name now.")
        return HttpResponseRedirect(way_back(request, reverse("admin:index")))
