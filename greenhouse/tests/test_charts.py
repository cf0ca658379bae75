from __future__ import annotations

import itertools
import re
from datetime import date, timedelta

import pytest

from greenhouse.site.charts import BOTTOM, HEIGHT, LEFT, RIGHT, WIDTH, Point, growth_chart, language_bar, sparkline

FLOORS = {"seed": 0.0, "sprout": 0.05, "growing": 0.14, "blooming": 0.36, "mature": 0.56, "ancient": 0.8}
START = date(2020, 1, 1)
TODAY = date(2026, 6, 15)


def points(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"[ML]([\d.]+) ([\d.]+)", path)]


def test_a_plant_without_a_past_has_no_chart() -> None:
    assert growth_chart([], FLOORS, planted=START, today=TODAY) is None


def test_the_line_goes_from_planting_to_today_and_never_leaves_the_plot() -> None:
    log = [Point(START + timedelta(days=200 * step), step / 10) for step in range(1, 10)]
    chart = growth_chart(log, FLOORS, planted=START, today=TODAY)
    assert chart is not None
    line = points(chart.line)
    assert line[0] == (LEFT, HEIGHT - BOTTOM)
    assert line[-1][0] == WIDTH - RIGHT
    assert [x for x, _ in line] == sorted(x for x, _ in line)
    assert all(0 <= y <= HEIGHT - BOTTOM for _, y in line)


def test_the_bands_fill_the_plot_without_a_gap_lowest_stage_at_the_bottom() -> None:
    chart = growth_chart([Point(START, 0.1)], FLOORS, planted=START, today=TODAY)
    assert chart is not None
    assert [band.name for band in chart.bands] == list(FLOORS)
    for lower, upper in zip(chart.bands, chart.bands[1:], strict=False):
        assert upper.y + upper.height == pytest.approx(lower.y, abs=0.2)


def test_a_point_lies_in_the_band_of_its_stage() -> None:
    chart = growth_chart([Point(date(2022, 1, 1), 0.6, "mature")], FLOORS, planted=START, today=TODAY)
    assert chart is not None
    (dot,) = chart.dots
    band = chart.bands[4]
    assert band.y <= dot.y <= band.y + band.height
    assert dot.text == "mature, 1 January 2022"


@pytest.mark.parametrize("days", [0, 1, 12, 70, 400, 1000, 4000, 20_000])
def test_the_time_axis_has_a_few_names_that_do_not_run_into_each_other(days: int) -> None:
    chart = growth_chart([Point(TODAY, 0.2)], FLOORS, planted=TODAY - timedelta(days=days), today=TODAY)
    assert chart is not None
    places = [tick.x for tick in chart.ticks]
    assert 1 <= len(places) <= 9
    assert all(LEFT <= x <= WIDTH - RIGHT for x in places)
    assert all(second - first > 30 for first, second in itertools.pairwise(places))


@pytest.mark.parametrize("days", [3, 40, 200, 500, 2000, 9000])
def test_on_a_phone_the_names_of_stages_and_days_do_not_run_into_each_other(days: int) -> None:
    chart = growth_chart([Point(TODAY - timedelta(days=days), 0.0)], FLOORS, planted=TODAY, today=TODAY)
    assert chart is not None
    letter = 26.0 * 0.5  # of the type on a phone, in units of the chart
    spans = []
    for tick in (tick for tick in chart.ticks if tick.small):
        width = len(tick.text) * letter
        left = tick.x - {"start": 0.0, "middle": width / 2, "end": width}[tick.anchor]
        spans.append((left, left + width))
    assert spans
    assert all(ends < begins for (_, ends), (begins, _) in itertools.pairwise(spans))
    middles = sorted(band.middle for band in chart.bands if band.labelled_small)
    assert all(above + 26 < below for above, below in itertools.pairwise(middles))
    assert len(middles) >= 3


def test_the_sparkline_ends_with_the_present_week_and_keeps_quiet_ones() -> None:
    monday = date(2026, 6, 15)
    spark = sparkline([(monday - timedelta(weeks=3), 4), (monday, 1)], today=monday + timedelta(days=2))
    assert spark is not None
    assert (spark.weeks, spark.busiest, spark.busiest_week) == (4, 4, monday - timedelta(weeks=3))
    starts = [int(x) for x in re.findall(r"M(\d+) ", spark.bars)]
    assert starts == [spark.width - 4, spark.width - 1]


def test_commits_of_long_ago_or_of_the_future_are_not_in_the_sparkline() -> None:
    monday = date(2026, 6, 15)
    assert sparkline([(monday - timedelta(weeks=300), 9), (monday + timedelta(weeks=1), 9)], today=monday) is None


def test_the_language_bar_is_whole_and_the_small_ones_stand_together() -> None:
    bar = language_bar({f"L{n}": 2**n for n in range(9)} | {"none": 0})
    assert [piece.name for piece in bar] == ["L8", "L7", "L6", "L5", "L4", "others"]
    assert sum(piece.width for piece in bar) == pytest.approx(100, abs=0.1)
    assert sum(piece.share for piece in bar) == pytest.approx(1)


def test_no_languages_make_no_bar() -> None:
    assert language_bar({}) == []
