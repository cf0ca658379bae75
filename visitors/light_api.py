"""The light of the day, for who comes to the garden at night and is alone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from common.strict import operation
from visitors.selectors import walked_since
from weather.selectors import states_since

if TYPE_CHECKING:
    from datetime import datetime

    from rest_framework.request import Request

    from weather.models import WeatherState

DAY: Final = timedelta(hours=24)


class DayMoodOut(serializers.Serializer[Any]):
    """How the day was, on the whole."""

    energy = serializers.FloatField(help_text="0–1.")
    serenity = serializers.FloatField(help_text="0–1.")


class LightOut(serializers.Serializer[Any]):
    """The ways that several visitors of the last 24 hours walked, and how the day was."""

    mood = DayMoodOut(allow_null=True)
    ways = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField(), min_length=5, max_length=5),
        help_text="`[x, z, x, z, strength]`: between two squares of a metre, and how much it was walked, 0–1.",
    )


class LightView(APIView):
    """What visitors left behind."""

    authentication_classes = []  # the same for everyone
    permission_classes = [AllowAny]

    @operation(
        "The light that visitors of the last 24 hours left",
        description="Ways that at least five visitors took, by squares of a metre: none tells of one of them.",
        responses={200: LightOut},
    )
    def get(self, request: Request) -> Response:
        return Response(day_light(timezone.now()))


def day_light(now: datetime) -> dict[str, Any]:
    """The answer at a moment, as `LightOut` has it."""
    ways = [[*way.ends[0], *way.ends[1], way.strength] for way in walked_since(now - DAY)]
    return {"mood": _mood(states_since(now - DAY, now)) if ways else None, "ways": ways}


def _mood(states: list[WeatherState]) -> dict[str, float] | None:
    """The middle of what stood."""
    if not states:
        return None
    return {
        name: round(sum(getattr(state, name) for state in states) / len(states), 3) for name in ("energy", "serenity")
    }
