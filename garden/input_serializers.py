"""What the garden's endpoints take."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from common import validators
from common.parsers import MAX_NUMBER
from common.strict import StrictModelSerializer, StrictSerializer
from garden import identity, planting, sources
from garden.models import Project
from garden.vocabulary import InteractionKind, PlantType, ProjectStatus, Visibility, choices

MAX_COORDINATE = 1000.0  # metres; far beyond any island


class PositionIn(StrictSerializer):
    """Where a seed should go. Where another plant stands already, it gets the nearest free place.

    The ground does not bear one in the pond, on the path and beyond the rim; plants stand on it, so that `y` is 0.
    """

    x = serializers.FloatField(min_value=-MAX_COORDINATE, max_value=MAX_COORDINATE)
    y = serializers.FloatField(min_value=0.0, max_value=0.0, default=0.0)
    z = serializers.FloatField(min_value=-MAX_COORDINATE, max_value=MAX_COORDINATE)


class WordsIn(serializers.ListField):
    """Words, each once."""

    def __init__(self, **kwargs: Any) -> None:
        word = serializers.CharField(max_length=validators.MAX_WORD_LENGTH, validators=[validators.name])
        super().__init__(child=word, max_length=validators.MAX_WORDS, **kwargs)

    def to_internal_value(self, data: Any) -> list[str]:
        """The words in their order, without those that were there before."""
        return list(dict.fromkeys(super().to_internal_value(data)))


class ProjectIn(StrictModelSerializer):
    """What an owner can set by the API. `null` is never a value here: leave a field out to keep it."""

    name = serializers.CharField(max_length=255, validators=[validators.name])
    description = serializers.CharField(allow_blank=True, required=False, validators=[validators.printable])
    story = serializers.CharField(
        max_length=20_000, allow_blank=True, required=False, help_text="Its own words on its page, in Markdown."
    )
    github_repo = serializers.CharField(
        max_length=sources.LONGEST_NAME,
        allow_blank=True,
        required=False,
        help_text="owner/name on GitHub, from which it grows from then on; empty for none.",
    )
    position = PositionIn(required=False)
    plant_type = serializers.ChoiceField(choices=choices(PlantType), required=False)
    genome_seed = serializers.IntegerField(
        min_value=0, max_value=MAX_NUMBER, required=False, help_text="Another number is another individual."
    )
    planted_date = serializers.DateTimeField(required=False, validators=[validators.past])
    status = serializers.ChoiceField(
        choices=[choice for choice in choices(ProjectStatus) if choice[0] != ProjectStatus.PROPOSED], required=False
    )
    visibility = serializers.ChoiceField(choices=choices(Visibility), required=False)
    technologies = WordsIn(required=False)
    topics = WordsIn(required=False)
    media_order = serializers.ListField(
        child=serializers.IntegerField(), required=False, help_text="The ids of all its media, as they shall stand."
    )

    class Meta:
        model = Project
        fields = (
            "name",
            "description",
            "story",
            "github_repo",
            "homepage_url",
            "demo_url",
            "plant_type",
            "genome_seed",
            "position",
            "planted_date",
            "technologies",
            "topics",
            "media_order",
            "status",
            "visibility",
            "counts",
        )

    def validate_github_repo(self, written: str) -> str:
        """`owner/name`, also from a pasted address."""
        return identity.written_repository(written, project=self.instance)

    def validate_media_order(self, order: list[int]) -> list[int]:
        """Each of its media, once."""
        known = sorted(self.instance.media.values_list("pk", flat=True)) if self.instance else []
        if sorted(order) != known:
            raise serializers.ValidationError(f"Name each of its media once: {', '.join(map(str, known)) or 'none'}.")
        return order


class PlantSeedIn(StrictSerializer):
    """A seed: an idea for a project, and where it should grow."""

    name = serializers.CharField(max_length=planting.MAX_SEED_NAME, validators=[validators.name])
    description = serializers.CharField(
        max_length=planting.MAX_SEED_WORDS,
        required=False,
        allow_blank=True,
        default="",
        validators=[validators.printable],
    )
    position = PositionIn()


class InteractIn(StrictSerializer):
    """What a visitor did with a plant."""

    kind = serializers.ChoiceField(choices=choices(InteractionKind), default=InteractionKind.WATER.value)
