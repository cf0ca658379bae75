"""What the console says of a source and of a run that goes on is true at every moment."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from integrations import registry, runs
from integrations.models import Account, SyncRun, SyncStatus, SyncTrigger
from integrations.problems import Problem
from integrations.selectors import status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.test import Client
    from pytest_django.fixtures import Settings

pytestmark = pytest.mark.django_db


def _run(provider: str = "github", state: SyncStatus = SyncStatus.RUNNING, **more: Any) -> SyncRun:
    return SyncRun.objects.create(provider=provider, trigger=SyncTrigger.SCHEDULE, status=state, **more)


def _health_of(slug: str) -> str:
    return next(str(one["health"]) for one in status(now=timezone.now()) if one["provider"] == slug)


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ([("a", 0, 4), ("b", 3, 4), ("c", 4, 4)], [0, 75, 99]),  # what ends last is still worked on
        ([("days", 0, 2), ("details", 1, 2), ("details", 0, 9), ("days", 1, 2)], [0, 50, None, None]),  # counts anew
        ([("reading", 7, 0), ("reading", 8, 0)], [None, None]),  # nobody knows how many there are
        ([("list", 0, 0), ("commits", 1, 4), ("lines", 0, 0), ("commits", 3, 4)], [None, 25, None, None]),
        ([("reading", 30, 20)], [99]),  # more than was expected
    ],
)
def test_a_bar_goes_forward_alone_and_is_full_once_all_is_done(
    told: Sequence[tuple[str, int, int]], shown: list[int | None]
) -> None:
    run, seen = _run(), []
    for step, done, total in told:
        runs.beat(run, step=step, done=done, total=total)
        seen.append(run.percent)
    assert seen == shown
    runs.finish(run, counts={})
    assert run.percent == 100


def test_a_step_that_counts_anew_counts_in_words() -> None:
    run = _run()
    runs.beat(run, step="Reading", done=9, total=10)
    runs.beat(run, step="Letting the plants grow", done=1_200, total=4_000)
    assert (run.step, run.total) == ("Letting the plants grow: 1,200 of 4,000", 0)


def test_a_first_run_is_running_and_one_after_a_failure_too(settings: Settings) -> None:
    settings.GITHUB_USERNAME, settings.ENABLE_MOCK_DATA = "ada", False
    assert _health_of("github") == "unknown"
    first = _run(subject="ada")
    assert _health_of("github") == "running"
    runs.fail(first, problem=Problem("unreachable", "It could not be reached."))
    assert _health_of("github") == "failing"
    again = _run(subject="ada")
    assert _health_of("github") == "running"
    runs.finish(again, counts={})
    _run(subject="ada")
    assert _health_of("github") == "ok"


def test_a_source_that_has_nothing_to_ask_looks_neither_fresh_nor_forgotten(admin_client: Client) -> None:
    assert _health_of("reccobeats") == "nothing_to_ask"
    _run("musicbrainz", SyncStatus.SUCCEEDED, ended_at=timezone.now() - timedelta(days=3))
    assert _health_of("musicbrainz") == "nothing_to_ask"
    assert "nothing to ask" in admin_client.get("/admin/").content.decode()


def test_only_services_with_an_account_and_none_yet_are_offered_where_one_is_added(admin_client: Client) -> None:
    Account.objects.create(provider="github", username="ada")
    page = admin_client.get("/admin/integrations/account/add/").content.decode()
    offered = {one.slug for one in registry.PROVIDERS if f'<option value="{one.slug}"' in page}
    assert {"spotify", "wakatime", "mastodon", "openweathermap", "gitlab"} <= offered
    assert not offered & {"github", "rss", "openmeteo", "reccobeats", "musicbrainz", "git", "cicd"}
