"""The figures' shapes in the API. What is one name in a dataclass is the same name here."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from garden.vocabulary import GrowthStage, choices
from visitors.figures.annotations import Happened
from visitors.vocabulary import Dimension, SetAside, Vital


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


class SetAsideOut(serializers.Serializer[Any]):
    """What counts not, and why."""

    reason = serializers.ChoiceField(choices=choices(SetAside))
    family = serializers.CharField(allow_blank=True)
    sessions = serializers.IntegerField()
    steps = serializers.IntegerField()


class SpeedOut(serializers.Serializer[Any]):
    """One of the pages' speeds, for real visitors: three of four views were faster."""

    vital = serializers.ChoiceField(choices=choices(Vital))
    count = serializers.IntegerField(help_text="Page views that told it.")
    p75 = serializers.FloatField(allow_null=True, help_text="Milliseconds; of cls its plain number.")
    verdict = serializers.CharField(help_text="good, middling, poor or “too few data”.")


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
    before = SumsOut(help_text="As long a while before, up to the same hour.")
    change = serializers.DictField(
        child=serializers.FloatField(allow_null=True),
        help_text="Of each sum, as a share; null where there was nothing.",
    )
    series = PointOut(many=True)
    top = serializers.DictField(child=RowOut(many=True), help_text="The first ten of every dimension.")
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


class CommonPathOut(serializers.Serializer[Any]):
    """Two to four areas that often follow each other."""

    areas = serializers.ListField(child=serializers.CharField())
    count = serializers.IntegerField()


class DropOffOut(serializers.Serializer[Any]):
    """How often visits ended in an area, of all the times that one left it."""

    area = serializers.CharField()
    ended = serializers.IntegerField()
    left = serializers.IntegerField()
    share = serializers.FloatField(help_text="0–1.")


class HotspotOut(serializers.Serializer[Any]):
    """Where visitors stay and act."""

    dimension = serializers.ChoiceField(choices=[Dimension.AREA.value, Dimension.PROJECT.value])
    value = serializers.CharField()
    name = serializers.CharField()
    sums = SumsOut()
    share = serializers.FloatField(help_text="Of all seconds in areas, or at plants; 0–1.")


class PlaceOut(serializers.Serializer[Any]):
    """An area, and how many visits."""

    area = serializers.CharField()
    count = serializers.IntegerField()


class ConversionOut(serializers.Serializer[Any]):
    """How many visits did what was hoped for, and where."""

    name = serializers.CharField()
    count = serializers.IntegerField()
    rate = serializers.FloatField(help_text="Of all visits, 0–1.")
    places = PlaceOut(many=True)


class RetentionOut(serializers.Serializer[Any]):
    """Who came again, as far as anyone can know."""

    visits = serializers.IntegerField()
    again_on_the_same_day = serializers.IntegerField()
    same_day_share = serializers.FloatField(help_text="0–1.")
    came_back = serializers.IntegerField(help_text="On a later day, of those who agreed to be recognised.")
    note = serializers.CharField()


class JourneysOut(WhileOut):
    """What the journeys of a while have in common."""

    visits = serializers.IntegerField()
    common_navigation_patterns = CommonPathOut(many=True)
    high_drop_off_areas = DropOffOut(many=True)
    engagement_hotspots = HotspotOut(many=True)
    average_journey_duration = serializers.FloatField(help_text="Seconds.")
    conversion_points = ConversionOut(many=True)
    retention = RetentionOut()
    patterns_since = serializers.DateField()
    conversions_since = serializers.DateField(
        help_text="Conversions and returns are read from the visits that are kept."
    )


class VisitorsOut(WhileOut):
    """How visitors behave."""

    totals = SumsOut()
    before = SumsOut()
    top = serializers.DictField(child=RowOut(many=True))
    average_journey_duration = serializers.FloatField(help_text="Seconds.")
    retention = RetentionOut()
    by_hour = serializers.ListField(child=serializers.IntegerField(), help_text="Visits by the hour of the day, UTC.")
    by_weekday = serializers.ListField(child=serializers.IntegerField(), help_text="From Monday on.")
    heat_since = serializers.DateField()
    heat_cell = serializers.FloatField(help_text="Metres.")
    heat = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField(), min_length=4, max_length=4),
        help_text="[x, z, steps, seconds] of the warmest squares; x and z are metres of their middle.",
    )


class FunnelStepOut(serializers.Serializer[Any]):
    """A step, and who came there."""

    line = serializers.CharField()
    count = serializers.IntegerField(source="reached.count")
    of_first = serializers.FloatField(source="reached.of_first", help_text="0–1.")
    of_previous = serializers.FloatField(source="reached.of_previous", help_text="0–1.")


class FunnelOut(serializers.Serializer[Any]):
    """A funnel over a while."""

    name = serializers.CharField()
    slug = serializers.CharField()
    visits = serializers.IntegerField()
    since = serializers.DateField()
    steps = FunnelStepOut(many=True)


class FunnelsOut(WhileOut):
    """All funnels over a while."""

    funnels = FunnelOut(many=True)


class CountOut(serializers.Serializer[Any]):
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


class SharedFiguresOut(WhileOut):
    """The figures of one segment, as a link shows them."""

    totals = SumsOut()
    before = SumsOut()
    series = PointOut(many=True)
    top = serializers.DictField(child=RowOut(many=True))
    top_since = serializers.DateField()
    annotations = AnnotationGroupOut(many=True)
    notes = serializers.ListField(child=serializers.CharField())
