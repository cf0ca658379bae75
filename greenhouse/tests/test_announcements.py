"""An announcement on every page that is loaded while it holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine

from garden import selectors
from garden.announcements import announce, end_announcement
from garden.tests.factories import ProjectFactory
from garden.vocabulary import AnnouncementLevel
from greenhouse import state

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
WORDS = "Back at &lt;noon&gt;."


@pytest.fixture(autouse=True)
def _fresh() -> None:
    state.invalidate()


def say(until: datetime | None = None, level: AnnouncementLevel = AnnouncementLevel.INFO) -> None:
    announce(message="Back at <noon>.", level=level, until=until, now=NOW)


def page(client: Client, path: str = "/") -> str:
    return client.get(path).content.decode()


@pytest.mark.parametrize("path", ["/", "/skills/", "/posts/", "/privacy/", "/projects/moss/"])
def test_every_page_carries_it_from_the_moment_it_is_made_until_it_is_taken_back(client: Client, path: str) -> None:
    ProjectFactory.create(name="moss", slug="moss")
    with time_machine.travel(NOW, tick=False):
        assert WORDS not in page(client, path)
        say()
        state.invalidate()  # as the hub does when that is committed
        assert WORDS in page(client, path)
        assert " data-live>" in page(client, path)  # so that one that is open hears of the next
        end_announcement(now=NOW)
        state.invalidate()
        assert WORDS not in page(client, path)


def test_a_kept_page_lets_go_of_it_when_it_ends(client: Client) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        say(until=NOW + timedelta(seconds=20))
        assert WORDS in page(client)
        clock.shift(19)
        assert WORDS in page(client)
        clock.shift(1)
        assert WORDS not in page(client)


def test_a_page_says_how_much_it_matters_and_when_it_ends(client: Client) -> None:
    with time_machine.travel(NOW, tick=False):
        say(until=NOW + timedelta(hours=1), level=AnnouncementLevel.WARNING)
        html = page(client)
    assert 'data-level="warning" data-until="2026-06-15T13:00:00' in html
    assert "Warning: </span>" in html


def test_open_pages_get_it_with_what_changed(client: Client) -> None:
    with time_machine.travel(NOW, tick=False):
        ProjectFactory.create()
        say()
        since = selectors.seq_range()[1] - 1
        end = page(client, f"/fragments/changes/?since={max(since, 0)}")
    assert WORDS in end


def test_an_error_page_carries_what_was_known_without_asking_the_database(client: Client) -> None:
    with time_machine.travel(NOW, tick=False):
        say()
        page(client)
        assert WORDS in page(client, "/projects/nothing-grows-here/")


def test_the_state_carries_it_while_it_holds(client: Client) -> None:
    with time_machine.travel(NOW, tick=False):
        assert client.get("/api/v1/garden/").json()["announcement"] is None
        say(until=NOW + timedelta(hours=1))
        assert client.get("/api/v1/garden/").json()["announcement"] == {
            "message": "Back at <noon>.",
            "level": "info",
            "until": "2026-06-15T13:00:00Z",
        }
    assert state.assemble(NOW + timedelta(hours=1))["announcement"] is None
