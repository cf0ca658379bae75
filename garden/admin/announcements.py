"""*Announce* in the console: a note on every page, looked at before it is said, and the notes that were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from common.clock import zone_words
from common.validators import printable
from garden import announcements, selectors
from garden.admin.base import ConsoleAdmin
from garden.models import Announcement
from garden.vocabulary import AnnouncementLevel

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.urls import URLPattern

WORDS = {AnnouncementLevel.INFO: "A note", AnnouncementLevel.WARNING: "A warning, in amber"}


class AnnouncementForm(forms.Form):
    """What to say, how much it matters, and for how long."""

    message = forms.CharField(
        max_length=Announcement.LONGEST,
        validators=[printable],
        error_messages={"required": "An announcement needs words."},
        widget=forms.Textarea(attrs={"rows": 3, "class": "console-select announce-message"}),
    )
    level = forms.ChoiceField(
        choices=[(level.value, WORDS[level]) for level in AnnouncementLevel],
        initial=AnnouncementLevel.INFO.value,
        widget=forms.RadioSelect,
    )
    until = forms.DateTimeField(
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local", "class": "console-select"}, format="%Y-%m-%dT%H:%M"
        ),
    )

    def announce(self) -> bool:
        """Say it, unless it is refused: then the form says why. Returns whether it was said."""
        said = self.cleaned_data
        try:
            announcements.announce(
                message=said["message"],
                level=AnnouncementLevel(said["level"]),
                until=said["until"],
                now=timezone.now(),
            )
        except ValueError as error:
            self.add_error(None, str(error))
            return False
        return True


@admin.register(Announcement)
class AnnouncementAdmin(ConsoleAdmin):
    """Announcements. Their list is a page of its own: one is said and taken back, and never edited."""

    def get_urls(self) -> list[URLPattern]:
        """The page, and its doors."""
        guarded = self.admin_site.admin_view
        return [
            path("end/", guarded(require_POST(self.end)), name="garden_announcement_end"),
            path("<int:pk>/forget/", guarded(require_POST(self.forget)), name="garden_announcement_forget"),
            path("", guarded(self.changelist_view), name="garden_announcement_changelist"),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The page; what is sent is said, or only looked at. Three queries."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return self._page(request, AnnouncementForm())
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = AnnouncementForm(request.POST)
        if not form.is_valid() or "preview" in request.POST or not self._announce(request, form):
            return self._page(request, form)
        messages.success(request, "Said: it stands on every page.")
        return _back()

    @transaction.atomic
    def _announce(self, request: HttpRequest, form: AnnouncementForm) -> bool:
        """Say it and note who did; until both are written nobody else announces. Returns whether it was said."""
        if not form.announce():
            return False
        self.log_addition(request, Announcement.objects.latest("pk"), "Announced.")
        return True

    def end(self, request: HttpRequest) -> HttpResponse:
        """Take back what is announced."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        now = timezone.now()
        with transaction.atomic():
            ended = announcements.end_announcement(now=now)
            for one in Announcement.objects.filter(ended_at=now):
                self.log_change(request, one, "Taken back.")
        messages.success(request, "Taken back." if ended else "Nothing to take back: it had ended.")
        return _back()

    def forget(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take one that ended off the list, for good."""
        if not self.has_delete_permission(request):
            raise PermissionDenied
        one = get_object_or_404(Announcement, pk=pk)
        if announcements.forget(announcement=one, now=timezone.now()):
            messages.success(request, "Forgotten.")
        else:
            messages.warning(request, "It still stands on every page: end it first.")
        return _back()

    def _page(self, request: HttpRequest, form: AnnouncementForm) -> HttpResponse:
        now = timezone.now()
        said = list(Announcement.objects.all())
        holding = selectors.announcement(now)  # what everybody reads; the list is the owner's own
        known = next((one for one in said if holding and one.holds(now)), None)
        context = {
            **self.admin_site.each_context(request),
            "title": "Announce",
            "opts": self.opts,
            "form": form,
            "most": Announcement.LONGEST,
            "zone": zone_words(timezone.get_current_timezone(), now),
            "holding": holding,
            "said_at": known and known.said_at,
            "past": [one for one in said if one is not known],
            "may_announce": self.has_add_permission(request),
            "may_end": self.has_change_permission(request),
            "may_forget": self.has_delete_permission(request),
        }
        return TemplateResponse(request, "admin/announce.html", context)


def _back() -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:garden_announcement_changelist"))
