"""Steps of those who agreed, as they arrive: whose they are, and what becomes of them when their visitor is erased."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connections

from visitors.consent import services
from visitors.consent.export import export_of
from visitors.consent.models import Consent, LinkedSession, SubjectRequest
from visitors.consent.vocabulary import Category, RequestStatus, RequestType
from visitors.intake import checks
from visitors.intake.groups import Submission, store
from visitors.models import Pseudonym, Session, Step

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
ANALYTICS, PERSONALISATION = Category.ANALYTICS, Category.PERSONALISATION


def sent(area: str, token: str = "", now: datetime = NOW) -> Submission:
    journey = checks.check_journey({"steps": [{"step_type": "navigation", "area": area}]})
    return Submission(address="203.0.113.9", user_agent=FIREFOX, received=now, steps=journey.steps, token=token)


@pytest.fixture(autouse=True)
def _noon(time_machine: Any) -> None:
    time_machine.move_to(NOW)


@pytest.mark.django_db
def test_who_shares_an_address_with_one_who_agreed_is_in_nobodys_export() -> None:
    token, consent = services.give(categories=[ANALYTICS], now=NOW)
    store([sent("grove", token), sent("pond"), sent("gate", token)], now=NOW)
    store([sent("attic")], now=NOW)
    assert [step.area for step in export_of(consent, now=NOW)["steps"]] == ["grove", "gate"]
    services.erase(consent, now=NOW)
    assert set(Step.objects.values_list("area", flat=True)) == {"pond", "attic"}
    assert Pseudonym.objects.count() == Session.objects.count() == 1


@pytest.mark.django_db
def test_what_was_let_go_stays_anybodys_for_who_agrees_anew_within_the_visit() -> None:
    token, consent = services.give(categories=[ANALYTICS], now=NOW)
    store([sent("grove", token)], now=NOW)
    services.change(consent, categories=[], now=NOW)
    consent = services.change(consent, categories=[ANALYTICS], now=NOW)
    store([sent("gate", token)], now=NOW)
    assert [step.area for step in export_of(consent, now=NOW)["steps"]] == ["gate"]
    assert Session.objects.count() == 2


@pytest.mark.django_db
def test_visits_of_all_days_are_reached_by_the_token(time_machine: Any) -> None:
    token, consent = services.give(categories=[ANALYTICS], now=NOW)
    for days in range(3):
        now = NOW + timedelta(days=days)
        time_machine.move_to(now)
        store([sent(f"day {days}", token, now)], now=now)
    assert len(export_of(consent, now=NOW)["visits"]) == 3
    services.erase(consent, now=NOW)
    assert not Session.objects.exists()
    assert not Step.objects.exists()
    assert not Pseudonym.objects.exists()


@pytest.mark.django_db
def test_without_analytics_a_token_links_nothing() -> None:
    token, consent = services.give(categories=[PERSONALISATION, Category.LIVE_PRESENCE], now=NOW)
    store([sent("grove", token), sent("pond", "a token that nobody gave")], now=NOW)
    assert export_of(consent, now=NOW)["visits"] == []
    assert Session.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_steps_that_arrive_while_their_visitor_is_erased_are_gone_or_nobodys() -> None:
    token, consent = services.give(categories=[ANALYTICS], now=NOW)
    store([sent("before", token)], now=NOW)
    under_way, stop = threading.Event(), threading.Event()

    def arrive() -> None:
        try:
            while not stop.is_set():
                store([sent("meanwhile", token), sent("another's")], now=NOW)
                under_way.set()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=arrive) for _ in range(2)]
    for thread in threads:
        thread.start()
    assert under_way.wait(20)
    services.erase(consent, now=NOW)
    under_way.clear()
    assert under_way.wait(20)
    stop.set()
    for thread in threads:
        thread.join()
    assert not Consent.objects.exists()
    assert not LinkedSession.objects.exists()
    assert not Step.objects.filter(area="before").exists()
    sessions = set(Session.objects.values_list("pk", flat=True))
    assert set(Step.objects.values_list("session_id", flat=True)) <= sessions
    assert set(Pseudonym.objects.values_list("session_id", flat=True)) <= sessions


@pytest.mark.django_db(transaction=True)
def test_the_owner_and_the_visitor_erase_at_once_and_neither_waits_for_ever() -> None:
    """Again and again, since it takes chance for two transactions to lock the same rows the other way round."""
    for _ in range(10):
        _, consent = services.give(categories=[ANALYTICS], now=NOW)
        request = services.ask(consent, kind=RequestType.DELETION, now=NOW)
        both = threading.Barrier(2)
        failed = [
            _started(both, services.fulfil, request),
            _started(both, services.erase, consent),
        ]
        for thread, _errors in failed:
            thread.join(20)
        assert [errors for _, errors in failed] == [[], []]
        request.refresh_from_db()
        assert request.status == RequestStatus.DONE
        assert not Consent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_is_asked_twice_at_once_is_one_request() -> None:
    _, consent = services.give(categories=[ANALYTICS], now=NOW)
    both = threading.Barrier(2)
    started = [_started(both, services.ask, consent, kind=RequestType.ACCESS) for _ in range(2)]
    for thread, errors in started:
        thread.join(20)
        assert errors == []
    assert SubjectRequest.objects.count() == 1


@pytest.mark.django_db
def test_who_was_erased_asks_for_nothing_any_more() -> None:
    _, consent = services.give(categories=[ANALYTICS], now=NOW)
    services.erase(Consent.objects.get(), now=NOW)
    with pytest.raises(Consent.DoesNotExist):
        services.ask(consent, kind=RequestType.ACCESS, now=NOW)
    assert not SubjectRequest.objects.exists()


def _started(both: threading.Barrier, write: Any, *said: Any, **options: Any) -> tuple[threading.Thread, list[str]]:
    """A thread that writes when its twin does, and what went wrong in it."""
    errors: list[str] = []

    def run() -> None:
        try:
            both.wait(20)
            write(*said, **options, now=NOW)
        except (DatabaseError, Consent.DoesNotExist) as error:
            errors.append(repr(error))
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, errors
