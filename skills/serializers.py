"""What the skills' endpoints take and give."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from common import validators
from common.rows import RowsOut
from common.strict import ModelOut, StrictModelSerializer
from skills.models import ConnectionType, Skill
from skills.practice import HIGHEST, LOWEST


class SkillNodeOut(RowsOut):
    """A star. Position and proficiency are null until they are worked out."""

    id = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.CharField()
    url = serializers.CharField(help_text="The skill's page.")
    category = serializers.CharField()
    group = serializers.CharField(help_text="Its constellation.")
    x = serializers.FloatField(allow_null=True, help_text="0–1 from left to right.")
    y = serializers.FloatField(allow_null=True, help_text="0–1 from the horizon upwards.")
    brightness = serializers.FloatField(help_text="0–1, from proficiency and how lately it was used.")
    proficiency = serializers.IntegerField(allow_null=True, help_text="1–10.")
    projects_used_in = serializers.IntegerField()


class SkillLineOut(RowsOut):
    """A line between two stars. Of a prerequisite `a` is what `b` needs."""

    id = serializers.UUIDField(allow_null=True, help_text="Null in the past, which keeps none.")
    a = serializers.UUIDField()
    b = serializers.UUIDField()
    type = serializers.ChoiceField(choices=ConnectionType.choices)
    strength = serializers.FloatField(help_text="0–1.")
    projects_combined = serializers.IntegerField(help_text="Public projects that use both.")
    learning_correlation = serializers.FloatField(
        allow_null=True, help_text="Of the practice of both by quarter, -1 to 1; null where there is too little."
    )
    figure = serializers.BooleanField(help_text="Whether it is one of the few lines that draw the constellations.")


class ConstellationOut(serializers.Serializer[Any]):
    """The owner's skills as a sky."""

    nodes = SkillNodeOut(many=True)
    connections = SkillLineOut(many=True)


class QuarterOut(serializers.Serializer[Any]):
    """Practice in one quarter of a year."""

    start = serializers.DateField()
    hours = serializers.FloatField()
    tracked = serializers.FloatField(help_text="How many of the hours were measured; the rest is estimated.")


class SkillOut(ModelOut[Skill]):
    """A skill with its practice."""

    url = serializers.CharField(source="get_absolute_url", read_only=True)
    practice = serializers.SerializerMethodField()

    class Meta:
        model = Skill
        fields = (
            "id",
            "slug",
            "name",
            "url",
            "category",
            "constellation_group",
            "position_x",
            "position_y",
            "brightness",
            "proficiency_level",
            "hours_practiced",
            "learning_velocity",
            "projects_used_in",
            "first_used_date",
            "last_used_date",
            "practice",
            "description",
            "icon_url",
            "color_hex",
            "is_pinned",
            "is_hidden",
            "shows_alone",
        )
        read_only_fields = fields

    def get_practice(self, skill: Skill) -> list[dict[str, Any]]:
        """`QuarterOut` by quarter, oldest first; quarters without practice are left out."""
        return [{"start": start, "hours": hours, "tracked": tracked} for start, hours, tracked in skill.practice]


class SkillIn(StrictModelSerializer):
    """What the owner can say about a skill. An empty group, category, level or hours goes back to the sync."""

    name = serializers.CharField(max_length=100, validators=[validators.name])
    description = serializers.CharField(allow_blank=True, required=False, validators=[validators.printable])
    proficiency_level = serializers.IntegerField(min_value=LOWEST, max_value=HIGHEST, required=False, allow_null=True)
    hours_practiced = serializers.IntegerField(min_value=0, max_value=200_000, required=False)
    color_hex = serializers.RegexField(r"\A(#[0-9a-fA-F]{6})?\Z", required=False, allow_blank=True)

    class Meta:
        model = Skill
        fields = (
            "name",
            "constellation_group",
            "category",
            "description",
            "proficiency_level",
            "hours_practiced",
            "icon_url",
            "color_hex",
            "is_pinned",
            "is_hidden",
            "shows_alone",
        )
