"""The report's shape in the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from visitors.figures.serializers import GrowthTrendOut, SumsOut


class CorrelationOut(serializers.Serializer[Any]):
    """How two measures go together, by days."""

    coefficient = serializers.FloatField(help_text="Spearman's, −1 to 1.")
    n = serializers.IntegerField(help_text="Days.")
    independent = serializers.FloatField(help_text="Days, as far as one is not like the one before it.")
    low = serializers.FloatField(help_text="Of the 95 % interval.")
    high = serializers.FloatField()
    p = serializers.FloatField(help_text="Not yet corrected.")


class FindingOut(serializers.Serializer[Any]):
    """Two measures that go together."""

    cause = serializers.CharField()
    effect = serializers.CharField()
    lag = serializers.IntegerField(help_text="Days from the first to the second.")
    correlation = CorrelationOut()
    probability = serializers.FloatField(help_text="Of chance, corrected by Holm for all that was tried; below 0.01.")
    sentence = serializers.CharField()


class VisitorEngagementOut(serializers.Serializer[Any]):
    """How visitors came and stayed, and what went with it."""

    sentences = serializers.ListField(child=serializers.CharField())
    totals = SumsOut()
    before = SumsOut()
    findings = FindingOut(many=True)


class GrowthTrendsOut(serializers.Serializer[Any]):
    """How plants grew."""

    sentences = serializers.ListField(child=serializers.CharField())
    trends = GrowthTrendOut(many=True)


class SkyDaysOut(serializers.Serializer[Any]):
    """Visits on days of one kind of sky."""

    condition = serializers.ChoiceField(choices=["wet", "dry"])
    days = serializers.IntegerField()
    visits_a_day = serializers.FloatField()


class WeatherImpactOut(serializers.Serializer[Any]):
    """What the weather went with."""

    sentences = serializers.ListField(child=serializers.CharField())
    by_sky = SkyDaysOut(many=True)
    findings = FindingOut(many=True)


class SkillProgressOut(serializers.Serializer[Any]):
    """A skill, and where it goes."""

    name = serializers.CharField()
    level = serializers.IntegerField(allow_null=True)
    hours = serializers.IntegerField()
    velocity = serializers.FloatField(help_text="Levels in a quarter.")
    last_used = serializers.DateField(allow_null=True)
    is_new = serializers.BooleanField(help_text="First used in the while.")


class SkillDevelopmentOut(serializers.Serializer[Any]):
    """How the skills went."""

    sentences = serializers.ListField(child=serializers.CharField())
    skills = SkillProgressOut(many=True)
    findings = FindingOut(many=True)


class RecommendationOut(serializers.Serializer[Any]):
    """Something to do, why, and where."""

    what = serializers.CharField()
    why = serializers.CharField()
    link = serializers.CharField()
    link_label = serializers.CharField()


class InsightsOut(serializers.Serializer[Any]):
    """What five sources tell of a while."""

    range = serializers.CharField()
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    visitor_engagement = VisitorEngagementOut()
    project_growth_trends = GrowthTrendsOut()
    weather_impact = WeatherImpactOut()
    skill_development = SkillDevelopmentOut()
    recommendations = RecommendationOut(many=True)
    tried = serializers.IntegerField(help_text="Pairs of measures, times the lags: what the correction is for.")
    told = serializers.CharField(help_text="The same in a sentence; “Too few data” where so.")
    note = serializers.CharField()
