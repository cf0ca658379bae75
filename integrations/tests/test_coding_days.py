"""What a day came to stays true: after its heartbeats went, beside its neighbours, whoever writes at the same time."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone

from garden import coding
from garden.models import Activity, Project
from garden.tests.factories import ProjectFactory
from integrations.coding import day_cache, selectors, services
from integrations.coding.durations import Beat, Spent
from integrations.coding.names import Plants
from integrations.models import CodingName, CodingTime, Heartbeat, UnsettledDay
from integrations.tests.coding import NOW

if TYPE_CHECKING:
    from uuid import UUID

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
MINUTE = timedelta(minutes=1)
KEPT = timedelta(days=django_settings.HEARTBEATS_KEPT_DAYS)


def beats(begin: datetime, count: int, *, step: int = 5) -> list[Beat]:
    return [Beat(begin + number * step * MINUTE, "engine", "Python", "coding", "Vim") for number in range(count)]


def seconds_of(day: date) -> float:
    return round(sum(share.seconds for share in selectors.shares(day, day)))


def spoken_seconds(day: date) -> str:
    return (
        day_cache.summaries(day, day, timezone.get_default_timezone())
        .partition('"total_seconds":')[2]
        .partition(",")[0]
    )


# --- After the heartbeats went ---------------------------------------------------------------------------------------


def test_a_late_heartbeat_for_a_sealed_day_never_shows_it_shorter_than_it_was() -> None:
    begin = NOW - timedelta(days=100)
    services.accept(beats=beats(begin, 25), now=begin + timedelta(hours=3))
    services.rebuild_days(now=begin + timedelta(hours=3))
    services.forget_old(now=NOW)
    assert not Heartbeat.objects.exists()
    day = begin.date()
    assert seconds_of(day) == 7200
    services.accept(beats=[Beat(begin + 3 * MINUTE, "engine", "Python", "coding", "Vim")], now=NOW)
    assert seconds_of(day) == 7200
    assert spoken_seconds(day) == "7200.0"
    services.rebuild_days(now=NOW)
    assert seconds_of(day) == 7200


@pytest.mark.parametrize("is_late", ["the day before", "the day after"])
def test_a_day_whose_neighbour_was_forgotten_keeps_the_minutes_around_midnight(is_late: str) -> None:
    midnight = datetime(2026, 3, 1, tzinfo=UTC)
    worked = beats(midnight - 30 * MINUTE - 5 * MINUTE, 6, step=14)  # 23:25 to 00:35
    for beat in worked:
        is_before = beat.at < midnight
        late = KEPT / 2 if is_before == (is_late == "the day before") else timedelta(0)
        services.accept(beats=[beat], now=beat.at + late)
    services.rebuild_days(now=midnight + timedelta(hours=1))
    days = (date(2026, 2, 28), date(2026, 3, 1))
    before = [seconds_of(day) for day in days]
    assert all(before)
    now = midnight + KEPT + timedelta(hours=2)
    services.forget_old(now=now)
    services.accept(beats=[beat for beat in worked if (beat.at < midnight) == (is_late == "the day before")], now=now)
    services.rebuild_days(now=now)
    assert [seconds_of(day) for day in days] == before
    services.forget_old(now=now + 2 * KEPT)
    assert not Heartbeat.objects.exists()
    assert [seconds_of(day) for day in days] == before


# --- What a service tells less of than before ------------------------------------------------------------------------


def test_a_telling_without_languages_keeps_those_that_are_known() -> None:
    ProjectFactory.create(name="engine")
    services.store_days(
        drafts=[Spent(TODAY, "engine", 2700, "Python"), Spent(TODAY, "engine", 900, "Rust"), Spent(TODAY, "notes", 60)],
        source="wakatime",
        now=NOW,
    )
    services.store_days(
        drafts=[Spent(TODAY, "Engine", 7200), Spent(TODAY, "notes", 120, "Markdown")], source="wakatime", now=NOW
    )
    rows = CodingTime.objects.order_by("language").values_list("name__name", "language", "seconds")
    assert list(rows) == [("notes", "Markdown", 120), ("engine", "Python", 5400), ("engine", "Rust", 1800)]
    assert Activity.objects.get().data["languages"] == {"Python": 5400, "Rust": 1800}


# --- At the same time ------------------------------------------------------------------------------------------------


def test_the_owners_word_about_a_name_is_not_overruled_by_a_settling_that_began_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ProjectFactory.create(name="engine")
    name = CodingName.objects.create(name="engine", key="engine")
    look = Plants.called

    def meanwhile(plants: Plants, said: str) -> UUID | None:
        services.assign(names=[name], project=None, now=NOW)
        return look(plants, said)

    monkeypatch.setattr(Plants, "called", meanwhile)
    services.assign_by_name(now=NOW)
    name.refresh_from_db()
    assert (name.project, name.decided) == (None, True)


@pytest.mark.django_db(transaction=True)
def test_a_longer_day_that_comes_while_the_day_is_settled_is_what_the_garden_keeps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ProjectFactory.create(name="engine")
    services.store_days(drafts=[Spent(TODAY, "engine", 60)], source="wakatime", now=NOW)
    services.accept(beats=beats(NOW - timedelta(hours=4), 25), now=NOW)
    publishing, told_more = threading.Event(), threading.Event()
    write = coding.replace_days
    faults: list[BaseException] = []

    def slowly(**said: Any) -> Any:
        if threading.current_thread().name == "settles":
            publishing.set()
            told_more.wait(2)  # it may not get in between: then it waits for us, and we for nothing
        return write(**said)

    def settles() -> None:
        services.rebuild_days(now=NOW)

    def tells() -> None:
        publishing.wait(10)
        services.store_days(drafts=[Spent(TODAY, "engine", 20_000)], source="wakatime", now=NOW)
        told_more.set()

    def guarded(work: Any) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - it is raised again where the test sees it
            faults.append(error)
        finally:
            connection.close()

    monkeypatch.setattr(coding, "replace_days", slowly)
    threads = [threading.Thread(target=guarded, args=(work,), name=work.__name__) for work in (settles, tells)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    assert [(fact.source, fact.amount) for fact in Activity.objects.all()] == [("wakatime", 20_000)]
    assert seconds_of(TODAY) == 20_000
    assert not UnsettledDay.objects.exists()
    assert Project.objects.get().grown_at == NOW
