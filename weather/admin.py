"""The weather in the console: what makes it, how it went, the owner's word, what was seen of the sky."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_POST
from unfold.contrib.filters.admin import ChoicesCheckboxFilter
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminIntegerFieldWidget

from garden.admin.base import Button, ConsoleAdmin, ReadOnlyAdmin, measured, sign
from garden.templatetags.console import ago
from garden.vocabulary import WeatherType
from weather import selectors, services, words
from weather.models import SkyObservation, WeatherOverride, WeatherState
from weather.music import Shown
from weather.music_admin import MusicMomentAdmin
from weather.public_view import ATTRIBUTIONS
from weather.serializers import DEFAULT_INTENSITY, DEFAULT_MINUTES, MOST_MINUTES
from weather.timeline import timeline

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.urls import URLPattern
    from django.utils.safestring import SafeString

__all__ = ["MusicMomentAdmin", "SkyObservationAdmin", "WeatherOverrideAdmin", "WeatherStateAdmin"]

TREND = timedelta(hours=24)
COLOURS = {"sunny": "warning", "stormy": "danger", "cloudy": "info", "aurora": "success", "starry": "primary"}


def mood_panel(now: datetime) -> dict[str, Any]:
    """What the page of the mood shows above its list. Four queries."""
    place = selectors.place_now()
    weather = selectors.owner_view(now, place)
    weather["atmosphere_words"] = words.atmosphere_words(weather["atmosphere"])
    for one in weather["influences"]:
        one["name"] = words.source_words(one["source"])
        one["percent"] = f"{round(one['share'] * 100)}%" if one["spoke"] else "silent"
    went = selectors.trends_of(now - TREND, now, Shown.TRACK)
    return {
        "weather": weather,
        "picture": timeline(went.stretches, since=now - TREND, until=now),
        "weathers": list(WeatherType),
        "override_url": reverse("admin:weather_weatheroverride_add"),
        "decide_url": reverse("admin:weather_weatherstate_decide"),
    }


@admin.register(WeatherState)
class WeatherStateAdmin(ReadOnlyAdmin):
    """The garden's weather through time, under the picture of its last day."""

    list_before_template = "admin/console/mood.html"
    list_display = ("started_at", "weather", "name", "strength", "made_of", "ended_at")
    list_filter = (("weather_type", ChoicesCheckboxFilter),)
    list_filter_submit = True

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, and above it the mood as it is."""
        return super().changelist_view(request, (extra_context or {}) | mood_panel(timezone.now()))

    def get_urls(self) -> list[URLPattern]:
        """The button that lets the mood decide again."""
        decide = self.admin_site.admin_view(require_POST(self.decide))
        return [path("decide/", decide, name="weather_weatherstate_decide"), *super().get_urls()]

    def decide(self, request: HttpRequest) -> HttpResponse:
        """End everything that stands above the mood."""
        if not self.may_act(request):
            raise PermissionDenied
        say_ended(request, services.let_mood_decide(now=timezone.now()))
        return HttpResponseRedirect(reverse("admin:weather_weatherstate_changelist"))

    @sign("Weather", COLOURS, ordering="weather_type")
    def weather(self, state: WeatherState) -> tuple[str, str]:
        """What it was."""
        return state.weather_type, state.get_weather_type_display()

    @admin.display(description="Atmosphere", ordering="atmosphere")
    def name(self, state: WeatherState) -> str:
        """The mood's name."""
        return words.atmosphere_words(state.atmosphere)

    @admin.display(description="Intensity", ordering="intensity")
    def strength(self, state: WeatherState) -> SafeString:
        """How strongly it showed."""
        return measured(state.intensity, "Intensity")

    @admin.display(description="Made of")
    def made_of(self, state: WeatherState) -> str:
        """Who spoke."""
        return ", ".join(words.source_words(one["source"]) for one in state.influences if one["spoke"])


class OverrideForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    """A weather that the owner wants for a while."""

    intensity = forms.FloatField(
        min_value=0, max_value=1, initial=DEFAULT_INTENSITY, widget=UnfoldAdminDecimalFieldWidget(), help_text="0 to 1."
    )
    minutes = forms.IntegerField(
        min_value=1,
        max_value=MOST_MINUTES,
        initial=DEFAULT_MINUTES,
        widget=UnfoldAdminIntegerFieldWidget(),
        help_text="Then the mood decides again.",
    )

    class Meta:
        model = WeatherOverride
        fields = ("weather_type", "intensity", "reason")
        help_texts = {"reason": "Visitors read it."}


@admin.register(WeatherOverride)
class WeatherOverrideAdmin(ConsoleAdmin):
    """The owner's word on the weather, and the storms that big pushes made."""

    when_empty = "The weather follows your work, your music and the sky. An override sets it yourself for a while."
    form = OverrideForm
    list_display = ("weather", "reason", "source", "when", "ends_at", "stands")
    actions = ("end_now",)
    add_fieldsets = ((None, {"fields": ("weather_type", "intensity", "minutes", "reason")}),)
    shown = ("weather_type", "intensity", "reason", "source", "started_at", "ends_at")

    def get_fieldsets(self, request: HttpRequest, obj: WeatherOverride | None = None) -> Any:
        """A new one is asked for; one that stands is only read."""
        return self.add_fieldsets if obj is None else ((None, {"fields": self.shown}),)

    def get_readonly_fields(self, request: HttpRequest, obj: WeatherOverride | None = None) -> Any:
        """What was said is not said otherwise later; it can be ended."""
        return () if obj is None else self.shown

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """It is ended, not deleted."""
        return False

    def save_model(self, request: HttpRequest, obj: WeatherOverride, form: Any, change: bool) -> None:
        """Let it stand, at once."""
        if change:
            return
        kept = services.override(
            weather_type=WeatherType(form.cleaned_data["weather_type"]),
            intensity=form.cleaned_data["intensity"],
            reason=form.cleaned_data["reason"],
            source=selectors.OWNER,
            lasts=timedelta(minutes=form.cleaned_data["minutes"]),
            now=timezone.now(),
        )
        obj.pk = kept.pk
        obj.refresh_from_db()

    def buttons(self, obj: WeatherOverride) -> list[Button]:
        """What stands can be ended."""
        return [Button("end_now", "End it now", "stop_circle", primary=True)] if self.stands(obj) else []

    @sign("Weather", COLOURS, ordering="weather_type")
    def weather(self, one: WeatherOverride) -> tuple[str, str]:
        """Which weather."""
        return one.weather_type, one.get_weather_type_display()

    @admin.display(description="When", ordering="started_at")
    def when(self, one: WeatherOverride) -> SafeString | str:
        """When it began."""
        return ago(one.started_at)

    @admin.display(description="Stands", boolean=True)
    def stands(self, one: WeatherOverride) -> bool:
        """Whether its time is not over."""
        return one.ends_at > timezone.now()

    @admin.action(description="End now")
    def end_now(self, request: HttpRequest, queryset: QuerySet[WeatherOverride]) -> None:
        """Let the mood decide again."""
        say_ended(request, services.end_overrides(overrides=queryset, now=timezone.now()))


def say_ended(request: HttpRequest, ended: int) -> None:
    """Say what came of ending what stood above the mood."""
    if ended:
        messages.success(request, "The mood decides again.")
    else:
        messages.warning(request, "It had ended already.")


@admin.register(SkyObservation)
class SkyObservationAdmin(ReadOnlyAdmin):
    """What weather services saw over the owner's place."""

    when_empty = "What weather services tell of the sky over your place stands here (docs/weather.md)."
    list_display = ("observed_at", "sky", "temperature", "wind_speed", "source", "attribution")
    list_filter = ("source", ("precipitation", ChoicesCheckboxFilter))
    list_filter_submit = True

    @admin.display(description="Sky", ordering="condition")
    def sky(self, seen: SkyObservation) -> str:
        """What it did."""
        return words.condition_words(seen.condition)

    @admin.display(description="Data by")
    def attribution(self, seen: SkyObservation) -> SafeString:
        """Whom the data are from."""
        return format_html("{}", ATTRIBUTIONS.get(seen.source, "–"))
