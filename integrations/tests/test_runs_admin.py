"""The list of runs is read by a person: what went well as always is one line a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from integrations.models import SyncRun, SyncStatus, SyncTrigger

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db

RUNS = "/admin/integrations/syncrun/"
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def _run(minutes: int, status: SyncStatus = SyncStatus.SUCCEEDED, **more: object) -> SyncRun:
    given = {"provider": "listenbrainz", "trigger": SyncTrigger.SCHEDULE, "counts": {"plays": 1}} | more
    return SyncRun.objects.create(status=status, requested_at=NOON + timedelta(minutes=minutes), **given)


def test_a_day_of_music_is_one_line_and_what_went_wrong_or_was_asked_for_stands_by_itself(
    admin_client: Client,
) -> None:
    played = [_run(minutes) for minutes in range(0, 40, 4)]
    yesterday = _run(-24 * 60)
    failed, asked = _run(9, SyncStatus.FAILED), _run(11, trigger=SyncTrigger.OWNER)
    other = _run(1, provider="spotify")

    folded = admin_client.get(RUNS)
    assert [run.pk for run in folded.context["cl"].result_list] == [
        one.pk for one in (played[-1], asked, failed, other, yesterday)
    ]
    assert folded.content.decode().count("and 9 more that day") == 1
    assert len(admin_client.get(f"{RUNS}?each=yes").context["cl"].result_list) == 14


def test_a_run_that_is_folded_away_is_asked_for_again_from_its_own_page(admin_client: Client) -> None:
    first, _ = _run(0, provider="git", subject="/gone"), _run(4, provider="git", subject="/gone")
    answer = admin_client.post(
        RUNS, {"action": "try_again", "_selected_action": str(first.pk), "index": "0"}, follow=True
    )
    assert "An import is repeated on the command line" in answer.content.decode()
