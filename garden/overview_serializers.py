"""What the endpoints tell of the garden as a whole."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from garden.serializers import CommitsOut, ShortFloat
from garden.vocabulary import GrowthStage, choices


class ComponentOut(serializers.Serializer[Any]):
    """One part of the ecosystem."""

    status = serializers.ChoiceField(choices=["ok", "degraded", "failing"], help_text="Degraded: what shows is old.")
    detail = serializers.CharField()
    as_of = serializers.DateTimeField(allow_null=True, help_text="Of when its data is; null where there is none.")


class ComponentsOut(serializers.Serializer[Any]):
    """All parts of it."""

    projects = ComponentOut()
    weather = ComponentOut()
    skills = ComponentOut()
    integrations = ComponentOut()
    live = ComponentOut()


class GardenHealthOut(serializers.Serializer[Any]):
    """The ecosystem's health, by component."""

    status = serializers.ChoiceField(choices=["thriving", "calm", "resting", "empty"])
    plants = serializers.IntegerField()
    thriving = serializers.IntegerField()
    resting = serializers.IntegerField()
    growing_week = serializers.IntegerField(help_text="Plants with activity in the last seven days.")
    stages = serializers.DictField(child=serializers.IntegerField())
    grown_at = serializers.DateTimeField(allow_null=True, help_text="When the oldest growth figure was worked out.")
    last_activity_at = serializers.DateTimeField(allow_null=True)
    components = ComponentsOut()


class MomentumOut(serializers.Serializer[Any]):
    """The recent pace of the plants, each against its own."""

    mean = ShortFloat(help_text="-1 to 1.")
    rising = serializers.IntegerField()
    steady = serializers.IntegerField()
    falling = serializers.IntegerField()


class NextStageOut(serializers.Serializer[Any]):
    """A rung that a plant is expected to climb."""

    project_id = serializers.UUIDField()
    name = serializers.CharField()
    growth_stage = serializers.ChoiceField(choices=choices(GrowthStage))
    next_stage = serializers.ChoiceField(choices=choices(GrowthStage))
    day = serializers.DateField()
    days = serializers.IntegerField(help_text="From when it was worked out.")
    error_days = serializers.FloatField(
        allow_null=True, help_text="How far off such forecasts were in this project's past; null where nobody can tell."
    )


class PortfolioTotalsOut(serializers.Serializer[Any]):
    """Everything there is in the plants that everyone sees, counted."""

    commits = CommitsOut()
    pull_requests = serializers.IntegerField()
    issues = serializers.IntegerField()
    releases = serializers.IntegerField()
    deployments = serializers.IntegerField()
    coding_hours = serializers.FloatField(help_text="As editors measured them.")
    lines_of_code = serializers.IntegerField()
    stars = serializers.IntegerField()
    forks = serializers.IntegerField()
    visitor_interactions = serializers.IntegerField()


class PortfolioProjectOut(serializers.Serializer[Any]):
    """One plant among the others."""

    project_id = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.CharField()
    growth_stage = serializers.ChoiceField(choices=choices(GrowthStage))
    growth_factor = ShortFloat()
    vitality = ShortFloat()
    momentum = ShortFloat(help_text="-1 to 1.")
    commits = serializers.IntegerField()
    share = serializers.FloatField(help_text="Its part of all commits, 0–1.")


class PortfolioOut(serializers.Serializer[Any]):
    """All plants that everyone sees, at a glance."""

    plants = serializers.IntegerField()
    stages = serializers.DictField(child=serializers.IntegerField(), help_text="Plants on each rung, lowest first.")
    momentum = MomentumOut()
    next_stages = NextStageOut(many=True, help_text="Soonest first.")
    totals = PortfolioTotalsOut()
    projects = PortfolioProjectOut(many=True, help_text="Most grown first.")
