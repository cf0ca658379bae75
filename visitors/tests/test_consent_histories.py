"""Whatever visitors agree to, do, change and erase in whatever order: each reaches their own, and nobody else's."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, consumes, invariant, rule

from common import database
from tests.histories import History, run_histories
from visitors import consumers, retention
from visitors.consent import audit, services, visits
from visitors.consent.export import export_of
from visitors.consent.models import AuditEntry, Consent, LinkedSession
from visitors.consent.selectors import categories_of, consent_of
from visitors.consent.vocabulary import ASKED, Category
from visitors.consumers import ASK_AGAIN_SECONDS, Walker
from visitors.intake.groups import store
from visitors.models import Session, Step
from visitors.tests.test_consent_while_steps_arrive import sent
from visitors.walks import Stage, StepRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

Result = TypeVar("Result")

BEGIN = datetime(2026, 6, 15, 12, tzinfo=UTC)
KEPT, LAPSES = timedelta(days=30), timedelta(days=180)
RADIUS = 8.0
STEP = {"event_type": "journey_step", "data": {"position": {"x": 1, "y": 0, "z": 1}}}
choices = st.frozensets(st.sampled_from(ASKED))


@dataclass
class Visitor:
    """What we expect to be known of one."""

    categories: frozenset[Category]
    until: datetime
    steps: dict[str, datetime] = field(default_factory=dict)


@dataclass
class Socket:
    """One that somebody opened, and what we expect it to know of them."""

    walker: Walker
    token: str
    asked_at: datetime
    agreed: bool


class Consents(History):
    """A few visitors behind one address, the sockets that they open, and a clock."""

    begin = BEGIN
    tokens = Bundle("tokens")
    sockets = Bundle("sockets")

    def __init__(self) -> None:
        super().__init__()
        self.expected: dict[str, Visitor] = {}
        self.stage = Stage()
        self.number = 0

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

    @rule(token=tokens, other=st.sampled_from(["", "another", "x" * 32, "x" * 65, "\udcff"]))
    def walk_with_what_is_no_token(self, token: str, other: str) -> None:
        store([sent("nobody's", said, self.now) for said in (other, token[:-1], token.swapcase())], now=self.now)

    @rule(token=tokens)
    def come_by(self, token: str) -> None:
        if (consent := consent_of(token)) is not None:
            visits.note(consent, now=self.now)
            assert visits.came_back(consent) <= self.has(token, Category.PERSONALISATION)

    @rule(target=sockets, token=tokens)
    def open_a_socket(self, token: str) -> Socket:
        walker = Walker(self.stage, categories_of, self.seconds)
        socket = Socket(walker, token, self.now, self.has(token, Category.LIVE_PRESENCE))
        assert run(walker.identify(token)) == socket.agreed
        return socket

    @rule(socket=sockets)
    def walk_in_the_garden(self, socket: Socket) -> None:
        if socket.agreed and (self.now - socket.asked_at).total_seconds() > ASK_AGAIN_SECONDS:
            socket.asked_at, socket.agreed = self.now, self.has(socket.token, Category.LIVE_PRESENCE)
        try:
            run(socket.walker.step(STEP))
        except StepRefused:
            assert not socket.agreed
            assert not socket.walker.visitor_id
        else:
            assert socket.agreed

    @rule(socket=consumes(sockets))
    def close_a_socket(self, socket: Socket) -> None:
        shown = socket.walker.visitor_id
        socket.walker.leave()
        assert shown not in [row[0] for row in self.stage.due(self.seconds() + 60)]

    @rule(token=consumes(tokens))
    def erase(self, token: str) -> None:
        if (consent := consent_of(token)) is not None:
            services.erase(consent, now=self.now)
            del self.expected[token]

    @rule(hours=st.sampled_from([0.01, 0.1, 1, 20, 24 * 12, 24 * 100]))
    def time_goes_on(self, hours: float) -> None:
        self.go_on(timedelta(hours=hours))
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

    def has(self, token: str, category: Category) -> bool:
        """Whether the bearer of a token agrees to something now, as we know it."""
        known = self.expected.get(token)
        return known is not None and known.until > self.now and category in known.categories

    def seconds(self) -> float:
        return (self.now - BEGIN).total_seconds()

    @invariant()
    def when_somebody_was_here_is_known_of_those_alone_who_agreed(self) -> None:
        remembered = Consent.objects.exclude(seen_at=None, previous_visit_at=None)
        assert not remembered.filter(personalisation=False).exists()

    @invariant()
    def nothing_hangs_loose(self) -> None:
        sessions = set(Session.objects.values_list("pk", flat=True))
        assert set(Step.objects.values_list("session_id", flat=True)) <= sessions
        assert set(LinkedSession.objects.values_list("pk", flat=True)) <= sessions
        assert not LinkedSession.objects.filter(consent__analytics=False).exists()
        assert Consent.objects.count() >= sum(known.until > self.now for known in self.expected.values())
        assert audit.fault(AuditEntry) == ""


def run(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """What a coroutine returns that waits for nothing."""
    with pytest.raises(StopIteration) as ended:
        coroutine.send(None)
    result: Result = ended.value.value
    return result


@pytest.fixture(autouse=True)
def _asked_in_this_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """In another one the transaction of a history would not be seen."""

    def here(function: Callable[..., Any], **_options: Any) -> Callable[..., Coroutine[Any, Any, Any]]:
        async def call(*said: Any) -> Any:
            return function(*said)

        return call

    monkeypatch.setattr(consumers, "sync_to_async", here)
    monkeypatch.setattr(database, "close_old_connections", lambda: None)
    monkeypatch.setattr(consumers, "island_radius", lambda: RADIUS)


@pytest.mark.fuzz
@pytest.mark.django_db
def test_any_history_of_consents_keeps_its_word() -> None:
    run_histories(Consents, number=25, steps=20)
