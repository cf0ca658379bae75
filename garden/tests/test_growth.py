from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from garden.engine.forecast import predict
from garden.engine.growth import (
    FACTORS,
    HYSTERESIS,
    STAGE_FROM,
    Assessment,
    assess,
    history,
    stage_for,
)
from garden.engine.life import HOURS_TO_ROOT, NOTEBOOK, WEEKS_TO_MATURE, DayTally, Portrait, estimated_lines
from garden.vocabulary import GrowthStage, LinesFrom
from tests.effort import counted

NOW = datetime(2026, 9, 1, 18, tzinfo=UTC)
TODAY = NOW.date()
GUIDE = Path(__file__).parents[2] / "docs" / "what-counts.md"


LANGUAGES = {"Python": 40_000, "HTML": 9_000}
BY_SIZE = {"lines_of_code": estimated_lines(LANGUAGES), "lines_from": LinesFrom.SIZE}


def worked(days: int, *, every: int = 1, commits: int = 2, ended: int = 0) -> list[DayTally]:
    """A life of `days` days that ended `ended` days ago, with commits on every n-th of them."""
    start = TODAY - timedelta(days=days + ended - 1)
    return [
        DayTally(start + timedelta(days=day), commits=commits, lines_added=80 * commits, lines_removed=20 * commits)
        for day in range(0, days, every)
    ]


def tracked(hours: int) -> list[DayTally]:
    """So many hours of the owner's work in one day, and no commit."""
    return [DayTally(TODAY, coding_seconds=3_600 * hours)]


def planted(tallies: list[DayTally], **known: Any) -> Portrait:
    return Portrait(planted=min(tally.day for tally in tallies), **{"languages": LANGUAGES, **known})


def assessed(tallies: list[DayTally], **known: Any) -> Assessment:
    return assess(tallies, planted(tallies, **known), now=NOW)


def value(assessment: Assessment, key: str) -> float:
    return next(factor.value for factor in assessment.factors if factor.key == key)


def sentence(assessment: Assessment, key: str) -> str:
    return next(factor.sentence for factor in assessment.factors if factor.key == key)


# The ladder


def test_a_project_without_any_facts_is_a_seed_that_is_alive() -> None:
    seed = assess([], Portrait(planted=TODAY), now=NOW)
    assert (seed.growth_factor, seed.stage, seed.momentum, seed.progress) == (0.0, GrowthStage.SEED, 0.0, 0.0)
    assert seed.vitality == pytest.approx(0.5)


def test_a_single_commit_of_today_is_a_seed() -> None:
    assert assessed(worked(1, commits=1)).stage is GrowthStage.SEED


def test_one_commit_that_pastes_a_huge_code_base_is_still_a_seed() -> None:
    pasted = [DayTally(TODAY, commits=1, lines_added=400_000)]
    portrait = Portrait(planted=TODAY, languages=dict.fromkeys("abcdefgh", 10**6), topics=8)
    assert assess(pasted, portrait, now=NOW).stage is GrowthStage.SEED


@pytest.mark.parametrize("commits", [3, 4])
def test_a_week_with_a_dozen_commits_is_a_sprout(commits: int) -> None:
    assert assessed(worked(7, every=2, commits=commits)).stage is GrowthStage.SPROUT


def test_a_month_with_sixty_commits_is_growing() -> None:
    assert assessed(worked(30, commits=2)).stage is GrowthStage.GROWING


def test_a_year_of_daily_work_blooms_without_a_single_star() -> None:
    assert assessed(worked(365, commits=5)).stage is GrowthStage.BLOOMING


def test_a_private_tool_of_five_years_matures_without_stars_releases_or_tracked_hours() -> None:
    assert assessed(worked(5 * 365, every=7)).stage is GrowthStage.MATURE


def test_the_top_rung_is_in_reach_without_a_star() -> None:
    old = [*worked(12 * 365, every=2, commits=3), *(DayTally(day.day, releases=1) for day in worked(1500, every=30))]
    languages = {"Python": 900_000, "HTML": 90_000, "CSS": 30_000}
    assert assess(old, Portrait(planted=old[0].day, languages=languages), now=NOW).stage is GrowthStage.ANCIENT


def test_one_year_makes_nothing_ancient_whatever_is_done_in_it() -> None:
    year = [DayTally(day.day, commits=40, lines_added=9_000, releases=1, issues=50) for day in worked(365)]
    famous = Portrait(planted=year[0].day, languages=dict.fromkeys("abcdefgh", 10**7), stars=10**6, topics=30)
    assert assess(year, famous, now=NOW).stage is GrowthStage.MATURE


def test_an_abandoned_weekend_does_not_grow_up_by_ageing() -> None:
    weekend = worked(2, commits=10, ended=12 * 365)
    assert assessed(weekend).stage is GrowthStage.SPROUT


def test_a_rung_is_kept_when_a_few_facts_are_deleted_and_lost_when_most_are() -> None:
    floor = STAGE_FROM[GrowthStage.MATURE]
    assert stage_for(floor - 0.5 * HYSTERESIS) is GrowthStage.BLOOMING
    assert stage_for(floor - 0.5 * HYSTERESIS, GrowthStage.MATURE) is GrowthStage.MATURE
    assert stage_for(floor - 1.5 * HYSTERESIS, GrowthStage.MATURE) is GrowthStage.BLOOMING
    assert stage_for(0.0, GrowthStage.ANCIENT) is GrowthStage.SEED
    assert stage_for(floor, GrowthStage.SEED) is GrowthStage.MATURE


def test_assess_keeps_the_previous_stage_within_the_margin() -> None:
    tallies = worked(30, commits=2)
    factor = assessed(tallies).growth_factor
    near = min((stage for stage in STAGE_FROM if STAGE_FROM[stage] > factor), key=lambda stage: STAGE_FROM[stage])
    assert assess(tallies, planted(tallies), now=NOW, previous_stage=near).stage is not near  # far below: not kept
    assert assess(tallies, planted(tallies), now=NOW, previous_stage=GrowthStage.GROWING).stage is GrowthStage.GROWING


def test_progress_runs_from_the_floor_of_the_stage_to_the_next() -> None:
    month = assessed(worked(30, commits=2))
    low, high = STAGE_FROM[GrowthStage.GROWING], STAGE_FROM[GrowthStage.BLOOMING]
    assert month.progress == pytest.approx((month.growth_factor - low) / (high - low))


def test_the_weights_sum_to_one_and_each_factor_explains_itself() -> None:
    assert sum(weight for _, _, weight in FACTORS) == pytest.approx(1.0)
    assessment = assessed(worked(400, every=3))
    assert [factor.key for factor in assessment.factors] == [key for key, _, _ in FACTORS]
    assert all(factor.sentence.endswith(".") for factor in assessment.factors)
    assert assessment.complexity == value(assessment, "complexity")


# The facts


def test_the_sentences_carry_the_numbers() -> None:
    tallies = [*worked(10), DayTally(TODAY, releases=1, deployments=3, issues=2)]
    portrait = Portrait(planted=TODAY - timedelta(days=9), languages={"Go": 9_000}, stars=1, forks=2, topics=4)
    sentences = {factor.key: factor.sentence for factor in assess(tallies, portrait, now=NOW).factors}
    assert sentences == {
        "consistency": "20 commits in 3 active weeks.",
        "complexity": "About 640 lines of code in 1 language, estimated from the lines that its commits added. "
        "Code counts in full from 20 hours of the owner's work on, so far by 62%.",
        "time": "About 12 hours, estimated from the days with commits.",
        "engagement": "1 star, 2 forks and 2 contributions.",
        "age": "9 days old, tended in 3 weeks. Age counts in full from 26 active weeks on, so far by 12%.",
        "innovation": "1 release day, 3 deployments, 4 topics and 1 language. "
        "Languages and topics count in full from 20 hours of the owner's work on, so far by 62%.",
    }


@pytest.mark.parametrize(
    ("tallies", "so_far"),
    [
        ([DayTally(TODAY, commits=90, others_commits=90)], "so far not at all"),  # only others work on it
        ([DayTally(TODAY, coding_seconds=3_600)], "so far by 5%"),
        ([DayTally(TODAY, coding_seconds=6)], "so far by 1%"),
    ],
)
def test_what_does_not_count_in_full_yet_says_from_when_on_it_does(tallies: list[DayTally], so_far: str) -> None:
    young = assessed(tallies, languages={"Go": 9_000}, lines_of_code=900, lines_from=LinesFrom.FILES, topics=3)
    owner = f"from {HOURS_TO_ROOT:.0f} hours of the owner's work on, {so_far}."
    assert sentence(young, "complexity").endswith(f"Code counts in full {owner}")
    assert sentence(young, "innovation").endswith(f"Languages and topics count in full {owner}")
    assert f"Age counts in full from {WEEKS_TO_MATURE:.0f} active weeks on" in sentence(young, "age")
    assert (value(young, "complexity") == 0) is (so_far == "so far not at all")


def test_what_counts_in_full_needs_no_word_more() -> None:
    grown = assessed([*worked(400, every=3), *tracked(20)], topics=3)
    assert not any("in full" in factor.sentence for factor in grown.factors)
    assert "in full" not in sentence(assessed([DayTally(TODAY, releases=2)], languages={}), "innovation")


def test_the_guide_names_the_hours_and_weeks_from_which_on_all_counts() -> None:
    guide = " ".join(GUIDE.read_text().split())
    assert f"{HOURS_TO_ROOT:.0f} hours of the owner's work" in guide
    assert f"{WEEKS_TO_MATURE:.0f} active weeks" in guide


def test_missing_sources_are_named_instead_of_counted_as_zero() -> None:
    bare = assess([], Portrait(planted=TODAY), now=NOW)
    assert "every stage can be reached without them" in sentence(bare, "engagement")
    assert sentence(bare, "time") == "No coding time and no commits are known yet."
    assert sentence(bare, "innovation") == "No releases, languages or topics count yet."


def test_hours_say_that_it_is_the_owners_commits_that_are_missing() -> None:
    for others in (DayTally(TODAY, commits=9, others_commits=9), DayTally(TODAY, uncounted_commits=9)):
        life = assess([others], Portrait(planted=TODAY), now=NOW)
        assert sentence(life, "time") == "No coding time and no commits of the owner's are known yet."


def test_tracked_time_replaces_the_estimate_of_its_day_only() -> None:
    commits_only = DayTally(TODAY - timedelta(days=1), commits=3)
    both = DayTally(TODAY, commits=3, coding_seconds=5 * 3600)
    assert sentence(assessed([commits_only, both]), "time") == "7 hours: 5 tracked, about 2 estimated from commits."
    assert sentence(assessed([both]), "time") == "5 hours of tracked coding."


def test_a_tracker_that_was_off_does_not_undo_the_estimate() -> None:
    short = assessed([DayTally(TODAY, commits=9, coding_seconds=60)])
    assert value(short, "time") == value(assessed([DayTally(TODAY, commits=9)]), "time") > 0


def test_a_day_has_no_more_than_twenty_four_hours() -> None:
    assert value(assessed([DayTally(TODAY, coding_seconds=10**9)]), "time") == value(
        assessed([DayTally(TODAY, coding_seconds=86_400)]), "time"
    )


def test_commits_that_were_not_imported_still_count() -> None:
    recent = worked(100)
    start = recent[0].day - timedelta(days=900)
    capped = assess(recent, Portrait(planted=start, earlier_commits=1_000), now=NOW)
    assert capped.growth_factor > assess(recent, Portrait(planted=start), now=NOW).growth_factor + 0.1
    assert "1,000 of them are older than the imported log" in sentence(capped, "consistency")


def test_commits_that_were_not_imported_fill_no_more_weeks_than_the_project_lived() -> None:
    capped = assess(worked(7), Portrait(planted=TODAY - timedelta(days=6), earlier_commits=100_000), now=NOW)
    assert sentence(capped, "consistency").startswith("100,014 commits in about 2 active weeks")


def test_issues_of_others_are_engagement_and_no_work() -> None:
    quiet = worked(30, ended=90)
    asked = [*quiet, DayTally(TODAY, issues=5)]
    assert assessed(asked).vitality == pytest.approx(assessed(quiet).vitality)
    assert value(assessed(asked), "engagement") > value(assessed(quiet), "engagement")
    assert value(assessed(asked), "consistency") == value(assessed(quiet), "consistency")


def test_days_are_utc_days() -> None:
    tomorrow = DayTally(TODAY + timedelta(days=1), commits=50)
    evening_in_the_west = datetime(2026, 9, 1, 20, tzinfo=timezone(timedelta(hours=-8)))  # already tomorrow in UTC
    portrait = Portrait(planted=TODAY)
    assert assess([tomorrow], portrait, now=NOW).growth_factor == 0.0
    assert assess([tomorrow], portrait, now=evening_in_the_west).growth_factor > 0.0


def test_a_planting_day_in_the_future_is_today() -> None:
    future = assess([], Portrait(planted=TODAY + timedelta(days=30)), now=NOW)
    assert (future.growth_factor, future.stage) == (0.0, GrowthStage.SEED)


# How alive


def test_silence_takes_vitality_and_momentum_but_never_growth() -> None:
    tallies = worked(200)
    portrait = planted(tallies)
    busy, resting, asleep = (assess(tallies, portrait, now=NOW + timedelta(days=days)) for days in (0, 60, 365))
    assert busy.vitality > 0.9 > 0.5 > resting.vitality > asleep.vitality
    assert asleep.vitality < 0.01
    assert busy.momentum > resting.momentum > asleep.momentum
    assert asleep.momentum < -0.9
    assert busy.growth_factor <= resting.growth_factor <= asleep.growth_factor


def test_a_sleeping_plant_wakes_with_new_work() -> None:
    asleep = worked(100, ended=300)
    awake = assessed([*asleep, *worked(5, commits=4)])
    assert awake.vitality > assessed(asleep).vitality + 0.5
    assert awake.momentum > 0.3


def test_a_steady_pace_has_no_momentum_either_way() -> None:
    assert assessed(worked(700)).momentum == pytest.approx(0.0, abs=0.02)


def test_picking_up_the_pace_is_positive_momentum_and_slackening_negative() -> None:
    slow, fast = worked(300, every=10, commits=1, ended=30), worked(30, commits=5)
    assert assessed([*slow, *fast]).momentum > 0.3
    assert assessed([*worked(300, commits=5, ended=30), *worked(30, every=10, commits=1)]).momentum < -0.3


def test_conditions_leave_growth_alone_and_are_clamped_to_a_tenth() -> None:
    tallies = [*worked(300, every=10, ended=30), *worked(30, every=3)]
    neutral, good, wild = (assess(tallies, planted(tallies), now=NOW, conditions=c) for c in (1.0, 1.1, 99.0))
    assert good.growth_factor == neutral.growth_factor
    assert good.stage is neutral.stage
    assert good.vitality == pytest.approx(1.1 * neutral.vitality)
    assert good.momentum == pytest.approx(1.1 * neutral.momentum)
    assert wild == good


def test_good_conditions_soften_a_fall() -> None:
    tallies = worked(300, ended=10)
    neutral, good, bad = (assess(tallies, planted(tallies), now=NOW, conditions=c).momentum for c in (1.0, 1.1, 0.9))
    assert bad < neutral < good < 0


# What is refused


@pytest.mark.parametrize("field", ["commits", "lines_added", "lines_removed", "coding_seconds", "new_languages"])
def test_a_day_refuses_negative_numbers(field: str) -> None:
    with pytest.raises(ValueError, match="cannot take anything away"):
        DayTally(TODAY, **{field: -1})


def test_what_was_counted_is_said_and_no_estimate_beside_it() -> None:
    wrote_much = [DayTally(TODAY - timedelta(days=1), commits=9, lines_added=1_947_000, new_languages=5), *tracked(20)]
    counted = assessed(wrote_much, lines_of_code=163_407, lines_from=LinesFrom.FILES)
    assert counted.lines_of_code == 163_407
    assert sentence(counted, "complexity") == "163,407 lines of code in 2 languages, counted in its files."
    assert sentence(counted, "innovation") == "5 languages over its life."


def test_a_project_without_code_has_none_however_much_was_written() -> None:
    letters = [DayTally(TODAY, commits=300, lines_added=169_490)]
    prose = assessed(letters, languages={}, lines_of_code=0, lines_from=LinesFrom.FILES)
    assert (prose.lines_of_code, value(prose, "complexity")) == (0, 0)
    assert sentence(prose, "complexity") == "No code in its files: prose and data are none."
    unknown = assessed([DayTally(TODAY, commits=1)], languages={}, lines_of_code=0, lines_from=LinesFrom.COMMITS)
    assert sentence(unknown, "complexity") == "Its lines of code are not counted yet."


def test_an_estimate_says_what_it_is_made_from() -> None:
    from_size = assessed(tracked(20), **BY_SIZE)
    assert sentence(from_size, "complexity") == (
        "About 1,225 lines of code in 2 languages, estimated from the size of its files."
    )
    assert estimated_lines({"Python": 4_000, NOTEBOOK: 3_000_000}) == 3_100  # and no 75,000 of outputs


def test_of_code_that_others_wrote_the_owners_part_counts_and_both_are_said() -> None:
    fork = assessed(tracked(20), lines_of_code=90_000, lines_from=LinesFrom.FILES, lines_written=320)
    whole = assessed(tracked(20), lines_of_code=90_000, lines_from=LinesFrom.FILES)
    assert sentence(fork, "complexity") == (
        "90,000 lines of code in 2 languages, counted in its files. "
        "About 320 of them count: as many as the owner’s commits added."
    )
    assert value(fork, "complexity") < value(whole, "complexity") / 1.5


def test_ten_packages_released_on_one_day_are_one_release_day() -> None:
    many, one = (assessed([*worked(10), DayTally(TODAY, releases=number)]) for number in (10, 1))
    assert many == one
    assert "1 release day" in sentence(many, "innovation")
    spread = assessed([*worked(10), *[DayTally(TODAY - timedelta(days=day), releases=1) for day in range(10)]])
    assert value(spread, "innovation") > value(many, "innovation")


@pytest.mark.parametrize("field", ["stars", "earlier_commits", "lines_of_code"])
def test_a_portrait_refuses_negative_numbers(field: str) -> None:
    with pytest.raises(ValueError, match="negative"):
        planted([DayTally(TODAY)], **{field: -1})
    with pytest.raises(ValueError, match="negative"):
        Portrait(planted=TODAY, languages={"Python": -1})


def test_moments_are_refused_where_days_are_meant_and_naive_moments_everywhere() -> None:
    with pytest.raises(ValueError, match="day"):
        DayTally(NOW)
    with pytest.raises(ValueError, match="day"):
        Portrait(planted=NOW)
    for call in (assess, predict):
        with pytest.raises(ValueError, match="time zone"):
            call([], Portrait(planted=TODAY), now=NOW.replace(tzinfo=None))
    with pytest.raises(ValueError, match="time zone"):
        history([], Portrait(planted=TODAY), until=NOW.replace(tzinfo=None))


# The replay


def test_the_history_of_a_seed_without_facts_is_its_first_day() -> None:
    (point,) = history([], Portrait(planted=TODAY), until=NOW)
    assert (point.day, point.stage, point.previous_stage, point.commits) == (TODAY, GrowthStage.SEED, None, 0)


def test_the_history_starts_at_planting_logs_every_rung_and_ends_with_today() -> None:
    tallies = worked(5 * 365, every=7)
    points = history(tallies, planted(tallies), until=NOW)
    climbs = [(point.previous_stage, point.stage) for point in points if point.stage is not point.previous_stage]
    ladder = list(GrowthStage)[:5]
    assert climbs == [(None, GrowthStage.SEED), *pairwise(ladder)]
    assert points[0].day == tallies[0].day
    assert points[-1].day == TODAY
    assert points[-1].growth_factor == assessed(tallies).growth_factor
    assert sum(point.lines_added for point in points) == sum(tally.lines_added for tally in tallies)
    assert sum(point.lines_removed for point in points) == sum(tally.lines_removed for tally in tallies)
    assert points[-1].commits == sum(tally.commits for tally in tallies)


def test_a_silent_year_writes_no_snapshots() -> None:
    tallies = worked(60, ended=365)
    points = history(tallies, planted(tallies), until=NOW)
    silent = [p for p in points if tallies[-1].day + timedelta(days=31) < p.day < TODAY and p.stage is p.previous_stage]
    assert silent == []


def test_snapshots_follow_the_step() -> None:
    tallies = worked(100)
    coarse, fine = (history(tallies, planted(tallies), until=NOW, step_days=step) for step in (50, 1))
    assert len(fine) == 100
    assert len(coarse) < 10
    assert fine[-1].growth_factor == coarse[-1].growth_factor
    with pytest.raises(ValueError, match="step"):
        history(tallies, planted(tallies), until=NOW, step_days=0)


def test_commits_that_were_not_imported_grow_the_plant_between_planting_and_the_first_imported_day() -> None:
    tallies = worked(100)
    portrait = Portrait(planted=tallies[0].day - timedelta(days=1_000), earlier_commits=800)
    points = history(tallies, portrait, until=NOW, step_days=1)
    on = {point.day: point for point in points}
    halfway = next(point for point in points if point.day >= portrait.planted + timedelta(days=500))
    assert halfway.commits == pytest.approx(400, abs=3)
    assert halfway.growth_factor > 0.2
    assert on[tallies[0].day - timedelta(days=1)].commits == 799
    assert on[tallies[0].day].commits == 802
    assert points[-1].commits == 1_000


def test_stars_without_a_date_are_spread_over_the_work() -> None:
    tallies = worked(300)
    famous, unknown = (history(tallies, planted(tallies, stars=stars), until=NOW, step_days=1) for stars in (2_000, 0))
    gains = [known.growth_factor - none.growth_factor for known, none in zip(famous, unknown, strict=True)]
    assert gains[0] < 0.02 < gains[150] < 0.095 < gains[-1]
    assert gains[-1] == pytest.approx(0.10, abs=0.001)


def test_twelve_years_of_daily_work_are_replayed_with_little_work() -> None:
    tallies = worked(12 * 365, commits=3)
    points, calls = counted(lambda: history(tallies, planted(tallies), until=NOW))
    assert calls < 160 * 12 * 365  # 79 a day
    assert 0 < len(points) <= 200


def test_a_clock_that_was_broken_does_not_make_a_project_older_than_software() -> None:
    tallies = [DayTally(date(1, 1, 1), commits=1), *worked(30)]
    points = history(tallies, planted(tallies), until=NOW)
    assert points[0].day == date(1970, 1, 1)
    assert len(points) <= 200


# The forecast


def test_an_ancient_plant_has_no_next_rung() -> None:
    tallies = worked(30)
    assert predict(tallies, planted(tallies), now=NOW) is not None
    ancient = [DayTally(day.day, commits=8, releases=1, lines_added=2_000) for day in worked(12 * 365, every=3)]
    assert predict(ancient, planted(ancient), now=NOW) is None


def test_too_few_data_is_said_and_not_guessed() -> None:
    for tallies in (worked(5), worked(1, ended=300)):
        prediction = predict(tallies, planted(tallies), now=NOW)
        assert prediction is not None
        assert (prediction.day, prediction.days, prediction.error_days, prediction.error_share) == (None,) * 4
        assert prediction.reason.startswith("Too few data")


def test_a_rung_out_of_sight_is_said_to_be_so() -> None:
    tallies = worked(20, every=5, commits=1, ended=4_000)
    prediction = predict(tallies, planted(tallies), now=NOW)
    assert prediction is not None
    assert prediction.day is None
    assert "not be growing within 5 years" in prediction.sentence


def test_a_steady_project_reaches_the_next_rung_when_forecast() -> None:
    life = worked(1_600, every=2)
    portrait = Portrait(planted=life[0].day)
    asked = NOW - timedelta(days=1_000)
    prediction = predict(life, portrait, now=asked)
    assert prediction is not None
    assert prediction.days is not None
    assert prediction.day == asked.date() + timedelta(days=prediction.days)
    climbed = next(point.day for point in history(life, portrait, until=NOW) if point.stage is prediction.stage)
    assert abs((climbed - prediction.day).days) < 0.15 * prediction.days


def test_a_forecast_knows_how_far_off_it_was_on_the_project_s_own_past() -> None:
    tallies = worked(1_000, every=2)
    prediction = predict(tallies, planted(tallies), now=NOW)
    assert prediction is not None
    assert prediction.samples >= 3
    assert prediction.error_days is not None
    assert prediction.error_share is not None
    assert 0 <= prediction.error_share < 0.5
    assert f"off by {prediction.error_days:,.0f} day" in prediction.sentence


def test_a_bursty_past_makes_the_measured_error_larger_than_a_steady_one() -> None:
    steady = worked(1_400, every=4, commits=4)
    bursts = [tally for tally in worked(1_400, commits=4) if (tally.day - steady[0].day).days % 400 < 100]
    errors = [predict(tallies, planted(tallies), now=NOW) for tallies in (steady, bursts)]
    shares = [error.error_share for error in errors if error is not None and error.error_share is not None]
    assert len(shares) == 2
    assert shares[0] < shares[1]


def test_a_forecast_starts_from_the_rung_the_plant_stands_on() -> None:
    tallies = worked(20, every=2)
    earned, kept = (
        predict(tallies, planted(tallies, **BY_SIZE), now=NOW, previous_stage=stage)
        for stage in (None, GrowthStage.GROWING)
    )
    assert earned is not None
    assert kept is not None
    assert (earned.stage, kept.stage) == (GrowthStage.GROWING, GrowthStage.BLOOMING)


def test_two_replays_are_too_few_to_speak_of_an_error() -> None:
    tallies = worked(40, every=2)
    prediction = predict(tallies, planted(tallies), now=NOW)
    assert prediction is not None
    assert (prediction.samples, prediction.error_days, prediction.error_share) == (2, None, None)
    assert prediction.day is not None
    assert "cannot be said yet" in prediction.sentence
