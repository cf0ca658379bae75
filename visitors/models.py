"""Who visits, as far as we care to know: raw sessions and steps for a while, then counts; and what somebody left here.

Raw rows live `JOURNEYS_KEPT_DAYS`. Neither a session nor a step carries a pseudonym: that stands in a table of its own,
which is emptied after 48 hours (deleting its rows costs a tenth of blanking a column here).
"""

from __future__ import annotations

from django.db import models

from common.clock import local_words
from garden.engine.genome import Genome, express
from garden.models import Project
from garden.planting import MAX_SEED_NAME
from garden.vocabulary import PlantType, choices
from visitors.figure_tables import CountedDay, FiguresLink, Funnel, Goal
from visitors.vocabulary import Channel, Device, Dimension, Screen, SetAside, StepKind, Vital

__all__ = [
    "Batch",
    "BotCount",
    "ChangedDay",
    "CountedDay",
    "DailySalt",
    "DayCount",
    "FiguresLink",
    "Funnel",
    "Goal",
    "HeatCount",
    "HourCount",
    "PageSpeed",
    "PairCount",
    "PathCount",
    "Pseudonym",
    "SeedTicket",
    "SequenceCount",
    "Session",
    "SpeedCount",
    "Step",
]


class DailySalt(models.Model):
    """The random salt of one UTC day. Deleted after 48 hours, and with it every way back to an address."""

    day = models.DateField(unique=True)
    salt = models.BinaryField()

    def __str__(self) -> str:
        return self.day.isoformat()


class SeedTicket(models.Model):
    """A visitor's way back to the seed that they planted. It says nothing about them."""

    digest = models.CharField(max_length=64, unique=True, help_text="Of the key in the private address.")
    project = models.ForeignKey(
        Project, null=True, on_delete=models.SET_NULL, related_name="+", help_text="Empty once the owner let it go."
    )
    name = models.CharField(
        max_length=MAX_SEED_NAME, help_text="As the visitor wrote it, whatever the owner calls it later."
    )
    plant_type = models.CharField(max_length=20, choices=choices(PlantType))
    genome_seed = models.BigIntegerField()
    planted_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    @property
    def genome(self) -> Genome:
        """The parameters that fix its form; the project's own, as long as nobody changes them."""
        return express(seed=self.genome_seed, plant_type=PlantType(self.plant_type), technologies=[], languages={})


class Pseudonym(models.Model):
    """Which session a visitor of the day is in. The only way from a visitor to their rows; gone after 48 hours."""

    visitor = models.BinaryField(primary_key=True, max_length=16, help_text="The first half of the visitor's day id.")
    session_id = models.BigIntegerField()
    last_at = models.DateTimeField(db_index=True)
    sessions = models.PositiveIntegerField(default=1, help_text="That began today, this one included.")
    earlier = models.TextField(default="", blank=True, help_text="Ids of today's sessions before, each with a comma.")

    def __str__(self) -> str:
        return str(self.session_id)


class Batch(models.Model):
    """A batch of steps that was stored: sent again, it counts for nothing. Gone after 48 hours."""

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.id)


class Session(models.Model):
    """One visit: steps of one visitor with less than thirty minutes between them."""

    id = models.BigIntegerField(primary_key=True, help_text="Made by us, so that it grows with time.")
    started_at = models.DateTimeField(db_index=True)
    last_activity_at = models.DateTimeField()
    first_of_day = models.BooleanField(help_text="So that visitors of a day can be added up without knowing any.")
    set_aside = models.CharField(max_length=12, choices=choices(SetAside), blank=True, help_text="Why it counts not.")
    decided_by_owner = models.BooleanField(default=False, help_text="No rule sets it aside, or takes it back.")
    agent_family = models.CharField(max_length=60, blank=True, help_text="Of a machine: the name that it goes by.")
    trusted_input = models.BooleanField(default=False, help_text="A pointer, a key or a touch was seen.")

    entry_point = models.CharField(max_length=120, blank=True)
    exit_point = models.CharField(max_length=120, blank=True)
    journey_path = models.JSONField(default=list, help_text="Areas in their order, each change once.")
    projects_viewed = models.JSONField(default=list, help_text="Identifiers in the order of their first view.")
    time_spent_per_project = models.JSONField(default=dict, help_text="Seconds by identifier.")

    channel = models.CharField(max_length=12, choices=choices(Channel), default=Channel.DIRECT)
    referrer_host = models.CharField(max_length=120, blank=True)
    utm_source = models.CharField(max_length=60, blank=True)
    utm_medium = models.CharField(max_length=60, blank=True)
    utm_campaign = models.CharField(max_length=60, blank=True)
    country_code = models.CharField(max_length=2, blank=True)
    device_type = models.CharField(max_length=10, choices=choices(Device), blank=True)
    browser = models.CharField(max_length=30, blank=True)
    os = models.CharField(max_length=30, blank=True)
    screen_resolution = models.CharField(max_length=10, choices=choices(Screen), blank=True)

    steps = models.PositiveIntegerField(default=0)
    page_views = models.PositiveIntegerField(default=0)
    interactions = models.PositiveIntegerField(default=0)
    total_time_seconds = models.FloatField(default=0, help_text="Engaged, not open.")
    scroll_depth_percent = models.PositiveSmallIntegerField(null=True)
    clicks_count = models.PositiveIntegerField(default=0)
    seeds_planted = models.PositiveIntegerField(default=0)
    milestones = models.JSONField(default=list)

    class Meta:
        ordering = ("-started_at",)

    def __str__(self) -> str:
        return local_words(self.started_at)


class Step(models.Model):
    """One thing that a visitor did. Indexed by time and by session alone: for plants the counts answer."""

    id = models.BigAutoField(primary_key=True)
    session_id = models.BigIntegerField()
    at = models.DateTimeField()
    kind = models.PositiveSmallIntegerField(choices=[(kind.value, kind.name.lower()) for kind in StepKind])
    project_id = models.UUIDField(null=True)
    area = models.CharField(max_length=120, blank=True)
    x = models.FloatField(null=True)
    z = models.FloatField(null=True)
    duration = models.FloatField(default=0, help_text="Seconds.")
    scroll_depth = models.FloatField(null=True, help_text="0–1.")
    context = models.JSONField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="step_at"),
            models.Index(fields=["session_id", "at"], name="step_session_at"),
        ]

    def __str__(self) -> str:
        return f"{StepKind(self.kind).name.lower()} {self.area}"


class PageSpeed(models.Model):
    """How fast one page was for a real visitor. It belongs to no session."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    area = models.CharField(max_length=120)
    device_type = models.CharField(max_length=10, choices=choices(Device), blank=True)
    lcp = models.FloatField(null=True, help_text="Milliseconds.")
    inp = models.FloatField(null=True, help_text="Milliseconds.")
    cls = models.FloatField(null=True)

    def __str__(self) -> str:
        return self.area


class ChangedDay(models.Model):
    """A UTC day whose raw rows changed after the fact: its counts are to be made anew."""

    day = models.DateField(primary_key=True)

    def __str__(self) -> str:
        return self.day.isoformat()


class _Count(models.Model):
    """Sums over the sessions of a while with one value in one dimension."""

    dimension = models.CharField(max_length=10, choices=choices(Dimension))
    value = models.CharField(max_length=120)
    steps = models.PositiveIntegerField(default=0)
    page_views = models.PositiveIntegerField(default=0)
    sessions = models.PositiveIntegerField(default=0)
    visitors = models.PositiveIntegerField(default=0, help_text="Sessions that were their visitor's first of the day.")
    seconds = models.FloatField(default=0)
    bounces = models.PositiveIntegerField(
        default=0, help_text="Sessions of one page view, without a walk or an interaction."
    )
    interactions = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.dimension} {self.value}"


class HourCount(_Count):
    """An hour in one dimension. One wide row an hour would be the visit itself under another name: 98 of 100 rows would
    stand for a single session."""

    pk = models.CompositePrimaryKey("dimension", "hour", "value")
    hour = models.DateTimeField(db_index=True)


class DayCount(_Count):
    """A UTC day in one dimension; kept for ever."""

    pk = models.CompositePrimaryKey("dimension", "day", "value")
    day = models.DateField(db_index=True)


class PairCount(_Count):
    """Two dimensions at once, both ways round: by day while the raw rows live, then folded into months."""

    pk = models.CompositePrimaryKey("dimension", "value", "since", "span", "by", "by_value")
    since = models.DateField(db_index=True)
    span = models.CharField(max_length=5, choices=[("day", "Day"), ("month", "Month")])
    by = models.CharField(max_length=10, choices=choices(Dimension))
    by_value = models.CharField(max_length=120)


class HeatCount(models.Model):
    """How long visitors stood in a square of the garden's plan in a month."""

    pk = models.CompositePrimaryKey("month", "cell_x", "cell_z")
    month = models.DateField()
    cell_x = models.SmallIntegerField(help_text="Half metres.")
    cell_z = models.SmallIntegerField(help_text="Half metres.")
    steps = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0)

    def __str__(self) -> str:
        return f"{self.cell_x} {self.cell_z}"


class PathCount(models.Model):
    """How often visitors went from one area to the next on a UTC day; an empty end is the door."""

    pk = models.CompositePrimaryKey("day", "source", "target")
    day = models.DateField()
    source = models.CharField(max_length=120)
    target = models.CharField(max_length=120)
    count = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"


class SequenceCount(models.Model):
    """How often the same two to four areas followed each other on a UTC day; the 200 most frequent of it."""

    pk = models.CompositePrimaryKey("day", "areas")
    day = models.DateField()
    areas = models.CharField(max_length=500, help_text="Parted by line feeds, which no area has.")
    count = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.areas


class BotCount(models.Model):
    """What was set aside on a UTC day, and why."""

    pk = models.CompositePrimaryKey("day", "reason", "family")
    day = models.DateField()
    reason = models.CharField(max_length=12, choices=choices(SetAside))
    family = models.CharField(max_length=60)
    sessions = models.PositiveIntegerField(default=0)
    steps = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.reason} {self.family}"


class SpeedCount(models.Model):
    """How many page views of a UTC day were about so fast; buckets grow by a fifth, so that percentiles can be read."""

    pk = models.CompositePrimaryKey("day", "vital", "area", "bucket")
    day = models.DateField()
    vital = models.CharField(max_length=3, choices=choices(Vital))
    area = models.CharField(max_length=120)
    bucket = models.PositiveSmallIntegerField()
    count = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.vital} {self.area}"
