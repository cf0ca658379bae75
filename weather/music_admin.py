"""The music in the console: what plays, how the last days sounded, and what of it visitors learn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from garden.admin.base import ReadOnlyAdmin, UsedLatelyFilter, measured, sign
from garden.templatetags.console import ago
from weather import music_history, music_selectors, music_years
from weather.models import MusicMoment
from weather.music import MusicMood, Shown, mood_word
from weather.music_services import set_sharing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.http import HttpRequest
    from django.urls import URLPattern
    from django.utils.safestring import SafeString

COLOURS: Mapping[str, str] = {
    MusicMood.JOYFUL: "warning",
    MusicMood.BRIGHT: "warning",
    MusicMood.INTENSE: "danger",
    MusicMood.DRIVING: "danger",
    MusicMood.CALM: "info",
    MusicMood.MELANCHOLIC: "info",
    MusicMood.WARM: "success",
}
EXPORTS = {
    "spotify_history": "Spotify's extended streaming history",
    "spotify_account": "the streaming history of Spotify's account data",
    "listenbrainz_export": "ListenBrainz's export",
    "lastfm_export": "an export of Last.fm",
    "scrobbler": "a player that sent its past",
}
SHOWN_WORDS = {
    Shown.NOTHING: "nothing",
    Shown.MOOD: "its mood",
    Shown.ARTIST: "its mood and the artist",
    Shown.TRACK: "its mood, the artist and the track",
}


def listening_panel(now: datetime) -> dict[str, Any]:
    """What the page of the music shows above its list. Five queries."""
    trend = music_selectors.trends(now=now)
    most = max((day.plays for _, day in trend.days), default=0) or 1
    return {
        "playing": music_selectors.playing_now(now=now),
        "last": music_selectors.last_heard(),
        "trend": trend,
        "columns": [(day, heard, round(100 * heard.plays / most)) for day, heard in trend.days],
        "shown": music_selectors.sharing(),
        "choices": SHOWN_WORDS,
        "share_url": reverse("admin:weather_musicmoment_share"),
        "years_url": reverse("admin:weather_musicmoment_years"),
    }


def years_panel() -> dict[str, Any]:
    """How past years sounded: a bar a month, a line a year with its months. Three queries."""
    by_month = music_years.months()
    most = max((heard.plays for heard in by_month.values()), default=0) or 1
    return {
        "title": "The music of past years",
        "bars": [
            (place * 10, 100 - height, height, month, heard)
            for place, (month, heard) in enumerate(by_month.items())
            for height in [max(1, round(100 * heard.plays / most))]
        ],
        "width": 10 * len(by_month),
        "years": [
            (year, heard, [(month, one) for month, one in by_month.items() if month.year == year])
            for year, heard in sorted(music_years.years(by_month).items(), reverse=True)
        ],
        "imported": [(source, EXPORTS.get(source, source), plays) for source, plays in music_years.imported()],
    }


@admin.register(MusicMoment)
class MusicMomentAdmin(ReadOnlyAdmin):
    """What was heard, under the sound of the last days."""

    when_empty = (
        "What players tell stands here; what an export told stands under Past years. Connect a player, make a key "
        "for one under Keys, or bring in an export with manage.py import_listens PATH (docs/music.md)."
    )
    list_before_template = "admin/console/listening.html"
    list_display = ("heard", "when", "mood", "lively", "glad", "features_by", "source")
    list_filter = tuple((field, UsedLatelyFilter) for field in ("source", "kind", "features_source"))
    search_fields = ("title", "artist")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, and above it the days."""
        panel = listening_panel(timezone.now()) | {"may_share": _may_share(request)}
        return super().changelist_view(request, (extra_context or {}) | panel)

    @admin.display(description="Heard", ordering="title")
    def heard(self, play: MusicMoment) -> SafeString:
        """The track and its artist."""
        return format_html(
            '<span class="console-two"><strong>{}</strong><span>{}</span></span>', play.title, play.artist
        )

    @admin.display(description="When", ordering="played_at")
    def when(self, play: MusicMoment) -> SafeString | str:
        """When it was heard."""
        return "now" if play.is_playing else ago(play.played_at)

    @sign("Mood", COLOURS)
    def mood(self, play: MusicMoment) -> tuple[str, str]:
        """What it feels like."""
        word = mood_word(play.energy, play.valence, play.acousticness)
        return word, word

    @admin.display(description="Energy", ordering="energy")
    def lively(self, play: MusicMoment) -> SafeString | str:
        """How lively it is."""
        return "–" if play.energy is None else measured(play.energy, "Energy")

    @admin.display(description="Valence", ordering="valence")
    def glad(self, play: MusicMoment) -> SafeString | str:
        """How glad it sounds."""
        return "–" if play.valence is None else measured(play.valence, "Valence")

    @admin.display(description="Told by", ordering="features_source")
    def features_by(self, play: MusicMoment) -> str:
        """Who told its character."""
        return play.features_source or "nobody knows"

    def get_urls(self) -> list[URLPattern]:
        """The past years, and the doors for what visitors learn and for what exports told."""
        guarded = self.admin_site.admin_view
        return [
            path("share/", guarded(require_POST(self.share)), name="weather_musicmoment_share"),
            path("years/", guarded(self.years), name="weather_musicmoment_years"),
            path("years/forget/", guarded(require_POST(self.forget)), name="weather_musicmoment_forget"),
            *super().get_urls(),
        ]

    def years(self, request: HttpRequest) -> HttpResponse:
        """How past years sounded. Four queries."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = self.admin_site.each_context(request) | years_panel() | {"may_forget": _may_share(request)}
        return TemplateResponse(request, "admin/console/music_years.html", context)

    def forget(self, request: HttpRequest) -> HttpResponse:
        """Let go of what exports of one service told."""
        if not _may_share(request):
            raise PermissionDenied
        forgotten = music_history.forget_imported(source=request.POST.get("source", ""))
        messages.success(request, f"{forgotten:,} plays are forgotten.")
        return HttpResponseRedirect(reverse("admin:weather_musicmoment_years"))

    def share(self, request: HttpRequest) -> HttpResponse:
        """Keep what the owner decided, and come back."""
        if not _may_share(request):
            raise PermissionDenied
        wanted = request.POST.get("shown", "")
        if wanted in set(Shown):
            set_sharing(shown=Shown(wanted), now=timezone.now())
            messages.success(request, f"Of the music, visitors learn {SHOWN_WORDS[Shown(wanted)]}.")
        else:
            messages.error(request, "Choose what visitors may learn.")
        return HttpResponseRedirect(reverse("admin:weather_musicmoment_changelist"))


def _may_share(request: HttpRequest) -> bool:
    """Whether this one decides what visitors learn: who may look at the music need not be who publishes it."""
    return request.user.has_perm("weather.change_musicsharing")
