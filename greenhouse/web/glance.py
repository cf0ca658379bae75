"""The garden in a few plain values, for dashboards such as Homepage and Glance."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q, Sum
from django.utils import timezone
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from common.permissions import Anyone, Grant, Scope
from common.strict import operation
from garden import selectors
from garden.models import Project
from garden.vocabulary import ProjectStatus, Visibility, WeatherType, choices
from greenhouse.sky import sky_now
from integrations.coding import selectors as coding
from integrations.key_authentication import ApiKeyAuthentication
from integrations.selectors import status
from skills.selectors import visible
from visitors.figures.visits import sessions

if TYPE_CHECKING:
    from rest_framework.request import Request

WEEK = timedelta(days=7)  # today included


class GlanceOut(serializers.Serializer[Any]):
    """What everyone sees, and behind it what only the owner does: a key with `read` adds it."""

    plants = serializers.IntegerField()
    thriving = serializers.IntegerField()
    resting = serializers.IntegerField()
    commits = serializers.IntegerField(help_text="Of all plants that everyone sees.")
    commits_week = serializers.IntegerField(help_text="Of the last seven days (UTC), today included.")
    skills = serializers.IntegerField()
    weather = serializers.ChoiceField(choices=choices(WeatherType))
    last_activity_at = serializers.DateTimeField(allow_null=True)
    projects_hidden = serializers.IntegerField(required=False, help_text="That not everyone sees.")
    seeds_waiting = serializers.IntegerField(required=False)
    coding_minutes_today = serializers.IntegerField(required=False, help_text="Of the day in the garden's time zone.")
    visits_today = serializers.IntegerField(required=False, help_text="The same; without machines.")
    sources_failing = serializers.IntegerField(required=False)


class GlanceView(APIView):
    """The garden at a glance. Without a key it is answered from memory, before it comes here."""

    authentication_classes = [ApiKeyAuthentication]  # no session: in front of it, nobody asks who is signed in
    permission_classes = [Anyone]
    key_scope = Scope.READ

    @operation(
        "The garden in eight plain values",
        description="Flat, for the widgets of dashboards. A key with the scope `read` adds the owner's five.",
        responses=GlanceOut,
    )
    def get(self, request: Request) -> Response:
        now = timezone.now()
        if not isinstance(request.auth, Grant):
            return Response(GlanceOut(seen_by_all(now)).data)
        return Response(
            GlanceOut(seen_by_all(now) | seen_by_owner(now)).data, headers={"Cache-Control": "private, no-store"}
        )


def seen_by_all(now: datetime) -> dict[str, Any]:
    """The public values. Seven queries."""
    garden = selectors.health_of_garden(now)
    today = now.astimezone(UTC).date()
    return {
        **{name: garden[name] for name in ("plants", "thriving", "resting", "last_activity_at")},
        "commits": Project.objects.shown().aggregate(sum=Sum("commit_count", default=0))["sum"],
        "commits_week": sum(count for *_, count in selectors.commits_by_day(today - WEEK + timedelta(days=1), today)),
        "skills": len(visible()),
        "weather": sky_now(now).weather_type,
    }


def seen_by_owner(now: datetime) -> dict[str, Any]:
    """The owner's values."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    today = midnight.date()
    hidden = ~Q(visibility=Visibility.PUBLIC) | Q(hidden_by_source=True)
    return {
        "projects_hidden": Project.objects.filter(hidden).exclude(status=ProjectStatus.PROPOSED).count(),
        "seeds_waiting": Project.objects.filter(status=ProjectStatus.PROPOSED).count(),
        "coding_minutes_today": round(sum(share.seconds for share in coding.shares(today, today)) / 60),
        "visits_today": sessions(midnight, now).count(),
        "sources_failing": sum(one["health"] == "failing" for one in status(now=now)),
    }
