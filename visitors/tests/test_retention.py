"""Nothing of a visit is kept longer than is said, and what is said is what is there."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps

from visitors import kept, retention, services
from visitors.consent import audit, visits
from visitors.consent import services as consents
from visitors.consent.models import AuditEntry, Consent, LinkedSession, SaltDeletion, SubjectRequest
from visitors.consent.vocabulary import AuditAction, Category, RequestType
from visitors.models import Batch, DailySalt, PageSpeed, Pseudonym, Session, Step
from visitors.vocabulary import StepKind

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
DAY = timedelta(days=1)
UNLISTED = {
    "ChangedDay",
    "CountedDay",
    "FiguresLink",
    "Funnel",
    "Goal",
}  # days to be counted, and the owner's words: no visitor


@pytest.fixture(autouse=True)
def _noon(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


def a_visit(pk: int, at: datetime) -> None:
    Session.objects.create(pk=pk, started_at=at, last_activity_at=at, first_of_day=True)
    Step.objects.create(session_id=pk, at=at, kind=StepKind.NAVIGATION)
    PageSpeed.objects.create(at=at, area="/")


def test_visits_go_by_whole_days_once_their_time_is_over_and_only_then(settings: Any) -> None:
    settings.JOURNEYS_KEPT_DAYS = 7
    last_kept = datetime(2026, 6, 8, tzinfo=UTC)
    for pk, at in enumerate((last_kept - DAY * 60, last_kept - timedelta(seconds=1), last_kept, NOW), start=1):
        a_visit(pk, at)
    assert retention.forget(now=NOW) == {"session": 2, "step": 2, "pagespeed": 2}
    assert set(Session.objects.values_list("pk", flat=True)) == {3, 4}
    assert (Step.objects.count(), PageSpeed.objects.count()) == (2, 2)
    assert retention.forget(now=NOW) == {}
    assert AuditEntry.objects.count() == 1  # nothing done is nothing told


def test_more_visits_than_a_chunk_all_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "CHUNK", 3)
    for pk in range(1, 8):
        a_visit(pk, NOW - DAY * (40 + pk % 2))
    assert retention.forget(now=NOW)["session"] == 7


def test_a_visit_past_midnight_stays_as_long_as_a_step_of_it() -> None:
    until = datetime(2026, 5, 16, tzinfo=UTC)
    a_visit(1, until - timedelta(minutes=5))
    Session.objects.update(last_activity_at=until + timedelta(minutes=5))
    Step.objects.create(session_id=1, at=until + timedelta(minutes=5), kind=StepKind.NAVIGATION)
    retention.forget(now=NOW)
    assert (Session.objects.count(), Step.objects.count()) == (1, 1)
    retention.forget(now=NOW + DAY)
    assert (Session.objects.count(), Step.objects.count()) == (0, 0)


def test_a_link_goes_with_its_visit() -> None:
    _, consent = consents.give(categories=[Category.ANALYTICS], now=NOW)
    a_visit(1, NOW - DAY * 40)
    a_visit(2, NOW)
    visits.link({1: consent, 2: consent})
    retention.forget(now=NOW)
    assert list(LinkedSession.objects.values_list("pk", flat=True)) == [2]


def test_consents_expire_but_not_before_their_bearer_had_an_answer() -> None:
    _, waiting = consents.give(categories=[Category.ANALYTICS], now=NOW - DAY * 200)
    consents.give(categories=[Category.ANALYTICS], now=NOW - DAY * 200)
    request = consents.ask(waiting, kind=RequestType.ACCESS, now=NOW - DAY * 21)
    assert retention.forget(now=NOW)["consent"] == 1
    assert list(Consent.objects.all()) == [waiting]
    consents.fulfil(request, now=NOW)
    assert retention.forget(now=NOW)["consent"] == 1
    later = NOW + DAY * 366
    assert retention.forget(now=later)["request"] == 1
    assert not SubjectRequest.objects.exists()
    assert audit.fault(AuditEntry) == ""


def test_each_salt_that_goes_stands_in_the_public_log_and_all_made_with_it_goes_too() -> None:
    for days in range(5):
        services.visitor_day_id(address="203.0.113.9", browser_family="firefox", now=NOW - DAY * days)
        at = NOW - DAY * days
        Pseudonym.objects.create(visitor=bytes([days] * 16), session_id=days, last_at=at)
        Batch.objects.create(id=f"00000000-0000-0000-0000-00000000000{days}", at=at)
    assert services.forget_old_salts(now=NOW) == 3
    assert [entry.day.isoformat() for entry in SaltDeletion.objects.all()] == ["2026-06-11", "2026-06-12", "2026-06-13"]
    assert audit.fault(SaltDeletion) == ""
    assert (DailySalt.objects.count(), Pseudonym.objects.count(), Batch.objects.count()) == (2, 2, 2)


def test_a_batch_is_known_for_48_hours_whenever_in_the_day_it_came() -> None:
    before_midnight = NOW.replace(hour=23, minute=59)
    Batch.objects.create(id="00000000-0000-0000-0000-000000000001", at=before_midnight)
    services.forget_old_salts(now=before_midnight + DAY * 2 - timedelta(minutes=1))
    assert Batch.objects.exists()
    services.forget_old_salts(now=before_midnight - DAY * 2 + timedelta(minutes=1))  # the clock was set back
    assert Batch.objects.exists()
    services.forget_old_salts(now=before_midnight + DAY * 2)
    assert not Batch.objects.exists()


def test_a_clock_that_was_set_back_leaves_no_salt_of_days_to_come() -> None:
    ahead = NOW + DAY * 400
    services.visitor_day_id(address="203.0.113.9", browser_family="firefox", now=ahead)
    Pseudonym.objects.create(visitor=bytes(16), session_id=1, last_at=ahead)
    assert services.forget_old_salts(now=NOW) == 1
    assert not Pseudonym.objects.exists()


def test_every_table_of_the_visitors_is_told_of() -> None:
    told = {table.rows().model.__name__ for table in kept.TABLES} | UNLISTED | {"LinkedSession"}
    models = {*apps.get_app_config("visitors").get_models(), *apps.get_app_config("consent").get_models()}
    assert {model.__name__ for model in models} <= told
    assert len({table.name for table in kept.TABLES}) == len(kept.TABLES)
    assert all(re.fullmatch("[a-z_]+", table.name) for table in kept.TABLES)


def test_what_is_told_is_the_oldest_row_that_is_there() -> None:
    oldest = {one.table.name: one for one in kept.kept(NOW)}
    assert all(one.oldest is None for one in oldest.values())
    a_visit(1, NOW - DAY * 3)
    a_visit(2, NOW - DAY * 40)
    services.visitor_day_id(address="203.0.113.9", browser_family="firefox", now=NOW)
    audit.append(AuditAction.FORGOTTEN, now=NOW)
    found = {one.table.name: one for one in kept.kept(NOW)}
    assert found["steps"].oldest == NOW - DAY * 40
    assert found["steps"].overdue  # the task has not run yet: the page says so, rather than what should be
    assert found["salts"].oldest == datetime(2026, 6, 15, tzinfo=UTC)
    assert found["audit_log"].oldest == NOW
    retention.forget(now=NOW)
    found = {one.table.name: one for one in kept.kept(NOW)}
    assert (found["steps"].oldest, found["steps"].overdue) == (NOW - DAY * 3, False)


def test_a_consent_whose_bearer_waits_for_an_answer_is_not_overdue() -> None:
    long_ago = NOW - DAY * 800
    _token, consent = consents.give(categories=[Category.ANALYTICS], now=long_ago)
    overdue = {one.table.name for one in kept.kept(NOW) if one.overdue}
    assert overdue == {"consents"}
    consents.ask(consent, kind=RequestType.ACCESS, now=long_ago)
    assert not [one for one in kept.kept(NOW) if one.overdue]
