"""A day in frozen time: dawn to night, rain in the morning, a storm of commits, an evening of acoustic music."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from garden import recording
from garden.models import GardenEvent
from garden.tests.factories import ProjectFactory, commit
from garden.vocabulary import EventType
from weather import selectors, services
from weather.models import WeatherState
from weather.mood import MIN_STAY
from weather.music import Shown
from weather.sky import Condition
from weather.tasks import update_mood
from weather.tests.factories import NOW, every, heard, seen
from weather.timeline import timeline

if TYPE_CHECKING:
    from pytest_django import Settings
    from time_machine import TimeMachineFixture

pytestmark = pytest.mark.django_db
DAY = NOW.replace(hour=0)
LOOKS, SKIES = timedelta(minutes=3), timedelta(minutes=15)


def hour(of_day: float) -> datetime:
    return DAY + timedelta(hours=of_day)


def sky_at(moment: datetime) -> Condition:
    """Clear, a wet morning, clearing up."""
    for until, condition in ((6, Condition.CLEAR), (10, Condition.RAIN), (13, Condition.OVERCAST)):
        if moment < hour(until):
            return condition
    return Condition.CLEAR


@pytest.fixture
def a_day(settings: Settings, time_machine: TimeMachineFixture) -> list[WeatherState]:
    """Every weather of the day, as the scheduled tasks find it."""
    settings.GARDEN_LATITUDE, settings.GARDEN_LONGITUDE = 52.5, 0.0
    project = ProjectFactory.create(planted_date=DAY - timedelta(days=30))
    for now in every(LOOKS, since=DAY, until=hour(24)):
        time_machine.move_to(now, tick=False)
        if (now - DAY) % SKIES == timedelta(0):
            services.observe(drafts=[seen(sky_at(now), at=now, temperature=16.0)], source="openmeteo", now=now)
        if now == hour(15):
            push = [commit(number, at=now - number * timedelta(minutes=10)) for number in range(1, 9)]
            recording.record_activities(project=project, drafts=push, source="github", now=now)
            services.storm(commits=len(push), arrived_at=now, now=now)
        if hour(18.5) <= now < hour(21):
            heard(0.5, 0.5, 0.9, at=now)
        update_mood()
    return list(WeatherState.objects.order_by("started_at"))


def weather_at(states: list[WeatherState], moment: datetime) -> WeatherState:
    return [state for state in states if state.started_at <= moment][-1]


def test_the_day_has_the_weathers_it_should(a_day: list[WeatherState]) -> None:
    told = {of_day: weather_at(a_day, hour(of_day)).weather_type for of_day in (1, 8, 12, 14.9, 15.25, 16, 20, 23)}
    assert told == {
        1: "starry",  # a clear night
        8: "cloudy",  # rain
        12: "cloudy",
        14.9: "sunny",
        15.25: "stormy",  # eight commits in one push
        16: "sunny",  # and it is over
        20: "aurora",  # acoustic music
        23: "starry",
    }
    assert weather_at(a_day, hour(8)).precipitation == "rain"
    assert weather_at(a_day, hour(1)).atmosphere.endswith("_night")
    assert weather_at(a_day, hour(8)).atmosphere.endswith("_morning")
    assert weather_at(a_day, hour(20)).atmosphere.endswith("_evening")


def test_the_day_is_without_gaps_and_without_flapping(a_day: list[WeatherState]) -> None:
    assert all(earlier.ended_at == later.started_at for earlier, later in pairwise(a_day))
    began = [a_day[0], *(later for earlier, later in pairwise(a_day) if earlier.weather_type != later.weather_type)]
    stays = [later.started_at - earlier.started_at for earlier, later in pairwise(began)]
    assert min(stays) >= MIN_STAY
    assert len(began) < 12


def test_the_browsers_heard_of_every_weather_that_began(a_day: list[WeatherState]) -> None:
    told = GardenEvent.objects.filter(event_type=EventType.WEATHER_CHANGE).order_by("seq")
    assert [one.data["weather_type"] for one in told] == [state.weather_type for state in a_day]


def test_the_trends_and_the_picture_cover_the_day(a_day: list[WeatherState]) -> None:
    went = selectors.trends_of(DAY, hour(24), Shown.TRACK)
    assert sum(went.hours.values()) == pytest.approx(24, abs=0.1)
    assert went.hours["stormy"] == pytest.approx(0.5, abs=0.01)
    assert all(0 <= trend.low <= trend.mean <= trend.high <= 1 for trend in went.components.values())
    picture = timeline(went.stretches, since=DAY, until=hour(24))
    assert picture is not None
    assert sum(band.width for band in picture.bands) == pytest.approx(picture.width, abs=1)
    assert len(picture.lines) == 5
    assert [tick.text for tick in picture.ticks] == [f"{of_day:02}:00" for of_day in range(3, 24, 3)]


def test_a_moment_of_the_past_has_the_weather_it_had(a_day: list[WeatherState]) -> None:
    place = selectors.place_now()
    assert selectors.report_of_the_past(hour(15.25), place)["weather_type"] == "stormy"
    assert selectors.report_of_the_past(hour(-48), place)["sources"] == ["time_of_day"]
