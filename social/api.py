"""What the owner reads and writes about elsewhere."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from common.strict import Query, operation
from social import selectors
from social.trends import EVIDENCE, technology_trends

if TYPE_CHECKING:
    from rest_framework.request import Request

DAYS, MOST_DAYS = 90, 365


class ButterflyOut(serializers.Serializer[Any]):
    """A post elsewhere that flies in the garden."""

    id = serializers.IntegerField()
    source = serializers.CharField(help_text="The service, or `rss` for a feed.")  # type: ignore[assignment] # a field of that name
    title = serializers.CharField()
    url = serializers.CharField(help_text="Empty where it has no page.")
    published_at = serializers.DateTimeField()
    technologies = serializers.ListField(child=serializers.CharField())


class EvidenceOut(serializers.Serializer[Any]):
    """A post that speaks of a technology."""

    title = serializers.CharField()
    url = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment] # a field of that name
    published_at = serializers.DateTimeField()
    written = serializers.BooleanField(help_text="By the owner; else it was read.")


class TechnologyTrendOut(serializers.Serializer[Any]):
    """One technology over the time that was asked for."""

    name = serializers.CharField()
    read = serializers.IntegerField(help_text="Posts of others that speak of it.")
    written = serializers.IntegerField(help_text="Posts of the owner's.")
    share = serializers.FloatField(help_text="0–1, of all posts that speak of any technology.")
    direction = serializers.ChoiceField(
        choices=["rising", "falling", "steady", "unknown"],
        help_text="The later half of the time against the earlier; unknown of fewer than three posts.",
    )
    evidence = EvidenceOut(many=True, help_text=f"Up to {EVIDENCE} posts that show it, the newest first.")


class TechnologyTrendsOut(serializers.Serializer[Any]):
    """What is read and written about."""

    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    posts = serializers.IntegerField(help_text="All posts of that time, whatever they speak of.")
    technologies = TechnologyTrendOut(many=True)


class TechnologyTrendsQuery(Query):
    """How far back."""

    days = serializers.IntegerField(default=DAYS, min_value=2, max_value=MOST_DAYS)


class TechnologyTrendsView(APIView):
    """Technologies of what was read and written elsewhere."""

    permission_classes = [AllowAny]

    @operation(
        "The technologies that the owner reads and writes about, each with posts that show it",
        description="Of feeds, Mastodon, Bluesky, X and LinkedIn, as far as they are connected and shown.",
        query=TechnologyTrendsQuery,
        responses=TechnologyTrendsOut,
    )
    def get(self, request: Request, query: dict[str, Any]) -> Response:
        now = timezone.now()
        since = now - timedelta(days=query["days"])
        said = selectors.said_since(since, now=now)
        trends = [asdict(one) for one in technology_trends(said, since=since, until=now)]
        return Response(
            TechnologyTrendsOut({"since": since, "until": now, "posts": len(said), "technologies": trends}).data
        )
