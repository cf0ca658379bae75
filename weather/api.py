"""The weather's endpoints: what it is and why, how it went, what is coming, and the owner's word."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone
from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from common.permissions import IsOwner, Scope
from common.strict import Query, operation, refusal
from garden.vocabulary import WeatherType
from weather import selectors, services
from weather.mood import Word
from weather.music_selectors import sharing
from weather.serializers import DEFAULT_INTENSITY, ForecastOut, GardenWeatherOut, MoodOut, MoodUpdateIn, TrendsOut

if TYPE_CHECKING:
    from rest_framework.request import Request

TREND_HOURS = 7 * 24
FORECAST_HOURS, FORECAST_DAYS = 120, 5  # as far as any service looks


class MoodIsOff(APIException):
    """Nobody decides on a weather here."""

    status_code = 409
    default_code = "mood_synthesis_off"
    default_detail = "The mood is switched off: set ENABLE_MOOD_SYNTHESIS=true."


class WeatherView(APIView):
    """The weather that stands."""

    permission_classes = [AllowAny]

    @operation("The garden's weather and why it is so", responses=GardenWeatherOut)
    def get(self, request: Request) -> Response:
        return Response(GardenWeatherOut(selectors.report(timezone.now(), selectors.place_now())).data)


class MoodView(APIView):
    """The mood in full."""

    permission_classes = [AllowAny]

    @operation("The mood: components, who spoke, how old that is and how much each counted", responses=MoodOut)
    def get(self, request: Request) -> Response:
        return Response(MoodOut(selectors.mood_report(timezone.now())).data)


class TrendsQuery(Query):
    """How far back."""

    hours = serializers.IntegerField(default=24, min_value=1, max_value=TREND_HOURS)


class TrendsView(APIView):
    """How the mood went."""

    permission_classes = [AllowAny]

    @operation("The mood of the last hours, 24 if not asked otherwise", query=TrendsQuery, responses=TrendsOut)
    def get(self, request: Request, query: dict[str, Any]) -> Response:
        now = timezone.now()
        since = now - timedelta(hours=query["hours"])
        went = asdict(selectors.trends_of(since, now, sharing()))
        if "drive" in went["components"]:
            went["components"]["intensity"] = went["components"]["drive"]  # its present name; both are told
        return Response(TrendsOut({"since": since, "until": now, **went}).data)


class ForecastQuery(Query):
    """How far ahead, at most."""

    hours = serializers.IntegerField(required=False, min_value=1, max_value=FORECAST_HOURS)
    days = serializers.IntegerField(required=False, min_value=1, max_value=FORECAST_DAYS)


class ForecastView(APIView):
    """The real weather."""

    permission_classes = [AllowAny]

    @operation(
        "The real weather at the owner's place: now, hours and five days ahead",
        query=ForecastQuery,
        responses=ForecastOut,
    )
    def get(self, request: Request, query: dict[str, Any]) -> Response:
        now = timezone.now()
        ahead = selectors.forecast(now)
        if "hours" in query:
            end = now + timedelta(hours=query["hours"])
            ahead["hours"] = [hour for hour in ahead["hours"] if hour["at"] < end]
        if "days" in query:
            ahead["days"] = ahead["days"][: query["days"]]
        return Response(ForecastOut(ahead).data)


class MoodUpdateView(APIView):
    """The owner's word on the weather (owner)."""

    permission_classes = [IsOwner]
    key_scope = Scope.WRITE

    @operation(
        "Let a weather stand for a while (owner)",
        description="Stands above everything else until it ends, then the mood decides again. A new word ends the "
        "older ones. Music and productivity take the place of what is heard and done, in every component.",
        request=MoodUpdateIn,
        responses={200: GardenWeatherOut, 409: refusal(MoodIsOff.default_detail)},
    )
    def post(self, request: Request) -> Response:
        if not settings.ENABLE_MOOD_SYNTHESIS:
            raise MoodIsOff
        asked = MoodUpdateIn(data=request.data)
        asked.is_valid(raise_exception=True)
        wanted = asked.validated_data
        weather = wanted.get("weather_type")
        services.override(
            weather_type=WeatherType(weather) if weather else None,
            intensity=wanted.get("intensity", DEFAULT_INTENSITY if weather else None),
            word=Word(**wanted.get("music", {}), productivity=wanted.get("productivity")),
            reason=wanted["reason"],
            source=selectors.OWNER,
            lasts=timedelta(minutes=wanted["duration_minutes"]),
            now=timezone.now(),
        )
        return Response(GardenWeatherOut(selectors.report(timezone.now(), selectors.place_now())).data)

    @operation(
        "Let the mood decide again (owner)",
        description="Ends everything that stands above the mood: the owner's word, and the storm of a push.",
        responses={200: GardenWeatherOut, 409: refusal(MoodIsOff.default_detail)},
    )
    def delete(self, request: Request) -> Response:
        if not settings.ENABLE_MOOD_SYNTHESIS:
            raise MoodIsOff
        services.let_mood_decide(now=timezone.now())
        return Response(GardenWeatherOut(selectors.report(timezone.now(), selectors.place_now())).data)
