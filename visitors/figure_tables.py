"""What the figures keep besides the counts: which days are counted, and what the owner wants to know."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models

from garden.models import Project
from garden.vocabulary import choices
from visitors.marks import MarkRefused, stage, stages
from visitors.vocabulary import Dimension

SEGMENTS = [one for one in Dimension if one is not Dimension.ALL]
LONGEST_LINE = 500  # characters of a step with its alternatives
VALUE_HELP = "Such as “search”; of a plant, the end of its page's address, such as “my-project”."


def a_step(line: str) -> None:
    """Raises `ValidationError` where a line is no step."""
    try:
        stage(line)
    except MarkRefused as refused:
        raise ValidationError(str(refused)) from refused


def steps_by_line(text: str) -> None:
    """Raises `ValidationError` where a text is no funnel."""
    try:
        stages(text)
    except MarkRefused as refused:
        raise ValidationError(str(refused)) from refused


class CountedDay(models.Model):
    """A UTC day that was counted, and what of it was: where that changed since, it is counted anew."""

    day = models.DateField(primary_key=True)
    until = models.DateTimeField(help_text="Visits that began before this are counted.")
    fingerprint = models.CharField(max_length=64, help_text="Of the visits that were counted.")
    closed = models.BooleanField(
        default=False, db_index=True, help_text="Its raw rows may go: it stands as it was counted."
    )

    def __str__(self) -> str:
        return self.day.isoformat()


class Goal(models.Model):
    """What the owner hopes that visitors do."""

    name = models.CharField(max_length=80, unique=True)
    mark = models.CharField(
        "what it takes",
        max_length=LONGEST_LINE,
        validators=[a_step],
        help_text="Such as “page:/cv/”, “interaction plant:my-project” or “page:/posts/* or area:bench”.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Funnel(models.Model):
    """Steps that lead somewhere, one after the other; each may be taken in one of several ways."""

    name = models.CharField(max_length=80, unique=True)
    slug = models.SlugField(max_length=80, unique=True)
    steps = models.TextField(
        max_length=10 * LONGEST_LINE,
        validators=[steps_by_line],
        help_text="One a line, as with goals: view, interaction, navigation, page:PATH, area:NAME, plant:SLUG; "
        "several at once with a space, one of several with “ or ”. A * at the end stands for the rest.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class FiguresLink(models.Model):
    """An address at which everyone who knows it reads the figures of one segment, while the owner leaves it on."""

    name = models.CharField(max_length=80, help_text="Yours alone, such as whom you gave it to.")
    digest = models.CharField(max_length=64, unique=True, editable=False, help_text="Of the key in its address.")
    dimension = models.CharField(
        max_length=10,
        blank=True,
        choices=choices(SEGMENTS),
        help_text="Empty: all visits.",
    )
    value = models.CharField(max_length=120, blank=True, help_text=VALUE_HELP)
    is_on = models.BooleanField("on", default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        verbose_name = "link to figures"
        verbose_name_plural = "links to figures"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(dimension="", value="") | (~models.Q(dimension="") & ~models.Q(value="")),
                name="figureslink_segment_whole",
                violation_error_message="A segment needs a dimension and its value, or neither.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A plant is told by its slug or its identifier, and kept as the counts have it. Raises `ValidationError`."""
        if self.dimension != Dimension.PROJECT or not self.value:
            return
        try:
            self.value = str(UUID(self.value))
        except ValueError:
            plant = Project.objects.filter(slug=self.value).values_list("pk", flat=True).first()
            if plant is None:
                said = f"No plant has its page at /projects/{self.value}/."
                raise ValidationError({"value": said}) from None
            self.value = str(plant)
