"""Whatever visitors agree to, do, change and erase in whatever order: each reaches their own, and nobody else's."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule, run_state_machine_as_test
from time_machine import travel

from visitors import retention
from visitors.consent import audit, services
from visitors.consent.export import export_of
from visitors.consent.models import AuditEntry, Consent, LinkedSession
from visitors.consent.selectors import categories_of, consent_of
from visitors.consent.vocabulary import ASKED, Category
from visitors.intake.groups import store
from visitors.models import Session, Step
from visitors.tests.test_consent_while_steps_arrive import sent

BEGIN = datetime(2026, 6, 15, 12, tzinfo=UTC)
KEPT, LAPSES = timedelta(days=30), timedelta(days=180)
choices = st.frozensets(st.sampled_from(ASKED))


@dataclass
class Visitor:
    """What we expect to be known of one."""

    categories: frozenset[Category]
    until: datetime
    steps: dict[str, datetime] = field(default_factory=dict)


class Histories(RuleBasedStateMachine):
    """A few visitors behind one address, and a clock."""

    tokens = Bundle("tokens")

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.clock = travel(BEGIN, tick=False)
        self.traveller = self.clock.start()
        self.now = BEGIN
        self.expected: dict[str, Visitor] = {}
        self.anybodys = 0
        self.number = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)
        self.clock.stop()

    @rule(target=tokens, categories=choices)
    def agree(self, categories: frozenset[Category]) -> str:
        token, _ = services.give(categories=categories, now=self.now)
        self.expected[token] = Visitor(categories, self.now + LAPSES)
        return token

    @rule(token=tokens, categories=choices)
    def change(self, token: str, categories: frozenset[Category]) -> None:
        given, _ = services.choose(token, categories=categories, now=self.now)
        known = self.expected.get(token)
        if known is None or known.until <= self.now:
            self.expected[given] = Visitor(categories, self.now + LAPSES)
            return
        known.categories, known.until = categories, self.now + LAPSES
        if Category.ANALYTICS not in categories:
            known.steps.clear()

    @rule(token=tokens)
    def walk(self, token: str) -> None:
        self.number += 1
        area = f"step {self.number}"
        store([sent(area, token, self.now), sent("nobody's", now=self.now)], now=self.now)
        known = self.expected.get(token)
        if known and known.until > self.now and Category.ANALYTICS in known.categories:
            known.steps[area] = self.now

    @rule(token=consumes(tokens))
    def erase(self, token: str) -> None:
        if (consent := consent_of(token)) is not None:
            services.erase(consent, now=self.now)
            del self.expected[token]

    @rule(hours=st.sampled_from([0.1, 1, 20, 24 * 12, 24 * 100]))
    def time_goes_on(self, hours: float) -> None:
        self.now += timedelta(hours=hours)
        self.traveller.move_to(self.now, tick=False)
        retention.forget(now=self.now)
        begin = (self.now - KEPT).date()
        for visitor in self.expected.values():
            visitor.steps = {area: at for area, at in visitor.steps.items() if at.date() >= begin}

    @invariant()
    def each_reaches_their_own(self) -> None:
        for token, known in self.expected.items():
            consent = consent_of(token)
            if known.until <= self.now:
                assert consent is None
                continue
            assert consent is not None
            assert categories_of(token) == known.categories | {Category.ESSENTIAL}
            found = export_of(consent, now=self.now)
            assert {step.area for step in found["steps"]} == set(known.steps)

    @invariant()
    def nothing_hangs_loose(self) -> None:
        sessions = set(Session.objects.values_list("pk", flat=True))
        assert set(Step.objects.values_list("session_id", flat=True)) <= sessions
        assert set(LinkedSession.objects.values_list("pk", flat=True)) <= sessions
        assert not LinkedSession.objects.filter(consent__analytics=False).exists()
        assert Consent.objects.count() >= sum(known.until > self.now for known in self.expected.values())
        assert audit.fault(AuditEntry) == ""


@pytest.mark.django_db
def test_any_history_of_consents_keeps_its_word() -> None:
    run: Any = run_state_machine_as_test
    run(Histories, settings=settings(max_examples=25, stateful_step_count=20, deadline=None))
