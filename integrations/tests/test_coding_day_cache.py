"""A year of coding time is told from texts that are kept; what is told is what the rows say at that moment."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from garden.tests.factories import ProjectFactory
from integrations.coding import day_cache, selectors, services, shapes
from integrations.coding.durations import Beat, Spent
from integrations.models import CodingName, CodingSource
from integrations.tests.coding import NOW

if TYPE_CHECKING:
    from typing import Any

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 5, 20), date(2026, 6, 3)
NAMES = ("engine", "Engine room", "notes", "")


def kept() -> Any:
    return json.loads(day_cache.summaries(FIRST, LAST, timezone.get_default_timezone()))


def worked_out() -> Any:
    shares = selectors.shares(FIRST, LAST)
    return json.loads(json.dumps(shapes.summaries(shares, FIRST, LAST, timezone.get_default_timezone())))


def a_day(back: int, name: str, hours: float, source: str, language: str = "Python") -> None:
    spent = Spent(LAST - timedelta(days=back), name, hours * 3600, language, "coding", "Vim")
    services.store_days(drafts=[spent], source=source, now=NOW)


def beats(back: int, name: str, minutes: int) -> None:
    at = NOW - timedelta(days=back)
    seen = [Beat(at + timedelta(minutes=one), name, "Rust", "coding", "VS Code") for one in range(minutes)]
    services.accept(beats=seen, now=NOW)


backs, names = st.integers(0, 5), st.sampled_from(NAMES)
days = st.tuples(st.just("day"), backs, names, st.sampled_from([0.5, 1.0, 2.0]), st.sampled_from(list(CodingSource)))
arrivals = st.tuples(st.just("beats"), backs, names, st.integers(2, 40))
changes = st.lists(
    st.one_of(days, arrivals, st.just(("settle",)), st.tuples(st.just("assign"), names, st.booleans())), max_size=12
)


@hypothesis_settings(max_examples=30)
@given(changes=changes)
def test_whatever_happens_in_between_what_is_kept_is_what_would_be_worked_out(changes: list[tuple[Any, ...]]) -> None:
    day_cache.forget()
    CodingName.objects.all().delete()
    plant = ProjectFactory.create(name="A plant of its own")
    for what, *how in changes:
        if what == "day":
            a_day(*how)
        elif what == "beats":
            beats(*how)
        elif what == "settle":
            services.rebuild_days(now=NOW)
        else:
            name, is_plant = how
            found = CodingName.objects.filter(key=name.casefold())
            services.assign(names=found, project=plant if is_plant else None, now=NOW)
        assert kept() == worked_out()
    plant.delete()
    assert kept() == worked_out()


def test_a_second_telling_reads_no_rows_and_a_new_day_only_its_own() -> None:
    for back in range(5):
        a_day(back, "engine", 1.0, CodingSource.WAKATIME)
    first = kept()
    with CaptureQueriesContext(connection) as again:
        assert kept() == first
    assert len(again) == 3
    a_day(2, "engine", 2.0, CodingSource.WAKATIME)
    with CaptureQueriesContext(connection) as changed:
        assert kept()["cumulative_total"]["seconds"] == 6 * 3600
    assert len(changed) == 5
    rows = next(query["sql"] for query in changed if '"seconds"' in query["sql"])
    assert "2026-06-01" in rows
    assert "2026-06-02" not in rows


def test_two_names_that_become_one_plant_count_once_at_the_next_telling() -> None:
    a_day(0, "engine", 1.0, CodingSource.WAKATIME)
    a_day(0, "Engine room", 2.0, CodingSource.HEARTBEATS)
    assert kept()["cumulative_total"]["text"] == "3 hrs"
    services.assign(names=CodingName.objects.all(), project=ProjectFactory.create(), now=NOW)
    assert kept()["cumulative_total"]["text"] == "2 hrs"


def test_days_that_were_asked_for_long_ago_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(day_cache, "MAX_DAYS", 3)
    for back in range(5):
        a_day(back, "engine", 1.0, CodingSource.WAKATIME)
        day = LAST - timedelta(days=back)
        assert (
            json.loads(day_cache.summaries(day, day, timezone.get_default_timezone()))["cumulative_total"]["text"]
            == "1 hr"
        )
        assert 1 <= len(day_cache._days) <= 3
