"""A visitor's choice on the pages: a cookie only after a yes, and everything to be read, taken along and erased."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from garden.models import Activity, GrowthLog
from garden.tests.factories import ProjectFactory
from visitors.consent import services, visits
from visitors.consent.models import Consent, SubjectRequest
from visitors.consent.selectors import consent_of
from visitors.consent.vocabulary import Category
from visitors.models import Pseudonym, Session
from visitors.services import visitor_day_id

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


def choose(client: Client, **fields: str) -> Any:
    return client.post("/privacy/choice/", fields)


def agreed(*categories: Category, at: datetime = NOW) -> tuple[Client, Consent]:
    token, consent = services.give(categories=categories, now=at)
    client = Client()
    client.cookies["visitor"] = token
    return client, consent


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


# --- Choosing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/privacy/", "/privacy/known/", "/api/v1/garden/", "/docs", "/docs?script="])
def test_nobody_gets_a_cookie_for_looking(path: str) -> None:
    ProjectFactory()
    answer = Client().get(path)
    assert answer.status_code == 200
    assert not answer.cookies


def test_a_yes_below_the_picture_agrees_to_what_it_asks_for_and_no_more() -> None:
    client = Client()
    answer = choose(client, answer="yes")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    cookie = answer.cookies["visitor"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 180 * 86_400)
    consent = consent_of(cookie.value)
    assert consent
    assert consent.categories == {Category.ESSENTIAL, Category.PERSONALISATION, Category.LIVE_PRESENCE}


def test_what_is_ticked_is_agreed_to_and_changed_under_the_same_token() -> None:
    client = Client()
    token = choose(client, answer="these", analytics="on").cookies["visitor"].value
    assert choose(client, answer="these", live_presence="on").cookies["visitor"].value == token
    consent = consent_of(token)
    assert consent
    assert consent.categories == {Category.ESSENTIAL, Category.LIVE_PRESENCE}
    assert 'name="live_presence" checked' in client.get("/privacy/").content.decode()


@pytest.mark.parametrize("fields", [{"answer": "no"}, {"answer": "these"}, {}, {"answer": "no", "analytics": "on"}])
def test_a_no_stores_nothing(fields: dict[str, str]) -> None:
    answer = choose(Client(), **fields)
    assert answer.status_code == 303
    assert not answer.cookies
    assert not Consent.objects.exists()


def test_a_no_after_a_yes_takes_all_of_it_back() -> None:
    client, _ = agreed(Category.ANALYTICS)
    answer = choose(client, answer="no")
    assert answer.cookies["visitor"].value == ""
    assert not Consent.objects.exists()


def test_a_form_of_another_site_chooses_nothing() -> None:
    client, _ = agreed(Category.ANALYTICS)
    for path in ("/privacy/choice/", "/privacy/erase/", "/privacy/requests/"):
        assert client.post(path, {"answer": "no"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert Consent.objects.exists()


def test_the_page_of_the_api_sends_the_token_of_whoever_has_one() -> None:
    client = Client()
    client.cookies["csrftoken"] = "a" * 32
    assert '"X-CSRFTOKEN"] = "";' in Client().get("/docs?script=").content.decode()
    assert '"X-CSRFTOKEN"] = "";' not in client.get("/docs?script=").content.decode()


# --- What do you know of me? ------------------------------------------------------------------------------------------


def test_it_says_what_is_kept_and_hands_it_over_and_erases_it() -> None:
    client, consent = agreed(Category.ANALYTICS)
    Session.objects.create(pk=1, started_at=NOW, last_activity_at=NOW, first_of_day=True)
    visits.link({1: consent})
    answer = client.get("/privacy/known/")
    assert "1 visit is linked to it" in text_of(answer)
    assert "Essential" not in text_of(answer)  # nobody was asked for that
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert [one["id"] for one in client.get("/api/v1/visitors/me/").json()["visits"]] == [1]
    erased = client.post("/privacy/erase/")
    assert erased.cookies["visitor"].value == ""
    assert not Session.objects.exists()
    assert "You agreed to nothing" not in text_of(Client().get("/privacy/known/"))
    assert "nothing is kept under a token" in text_of(Client().get("/privacy/known/"))


def test_the_number_of_today_is_told_of_but_not_what_was_done_under_it() -> None:
    number = visitor_day_id(address="127.0.0.1", browser_family="other", now=NOW)
    Pseudonym.objects.create(visitor=bytes.fromhex(number)[:16], session_id=1, last_at=NOW)
    assert "was last seen at" in text_of(Client().get("/privacy/known/"))
    told = text_of(Client().get("/privacy/known/", headers={"Sec-GPC": "1"}))
    assert "asks not to be counted" in told
    assert "was last seen at" not in told


def test_a_cookie_that_leads_nowhere_is_taken_away() -> None:
    client = Client()
    for path in ("/", "/privacy/known/"):
        client.cookies["visitor"] = "erased-elsewhere"
        answer = client.get(path)
        assert answer.cookies["visitor"].value == ""
        assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_request_reaches_the_owner() -> None:
    client, _ = agreed(Category.ANALYTICS)
    client.post("/privacy/requests/", {"type": "access"})
    client.post("/privacy/requests/", {"type": "of no kind"})
    assert SubjectRequest.objects.get().type == "access"
    assert "due by 15 July 2026" in text_of(client.get("/privacy/known/"))


# --- The page and its JSON --------------------------------------------------------------------------------------------


def test_page_and_json_tell_the_settings_and_the_oldest_row_that_is_there(settings: Any) -> None:
    settings.JOURNEYS_KEPT_DAYS = 12
    Session.objects.create(
        pk=1, started_at=NOW - timedelta(days=9), last_activity_at=NOW - timedelta(days=9), first_of_day=True
    )
    told = Client().get("/privacy.json").json()
    visit = next(one for one in told["kept"] if one["name"] == "sessions")
    assert (visit["kept_days"], visit["oldest"], visit["overdue"]) == (12, "2026-06-06T12:00:00Z", False)
    page = text_of(Client().get("/privacy/"))
    assert "Kept 12 days. The oldest is of 6 June 2026" in page
    settings.JOURNEYS_KEPT_DAYS = 3
    assert "It should be gone" in text_of(Client().get("/privacy/"))


def test_the_log_of_salts_can_be_checked_by_everybody() -> None:
    from hashlib import sha256

    from visitors.services import forget_old_salts

    for days in (2, 3, 4):
        visitor_day_id(address="203.0.113.9", browser_family="other", now=NOW - timedelta(days=days))
    forget_old_salts(now=NOW)
    told = Client().get("/privacy/salts.json").json()
    previous = "0" * 64
    for entry in told["entries"]:
        said = {name: entry[name] for name in ("number", "day", "deleted_at", "fingerprint")}
        written = json.dumps(said, sort_keys=True, separators=(",", ":"))
        previous = sha256(f"{previous}\n{written}".encode()).hexdigest()
        assert entry["digest"] == previous
    assert (len(told["entries"]), told["head"]) == (3, previous)
    assert Client().get("/privacy.json").json()["salt_deletions"]["head"] == previous
    assert "3 secrets were deleted so far, the last one that of 13 June 2026" in text_of(Client().get("/privacy/"))


# --- What grew since --------------------------------------------------------------------------------------------------


def test_who_agreed_is_told_what_grew_since_they_were_here(time_machine: Any) -> None:
    old: Any = ProjectFactory(name="Old one", plant_type="generic")
    client, consent = agreed(Category.PERSONALISATION)
    time_machine.move_to(NOW + timedelta(days=3), tick=False)
    new: Any = ProjectFactory(name="New one")
    GrowthLog.objects.create(
        project=old, previous_stage="seed", new_stage="growing", growth_factor=0.3, recorded_at=NOW + timedelta(days=2)
    )
    Activity.objects.create(
        project=old, kind="commit", external_id="a", occurred_at=NOW + timedelta(days=1), title="one", source="git"
    )
    answer = client.get("/")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Vary"] == "Authorization, Cookie"
    said = text_of(answer)
    assert "Since you were here" in said
    assert "Old one grew from seed to growing and took in 1 commit" in said
    assert "Shall others see you" not in said
    context = client.get("/api/v1/garden/").json()["visitor_context"]
    assert (context["basis"], context["since"]) == ("consent", "2026-06-15T12:00:00Z")
    assert [one["name"] for one in context["grown"]] == ["New one", "Old one"]
    assert [one["project_id"] for one in context["next"]] == [str(new.pk), str(old.pk)]
    consent.refresh_from_db()
    assert consent.seen_at == NOW + timedelta(days=3)


def test_everyone_else_is_told_by_the_hour_and_by_where_they_come_from() -> None:
    ProjectFactory(name="A plant")
    by_hour, by_site = (
        Client().get("/", headers=headers) for headers in ({}, {"Referer": "https://www.google.com/search?q=secret"})
    )
    assert "by nothing about you" in text_of(by_hour)
    assert "You come from a search" in text_of(by_site)
    assert "secret" not in by_site.content.decode()
    assert by_site.headers["Cache-Control"] == "public, no-cache"
    own = Client().get("/", headers={"Referer": "http://testserver/privacy/"})
    assert own.content == by_hour.content
    assert Client().get("/api/v1/garden/").json()["visitor_context"]["basis"] == "hour"


def test_who_agreed_to_be_seen_alone_is_told_by_the_hour_and_not_remembered() -> None:
    client, consent = agreed(Category.LIVE_PRESENCE)
    ProjectFactory(name="A plant")
    assert client.get("/api/v1/garden/").json()["visitor_context"]["basis"] == "hour"
    page = client.get("/").content.decode()
    assert 'data-agreed="essential live_presence "' in page
    consent.refresh_from_db()
    assert consent.seen_at is None
