"""The weather's endpoints: what it is and why, how it went, what is coming, and the owner's word."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import APIException
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from garden.vocabulary import WeatherType
from weather import selectors, services
from weather.influences import music_weather
from weather.music_selectors import sharing
from weather.serializers import ForecastOut, GardenWeatherOut, MoodOut, MoodUpdateIn, TrendsOut

if TYPE_CHECKING:
    from rest_framework.request import Request

TREND = timedelta(hours=24)


class MoodIsOff(APIException):
    """Nobody decides on a weather here."""

    status_code = 409
    default_code = "mood_synthesis_off"
    default_detail = "The mood is switched off: set ENABLE_MOOD_SYNTHESIS=true."


class WeatherView(APIView):
    """The weather that stands."""

    permission_classes = [AllowAny]

    @extend_schema(summary="The garden's weather and why it is so", responses=GardenWeatherOut)
    def get(self, request: Request) -> Response:
        return Response(GardenWeatherOut(selectors.report(timezone.now(), selectors.place_now())).data)


class MoodView(APIView):
    """The mood in full."""

    permission_classes = [AllowAny]

    @extend_schema(
        summary="The mood: components, who spoke, how old that is and how much each counted", responses=MoodOut
    )
    def get(self, request: Request) -> Response:
        return Response(MoodOut(selectors.mood_report(timezone.now())).data)


class TrendsView(APIView):
    """How the mood went."""

    permission_classes = [AllowAny]

    @extend_schema(summary="The mood of the last 24 hours", responses=TrendsOut)
    def get(self, request: Request) -> Response:
        now = timezone.now()
        went = selectors.trends_of(now - TREND, now, sharing())
        return Response(TrendsOut({"since": now - TREND, "until": now, **asdict(went)}).data)


class ForecastView(APIView):
    """The real weather."""

    permission_classes = [AllowAny]

    @extend_schema(
        summary="The real weather at the owner's place: now, hours and five days ahead", responses=ForecastOut
    )
    def get(self, request: Request) -> Response:
        return Response(ForecastOut(selectors.forecast(timezone.now())).data)


class MoodUpdateView(APIView):
    """The owner's word on the weather (owner)."""

    @extend_schema(
        summary="Let a weather stand for a while (owner)",
        description="Stands above everything else until it ends, then the mood decides again.",
        request=MoodUpdateIn,
        responses=GardenWeatherOut,
    )
    def post(self, request: Request) -> Response:
        if not settings.ENABLE_MOOD_SYNTHESIS:
            raise MoodIsOff
        asked = MoodUpdateIn(data=request.data)
        asked.is_valid(raise_exception=True)
        wanted = asked.validated_data
        weather = wanted.get("weather_type") or music_weather(**wanted["music"])
        services.override(
            weather_type=WeatherType(weather),
            intensity=wanted["intensity"],
            reason=wanted["reason"],
            source=selectors.OWNER,
            lasts=timedelta(minutes=wanted["duration_minutes"]),
            now=timezone.now(),
        )
        return Response(GardenWeatherOut(selectors.report(timezone.now(), selectors.place_now())).data)
