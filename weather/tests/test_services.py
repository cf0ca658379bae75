from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError

from garden import recording
from garden import services as garden_services
from garden.models import GardenEvent
from garden.tests.factories import ProjectFactory, at_once, commit, work
from garden.vocabulary import EventType, Visibility, WeatherType
from weather import public_view, selectors, services
from weather.models import MusicMoment, Place, SkyObservation, WeatherOverride, WeatherState
from weather.mood import MIN_STAY
from weather.music import Shown
from weather.music_services import set_sharing
from weather.records import rulings
from weather.sky import Condition
from weather.tests.factories import NOW, heard, seen
from weather.work import day_begins

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django import Settings

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def now_stands() -> WeatherState:
    return WeatherState.objects.get(ended_at=None)


def events(kind: EventType) -> list[dict[str, Any]]:
    return list(GardenEvent.objects.filter(event_type=kind).order_by("seq").values_list("data", flat=True))


# --- The mood ---------------------------------------------------------------------------------------------------------


def test_with_nothing_known_the_hour_makes_the_weather_and_says_so() -> None:
    state = services.update_mood(now=NOW)
    assert state is not None
    assert (state.weather_type, state.precipitation, state.productivity_score) == ("sunny", "", None)
    told = selectors.report(NOW, selectors.place_now())
    assert told["sources"] == ["time_of_day"]
    assert told["precipitation"] is None
    assert told["sentence"] == "It’s a summer day here, and the garden is sunny."


def test_the_row_says_what_it_was_made_of() -> None:
    project = ProjectFactory.create()
    recording.record_activities(
        project=project,
        drafts=[commit(number, at=NOW - number * MINUTE) for number in range(1, 4)],
        source="t",
        now=NOW,
    )
    heard(0.9, 0.9, at=NOW - 4 * MINUTE)
    services.observe(drafts=[seen(Condition.DRIZZLE)], source="openmeteo", now=NOW)
    state = now_stands()
    assert (state.weather_type, state.precipitation, state.actual_weather) == ("sunny", "rain", "drizzle")
    assert (state.github_commits_today, state.music_mood) == (3, "joyful")
    assert {one["source"]: (one["spoke"], one["share"]) for one in state.influences} == {
        "music": (True, 0.4),
        "sky": (True, 0.3),
        "productivity": (True, 0.2),
        "time_of_day": (True, 0.1),
    }
    assert state.productivity_score is not None


def test_a_change_ends_the_weather_before_and_is_told_as_the_specification_wants() -> None:
    services.update_mood(now=NOW)
    later = NOW + 10 * MINUTE
    heard(0.9, 0.2, at=later)
    services.update_mood(now=later)
    first, second = WeatherState.objects.order_by("started_at")
    assert (first.ended_at, second.started_at, second.ended_at) == (later, later, None)
    change = events(EventType.WEATHER_CHANGE)[-1]
    assert set(change) == {
        "weather_type",
        "intensity",
        "transition_duration",
        "atmospheric_effects",
        "music_influence",
    }
    assert (change["weather_type"], change["transition_duration"]) == ("stormy", 4000)
    assert change["atmospheric_effects"]["effects"] == ["lightning", "wind", "dark_clouds"]
    assert change["music_influence"] == {
        "type": "stormy",
        "intensity": 0.9,
        "mood": "intense",
        "energy_level": 0.9,
        "energy": 0.9,
        "valence": 0.2,
        "track_name": None,
        "artist": None,
    }


def test_another_atmosphere_is_told_with_who_made_it() -> None:
    services.update_mood(now=NOW)
    evening = NOW + timedelta(hours=7)
    heard(0.1, 0.6, at=evening)
    services.update_mood(now=evening)
    (told,) = events(EventType.ATMOSPHERE_CHANGED)
    assert set(told) == {"old_atmosphere", "new_atmosphere", "energy_change", "data_sources"}
    assert told["new_atmosphere"] == "serene_evening"
    assert told["data_sources"] == ["music", "time_of_day"]
    assert told["energy_change"] < 0


def test_the_same_weather_looked_at_again_is_neither_told_nor_written_anew() -> None:
    services.update_mood(now=NOW)
    told = GardenEvent.objects.count()
    services.update_mood(now=NOW + 3 * MINUTE)
    assert GardenEvent.objects.count() == told
    assert (WeatherState.objects.count(), now_stands().looked_at) == (1, NOW + 3 * MINUTE)


def test_what_the_day_comes_to_is_of_now_while_the_weather_stays_the_same() -> None:
    project = ProjectFactory.create()

    def commits(numbers: range, at: datetime) -> None:
        drafts = [commit(number, at=at) for number in numbers]
        recording.record_activities(project=project, drafts=drafts, source="t", now=at)
        services.update_mood(now=at)

    commits(range(1, 2), NOW)
    before = selectors.mood_report(NOW)
    commits(range(2, 4), NOW + 3 * MINUTE)
    after = selectors.mood_report(NOW + 3 * MINUTE)
    assert WeatherState.objects.count() == 1
    assert (before["commits_today"], after["commits_today"]) == (1, 3)
    assert after["productivity_score"] > before["productivity_score"]
    assert after["influences"][2]["says"] == "3 commits since five in the morning."


def test_a_time_in_which_nobody_looked_has_no_weather() -> None:
    services.observe(drafts=[seen(Condition.THUNDERSTORM)], source="openmeteo", now=NOW)
    back = NOW + timedelta(days=3)
    services.update_mood(now=back)
    assert WeatherState.objects.order_by("started_at")[0].ended_at == NOW + selectors.UNWATCHED
    assert selectors.state_at(NOW + 29 * MINUTE) is not None
    assert selectors.state_at(NOW + timedelta(days=1)) is None
    went = selectors.trends_of(back - timedelta(days=1), back + MINUTE, Shown.TRACK)
    assert went.hours == {"sunny": 0.02}


def test_after_a_time_in_which_nobody_looked_a_weather_begins_anew() -> None:
    services.update_mood(now=NOW)
    services.update_mood(now=NOW + timedelta(days=1))
    first, second = WeatherState.objects.order_by("started_at")
    assert (first.ended_at, second.started_at) == (NOW + selectors.UNWATCHED, NOW + timedelta(days=1))


def test_music_that_sways_at_the_border_of_two_words_is_no_change_of_weather() -> None:
    for turn in range(20):
        at = NOW + 3 * turn * MINUTE
        MusicMoment.objects.all().delete()
        heard(0.705 if turn % 2 else 0.695, 0.5, 0.1, at=at)
        services.update_mood(now=at)
    assert len(events(EventType.WEATHER_CHANGE)) == 1
    assert now_stands().music_mood == "driving"


@pytest.mark.parametrize("before", [0.3, 0.5])
def test_a_tenth_is_a_change_from_above_and_from_below_once_a_weather_had_its_time(before: float) -> None:
    services.update_mood(now=NOW)
    looked, previous = now_stands(), now_stands()
    looked.intensity, previous.intensity = 0.4, before
    assert not services._differs(looked, previous)
    looked.started_at += MIN_STAY
    assert services._differs(looked, previous)
    previous.intensity = 0.4
    assert not services._differs(looked, previous)


def test_there_is_never_more_than_one_weather() -> None:
    services.update_mood(now=NOW)
    state = now_stands()
    state.pk = None
    state._state.adding = True
    with pytest.raises(IntegrityError):
        state.save()


def test_a_look_costs_the_same_number_of_queries_whatever_was_done(
    django_assert_max_num_queries: Callable[[int], Any],
) -> None:
    for projects in (1, 20):
        for project in ProjectFactory.create_batch(projects):
            recording.record_activities(project=project, drafts=work(3, until=NOW), source="t", now=NOW)
        services.update_mood(now=NOW)
        with django_assert_max_num_queries(13):  # on PostgreSQL one of them waits for its turn
            services.update_mood(now=NOW)


def test_what_is_not_public_has_no_say() -> None:
    for visibility in (Visibility.PRIVATE, Visibility.UNLISTED):
        project = ProjectFactory.create(visibility=visibility)
        drafts = [commit(number, at=NOW - number * MINUTE) for number in range(1, 9)]
        recording.record_activities(project=project, drafts=drafts, source="t", now=NOW)
    services.update_mood(now=NOW)
    assert now_stands().github_commits_today == 0


def test_the_small_hours_belong_to_the_day_before() -> None:
    assert day_begins(NOW.replace(hour=4, minute=59), 0.0) == NOW.replace(day=14, hour=5)
    assert day_begins(NOW.replace(hour=5), 0.0) == NOW.replace(hour=5)
    assert day_begins(NOW, 90.0) == NOW.replace(day=14, hour=23)


def test_switched_off_the_mood_leaves_the_weather_to_the_clock(settings: Settings) -> None:
    services.observe(drafts=[seen(Condition.THUNDERSTORM)], source="openmeteo", now=NOW)
    settings.ENABLE_MOOD_SYNTHESIS = False
    assert services.update_mood(now=NOW) is None
    told = selectors.report(NOW, selectors.place_now())
    assert (told["weather_type"], told["sources"]) == ("sunny", ["time_of_day"])


def test_a_weather_that_nobody_looks_at_any_more_gives_way_to_the_clock() -> None:
    services.observe(drafts=[seen(Condition.THUNDERSTORM)], source="openmeteo", now=NOW)
    place = selectors.place_now()
    assert selectors.report(NOW + 29 * MINUTE, place)["weather_type"] == "stormy"
    assert selectors.report(NOW + 31 * MINUTE, place)["sources"] == ["time_of_day"]


# --- Music, as far as it may be known ---------------------------------------------------------------------------------


OF_MOOD = {
    "type": "sunny",
    "intensity": 0.7,
    "mood": "joyful",
    "energy_level": 0.9,
    "energy": 0.9,
    "valence": 0.8,
    "track_name": None,
    "artist": None,
}


@pytest.mark.parametrize(
    ("shown", "influence"),
    [
        (Shown.NOTHING, None),
        (Shown.MOOD, OF_MOOD),
        (Shown.ARTIST, OF_MOOD | {"artist": "Somebody"}),
        (
            Shown.TRACK,
            OF_MOOD
            | {"artist": "Somebody", "track_name": "A title nobody may learn", "intensity": 0.69}
            | {"energy_level": 0.87, "energy": 0.87, "valence": 0.83},
        ),
    ],
)
def test_visitors_learn_of_the_music_what_the_owner_lets_them(shown: Shown, influence: object) -> None:
    playing = heard(0.87, 0.83)
    playing.artist = "Somebody"
    state = services.update_mood(now=NOW)
    assert state is not None
    told = public_view.weather_view(state, shown=shown, seen=None, now=NOW, playing=playing)
    assert told["music_influence"] == influence
    assert told["music_mood"] == (None if shown == Shown.NOTHING else "joyful")
    assert ("joyful" in str(told)) == (shown != Shown.NOTHING)
    assert ("A title" in str(told)) == (shown == Shown.TRACK)


def test_music_that_is_over_has_an_influence_and_no_name() -> None:
    heard(0.3, 0.5, 0.9)
    state = services.update_mood(now=NOW)
    assert state is not None
    influence = public_view.weather_view(state, shown=Shown.TRACK, seen=None, now=NOW)["music_influence"]
    assert (influence["type"], influence["track_name"], influence["artist"]) == ("starry", None, None)


def test_with_nothing_shown_an_answer_is_the_same_whether_music_spoke_long_ago_or_never() -> None:
    def answers() -> tuple[dict[str, Any], ...]:
        services.update_mood(now=NOW)
        set_sharing(shown=Shown.NOTHING, now=NOW)
        told = public_view.weather_view(now_stands(), shown=Shown.NOTHING, seen=None, now=NOW)
        WeatherState.objects.all().delete()
        return (*told["influences"], {"sources": told["sources"], "influence": told["music_influence"]})

    never = answers()
    heard(0.9, 0.9, at=NOW - timedelta(hours=4))
    long_ago = answers()
    heard(0.9, 0.9, at=NOW)
    now = answers()
    assert never == long_ago == now
    assert never[0] | {"weight": 0} == {
        "source": "music",
        "spoke": False,
        "weight": 0,
        "share": 0.0,
        "as_of": None,
        "age": None,
        "says": "What is heard here is not told.",
    }
    assert sum(one["share"] for one in now[:-1]) == 1


def test_the_parts_of_those_who_are_told_of_make_a_whole_where_the_music_is_not() -> None:
    services.observe(drafts=[seen(Condition.RAIN)], source="openmeteo", now=NOW)
    heard(0.9, 0.9)
    services.update_mood(now=NOW)
    influences = public_view.weather_view(now_stands(), shown=Shown.NOTHING, seen=None, now=NOW)["influences"]
    assert {one["source"]: one["share"] for one in influences if one["spoke"]} == {"sky": 0.75, "time_of_day": 0.25}


@pytest.mark.parametrize("shown", [Shown.NOTHING, Shown.MOOD, Shown.ARTIST])
def test_no_figure_is_exact_enough_to_reckon_back_to_the_track(shown: Shown) -> None:
    set_sharing(shown=shown, now=NOW)
    services.update_mood(now=NOW)
    evening = NOW + timedelta(hours=7)
    heard(0.137, 0.584, 0.318, at=evening)
    services.update_mood(now=evening)
    told = selectors.mood_report(evening)
    went = selectors.trends_of(NOW, evening, shown)
    (change,) = events(EventType.ATMOSPHERE_CHANGED)
    figures = [
        told["intensity"],
        *told["mood"].values(),
        told["creativity_index"],
        *(level for stretch in went.stretches for level in (stretch.intensity, *stretch.levels.values())),
        change["energy_change"],
        events(EventType.WEATHER_CHANGE)[-1]["intensity"],
    ]
    assert figures == [round(figure, 1) for figure in figures]


def test_what_the_music_did_leaves_the_outbox_with_the_music() -> None:
    def told() -> Any:
        return events(EventType.WEATHER_CHANGE)[-1]["music_influence"]

    set_sharing(shown=Shown.TRACK, now=NOW)
    services.update_mood(now=NOW)
    evening = NOW + timedelta(hours=7)
    playing = heard(0.137, 0.584, at=evening)
    playing.artist, playing.is_playing, playing.heard_at = "Somebody", True, evening
    playing.save()
    services.update_mood(now=evening)
    exact = told()
    assert exact == public_view.music_influence(now_stands(), Shown.TRACK, playing)
    assert (exact["energy_level"], exact["valence"]) == (0.14, 0.58)
    assert (exact["track_name"], exact["artist"]) == (playing.title, "Somebody")
    assert events(EventType.WEATHER_CHANGE)[-1]["intensity"] != round(now_stands().intensity, 1)
    set_sharing(shown=Shown.ARTIST, now=evening)
    assert (told()["track_name"], told()["artist"]) == (None, "Somebody")
    set_sharing(shown=Shown.MOOD, now=evening)
    assert events(EventType.WEATHER_CHANGE)[-1]["intensity"] == round(now_stands().intensity, 1)
    assert told() == public_view.music_influence(now_stands(), Shown.MOOD, playing)
    assert (told()["energy_level"], told()["valence"]) == (0.1, 0.6)
    assert (told()["track_name"], told()["artist"]) == (None, None)
    assert events(EventType.ATMOSPHERE_CHANGED)[-1]["data_sources"] == ["music", "time_of_day"]
    set_sharing(shown=Shown.NOTHING, now=evening)
    assert events(EventType.WEATHER_CHANGE)[-1]["music_influence"] is None
    assert events(EventType.ATMOSPHERE_CHANGED)[-1]["data_sources"] == ["time_of_day"]


def test_music_whose_character_nobody_knows_is_silent() -> None:
    heard(None, None)
    services.update_mood(now=NOW)
    assert selectors.report(NOW, selectors.place_now())["sources"] == ["time_of_day"]


def test_music_of_this_morning_is_named_with_its_time_and_has_no_say() -> None:
    heard(0.9, 0.9, at=NOW - timedelta(hours=4))
    services.update_mood(now=NOW)
    music = selectors.report(NOW, selectors.place_now())["influences"][0]
    assert (music["spoke"], music["age"]) == (False, 4 * 3600)
    assert music["says"] == "No music of the last 30 minutes is known."


# --- The sky ----------------------------------------------------------------------------------------------------------


def test_an_observation_is_kept_once_and_told_where_it_is_news() -> None:
    for at in (NOW, NOW, NOW + 15 * MINUTE):
        services.observe(drafts=[seen(Condition.RAIN, at=at)], source="openmeteo", now=at)
    assert SkyObservation.objects.count() == 2
    assert len(events(EventType.WEATHER_UPDATED)) == 1
    services.observe(
        drafts=[seen(Condition.RAIN, at=NOW + 30 * MINUTE, temperature=14.0)], source="openmeteo", now=NOW + 30 * MINUTE
    )
    assert [one["temperature"] for one in events(EventType.WEATHER_UPDATED)] == [20.0, 14.0]


def test_an_observation_from_the_future_is_dropped() -> None:
    counts = services.observe(drafts=[seen(at=NOW + timedelta(hours=2))], source="openmeteo", now=NOW)
    assert counts == {"observations": 0}


def test_an_old_sky_is_shown_with_its_time_and_has_no_say() -> None:
    services.observe(drafts=[seen(Condition.SNOW)], source="openmeteo", now=NOW)
    later = NOW + timedelta(hours=5)
    services.update_mood(now=later)
    told = selectors.report(later, selectors.place_now())
    assert (told["precipitation"], told["condition"], told["sources"]) == (None, None, ["time_of_day"])
    ahead = selectors.forecast(later)
    assert (ahead["stale"], ahead["as_of"], ahead["current"].condition) == (True, NOW, "snow")


def test_moving_forgets_the_sky_of_the_place_before_and_keeps_no_finer_place() -> None:
    services.observe(drafts=[seen()], source="openmeteo", now=NOW)
    place = services.set_place(name="Sydney", latitude=-33.86785, longitude=151.20732, now=NOW)
    assert place.coordinates == (-33.87, 151.21)
    assert not SkyObservation.objects.exists()
    assert events(EventType.STATE_REFRESHED) == [{"component": "place"}]
    assert (now_stands().season, now_stands().time_of_day) == ("winter", "night")
    services.observe(drafts=[seen()], source="openmeteo", now=NOW)
    services.set_place(name="Sydney, NSW", latitude=-33.87, longitude=151.21, now=NOW)
    assert SkyObservation.objects.exists()
    assert Place.objects.count() == 1


def test_a_garden_where_the_sun_never_rises_has_weather(settings: Settings) -> None:
    settings.GARDEN_LATITUDE, settings.GARDEN_LONGITUDE = 80.0, 20.0
    services.update_mood(now=NOW.replace(month=12))
    assert (now_stands().weather_type, now_stands().time_of_day) == ("starry", "night")


# --- Overrides --------------------------------------------------------------------------------------------------------


def let(weather: WeatherType, *, lasts: timedelta = 30 * MINUTE, source: str = selectors.OWNER, at: Any = NOW) -> None:
    services.override(weather_type=weather, intensity=0.9, reason="Friday.", source=source, lasts=lasts, now=at)


def test_an_override_stands_at_once_and_gives_way_when_it_ends() -> None:
    services.update_mood(now=NOW)
    let(WeatherType.AURORA)
    assert (now_stands().weather_type, now_stands().intensity) == ("aurora", 0.9)
    told = selectors.report(NOW, selectors.place_now())
    assert told["sentence"] == "Northern lights stand over the garden: Friday."
    assert told["overridden_until"] is not None
    services.update_mood(now=NOW + 29 * MINUTE)
    assert now_stands().weather_type == "aurora"
    services.update_mood(now=NOW + 30 * MINUTE)
    assert now_stands().weather_type == "sunny"


def test_what_was_let_stand_is_over_at_its_end_even_before_the_next_look() -> None:
    heard(0.9, 0.2)
    services.update_mood(now=NOW)
    let(WeatherType.AURORA, lasts=5 * MINUTE)
    told = selectors.report(NOW + 7 * MINUTE, selectors.place_now())
    assert (told["weather_type"], told["sources"][0], told["overridden_until"]) == ("stormy", "music", None)
    assert told["since"] == NOW + 5 * MINUTE


def test_an_override_of_the_same_weather_is_told_as_well() -> None:
    services.update_mood(now=NOW)
    services.override(
        weather_type=WeatherType.SUNNY, intensity=0.3, reason="It is.", source="owner", lasts=MINUTE, now=NOW
    )
    assert selectors.report(NOW, selectors.place_now())["sources"][0] == "override"
    services.update_mood(now=NOW + 2 * MINUTE)
    assert selectors.report(NOW + 2 * MINUTE, selectors.place_now())["sources"] == ["time_of_day"]


@pytest.mark.django_db(transaction=True)
def test_six_words_at_once_are_all_kept_and_leave_one_weather() -> None:
    services.update_mood(now=NOW)

    def speak(turn: int) -> None:
        let(WeatherType.STORMY if turn % 2 else WeatherType.AURORA, at=NOW + turn * MINUTE / 60)

    at_once(speak, 6)
    assert WeatherOverride.objects.count() == 6
    assert rulings(now_stands())


@pytest.mark.django_db(transaction=True)
def test_six_first_looks_at_once_find_one_weather() -> None:
    assert len(set(at_once(lambda _: str(services.update_mood(now=NOW)), 6))) == 1
    assert WeatherState.objects.count() == 1


def test_the_owners_word_stands_above_a_later_storm_and_the_storm_comes_after() -> None:
    let(WeatherType.AURORA, lasts=10 * MINUTE)
    services.storm(commits=9, arrived_at=NOW + MINUTE, now=NOW + MINUTE)
    assert now_stands().weather_type == "aurora"
    services.update_mood(now=NOW + 10 * MINUTE)
    assert (now_stands().weather_type, now_stands().intensity) == ("stormy", 0.8)


@pytest.mark.parametrize(("commits", "stormy"), [(5, False), (6, True)])
def test_more_than_five_commits_are_a_storm_of_half_an_hour(commits: int, stormy: bool) -> None:
    ruling = services.storm(commits=commits, arrived_at=NOW, now=NOW)
    assert (ruling is not None) == stormy
    if ruling:
        assert (ruling.weather_type, ruling.intensity, ruling.ends_at) == ("stormy", 0.8, NOW + 30 * MINUTE)


def test_a_storm_runs_from_the_arrival_of_its_push_and_makes_none_when_that_is_over() -> None:
    ruling = services.storm(commits=9, arrived_at=NOW - 10 * MINUTE, now=NOW)
    assert ruling is not None
    assert (ruling.started_at, ruling.ends_at) == (NOW - 10 * MINUTE, NOW + 20 * MINUTE)
    assert services.storm(commits=9, arrived_at=NOW - 30 * MINUTE, now=NOW) is None


def test_what_was_let_stand_can_be_ended() -> None:
    let(WeatherType.STORMY)
    assert services.end_overrides(overrides=WeatherOverride.objects.all(), now=NOW + MINUTE) == 1
    assert now_stands().weather_type == "sunny"
    assert services.end_overrides(overrides=WeatherOverride.objects.all(), now=NOW + MINUTE) == 0


@pytest.mark.parametrize("lasts", [timedelta(0), timedelta(days=8), -MINUTE])
def test_an_override_without_a_sensible_end_is_refused(lasts: timedelta) -> None:
    with pytest.raises(ValueError, match="at most a week"):
        let(WeatherType.STORMY, lasts=lasts)
    with pytest.raises(ValueError, match="between 0 and 1"):
        services.override(
            weather_type=WeatherType.SUNNY, intensity=1.1, reason="", source="owner", lasts=MINUTE, now=NOW
        )


def test_what_is_past_its_time_is_forgotten_and_what_stands_is_not() -> None:
    services.observe(drafts=[seen(at=NOW - timedelta(days=500))], source="openmeteo", now=NOW - timedelta(days=500))
    let(WeatherType.STORMY, at=NOW - timedelta(days=900))
    services.update_mood(now=NOW - timedelta(days=850))
    services.update_mood(now=NOW)
    heard(0.5, 0.5, at=NOW - timedelta(days=401))
    heard(0.5, 0.5, at=NOW - timedelta(days=399))
    forgotten = services.forget_old(now=NOW)
    assert forgotten["observations"] == 1
    assert forgotten["overrides"] == 1
    assert forgotten["states"] >= 1
    assert forgotten["plays"] == 1
    assert now_stands()


# --- Growing conditions -----------------------------------------------------------------------------------------------


def test_season_and_weather_colour_how_lively_a_plant_is_and_not_how_large() -> None:
    project = ProjectFactory.create()
    recording.record_activities(project=project, drafts=work(60, until=NOW), source="t", now=NOW)

    def grown() -> tuple[float, float]:
        garden_services.grow(project=project, now=NOW, source="t")
        project.refresh_from_db()
        return project.growth_factor, project.vitality

    recording.record_activities(project=project, drafts=work(3, until=NOW), source="t", now=NOW)
    services.observe(drafts=[seen(Condition.RAIN, temperature=20)], source="openmeteo", now=NOW)
    in_mild_rain = grown()
    SkyObservation.objects.update(condition=Condition.HAILSTORM, temperature=-5)
    in_hail = grown()
    assert in_mild_rain[0] == in_hail[0]
    assert in_mild_rain[1] > in_hail[1] > in_mild_rain[1] * 0.8
