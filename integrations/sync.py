"""One sync: what a provider finds becomes plants and facts, one project after the other, and a run that tells of it.

What is about no project (the sky, the music) goes to the app it concerns, by `sinks.py`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, groupby
from typing import TYPE_CHECKING, Any

import structlog
from django.conf import settings
from django.utils import timezone

from garden import identity, ownership, planting
from garden.drafts import AUTHORED_AT, ActivityDraft, HistoryDraft, ProjectDraft
from garden.models import ProjectSource
from garden.services import recount_all
from garden.sources import SourceRef
from integrations import connections, runs, selectors, services, sinks, watching
from integrations.choices import Choices, choices_at
from integrations.items import UNREADABLE, BrokenItem, noting
from integrations.models import SyncTrigger
from integrations.problems import Malformed, Problem
from integrations.providers.base import PROJECT, Found, Gone, HookOnly, Payload, Since, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from garden.models import Project
    from integrations.models import SyncRun
    from integrations.providers.base import Connection, Draft, Provider

AS_WANTED = ("disabled", "not_configured")  # codes of problems that are how the owner left it
NAMED = 5  # subjects with trouble, or broken items, that a run names; more are counted
WHY_BESIDE = "“Folders” in the admin says why. "  # of what lies on this machine
LEFT_OUT = "left_out"  # the count of broken items, and the code of a run that had no other trouble


def log_of(provider: Provider) -> Any:
    """The log of one provider, whose level is a setting of its own (LOG_LEVEL_GITHUB and the like)."""
    return structlog.get_logger(f"integrations.providers.{provider.slug}")


def request(*, provider: Provider, trigger: SyncTrigger, now: datetime, username: str = "") -> SyncRun:
    """Ask for a run of `provider`. Raises `Problem` when it is switched off or nothing says whose data to bring in."""
    if isinstance(provider, HookOnly):
        raise Problem("only_calls", f"{provider.label} is not asked: it calls.", fix=f"{provider.docs} says how.")
    if not connections.enabled(provider):
        raise switched_off(provider)
    subject = _connected(provider, username).username
    return runs.request(provider=provider.slug, subject=subject, trigger=trigger, now=now)


def request_of(*, project: Project, provider: Provider, trigger: SyncTrigger, now: datetime) -> SyncRun:
    """Ask for a run about one plant. Raises `Problem` when its service is switched off or it has no home there."""
    if not connections.enabled(provider):
        raise switched_off(provider)
    if provider.local and watching.repositories(project):
        return runs.request(provider=provider.slug, subject=project.name, trigger=trigger, now=now, project=project)
    known = None if provider.local else selectors.known_project(provider, project)
    if known is None:
        raise Problem(
            "no_home",
            f"{project.name} has no repository on {provider.label}.",
            fix="Enter it on the plant's page, under Sources.",
        )
    return runs.request(provider=provider.slug, subject=known.name, trigger=trigger, now=now, project=project)


def switched_off(provider: Provider) -> Problem:
    """What is said of a provider that the owner has switched off."""
    return Problem(
        "disabled",
        f"{provider.label} is switched off.",
        fix=f"Set ENABLE_{provider.slug.upper()}_INTEGRATION=true and enable the account in the admin.",
    )


def turned_away(*, provider: Provider, problem: Problem, now: datetime) -> SyncRun:
    """Write down a scheduled run that could not even begin, so that the owner reads why. Returns it."""
    run = runs.request(provider=provider.slug, subject="", trigger=SyncTrigger.SCHEDULE, now=now)
    runs.fail(run, problem=problem)
    return run


def check(provider: Provider, *, username: str = "") -> str:
    """Whether the connection works, in one sentence of the service's own figures. Raises `Problem` when it does not."""
    connection = _connected(provider, username)
    try:
        return provider.check(connections.http_for(provider, connection), connection)
    except UNREADABLE as error:
        raise Malformed.answer_of(provider.label) from error
    except Problem as problem:
        problem.fix = provider.fixes.get(problem.code, problem.fix)
        raise


def _connected(provider: Provider, username: str) -> Connection:
    connection = connections.connection_of(provider, username=username)
    if missing := provider.missing(connection):
        what = f"{provider.label} is not connected yet."
        raise Problem("not_configured", what, fix=f"Set {missing} ({provider.docs}).")
    return connection


def perform(run: SyncRun, *, provider: Provider, tell: Callable[[str, int, int], None] = lambda *_: None) -> SyncRun:
    """Do a run that was asked for, and write down how it went.

    `tell` hears of every step. Raises `AlreadyRunning` when another process does it; everything else that can go
    wrong stands in the run that is returned.
    """
    now = timezone.now()
    runs.claim(run, now=now)
    attempt = _Attempt(run, provider, now, tell)
    try:
        attempt.bring_in()
    except Problem as problem:
        attempt.stopped_by = problem
    except KeyboardInterrupt:
        runs.fail(run, problem=Problem("interrupted", "It was interrupted.", fix=runs.GOES_ON), counts=attempt.counts)
        raise
    except Exception:
        log = log_of(provider)
        log.exception("sync.broken", provider=provider.slug, run=str(run.pk))
        attempt.stopped_by = Problem(
            "unexpected",
            "The greenhouse made a mistake of its own.",
            fix="What was read before is kept. The log tells more; please report it.",
        )
    attempt.conclude()
    return run


@dataclass
class _Attempt:
    """One run at work."""

    run: SyncRun
    provider: Provider
    now: datetime
    tell: Callable[[str, int, int], None]
    counts: Counter[str] = field(default_factory=lambda: Counter(planted=0, facts=0, completed=0, hidden=0))
    subjects: set[str] = field(default_factory=set)  # what something new was said about
    troubles: list[Trouble] = field(default_factory=list)
    broken: list[BrokenItem] = field(default_factory=list)
    stopped_by: Problem | None = None
    kept: bool = False  # something that is about no project was

    @property
    def source(self) -> str:
        return f"{self.provider.slug}_sync"

    @property
    def is_demo(self) -> bool:
        """Whether what it tells is invented."""
        return bool(settings.ENABLE_MOCK_DATA) and not self.provider.local

    @cached_property
    def choices(self) -> Choices:
        """What the owner chose to plant, as it was when the run began."""
        return choices_at(self.provider.slug)

    def bring_in(self) -> None:
        """Read everything new, subject by subject."""
        if self.provider.forge and not self.is_demo:
            account = connections.connection_of(self.provider).username
            ownership.follow_account(provider=self.provider.slug, login=account, now=self.now)
            recount_all(now=self.now, source=self.source)
        one, choices = self.run.project, self.choices
        connection = connections.connection_of(self.provider, username="" if one else self.run.subject)
        if self.provider.local and not one:
            self._plant_found()
        http = connections.http_for(self.provider, connection, alive=lambda: runs.beat(self.run))
        since = Since(
            connection=connection,
            now=self.now,
            projects=selectors.known_projects(self.provider.slug),
            unread=selectors.unread_projects(self.provider),
            only=selectors.known_project(self.provider, one) if one else None,
            repositories=lambda: watching.repositories(one),
            left_out=choices.left_out,
            plants_new=choices.plants_new,
            chosen=selectors.chosen_projects(self.provider.slug, choices),
            uncounted=lambda: selectors.uncounted_commits(self.provider.slug, now=self.now),
            undescribed=lambda: selectors.undescribed_tracks(self.provider, now=self.now),
            state=selectors.notes_of(self.provider.slug),
            tell=self._step,
        )
        for group in _by_project(self._until_stopped(self.provider.fetch(http, since))):
            self._take(next(group), group)

    def _plant_found(self) -> None:
        """Plant what is new in the watched folders."""
        found, troubles = watching.plant_found(now=self.now, tell=self._step)
        self.troubles += troubles
        for one in found:
            self.counts["planted"] += one.planted
            self.counts["facts"] += one.new
            self.subjects.add(one.project.name)

    def _step(self, step: str, done: int, total: int) -> None:
        runs.beat(self.run, step=step, done=done, total=total)
        self.tell(step, done, total)

    def _until_stopped(self, found: Iterator[Found]) -> Iterator[Found]:
        """The stream, ended quietly where it breaks off, so that what came before is still kept and grown."""
        try:
            yield from found
        except Problem as problem:
            self.stopped_by = problem
        except UNREADABLE as error:
            log_of(self.provider).warning("sync.unexpected_answer", provider=self.provider.slug, error=repr(error))
            self.stopped_by = Malformed.answer_of(self.provider.label)

    def _take(self, first: Found, rest: Iterator[Found]) -> None:
        if isinstance(first, Trouble):
            self.troubles.append(first)
            if first.uri:
                watching.note_trouble(uri=first.uri, problem=first.problem)
        elif isinstance(first, Gone):
            self._hide(first)
        else:
            try:
                if first.kind == PROJECT:
                    self._ingest(first, rest)
                else:
                    self._store(first, rest)
            except Problem as problem:
                self.troubles.append(Trouble(first.subject, problem))
            except Exception:
                log = log_of(self.provider)
                log.exception("sync.project_broken", provider=self.provider.slug, subject=first.subject)
                fault = Problem("unexpected", "it could not be brought in (the log tells why)")
                self.troubles.append(Trouble(first.subject, fault))

    def _ingest(self, first: Payload, rest: Iterator[Found]) -> None:
        remembered = dict(first.remember)

        def facts() -> Iterator[ActivityDraft | HistoryDraft]:
            for payload in rest:
                if not isinstance(payload, Payload):
                    continue
                try:
                    drafts = self._parsed(payload)
                except Problem as problem:
                    self.troubles.append(Trouble(first.subject, problem))
                    return
                facts = [draft for draft in drafts if isinstance(draft, ActivityDraft | HistoryDraft)]
                if redated := sum(isinstance(fact, ActivityDraft) and AUTHORED_AT in fact.data for fact in facts):
                    self.counts["redated"] += redated
                yield from facts
                remembered.update(payload.remember)

        draft = self._parsed(first)[0]
        if not isinstance(draft, ProjectDraft):
            raise TypeError(f"a group of payloads begins with {first.kind!r}, which describes no project")
        if draft.private is False and (stamp := first.remember.get("stamp")):
            reporter = draft.source_of(self.provider.slug)
            services.show_again(draft=draft, reporter=reporter, stamp=stamp, source=self.source, now=self.now)
            draft = replace(draft, private=None)  # said, as far as it is news; a webhook may hide it while we go on
        visibility = self.choices.visibility_of(draft.source_of(self.provider.slug).external_id)
        project, planted = planting.plant(
            draft=draft, source=self.source, now=self.now, visibility=visibility, is_demo=self.is_demo
        )
        recorded = services.ingest(
            project=project,
            activities=facts(),
            source=self.source,
            now=self.now,
            on_progress=lambda _read: runs.beat(self.run),
        )
        if first.uri:
            watching.note_read(uri=first.uri, project=project, state=remembered, now=self.now)
        elif remembered:
            services.remember(source=draft.source_of(self.provider.slug), state=remembered)
        self.counts["planted"] += planted
        self.counts["facts"] += recorded.new
        self.counts["completed"] += recorded.completed
        if recorded.withdrawn:
            self.counts["withdrawn"] += recorded.withdrawn
        self.subjects.add(first.subject)

    def _store(self, first: Payload, rest: Iterator[Found]) -> None:
        """Payloads that are about no project. One that cannot be read keeps the others from nothing."""
        for payload in chain([first], rest):
            if isinstance(payload, Payload):
                try:
                    drafts = self._parsed(payload)
                except Problem as problem:
                    self.stopped_by = problem
                    continue
                kept = sinks.store(drafts, source=self.provider.slug, now=self.now, is_demo=self.is_demo)
                self.counts.update(kept)
                if not self.is_demo:  # where the real one is asked from is nothing to invent
                    services.remember_source(provider=self.provider.slug, state=payload.remember)
                self.kept = True

    def _parsed(self, payload: Payload) -> list[Draft]:
        """What could be read of a payload; broken items of its lists are noted. Raises `Malformed`."""
        try:
            with noting() as broken:
                drafts = list(self.provider.parse(payload))
        except UNREADABLE as error:
            log_of(self.provider).warning(
                "sync.unexpected_answer", provider=self.provider.slug, kind=payload.kind, error=repr(error)
            )
            raise Malformed.answer_of(self.provider.label) from error
        self.broken.extend(broken)
        return drafts

    def _hide(self, gone: Gone) -> None:
        """Take a project off the site that its service no longer shows; its plant is kept for its return."""
        source = SourceRef(self.provider.slug, gone.external_id)
        row = ProjectSource.objects.filter(identity.any_of([source]), gone_at=None).select_related("project").first()
        if row:
            planting.hide(project=row.project, gone=source, source=self.source, now=self.now)
            self.counts["hidden"] += 1

    def conclude(self) -> None:
        """Write down how it went."""
        self.counts["projects"] = len(self.subjects)
        if self.broken:
            self.counts[LEFT_OUT] = len(self.broken)
        problem = self.stopped_by or self._trouble() or self._left_out()
        if problem is None:
            runs.finish(self.run, counts=self.counts)
            return
        problem.fix = self.provider.fixes.get(problem.code, problem.fix)
        if self.subjects or self.kept or (self.troubles and not self.stopped_by):
            runs.finish_in_part(self.run, counts=self.counts, problem=problem, next_run_at=problem.until)
        else:
            runs.fail(self.run, problem=problem, counts=self.counts, next_run_at=problem.until)

    def _trouble(self) -> Problem | None:
        """What the subjects that made trouble add up to."""
        if not self.troubles:
            return None
        named = [_named(trouble) for trouble in self.troubles[:NAMED]]
        more = [f"and {len(self.troubles) - NAMED} more"] if len(self.troubles) > NAMED else []
        return Problem(
            "some_failed",
            f"Could not be read: {'; '.join([*named, *more])}.",
            fix=f"{WHY_BESIDE if self.provider.local else ''}The others are up to date. "
            "These are tried again at the next run.",
        )

    def _left_out(self) -> Problem | None:
        """What the items that could not be read add up to."""
        if not self.broken:
            return None
        named = [f"{item.name} ({item.why})" for item in self.broken[:NAMED]]
        more = [f"and {len(self.broken) - NAMED} more"] if len(self.broken) > NAMED else []
        return Problem(
            LEFT_OUT,
            f"Left out, since they are not as {self.provider.label} documents them: {'; '.join([*named, *more])}.",
            fix="Nothing to do: everything else is in the garden.",
        )


def _named(trouble: Trouble) -> str:
    """What could not be read, and why; of what lies on this machine the console alone says why, beside its path."""
    return trouble.subject if trouble.uri else f"{trouble.subject} ({trouble.problem.message.rstrip('.')})"


def _by_project(found: Iterator[Found]) -> Iterator[Iterator[Found]]:
    """The stream cut before everything that is not a fact about the project before it. Read each part in its turn."""
    number, after_payload = 0, True

    def part(item: Found) -> int:
        nonlocal number, after_payload
        number += not isinstance(item, Payload) or item.kind == PROJECT or not after_payload
        after_payload = isinstance(item, Payload)
        return number

    return (items for _, items in groupby(found, part))
