from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth import get_user_model
from rest_framework.test import APIClient

from weather import selectors, services
from weather.drafts import DayDraft, HourDraft
from weather.models import WeatherOverride
from weather.sky import Condition
from weather.tests.factories import NOW, heard, seen

if TYPE_CHECKING:
    from pytest_django import Settings
    from time_machine import TimeMachineFixture

pytestmark = pytest.mark.django_db
UPDATE = "/api/v1/weather/mood-update/"


@pytest.fixture(autouse=True)
def _now(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def owner() -> APIClient:
    client = APIClient()
    client.force_authenticate(get_user_model().objects.create_superuser("owner", password="x"))
    return client


def get(path: str) -> dict[str, Any]:
    answer = APIClient().get(f"/api/v1/{path}")
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json()
    return body


@pytest.mark.parametrize("path", ["garden/weather", "weather/mood", "weather/trends", "weather/forecast"])
def test_everyone_reads_the_weather_of_a_garden_that_knows_nothing_yet(path: str) -> None:
    assert get(path) == get(f"{path}/")


def test_the_weather_says_why_it_is_so() -> None:
    heard(0.9, 0.9, at=NOW - timedelta(minutes=5))
    services.observe(drafts=[seen(Condition.RAIN)], source="openmeteo", now=NOW)
    told = get("garden/weather/")
    assert (told["weather_type"], told["precipitation"], told["condition"]) == ("sunny", "rain", "rain")
    assert told["sentence"] == "The garden is sunny in the rain, made of the music, the sky outside and the hour."
    assert told["attribution"] == "Weather data by Open-Meteo.com (CC BY 4.0)"
    (music, sky, work, _) = told["influences"]
    assert (music["age"], sky["age"], work["spoke"]) == (300, 0, False)
    assert sum(one["share"] for one in told["influences"]) == pytest.approx(1, abs=0.01)


def test_the_state_of_the_garden_carries_the_same_weather() -> None:
    services.observe(drafts=[seen(Condition.SNOW)], source="openmeteo", now=NOW)
    in_state, alone = get("garden/")["weather"], get("garden/weather/")
    assert in_state == alone
    assert in_state["precipitation"] == "snow"


def test_a_weather_says_when_in_the_year_and_the_day_it_is_and_until_when_it_stood() -> None:
    services.observe(drafts=[seen(Condition.SNOW)], source="openmeteo", now=NOW)
    for path in ("garden/weather/", "weather/mood/"):
        told = get(path)
        assert (told["season"], told["time_of_day"]) == ("summer", "day")
        assert (told["actual_weather"], told["condition"], told["ended_at"]) == ("snow", "snow", None)
        assert (told["github_commits_today"], told["music_mood"]) == (0, None)


def test_the_mood_has_five_components_and_what_the_day_comes_to() -> None:
    services.update_mood(now=NOW)
    told = get("weather/mood/")
    assert set(told["mood"]) == {"energy", "focus", "creativity", "serenity", "intensity", "drive"}
    assert told["mood"]["intensity"] == told["mood"]["drive"]
    assert (told["productivity_score"], told["github_commits_today"], told["commits_today"]) == (None, 0, 0)
    assert 0 <= told["creativity_index"] <= 1


def test_the_trends_are_those_of_a_day() -> None:
    for before in (timedelta(hours=24, minutes=10), timedelta(hours=23, minutes=50), timedelta()):
        services.update_mood(now=NOW - before)
    told = get("weather/trends/")
    assert told["dominant"]
    assert told["components"]["energy"]["direction"] in {"rising", "falling", "steady"}
    assert told["stretches"][0]["begins"] == told["since"]


def test_the_forecast_leaves_out_what_is_over() -> None:
    hours = [HourDraft(NOW + timedelta(hours=ahead), Condition.CLEAR, 20.0, 0.1) for ahead in range(4)]
    days = [DayDraft(NOW.date() + timedelta(days=ahead), Condition.CLEAR, 10.0, 20.0) for ahead in range(5)]
    draft = seen()
    services.observe(
        drafts=[type(draft)(draft.observed_at, draft.condition, draft.temperature, hours=hours, days=days)],
        source="openmeteo",
        now=NOW,
    )
    told = get("weather/forecast/")
    assert (len(told["hours"]), len(told["days"]), told["stale"]) == (4, 5, False)
    assert told["growing_conditions"]["factor"] == 1.06
    assert told["growing_conditions"]["sentence"] == "Growing conditions are good: summer and mild air."
    assert told["atmospheric_mood"]["serenity"] == 0.7


@pytest.mark.parametrize(
    ("clocks", "first"),
    [(7200, "2026-06-15"), (None, "2026-06-14")],
    ids=["by the clocks of the place", "by the sun where nobody tells"],
)
def test_the_days_ahead_begin_with_the_day_it_is_at_the_place(
    clocks: int | None, first: str, settings: Settings, time_machine: TimeMachineFixture
) -> None:
    settings.GARDEN_LATITUDE, settings.GARDEN_LONGITUDE = 40.4, -3.7  # Madrid keeps the time of Berlin
    half_past_midnight = NOW.replace(day=14, hour=22, minute=30)
    time_machine.move_to(half_past_midnight, tick=False)
    days = [DayDraft(NOW.date() + timedelta(days=ahead), Condition.CLEAR) for ahead in range(-1, 4)]
    draft = replace(seen(at=half_past_midnight), utc_offset=clocks, days=days)
    services.observe(drafts=[draft], source="openmeteo", now=half_past_midnight)
    assert get("weather/forecast/")["days"][0]["day"] == first


def test_the_forecast_a_day_later_holds_only_what_is_still_to_come(time_machine: TimeMachineFixture) -> None:
    test_the_forecast_leaves_out_what_is_over()
    time_machine.move_to(NOW + timedelta(days=2), tick=False)
    told = get("weather/forecast/")
    assert (told["hours"], len(told["days"]), told["stale"]) == ([], 3, True)
    assert told["growing_conditions"]["sentence"] == "Growing conditions are good: summer."


# --- The owner's word -------------------------------------------------------------------------------------------------


def test_only_the_owner_has_a_word_on_the_weather() -> None:
    assert APIClient().post(UPDATE, {"weather_type": "stormy"}, format="json").status_code in (401, 403)
    assert not WeatherOverride.objects.exists()


def test_the_owner_lets_a_weather_stand(owner: APIClient) -> None:
    asked = {"weather_type": "aurora", "intensity": 0.6, "duration_minutes": 90, "reason": "Friday."}
    told = owner.post(UPDATE, asked, format="json").json()
    assert (told["weather_type"], told["intensity"], told["overridden_until"]) == (
        "aurora",
        0.6,
        "2026-06-15T13:30:00Z",
    )
    assert get("garden/")["weather"]["weather_type"] == "aurora"


def test_music_makes_the_weather_that_stands(owner: APIClient) -> None:
    told = owner.post(UPDATE, {"music": {"energy": 0.9, "valence": 0.1}}, format="json").json()
    assert told["weather_type"] == "stormy"


def test_music_moves_every_component_and_the_intensity(owner: APIClient) -> None:
    services.update_mood(now=NOW)
    before = get("weather/mood/")
    wild = owner.post(UPDATE, {"music": {"energy": 1.0, "valence": 0.0, "acousticness": 0.0}}, format="json").json()
    still = owner.post(UPDATE, {"music": {"genre": "Sleep"}}, format="json").json()
    for said in (wild, still):
        assert all(said["mood"][name] != before["mood"][name] for name in before["mood"])
    assert still["intensity"] < wild["intensity"]
    assert wild["mood"]["serenity"] < before["mood"]["serenity"] < still["mood"]["serenity"]


def test_a_genre_says_what_is_not_said_and_no_more(owner: APIClient) -> None:
    told = owner.post(UPDATE, {"music": {"genre": "indie folk", "energy": 0.95, "valence": 0.9}}, format="json").json()
    assert told["weather_type"] == "sunny"
    word = WeatherOverride.objects.get()
    assert (word.energy, word.valence, word.acousticness) == (0.95, 0.9, 0.7)
    assert owner.post(UPDATE, {"music": {"genre": "black metal"}}, format="json").json()["weather_type"] == "stormy"


def test_productivity_moves_the_day_and_what_was_counted_comes_back_with_the_mood(owner: APIClient) -> None:
    services.update_mood(now=NOW)
    before = get("weather/mood/")
    owner.post(UPDATE, {"productivity": 1.0}, format="json")
    full = get("weather/mood/")
    assert full["productivity_score"] == 1.0
    assert full["mood"]["drive"] > before["mood"]["drive"]
    assert owner.delete(UPDATE).json()["overridden_until"] is None
    assert get("weather/mood/") == before


def test_a_new_word_ends_the_older_ones_and_none_of_them_comes_back(
    owner: APIClient, time_machine: TimeMachineFixture
) -> None:
    owner.post(UPDATE, {"weather_type": "aurora", "duration_minutes": 600}, format="json")
    time_machine.move_to(NOW + timedelta(minutes=5), tick=False)
    owner.post(UPDATE, {"music": {"genre": "doom"}, "duration_minutes": 10}, format="json")
    time_machine.move_to(NOW + timedelta(minutes=20), tick=False)
    assert get("weather/mood/")["overridden_until"] is None
    assert selectors.override_now(NOW + timedelta(minutes=20)) is None


def test_one_request_lets_the_mood_decide_again_whatever_stands(owner: APIClient) -> None:
    services.update_mood(now=NOW)
    before = get("weather/mood/")
    services.storm(commits=9, arrived_at=NOW, now=NOW)
    owner.post(UPDATE, {"weather_type": "aurora"}, format="json")
    assert APIClient().delete(UPDATE).status_code in (401, 403)
    assert owner.delete(UPDATE).status_code == 200
    assert get("weather/mood/") == before
    assert owner.delete(UPDATE).status_code == 200  # again changes nothing


def test_what_the_owner_says_is_heard_is_told_no_closer_than_what_is_heard(owner: APIClient) -> None:
    told = owner.post(UPDATE, {"music": {"energy": 0.83, "valence": 0.77}}, format="json").json()
    figures = [told["intensity"], *told["mood"].values()]
    assert figures == [round(figure, 1) for figure in figures]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        [],
        {"weather_type": "hail"},
        {"weather_type": "sunny", "intensity": 1.5},
        {"weather_type": "sunny", "intensity": "NaN"},
        {"weather_type": "sunny", "duration_minutes": 0},
        {"weather_type": "sunny", "duration_minutes": 10**9},
        {"weather_type": "sunny", "reason": "x" * 201},
        {"weather_type": "sunny", "reason": "\u0000"},
        {"weather_type": "sunny", "music": {"energy": 0.5, "valence": 0.5}},
        {"music": {"energy": 0.5}},
        {"music": {}},
        {"music": {"genre": "quarkcore"}},
        {"music": {"genre": "jazz", "valence": 2}},
        {"weather_type": "sunny", "productivity": 0.5},
        {"productivity": 1.1},
        {"music": "loud"},
    ],
)
def test_a_word_that_makes_no_sense_is_a_bad_request_and_changes_nothing(owner: APIClient, asked: object) -> None:
    answer = owner.post(UPDATE, asked, format="json")
    assert answer.status_code == 400
    assert answer.json()["error"]["code"]
    assert not WeatherOverride.objects.exists()


def test_with_the_mood_switched_off_the_owner_is_told_so(owner: APIClient, settings: Settings) -> None:
    settings.ENABLE_MOOD_SYNTHESIS = False
    answer = owner.post(UPDATE, {"weather_type": "sunny"}, format="json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "mood_synthesis_off")
