"""The figures' shapes in the API. What is one name in a dataclass is the same name here."""

from __future__ import annotations

from typing import Any, Final

from rest_framework import serializers

from garden.vocabulary import GrowthStage, choices
from visitors.figures.annotations import Happened
from visitors.vocabulary import Dimension, SetAside, Vital

OF_CHANGE: Final = "By which share of what it was; null where there was nothing, or nothing is known of then."
OF_GONE: Final = (
    "Of every dimension the first five of the period before that did not come since, with what they were then."
)
OF_NEW: Final = "It was not there in the period before, as is known."


class EarlierOut(serializers.Serializer[Any]):
    """The period before that figures are compared with: as long, up to the same hour."""

    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    is_known = serializers.BooleanField(help_text="Where not, nothing is told of it: no zero, no share, no “new”.")
    note = serializers.CharField(help_text="Why it is not known; empty where it is.")


class SumsOut(serializers.Serializer[Any]):
    """What is added up. Visitors are visitor-days: nothing joins a visitor's days."""

    steps = serializers.IntegerField()
    page_views = serializers.IntegerField()
    sessions = serializers.IntegerField()
    visitors = serializers.IntegerField()
    seconds = serializers.FloatField()
    bounces = serializers.IntegerField()
    interactions = serializers.IntegerField()
    bounce_rate = serializers.FloatField(help_text="0–1.")
    seconds_per_session = serializers.FloatField()


class PointOut(serializers.Serializer[Any]):
    """An hour or a day."""

    at = serializers.DateTimeField()
    sums = SumsOut()


class RowOut(serializers.Serializer[Any]):
    """One value of a dimension; a plant has its name too."""

    value = serializers.CharField()
    name = serializers.CharField()
    sums = SumsOut()
    before = SumsOut(allow_null=True, help_text="Null where it was not there, or nothing is known of then.")
    change = serializers.FloatField(allow_null=True, help_text=f"Of its visits. {OF_CHANGE}")
    is_new = serializers.BooleanField(help_text=OF_NEW)


class SetAsideThenOut(serializers.Serializer[Any]):
    """What did not count in the period before, by whole days."""

    sessions = serializers.IntegerField()
    steps = serializers.IntegerField()


class SetAsideOut(serializers.Serializer[Any]):
    """What counts not, and why."""

    reason = serializers.ChoiceField(choices=choices(SetAside))
    family = serializers.CharField(allow_blank=True)
    sessions = serializers.IntegerField()
    steps = serializers.IntegerField()
    before = SetAsideThenOut(allow_null=True)
    change = serializers.FloatField(allow_null=True, help_text=f"Of the visits. {OF_CHANGE}")
    is_new = serializers.BooleanField(help_text=OF_NEW)


class SpeedThenOut(serializers.Serializer[Any]):
    """What a speed was in the period before, by whole days."""

    count = serializers.IntegerField()
    p75 = serializers.FloatField(allow_null=True)
    verdict = serializers.CharField()


class SpeedOut(serializers.Serializer[Any]):
    """One of the pages' speeds, for real visitors: three of four views were faster."""

    vital = serializers.ChoiceField(choices=choices(Vital))
    count = serializers.IntegerField(help_text="Page views that told it.")
    p75 = serializers.FloatField(allow_null=True, help_text="Milliseconds; of cls its plain number.")
    verdict = serializers.CharField(help_text="good, middling, poor or “too few data”.")
    before = SpeedThenOut(allow_null=True)
    change = serializers.FloatField(allow_null=True, help_text=f"Of p75, where both are of enough views. {OF_CHANGE}")


class AnnotationOut(serializers.Serializer[Any]):
    """What the owner did or the garden went through."""

    at = serializers.DateTimeField()
    kind = serializers.ChoiceField(choices=choices(Happened))
    text = serializers.CharField()
    count = serializers.IntegerField()


class AnnotationGroupOut(serializers.Serializer[Any]):
    """What happened within one step of the time axis."""

    at = serializers.DateTimeField()
    annotations = AnnotationOut(many=True)


class GrowthThenOut(serializers.Serializer[Any]):
    """The same plant in the period before."""

    growth_change = serializers.FloatField()
    commits = serializers.IntegerField()
    sessions = serializers.IntegerField(allow_null=True, help_text="Null where the visits of then are not known.")
    interactions = serializers.IntegerField(allow_null=True)


class GrowthTrendOut(serializers.Serializer[Any]):
    """A plant over the while, beside what visitors did there."""

    project_id = serializers.UUIDField()
    name = serializers.CharField()
    from_stage = serializers.ChoiceField(choices=choices(GrowthStage))
    stage = serializers.ChoiceField(choices=choices(GrowthStage))
    rungs = serializers.IntegerField(help_text="Climbed; below zero, fallen.")
    growth_factor = serializers.FloatField()
    growth_change = serializers.FloatField()
    vitality = serializers.FloatField()
    commits = serializers.IntegerField()
    sessions = serializers.IntegerField()
    interactions = serializers.IntegerField()
    before = GrowthThenOut()


class WhileOut(serializers.Serializer[Any]):
    """Which while is told of."""

    date_range = serializers.CharField()
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    filters = serializers.DictField(child=serializers.CharField())


class DashboardOut(WhileOut):
    """The figures of a while."""

    counted_until = serializers.DateTimeField(
        allow_null=True, help_text="What began later was read as it is. Null before the first count."
    )
    totals = SumsOut()
    before = SumsOut(help_text="As long a while before, up to the same hour; of `earlier` it says whether it is known.")
    change = serializers.DictField(
        child=serializers.FloatField(allow_null=True),
        help_text="Of each sum, as a share; null where there was nothing.",
    )
    earlier = EarlierOut()
    series = PointOut(many=True)
    series_before = PointOut(
        many=True,
        help_text="In step with `series`, and empty where it is not known. The hour that still runs has none.",
    )
    top = serializers.DictField(child=RowOut(many=True), help_text="The first ten of every dimension.")
    gone = serializers.DictField(child=RowOut(many=True), help_text=OF_GONE)
    top_since = serializers.DateField(help_text="The first day that `top` tells of.")
    growth = GrowthTrendOut(many=True)
    performance = SpeedOut(many=True)
    set_aside = SetAsideOut(many=True)
    annotations = AnnotationGroupOut(many=True)
    notes = serializers.ListField(child=serializers.CharField())


class InteractionOut(serializers.Serializer[Any]):
    """What a visitor did."""

    at = serializers.DateTimeField()
    area = serializers.CharField(allow_blank=True)
    project_id = serializers.UUIDField(allow_null=True)
    project = serializers.CharField(allow_blank=True)


class GrowthOut(serializers.Serializer[Any]):
    """A rung that a plant came to."""

    at = serializers.DateTimeField()
    project_id = serializers.UUIDField()
    project = serializers.CharField()
    from_stage = serializers.ChoiceField(choices=choices(GrowthStage))
    to_stage = serializers.ChoiceField(choices=choices(GrowthStage))


class RealtimeOut(serializers.Serializer[Any]):
    """What goes on just now."""

    at = serializers.DateTimeField()
    active_visitors = serializers.IntegerField(help_text="Who took a step within five minutes.")
    by_device = serializers.DictField(child=serializers.IntegerField())
    by_area = serializers.DictField(child=serializers.IntegerField())
    steps_by_minute = serializers.ListField(
        child=serializers.IntegerField(), help_text="Of the last half hour, the running minute last."
    )
    recent_interactions = InteractionOut(many=True)
    growth_changes = GrowthOut(many=True, help_text="Of a day.")
    page_speeds = SpeedOut(many=True, help_text="Of the last half hour.")
    seconds_since_last_step = serializers.FloatField(allow_null=True)


class CountThenOut(serializers.Serializer[Any]):
    """What `compared` adds: the same of the day in its place in the period before."""

    day_before = serializers.DateField(required=False, allow_null=True)
    steps_before = serializers.IntegerField(required=False, allow_null=True)
    page_views_before = serializers.IntegerField(required=False, allow_null=True)
    sessions_before = serializers.IntegerField(required=False, allow_null=True)
    visitors_before = serializers.IntegerField(required=False, allow_null=True)
    seconds_before = serializers.FloatField(required=False, allow_null=True)
    bounces_before = serializers.IntegerField(required=False, allow_null=True)
    interactions_before = serializers.IntegerField(required=False, allow_null=True)


class CountOut(CountThenOut):
    """What was counted of a day, by one value of one dimension."""

    day = serializers.DateField()
    dimension = serializers.ChoiceField(choices=choices(Dimension))
    value = serializers.CharField(allow_blank=True)
    steps = serializers.IntegerField()
    page_views = serializers.IntegerField()
    sessions = serializers.IntegerField()
    visitors = serializers.IntegerField()
    seconds = serializers.FloatField()
    bounces = serializers.IntegerField()
    interactions = serializers.IntegerField()


class SharedRowOut(serializers.Serializer[Any]):
    """One value of a dimension, as a link shows it."""

    value = serializers.CharField()
    name = serializers.CharField()
    sums = SumsOut()
    before = SumsOut(allow_null=True, help_text="Null also where too few stood behind it then.")
    change = serializers.FloatField(allow_null=True, help_text="Of its visits, as a share of what they were.")


class SharedFiguresOut(WhileOut):
    """The figures of one segment, as a link shows them."""

    totals = SumsOut()
    before = SumsOut()
    earlier = EarlierOut()
    series = PointOut(many=True)
    series_before = PointOut(many=True)
    top = serializers.DictField(child=SharedRowOut(many=True))
    top_since = serializers.DateField()
    annotations = AnnotationGroupOut(many=True)
    notes = serializers.ListField(child=serializers.CharField())
