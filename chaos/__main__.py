"""`make chaos`: one attack after the other, each on a fresh greenhouse in the embedded shape.

`python -m chaos CASE…` runs some of them. Ends with 1 when one of them did not end as it must.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench.report import UNLIMITED, say
from chaos import (
    bodies,
    clocks,
    connections,
    deliveries,
    disk,
    hooks,
    interrupted,
    killed_syncs,
    kills,
    outages,
    processes,
    requests,
    restarts,
    sockets,
    visit_counts,
    writers,
)
from chaos.attack import NotHere
from chaos.shapes import SERVE
from tests.running import greenhouse

if TYPE_CHECKING:
    from collections.abc import Callable

    from chaos.attack import Outcome
    from tests.running import Greenhouse

CASES: dict[str, Callable[[Greenhouse], Outcome]] = {
    "ping-flood": sockets.ping_flood,
    "message-flood": sockets.message_flood,
    "large-frame": sockets.large_frame,
    "malformed-messages": sockets.malformed_messages,
    "foreign-origin": sockets.foreign_origin,
    "many-sockets": sockets.many_sockets,
    "stalled-sockets": sockets.stalled_sockets,
    "silent-connections": connections.silent,
    "endless-headers": connections.endless_headers,
    "slow-headers": connections.slow_headers,
    "slow-bodies": connections.slow_bodies,
    "stalled-readers": connections.stalled_readers,
    "body-sent-first": bodies.sent_first,
    "body-without-end": bodies.without_end,
    "forged-webhooks": requests.forged_webhooks,
    "redelivered-webhook": requests.redelivered_webhook,
    "large-push": requests.large_push,
    "shuffled-deliveries": deliveries.shuffled,
    "rotating-forwarded-for": requests.rotating_forwarded_for,
    "guessed-passwords": requests.guessed_passwords,
    "hostile-json": requests.hostile_json,
    "eight-writers": writers.at_once,
    "database-stopped": outages.database_stopped,
    "database-hanging": outages.database_hanging,
    "redis-stopped": outages.redis_stopped,
    "redis-hanging": outages.redis_hanging,
    "worker-killed": processes.worker_killed,
    "worker-hanging": processes.worker_hanging,
    "beat-killed": processes.beat_killed,
    "two-beats": processes.two_beats,
    "killed-syncs": killed_syncs.killed_syncs,
    "killed-embedded": kills.embedded,
    "supervisor-killed": kills.supervisor,
    "killed-production": kills.in_production,
    "database-restarts": restarts.database,
    "redis-restarts": restarts.redis,
    "both-restart": restarts.both,
    "disk-full": disk.while_serving,
    "disk-full-backup": disk.while_backing_up,
    "disk-full-import": disk.while_importing,
    "clock-jumps": clocks.jumps,
    "killed-backups": interrupted.backups,
    "killed-restores": interrupted.restores,
    "killed-restores-postgresql": interrupted.restores_of_postgresql,
    "killed-migrations": interrupted.migrations,
    "killed-migrations-postgresql": interrupted.migrations_of_postgresql,
    "killed-visit-counts": visit_counts.on_sqlite,
    "killed-visit-counts-postgresql": visit_counts.on_postgresql,
}
SETTINGS = {
    # For the visitor who looks on, and for those who send much while things break.
    **dict.fromkeys(("RATE_LIMIT_GARDEN", "RATE_LIMIT_JOURNEY", "RATE_LIMIT_WEBHOOK", "RATE_LIMIT_LISTENS"), UNLIMITED),
    "ADMIN_PASSWORD": requests.PASSWORD,
    "GITHUB_USERNAME": hooks.OWNER,
    "GITHUB_WEBHOOK_SECRET": hooks.SECRET,
    # Nobody outside is asked, about plays neither.
    "GITHUB_API_URL": "http://127.0.0.1:9",
    **dict.fromkeys((f"ENABLE_{name}_INTEGRATION" for name in ("OPENMETEO", "MUSICBRAINZ", "RECCOBEATS")), "false"),
    "LOG_LEVEL": "WARNING",
}
LINE = re.compile(r"\d{4}-\d\d-\d\dT")  # as each of a process begins
TRIED_AGAIN = re.compile(r"(webhook|reactions)\.failed|\[(celery|kombu|django_celery_beat)\.")
MOST_LINES = 60  # of a traceback
HEADINGS = ("case", "sent", "answered", "figure", "verdict")
COLUMNS = "{:26}  {:60}  {:44}  {:60}  {}"
MARKDOWN = "| {} |"


class Table:
    """What is said of each case as it ends: columns for people, or rows of Markdown for a page."""

    def __init__(self, *, markdown: bool) -> None:
        self._markdown = markdown
        self.row(*HEADINGS)
        if markdown:
            self.row(*["---"] * len(HEADINGS))

    def row(self, *cells: str) -> None:
        say(MARKDOWN.format(" | ".join(cells)) if self._markdown else COLUMNS.format(*cells))


def mistake_in(log: str) -> str:
    """The first traceback of a log with the line before it.

    A task, a delivery or a reaction that failed leaves one on purpose, since it is tried again, and so do Celery and
    its beat when a server is gone.
    """
    lines, said = log.splitlines(), ""
    for number, line in enumerate(lines):
        if LINE.match(line):
            said = line
        elif line.startswith("Traceback") and not TRIED_AGAIN.search(said):
            return "\n".join([said, *lines[number : number + MOST_LINES]])
    return ""


def run(name: str, template: Path, table: Table) -> bool:
    """Run one case and print its line. Whether it ended as it must, or could not be tried here."""
    with tempfile.TemporaryDirectory() as directory:
        shutil.copytree(template, directory, dirs_exist_ok=True)
        with greenhouse(Path(directory), **SETTINGS) as garden:
            try:
                garden.wait_until_open(garden.start(*SERVE))
                outcome = CASES[name](garden)
            except NotHere as lack:
                table.row(name, "–", "–", str(lack), "not tried")
                return True
            except (AssertionError, OSError, subprocess.SubprocessError) as error:
                table.row(name, "–", "–", "it broke off", "GAVE WAY")
                say(str(error))
                return False
            mistake = mistake_in(garden.log)
            held = outcome.held and not mistake
            table.row(name, outcome.sent, outcome.answered, outcome.figure, "held" if held else "GAVE WAY")
            if not held:
                say(mistake or garden.log[-2000:])
            return held


def main() -> int:
    """Run the cases that are named, or all. Returns 1 when one of them did not end as it must."""
    parser = argparse.ArgumentParser(prog="python -m chaos", description="Attack greenhouses of its own, case by case.")
    parser.add_argument("cases", nargs="*", metavar="CASE", help=", ".join(CASES))
    parser.add_argument("--table", action="store_true", help="print a table of Markdown, as docs/chaos.md has it")
    wanted = parser.parse_args()
    if unknown := sorted(set(wanted.cases) - set(CASES)):
        parser.error(f"no such case: {', '.join(unknown)}; there are {', '.join(CASES)}")
    with tempfile.TemporaryDirectory() as template:
        with greenhouse(Path(template), **SETTINGS) as garden:
            garden.manage("setup")
        table = Table(markdown=wanted.table)
        verdicts = [run(name, Path(template), table) for name in wanted.cases or CASES]
    return 0 if all(verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
