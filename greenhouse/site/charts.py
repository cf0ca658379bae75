"""Geometry of the project page's drawings. Pure: numbers in, SVG path data out; colours are the stylesheet's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WIDTH, HEIGHT = 720.0, 260.0
LEFT, RIGHT, TOP, BOTTOM = 8.0, 92.0, 10.0, 24.0  # room for the stage names at the right and the years below
LEAST_BAND = 13.0  # a lower band has no room for its name
LEAST_BAND_SMALL = 28.0  # on a phone, where letters are drawn twice as large
LETTER_SMALL = 15.0  # what a letter takes there
TICKS_AT_MOST = 8
TICK_ROOM = 44.0  # a year's name needs this much to the next
WEEK = timedelta(days=7)
PRACTICE_HEIGHT = 180.0
LEAST_QUARTERS = 12  # nor must a single quarter
LEAST_WEEKS = 52  # a single week must not become a wall


@dataclass(frozen=True, slots=True)
class Band:
    """The height that one stage takes up."""

    name: str
    y: float
    height: float
    labelled: bool
    labelled_small: bool  # also on a phone

    @property
    def middle(self) -> float:
        """Where its name stands."""
        return round(self.y + self.height / 2, 1)


@dataclass(frozen=True, slots=True)
class Tick:
    """A day on the time axis."""

    x: float
    text: str
    small: bool = True  # whether it has room on a phone, too

    @property
    def anchor(self) -> str:
        """At the very left and right the text must stay inside."""
        if self.x < TICK_ROOM / 2:
            return "start"
        return "end" if self.x > WIDTH - RIGHT - 1 else "middle"


@dataclass(frozen=True, slots=True)
class Dot:
    """A stage that was reached."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class GrowthChart:
    """A plant's growth factor over its life, with the stages behind it."""

    line: str
    area: str
    bands: Sequence[Band]
    ticks: Sequence[Tick]
    dots: Sequence[Dot]
    width: float = WIDTH
    height: float = HEIGHT
    left: float = LEFT
    right: float = WIDTH - RIGHT
    plot_width: float = WIDTH - LEFT - RIGHT
    bottom: float = HEIGHT - BOTTOM


@dataclass(frozen=True, slots=True)
class Point:
    """One row of the growth log; `reached` names the stage where it was climbed on that day."""

    day: date
    growth_factor: float  # 0–1
    reached: str = ""
    is_estimated: bool = False  # its day is about right at best

    @property
    def when(self) -> str:
        """Its day in words; of one that is estimated, about when."""
        return f"about {self.day:%B %Y}" if self.is_estimated else f"{self.day.day} {self.day:%B %Y}"


def growth_chart(
    points: Sequence[Point], floors: Mapping[str, float], *, planted: date, today: date
) -> GrowthChart | None:
    """The chart of a growth log, oldest first. None where there is no past to draw yet.

    `floors` maps the stage names as they are shown, lowest first, to the growth factor each begins at. The height is
    drawn by square root, so that the first stages, which are low and short, can be told apart.
    """
    if not points:
        return None
    first = min(planted, points[0].day)
    span = max(1, (today - first).days)

    def x_of(day: date) -> float:
        return round(LEFT + (day - first).days / span * (WIDTH - LEFT - RIGHT), 1)

    def y_of(factor: float) -> float:
        return round(TOP + (1 - sqrt(max(0.0, factor))) * (HEIGHT - TOP - BOTTOM), 1)

    path = [(x_of(first), y_of(0.0))] if points[0].day > first else []
    path += [(x_of(point.day), y_of(point.growth_factor)) for point in points]
    if path[-1][0] < x_of(today):
        path.append((x_of(today), path[-1][1]))
    line = "M" + "L".join(f"{x:g} {y:g}" for x, y in path)
    ceilings = [*list(floors.values())[1:], 1.0]
    bands = [
        Band(
            name,
            y_of(ceiling),
            round(y_of(floor) - y_of(ceiling), 1),
            labelled=y_of(floor) - y_of(ceiling) >= LEAST_BAND,
            labelled_small=y_of(floor) - y_of(ceiling) >= LEAST_BAND_SMALL,
        )
        for (name, floor), ceiling in zip(floors.items(), ceilings, strict=True)
    ]
    return GrowthChart(
        line=line,
        area=f"{line}L{path[-1][0]:g} {HEIGHT - BOTTOM:g}L{path[0][0]:g} {HEIGHT - BOTTOM:g}z",
        bands=bands,
        ticks=_thinned([Tick(x_of(day), text) for day, text in _ticks(first, today)]),
        dots=[
            Dot(x_of(point.day), y_of(point.growth_factor), f"{point.reached}, {point.when}")
            for point in points
            if point.reached
        ],
    )


def _thinned(ticks: Sequence[Tick]) -> list[Tick]:
    """The same, with those marked that have room on a phone: from the right, none runs into the next."""
    kept: list[Tick] = []
    end = WIDTH + LETTER_SMALL
    for tick in reversed(ticks):
        width = len(tick.text) * LETTER_SMALL
        left = tick.x - {"start": 0.0, "middle": width / 2, "end": width}[tick.anchor]
        fits = left + width + LETTER_SMALL <= end and left >= 0
        end = left if fits else end
        kept.append(replace(tick, small=fits))
    return kept[::-1]


def _ticks(first: date, last: date) -> list[tuple[date, str]]:
    """Years for a long life, months for a short one, both ends for a very short one; never too close together."""
    years = [(date(year, 1, 1), str(year)) for year in range(first.year + 1, last.year + 1)]
    months = [
        (date(first.year + (first.month + step) // 12, (first.month + step) % 12 + 1, 1))
        for step in range((last.year - first.year) * 12 + last.month - first.month)
    ]
    if len(years) >= 2:
        found = years
    elif len(months) >= 2:
        found = [(day, f"{day:%b %Y}" if day.month == 1 else f"{day:%b}") for day in months]
    else:
        ends = dict.fromkeys([first, last])
        return [(day, f"{day.day} {day:%b}") for day in ends]
    step = -(-len(found) // TICKS_AT_MOST)
    span = (last - first).days
    room = WIDTH - LEFT - RIGHT
    return [
        (day, text)
        for day, text in found[::step]
        if TICK_ROOM / 2 <= (day - first).days / span * room <= room - TICK_ROOM / 2
    ]


@dataclass(frozen=True, slots=True)
class Sparkline:
    """Commits by week as one path of bars, a unit wide each, in a box of `width` by 24."""

    bars: str
    width: int  # weeks that the box has room for; the present one is at its right
    weeks: int  # weeks from the first with a commit to the present one
    busiest: int
    busiest_week: date


def sparkline(weeks: Sequence[tuple[date, int]], *, today: date, shown: int = 104) -> Sparkline | None:
    """The last `shown` weeks, quiet ones included; None where none of them has a commit.

    Bars are drawn by square root: one busy week must not flatten all others.
    """
    this_monday = today - timedelta(days=today.weekday())
    counts = {monday: commits for monday, commits in weeks if this_monday - monday < shown * WEEK}
    counts = {monday: commits for monday, commits in counts.items() if monday <= this_monday}
    if not counts:
        return None
    weeks_back = (this_monday - min(counts)).days // 7 + 1
    width = max(weeks_back, LEAST_WEEKS)
    busiest_week = max(counts, key=lambda monday: counts[monday])
    busiest = counts[busiest_week]
    bars = []
    for monday, commits in sorted(counts.items()):
        height = round(max(1.0, 24 * sqrt(commits / busiest)), 1)
        bars.append(f"M{width - 1 - (this_monday - monday).days // 7} 24v-{height:g}h.8v{height:g}z")
    return Sparkline("".join(bars), width, weeks_back, busiest, busiest_week)


@dataclass(frozen=True, slots=True)
class Slice:
    """One language in a bar of 100."""

    name: str
    amount: int
    share: float  # 0–1
    x: float
    width: float
    order: int  # 0 is the largest; the stylesheet gives it a colour


def language_bar(languages: Mapping[str, int], *, shown: int = 5) -> list[Slice]:
    """The largest languages and the rest as one, side by side."""
    sizes = sorted(((name, size) for name, size in languages.items() if size > 0), key=lambda item: (-item[1], item[0]))
    total = sum(size for _, size in sizes)
    if len(sizes) > shown + 1:
        sizes = [*sizes[:shown], ("others", sum(size for _, size in sizes[shown:]))]
    slices, x = [], 0.0
    for order, (name, size) in enumerate(sizes):
        width = round(size / total * 100, 2)
        slices.append(Slice(name, size, size / total, round(x, 2), width, order))
        x += width
    return slices


@dataclass(frozen=True, slots=True)
class PracticeChart:
    """Hours by quarter of a year as bars, measured ones in front of all of them."""

    bars: str  # all hours
    tracked: str  # the measured ones; empty where there are none
    ticks: Sequence[Tick]
    busiest: float  # hours
    busiest_start: date
    first: date
    is_single: bool  # one quarter alone: a bar would say less than a sentence
    width: float = WIDTH
    height: float = PRACTICE_HEIGHT


def practice_chart(quarters: Sequence[tuple[date, float, float]], *, today: date) -> PracticeChart | None:
    """The chart of practice: first day, hours and measured hours of each quarter, oldest first. None without hours."""
    quarters = [(start, min(hours, 1e6), min(tracked, 1e6)) for start, hours, tracked in quarters if start <= today]
    if not any(hours for _, hours, _ in quarters):
        return None
    busiest_start, busiest, _ = max(quarters, key=lambda quarter: quarter[1])
    first, bottom = quarters[0][0], PRACTICE_HEIGHT - BOTTOM
    slots = max(_quarters_between(first, today) + 1, LEAST_QUARTERS)
    step = WIDTH / slots
    newest = _quarters_between(first, today)

    def bar(start: date, hours: float) -> str:
        x = (slots - 1 - newest + _quarters_between(first, start)) * step
        height = max(1.0, hours / busiest * (bottom - TOP))
        return f"M{x + step * 0.1:.1f} {bottom:g}v-{height:.1f}h{step * 0.8:.1f}v{height:.1f}z"

    return PracticeChart(
        bars="".join(bar(start, hours) for start, hours, _ in quarters if hours),
        tracked="".join(bar(start, tracked) for start, _, tracked in quarters if tracked),
        ticks=_thinned(
            [
                Tick(round((slots - 1 - newest + _quarters_between(first, day)) * step, 1), text)
                for day, text in _year_ticks(first, today)
            ]
        ),
        busiest=busiest,
        busiest_start=busiest_start,
        first=first,
        is_single=len(quarters) == 1,
    )


def _quarters_between(first: date, later: date) -> int:
    return (later.year - first.year) * 4 + (later.month - 1) // 3 - (first.month - 1) // 3


def _year_ticks(first: date, last: date) -> list[tuple[date, str]]:
    """The years in which a chart of quarters begins anew, not too many; the first quarter where there is none."""
    years = [date(year, 1, 1) for year in range(first.year + (first.month > 3), last.year + 1)]
    step = -(-len(years) // TICKS_AT_MOST) or 1
    return [(day, str(day.year)) for day in years[::step]] or [(first, f"{first:%B %Y}")]
