"""The newest run of every source, found without looking at the others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from integrations import selectors
from integrations.models import SyncRun

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["git", "github", "spotify", "weather"]), st.sampled_from(["", "ada", "/a/b", "Zoë"])
        ),
        max_size=25,
    )
)
@hypothesis_settings(max_examples=30)
def test_the_newest_run_of_every_source_and_subject_is_found(asked: list[tuple[str, str]]) -> None:
    SyncRun.objects.all().delete()
    newest: dict[tuple[str, str], SyncRun] = {}
    for number, (provider, subject) in enumerate(asked):
        at = NOW + timedelta(minutes=number * 7 % 25)
        run = SyncRun.objects.create(provider=provider, subject=subject, trigger="schedule", requested_at=at)
        if (provider, subject) not in newest or newest[provider, subject].requested_at < at:
            newest[provider, subject] = run
    found = selectors.latest_runs()
    assert {run.pk for run in found} == {run.pk for run in newest.values()}
    assert len(found) == len(newest)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the plan is written in SQLite's words")
def test_finding_the_newest_runs_reads_no_others() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {selectors.LATEST_RUNS}")
        plan = "\n".join(str(row) for row in cursor.fetchall())
    assert "of_this USING INDEX syncrun_newest (provider=? AND subject>?)" in plan
    assert "of_another USING INDEX syncrun_newest (provider>?)" in plan
    assert "SCAN of" not in plan
