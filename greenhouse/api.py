"""The whole garden over REST."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.serializers import TokenObtainPairSerializer, TokenRefreshSerializer
from rest_framework_simplejwt.views import TokenObtainPairView, TokenRefreshView

from garden.api import ProjectViewSet
from garden.serializers import PlantOut
from garden.vocabulary import AnnouncementLevel, Season, TimeOfDay, WeatherType, choices
from greenhouse import state
from greenhouse.web import signin_limits
from skills.selectors import skills_of
from skills.serializers import ConstellationOut
from weather.serializers import GardenWeatherOut

if TYPE_CHECKING:
    from rest_framework.request import Request

    from garden.models import Project

NOT_LET_IN = OpenApiResponse(description="The name, the password or the token is not right, or no longer.")

FIRST_YEAR = 1970  # nothing in the garden is older


class TokenIn(TokenObtainPairSerializer):
    """A name and a password, counted before the password is looked at."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, str]:
        signin_limits.limit_account(self.context["request"]._request, attrs[self.username_field])
        return super().validate(attrs)


class TokenRefreshIn(TokenRefreshSerializer):
    """A refresh token, which ends with the account and with the password that it was given for."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, str]:
        # The library asks this of access tokens alone, and answers 500 where the account is gone.
        JWTAuthentication().get_user(self.token_class(attrs["refresh"]))
        return super().validate(attrs)


class TokenView(TokenObtainPairView):
    """A pair of tokens for the owner's name and password."""

    serializer_class = TokenIn

    def check_throttles(self, request: Request) -> None:
        signin_limits.limit_sender(request._request)

    @extend_schema(request=TokenObtainPairSerializer, responses={200: TokenObtainPairSerializer, 401: NOT_LET_IN})
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        serializer: Any = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        response = Response(serializer.validated_data)
        signin_limits.remember_device(request._request, response, serializer.user)
        return response


@extend_schema_view(
    post=extend_schema(request=TokenRefreshSerializer, responses={200: TokenRefreshSerializer, 401: NOT_LET_IN})
)
class TokenRefresh(TokenRefreshView):
    """A new access token for a refresh token."""

    serializer_class = TokenRefreshIn
    limit_scope = "token"


class ProjectView(ProjectViewSet):
    """Projects, with the skills that the garden itself knows nothing of."""

    def skills_of(self, project: Project) -> list[dict[str, Any]]:
        return [
            {
                "slug": skill.slug,
                "name": skill.name,
                "url": skill.get_absolute_url(),
                "group": skill.constellation_group,
                "proficiency": skill.proficiency_level,
            }
            for skill in skills_of(project)
        ]


class AnnouncementOut(serializers.Serializer[Any]):
    """What the owner announces, as in the event `system_update`."""

    message = serializers.CharField()
    level = serializers.ChoiceField(choices=choices(AnnouncementLevel))
    until = serializers.DateTimeField(allow_null=True)


class GardenOut(serializers.Serializer[Any]):
    """The garden in one answer."""

    version = serializers.IntegerField(help_text="The seq of the last event that altered the state.")
    generated_at = serializers.DateTimeField()
    season = serializers.ChoiceField(choices=choices(Season))
    time_of_day = serializers.ChoiceField(choices=choices(TimeOfDay))
    projects = PlantOut(many=True)
    weather = GardenWeatherOut()
    skills = ConstellationOut()
    announcement = AnnouncementOut(allow_null=True)
    social = serializers.ListField(child=serializers.DictField())
    visitor_context = serializers.DictField(allow_null=True)


class GardenView(APIView):
    """The garden's whole state. Without parameters it is answered from memory, before it comes here."""

    permission_classes = [AllowAny]
    limit_scope = "garden"

    @extend_schema(
        summary="The whole garden",
        parameters=[
            OpenApiParameter("season", enum=list(Season), description="Show it in another season."),
            OpenApiParameter("weather_type", enum=list(WeatherType), description="Show it under another weather."),
            OpenApiParameter(
                "at",
                description="A day as an ISO date, or a moment of it; days are UTC. Plants and skills are as the facts "
                "known now make them at the end of that day, the weather is that of the moment (or of a date's end). "
                "Only what is public now is shown, and before the first fact there is nothing. Today gives the garden "
                "as it stands; a later day is a 400.",
            ),
        ],
        responses=GardenOut,
    )
    def get(self, request: Request) -> Response:
        season = _one_of(Season, request, "season")
        weather_type = _one_of(WeatherType, request, "weather_type")
        now = timezone.now()
        at = _moment(request, "at", now)
        return Response(state.assemble(now, season=season, weather_type=weather_type, at=at))


def _one_of(words: Any, request: Request, name: str) -> Any:
    value = request.query_params.get(name)
    if value in (None, ""):
        return None
    if value not in list(words):
        raise ValidationError({name: [f"One of: {', '.join(words)}."]})
    return words(value)


def _moment(request: Request, name: str, now: datetime) -> datetime | None:
    """A moment of today or of an earlier UTC day; a plain date means its end. Raises `ValidationError`."""
    text = request.query_params.get(name)
    if not text:
        return None
    try:
        if day := parse_date(text):
            moment: datetime | None = datetime.combine(day, datetime.max.time(), tzinfo=UTC)
        elif moment := parse_datetime(text):
            moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        moment = None
    if moment is None or moment.year < FIRST_YEAR:
        raise ValidationError({name: [f"An ISO 8601 date or time from {FIRST_YEAR} on, such as 2026-01-31."]})
    if moment.date() > (today := now.astimezone(UTC).date()):
        raise ValidationError({name: [f"{moment.date()} is yet to come: today is {today} (UTC)."]})
    return moment
