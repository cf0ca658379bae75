"""Projects as plants, what happened to them, and the outbox of live events."""

from __future__ import annotations

import uuid
from copy import copy
from datetime import UTC, date
from typing import Any, Final, cast

from django.db import models
from django.urls import reverse
from django.utils import timezone

from common.units import unit_interval, within_unit
from garden import anonymous, sources
from garden.engine.genome import Genome, express, visual_growth
from garden.engine.layout import Position
from garden.outbox import EventTotal, GardenEvent, IdempotentReply, ReactionCursor, ReactionFailure
from garden.owner_tables import Announcement, OwnerIdentity
from garden.project_tables import GrowthLog, Interaction, ProjectMedia, ProjectSource
from garden.vocabulary import (
    ActivityKind,
    Counts,
    GrowthStage,
    LinesFrom,
    PlantType,
    ProjectStatus,
    Visibility,
    Whose,
    Withdrawn,
    choices,
    stage_label,
)

__all__ = [
    "Activity",
    "Announcement",
    "EventTotal",
    "GardenEvent",
    "GrowthLog",
    "IdempotentReply",
    "Interaction",
    "OwnerIdentity",
    "Project",
    "ProjectMedia",
    "ProjectSource",
    "ReactionCursor",
    "ReactionFailure",
    "counts_for_its_plant",
]
STANDING: Final = (ProjectStatus.ACTIVE, ProjectStatus.FEATURED)  # neither archived nor awaiting approval


class ProjectQuerySet(models.QuerySet["Project"]):
    """The only places where visibility is decided.

    Anonymous projects are in `disclosed` and `shown` alone. Whoever hands rows of these on goes by `Project.as_shown`;
    who counts them need not.
    """

    def in_garden(self) -> ProjectQuerySet:
        """Plants that everyone sees and may name: public, and neither archived nor awaiting approval."""
        return self.listed().filter(status__in=STANDING)

    def listed(self) -> ProjectQuerySet:
        """Everything that may be named in public: the garden and the public archive."""
        return self.reachable().filter(visibility=Visibility.PUBLIC)

    def reachable(self) -> ProjectQuerySet:
        """What opens for those who know its address: the listed ones and the unlisted ones."""
        return self.filter(hidden_by_source=False, visibility__in=[Visibility.PUBLIC, Visibility.UNLISTED]).exclude(
            status=ProjectStatus.PROPOSED
        )

    def brought(self) -> ProjectQuerySet:
        """What somebody brought in: neither the demonstration, nor the plant that a new garden was given."""
        given = ProjectSource.objects.filter(state__given=True)
        return self.filter(is_demo=False).exclude(pk__in=given.values("project"))

    def own_work(self) -> ProjectQuerySet:
        """What the owner worked on, as far as is known: no demonstration, and nothing of other people's alone."""
        work = Activity.objects.filter(project=models.OuterRef("pk"))
        commits = work.filter(kind=ActivityKind.COMMIT)
        # The owner's first: mostly there is one at once; only where there is none is all of the work looked through.
        of_owner = models.Exists(commits.filter(whose=Whose.OWNER)) | models.Exists(
            work.filter(kind=ActivityKind.CODING)
        )
        return self.filter(of_owner | ~models.Exists(commits.filter(whose=Whose.OTHER)), is_demo=False)

    def open_to_helpers(self) -> ProjectQuerySet:
        """What a helper in the console may see: what may be named, and the seeds that wait."""
        return self.filter(hidden_by_source=False, visibility__in=[Visibility.PUBLIC, Visibility.UNLISTED])

    def placed(self) -> ProjectQuerySet:
        """Everything that has a place on the island, whoever may see it: all but the seeds that wait."""
        return self.exclude(status=ProjectStatus.PROPOSED)

    def shown(self) -> ProjectQuerySet:
        """Every plant that stands in the garden: those that may be named, and the anonymous ones."""
        return self.disclosed().filter(status__in=STANDING)

    def disclosed(self) -> ProjectQuerySet:
        """Everything that the public garden grows from: the listed ones, and the anonymous ones without their words.

        An anonymous one stands whether its source shows it or not.
        """
        listed = models.Q(visibility=Visibility.PUBLIC, hidden_by_source=False)
        return self.filter(listed | models.Q(visibility=Visibility.ANONYMOUS)).exclude(status=ProjectStatus.PROPOSED)

    def values_as_shown(self, *names: str) -> list[tuple[Any, ...]]:
        """These fields of each as `Project.as_shown` has them, but for its description, without making a project."""
        fields = [Project._meta.get_field(name) for name in names]
        rows = self.values_list(*names, "visibility")
        return [tuple(map(_shown, fields, row)) if row[-1] == Visibility.ANONYMOUS else row[:-1] for row in rows]


def _shown(field: Any, value: Any = None) -> Any:
    """What everyone sees of an anonymous project's field."""
    if field.name in anonymous.RELEASED:
        return value
    return anonymous.NAME if field.name == "name" else field.get_default()


class Project(models.Model):
    """One project of the owner, and the plant it is."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(max_length=255)
    description = models.TextField(blank=True)
    story = models.TextField(
        max_length=20_000, blank=True, help_text="Its own words on its page, in Markdown. HTML in it is shown as text."
    )
    readme = models.TextField(blank=True, editable=False, help_text="The first paragraphs of its README, plain.")
    homepage_url = models.URLField(max_length=500, blank=True)
    demo_url = models.URLField(max_length=500, blank=True)

    plant_type = models.CharField(max_length=20, choices=choices(PlantType), default=PlantType.GENERIC)
    growth_stage = models.CharField(max_length=20, choices=choices(GrowthStage), default=GrowthStage.SEED)
    planted_date = models.DateTimeField(default=timezone.now)
    genome_seed = models.BigIntegerField(help_text="Fixes the plant's form. Change it for another individual.")

    position_x = models.FloatField(default=0.0, help_text="Metres to the right of the island's middle.")
    position_y = models.FloatField(default=0.0, help_text="Metres above the ground.")
    position_z = models.FloatField(default=0.0, help_text="Metres towards the visitor.")

    commit_count = models.PositiveIntegerField(default=0)
    earlier_commits = models.PositiveIntegerField(
        default=0, help_text="Commits known to exist before the imported history begins."
    )
    lines_of_code = models.PositiveBigIntegerField(default=0)
    lines_from = models.CharField(max_length=10, choices=choices(LinesFrom), default=LinesFrom.COMMITS)
    lines_by_language = models.JSONField(default=dict, blank=True, help_text="Where its files were counted.")
    lines_counted_at = models.DateTimeField(null=True, blank=True, help_text="When its files were last counted.")
    complexity_score = models.FloatField(default=0.0, validators=unit_interval)
    visitor_interactions = models.PositiveIntegerField(default=0)
    stars = models.PositiveIntegerField(default=0)
    forks = models.PositiveIntegerField(default=0)

    growth_factor = models.FloatField(default=0.0, validators=unit_interval)
    stage_progress = models.FloatField(default=0.0, validators=unit_interval)
    vitality = models.FloatField(default=1.0, validators=unit_interval)
    boost = models.FloatField(default=0.0, help_text="Of vitality, by work at a terminal; for a day.")
    boosted_at = models.DateTimeField(null=True, blank=True)
    momentum = models.FloatField(default=0.0)
    assisted_share = models.FloatField(
        default=0.0, validators=unit_interval, help_text="Of the owner's commits, the part with an agent."
    )
    growth_reasons = models.JSONField(default=list, blank=True, help_text="The six factors with their shares.")
    forecast = models.JSONField(default=dict, blank=True, help_text="When the next stage is expected.")
    grown_at = models.DateTimeField(null=True, blank=True, help_text="When growth was last worked out.")
    history_stale_since = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Since when its growth log lacks facts of the past."
    )
    last_activity_at = models.DateTimeField(null=True, blank=True)
    counts = models.CharField(
        max_length=20,
        choices=choices(Counts),
        default=Counts.EVERYONE,
        help_text="Whose work it grows from: everyone's, or the owner's alone. Bots' work never counts.",
    )
    recount_due = models.BooleanField(
        default=False, editable=False, help_text="Other facts count than before: its past is to be written again."
    )

    technologies = models.JSONField(default=list, blank=True)
    languages = models.JSONField(default=dict, blank=True, help_text="Bytes per language.")
    topics = models.JSONField(default=list, blank=True)

    status = models.CharField(max_length=20, choices=choices(ProjectStatus), default=ProjectStatus.ACTIVE)
    visibility = models.CharField(
        max_length=20,
        choices=choices(Visibility),
        default=Visibility.PUBLIC,
        help_text="Unlisted: for those who have its address. Anonymous: the plant without name, words, links and page.",
    )
    hidden_by_source = models.BooleanField(
        default=False, help_text="Its source became private or vanished; it stays off the site until that ends."
    )
    archived_at_source = models.DateTimeField(
        null=True, blank=True, help_text="When its source was first seen archived; empty while work goes on there."
    )
    stands_though_archived = models.BooleanField(
        default=False, help_text="The owner lets the plant stand although its source is archived."
    )
    is_fork = models.BooleanField(default=False, help_text="Its source is a copy of somebody else's project.")
    is_demo = models.BooleanField(default=False, help_text="A demonstration plant; removed in one go.")
    owner_edited = models.JSONField(
        default=list, blank=True, help_text="Fields the owner set by hand; no sync overwrites them."
    )
    source_values = models.JSONField(
        default=dict, blank=True, editable=False, help_text="What the sources say of the fields set by hand."
    )

    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["-growth_factor", "name"]
        indexes = [
            models.Index(fields=["growth_stage"], name="project_stage"),
            models.Index(fields=["status", "visibility"], name="project_status"),
            models.Index(fields=["planted_date"], name="project_planted"),
            models.Index(fields=["-last_activity_at"], name="project_last_activity"),
        ]
        constraints = [
            models.CheckConstraint(condition=within_unit("growth_factor"), name="project_growth_factor_unit"),
            models.CheckConstraint(condition=within_unit("vitality"), name="project_vitality_unit"),
            models.CheckConstraint(condition=within_unit("complexity_score"), name="project_complexity_unit"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("project", args=[self.slug])

    @property
    def github_repo(self) -> str:
        """`owner/name` on GitHub, empty where it has no home there. Lists prefetch `sources` for it."""
        return sources.github_repo(self.sources.all())

    @property
    def code_page(self) -> tuple[str, str]:
        """Where its code can be looked at: what the place is called, and the page there. Lists prefetch `sources`."""
        return sources.code_page(row for row in self.sources.all() if row.gone_at is None)

    @property
    def floor(self) -> date | None:
        """The day before which nothing of it can have been, where the owner said when it was planted."""
        return self.planted_date.astimezone(UTC).date() if "planted_date" in self.owner_edited else None

    @property
    def stage_label(self) -> str:
        """The stage as a visitor reads it (a tree says `sapling`)."""
        return stage_label(self.plant_type, self.growth_stage)

    @property
    def code_by_language(self) -> dict[str, int]:
        """How much of its code is in which language: counted lines, else bytes. The owner's word comes first."""
        counted: dict[str, int] = {} if "languages" in self.owner_edited else self.lines_by_language
        return counted or self.languages

    @property
    def position(self) -> Position:
        """Where it stands on the island."""
        return Position(self.position_x, self.position_z, self.position_y)

    @property
    def growth(self) -> float:
        """How far the drawn plant has grown, 0–1."""
        return visual_growth(GrowthStage(self.growth_stage), self.stage_progress, PlantType(self.plant_type))

    @property
    def reachable(self) -> bool:
        """Whether it opens for those who know its address; the same rule as `ProjectQuerySet.reachable`."""
        may_be_opened = self.visibility in (Visibility.PUBLIC, Visibility.UNLISTED)
        return may_be_opened and not self.hidden_by_source and self.status != ProjectStatus.PROPOSED

    @property
    def listed(self) -> bool:
        """Whether it may be named in public; the same rule as `ProjectQuerySet.listed`."""
        return self.reachable and self.visibility == Visibility.PUBLIC

    @property
    def featured(self) -> bool:
        """Whether its owner wants it to be seen first."""
        return self.status == ProjectStatus.FEATURED

    @property
    def anonymous(self) -> bool:
        """Whether it stands without its name, its words, its links and its page."""
        return self.visibility == Visibility.ANONYMOUS

    @property
    def disclosed(self) -> bool:
        """Whether the public garden grows from it; the same rule as `ProjectQuerySet.disclosed`."""
        return self.listed or (self.anonymous and self.status != ProjectStatus.PROPOSED)

    @property
    def shown(self) -> bool:
        """Whether everyone sees this plant; the same rule as `ProjectQuerySet.shown`."""
        return self.disclosed and self.status in STANDING

    def as_shown(self) -> Project:
        """The project as everyone may see it: itself, or of an anonymous one a copy with what its owner released.

        That is how it looks and grows, how many commits it has, and its languages. The copy is never saved.
        """
        if not self.anonymous:
            return self
        shown = copy(self)
        for field in self._meta.concrete_fields:
            if field.name not in anonymous.RELEASED:
                setattr(shown, field.attname, _shown(field))
        shown.description = anonymous.description(commits=self.commit_count, languages=self.code_by_language)
        return shown

    @property
    def genome(self) -> Genome:
        """The parameters that fix this plant's form, in 2D and 3D."""
        return express(
            seed=self.genome_seed,
            plant_type=PlantType(self.plant_type),
            technologies=[] if self.anonymous else self.technologies,
            languages=self.languages,
        )


class ActivityQuerySet(models.QuerySet["Activity"]):
    """Facts by who may learn of them."""

    def public(self) -> ActivityQuerySet:
        """Those of plants that everyone may name, which may be told one by one."""
        return self.filter(project__in=Project.objects.in_garden())

    def shown(self) -> ActivityQuerySet:
        """Those of plants that everyone sees, which may be counted: what others do shows in no number or mood."""
        return self.filter(project__in=Project.objects.shown())

    def counted(self) -> ActivityQuerySet:
        """Those that their plants grow from."""
        return self.filter(counts_for_its_plant())


ActivityManager = models.Manager.from_queryset(ActivityQuerySet)


class StandingFacts(ActivityManager["Activity"]):
    """The facts that hold. What was withdrawn is read only where facts are recorded."""

    def get_queryset(self) -> ActivityQuerySet:
        return cast("ActivityQuerySet", super().get_queryset().filter(withdrawn=""))


def counts_for_its_plant() -> models.Q:
    """The condition that a plant grows from a fact. What a bot releases or deploys is the project's own."""
    shipped = models.Q(kind__in=[ActivityKind.RELEASE, ActivityKind.DEPLOYMENT])
    everyones = models.Q(project__counts=Counts.EVERYONE)
    return models.Q(whose=Whose.OWNER) | (everyones & (models.Q(whose=Whose.OTHER) | shipped))


class Activity(models.Model):
    """One dated fact about a project. However it arrives, and however often, it stands here once.

    A commit that its history holds no longer is kept and withdrawn: it comes back if the history does.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="activities")
    kind = models.CharField(max_length=20, choices=choices(ActivityKind))
    external_id = models.CharField(max_length=200, help_text="For a commit its SHA, whichever way it came.")
    occurred_at = models.DateTimeField()
    source = models.CharField(max_length=40)
    title = models.CharField(max_length=500, blank=True)
    author = models.CharField(max_length=200, blank=True)
    author_login = models.CharField(max_length=100, blank=True, help_text="The author's account, where a forge said.")
    author_key = models.CharField(max_length=32, blank=True, help_text="Keyed hash of the author's address.")
    whose = models.CharField(max_length=10, choices=choices(Whose), default=Whose.OWNER)
    assisted = models.BooleanField(default=False, help_text="An agent wrote it, or helped.")
    url = models.URLField(max_length=500, blank=True)
    lines_added = models.PositiveIntegerField(null=True, blank=True, help_text="Empty where the source did not say.")
    lines_removed = models.PositiveIntegerField(null=True, blank=True)
    amount = models.FloatField(
        default=0.0, help_text="Seconds, for `coding`; languages seen for the first time, for `commit`."
    )
    assisted_amount = models.FloatField(default=0.0, help_text="Of `amount`, for `coding`: seconds with an agent.")
    data = models.JSONField(default=dict, blank=True)
    withdrawn = models.CharField(
        max_length=20,
        blank=True,
        default="",
        db_default="",
        choices=choices(Withdrawn),
        help_text="Why it is no fact any more.",
    )
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects = StandingFacts()
    all_told = ActivityQuerySet.as_manager()

    class Meta:
        ordering = ["-occurred_at"]
        verbose_name_plural = "activities"
        indexes = [
            models.Index(fields=["project", "kind", "occurred_at"], name="activity_project_kind_time"),
            models.Index(fields=["-occurred_at"], name="activity_time"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["project", "kind", "external_id"], name="activity_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.external_id[:12]}"
