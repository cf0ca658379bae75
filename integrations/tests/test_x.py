"""X's posts within the month's budget: what is asked for, and when nothing is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from integrations import sync
from integrations.models import SourceNotes, SyncTrigger
from integrations.providers.base import Connection
from integrations.providers.x import X
from integrations.tests.github_stub import Reply
from social.models import FeedItem

if TYPE_CHECKING:
    from pytest_django import Settings
    from time_machine import TimeMachineFixture

    from integrations.models import SyncRun
    from integrations.tests.github_stub import Stub

pytestmark = pytest.mark.django_db
POSTS = "/2/users/1/tweets"


@pytest.fixture(autouse=True)
def _set_up(stub: Stub, settings: Settings, time_machine: TimeMachineFixture) -> None:
    settings.X_API_URL, settings.X_USERNAME, settings.X_BEARER_TOKEN = stub.url, "ada", "secret"
    settings.X_MONTHLY_POSTS, settings.X_RATE_LIMIT = 12, 1000
    time_machine.move_to(datetime(2026, 6, 15, 12, tzinfo=UTC), tick=False)
    stub.on("/2/users/by/username/ada", Reply({"data": {"id": "1", "username": "ada"}}))


def told(*numbers: int) -> Reply:
    posts = [
        {"id": str(n), "text": f"Post {n} #Django", "created_at": "2026-06-15T08:00:00.000Z"}
        | {"entities": {"hashtags": [{"tag": "Django"}]}}
        for n in numbers
    ]
    newest: dict[str, Any] = {"newest_id": str(max(numbers))} if numbers else {}
    return Reply({"data": posts, "meta": newest} if posts else {"meta": {"result_count": 0}})


def synced() -> SyncRun:
    run = sync.request(provider=X(), trigger=SyncTrigger.COMMAND, now=datetime.now(UTC))
    return sync.perform(run, provider=X())


def test_only_what_is_new_is_asked_for_and_the_account_once(stub: Stub) -> None:
    stub.on(POSTS, told(11, 12), told())
    synced()
    synced()
    first, second = stub.asked(POSTS)
    assert (first.query["max_results"], "since_id" in first.query) == ("12", False)
    assert (second.query["max_results"], second.query["since_id"]) == ("10", "12")
    assert len(stub.asked("/2/users/by/username/ada")) == 1
    assert first.headers["authorization"] == "Bearer secret"
    kept = FeedItem.objects.get(external_id="12")
    assert (kept.url, kept.technologies) == ("https://x.com/ada/status/12", ["Django"])


def test_a_month_whose_budget_is_used_up_asks_nothing_and_the_next_begins_anew(
    stub: Stub, time_machine: TimeMachineFixture
) -> None:
    stub.on(POSTS, told(*range(10, 20)), told(30))
    synced()
    assert synced().error == ""
    assert len(stub.asked(POSTS)) == 1
    time_machine.move_to(datetime(2026, 7, 1, 12, tzinfo=UTC), tick=False)
    synced()
    assert len(stub.asked(POSTS)) == 2
    assert SourceNotes.objects.get(provider="x").state["read"] == 1


def test_without_a_key_it_is_not_asked() -> None:
    assert X().missing(Connection()) == "X_USERNAME, X_BEARER_TOKEN"
    assert X().missing(Connection(username="ada")) == "X_BEARER_TOKEN"
