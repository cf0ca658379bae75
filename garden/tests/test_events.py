from __future__ import annotations

import pytest
from django.db import transaction

from garden import events
from garden.event_types import SeedPlanted, StateRefreshed
from garden.models import GardenEvent
from garden.planting import named
from garden.tests.factories import NOW, ProjectFactory
from garden.vocabulary import Visibility

pytestmark = pytest.mark.django_db


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """One entry for each time the hubs were woken."""
    calls: list[None] = []
    monkeypatch.setattr("garden.events.wake", lambda: calls.append(None))
    return calls


def publish_one() -> GardenEvent:
    return events.publish(StateRefreshed(component="place"), source="test", now=NOW)


def test_an_event_carries_the_documented_envelope() -> None:
    with transaction.atomic():
        event = publish_one()
    assert event.envelope() == {
        "seq": event.seq,
        "event_type": "state_refreshed",
        "timestamp": "2026-06-15T12:00:00Z",
        "source": "test",
        "data": {"component": "place"},
    }


@pytest.mark.django_db(transaction=True)
def test_publishing_outside_the_transaction_of_a_change_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        publish_one()


@pytest.mark.django_db(transaction=True)
def test_the_hubs_are_woken_only_when_the_change_is_committed(woken: list[None]) -> None:
    with transaction.atomic():
        publish_one()
        assert woken == []
    assert len(woken) == 1


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_rolled_back_tells_nothing(woken: list[None]) -> None:
    with transaction.atomic():
        publish_one()
        transaction.set_rollback(True)
    assert not GardenEvent.objects.exists()
    assert woken == []


def test_nothing_is_told_of_a_project_that_is_not_public() -> None:
    hidden = ProjectFactory.create(visibility=Visibility.PRIVATE)
    with transaction.atomic():
        assert events.publish_of(hidden, SeedPlanted(**named(hidden)), source="test", now=NOW) is None
    assert not GardenEvent.objects.exists()


def test_a_project_that_leaves_the_garden_leaves_the_outbox_and_keeps_its_places_in_it() -> None:
    project, other = ProjectFactory.create(name="Secret plan"), ProjectFactory.create()
    with transaction.atomic():
        told = events.publish_of(project, SeedPlanted(**named(project)), source="test", now=NOW)
        events.publish_of(other, SeedPlanted(**named(other)), source="test", now=NOW)
    events.remove(project, now=NOW, source="test")
    rows = [event.envelope() for event in GardenEvent.objects.all()]
    assert told is not None
    assert rows[0]["seq"] == told.seq
    assert [row["event_type"] for row in rows] == ["redacted", "seed_planted", "project_removed"]
    assert "Secret plan" not in str(rows)
    assert rows[0]["data"] == {}
