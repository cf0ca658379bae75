"""Reading a data dump of WakaTime into the garden, as a run that can be watched, interrupted and repeated.

WakaTime gives two kinds away (Settings → Account → Export): days with their sums, and every single heartbeat. Both are
read as a stream, day by day, so that ten years take no more memory than a week.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import ijson

from common.text import path_text
from integrations import runs
from integrations.coding import services
from integrations.coding.durations import Spent, spent
from integrations.coding.heartbeats import Refused, read
from integrations.export_runs import Kind, reading
from integrations.models import CodingSource, SyncRun
from integrations.problems import Problem
from integrations.providers.wakatime import day_of, parts_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path
    from typing import BinaryIO

    from integrations.export_runs import Tell

PROVIDER: Final = "wakatime_dump"
DAYS_TOGETHER: Final = 50
KIND: Final = Kind(
    provider=PROVIDER,
    what="dump",
    items="days",
    spoilt=(ijson.JSONError, UnicodeDecodeError),
    broken=lambda: _not_a_dump(),
    again="Import it again: what is known counts once.",
)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to."""

    days: int  # with coding in them
    seconds: float
    broken: int  # days that could not be read


def import_dump(path: Path, *, now: datetime, on_progress: Tell = lambda _done, _total: None) -> Imported:
    """Read the dump at `path`. Repeating it changes nothing; one that was interrupted begins again.

    `on_progress` is told bytes read and bytes in all. Raises `Problem` where the file cannot be read or is being read
    already.
    """
    with reading(KIND, subject=path_text(path), now=now) as work:
        imported = _read(path, work.run, now, on_progress)
        work.counts = {"days": imported.days, "hours": round(imported.seconds / 3600)}
        work.broken = imported.broken
    return imported


def _read(path: Path, run: SyncRun, now: datetime, on_progress: Tell) -> Imported:
    size, days, seconds, broken = path.stat().st_size, set[date](), 0.0, 0
    try:
        with path.open("rb") as file:
            _check(file)
            stream = ijson.items(file, "days.item", use_float=True)
            while some := list(islice(stream, DAYS_TOGETHER)):
                found: list[Spent] = []
                for day in some:
                    try:
                        found.extend(list(spent_of(day, now)))  # all of a day, or nothing
                    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
                        broken += 1
                days.update(services.import_days(drafts=found, source=CodingSource.WAKATIME, now=now))
                seconds += sum(one.seconds for one in found)
                runs.beat(run, step="Reading the dump", done=file.tell(), total=size)
                on_progress(file.tell(), size)
    except KIND.spoilt:  # it breaks off; what came before is whole
        _grow(days, run, now)
        raise
    _grow(days, run, now)
    return Imported(len(days), seconds, broken)


def _grow(days: Collection[date], run: SyncRun, now: datetime) -> None:
    def tell(done: int, total: int) -> None:
        runs.beat(run, step="Letting the plants grow", done=done, total=total)

    if days:
        services.grow_from(first=min(days), last=max(days), now=now, tell=tell)


def _check(file: BinaryIO) -> None:
    """Raises `Problem` when the file does not begin like a dump: another kind of file would be read as an empty one."""
    is_dump = any((prefix, event) == ("days", "start_array") for prefix, event, _ in ijson.parse(file, use_float=True))
    file.seek(0)
    if not is_dump:
        raise _not_a_dump()


def spent_of(day: Any, now: datetime) -> Iterator[Spent]:
    """One day of a dump, of either kind. Raises what wrong shapes raise."""
    on = date.fromisoformat(day["date"])
    if "heartbeats" in day:
        yield from _of_heartbeats(day["heartbeats"], on, now)
        return
    details = {project["name"]: parts_of(project) for project in day["projects"]}
    named = [
        {"name": one["name"], "total_seconds": (one.get("grand_total") or one)["total_seconds"]}
        for one in day["projects"]
    ]
    yield from day_of({**day, "projects": named}, on, details)


def _of_heartbeats(said: list[Any], on: date, now: datetime) -> Iterator[Spent]:
    """A day's heartbeats by our own rule. The day is the one that the dump says, in the time zone of its account."""
    beats = []
    for item in said:
        try:
            beats.append(read(item, agent="", now=now))
        except Refused:
            continue
    for one in spent(beats, UTC):  # cut at no midnight of ours: the dump has cut already
        yield replace(one, day=on)


def _not_a_dump() -> Problem:
    return Problem(
        "not_a_dump",
        "The file is not a whole WakaTime data dump.",
        fix="Export one at wakatime.com under Settings → Account, as JSON. What was read of it before is kept.",
    )
