"""The intake's side of consent: whose visit it is, and whether they came back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from visitors.consent import services, visits
from visitors.consent.models import Consent, LinkedSession
from visitors.consent.vocabulary import Category

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


def agreed(*categories: Category) -> tuple[str, Consent]:
    return services.give(categories=categories, now=NOW)


def test_a_group_knows_whose_tokens_it_carries_in_one_query(django_assert_num_queries: Any) -> None:
    (first, one), (second, two) = agreed(Category.ANALYTICS), agreed(Category.LIVE_PRESENCE)
    with transaction.atomic(), django_assert_num_queries(0):
        assert visits.consents_of([]) == {}
    with transaction.atomic():
        assert visits.consents_of([first, second, "unknown"]) == {first: one, second: two}


def test_only_visits_of_those_who_agreed_to_analytics_are_linked() -> None:
    (_, one), (_, two) = agreed(Category.ANALYTICS), agreed(Category.PERSONALISATION)
    visits.link({7: one, 8: two})
    visits.link({7: two})  # whoever comes second under the same number does not get it
    assert list(LinkedSession.objects.values_list("session_id", "consent")) == [(7, one.pk)]


def test_who_comes_back_after_half_an_hour_came_back_and_the_first_visit_is_remembered() -> None:
    _, consent = agreed(Category.PERSONALISATION)
    visits.note(consent, now=NOW + timedelta(minutes=20))
    assert not visits.came_back(consent)
    visits.note(consent, now=NOW + timedelta(days=2))
    assert visits.came_back(consent)
    visits.note(consent, now=NOW + timedelta(days=2, minutes=10))
    consent.refresh_from_db()
    assert consent.previous_visit_at == NOW + timedelta(minutes=20)
    assert consent.seen_at == NOW + timedelta(days=2, minutes=10)


def test_a_visit_is_noted_once_in_five_minutes_and_only_for_who_asked_for_it(django_assert_num_queries: Any) -> None:
    (_, one), (_, two) = agreed(Category.PERSONALISATION), agreed(Category.ANALYTICS)
    with django_assert_num_queries(0):
        visits.note(one, now=NOW + timedelta(minutes=4))
        visits.note(two, now=NOW + timedelta(days=4))
    two.refresh_from_db()
    assert two.seen_at is None


def test_two_pages_opened_at_once_are_one_visit() -> None:
    _, consent = agreed(Category.PERSONALISATION)
    twin = Consent.objects.get()
    later = NOW + timedelta(days=1)
    visits.note(consent, now=later)
    visits.note(twin, now=later + timedelta(seconds=1))
    consent.refresh_from_db()
    assert (consent.previous_visit_at, consent.seen_at) == (NOW, later)
