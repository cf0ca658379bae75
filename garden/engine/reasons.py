"""Why a plant has its size: a sentence for each of the six factors, from the project's totals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from common.words import count, listed
from garden.engine.life import DAYS_PER_YEAR, HOURS_TO_ROOT, WEEKS_TO_MATURE, matured, rooted
from garden.vocabulary import LinesFrom

if TYPE_CHECKING:
    from garden.engine.life import Life


LINES_WORDS: Final = {
    LinesFrom.FILES: "counted in its files",
    LinesFrom.SIZE: "estimated from the size of its files",
    LinesFrom.COMMITS: "estimated from the lines that its commits added",
}


NO_LINES_WORDS: Final = {
    LinesFrom.FILES: "No code in its files: prose and data are none.",
    LinesFrom.SIZE: "No code is known in its files: prose and data are none.",
    LinesFrom.COMMITS: "Its lines of code are not counted yet.",
}


def sentences(life: Life) -> tuple[str, ...]:
    """Why each factor is what it is today, in the order of `growth.FACTORS`."""
    done, today, earlier = life.trail[-1], life.today, life.earlier_commits
    weeks = round(life.weeks(done, today))
    commits, shares = int(done.commits) + earlier, life.commits
    about = "about " if earlier else ""
    hours, tracked = life.hours(done, earlier), done.tracked_hours
    from_work = f"{HOURS_TO_ROOT:.0f} hours of the owner's work"
    languages = life.languages_known or int(done.languages)
    tried = int(max(done.languages, life.language_count))
    seen = [
        count(number, word)
        for number, word in (
            (life.stars, "star"),
            (life.forks, "fork"),
            (life.interactions, "visitor interaction"),
            (int(done.discussions), "contribution"),
        )
        if number
    ]
    new = [
        count(number, word)
        for number, word in (
            (int(done.releases), "release day"),
            (int(done.deployments), "deployment"),
            (life.topics, "topic"),
        )
        if number
    ]
    if tried:
        new.append(count(tried, "language") + (" over its life" if tried > languages else ""))
    return (
        f"{count(commits, 'commit')} in {about}{count(weeks, 'active week')}"
        + (f"; {earlier:,} of them are older than the imported log." if earlier else ".")
        + (f" {whose}" if (whose := whose_commits(shares.owner, shares.everything, shares.assisted)) else ""),
        _code_sentence(life, languages, _counting("Code counts", rooted(hours), since=from_work)),
        _hours_sentence(hours, tracked, commits=shares.everything),
        f"{listed(seen)}."
        if seen
        else "No stars, forks or visitors are known; every stage can be reached without them.",
        f"{_age(today - life.planted)} old, tended in {about}{count(weeks, 'week')}."
        + _counting("Age counts", matured(life.weeks(done, today)), since=f"{WEEKS_TO_MATURE:.0f} active weeks"),
        (f"{listed(new)}." if new else "No releases, languages or topics count yet.")
        + (_counting("Languages and topics count", rooted(hours), since=from_work) if tried or life.topics else ""),
    )


def _counting(what_counts: str, share: float, *, since: str) -> str:
    """What does not count in full yet, and from when on it does; empty where all of it counts. `share` is 0–1."""
    if share >= 1:
        return ""
    so_far = f"by {max(1, min(99, round(100 * share)))}%" if share else "not at all"
    return f" {what_counts} in full from {since} on, so far {so_far}."


def whose_commits(owner: int, everything: int, assisted: int) -> str:
    """Whose the known commits are; empty where all are the owner's own."""
    if owner == everything and not assisted:
        return ""
    are = "is" if owner == 1 else "are"
    helped = f", {assisted:,} of them with an agent" if assisted else ""
    return f"{owner:,} of {count(everything, 'commit')} {are} the owner's{helped}."


def _code_sentence(life: Life, languages: int, counting: str) -> str:
    done = life.trail[-1]
    lines, counted = round(life.lines(done, 1.0)), round(life.size(done, 1.0))
    if not lines:
        return NO_LINES_WORDS[life.lines_from]
    among = f" in {count(languages, 'language')}" if languages else ""
    said = f"{count(lines, 'line')} of code{among}, {LINES_WORDS[life.lines_from]}."
    said = said if life.lines_from == LinesFrom.FILES else f"About {said}"
    if counted < lines:
        said += f" {f'About {counted:,}' if counted else 'None'} of them count: as many as the owner’s commits added."
    return said + counting if counted else said


def _hours_sentence(hours: float, tracked: float, *, commits: int) -> str:
    if not hours:
        whose = " of the owner's" if commits else ""
        return f"No coding time and no commits{whose} are known yet."
    if not tracked:
        return f"About {count(round(hours), 'hour')}, estimated from the days with commits."
    if hours - tracked < 0.5:
        return f"{count(round(hours), 'hour')} of tracked coding."
    estimated = round(hours - tracked)
    return f"{count(round(hours), 'hour')}: {round(tracked):,} tracked, about {estimated:,} estimated from commits."


def _age(days: int) -> str:
    if days < 60:
        return count(days, "day")
    if days < 2 * DAYS_PER_YEAR:
        return count(round(days / DAYS_PER_YEAR * 12), "month")
    return f"{days / DAYS_PER_YEAR:.1f} years"
