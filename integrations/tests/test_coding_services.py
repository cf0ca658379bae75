"""From heartbeats to a plant: the same days whatever came when, counted once, and told to the garden."""

from __future__ import annotations

import random
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from garden.models import Activity, GardenEvent, GrowthLog, Project
from garden.selectors import coded_plants, tallies_of
from garden.tests.factories import ProjectFactory
from garden.vocabulary import ActivityKind, EventType, Visibility
from integrations import tasks
from integrations.coding import selectors, services
from integrations.coding.durations import Beat, Spent
from integrations.models import CodingName, CodingTime, Heartbeat, UnsettledDay
from integrations.tests.coding import NOW
from skills.selectors import work_of

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def beats(minutes: range, project: str = "engine", *, days_ago: int = 0, language: str = "Python") -> list[Beat]:
    begin = NOW - timedelta(hours=2, days=days_ago)
    return [Beat(begin + timedelta(minutes=minute), project, language, "coding", "Vim") for minute in minutes]


def told() -> list[tuple[str, str, float]]:
    facts = Activity.objects.filter(kind=ActivityKind.CODING).order_by("external_id", "project__name")
    return [(fact.project.name, fact.external_id, fact.amount) for fact in facts.select_related("project")]


def kept() -> list[tuple[date, str, str, float]]:
    rows = CodingTime.objects.order_by("day", "name__name", "language").values_list(
        "day", "name__name", "language", "seconds"
    )
    return [(day, name, language, round(seconds)) for day, name, language, seconds in rows]


def test_an_hour_in_the_editor_makes_the_plant_of_that_name_grow() -> None:
    plant = ProjectFactory.create(name="Engine", planted_date=NOW - timedelta(days=30))
    services.accept(beats=beats(range(0, 61, 5)), now=NOW)
    assert services.rebuild_days(now=NOW) == 1
    fact = Activity.objects.get()
    assert (fact.kind, fact.external_id, fact.amount, fact.source) == ("coding", "2026-06-03", 3600, "heartbeats")
    assert fact.data == {"languages": {"Python": 3600}}
    assert fact.occurred_at == NOW - timedelta(hours=1)
    plant.refresh_from_db()
    assert plant.growth_factor > 0
    assert plant.last_activity_at == fact.occurred_at
    assert "tracked" in str(plant.growth_reasons)
    assert GardenEvent.objects.filter(event_type=EventType.PROJECT_GROWTH, source="coding").exists()
    assert coded_plants(TODAY, TODAY) == {plant.pk: TODAY}
    assert not UnsettledDay.objects.exists()


def test_time_with_an_agent_is_work_and_no_practice() -> None:
    """WakaTime's category `ai coding`, from the heartbeat to the skill."""
    ProjectFactory.create(name="alone", technologies=["Python"])
    ProjectFactory.create(name="helped", technologies=["Rust"])
    alone = beats(range(0, 61, 5), "alone")
    helped = [replace(beat, project="helped", category="AI Coding") for beat in beats(range(0, 61, 5), days_ago=2)]
    services.accept(beats=[*alone, *helped], now=NOW)
    services.accept(beats=beats(range(0, 31, 5), "helped", days_ago=1, language="Rust"), now=NOW)
    services.rebuild_days(now=NOW)
    facts = Activity.objects.order_by("project__name", "external_id")
    assert [(fact.amount, fact.assisted_amount) for fact in facts] == [(3600, 0), (3600, 3600), (1800, 0)]
    plants = {plant.name: plant for plant in Project.objects.all()}
    work = work_of(list(plants.values()), tallies_of([plant.pk for plant in plants.values()]))
    hours = {name: sum(day.hours for day in work[plant.pk]) for name, plant in plants.items()}
    assert hours == pytest.approx({"alone": 1.0, "helped": 0.5})
    assert plants["helped"].vitality >= plants["alone"].vitality


def test_order_repetition_and_the_size_of_the_parcels_change_nothing() -> None:
    ProjectFactory.create(name="engine")
    all_beats = [
        *beats(range(0, 90, 4)),
        *beats(range(50, 120, 7), "notes", language="Markdown"),
        *beats(range(0, 40, 3), days_ago=1),
    ]
    results = []
    for seed in range(4):
        Heartbeat.objects.all().delete()
        CodingTime.objects.all().delete()
        Activity.objects.all().delete()
        dice = random.Random(seed)
        sent = all_beats + dice.sample(all_beats, 15)
        dice.shuffle(sent)
        size = dice.randint(1, 25)
        for place in range(0, len(sent), size):
            services.accept(beats=sent[place : place + size], now=NOW)
            if dice.random() < 0.4:
                services.rebuild_days(now=NOW)
        services.rebuild_days(now=NOW)
        results.append((kept(), told()))
    assert results[0][0]
    assert all(result == results[0] for result in results)


def test_settling_again_writes_nothing_new_to_the_garden() -> None:
    ProjectFactory.create(name="engine")
    for _ in range(3):
        services.accept(beats=beats(range(0, 61, 5)), now=NOW)
        services.rebuild_days(now=NOW)
    assert Activity.objects.count() == 1
    assert GardenEvent.objects.filter(source="coding").count() == 1


def test_a_name_without_a_plant_waits_and_is_not_planted_by_itself() -> None:
    services.accept(beats=beats(range(0, 61, 5), "secret-client"), now=NOW)
    services.rebuild_days(now=NOW)
    assert not Project.objects.exists()
    assert not Activity.objects.exists()
    (waiting,) = selectors.unassigned()
    assert waiting.name == "secret-client"


def test_a_plant_that_comes_later_gets_what_was_done_before() -> None:
    services.accept(beats=beats(range(0, 61, 5)), now=NOW)
    services.rebuild_days(now=NOW)
    ProjectFactory.create(name="The engine", github_repo="ada/Engine")
    services.rebuild_days(now=NOW)
    assert told() == [("The engine", "2026-06-03", 3600)]


def test_two_plants_of_one_name_are_left_to_the_owner() -> None:
    ProjectFactory.create(name="engine", github_repo="ada/engine")
    ProjectFactory.create(name="Engine")
    services.accept(beats=beats(range(0, 61, 5)), now=NOW)
    services.rebuild_days(now=NOW)
    assert [name.name for name in selectors.unassigned()] == ["engine"]


def test_demo_plants_take_no_time() -> None:
    ProjectFactory.create(name="engine", is_demo=True)
    services.accept(beats=beats(range(0, 61, 5)), now=NOW)
    services.rebuild_days(now=NOW)
    assert not Activity.objects.exists()


def test_the_owner_says_which_plant_a_name_is_and_may_change_it() -> None:
    first, second = ProjectFactory.create(name="First"), ProjectFactory.create(name="Second")
    services.accept(beats=beats(range(0, 61, 5)) + beats(range(0, 61, 5), days_ago=9), now=NOW)
    services.rebuild_days(now=NOW)
    name = CodingName.objects.get(name="engine")
    services.assign(names=[name], project=first, now=NOW)
    assert told() == [("First", "2026-05-25", 3600), ("First", "2026-06-03", 3600)]
    assert GrowthLog.objects.filter(project=first, backfilled=True).exists()
    services.assign(names=[name], project=second, now=NOW)
    assert told() == [("Second", "2026-05-25", 3600), ("Second", "2026-06-03", 3600)]
    services.assign(names=[name], project=None, now=NOW)
    assert told() == []
    ProjectFactory.create(name="engine")
    services.rebuild_days(now=NOW)
    assert told() == []  # the owner has decided


def test_two_names_of_one_plant_add_up() -> None:
    plant = ProjectFactory.create(name="engine")
    services.accept(beats=beats(range(0, 31, 5)) + beats(range(31, 62, 5), "engine-web"), now=NOW)
    services.rebuild_days(now=NOW)
    services.assign(names=[CodingName.objects.get(name="engine-web")], project=plant, now=NOW)
    assert told() == [("engine", "2026-06-03", 3660)]


def test_a_name_is_planted_for_everyone_or_for_the_owner_alone() -> None:
    services.accept(beats=beats(range(0, 31, 5)) + beats(range(40, 71, 5), "notes"), now=NOW)
    services.rebuild_days(now=NOW)
    shown = services.plant(name=CodingName.objects.get(name="engine"), public=True, now=NOW)
    hidden = services.plant(name=CodingName.objects.get(name="notes"), public=False, now=NOW)
    assert (shown.visibility, hidden.visibility) == (Visibility.PUBLIC, Visibility.PRIVATE)
    assert shown.shown
    assert not hidden.shown
    assert [amount for _, _, amount in told()] == [2400, 1800]
    assert not GardenEvent.objects.filter(data__project_id=str(hidden.pk)).exists()


def test_a_day_that_wakatime_knows_too_is_not_counted_twice() -> None:
    ProjectFactory.create(name="engine")
    services.accept(beats=beats(range(0, 61, 5)), now=NOW)
    services.rebuild_days(now=NOW)
    services.store_days(drafts=[Spent(TODAY, "engine", 3000, "Python")], source="wakatime", now=NOW)
    assert told() == [("engine", "2026-06-03", 3600)]
    services.store_days(drafts=[Spent(TODAY, "Engine", 5000, "Python")], source="wakatime", now=NOW)
    assert told() == [("engine", "2026-06-03", 5000)]
    assert sum(share.seconds for share in selectors.shares(TODAY, TODAY)) == 5000


def test_a_day_that_wakatime_tells_again_is_replaced_and_an_empty_one_says_nothing() -> None:
    ProjectFactory.create(name="engine")
    days = [Spent(TODAY, "engine", 3000, "Python"), Spent(TODAY, "engine", 600, "Rust")]
    for _ in range(2):
        services.store_days(drafts=days, source="wakatime", now=NOW)
    services.store_days(drafts=[Spent(TODAY, "engine", 0.0)], source="wakatime", now=NOW)
    services.store_days(drafts=[], source="wakatime", now=NOW)
    assert told() == [("engine", "2026-06-03", 3600)]
    assert Activity.objects.get().data == {"languages": {"Python": 3000, "Rust": 600}}
    assert Activity.objects.get().occurred_at == datetime(2026, 6, 3, 12, tzinfo=UTC)


def test_heartbeats_go_after_their_time_and_what_they_came_to_stays() -> None:
    ProjectFactory.create(name="engine")
    services.accept(beats=beats(range(0, 61, 5)), now=NOW)
    later = NOW + timedelta(days=31)
    services.accept(beats=[Beat(later, "engine", "Python", "coding", "Vim")], now=later)
    assert services.forget_old(now=later) == 13
    assert Heartbeat.objects.count() == 1
    assert told() == [("engine", "2026-06-03", 3600)]
    # One that comes even later can add to that day, and takes nothing away.
    services.accept(beats=beats(range(0, 61, 30)), now=later)
    services.rebuild_days(now=later)
    assert told() == [("engine", "2026-06-03", 3600)]
    services.accept(beats=beats(range(0, 61, 5), "notes"), now=later)
    services.rebuild_days(now=later)
    assert [row[1:] for row in kept()] == [("engine", "Python", 3600), ("notes", "Python", 3600)]


def test_a_plant_that_is_removed_leaves_its_name_waiting() -> None:
    plant = ProjectFactory.create(name="engine")
    services.accept(beats=beats(range(0, 61, 5)), now=NOW)
    services.rebuild_days(now=NOW)
    plant.delete()
    assert [name.name for name in selectors.unassigned()] == ["engine"]


def test_work_outside_of_any_project_counts_in_the_day_and_asks_for_no_plant() -> None:
    services.accept(beats=beats(range(0, 61, 5), ""), now=NOW)
    services.rebuild_days(now=NOW)
    assert selectors.unassigned() == []
    assert sum(share.seconds for share in selectors.shares(TODAY, TODAY)) == 3600


def test_the_schedule_settles_and_prunes() -> None:
    moment = timezone.now() - timedelta(hours=1)
    services.accept(beats=[Beat(moment, "engine"), Beat(moment + timedelta(minutes=5), "engine")], now=moment)
    assert tasks.settle_coding() >= 1
    assert tasks.prune()["heartbeats"] == 0


@pytest.mark.django_db(transaction=True)
def test_heartbeats_that_arrive_while_a_day_is_settled_are_not_forgotten() -> None:
    ProjectFactory.create(name="engine")
    sent = beats(range(0, 110))
    parcels = [sent[place::8] for place in range(8)]
    faults: list[BaseException] = []

    def work(mine: list[list[Beat]]) -> None:
        try:
            for parcel in mine:
                for place in range(0, len(parcel), 5):
                    services.accept(beats=parcel[place : place + 5], now=NOW)
                services.rebuild_days(now=NOW)
        except BaseException as error:  # noqa: BLE001 - it is raised again where the test sees it
            faults.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=work, args=(parcels[number::4],)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if faults:
        raise faults[0]
    services.rebuild_days(now=NOW)
    assert told() == [("engine", "2026-06-03", 109 * 60)]
    assert not UnsettledDay.objects.exists()
