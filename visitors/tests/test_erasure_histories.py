"""Of a visitor who is erased nothing stands in any table, whatever was before, and the counts are of the others."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from django.apps import apps
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, consumes, invariant, rule

from tests.histories import History, run_histories
from visitors.consent import services
from visitors.consent.export import export_of
from visitors.consent.models import AuditEntry
from visitors.consent.selectors import consent_of
from visitors.consent.vocabulary import Category, RequestType
from visitors.figures.rollups import roll_up
from visitors.intake.groups import Submission, store
from visitors.models import CountedDay, DayCount, Session, Step
from visitors.selectors import digest_of
from visitors.tests.test_consent_while_steps_arrive import sent
from visitors.vocabulary import Dimension

BEGIN = datetime(2026, 6, 15, 12, tzinfo=UTC)
ANYBODYS = "anybody's"


@dataclass
class Visitor:
    """Somebody who agreed, and what they did since."""

    token: str
    reference: str
    steps: list[tuple[datetime, str]] = field(default_factory=list)


class Erasures(History):
    """Visitors who come, walk, look at what is known of them and have it erased, while others walk on."""

    begin = BEGIN
    visitors = Bundle("visitors")
    gone = Bundle("gone")

    def __init__(self) -> None:
        super().__init__()
        self.known: list[Visitor] = []
        self.anybodys: list[tuple[datetime, str]] = []
        self.number = 0

    @rule(target=visitors)
    def agree(self) -> Visitor:
        token, consent = services.give(categories=[Category.ANALYTICS, Category.PERSONALISATION], now=self.now)
        self.known.append(visitor := Visitor(token, consent.reference.hex))
        return visitor

    @rule(visitor=visitors, with_others=st.booleans())
    def walk(self, visitor: Visitor, with_others: bool) -> None:
        group = [self.step_of(visitor)]
        if with_others:
            group.append(self.step_of_anybody())
        store(group, now=self.now)

    @rule()
    def others_walk(self) -> None:
        store([self.step_of_anybody()], now=self.now)

    @rule(visitor=gone)
    def a_page_that_was_left_open_walks_on(self, visitor: Visitor) -> None:
        store([self.step_of_anybody(visitor.token)], now=self.now)

    @rule()
    def count(self) -> None:
        roll_up(self.now)
        until = self.now.replace(minute=0)
        steps = [*self.anybodys, *(step for visitor in self.known for step in visitor.steps)]
        expected = Counter((at.date(), area) for at, area in steps if at < until)
        counted = DayCount.objects.filter(dimension=Dimension.AREA)
        assert {(row.day, row.value): row.steps for row in counted} == expected
        whole = DayCount.objects.filter(dimension=Dimension.ALL).values_list("day", "steps")
        assert dict(whole) == self.by_day(expected)

    @rule(visitor=visitors)
    def read_what_is_known(self, visitor: Visitor) -> None:
        consent = consent_of(visitor.token)
        assert consent is not None
        found = export_of(consent, now=self.now)
        assert [(step.at, step.area) for step in found["steps"]] == sorted(visitor.steps)

    @rule(target=gone, visitor=consumes(visitors), by_the_owner=st.booleans())
    def erase(self, visitor: Visitor, by_the_owner: bool) -> Visitor:
        consent = consent_of(visitor.token)
        assert consent is not None
        marks = self.marks_of(visitor)
        self.count()
        if by_the_owner:
            services.fulfil(services.ask(consent, kind=RequestType.DELETION, now=self.now), now=self.now)
        else:
            services.erase(consent, now=self.now)
        self.known.remove(visitor)
        self.count()
        assert found_anywhere(marks) == {}
        return visitor

    @rule(passing=st.sampled_from([timedelta(minutes=10), timedelta(hours=1), timedelta(hours=13)]))
    def time_goes_on(self, passing: timedelta) -> None:
        self.go_on(passing)

    @invariant()
    def nothing_of_the_others_is_lost(self) -> None:
        kept = [*self.anybodys, *(step for visitor in self.known for step in visitor.steps)]
        assert sorted(Step.objects.values_list("at", "area")) == sorted(kept)
        assert sum(Session.objects.values_list("steps", flat=True)) == len(kept)

    def step_of(self, visitor: Visitor) -> Submission:
        """A step that says by its place whose it is."""
        self.number += 1
        area = f"{visitor.reference}-{self.number}"
        visitor.steps.append((self.now, area))
        return sent(area, visitor.token, self.now)

    def step_of_anybody(self, token: str = "") -> Submission:
        self.anybodys.append((self.now, ANYBODYS))
        return sent(ANYBODYS, token, self.now)

    @staticmethod
    def marks_of(visitor: Visitor) -> list[str]:
        """What leads to a visitor: what they have, what we have of it, what they did, and in which visits."""
        consent = consent_of(visitor.token)
        assert consent is not None
        visits = consent.sessions.values_list("session_id", flat=True)
        return [visitor.token, digest_of(visitor.token), visitor.reference, *map(str, visits)]

    @staticmethod
    def by_day(expected: Counter[tuple[date, str]]) -> dict[date, int]:
        days: Counter[date] = Counter()
        for (day, _area), steps in expected.items():
            days[day] += steps
        return dict(days)


def found_anywhere(marks: list[str]) -> dict[str, list[str]]:
    """The tables in which any of the marks stands, but for the log: it names nobody, and says that they were here."""
    found = {}
    for model in apps.get_models():
        if model is AuditEntry or model is CountedDay:  # of a day, digests of sums
            continue
        rows = " ".join(str(row) for row in model._base_manager.values_list())
        if there := [mark for mark in marks if mark in rows.replace("-", "") or mark in rows]:
            found[model._meta.label] = there
    return found


@pytest.mark.fuzz
@pytest.mark.django_db
def test_any_history_of_erasures_leaves_nothing_of_them_and_all_of_the_others() -> None:
    run_histories(Erasures, number=15, steps=18)
