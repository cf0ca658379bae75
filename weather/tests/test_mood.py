from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garden.vocabulary import Season, TimeOfDay, WeatherType
from tests.effort import counted
from weather import influences, mood
from weather.influences import Components, Inputs, Music, Sky, Work, music_weather
from weather.mood import MARGIN, MIN_STAY, WEIGHTS, Override, PreviousWeather, Source, synthesise
from weather.sky import Condition

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
ALONE = Inputs(NOON, 0.0, TimeOfDay.DAY, Season.SUMMER)
GLAD = Music(NOON, 0.8, 0.8, 0.1)
RAIN = Sky(NOON, Condition.RAIN, 14.0, "openmeteo")
BUSY = Work(NOON, commits=9, coding_hours=4.0, projects=2)

unit = st.floats(0, 1)
lately = st.timedeltas(timedelta(0), timedelta(hours=20)).map(lambda age: NOON - age)
music = st.builds(Music, lately, unit, unit, st.none() | unit)
skies = st.builds(Sky, lately, st.sampled_from(Condition), st.none() | st.floats(-60, 60), st.just("openmeteo"))
works = st.builds(
    Work,
    lately,
    commits=st.integers(0, 10_000),
    coding_hours=st.floats(0, 24),
    projects=st.integers(0, 100),
    failed_deployments=st.integers(0, 100),
)
inputs = st.builds(
    Inputs,
    st.just(NOON),
    st.floats(-180, 180),
    st.sampled_from(TimeOfDay),
    st.sampled_from(Season),
    st.none() | music,
    st.none() | skies,
    st.none() | works,
)


def previous(
    weather: WeatherType, *, minutes: float = 60, atmosphere: str = "", overridden: bool = False
) -> PreviousWeather:
    return PreviousWeather(weather, atmosphere, NOON - timedelta(minutes=minutes), overridden)


# --- Who speaks -------------------------------------------------------------------------------------------------------


def test_the_weights_are_those_asked_for_and_sum_to_one() -> None:
    assert list(WEIGHTS.values()) == [0.4, 0.3, 0.2, 0.1]
    assert sum(WEIGHTS.values()) == pytest.approx(1)


def test_when_all_speak_each_has_its_own_weight() -> None:
    found = synthesise(replace(ALONE, music=GLAD, sky=RAIN, work=BUSY))
    assert {one.source: one.share for one in found.influences} == pytest.approx(dict(WEIGHTS))


def test_a_missing_source_gives_its_weight_to_the_others_and_is_named() -> None:
    found = synthesise(replace(ALONE, sky=RAIN, work=BUSY))
    assert {one.source: round(one.share, 3) for one in found.influences} == {
        Source.MUSIC: 0.0,
        Source.SKY: 0.5,
        Source.WORK: 0.333,
        Source.TIME: 0.167,
    }
    assert "music" not in found.sources
    assert found.influences[0].says == "No music is known."


@pytest.mark.parametrize(
    ("source", "stale"),
    [
        (Source.MUSIC, {"music": replace(GLAD, heard_at=NOON - timedelta(minutes=31))}),
        (Source.SKY, {"sky": replace(RAIN, observed_at=NOON - timedelta(hours=4))}),
        (Source.WORK, {"work": replace(BUSY, last_at=NOON - timedelta(hours=13))}),
    ],
)
def test_a_stale_source_is_silent_but_says_when_it_last_knew(source: Source, stale: dict[str, object]) -> None:
    found = synthesise(replace(ALONE, **stale))  # type: ignore[arg-type]
    one = next(one for one in found.influences if one.source == source)
    assert not one.spoke
    assert one.as_of is not None
    assert "of the last" in one.says
    assert found.sources == ["time_of_day"]


def test_a_sky_of_an_unknown_code_is_silent_and_says_so() -> None:
    found = synthesise(replace(ALONE, sky=replace(RAIN, condition=Condition.UNKNOWN)))
    assert "sky" not in found.sources
    assert found.influences[1].says == "The service reports a weather that it does not document."


def test_with_every_source_failing_the_hour_makes_a_calm_weather() -> None:
    day, night = synthesise(ALONE), synthesise(replace(ALONE, time_of_day=TimeOfDay.NIGHT))
    assert (day.weather_type, night.weather_type) == (WeatherType.SUNNY, WeatherType.STARRY)
    assert day.intensity == night.intensity == mood.CALM
    assert day.sources == ["time_of_day"]
    assert day.productivity_score is None
    assert day.stress_level is None


@given(inputs)
def test_every_number_is_a_share_and_the_word_is_divided_completely(given_inputs: Inputs) -> None:
    found = synthesise(given_inputs)
    numbers = [*asdict(found.components).values(), found.intensity, found.creativity_index]
    numbers += [score for score in (found.productivity_score, found.stress_level) if score is not None]
    assert all(0 <= number <= 1 for number in numbers)
    assert sum(one.share for one in found.influences) == pytest.approx(1)
    assert sum(found.votes.values()) == pytest.approx(1)
    assert [one.source for one in found.influences] == list(Source)
    assert all(sum(one.votes.values()) == pytest.approx(1) for one in found.influences if one.spoke)


@given(inputs)
def test_the_atmosphere_is_always_one_of_the_known_names(given_inputs: Inputs) -> None:
    adjective, part = synthesise(given_inputs).atmosphere.split("_")
    assert adjective in {"energetic", "focused", "creative", "serene", "intense", "gentle"}
    assert part in {"morning", "afternoon", "evening", "night"}


# --- Music ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("energy", "valence", "acousticness", "weather"),
    [
        (0.71, 0.61, 0.9, WeatherType.SUNNY),
        (0.70, 0.61, 0.1, WeatherType.CLOUDY),
        (0.71, 0.60, 0.1, WeatherType.CLOUDY),
        (0.81, 0.39, 0.9, WeatherType.STORMY),
        (0.80, 0.39, 0.1, WeatherType.CLOUDY),
        (0.81, 0.40, 0.1, WeatherType.CLOUDY),
        (0.39, 0.9, 0.9, WeatherType.STARRY),
        (0.40, 0.9, 0.61, WeatherType.AURORA),
        (0.40, 0.9, 0.60, WeatherType.CLOUDY),
        (0.5, 0.5, None, WeatherType.CLOUDY),
    ],
)
def test_music_makes_weather_by_the_thresholds_asked_for(
    energy: float, valence: float, acousticness: float | None, weather: WeatherType
) -> None:
    assert music_weather(energy, valence, acousticness) == weather


@given(st.sampled_from(TimeOfDay), unit, unit, st.none() | unit)
def test_music_alone_has_the_last_word_over_the_hour(
    time: TimeOfDay, energy: float, valence: float, acousticness: float | None
) -> None:
    found = synthesise(replace(ALONE, time_of_day=time, music=Music(NOON, energy, valence, acousticness)))
    assert found.weather_type == music_weather(energy, valence, acousticness)


# --- Sky and work -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("condition", [one for one in Condition if one != Condition.UNKNOWN])
@pytest.mark.parametrize("time", TimeOfDay)
def test_every_sky_votes_and_has_a_mood(condition: Condition, time: TimeOfDay) -> None:
    voice = influences.sky_says(Sky(NOON, condition, 10.0), replace(ALONE, time_of_day=time))
    assert sum(voice.votes.values()) == pytest.approx(1)
    assert voice.components != influences.atmospheric_mood(Condition.UNKNOWN)


def test_a_thunderstorm_outside_is_a_storm_in_the_garden() -> None:
    found = synthesise(replace(ALONE, sky=replace(RAIN, condition=Condition.THUNDERSTORM)))
    assert found.weather_type == WeatherType.STORMY


def test_a_clear_night_is_starry_and_a_clear_noon_sunny() -> None:
    clear = replace(RAIN, condition=Condition.CLEAR)
    assert synthesise(replace(ALONE, sky=clear)).weather_type == WeatherType.SUNNY
    night = replace(ALONE, sky=clear, time_of_day=TimeOfDay.NIGHT)
    assert synthesise(night).weather_type == WeatherType.STARRY


def test_cold_and_heat_cost_energy_and_serenity() -> None:
    mild, cold, hot = (influences.atmospheric_mood(Condition.CLEAR, degrees) for degrees in (20.0, -15.0, 42.0))
    assert cold.energy < mild.energy > hot.energy
    assert cold.serenity < mild.serenity > hot.serenity
    assert influences.atmospheric_mood(Condition.CLEAR) == mild


def test_a_fuller_day_is_more_productive_and_less_serene() -> None:
    quiet, busy = (synthesise(replace(ALONE, work=Work(NOON, commits=commits, projects=1))) for commits in (1, 20))
    assert quiet.productivity_score is not None
    assert busy.productivity_score is not None
    assert busy.productivity_score > quiet.productivity_score
    assert busy.components.serenity < quiet.components.serenity


def test_hours_that_nobody_tracks_are_no_less_productive_than_hours_that_are() -> None:
    by_commits = synthesise(replace(ALONE, work=Work(NOON, commits=12))).productivity_score
    by_hours = synthesise(replace(ALONE, work=Work(NOON, coding_hours=5))).productivity_score
    assert by_commits == by_hours


def test_long_and_late_hours_and_failures_strain() -> None:
    plain = Work(NOON, commits=4, coding_hours=4, projects=1)
    night = NOON.replace(hour=23, minute=30)
    strained = [
        replace(plain, coding_hours=12),
        replace(plain, last_at=night),
        replace(plain, failed_deployments=2),
    ]
    base = synthesise(replace(ALONE, work=plain)).stress_level
    assert base is not None
    for work in strained:
        level = synthesise(replace(ALONE, now=max(NOON, work.last_at), work=work)).stress_level
        assert level is not None
        assert level > base


def test_a_day_over_many_projects_is_more_creative() -> None:
    narrow, broad = (
        synthesise(replace(ALONE, work=Work(NOON, commits=6, projects=projects))).creativity_index
        for projects in (1, 4)
    )
    assert broad > narrow


# --- Holding still ----------------------------------------------------------------------------------------------------


@given(inputs, st.sampled_from(WeatherType), st.floats(0, 8.9))
def test_a_weather_that_has_just_begun_stays(given_inputs: Inputs, weather: WeatherType, minutes: float) -> None:
    assert synthesise(given_inputs, previous=previous(weather, minutes=minutes)).weather_type == weather


@given(inputs, st.sampled_from(WeatherType))
def test_a_weather_changes_only_for_one_that_is_clearly_better(given_inputs: Inputs, weather: WeatherType) -> None:
    found = synthesise(given_inputs, previous=previous(weather))
    lead = max(found.votes.values()) - found.votes[weather]
    assert (found.weather_type == weather) == (lead < MARGIN)
    assert found.votes[found.weather_type] >= max(found.votes.values()) - MARGIN


@given(st.lists(inputs, min_size=2, max_size=40))
def test_no_sequence_of_inputs_makes_the_weather_flap(sequence: list[Inputs]) -> None:
    state: PreviousWeather | None = None
    changes: list[datetime] = []
    for look, given_inputs in enumerate(sequence):
        now = NOON + look * timedelta(minutes=3)
        found = synthesise(replace(given_inputs, now=now), previous=state)
        if state is None or found.weather_type != state.weather_type:
            changes.append(now)
            state = PreviousWeather(found.weather_type, found.atmosphere, now)
    assert all(later - earlier >= MIN_STAY for earlier, later in pairwise(changes))


@given(inputs)
def test_looking_twice_changes_nothing(given_inputs: Inputs) -> None:
    first = synthesise(given_inputs)
    again = synthesise(
        given_inputs,
        previous=PreviousWeather(first.weather_type, first.atmosphere, given_inputs.now - timedelta(hours=1)),
    )
    assert (again.weather_type, again.intensity, again.atmosphere) == (
        first.weather_type,
        first.intensity,
        first.atmosphere,
    )


def test_a_name_is_kept_while_its_component_is_nearly_the_leading_one() -> None:
    quiet = replace(ALONE, time_of_day=TimeOfDay.NIGHT)
    fresh = synthesise(quiet).atmosphere
    assert fresh == "serene_afternoon"
    held = synthesise(quiet, previous=previous(WeatherType.STARRY, atmosphere="creative_morning")).atmosphere
    lead = asdict(synthesise(quiet).components)
    assert lead["serenity"] - lead["creativity"] < mood.NAME_MARGIN + 0.1
    assert held.partition("_")[0] in {"serene", "creative"}
    near = Components(0.5, 0.5, 0.60, 0.62, 0.3)
    assert mood._atmosphere(near, quiet, "creative_morning") == "creative_afternoon"
    assert mood._atmosphere(near, quiet, "") == "serene_afternoon"


def test_a_mood_in_which_nothing_stands_out_is_gentle_and_stays_so_at_the_edge() -> None:
    assert mood._atmosphere(Components(0.5, 0.5, 0.5, 0.54, 0.3), ALONE, "") == "gentle_afternoon"
    assert mood._atmosphere(Components(0.5, 0.5, 0.5, 0.58, 0.3), ALONE, "gentle_afternoon") == "gentle_afternoon"
    assert mood._atmosphere(Components(0.5, 0.5, 0.5, 0.62, 0.3), ALONE, "gentle_afternoon") == "serene_afternoon"


@pytest.mark.parametrize(
    ("hour", "part"),
    [(0, "night"), (4, "night"), (5, "morning"), (11, "afternoon"), (17, "evening"), (22, "night"), (23, "night")],
)
def test_the_part_of_the_day_is_by_the_sun(hour: int, part: str) -> None:
    assert mood.part_of_day(NOON.replace(hour=hour), 0.0) == part
    assert mood.part_of_day(NOON.replace(hour=hour) + timedelta(hours=12), 180.0) == part


# --- Overrides --------------------------------------------------------------------------------------------------------


def storm(*, begins: float = -10, ends: float = 20) -> Override:
    at = lambda minutes: NOON + timedelta(minutes=minutes)  # noqa: E731
    return Override(WeatherType.STORMY, 0.8, "9 commits in one push.", "storm", at(begins), at(ends))


@given(inputs, st.none() | st.sampled_from(WeatherType))
def test_an_override_wins_over_everything_until_it_ends(given_inputs: Inputs, before: WeatherType | None) -> None:
    stood = previous(before, minutes=1) if before else None
    found = synthesise(given_inputs, previous=stood, override=storm())
    assert (found.weather_type, found.intensity) == (WeatherType.STORMY, 0.8)
    assert found.overridden_by == storm()


@given(inputs)
def test_an_override_that_is_over_or_yet_to_come_has_no_say(given_inputs: Inputs) -> None:
    plain = synthesise(given_inputs)
    assert synthesise(given_inputs, override=storm(begins=-40, ends=0)) == plain
    assert synthesise(given_inputs, override=storm(begins=1)) == plain


def test_what_an_override_covered_comes_back_at_once() -> None:
    stood = previous(WeatherType.STORMY, minutes=1, overridden=True)
    assert synthesise(ALONE, previous=stood).weather_type == WeatherType.SUNNY


# --- Speed ------------------------------------------------------------------------------------------------------------


def test_a_synthesis_is_little_work() -> None:
    everything = replace(ALONE, music=GLAD, sky=RAIN, work=BUSY)
    _, calls = counted(lambda: synthesise(everything, previous=previous(WeatherType.SUNNY), override=storm()))
    assert calls < 1_500  # 728
