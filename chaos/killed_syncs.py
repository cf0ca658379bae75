"""A sync whose process is killed at random moments: the next one makes of it what an undisturbed sync makes."""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from bench.report import say
from chaos.attack import Outcome, chance_of
from integrations.tests.github_stub import Account, commits, serving
from tests.running import greenhouse

if TYPE_CHECKING:
    import random

    from integrations.tests.github_stub import Stub
    from tests.running import Greenhouse

MOMENTS: Final = 20
REPOSITORIES, COMMITS = 6, 250  # three pages of commits each
LONGEST_PAUSE: Final = 0.25  # seconds after a request was answered, in which its answer is worked into the database
OUTCOME: Final = """
import json
from collections import Counter
from django.utils import timezone
from garden import reactions
from garden.models import Activity, GardenEvent, GrowthLog, Project
reactions.run(now=timezone.now())
print(json.dumps({
    "projects": sorted(Project.objects.values_list("name", "growth_stage", "commit_count")),
    "factors": {name: round(factor, 3) for name, factor in Project.objects.values_list("name", "growth_factor")},
    "facts": sorted(Activity.objects.values_list("project__name", "kind").distinct()),
    "commits": Activity.objects.count(),
    "log": sorted(GrowthLog.objects.values_list("project__name", "previous_stage", "new_stage", "backfilled")),
    "events": sorted(Counter(GardenEvent.objects.values_list("event_type", flat=True)).items()),
}))
"""


def killed_syncs(garden: Greenhouse) -> Outcome:
    """Twenty syncs, each killed at a moment of its own and begun again."""
    garden.stop()
    seed, chance = chance_of("killed-syncs")
    same, kills, commits_told = survive(garden.directory, moments=MOMENTS, chance=chance)
    return Outcome(
        f"kill -9 at {MOMENTS} moments of a sync of {REPOSITORIES * COMMITS:,} commits",
        f"{kills} killed, {same} of {MOMENTS} with the same result",
        f"seed {seed}; {commits_told:,} facts each",
        same == MOMENTS and kills >= MOMENTS * 3 // 4,
    )


def survive(template: Path, *, moments: int, chance: random.Random) -> tuple[int, int, int]:
    """How many of `moments` syncs came out as an undisturbed one, how many were killed, and the facts of one.

    `template` is the directory of a migrated greenhouse; each sync has a copy of its own.
    """
    same = kills = 0
    with serving() as stub:
        ada = Account(stub, "ada")
        for number in range(REPOSITORIES):
            ada.add(f"tool-{number}", commits(COMMITS))
        expected, requests = _synced(template, stub, None, 0.0)[:2]
        for _ in range(moments):
            after, pause = chance.randrange(requests), chance.uniform(0, LONGEST_PAUSE)
            result, _, was_killed = _synced(template, stub, after, pause)
            same += result == expected
            kills += was_killed
            if result != expected:
                say(f"after request {after} and {pause:.3f} s: {_difference(expected, result)}")
    return same, kills, int(expected["commits"])


def _synced(template: Path, stub: Stub, after: int | None, pause: float) -> tuple[dict[str, Any], int, bool]:
    """The garden after a sync, the requests that it took, and whether it was killed after so many of them."""
    with TemporaryDirectory() as directory:
        shutil.copytree(template, directory, dirs_exist_ok=True)
        told = {"GITHUB_API_URL": stub.url, "GITHUB_USERNAME": "ada", "GITHUB_RATE_LIMIT": "100000"}
        with greenhouse(Path(directory), **told, ENABLE_OPENMETEO_INTEGRATION="false") as garden:
            before, was_killed = len(stub.requests), False
            if after is not None:
                was_killed = _killed(garden, stub, before + after, pause)
                _let_time_pass(garden)
            garden.manage("sync", "github")
            said = garden.manage("shell", "--no-imports", "-c", OUTCOME)
            return json.loads(said.strip().splitlines()[-1]), len(stub.requests) - before, was_killed


def _killed(garden: Greenhouse, stub: Stub, after: int, pause: float) -> bool:
    """Start a sync and kill it. Whether it was still at work."""
    process = garden.start(sys.executable, "manage.py", "sync", "github")
    while process.poll() is None and len(stub.requests) <= after:
        time.sleep(0.001)
    time.sleep(pause)
    process.kill()
    return process.wait() < 0


def _let_time_pass(garden: Greenhouse) -> None:
    """A run whose process is gone is let go of after minutes without a sign of life: let them be over."""
    database = sqlite3.connect(garden.directory / "greenhouse.sqlite3", timeout=20)
    try:
        with database:
            database.execute("UPDATE integrations_syncrun SET heartbeat_at = '2020-01-01 00:00:00'")
    finally:
        database.close()


def _difference(expected: dict[str, Any], result: dict[str, Any]) -> str:
    return "; ".join(
        f"{key}: {expected[key]} and not {result[key]}" for key in expected if expected[key] != result[key]
    )
