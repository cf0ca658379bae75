from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from garden.vocabulary import Precipitation, Season, TimeOfDay
from weather import sky
from weather.sky import Condition

BERLIN = (52.5, 13.4)


@pytest.mark.parametrize(
    ("month", "northern", "southern"),
    [
        (1, Season.WINTER, Season.SUMMER),
        (2, Season.WINTER, Season.SUMMER),
        (3, Season.SPRING, Season.AUTUMN),
        (6, Season.SUMMER, Season.WINTER),
        (9, Season.AUTUMN, Season.SPRING),
        (12, Season.WINTER, Season.SUMMER),
    ],
)
def test_seasons_are_opposite_on_the_two_hemispheres(month: int, northern: Season, southern: Season) -> None:
    day = datetime(2026, month, 15, tzinfo=UTC)
    assert sky.season_at(day, 52, 13) == northern
    assert sky.season_at(day, -34, 151) == southern


def test_a_season_begins_by_the_day_of_the_place() -> None:
    evening = datetime(2026, 2, 28, 20, tzinfo=UTC)
    assert sky.season_at(evening, -36.85, 174.76) == Season.AUTUMN  # in Auckland it is the first of March
    assert sky.season_at(evening + timedelta(hours=8), 34.05, -118.24) == Season.WINTER  # in Los Angeles not yet


@pytest.mark.parametrize(
    ("hour", "expected"),
    [(1, TimeOfDay.NIGHT), (5, TimeOfDay.DAWN), (11, TimeOfDay.DAY), (17, TimeOfDay.DUSK), (21, TimeOfDay.NIGHT)],
)
def test_a_spring_day_in_berlin_passes_through_all_times(hour: int, expected: TimeOfDay) -> None:
    assert sky.time_of_day(datetime(2026, 3, 21, hour, 30, tzinfo=UTC), *BERLIN) == expected


def test_the_sun_that_never_rises_still_gives_a_time_of_day() -> None:
    assert sky.time_of_day(datetime(2026, 12, 21, 12, tzinfo=UTC), 80, 20) == TimeOfDay.NIGHT


def test_the_sun_that_never_sets_still_gives_a_time_of_day() -> None:
    assert sky.time_of_day(datetime(2026, 6, 21, 0, tzinfo=UTC), 80, 20) == TimeOfDay.DAY


def test_the_other_side_of_the_world_has_another_time() -> None:
    now = datetime(2026, 3, 21, 12, tzinfo=UTC)
    assert sky.time_of_day(now, 0, 0) == TimeOfDay.DAY
    assert sky.time_of_day(now, 0, 180) == TimeOfDay.NIGHT


@pytest.mark.parametrize("code", [4, 100, -1, 10**12])
def test_a_code_that_nobody_documents_is_unknown_and_falls_nowhere(code: int) -> None:
    assert sky.wmo_condition(code) == Condition.UNKNOWN
    assert sky.openweathermap_condition(code) == Condition.UNKNOWN
    assert sky.precipitation_of(Condition.UNKNOWN) == Precipitation.CLEAR


@pytest.mark.parametrize(
    ("code", "condition"),
    [
        (200, Condition.THUNDERSTORM),
        (232, Condition.THUNDERSTORM),
        (301, Condition.DRIZZLE),
        (500, Condition.RAIN),
        (504, Condition.HEAVY_RAIN),
        (511, Condition.FREEZING_RAIN),
        (521, Condition.SHOWERS),
        (602, Condition.HEAVY_SNOW),
        (616, Condition.SLEET),
        (741, Condition.FOG),
        (761, Condition.HAZE),
        (781, Condition.SQUALL),
        (800, Condition.CLEAR),
        (804, Condition.OVERCAST),
        (599, Condition.UNKNOWN),
        (899, Condition.UNKNOWN),
    ],
)
def test_codes_of_openweathermap_have_our_words(code: int, condition: Condition) -> None:
    assert sky.openweathermap_condition(code) == condition


@given(
    st.sampled_from(Season),
    st.none() | st.sampled_from(Condition),
    st.none() | st.floats(-90, 90),
)
def test_growing_conditions_stay_within_a_tenth(
    season: Season, condition: Condition | None, temperature: float | None
) -> None:
    assert 0.9 <= sky.growing_conditions(season, condition, temperature).factor <= 1.1


def test_a_mild_spring_rain_is_good_for_plants_and_a_winter_storm_in_frost_is_not() -> None:
    spring = sky.growing_conditions(Season.SPRING, Condition.RAIN, 15)
    winter = sky.growing_conditions(Season.WINTER, Condition.HAILSTORM, -8)
    assert (spring.factor, spring.sentence) == (1.1, "Growing conditions are good: spring, mild air and rain.")
    assert (winter.factor, winter.sentence) == (0.9, "Growing conditions are hard: winter, frost and rough weather.")
    assert sky.growing_conditions(Season.AUTUMN).sentence == "Growing conditions are fair: autumn."


@given(st.datetimes(timezones=st.just(UTC)), st.floats(-180, 180))
@example(datetime(2026, 1, 1, tzinfo=UTC), -1e-184)
def test_the_solar_hour_is_an_hour(now: datetime, longitude: float) -> None:
    assert 0 <= sky.solar_hour(now, longitude) < 24
