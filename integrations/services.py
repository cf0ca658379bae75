"""The one way in: whatever a provider found becomes a plant and its facts here."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING

from django.db import transaction

from garden import identity, planting, recording, rewriting, services
from garden.drafts import HistoryDraft
from garden.models import ProjectSource
from garden.recording import Recorded
from integrations.models import SourceNotes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from garden.drafts import ActivityDraft, ProjectDraft
    from garden.models import Project
    from garden.recording import Push
    from garden.sources import SourceRef

CHUNK = 2000  # facts between two looks at the plant, so that a long import is seen to grow


def ingest(
    *,
    project: Project,
    activities: Iterable[ActivityDraft | HistoryDraft] = (),
    source: str,
    now: datetime,
    push: Push | None = None,
    on_progress: Callable[[int], None] = lambda _facts: None,
) -> Recorded:
    """Keep a project's facts, rebuild its past where history arrived, and let it grow. Returns what was new.

    `activities` is read as a stream; what it says of a history as a whole is heeded at its end. `push` says who pushed
    them when, where somebody did just now. Safe to repeat and to interrupt: every step finds what the last attempt
    left. `on_progress` is told the number of facts read so far.
    """
    recorded, read, look_at, stream = Recorded(), 0, CHUNK, iter(activities)
    histories: list[HistoryDraft] = []
    while chunk := list(islice(stream, CHUNK)):
        histories += [draft for draft in chunk if isinstance(draft, HistoryDraft)]
        facts = [draft for draft in chunk if not isinstance(draft, HistoryDraft)]
        recorded += recording.record_activities(project=project, drafts=facts, source=source, now=now, push=push)
        read += len(chunk)
        on_progress(read)
        if len(chunk) == CHUNK and read >= look_at:
            services.grow(project=project, now=now, source=source)
            look_at = read * 3 // 2  # a look reads all that is known, so looks become rarer as the history grows
    for history in histories:
        recorded += Recorded(withdrawn=rewriting.settle(project=project, history=history))
    services.catch_up(project=project, now=now, source=source)
    return recorded


@transaction.atomic
def remember(*, source: SourceRef, state: Mapping[str, Any]) -> None:
    """Merge `state` into what a provider remembers about one of its sources. Its `stamp` only moves forward.

    Raises `ProjectSource.DoesNotExist` where no plant has the source.
    """
    if state:
        row = ProjectSource.objects.select_for_update().get(provider=source.provider, external_id=source.external_id)
        row.state = {**row.state, **state, **_newest_stamp(row.state, state)}
        row.save(update_fields=["state"])


def remembered(*, source: SourceRef) -> Mapping[str, Any]:
    """What a provider remembers about one of its sources; nothing where it is new. One query."""
    rows = ProjectSource.objects.filter(provider=source.provider, external_id=source.external_id)
    return rows.values_list("state", flat=True).first() or {}


@transaction.atomic
def show_again(*, draft: ProjectDraft, reporter: SourceRef, stamp: str, source: str, now: datetime) -> None:
    """Bring a hidden project back onto the site, if its source told so after it told that it was gone.

    `stamp` says when the source changed its record. The project's row is locked meanwhile, so that a word of its
    hiding comes before this or after, never in between.
    """
    project = identity.find(draft)
    if project is None or not project.hidden_by_source:
        return
    state = remembered(source=reporter)
    told, gone = moment_of(stamp), state.get("gone")
    if told >= moment_of(state.get("stamp", stamp)) and (gone is None or told > moment_of(gone)):
        planting.refresh(project=project, draft=replace(draft, private=False), source=source, now=now)


def moment_of(stamp: str) -> datetime:
    """When a source changed its record, as its stamp says it: ISO, in UTC where it names no offset."""
    parsed = datetime.fromisoformat(stamp)
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed


def _newest_stamp(known: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    stamps = [state["stamp"] for state in (known, told) if state.get("stamp")]
    return {"stamp": max(stamps, key=moment_of)} if stamps else {}


@transaction.atomic
def remember_source(*, provider: str, state: Mapping[str, Any]) -> None:
    """Merge `state` into what a provider remembers that is about no project."""
    if state:
        SourceNotes.objects.get_or_create(provider=provider)
        notes = SourceNotes.objects.select_for_update().get(provider=provider)
        notes.state = {**notes.state, **state}
        notes.save(update_fields=["state", "updated_at"])


@transaction.atomic
def forget_of_source(*, provider: str, key: str) -> None:
    """Take one thing out of what a provider remembers."""
    if notes := SourceNotes.objects.select_for_update().filter(provider=provider).first():
        notes.state.pop(key, None)
        notes.save(update_fields=["state", "updated_at"])
