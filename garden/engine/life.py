"""A project's days, folded once into running totals: what was done by the end of each day.

What is not known by the day is estimated here: hours from commits, weeks from commits that were not imported.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from math import log2
from operator import add, attrgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from garden.vocabulary import LinesFrom

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

BYTES_TO_SPEAK: Final = 4_000  # a language of this many bytes counts half: a one-line Makefile is not a second language
BYTES_PER_LINE: Final = 40  # usual for source code, where nobody counted the lines
BYTES_PER_NOTEBOOK_LINE: Final = 1_000  # of a notebook its outputs are most, pictures among them
LINES_KEPT: Final = 0.4  # share of added lines that stay, where neither lines nor bytes are known
HOURS_FIRST_COMMIT: Final = 0.75  # a day's first commit: reading, thinking, writing
HOURS_NEXT_COMMIT: Final = 0.5  # each further one of the same day
HOURS_DAY_ESTIMATED: Final = 8.0  # an estimate never claims more than a working day
HOURS_EARLIER_COMMIT: Final = 0.6  # a commit whose day is not known
EARLIER_COMMITS_PER_WEEK: Final = 4  # how densely commits that were not imported are taken to lie
ATTENTION_OF_FORK: Final = 3.0  # a fork costs more than a star
ATTENTION_OF_INTERACTION: Final = 0.2  # a visitor's click costs less
HOURS_TO_ROOT: Final = 20.0  # code counts as grown here after this much work: a pasted code base is not a grown one
WEEKS_TO_MATURE: Final = 26.0  # age counts in full after so many active weeks: an abandoned weekend does not mature
BRISK_HALF_LIFE: Final = 14.0  # days: "recently"
STEADY_HALF_LIFE: Final = 180.0  # days: "the project's own pace"
NOTEBOOK: Final = "Jupyter Notebook"
EARLIEST: Final = date(1970, 1, 1).toordinal()  # broken clocks write this or less; nothing is older here
CEILING: Final = 10**12  # counts above this are nonsense, and would overflow a float
DAYS_PER_YEAR: Final = 365.25
SECONDS_PER_HOUR: Final = 3600


@dataclass(frozen=True, slots=True)
class DayTally:
    """What one UTC day added to a project. Raises `ValueError` for negative counts."""

    day: date
    commits: int = 0
    lines_added: int = 0
    lines_removed: int = 0
    pull_requests: int = 0
    issues: int = 0
    releases: int = 0
    deployments: int = 0
    coding_seconds: int = 0
    new_languages: int = 0  # languages or topics first seen that day
    others_commits: int = 0  # of the commits, those of other people: they count, but hours are the owner's alone
    assisted_commits: int = 0  # of the owner's commits, those with an agent
    uncounted_commits: int = 0  # beside `commits`: bots', and other people's where only the owner's count
    assisted_seconds: int = 0  # of the coding time, with an agent

    def __post_init__(self) -> None:
        if isinstance(self.day, datetime):
            raise ValueError("a tally is for a day, not for a moment")
        if min(_counts(self)) < 0:
            raise ValueError(f"a day cannot take anything away: {self}")

    @property
    def has_work_that_counts(self) -> bool:
        """Whether it holds more than commits that do not count."""
        return any(_counts(self)[:_ENGINE])


_counts: Final = attrgetter(*(f.name for f in fields(DayTally) if f.name != "day"))
_ENGINE: Final = 10  # of these, as many make growth; the others only say whose it is


@dataclass(frozen=True, slots=True)
class Portrait:
    """What is known of the project as it stands, without dates. Raises `ValueError` for negative numbers."""

    planted: date  # first known day of the project
    floor: date | None = None  # where the owner says when it began: what is dated before counts as done on that day
    languages: Mapping[str, int] = field(default_factory=dict)  # bytes per language
    lines_of_code: int = 0  # where they were counted, or estimated from bytes
    lines_from: LinesFrom = LinesFrom.COMMITS
    lines_written: int | None = None  # that the owner's commits added, where these alone count
    topics: int = 0
    stars: int = 0
    forks: int = 0
    interactions: int = 0
    earlier_commits: int = 0  # commits known to exist but not imported (capped logs)

    def __post_init__(self) -> None:
        if isinstance(self.planted, datetime):
            raise ValueError("a project is planted on a day, not at a moment")
        written = self.lines_written or 0
        numbers = (
            self.lines_of_code,
            written,
            self.topics,
            self.stars,
            self.forks,
            self.interactions,
            self.earlier_commits,
        )
        if min(numbers + tuple(self.languages.values())) < 0:
            raise ValueError(f"a portrait has no negative numbers: {self}")


@dataclass(frozen=True, slots=True)
class CommitShares:
    """Whose a project's commits are, as far as they were imported."""

    counted: int = 0  # the plant grows from them
    others: int = 0  # of these, other people's
    assisted: int = 0  # of the owner's, with an agent
    uncounted: int = 0  # beside the counted

    @property
    def everything(self) -> int:
        """All of them."""
        return self.counted + self.uncounted

    @property
    def owner(self) -> int:
        """The owner's."""
        return self.counted - self.others

    @property
    def counted_share(self) -> float:
        """The part that counts, 0–1; all where none is known."""
        return self.counted / self.everything if self.everything else 1.0

    @property
    def owner_share(self) -> float:
        """Of those that count, the owner's part, 0–1; all where none is known."""
        return self.owner / self.counted if self.counted else 1.0


def assisted_share(tallies: Iterable[DayTally]) -> float:
    """Of the owner's commits, the part with an agent, 0–1; none where none is known."""
    days = list(tallies)
    owner = sum(day.commits - day.others_commits for day in days)
    return min(1.0, sum(day.assisted_commits for day in days) / owner) if owner > 0 else 0.0


class Totals(NamedTuple):
    """Everything that was done until the end of `day` (an ordinal). Floats, so that a forecast can continue them."""

    day: float
    work: float = 0.0  # commits, pull requests, days with releases, deployments and tracked hours, one each
    commits: float = 0
    active_weeks: float = 0
    hours: float = 0.0
    tracked_hours: float = 0.0
    lines_added: float = 0
    lines_removed: float = 0
    discussions: float = 0  # pull requests and issues
    releases: float = 0  # days with at least one
    deployments: float = 0
    languages: float = 0
    brisk: float = 0.0  # effort, halved every BRISK_HALF_LIFE days
    steady: float = 0.0  # effort, halved every STEADY_HALF_LIFE days
    last_worked: float = 0  # ordinal of the last day with work, 0 for none


class Life:
    """A project's totals over time, and what of them is estimated. Days are ordinals (`date.toordinal`), UTC."""

    def __init__(self, tallies: Iterable[DayTally], portrait: Portrait, *, now: datetime) -> None:
        """Fold what happened until the UTC day of `now`, ignoring the rest. Raises `ValueError` for a naive `now`."""
        if now.tzinfo is None:
            raise ValueError("now needs a time zone")
        tallies = list(tallies)
        self.today = max(now.astimezone(UTC).date().toordinal(), EARLIEST)
        floor = min(self.today, max(EARLIEST, portrait.floor.toordinal() if portrait.floor else EARLIEST))
        days = _by_day(tallies, floor=floor, until=self.today)
        self.first_seen = min(days, default=self.today)
        self.planted = max(EARLIEST, min(portrait.planted.toordinal(), self.first_seen))
        self.trail = [Totals(day=self.planted - 1)]
        for day in sorted(days):
            counts = days[day]
            if max(counts) > CEILING:
                counts = tuple(min(count, CEILING) for count in counts)
            self.trail.append(_after(self.trail[-1], day, *counts[:_ENGINE]))
        tallied = [tally for tally in tallies if tally.day.toordinal() <= self.today]
        self.commits = CommitShares(
            counted=sum(tally.commits for tally in tallied),
            others=sum(tally.others_commits for tally in tallied),
            assisted=sum(tally.assisted_commits for tally in tallied),
            uncounted=sum(tally.uncounted_commits for tally in tallied),
        )
        everything_earlier = min(portrait.earlier_commits, CEILING)
        # Whose the commits are that were not imported nobody knows: as the imported ones.
        self.earlier_commits = round(everything_earlier * self.commits.counted_share)
        self.uncounted_earlier = everything_earlier - self.earlier_commits
        self.lines_from = portrait.lines_from
        self.lines_written = CEILING if portrait.lines_written is None else min(portrait.lines_written, CEILING)
        most = min(BYTES_PER_LINE * self.lines_written, CEILING)
        sizes = [min(size, most) for size in portrait.languages.values() if size and most]
        self.languages_known = sum(1 for size in portrait.languages.values() if size)
        self.language_count = len(sizes)  # of those that count
        self.diversity = sum(size / (size + BYTES_TO_SPEAK) for size in sizes)
        self.lines_known = min(portrait.lines_of_code, CEILING)
        self.topics = min(portrait.topics, CEILING)
        self.stars, self.forks, self.interactions = (
            min(count, CEILING) for count in (portrait.stars, portrait.forks, portrait.interactions)
        )
        self.attention = self.stars + ATTENTION_OF_FORK * self.forks + ATTENTION_OF_INTERACTION * self.interactions

    def totals_on(self, day: int) -> Totals:
        """What had been done by the end of `day`."""
        return self.trail[max(0, bisect_right(self.trail, day, key=attrgetter("day")) - 1)]

    def earlier_by(self, day: int) -> int:
        """How many of the commits that were not imported were made by `day`, spread evenly up to the first imported."""
        return self._spread(self.earlier_commits, day)

    def uncounted_earlier_by(self, day: int) -> int:
        """The same of those that are taken to be bots', or other people's where only the owner's count."""
        return self._spread(self.uncounted_earlier, day)

    def _spread(self, earlier: int, day: int) -> int:
        if day >= self.first_seen:
            return earlier
        return earlier * (day - self.planted + 1) // (self.first_seen - self.planted + 1)

    def share_of(self, done: Totals, earlier: int) -> float:
        """The part of all known work that was done: what undated facts (stars, languages) are scaled by. 1 today."""
        everything = self.trail[-1].work + self.earlier_commits
        return (done.work + earlier) / everything if everything else 1.0

    def weeks(self, done: Totals, day: int) -> float:
        """Distinct weeks with work in them, estimated where commits were not imported; at most the weeks of life."""
        estimated = self.earlier_by(day) / EARLIER_COMMITS_PER_WEEK
        return min(done.active_weeks + estimated, _week(day) - _week(self.planted) + 1)

    def lines(self, done: Totals, share: float) -> float:
        """Lines of code: counted, else estimated from bytes, else from the lines that were added."""
        return done.lines_added * LINES_KEPT if self.lines_from == LinesFrom.COMMITS else self.lines_known * share

    def size(self, done: Totals, share: float) -> float:
        """The lines of code that count: all, or as many as the owner's commits added."""
        return min(self.lines(done, share), self.lines_written)

    def hours(self, done: Totals, earlier: int) -> float:
        """Hours of work, estimated for commits that were not imported."""
        return done.hours + earlier * HOURS_EARLIER_COMMIT * self.commits.owner_share


def estimated_lines(languages: Mapping[str, int]) -> int:
    """Lines of code by the bytes of each language."""
    notebooks = languages.get(NOTEBOOK, 0)
    return round((sum(languages.values()) - notebooks) / BYTES_PER_LINE + notebooks / BYTES_PER_NOTEBOOK_LINE)


def hours_of_day(commits: int, coding_seconds: float) -> tuple[float, float]:
    """The hours of the owner's work in one day of a project, and how many of them were measured.

    `commits` are the owner's. The rest is estimated from them.
    """
    tracked = min(24.0, coding_seconds / SECONDS_PER_HOUR) if coding_seconds else 0.0
    estimated = min(HOURS_DAY_ESTIMATED, HOURS_FIRST_COMMIT + HOURS_NEXT_COMMIT * (commits - 1)) if commits else 0.0
    return max(tracked, estimated), tracked


def _by_day(tallies: Iterable[DayTally], *, floor: int, until: int) -> dict[int, tuple[int, ...]]:
    days: dict[int, tuple[int, ...]] = {}
    for tally in tallies:
        day = max(tally.day.toordinal(), floor)
        if day <= until:
            days[day] = tuple(map(add, days[day], _counts(tally))) if day in days else _counts(tally)
    return {day: counts for day, counts in days.items() if any(counts[:_ENGINE])}


def _after(
    before: Totals,
    day: int,
    commits: int,
    lines_added: int,
    lines_removed: int,
    pull_requests: int,
    issues: int,
    releases: int,
    deployments: int,
    coding_seconds: int,
    new_languages: int,
    others_commits: int,
) -> Totals:
    """The totals after one more day. Issues alone are no work (others open them), nor are lines without a commit."""
    hours, tracked = hours_of_day(max(0, commits - others_commits), coding_seconds)
    released = min(releases, 1)  # packages of one repository are released together
    work = commits + pull_requests + released + deployments + tracked
    effort, gap = log2(1 + work), day - before.day
    new_week = work and (not before.last_worked or _week(day) != _week(int(before.last_worked)))
    return Totals(
        day=day,
        work=before.work + work,
        commits=before.commits + commits,
        active_weeks=before.active_weeks + bool(new_week),
        hours=before.hours + hours,
        tracked_hours=before.tracked_hours + tracked,
        lines_added=before.lines_added + lines_added,
        lines_removed=before.lines_removed + lines_removed,
        discussions=before.discussions + pull_requests + issues,
        releases=before.releases + released,
        deployments=before.deployments + deployments,
        languages=before.languages + new_languages,
        brisk=before.brisk * faded(gap, BRISK_HALF_LIFE) + effort,
        steady=before.steady * faded(gap, STEADY_HALF_LIFE) + effort,
        last_worked=day if work else before.last_worked,
    )


def rooted(hours: float) -> float:
    """The part of its code, languages and topics that counts after so many hours of the owner's work, 0–1."""
    return min(1.0, hours / HOURS_TO_ROOT)


def matured(weeks: float) -> float:
    """The part of its age that counts after so many active weeks, 0–1."""
    return min(1.0, weeks / WEEKS_TO_MATURE)


def faded(days: float, half_life: float) -> float:
    """What is left of 1 after so many days."""
    return float(0.5 ** (days / half_life))


def _week(day: int) -> int:
    return (day - 1) // 7  # ordinal 1 is a Monday
