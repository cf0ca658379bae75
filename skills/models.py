"""Skills and how they belong together."""

from __future__ import annotations

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Greatest, Least, Lower
from django.urls import reverse

from skills.technologies import canonical_key


class Skill(models.Model):
    """One skill of the owner: a star."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(max_length=100)
    aliases = models.JSONField(
        default=list, blank=True, help_text="Other names of the same skill, as keys; no sync makes a skill of them."
    )
    category = models.CharField(max_length=50, blank=True)
    constellation_group = models.CharField(max_length=50, blank=True)
    position_x = models.FloatField(null=True, blank=True)
    position_y = models.FloatField(null=True, blank=True)
    brightness = models.FloatField(default=0.5, validators=[MinValueValidator(0.0), MaxValueValidator(1.0)])
    proficiency_level = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    hours_practiced = models.PositiveIntegerField(default=0)
    practice = models.JSONField(
        default=list, blank=True, help_text="By quarter: its first day, hours, and how many of them were measured."
    )
    projects_used_in = models.PositiveIntegerField(default=0)
    first_used_date = models.DateField(null=True, blank=True)
    last_used_date = models.DateField(null=True, blank=True)
    learning_velocity = models.FloatField(default=0.0, help_text="Levels gained in the last quarter of a year.")
    announced_level = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The highest level that visitors were told of; empty before the first word."
    )
    is_hidden = models.BooleanField("hidden", default=False, help_text="Not shown, whatever the projects use.")
    is_pinned = models.BooleanField(
        "pinned", default=False, help_text="Named first, and always with its name in the sky."
    )
    shows_alone = models.BooleanField(
        "shown without a project", default=False, help_text="On the site even while no public project uses it."
    )
    owner_edited = models.JSONField(
        default=list, blank=True, help_text="Fields the owner set by hand; no sync overwrites them."
    )
    icon_url = models.URLField(max_length=500, blank=True)
    color_hex = models.CharField(max_length=7, blank=True)
    description = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        indexes = [
            models.Index(fields=["category"], name="skill_category"),
            models.Index(fields=["constellation_group"], name="skill_constellation"),
        ]
        constraints = [
            models.UniqueConstraint(Lower("name"), name="skill_name_once"),
            models.CheckConstraint(
                condition=models.Q(proficiency_level__isnull=True)
                | models.Q(proficiency_level__gte=1, proficiency_level__lte=10),
                name="skill_proficiency_1_to_10",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("skill", args=[self.slug])

    @property
    def keys(self) -> list[str]:
        """Every key that names this skill, its own first."""
        return list(dict.fromkeys([canonical_key(self.name), *self.aliases]))

    @property
    def is_curated(self) -> bool:
        """Whether the owner said something about it, so that it stays whatever the projects use."""
        said = self.description or self.icon_url or self.color_hex or self.aliases or self.owner_edited
        return bool(said or self.is_hidden or self.is_pinned or self.shows_alone)


class ConnectionType(models.TextChoices):
    """How two skills belong together."""

    COMPLEMENT = "complement", "Complement"
    PREREQUISITE = "prerequisite", "Prerequisite"
    SIMILAR = "similar", "Similar"
    CO_USE = "co_use", "Used together"


class SkillConnectionQuerySet(models.QuerySet["SkillConnection"]):
    """Lines by what they lead to."""

    def between(self, one: uuid.UUID | None, other: uuid.UUID | None) -> SkillConnectionQuerySet:
        """The lines of two skills, in either direction."""
        return self.filter(
            models.Q(skill_a=one, skill_b=other) | models.Q(skill_a=other, skill_b=one),
        )


class SkillConnection(models.Model):
    """A line between two stars."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    skill_a = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="connections_out")
    skill_b = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="connections_in")
    connection_type = models.CharField(max_length=50, choices=ConnectionType.choices)
    by_owner = models.BooleanField(default=False, help_text="Drawn by hand; no sync changes it.")
    strength = models.FloatField(default=0.5, validators=[MinValueValidator(0.0), MaxValueValidator(1.0)])
    projects_combined = models.PositiveIntegerField(default=0)
    learning_correlation = models.FloatField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SkillConnectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Least("skill_a", "skill_b"), Greatest("skill_a", "skill_b"), name="skill_pair_once"
            ),
            models.CheckConstraint(condition=~models.Q(skill_a=models.F("skill_b")), name="skill_pair_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.skill_a} – {self.skill_b}"
