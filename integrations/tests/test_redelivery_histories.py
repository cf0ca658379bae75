"""Deliveries that come again, in another order, or to a process that dies: the garden knows what they tell, once."""

from __future__ import annotations

import json
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, invariant, rule

from garden.models import Activity, GardenEvent, Project
from garden.vocabulary import ActivityKind, EventType
from integrations import registry, tasks, webhooks
from integrations.models import DeliveryStatus, WebhookDelivery
from integrations.tests.github_stub import repository
from integrations.tests.test_github_hooks import push
from integrations.tests.test_killed_at_every_step import Death, Killed
from tests.histories import History, run_histories

if TYPE_CHECKING:
    from pytest_django import Settings

BEGIN = datetime(2026, 1, 10, 12, tzinfo=UTC)
REPOSITORIES = {7: "ada/engine", 8: "ada/loom"}
Fact = tuple[str, str, str]  # repository, kind, external id
DAY = "2026-01-10T{:02}:00:00Z"


@dataclass(frozen=True)
class Sent:
    """A delivery, and the facts that it tells."""

    event: str
    body: bytes
    facts: frozenset[Fact]


def pushed(number: int, commits: frozenset[int]) -> Sent:
    """A push of commits that other pushes may hold, too."""
    name = REPOSITORIES[number].partition("/")[2]
    first = push()["commits"][0]
    told = [{**first, "id": f"{one:040x}", "timestamp": DAY.format(one)} for one in sorted(commits)]
    said = push(commits=told, repository=repository(number, REPOSITORIES[number]))
    return Sent(
        "push", json.dumps(said).encode(), frozenset((name, ActivityKind.COMMIT, f"{one:040x}") for one in commits)
    )


def numbered(number: int, issue: int, action: str) -> Sent:
    """An issue of which every action is told, and that is one fact."""
    name = REPOSITORIES[number].partition("/")[2]
    item = {"number": issue, "title": "Slow", "created_at": DAY.format(8), "user": {"login": "ada"}}
    said = {"action": action, "issue": item, "repository": repository(number, REPOSITORIES[number])}
    return Sent("issues", json.dumps(said).encode(), frozenset({(name, ActivityKind.ISSUE, str(issue))}))


repositories = st.sampled_from(sorted(REPOSITORIES))
deliveries = st.builds(pushed, repositories, st.frozensets(st.integers(1, 6), min_size=1, max_size=4)) | st.builds(
    numbered, repositories, st.integers(1, 2), st.sampled_from(["opened", "closed", "reopened"])
)


class Deliveries(History):
    """An inbox, those who send to it, and processes that work on it and may die."""

    begin = BEGIN
    known = Bundle("known")

    def __init__(self) -> None:
        super().__init__()
        self.expected: dict[str, Sent] = {}  # by the id that each came with first

    def teardown(self) -> None:
        with self.undone:
            webhooks.retry(deliveries=WebhookDelivery.objects.all(), now=self.now)  # each attempt ended its process
            self.go_on(webhooks.LONGEST_WAIT)
            tasks.sweep()
            self.all_of_them_have_had_their_effect()

    def receive(self, sent: Sent, delivery_id: str) -> webhooks.Receipt:
        """Take in, and have nobody told: the process may die between the two."""
        provider = registry.hook_provider("github")
        return webhooks.receive(
            provider=provider,
            event=sent.event,
            delivery_id=delivery_id,
            content_type="application/json",
            body=sent.body,
            now=self.now,
            dispatch=lambda _: None,
        )

    @rule(target=known, sent=deliveries)
    def arrive(self, sent: Sent) -> str:
        delivery_id = f"delivery {len(self.expected)}"
        assert self.receive(sent, delivery_id) == webhooks.Receipt.ACCEPTED
        self.expected[delivery_id] = sent
        return delivery_id

    @rule(delivery_id=known, under_another_id=st.booleans())
    def arrive_again(self, delivery_id: str, under_another_id: bool) -> None:
        sent = self.expected[delivery_id]
        if under_another_id:
            self.expected[again := f"delivery {len(self.expected)}"] = sent
            assert self.receive(sent, again) == webhooks.Receipt.ACCEPTED
        else:
            assert self.receive(sent, delivery_id) == webhooks.Receipt.KNOWN

    @rule(delivery_id=known)
    def work_on_one_before_the_others(self, delivery_id: str) -> None:
        row = WebhookDelivery.objects.get(delivery_id=delivery_id)
        webhooks.process(row.pk, now=self.now)

    @rule()
    def work(self) -> None:
        tasks.sweep()

    @rule(before=st.integers(1, 30))
    def die_at_work(self, before: int) -> None:
        with ExitStack() as process:
            process.enter_context(connection.execute_wrapper(Death(before)))
            process.enter_context(suppress(Killed))
            tasks.sweep()

    @rule(passing=st.sampled_from([timedelta(minutes=1), timedelta(minutes=5), timedelta(hours=1)]))
    def time_goes_on(self, passing: timedelta) -> None:
        self.go_on(passing)

    @invariant()
    def nothing_is_there_that_nobody_told_and_nothing_twice(self) -> None:
        found = list(Activity.objects.values_list("project__name", "kind", "external_id"))
        assert len(found) == len(set(found))
        assert set(found) <= self.told
        assert WebhookDelivery.objects.count() == len(self.expected)
        assert Project.objects.count() <= len(REPOSITORIES)

    @invariant()
    def what_is_said_to_be_done_is_done(self) -> None:
        done = WebhookDelivery.objects.filter(status=DeliveryStatus.PROCESSED)
        facts = set(Activity.objects.values_list("project__name", "kind", "external_id"))
        for delivery_id in done.values_list("delivery_id", flat=True):
            assert self.expected[delivery_id].facts <= facts

    @property
    def told(self) -> set[Fact]:
        """What all deliveries tell that came so far: the oracle."""
        return {fact for sent in self.expected.values() for fact in sent.facts}

    def all_of_them_have_had_their_effect(self) -> None:
        assert not WebhookDelivery.objects.exclude(status=DeliveryStatus.PROCESSED).exists()
        assert set(Activity.objects.values_list("project__name", "kind", "external_id")) == self.told
        news = GardenEvent.objects.filter(event_type=EventType.COMMIT_PUSHED)
        commits = [fact for fact in self.told if fact[1] == ActivityKind.COMMIT]
        assert sum(event.data["commit_count"] for event in news) == len(commits)


@pytest.mark.fuzz
@pytest.mark.django_db
def test_whatever_becomes_of_deliveries_each_has_its_effect_once(settings: Settings) -> None:
    settings.GITHUB_USERNAME = "ada"
    settings.REDIS_URL = ""
    run_histories(Deliveries, number=15, steps=15)
