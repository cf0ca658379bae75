"""The shapes of journeys in the API: what they have in common, who comes how far. See `serializers.py`."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from visitors.figures.serializers import OF_CHANGE, OF_GONE, OF_NEW, EarlierOut, RowOut, SumsOut, WhileOut
from visitors.vocabulary import Dimension


class CommonPathOut(serializers.Serializer[Any]):
    """Two to four areas that often follow each other."""

    areas = serializers.ListField(child=serializers.CharField())
    count = serializers.IntegerField()
    before = serializers.IntegerField(source="before.count", allow_null=True)
    change = serializers.FloatField(allow_null=True, help_text=OF_CHANGE)
    is_new = serializers.BooleanField(help_text=OF_NEW)


class DropOffThenOut(serializers.Serializer[Any]):
    """The same area in the period before."""

    ended = serializers.IntegerField()
    left = serializers.IntegerField()
    share = serializers.FloatField(help_text="0–1.")


class DropOffOut(serializers.Serializer[Any]):
    """How often visits ended in an area, of all the times that one left it."""

    area = serializers.CharField()
    ended = serializers.IntegerField()
    left = serializers.IntegerField()
    share = serializers.FloatField(help_text="0–1.")
    before = DropOffThenOut(allow_null=True)
    change = serializers.FloatField(allow_null=True, help_text=f"Of the visits that ended. {OF_CHANGE}")
    is_new = serializers.BooleanField(help_text=OF_NEW)


class HotspotThenOut(serializers.Serializer[Any]):
    """The same area or plant in the period before."""

    sums = SumsOut()
    share = serializers.FloatField()


class HotspotOut(serializers.Serializer[Any]):
    """Where visitors stay and act."""

    dimension = serializers.ChoiceField(choices=[Dimension.AREA.value, Dimension.PROJECT.value])
    value = serializers.CharField()
    name = serializers.CharField()
    sums = SumsOut()
    share = serializers.FloatField(help_text="Of all seconds in areas, or at plants; 0–1.")
    before = HotspotThenOut(allow_null=True)
    change = serializers.FloatField(allow_null=True, help_text=f"Of the seconds. {OF_CHANGE}")
    is_new = serializers.BooleanField(help_text=OF_NEW)


class PlaceOut(serializers.Serializer[Any]):
    """An area, and how many visits."""

    area = serializers.CharField()
    count = serializers.IntegerField()


class ConversionThenOut(serializers.Serializer[Any]):
    """The same in the period before."""

    count = serializers.IntegerField()
    rate = serializers.FloatField(help_text="0–1.")


class ConversionOut(serializers.Serializer[Any]):
    """How many visits did what was hoped for, and where."""

    name = serializers.CharField()
    count = serializers.IntegerField()
    rate = serializers.FloatField(help_text="Of all visits, 0–1.")
    places = PlaceOut(many=True)
    before = ConversionThenOut(allow_null=True)
    change = serializers.FloatField(allow_null=True, help_text=OF_CHANGE)


class RetentionThenOut(serializers.Serializer[Any]):
    """The same in the period before."""

    visits = serializers.IntegerField()
    again_on_the_same_day = serializers.IntegerField()
    same_day_share = serializers.FloatField(help_text="0–1.")
    came_back = serializers.IntegerField()


class RetentionOut(serializers.Serializer[Any]):
    """Who came again, as far as anyone can know."""

    visits = serializers.IntegerField()
    again_on_the_same_day = serializers.IntegerField()
    same_day_share = serializers.FloatField(help_text="0–1.")
    came_back = serializers.IntegerField(help_text="On a later day, of those who agreed to be recognised.")
    before = RetentionThenOut(allow_null=True)
    change = serializers.FloatField(allow_null=True, help_text=f"Of those who came again on the same day. {OF_CHANGE}")
    note = serializers.CharField()


class JourneysOut(WhileOut):
    """What the journeys of a while have in common."""

    visits = serializers.IntegerField()
    visits_before = serializers.IntegerField(allow_null=True)
    earlier = EarlierOut()
    common_navigation_patterns = CommonPathOut(many=True)
    high_drop_off_areas = DropOffOut(many=True)
    engagement_hotspots = HotspotOut(many=True)
    average_journey_duration = serializers.FloatField(help_text="Seconds.")
    average_journey_duration_before = serializers.FloatField(allow_null=True)
    conversion_points = ConversionOut(many=True)
    retention = RetentionOut()
    patterns_since = serializers.DateField()
    conversions_since = serializers.DateField(
        help_text="Conversions and returns are read from the visits that are kept."
    )
    conversions_earlier = EarlierOut(help_text="What is known of the period before of these.")


class VisitorsOut(WhileOut):
    """How visitors behave."""

    totals = SumsOut()
    before = SumsOut()
    earlier = EarlierOut()
    top = serializers.DictField(child=RowOut(many=True))
    gone = serializers.DictField(child=RowOut(many=True), help_text=OF_GONE)
    average_journey_duration = serializers.FloatField(help_text="Seconds.")
    retention = RetentionOut()
    by_hour = serializers.ListField(child=serializers.IntegerField(), help_text="Visits by the hour of the day, UTC.")
    by_weekday = serializers.ListField(child=serializers.IntegerField(), help_text="From Monday on.")
    by_hour_before = serializers.ListField(
        child=serializers.IntegerField(), allow_null=True, help_text="Null where the hours of then are not kept."
    )
    by_weekday_before = serializers.ListField(child=serializers.IntegerField(), allow_null=True)
    heat_since = serializers.DateField()
    heat_cell = serializers.FloatField(help_text="Metres.")
    heat = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField(), min_length=4, max_length=4),
        help_text="[x, z, steps, seconds] of the warmest squares; x and z are metres of their middle.",
    )


class FunnelStepThenOut(serializers.Serializer[Any]):
    """The same step in the period before."""

    count = serializers.IntegerField()
    of_first = serializers.FloatField()
    of_previous = serializers.FloatField()


class FunnelStepOut(serializers.Serializer[Any]):
    """A step, and who came there."""

    line = serializers.CharField()
    count = serializers.IntegerField(source="reached.count")
    of_first = serializers.FloatField(source="reached.of_first", help_text="0–1.")
    of_previous = serializers.FloatField(source="reached.of_previous", help_text="0–1.")
    before = FunnelStepThenOut(source="reached.before", allow_null=True)
    change = serializers.FloatField(source="reached.change", allow_null=True, help_text=OF_CHANGE)


class FunnelOut(serializers.Serializer[Any]):
    """A funnel over a while."""

    name = serializers.CharField()
    slug = serializers.CharField()
    visits = serializers.IntegerField()
    visits_before = serializers.IntegerField(allow_null=True)
    earlier = EarlierOut()
    since = serializers.DateField()
    steps = FunnelStepOut(many=True)


class FunnelsOut(WhileOut):
    """All funnels over a while."""

    funnels = FunnelOut(many=True)
