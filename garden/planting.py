"""Writes that put a plant into the garden, change what the owner decides about it, and take it out again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypedDict

from django.db import IntegrityError, transaction

from common import slugs
from common.text import storable, storable_name
from garden import anonymous, events, from_sources, ground, identity, sources
from garden.addresses import give_address
from garden.engine.genome import plant_type_for, seed_for
from garden.engine.layout import SMALLEST, Position
from garden.event_types import ProjectChanged, ProjectRemoved, SeedPlanted
from garden.locks import lock_row, lock_rows
from garden.models import Project
from garden.signals import demo_removed, left_public
from garden.vocabulary import PlantType, ProjectStatus, Visibility

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from garden.drafts import ProjectDraft
    from garden.event_types import ProjectEvent
    from garden.sources import SourceRef

MAX_SEED_NAME: Final = 120  # of a seed that a visitor plants, by the form as by the API
MAX_SEED_WORDS: Final = 2000
MOST_WAITING_SEEDS = 50  # proposals that an owner can still look through
RACES = 10  # attempts at planting what others plant at the same moment; each round one of them gets through
RECOUNTED_FOR = frozenset({"counts", "languages", "planted_date"})  # what makes another past of the same facts
NOT_FROM_SOURCES = frozenset({"status", "visibility"})  # the owner's alone: no sync ever writes them


class _Named(TypedDict):
    project_id: UUID
    slug: str
    name: str
    plant_type: PlantType


class SeedBedFull(Exception):
    """Too many proposed seeds wait for the owner."""


@transaction.atomic
def plant(
    *,
    draft: ProjectDraft,
    source: str,
    now: datetime,
    visibility: Visibility = Visibility.PUBLIC,
    is_demo: bool = False,
) -> tuple[Project, bool]:
    """The project a draft is about, made if it is new and brought up to date if not, and whether it is new.

    A renamed repository keeps its plant (a forge's number is asked first), and a history known by its first commit
    becomes the same project when its remote is learnt. `visibility` is for a new one.
    """
    made = []

    def find_or_make() -> Project:
        if project := identity.find(draft):
            return project
        made.append(project := _new(draft, source=source, now=now, visibility=visibility, is_demo=is_demo))
        return project

    project = _against_races(find_or_make)
    if project in made:
        return project, True
    refresh(project=project, draft=draft, source=source, now=now)
    return project, False


def _against_races(make: Callable[[], Project]) -> Project:
    """What `make` makes, tried again where another process made the same, or took its address, a moment before."""
    for _ in range(RACES - 1):
        try:
            with transaction.atomic():
                return make()
        except IntegrityError:
            continue
    with transaction.atomic():
        return make()


def _new(draft: ProjectDraft, *, source: str, now: datetime, visibility: Visibility, is_demo: bool) -> Project:
    name, free = storable_name(draft.name, 255) or "Unnamed project", identity.unknown(draft.sources)
    if len(free) < len({(one.provider, one.external_id) for one in draft.sources}) and identity.find(draft) is not None:
        raise IntegrityError("another process planted it between the look and this one")
    project = Project(
        name=name,
        planted_date=min(now, draft.created_at) if draft.created_at else now,
        # A first commit that another plant is known by is shared with it, and the two shall not look alike.
        genome_seed=seed_for(draft.github_repo.lower() or sources.seed_text(free) or name),
        visibility=visibility,
        history_stale_since=now,  # its facts are still to come
        is_demo=is_demo,
    )
    project.plant_type = plant_type_for(
        languages=from_sources.languages_of(draft),
        topics=[*draft.topics, *draft.technologies],
        description=draft.description,
    )
    project.hidden_by_source = bool(draft.private)
    from_sources.apply(project, draft, now)
    if project.anonymous:
        _unname(project)
    give_address(project)
    ground.assign_position(project)
    project.save()
    identity.add(project=project, refs=free, gone_at=now if draft.private else None)
    identity.learn(project=project, refs=draft.sources)
    events.publish_of(project, SeedPlanted(**named(project)), source=source, now=now)
    return project


def named(project: Project) -> _Named:
    """What a browser needs to name a plant before it loads the garden's state again."""
    return {
        "project_id": project.id,
        "slug": project.slug,
        "name": project.name,
        "plant_type": PlantType(project.plant_type),
    }


@transaction.atomic
def refresh(*, project: Project, draft: ProjectDraft, source: str, now: datetime) -> None:
    """Bring a project up to date with its source; what the owner set by hand stays, what is not said stays."""
    lock_row(project)
    if not identity.describes(project=project, refs=draft.sources):
        draft = from_sources.facts_alone(draft)
    was, before = PublicState.of(project), _source_values(project)
    if identity.is_homecoming(project=project, refs=draft.sources) and "name" not in project.owner_edited:
        project.name = storable_name(draft.name, 255) or project.name  # it had that of its folder
    moved = identity.learn(project=project, refs=draft.sources)
    if draft.private is not None:
        identity.set_gone(project=project, refs=draft.sources, since=now if draft.private else None)
    if draft.created_at and draft.created_at < project.planted_date and "planted_date" not in project.owner_edited:
        project.planted_date = draft.created_at
    from_sources.apply(project, draft, now)
    if moved or _source_values(project) != before:
        give_address(project)
        project.save(update_fields=[*from_sources.FIELDS, "slug", "updated_at"])
        announce_change(project, was=was, source=source, now=now)
    elif draft.lines is not None:
        project.save(update_fields=["lines_counted_at"])  # counted again, and nothing changed


def _source_values(project: Project) -> tuple[Any, ...]:
    """Everything a source can change, to see whether it did."""
    return tuple(getattr(project, name) for name in from_sources.FIELDS if name != "lines_counted_at")


@transaction.atomic
def propose_seed(*, name: str, description: str, at: Position | None, now: datetime) -> Project:
    """A visitor's seed: only the owner sees it until it is approved. `at` is where they would have it, if they say so.

    What visitors do not see is in nobody's way until then. Raises `SeedBedFull` when too many wait, and `BarrenGround`.
    """
    shown = Project.objects.shown()
    if at is not None:
        ground.check_ground(SMALLEST, at, beside=ground.standing_beside(among=shown))
    if Project.objects.filter(status=ProjectStatus.PROPOSED).count() >= MOST_WAITING_SEEDS:
        raise SeedBedFull

    def make() -> Project:
        seed = _bare(name, description, now)
        seed.status = ProjectStatus.PROPOSED
        give_address(seed)
        ground.assign_position(seed, wanted=at, among=shown)
        seed.save()
        return seed

    return _against_races(make)


@transaction.atomic
def plant_seed(
    *,
    name: str,
    description: str,
    at: Position | None = None,
    now: datetime,
    changes: Mapping[str, Any] | None = None,
    seen: QuerySet[Project] | None = None,
) -> Project:
    """The owner's seed: a project at once, with further fields set by hand where `changes` has them.

    Among them `github_repo`, which is no field: it says where the project is kept. Without a place it finds one itself.
    `seen` is what a helper who plants it may know of. Raises `BarrenGround`.
    """
    if at is not None:
        ground.check_ground(SMALLEST, at, beside=ground.standing_beside(among=seen))
    fields = dict(changes or {})
    github_repo = fields.pop("github_repo", "")

    def make() -> Project:
        seed = _bare(name, description, now)
        for field, value in fields.items():
            setattr(seed, field, value)
        seed.owner_edited = sorted(fields.keys() - NOT_FROM_SOURCES)
        if seed.anonymous:
            _unname(seed)
        give_address(seed)
        ground.assign_position(seed, wanted=at, among=seen)
        seed.save()
        identity.learn(project=seed, refs=sources.github(github_repo))
        return seed

    seed = _against_races(make)
    events.publish_of(seed, SeedPlanted(**named(seed)), source="owner", now=now)
    return seed


def _bare(name: str, description: str, now: datetime) -> Project:
    clean = storable(name, 255).strip()
    return Project(
        name=clean,
        description=storable(description),
        planted_date=now,
        genome_seed=seed_for(f"{clean} {now.isoformat()}"),
        plant_type=plant_type_for(languages={}, topics=[], description=description),
    )


@transaction.atomic
def approve(*, projects: QuerySet[Project], now: datetime) -> int:
    """Let proposed seeds into the garden. Returns how many."""
    seeds = [seed for seed in lock_rows(projects) if seed.status == ProjectStatus.PROPOSED]
    for seed in seeds:
        curate(project=seed, changes={"status": ProjectStatus.ACTIVE}, now=now)
    return len(seeds)


@transaction.atomic
def curate(
    *, project: Project, changes: Mapping[str, Any], now: datetime, seen: QuerySet[Project] | None = None
) -> Project:
    """Set fields by the owner's hand; no sync overwrites them from then on. Tells the browsers.

    A seed that is let in gets a free place. Three of the changes are no fields: `github_repo` and `also_at` say where
    the project is kept, and `media_order` has the ids of its media as they shall stand. Raises `BarrenGround` for a
    place that cannot bear this plant; close company is the owner's choice, and `seen` what a helper may know of.
    """
    lock_row(project)
    was = PublicState.of(project)
    changes = dict(changes)
    from_sources.set_aside(project, changes)
    if (github_repo := changes.pop("github_repo", None)) is not None:
        identity.set_github_repository(project=project, name=github_repo)
    if (homes := changes.pop("also_at", None)) is not None:
        identity.set_other_homes(project=project, homes=homes)
    for order, pk in enumerate(changes.pop("media_order", ())):
        project.media.filter(pk=pk).update(order=order)
    for name, value in changes.items():
        setattr(project, name, value)
    at = Position(project.position_x, project.position_z)
    if project.anonymous and not was.anonymous:
        _unname(project)
        ground.assign_position(project)
    elif was.proposed and project.status != ProjectStatus.PROPOSED:
        ground.assign_position(project, wanted=at)
    elif changes.keys() & {"position_x", "position_z"}:
        ground.check_ground(project.genome.variant, at, beside=ground.standing_beside(project, among=seen))
    give_address(project)
    project.owner_edited = sorted({*project.owner_edited, *changes} - NOT_FROM_SOURCES)
    project.recount_due = project.recount_due or bool(RECOUNTED_FOR & changes.keys())
    placed = {"slug", "genome_seed", "position_x", "position_z"}
    written = {*changes, *placed, "owner_edited", "source_values", "recount_due", "updated_at"}
    project.save(update_fields=written)
    announce_change(project, was=was, source="owner", now=now)
    return project


@transaction.atomic
def give_back(*, project: Project, fields: Iterable[str], now: datetime) -> list[str]:
    """Let sources decide again about fields that the owner set by hand. Returns those given back."""
    lock_row(project)
    was = PublicState.of(project)
    if given := from_sources.give_back(project, fields):
        project.save(update_fields={*given, "owner_edited", "source_values", "recount_due", "updated_at"})
        announce_change(project, was=was, source="owner", now=now)
    return given


@transaction.atomic
def set_status(*, projects: Iterable[Project], status: ProjectStatus, now: datetime) -> int:
    """Feature, archive or bring back several projects. Returns how many changed."""
    changed = [project for project in lock_rows(projects) if project.status != status]
    for project in changed:
        curate(project=project, changes={"status": status}, now=now)
    return len(changed)


@transaction.atomic
def let_stand(*, projects: Iterable[Project]) -> int:
    """Say that plants stand although their sources are archived, so that nobody asks again. Returns how many."""
    return Project.objects.filter(
        pk__in=[project.pk for project in projects], archived_at_source__isnull=False, stands_though_archived=False
    ).update(stands_though_archived=True)


@transaction.atomic
def hide(*, project: Project, gone: SourceRef, source: str, now: datetime) -> None:
    """Take a project off the site because one of its sources is no longer public. Its plant and past are kept."""
    lock_row(project)
    was = PublicState.of(project)
    identity.learn(project=project, refs=[gone])
    identity.set_gone(project=project, refs=[gone], since=now)
    project.save(update_fields=["hidden_by_source", "updated_at"])
    announce_change(project, was=was, source=source, now=now)


@dataclass(frozen=True, slots=True)
class PublicState:
    """Where a project stood before a change."""

    shown: bool
    listed: bool
    disclosed: bool
    anonymous: bool
    proposed: bool

    @classmethod
    def of(cls, project: Project) -> PublicState:
        """Where it stands now."""
        return cls(
            shown=project.shown,
            listed=project.listed,
            disclosed=project.disclosed,
            anonymous=project.anonymous,
            proposed=project.status == ProjectStatus.PROPOSED,
        )


def announce_change(project: Project, *, was: PublicState, source: str, now: datetime) -> None:
    """Tell the browsers that a plant came, changed or left, whichever it is.

    One that may no longer be named goes from the outbox as well, and comes back without its name where it stands
    anonymously; one that was only archived stays there.
    """
    has_left = was.disclosed and not project.disclosed
    lost_its_name = was.listed and project.anonymous
    if has_left or lost_its_name:
        left_public.send(Project, now=now)  # rows first, the outbox last
        events.remove(project, source=anonymous.SOURCE if project.anonymous else source, now=now)
    if not project.disclosed:
        return
    if project.shown and (lost_its_name or not was.shown):
        event: ProjectEvent = SeedPlanted(**named(project))
    elif was.shown and not project.shown:
        event = ProjectRemoved(project_id=project.id)
    else:
        event = ProjectChanged(**named(project))
    events.publish_of(project, event, source=source, now=now)


@transaction.atomic
def remove(*, projects: QuerySet[Project], source: str, now: datetime) -> int:
    """Delete projects with all that is known about them. Returns how many."""
    doomed = lock_rows(projects)
    Project.objects.filter(pk__in=[project.pk for project in doomed]).delete()
    if disclosed := [project for project in doomed if project.disclosed]:
        left_public.send(Project, now=now)
        for project in disclosed:
            events.remove(project, source=source, now=now)
    return len(doomed)


@transaction.atomic
def remove_demo(*, now: datetime) -> int:
    """Delete every demonstration plant, and what else was invented. Returns how many plants."""
    removed = remove(projects=Project.objects.filter(is_demo=True), source=sources.DEMO, now=now)
    demo_removed.send(Project, now=now)
    return removed


def _unname(project: Project) -> None:
    """Give an anonymous project an address and a form that do not come from its name. The caller saves it."""
    project.slug, project.genome_seed = slugs.nameless(), anonymous.new_seed()
