"""One group of submissions becomes rows, in one transaction: batches, pseudonyms, sessions with their sums, steps.

Whatever order and process they come in, a visitor's steps end in the right session, each once. Keys of statements for
many rows are sorted: two processes that lock the same rows the other way round would wait for each other for ever.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import connection, transaction

from visitors import agents, countries, privacy, sessions
from visitors.consent import visits
from visitors.intake import pseudonyms as pseudonyms_of
from visitors.intake.checks import Refusal, Step
from visitors.intake.known import Known
from visitors.models import PageSpeed, Session
from visitors.models import Step as StepRow
from visitors.services import salt_of
from visitors.sessions import PlacedStep, Visit
from visitors.vocabulary import StepKind, Vital

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime
    from types import ModuleType
    from uuid import UUID

    from visitors.consent.models import Consent
    from visitors.sessions import Arrival

MOST_READ_AGAIN: Final = 2000  # steps of a session whose path is made anew
TRUSTED: Final = "trusted"  # the fact of a step's context that says that a hand was seen
CLICKS: Final = "clicks"
TOLD_APART: Final = frozenset({TRUSTED, CLICKS, *Vital})  # facts that have columns of their own


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What one request brought, checked. The address and the agent live as long as this does, and are never stored."""

    address: str
    user_agent: str
    received: datetime
    steps: Sequence[Step]
    refused: Sequence[Refusal] = ()
    batch_id: UUID | None = None
    arrival: Arrival | None = None
    token: str = ""  # of a consent, where one came along


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a submission: how many of its steps are stored, and which were not taken, and why."""

    accepted: int
    refused: Sequence[Refusal]


@dataclass(slots=True)
class Arriving:
    """A submission on its way: its steps with their moments and who sent them."""

    submission: Submission
    visitor: bytes
    yesterdays: bytes | None  # the same visitor by yesterday's salt, in the first half hour
    steps: list[PlacedStep]
    speeds: list[PageSpeed]
    refused: list[Refusal]

    @property
    def outcome(self) -> Outcome:
        """A batch that came before is answered as it was then: its steps are stored."""
        refused = sorted([*self.submission.refused, *self.refused], key=lambda one: one.index)
        return Outcome(len(self.steps), refused)


def store(group: Sequence[Submission], *, now: datetime) -> list[Outcome]:
    """Store a group. Returns what became of each, in their order. Raises the database's errors, having stored nothing.

    A number of statements that does not grow with the group.
    """
    arriving = _arriving(group, now)
    with transaction.atomic():
        consents = visits.consents_of({one.token for one in group if one.token})  # its lock comes before all others
        _tell_apart(arriving, consents, now)
        fresh = _without_repeats(arriving, now)
        by_visitor: dict[bytes, list[Arriving]] = defaultdict(list)
        for one in fresh:
            if one.steps:
                by_visitor[one.visitor].append(one)
        if by_visitor:
            _store_visits(by_visitor, consents)
        PageSpeed.objects.bulk_create([speed for one in fresh for speed in one.speeds])
    return [one.outcome for one in arriving]


def _arriving(group: Sequence[Submission], now: datetime) -> list[Arriving]:
    """The submissions with pseudonyms, moments and known places. Three queries, before any lock is taken."""
    known = Known.of(step for submission in group for step in submission.steps)
    today = salt_of(now.date())
    yesterday = salt_of(now.date() - timedelta(days=1)) if sessions.is_first_half_hour(now) else None
    found: list[Arriving] = []
    for submission in group:
        family = privacy.browser_family(submission.user_agent)

        def pseudonym(salt: bytes, submission: Submission = submission, family: str = family) -> bytes:
            return privacy.pseudonym(salt=salt, address=submission.address, browser_family=family)

        one = Arriving(submission, pseudonym(today), pseudonym(yesterday) if yesterday else None, [], [], [])
        moments = sessions.placed([step.at for step in submission.steps], submission.received)
        for step, at in zip(submission.steps, moments, strict=True):
            reason = "at is more than a day away" if at is None else known.objection(step)
            if at is None or reason:
                one.refused.append(Refusal(step.index, reason))
            else:
                _take(one, known.placed(step), at)
        found.append(one)
    return found


def _tell_apart(arriving: Iterable[Arriving], consents: Mapping[str, Consent], now: datetime) -> None:
    """Know those who agreed to analytics by their token: what they export and erase is nobody else's at their address.

    Two queries where there is one of them.
    """
    known = [(one, consents[one.submission.token]) for one in arriving if one.submission.token in consents]
    apart = [(one, consent.digest) for one, consent in known if consent.analytics]
    if not apart:
        return
    today = salt_of(now.date())
    yesterday = salt_of(now.date() - timedelta(days=1)) if sessions.is_first_half_hour(now) else None
    for one, digest in apart:
        one.visitor = privacy.pseudonym(salt=today, address=digest, browser_family="")
        if yesterday:
            one.yesterdays = privacy.pseudonym(salt=yesterday, address=digest, browser_family="")


def _take(one: Arriving, step: Step, at: datetime) -> None:
    context = step.context or {}
    clicks = context.get(CLICKS)
    one.steps.append(
        PlacedStep(
            at=at,
            kind=step.kind,
            area=step.area,
            project_id=step.project_id,
            duration=step.duration,
            scroll_depth=step.scroll_depth,
            clicks=min(int(clicks), 10_000) if isinstance(clicks, (int, float)) and clicks > 0 else 0,
            action=str(context.get(sessions.ACTION, "")) if step.kind == StepKind.INTERACTION else "",
            trusted=context.get(TRUSTED) is True or bool(clicks),
            x=step.x,
            z=step.z,
            context={name: fact for name, fact in context.items() if name not in TOLD_APART} or None
            if context
            else None,
        )
    )
    if not context:
        return
    speeds = {vital.value: context.get(vital) for vital in Vital}
    speeds = {name: value for name, value in speeds.items() if isinstance(value, (int, float)) and value >= 0}
    agent = agents.read(one.submission.user_agent)
    if speeds and agent.set_aside is None:  # how fast a machine found it tells nothing of people
        # Not even the second: a speed belongs to no session.
        at = at.replace(second=0, microsecond=0)
        one.speeds.append(PageSpeed(at=at, area=step.area, device_type=agent.device, **speeds))


def _without_repeats(arriving: Iterable[Arriving], now: datetime) -> list[Arriving]:
    """Those whose batch was not stored before, each batch once."""
    first: dict[UUID, Arriving] = {}
    fresh: list[Arriving] = []
    for one in arriving:
        batch_id = one.submission.batch_id
        if batch_id is None:
            fresh.append(one)
        else:
            first.setdefault(batch_id, one)
    if first:
        new = _dialect().new_batches(sorted(first), now)
        fresh += [one for batch_id, one in first.items() if batch_id in new]
    return fresh


def _store_visits(by_visitor: dict[bytes, list[Arriving]], consents: Mapping[str, Consent]) -> None:
    """Sessions and steps of what is new, by visitor."""
    pseudonyms = pseudonyms_of.locked(
        {
            visitor: (min(step.at for one in theirs for step in one.steps), theirs[0].yesterdays)
            for visitor, theirs in by_visitor.items()
        }
    )
    parts: list[tuple[int, bool, list[PlacedStep], Arriving]] = []  # session, whether the day's first, steps, who
    for visitor, theirs in sorted(by_visitor.items()):
        row = pseudonyms[visitor]
        for run in sessions.runs(step for one in theirs for step in one.steps):
            is_new = row.sessions == 0 and row.session_id == 0
            if is_new or not sessions.goes_on(row.last_at, run):
                row.earlier += f"{row.session_id}," if row.session_id else ""
                row.session_id, row.sessions = sessions.new_id(run[0].at), row.sessions + 1
                row.last_at = run[-1].at
            row.last_at = max(row.last_at, run[-1].at)
            parts.append((row.session_id, row.sessions <= 1, run, theirs[0]))
    pseudonyms_of.save([pseudonyms[visitor] for visitor in sorted(by_visitor)])
    linked = {
        session_id: consent
        for session_id, _, _, one in parts
        for other in by_visitor[one.visitor]
        if (consent := consents.get(other.submission.token))
    }
    arrivals = {id(theirs[0]): [one.submission.arrival for one in theirs] for theirs in by_visitor.values()}
    _store_sessions(parts, arrivals, {pk for pk, consent in linked.items() if visits.came_back(consent)})
    visits.link(linked)
    _dialect().insert_steps([(session_id, step) for session_id, _, run, _ in parts for step in run])


def _store_sessions(
    parts: Sequence[tuple[int, bool, list[PlacedStep], Arriving]],
    arrivals: dict[int, list[Arrival | None]],
    came_back: Collection[int],
) -> None:
    """Add each run to its session, and write the sessions back. One query more where some came late."""
    ids = sorted({session_id for session_id, *_ in parts})
    rows = Session.objects.select_for_update().filter(id__in=ids).order_by("id")
    found = {values["id"]: Visit(**values) for values in rows.values(*Visit.__dataclass_fields__)}
    often = Counter(session_id for session_id, *_ in parts)
    walked = _steps_of(
        session_id
        for session_id, _, run, _ in parts
        if session_id in found and (often[session_id] > 1 or run[0].at < found[session_id].last_activity_at)
    )
    added: dict[int, list[PlacedStep]] = defaultdict(list)  # by this group, which no query finds yet
    for session_id, is_first, run, one in parts:
        visit = found.get(session_id)
        if visit is None:
            visit = found[session_id] = _begun(session_id, is_first, run[0].at, one.submission)
        is_late = visit.steps > 0 and run[0].at < visit.last_activity_at
        before = [*walked[session_id], *added[session_id]] if is_late else []
        for arrival in arrivals.pop(id(one), []):
            if arrival is not None:
                sessions.arrive(visit, arrival)
        sessions.absorb(visit, run, before=before, came_back=session_id in came_back)
        added[session_id] += run
    _dialect().save_visits([found[session_id] for session_id in ids])


def _begun(session_id: int, is_first: bool, at: datetime, submission: Submission) -> Visit:
    agent = agents.read(submission.user_agent)
    return Visit(
        id=session_id,
        started_at=at,
        last_activity_at=at,
        first_of_day=is_first,
        set_aside=agent.set_aside.value if agent.set_aside else "",
        agent_family=agent.family,
        browser=agent.browser,
        os=agent.os,
        device_type=agent.device.value,
        country_code=countries.country_of(submission.address),
    )


def _steps_of(session_ids: Iterable[int]) -> dict[int, list[PlacedStep]]:
    """What sessions walked so far, as far as their paths need it. A query, and none for no session."""
    walked: dict[int, list[PlacedStep]] = defaultdict(list)
    if ids := sorted(set(session_ids)):
        rows = StepRow.objects.filter(session_id__in=ids).order_by("session_id", "at", "id")
        for session_id, at, kind, area, project in rows.values_list(
            "session_id", "at", "kind", "area", "project_id"
        ).iterator():
            if len(steps := walked[session_id]) < MOST_READ_AGAIN:
                steps.append(PlacedStep(at=at, kind=StepKind(kind), area=area, project_id=project))
    return walked


def _dialect() -> ModuleType:
    """One statement a group for the steps, in the way that the database takes best."""
    if connection.vendor == "postgresql":
        from visitors.intake import postgresql

        return postgresql
    from visitors.intake import sqlite

    return sqlite
