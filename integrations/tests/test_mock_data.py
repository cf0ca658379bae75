"""What a garden without network is told is invented: marked as that, and gone with the demonstration."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from django.utils import timezone

from garden import ownership
from garden.models import Activity, Project
from garden.tests.factories import ProjectFactory
from garden.vocabulary import ActivityKind
from integrations import registry, sync
from integrations.coding.durations import Spent
from integrations.coding.services import store_days
from integrations.models import CodingName, CodingSource, CodingTime, SourceNotes, SyncStatus, SyncTrigger
from weather.models import MusicMoment, SkyObservation, WeatherState
from weather.sky import Condition
from weather.tests.factories import heard

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = pytest.mark.django_db
ASKED = ("github", "openmeteo", "wakatime", "spotify", "listenbrainz", "lastfm")


@pytest.fixture(autouse=True)
def _without_network(settings: Settings) -> None:
    settings.ENABLE_MOCK_DATA, settings.REDIS_URL = True, ""
    settings.SPOTIFY_CLIENT_ID = "the-garden"


def bring_in() -> None:
    for slug in ASKED:
        provider = registry.provider(slug)
        run = sync.request(provider=provider, trigger=SyncTrigger.OWNER, now=timezone.now())
        assert sync.perform(run, provider=provider).status == SyncStatus.SUCCEEDED, (slug, run.error)


def test_what_is_invented_is_marked_and_says_nothing_of_the_owner() -> None:
    bring_in()
    assert Project.objects.exists()
    for rows in (Project.objects.all(), SkyObservation.objects.all(), MusicMoment.objects.all()):
        assert set(rows.values_list("is_demo", flat=True)) == {True}
    assert set(CodingTime.objects.values_list("source", flat=True)) == {CodingSource.DEMO}
    assert not ownership.owners().known
    assert not SourceNotes.objects.exclude(state={}).exists()


def test_what_is_invented_goes_with_the_demonstration_and_what_is_real_stays() -> None:
    now = timezone.now()
    real = ProjectFactory.create(name="Engine")
    heard(0.5, 0.5, at=now - timedelta(minutes=5))
    SkyObservation.objects.create(source="openmeteo", observed_at=now, condition=Condition.RAIN, precipitation="rain")
    bring_in()
    call_command("demo", "--remove")
    assert list(Project.objects.all()) == [real]
    assert MusicMoment.objects.count() == SkyObservation.objects.count() == 1
    assert not CodingTime.objects.exists()
    assert not CodingName.objects.exclude(key="").exists()
    assert WeatherState.objects.get(ended_at=None).actual_weather == Condition.RAIN


def test_invented_time_takes_the_place_of_no_real_time_and_leaves_the_plant_as_it_was() -> None:
    now = timezone.now()
    ProjectFactory.create(name="engine")
    day = (now - timedelta(days=3)).date()
    store_days(drafts=[Spent(day, "engine", 3600)], source="wakatime", now=now)
    told = Activity.objects.filter(kind=ActivityKind.CODING).values_list("amount", flat=True)
    before = list(told)
    store_days(drafts=[Spent(day, "engine", 7200)], source="wakatime", now=now, is_demo=True)
    assert CodingTime.objects.count() == 2
    call_command("demo", "--remove")
    assert list(told) == before
