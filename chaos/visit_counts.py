"""The count of visits, and the deletion of those that are counted, killed at random moments and then done again."""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import psycopg

from chaos.attack import Outcome, chance_of
from chaos.interrupted import MOMENTS, MOST_TRIES, Command, moments_of
from tests.running import Greenhouse
from tests.servers import PostgresServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

DAYS: Final = 75  # more than single visits are kept for, and two turns of a month
STEPS: Final = 400  # a day
VISITS: Final = """
from datetime import datetime
from uuid import uuid4
from bench.made_up_visits import Year
from visitors.figures.windows import DAY
now, made = datetime.fromisoformat({now!r}), Year([str(uuid4()) for _ in range(10)])
for back in range({days}, 0, -1):
    made.day((now - back * DAY).date(), {steps})
made.day(now.date(), {steps}, until=now)
"""
AT_WORK: Final = "counting"  # a file of the data directory, there as long as the command below is at work
COUNT: Final = """
from datetime import datetime
from django.conf import settings
from visitors import retention
from visitors.figures.rollups import roll_up
now = datetime.fromisoformat({now!r})
mark = settings.DATA_DIR / {mark!r}
mark.touch()
roll_up(now)
retention.forget(now=now)
mark.unlink()
"""
COUNTED: Final = """
import json
from hashlib import sha256
from visitors import models
counts = ("HourCount", "DayCount", "PairCount", "HeatCount", "PathCount", "SequenceCount", "BotCount", "SpeedCount")
found = {}
for name in (*counts, "CountedDay"):
    model = getattr(models, name)
    columns = [field.attname for field in model._meta.concrete_fields if field.attname != "id"]
    rows = sorted(
        "\\t".join(f"{value:.6g}" if isinstance(value, float) else str(value) for value in row)
        for row in model.objects.values_list(*columns)
    )
    found[name] = [len(rows), sha256("\\n".join(rows).encode()).hexdigest()]
for name in ("Step", "Session", "PageSpeed"):
    found[name] = getattr(models, name).objects.count()
print(json.dumps(found))
"""


def on_sqlite(garden: Greenhouse) -> Outcome:
    """Each time on a copy of the same file."""
    garden.stop()
    now = _visited(garden)

    @contextmanager
    def copy() -> Iterator[Greenhouse]:
        with TemporaryDirectory() as directory:
            shutil.copytree(garden.directory, directory, dirs_exist_ok=True)
            yield Greenhouse(Path(directory), garden.settings)

    return _killed("killed-visit-counts", copy, now)


def on_postgresql(garden: Greenhouse) -> Outcome:
    """Each time on a copy of the same database."""
    garden.stop()
    with PostgresServer() as postgres:
        template = Greenhouse(garden.directory, {**garden.settings, "DATABASE_URL": postgres.url})
        template.manage("migrate", "--verbosity", "0")
        now, numbers = _visited(template), count(1)

        @contextmanager
        def copy() -> Iterator[Greenhouse]:
            name = f"copy_{next(numbers)}"
            url = postgres.url.removesuffix("postgres") + name
            # From another database: nobody may be connected to the one that is copied.
            with psycopg.connect(postgres.url.removesuffix("postgres") + "template1", autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name} TEMPLATE postgres")
            with TemporaryDirectory() as directory:
                yield Greenhouse(Path(directory), {**garden.settings, "DATABASE_URL": url})

        return _killed("killed-visit-counts-postgresql", copy, now)


def _killed(case: str, copy: Callable[[], AbstractContextManager[Greenhouse]], now: str) -> Outcome:
    """Counted again after a kill, it is as if nobody had been killed."""
    seed, chance = chance_of(case)
    with copy() as garden:
        moments = moments_of(chance, _counting(garden, now).takes())
        expected = _counted(garden)
    kills = same = tries = 0
    while kills < MOMENTS and tries < MOST_TRIES:
        tries += 1
        with copy() as garden:
            kills += _counting(garden, now).kill(next(moments))
            (garden.directory / AT_WORK).unlink(missing_ok=True)
            _counting(garden, now).takes()
            same += _counted(garden) == expected
    rows = sum(table[0] for table in expected.values() if isinstance(table, list))
    return Outcome(
        f"kill -9 at {kills} moments of counting {DAYS} days of visits and deleting old ones",
        f"{same} of {tries} times the same counts after another",
        f"{rows:,} rows of counts, {expected['Step']:,} single steps kept; seed {seed}",
        kills == MOMENTS and same == tries,
    )


def _visited(garden: Greenhouse) -> str:
    """Write the visits of `DAYS` days. Returns the moment that they end at."""
    now = datetime.now(UTC).isoformat()
    garden.manage("shell", "--no-imports", "-c", VISITS.format(now=now, days=DAYS, steps=STEPS))
    return now


def _counting(garden: Greenhouse, now: str) -> Command:
    code = COUNT.format(now=now, mark=AT_WORK)
    mark = garden.directory / AT_WORK
    return Command(garden, ("shell", "--no-imports", "-c", code), lambda _: mark.exists())


def _counted(garden: Greenhouse) -> dict[str, Any]:
    """The counts of each table by their rows and a checksum, and how many single rows are there."""
    said = garden.manage("shell", "--no-imports", "-c", COUNTED)
    found: dict[str, Any] = json.loads(said.strip().splitlines()[-1])
    return found
