"""What the garden's endpoints tell of plants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common.rows import RowsOut, values_of
from common.strict import ModelOut
from garden import selectors
from garden.models import GrowthLog, Project, ProjectMedia
from garden.vocabulary import (
    GrowthStage,
    PlantType,
    ProjectStatus,
    choices,
)

if TYPE_CHECKING:
    from garden.engine.plants import PlantView

PLACES = 3  # of a number that is drawn or shown
HEAT_HELP = "Warmth of the bed from the commits of the last 14 UTC days, 0–1."


class PositionOut(serializers.Serializer[Any]):
    """Metres from the island's middle: x to the right, y up, z towards the visitor."""

    x = serializers.FloatField()
    y = serializers.FloatField()
    z = serializers.FloatField()


class GenomeOut(serializers.Serializer[Any]):
    """The parameters that fix a plant's form, in 2D and 3D."""

    seed = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=choices(PlantType))
    variant = serializers.CharField()
    accent = serializers.CharField(help_text="Blossom colour, #rrggbb.")
    foliage = serializers.CharField(help_text="Leaf tint, #rrggbb.")
    hue = serializers.FloatField()
    phase = serializers.FloatField()
    scale = serializers.FloatField()
    yaw = serializers.FloatField(help_text="Radians.")
    habit = serializers.FloatField(help_text="0 slender to 1 spreading.")


class ShortFloat(serializers.FloatField):
    """A number to three places: what lies beyond them nobody sees, and a thousand projects would send it."""

    def to_representation(self, value: float) -> Any:
        return round(value, PLACES)


GENES_OF_FLOATS = ("hue", "phase", "scale", "yaw", "habit")


class PlantFields(serializers.Serializer[Any]):
    """What it takes to draw a plant and to name it."""

    id = serializers.UUIDField(read_only=True)
    slug = serializers.SlugField(read_only=True)
    name = serializers.CharField(read_only=True)
    plant_type = serializers.ChoiceField(choices=choices(PlantType), read_only=True)
    growth_stage = serializers.ChoiceField(choices=choices(GrowthStage), read_only=True)
    stage_label = serializers.CharField(read_only=True)
    growth_factor = ShortFloat(read_only=True)
    growth = ShortFloat(read_only=True, help_text="How far the drawn plant has grown, 0–1.")
    vitality = ShortFloat(read_only=True)
    commit_heat = serializers.FloatField(read_only=True, help_text=HEAT_HELP)
    position = serializers.SerializerMethodField()
    genome = serializers.SerializerMethodField()
    anonymous = serializers.BooleanField(
        read_only=True, help_text="It stands without its name, and has neither page nor `projects/{id}/`."
    )

    @extend_schema_field(PositionOut)
    def get_position(self, plant: PlantView | Project) -> dict[str, float]:
        at = plant.position
        return {"x": at.x, "y": at.y, "z": at.z}

    @extend_schema_field(GenomeOut)
    def get_genome(self, plant: PlantView | Project) -> dict[str, Any]:
        genes = values_of(plant.genome)
        for name in GENES_OF_FLOATS:
            genes[name] = round(genes[name], PLACES)
        return genes


class PlantOut(RowsOut, PlantFields):
    """A project as a plant of the garden: what it takes to draw and to name it. `projects/{id}/` has the rest."""


class ProjectOut(PlantFields, ModelOut[Project]):
    """A project as the lists show it."""

    url = serializers.CharField(source="get_absolute_url", read_only=True)
    commit_heat = serializers.SerializerMethodField(help_text=HEAT_HELP)  # type: ignore[assignment] # of its context
    github_repo = serializers.CharField(read_only=True, help_text="owner/name on GitHub; empty elsewhere.")
    stage_progress = ShortFloat(read_only=True)
    momentum = ShortFloat(read_only=True)
    complexity_score = ShortFloat(read_only=True)

    class Meta:
        model = Project
        fields: tuple[str, ...] = (
            "id",
            "slug",
            "name",
            "description",
            "url",
            "github_repo",
            "homepage_url",
            "demo_url",
            "plant_type",
            "growth_stage",
            "stage_label",
            "growth_factor",
            "stage_progress",
            "growth",
            "vitality",
            "momentum",
            "commit_heat",
            "position",
            "genome",
            "technologies",
            "topics",
            "commit_count",
            "counts",
            "lines_of_code",
            "lines_from",
            "lines_counted_at",
            "complexity_score",
            "visitor_interactions",
            "stars",
            "forks",
            "status",
            "visibility",
            "is_demo",
            "planted_date",
            "last_activity_at",
            "grown_at",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields

    def get_commit_heat(self, project: Project) -> float:
        heat: float = self.context.get("commit_heat", {}).get(project.pk, 0.0)
        return heat


class GrowthLogOut(ModelOut[GrowthLog]):
    """One snapshot of a project's growth."""

    previous_stage = serializers.ChoiceField(
        choices=choices(GrowthStage), allow_blank=True, help_text="Empty in the first row."
    )
    is_estimated = serializers.SerializerMethodField(
        help_text="Its day is about right at best: it lies before the first known work."
    )

    class Meta:
        model = GrowthLog
        fields = (
            "id",
            "recorded_at",
            "is_estimated",
            "previous_stage",
            "new_stage",
            "growth_factor",
            "commits_delta",
            "lines_added",
            "lines_removed",
            "complexity_change",
            "github_activity",
            "deployment_events",
            "page_views",
            "interactions",
            "time_spent_minutes",
            "backfilled",
        )
        read_only_fields = fields

    def get_is_estimated(self, row: GrowthLog) -> bool:
        return row.is_estimated(self.context["metrics"]["first"])


class MediaOut(ModelOut[ProjectMedia]):
    """A picture or a film on a project's page."""

    image = serializers.ImageField(allow_null=True, read_only=True)

    class Meta:
        model = ProjectMedia
        fields = ("id", "image", "url", "alt", "order")
        read_only_fields = fields


class FactorOut(serializers.Serializer[Any]):
    """One of the six reasons for a plant's size."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment] # a field may be called like an attribute
    value = serializers.FloatField(help_text="0–1.")
    weight = serializers.FloatField(help_text="0–1.")
    share = serializers.FloatField(help_text="What it adds to growth_factor.")
    sentence = serializers.CharField(
        help_text="What it is made of; where some of it does not count in full yet, from when on it does."
    )


class CommitsOut(serializers.Serializer[Any]):
    """Whose the commits are: `all` with those from before the imported history, whose authors nobody knows."""

    all = serializers.IntegerField()
    owner = serializers.IntegerField()
    others = serializers.IntegerField(help_text="Other people's.")
    bots = serializers.IntegerField(help_text="Kept and shown; they count for nothing.")
    assisted = serializers.IntegerField(help_text="Of the owner's, those with an agent.")


class ActivityTotalsOut(serializers.Serializer[Any]):
    """What is known of a project, counted."""

    first = serializers.DateTimeField(allow_null=True)
    last = serializers.DateTimeField(allow_null=True)
    commits = CommitsOut()
    releases = serializers.IntegerField()
    release_days = serializers.IntegerField(help_text="Days with at least one, which count once each.")
    pull_requests = serializers.IntegerField()
    authors = serializers.IntegerField()
    lines_added = serializers.IntegerField(allow_null=True)
    lines_removed = serializers.IntegerField(allow_null=True)


class RelatedProjectOut(ModelOut[Project]):
    """A neighbour by technology."""

    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Project
        fields = ("id", "slug", "name", "url", "plant_type", "growth_stage", "technologies")
        read_only_fields = fields


class ProjectSkillOut(serializers.Serializer[Any]):
    """A skill that a project is made with, as it stands in the sky of skills."""

    slug = serializers.CharField()
    name = serializers.CharField()
    url = serializers.CharField(help_text="The skill's page.")
    group = serializers.CharField(help_text="Its constellation.")
    proficiency = serializers.IntegerField(allow_null=True, help_text="1–10; null until it is worked out.")


class ProjectDetailOut(ProjectOut):
    """A project with its past and its reasons."""

    growth_reasons = FactorOut(many=True, read_only=True)
    forecast = serializers.SerializerMethodField()
    languages = serializers.DictField(child=serializers.IntegerField(), read_only=True, help_text="Bytes of code.")
    lines_by_language = serializers.DictField(
        child=serializers.IntegerField(), read_only=True, help_text="Where its files were counted."
    )
    growth_log = GrowthLogOut(many=True, read_only=True)
    media = MediaOut(many=True, read_only=True)
    metrics = serializers.SerializerMethodField()
    related = serializers.SerializerMethodField()
    skills = serializers.SerializerMethodField()

    class Meta(ProjectOut.Meta):
        fields = (
            *ProjectOut.Meta.fields,
            "story",
            "growth_reasons",
            "forecast",
            "languages",
            "lines_by_language",
            "growth_log",
            "media",
            "metrics",
            "related",
            "skills",
        )
        read_only_fields = fields

    @extend_schema_field(serializers.JSONField)
    def get_forecast(self, project: Project) -> dict[str, Any]:
        return selectors.forecast_of(project)

    @extend_schema_field(ActivityTotalsOut)
    def get_metrics(self, project: Project) -> dict[str, Any]:
        return dict(ActivityTotalsOut(self.context["metrics"]).data)

    @extend_schema_field(RelatedProjectOut(many=True))
    def get_related(self, project: Project) -> Any:
        return RelatedProjectOut(self.context["related"], many=True).data

    @extend_schema_field(ProjectSkillOut(many=True))
    def get_skills(self, project: Project) -> Any:
        return ProjectSkillOut(self.context["skills"], many=True).data


class PlantSeedOut(serializers.Serializer[Any]):
    """What became of a seed: planted at once for the owner, waiting for approval for a visitor."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=choices(ProjectStatus))
    position = PositionOut()
    message = serializers.CharField()
    private_address = serializers.URLField(
        allow_null=True, help_text="Where a visitor finds their seed again; null for the owner's."
    )


class InteractOut(serializers.Serializer[Any]):
    """The growth that resulted."""

    project_id = serializers.UUIDField()
    visitor_interactions = serializers.IntegerField()
    from_stage = serializers.ChoiceField(choices=choices(GrowthStage))
    to_stage = serializers.ChoiceField(choices=choices(GrowthStage))
    stage_changed = serializers.BooleanField()
    growth_factor = serializers.FloatField()
