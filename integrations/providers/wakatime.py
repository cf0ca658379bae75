"""WakaTime, or a Wakapi that speaks the same: coding time by day and project, and within it by what it is made of.

What a free account can look back on is short, so every day that was read is kept by us. Two weeks are asked for each
time; the older one may be closed to the account, which is no trouble. Which languages, editors, kinds of work and
operating systems went into which project is only said when one asks for that project, so each is asked for once.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.conf import settings
from django.utils import timezone

from common.text import storable
from integrations.coding.durations import Spent
from integrations.coding.heartbeats import WORD_LENGTH, project_name
from integrations.coding.shapes import in_words
from integrations.items import UNREADABLE, plain_text, read_each
from integrations.problems import ASKED_AGAIN, Limited, Malformed, Problem
from integrations.providers.base import Connection, Draft, Found, Payload, Provider, Since

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from integrations.http import Http

A_WEEK: Final = timedelta(days=6)  # and the day itself; what every account may look back on
SUMMARIES: Final = "/users/current/summaries"
CLOSED: Final = (HTTPStatus.BAD_REQUEST, HTTPStatus.PAYMENT_REQUIRED, HTTPStatus.FORBIDDEN)  # to a free account
MOST_PROJECTS: Final = 40  # asked for one by one; the languages of further ones stay unknown
SECONDS_A_DAY: Final = 86_400.0
NOT_SAID: Final = {"other", "unknown", "unknown project", "unknown language", "unknown editor", "unknown os"}
LISTS: Final = ("languages", "categories", "editors", "operating_systems")  # what a day, or a project's day, is made of
OF_A_DAY: Final = LISTS[1:]  # where a whole day has one of these, each of its projects has it too

Parts = Mapping[str, Mapping[str, float]]  # by list and name, seconds


class WakaTime(Provider):
    """The owner's account on wakatime.com, or on a server that speaks the same (`WAKATIME_API_URL`)."""

    slug = "wakatime"
    label = "WakaTime"
    gives = "coding time by day, project and language"
    docs = "docs/coding-time.md"
    every = timedelta(minutes=30)
    settings: ClassVar[tuple[str, ...]] = (
        "ENABLE_WAKATIME_INTEGRATION",
        "WAKATIME_API_KEY",
        "WAKATIME_API_URL",
        "WAKATIME_RATE_LIMIT",
        "WAKATIME_BURST",
    )
    token_setting = "WAKATIME_API_KEY"  # noqa: S105 - the name of a setting
    fixes: ClassVar[Mapping[str, str]] = {
        "unauthorized": "Copy the secret API key of your WakaTime (or Wakapi) settings into WAKATIME_API_KEY, or into "
        "the account in the admin.",
        "not_found": "Check WAKATIME_API_URL. For a Wakapi it ends with /api/compat/wakatime/v1.",
        "unreachable": f"Check that this machine is online, and WAKATIME_API_URL. {ASKED_AGAIN}",
    }

    @property
    def base_url(self) -> str:
        return str(settings.WAKATIME_API_URL)

    def missing(self, connection: Connection) -> str:
        return "" if connection.token or settings.ENABLE_MOCK_DATA else "WAKATIME_API_KEY"

    def headers(self, connection: Connection) -> dict[str, str]:
        encoded = base64.b64encode(connection.token.encode()).decode()
        return {"Accept": "application/json", "Authorization": f"Basic {encoded}"}

    def check(self, http: Http, connection: Connection) -> str:
        today = timezone.localdate()
        (day,) = _days(http.get(SUMMARIES, params=_span(today, today)).data)[-1:]
        return f"{self.label} counts {in_words(float(day['grand_total']['total_seconds']))} of coding today."

    def fetch(self, http: Http, since: Since) -> Iterator[Found]:
        today = timezone.localdate(since.now)
        weeks = [(today - A_WEEK, today), (today - 2 * A_WEEK - timedelta(days=1), today - A_WEEK - timedelta(days=1))]
        for place, (first, last) in enumerate(weeks):
            since.tell(f"the days from {first}", place, len(weeks))
            also = CLOSED if place else ()
            answer = http.get(SUMMARIES, params=_span(first, last), also=also, keep=True)
            if answer.status in CLOSED:
                return
            days = _days(answer.data)
            projects = sorted(_project_names(days))
            details = {}
            for number, project in enumerate(projects[:MOST_PROJECTS]):
                since.tell(f"what {project} is made of", number, len(projects))
                details[project] = _details(http, project, first, last)
            yield Payload(f"{first} to {last}", "days", {"days": days, "details": details})

    def parse(self, payload: Payload) -> Sequence[Draft]:
        def whole(day: Mapping[str, Any]) -> list[Spent]:  # a part of a day would take the place of what is known of it
            on, details = day["range"]["date"], payload.data["details"]
            of_projects = {project: by_date.get(on, {}) for project, by_date in details.items()}
            return list(day_of(day, date.fromisoformat(on), of_projects))

        return [spent for day in read_each(payload.data["days"], whole, called="day") for spent in day]

    def samples(self, now: datetime) -> Mapping[str, Any]:
        today = timezone.localdate(now)
        return {SUMMARIES: {"data": [_sample(today - timedelta(days=back), back) for back in range(6, -1, -1)]}}


def day_of(day: Mapping[str, Any], on: date, details: Mapping[str, Parts]) -> Iterator[Spent]:
    """One day's time by project, and within it in the shares that `details` gives (project → list → name → seconds)."""
    of_day = {name: parts for name, parts in parts_of(day).items() if name in OF_A_DAY and len(parts) == 1}
    left = SECONDS_A_DAY
    for project in day["projects"]:
        seconds = float(project["total_seconds"])
        if not seconds > 0 or not left:
            continue
        seconds = min(left, seconds)
        left -= seconds
        name = known(project_name(storable(plain_text(project["name"]), 1000)))
        said = {**of_day, **{list_: parts for list_, parts in details.get(project["name"], {}).items() if parts}}
        for (language, category, editor, system), share in pieces([said.get(list_, {}) for list_ in LISTS]):
            yield Spent(on, name, seconds * share, language, category.lower(), editor, operating_system=system)


def parts_of(said: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """The lists of a day or of a project, by name and seconds. Raises what wrong shapes raise."""
    lists: dict[str, dict[str, float]] = {}
    for list_ in LISTS:
        parts: dict[str, float] = {}
        for one in said.get(list_) or []:
            name, seconds = known(storable(plain_text(one["name"]), WORD_LENGTH)), float(one["total_seconds"])
            if seconds > 0:
                parts[name] = parts.get(name, 0.0) + min(seconds, SECONDS_A_DAY)
        lists[list_] = parts
    return lists


def pieces(lists: Sequence[Mapping[str, float]]) -> Iterator[tuple[tuple[str, ...], float]]:
    """One time cut by several lists at once: the word of each list, and the share of the whole (0–1).

    How they belong together is not said; the greatest of each are laid side by side. So every list keeps its own
    shares, and the pieces are as few as can be.
    """
    laid = []
    for parts in lists:
        whole, end, ends = sum(parts.values()), 0.0, []
        for name, seconds in sorted(parts.items(), key=lambda part: (-part[1], part[0])):
            end += seconds
            ends.append((min(1.0, end / whole), name))
        laid.append([*ends[:-1], (1.0, ends[-1][1])] if ends else [(1.0, "")])
    begin = 0.0
    for end in sorted({end for ends in laid for end, _ in ends}):
        yield tuple(next(name for until, name in ends if until >= end) for ends in laid), end - begin
        begin = end


def known(name: str) -> str:
    """A name, or an empty text for the words that WakaTime has for none."""
    return "" if name.lower() in NOT_SAID else name


def _days(said: Any) -> list[Mapping[str, Any]]:
    if not isinstance(said, dict) or not isinstance(said.get("data"), list):
        raise Malformed("WakaTime answered with something else than a list of days.")
    days: list[Mapping[str, Any]] = said["data"]
    return days


def _span(first: date, last: date) -> dict[str, str]:
    return {"start": first.isoformat(), "end": last.isoformat()}


def _details(http: Http, project: str, first: date, last: date) -> dict[str, dict[str, dict[str, float]]]:
    """What one project's days are made of, by day; empty where the service does not say."""
    try:
        answer = http.get(SUMMARIES, params={**_span(first, last), "project": project}, keep=True)
    except Limited:
        raise
    except Problem:
        return {}  # the project's time is known all the same
    told: dict[str, dict[str, dict[str, float]]] = {}
    for day in _days(answer.data):
        with suppress(*UNREADABLE):  # that day's languages stay unknown
            told[day["range"]["date"]] = parts_of(day)
    return told


def _project_names(days: Iterable[Mapping[str, Any]]) -> set[str]:
    """The projects of days, but of those that are not as they should be, which `parse` tells of."""
    names: set[str] = set()
    for day in days:
        with suppress(*UNREADABLE):
            names.update(project["name"] for project in day["projects"] if isinstance(project["name"], str))
    return names


def _sample(day: date, back: int) -> dict[str, Any]:
    """A plausible day: less at the weekend, nothing that depends on chance."""
    hours = 1.0 if day.weekday() >= 5 else 2.5 + (back * 7 % 5) / 2
    shares = {"digital-greenhouse": 0.7, "notes": 0.3}
    return {
        "grand_total": {"total_seconds": hours * 3600},
        "projects": [{"name": name, "total_seconds": hours * 3600 * share} for name, share in shares.items()],
        "languages": [
            {"name": "Python", "total_seconds": hours * 2160},
            {"name": "TypeScript", "total_seconds": hours * 1440},
        ],
        "categories": [{"name": "Coding", "total_seconds": hours * 3600}],
        "editors": [{"name": "VS Code", "total_seconds": hours * 3600}],
        "operating_systems": [{"name": "Linux", "total_seconds": hours * 3600}],
        "range": {"date": day.isoformat()},
    }
