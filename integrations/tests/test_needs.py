"""What the sources ask of the owner on the first page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from integrations import registry
from integrations.models import Account, SyncRun, SyncStatus, SyncTrigger
from integrations.needs import needs
from integrations.problems import ASKED_AGAIN
from integrations.providers.base import Connection, Provider
from integrations.tests.contract import with_lists

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries, Settings

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
CONNECT_SPOTIFY = "/admin/integrations/account/connect/spotify/"


@pytest.fixture(autouse=True)
def _nothing_connected(settings: Settings) -> None:
    settings.ENABLE_MOCK_DATA = False
    for name in ("GITHUB_USERNAME", "GITHUB_TOKEN", "SPOTIFY_CLIENT_ID", "WAKATIME_API_KEY", "LASTFM_API_KEY"):
        setattr(settings, name, "")


def asked() -> dict[str, str]:
    """Titles with where they lead."""
    return {need.title: need.link for need in needs(NOW)}


def test_what_the_garden_does_without_is_not_asked_for() -> None:
    assert asked() == {"GitHub is not connected": "/admin/integrations/account/add/"}


def test_an_account_that_is_there_is_opened_and_not_added_again() -> None:
    account = Account.objects.create(provider="github")
    assert asked() == {"GitHub is not connected": f"/admin/integrations/account/{account.pk}/change/"}
    Account.objects.update(username="ada")
    assert asked() == {}


def test_an_app_without_its_sign_in_leads_to_the_sign_in(settings: Settings) -> None:
    settings.GITHUB_USERNAME, settings.SPOTIFY_CLIENT_ID = "ada", "the-garden"
    assert asked() == {"Spotify is not connected": CONNECT_SPOTIFY}
    settings.ENABLE_SPOTIFY_INTEGRATION = False
    assert asked() == {}


def test_what_is_switched_off_asks_for_nothing(settings: Settings) -> None:
    settings.ENABLE_GITHUB_INTEGRATION = False
    assert asked() == {}
    settings.ENABLE_GITHUB_INTEGRATION = True
    Account.objects.create(provider="github", enabled=False)
    assert asked() == {}


def test_samples_need_no_connection(settings: Settings) -> None:
    settings.ENABLE_MOCK_DATA, settings.SPOTIFY_CLIENT_ID = True, "the-garden"
    assert asked() == {}


@pytest.mark.parametrize("provider", registry.asked(), ids=lambda provider: provider.slug)
def test_a_connection_that_works_asks_for_nothing(provider: Provider) -> None:
    connection = Connection(username="ada", token="secret", place=(52.5, 13.4), watched=lambda: 1)
    with with_lists(provider, f"https://{provider.slug}.example"):
        assert not list(provider.needs(connection))


def unreached(provider: str, subject: str, hours_ago: float) -> SyncRun:
    at = NOW - timedelta(hours=hours_ago)
    failed = {"status": SyncStatus.FAILED, "error_code": "unreachable", "error": "It could not be reached."}
    return SyncRun.objects.create(
        provider=provider,
        subject=subject,
        trigger=SyncTrigger.SCHEDULE,
        requested_at=at,
        ended_at=at,
        fix=registry.provider("openmeteo").fixes["unreachable"],
        **failed,
    )


def test_how_long_sources_did_not_answer_is_asked_in_one_query_however_many_they_are(
    settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.GITHUB_USERNAME = "ada"
    unreached("github", "ada", 9)
    unreached("openmeteo", "", 1)
    with django_assert_num_queries(7):
        list(needs(NOW))
    for subject in ("grace", "linus", ""):
        unreached("github", subject, 1)
        unreached("wakatime", subject, 9)
    with django_assert_num_queries(7):
        urgent = {need.title for need in needs(NOW) if need.urgent}
    assert urgent == {
        f"The last sync of {name} failed"
        for name in ("GitHub (ada)", "WakaTime (grace)", "WakaTime (linus)", "WakaTime")
    }


def test_a_service_that_did_not_answer_is_told_once_to_be_asked_again(settings: Settings) -> None:
    settings.GITHUB_USERNAME = "ada"
    unreached("openmeteo", "", 1)
    (said,) = [need.detail for need in needs(NOW) if "Open-Meteo" in need.title]
    assert said.count(ASKED_AGAIN) == 1
    assert said.count("stays") == 1
