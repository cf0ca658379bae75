"""The whole garden over REST."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from drf_spectacular.utils import OpenApiResponse, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import AuthenticationFailed, Throttled, ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_simplejwt.serializers import TokenObtainPairSerializer, TokenRefreshSerializer
from rest_framework_simplejwt.views import TokenObtainPairView, TokenRefreshView

from common.strict import Query, StrictFields, operation, refusal
from common.validators import FIRST_YEAR
from garden.announcements_api import AnnouncementOut
from garden.api import ProjectViewSet
from garden.overview_serializers import GardenHealthOut
from garden.selectors import health_of_garden
from garden.serializers import PlantOut
from garden.vocabulary import PropKind, Season, TimeOfDay, WeatherType, choices
from greenhouse import state
from greenhouse.site.for_visitor import context_for
from greenhouse.sky import sky_now
from greenhouse.web import ecosystem, signin_limits, signin_ways
from greenhouse.web.tokens import GIVEN_AFTER, RevocableJWTAuthentication, last_ending
from skills.selectors import skills_of
from skills.serializers import ConstellationOut
from social.api import ButterflyOut
from visitors.consent.api import TOKEN
from visitors.consent.bearer import bearer_of, keep_private
from visitors.serializers import VisitorContextOut
from weather.serializers import GardenWeatherOut

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rest_framework.request import Request

    from garden.models import Project

NOT_LET_IN = refusal("The name, the password or the token is not right, or no longer.")
NOT_MODIFIED = OpenApiResponse(description="It is as `If-None-Match` has it.")


SECOND_STEP: Final = "second_step"  # the claim of tokens for which a code was given
CODES_REST: Final = 300  # seconds, as allauth counts wrong codes of an account


class TokenIn(StrictFields, TokenObtainPairSerializer):
    """A name and a password, counted before the password is looked at, and a code where the account asks for one."""

    code = serializers.CharField(
        required=False,
        max_length=40,
        write_only=True,
        help_text="Of the account's app, or a recovery code, where it has a second step.",
    )

    @classmethod
    def get_token(cls, user: Any) -> Any:
        """The refresh token, whose claims every access token that it gives has too."""
        token: Any = super().get_token(user)
        token[GIVEN_AFTER] = last_ending(user)
        return token

    def validate(self, attrs: dict[str, Any]) -> dict[str, str]:
        signin_limits.limit_account(self.context["request"]._request, attrs[self.username_field])
        if not signin_ways.password_allowed():
            raise AuthenticationFailed("Signing in by password is switched off here.", "no_passwords")
        code = attrs.pop("code", "")
        pair = super().validate(attrs)
        if self.user is not None and signin_ways.has_second_step(self.user):
            if not code:
                raise AuthenticationFailed("This account has a second step: send its code as well.", "code_required")
            try:
                right = signin_ways.takes_code(self.user, code)
            except signin_ways.TooManyCodes:
                raise Throttled(CODES_REST) from None
            if not right:
                raise AuthenticationFailed("The code is not right, or was used already.", "code_wrong")
            refresh: Any = self.get_token(self.user)
            refresh[SECOND_STEP] = True
            return {"refresh": str(refresh), "access": str(refresh.access_token)}
        return pair


class TokenRefreshIn(StrictFields, TokenRefreshSerializer):
    """A refresh token, which ends with the account, with the password that it was given for, and with all others."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, str]:
        # The library asks this of access tokens alone, and answers 500 where the account is gone.
        token = self.token_class(attrs["refresh"])
        user: Any = RevocableJWTAuthentication().get_user(token)
        if signin_ways.has_second_step(user) and not token.get(SECOND_STEP):
            raise AuthenticationFailed("This account has a second step since: sign in anew.", "code_required")
        return super().validate(attrs)


class TokenView(TokenObtainPairView):
    """A pair of tokens for the owner's name and password."""

    serializer_class = TokenIn

    def check_throttles(self, request: Request) -> None:
        signin_limits.limit_sender(request._request)

    @operation("Sign in", request=TokenIn, responses={200: TokenObtainPairSerializer, 401: NOT_LET_IN})
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        serializer: Any = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        response = Response(serializer.validated_data)
        signin_limits.remember_device(request._request, response, serializer.user, path=reverse("token"))
        return response


class TokenRefresh(TokenRefreshView):
    """A new access token for a refresh token."""

    serializer_class = TokenRefreshIn
    limit_scope = "token"

    @operation("Stay signed in", request=TokenRefreshIn, responses={200: TokenRefreshSerializer, 401: NOT_LET_IN})
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().post(request, *args, **kwargs)


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


class GardenHealthView(APIView):
    """How the ecosystem is doing."""

    permission_classes = [AllowAny]

    @operation("The garden's health, by component", responses=GardenHealthOut)
    def get(self, request: Request) -> Response:
        now = timezone.now()
        plants = health_of_garden(now)
        told = {**plants, "status": _ecosystem(plants), "components": ecosystem.components(plants, now)}
        return Response(GardenHealthOut(told).data)


def _ecosystem(plants: Mapping[str, Any]) -> str:
    """One word for the whole garden: what most of its plants do."""
    if not plants["plants"]:
        return "empty"
    if 2 * plants["thriving"] >= plants["plants"]:
        return "thriving"
    return "resting" if 2 * plants["resting"] > plants["plants"] else "calm"


class PropOut(serializers.Serializer[Any]):
    """Something that stands in the garden besides plants. Metres."""

    kind = serializers.ChoiceField(choices=choices(PropKind))
    x = serializers.FloatField()
    z = serializers.FloatField()
    yaw = serializers.FloatField(help_text="Radians about the vertical; 0 looks to the visitor.")
    scale = serializers.FloatField(help_text="Of its usual size; the radius of a lily's pad.")
    lift = serializers.FloatField(help_text="Above the ground.")
    color = serializers.CharField(allow_null=True, help_text="'#rrggbb' of its flowers, where it has some.")


class IslandOut(serializers.Serializer[Any]):
    """The ground that the plants stand on."""

    radius = serializers.FloatField(help_text="Metres from its middle to its rim; it follows what stands there.")
    props = PropOut(many=True, help_text="What dresses a garden that still has room for it.")


class GardenOut(serializers.Serializer[Any]):
    """The garden in one answer."""

    version = serializers.IntegerField(help_text="The seq of the last event that altered the state.")
    generated_at = serializers.DateTimeField()
    season = serializers.ChoiceField(choices=choices(Season))
    time_of_day = serializers.ChoiceField(choices=choices(TimeOfDay))
    island = IslandOut()
    projects = PlantOut(many=True)
    weather = GardenWeatherOut()
    skills = ConstellationOut()
    announcement = AnnouncementOut(allow_null=True)
    social = ButterflyOut(many=True, help_text="Posts elsewhere of the last 60 days, the newest first.")
    visitor_context = VisitorContextOut(allow_null=True)


@extend_schema_field({"oneOf": [{"type": "string", "format": kind} for kind in ("date", "date-time")]})
class MomentField(serializers.CharField):
    """A moment of today or of an earlier UTC day; a plain date means its end."""

    def to_internal_value(self, data: Any) -> Any:
        """The moment, in UTC."""
        return _moment(super().to_internal_value(data), timezone.now())


class GardenQuery(Query):
    """In which light."""

    season = serializers.ChoiceField(choices=choices(Season), required=False, help_text="Show it in another season.")
    weather_type = serializers.ChoiceField(
        choices=choices(WeatherType), required=False, help_text="Show it under another weather."
    )
    at = MomentField(
        required=False,
        help_text="A day as an ISO date, or a moment of it; days are UTC. Plants and skills are as the facts known now "
        "make them at the end of that day, the weather is that of the moment (or of a date's end). Only what is public "
        "now is shown, and before the first fact there is nothing. Today gives the garden as it stands; a later day is "
        "a 400.",
    )

    def validate_season(self, season: str) -> Season:
        """As a word of ours."""
        return Season(season)

    def validate_weather_type(self, weather_type: str) -> WeatherType:
        """As a word of ours."""
        return WeatherType(weather_type)


class GardenView(APIView):
    """The garden's whole state. Without parameters and token it is answered from memory, before it comes here."""

    permission_classes = [AllowAny]
    limit_scope = "garden"

    @operation(
        "The whole garden",
        description="`visitor_context` says where to begin: by the hour, or by the kind of site in `Referer`. With the "
        "token of a visitor who agreed to `personalisation` it says what grew since they were last here, and that they "
        "are here is noted; that answer is for them alone.",
        query=GardenQuery,
        responses={200: GardenOut, 304: NOT_MODIFIED},
        parameters=[TOKEN],
    )
    def get(self, request: Request, query: dict[str, Any]) -> Response:
        now = timezone.now()
        consent = None if query else bearer_of(request._request, or_cookie=True)
        if consent is None:
            return Response(state.assemble(now, **query))
        context = context_for(consent, sky_now(now), now)
        response: Any = HttpResponse(state.with_context(state.current(), context).raw, "application/json")
        keep_private(response)
        return response  # type: ignore[no-any-return] # REST framework takes bytes that are written already


def _moment(text: str, now: datetime) -> datetime:
    """What a text means, at most the end of today. Raises `ValidationError`."""
    moment: datetime | None
    try:
        if day := parse_date(text):
            moment = datetime.combine(day, datetime.max.time(), tzinfo=UTC)
        elif moment := parse_datetime(text):
            moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        moment = None
    if moment is None or moment.year < FIRST_YEAR:
        raise ValidationError(f"An ISO 8601 date or time from {FIRST_YEAR} on, such as 2026-01-31.")
    if moment.date() > (today := now.astimezone(UTC).date()):
        raise ValidationError(f"{moment.date()} is yet to come: today is {today} (UTC).")
    return moment
