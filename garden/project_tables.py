"""The tables around a project: where it is kept, what is shown of it, its growth log, and visitors' attention."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.core.validators import FileExtensionValidator
from django.db import models
from django.utils import timezone

from common.units import unit_interval, within_unit
from common.words import utc_date
from garden import sources
from garden.vocabulary import GrowthStage, InteractionKind, choices

if TYPE_CHECKING:
    from datetime import datetime


class ProjectSource(models.Model):
    """Where a project is kept: a repository on a forge, a git remote, a history on this machine. One has several.

    `garden/sources.py` says what the ids are, and which of them tell two projects apart. What a provider remembers of
    its reading belongs to the source and goes with the plant: one that comes back is read from the beginning.
    """

    project = models.ForeignKey("Project", on_delete=models.CASCADE, related_name="sources")
    provider = models.CharField(max_length=40)
    external_id = models.CharField(max_length=sources.LONGEST_ID, help_text="What the service knows it by.")
    name = models.CharField(max_length=sources.LONGEST_NAME, blank=True, help_text="What the service calls it.")
    url = models.URLField(max_length=sources.LONGEST_URL, blank=True, help_text="Its page.")
    state = models.JSONField(default=dict, blank=True, help_text="The provider's own notes on how far it has read.")
    gone_at = models.DateTimeField(null=True, blank=True, help_text="Since when the service does not show it.")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["provider", "external_id"], name="projectsource_once")]

    def __str__(self) -> str:
        return f"{self.provider} {self.name or self.external_id}"


class ProjectMedia(models.Model):
    """A picture or a film that the owner shows on a project's page."""

    project = models.ForeignKey("Project", on_delete=models.CASCADE, related_name="media")
    image = models.ImageField(
        upload_to="projects/",
        blank=True,
        validators=[FileExtensionValidator(["png", "jpg", "jpeg", "webp", "gif", "avif"])],
    )
    url = models.URLField(max_length=500, blank=True, help_text="Instead of a picture: a link to a film or a talk.")
    alt = models.CharField(max_length=255, help_text="What it shows, for those who cannot see it.")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "id"]
        verbose_name_plural = "media"
        constraints = [models.CheckConstraint(condition=~models.Q(image="", url=""), name="media_has_image_or_url")]

    def __str__(self) -> str:
        return self.alt


class GrowthLog(models.Model):
    """A snapshot of a project's growth: at each change of stage, and about monthly where something changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey("Project", on_delete=models.CASCADE, related_name="growth_log")

    commits_delta = models.IntegerField(default=0)
    lines_added = models.BigIntegerField(default=0)
    lines_removed = models.BigIntegerField(default=0)
    complexity_change = models.FloatField(default=0.0)

    github_activity = models.JSONField(default=dict, blank=True)
    deployment_events = models.JSONField(default=dict, blank=True)

    page_views = models.PositiveIntegerField(default=0)
    interactions = models.PositiveIntegerField(default=0)
    time_spent_minutes = models.PositiveIntegerField(default=0)

    previous_stage = models.CharField(max_length=20, choices=choices(GrowthStage), blank=True)
    new_stage = models.CharField(max_length=20, choices=choices(GrowthStage))
    growth_factor = models.FloatField(validators=unit_interval)

    backfilled = models.BooleanField(default=False, help_text="Worked out from history at an import.")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        # What was worked out for a moment comes before what was seen in it; the last two settle ties on any database.
        ordering = ["recorded_at", "-backfilled", "growth_factor"]
        indexes = [
            models.Index(fields=["project", "recorded_at"], name="growthlog_project_recorded"),
            models.Index(fields=["recorded_at"], name="growthlog_recorded"),
        ]
        constraints = [
            models.CheckConstraint(condition=within_unit("growth_factor"), name="growthlog_growth_factor_unit")
        ]

    def __str__(self) -> str:
        return f"{utc_date(self.recorded_at)}: {self.new_stage}"

    @property
    def is_stage_change(self) -> bool:
        """Whether this snapshot marks a climbed (or lost) rung."""
        return self.previous_stage != self.new_stage

    def is_estimated(self, first_work: datetime | None) -> bool:
        """Whether its day is about right at best: before the first known work, commits are known by their number alone.

        They are taken to lie evenly between the planting, whose day is known, and that work.
        """
        is_before = first_work is not None and self.recorded_at < first_work
        return self.backfilled and bool(self.previous_stage) and is_before


class Interaction(models.Model):
    """One visitor's attention to one plant, counted once a day and kind."""

    project = models.ForeignKey("Project", on_delete=models.CASCADE, related_name="interactions")
    kind = models.CharField(max_length=20, choices=choices(InteractionKind))
    visitor = models.CharField(
        max_length=64, null=True, blank=True, help_text="Pseudonym of the day; emptied when its salt is deleted."
    )
    occurred_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "kind", "visitor"],
                condition=models.Q(visitor__isnull=False),
                name="interaction_once_a_day",
            )
        ]
        indexes = [models.Index(fields=["occurred_at"], name="interaction_time")]

    def __str__(self) -> str:
        return f"{self.kind} {self.project_id}"
