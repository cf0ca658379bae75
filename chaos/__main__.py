"""`make chaos`: one attack after the other, each on a fresh greenhouse in the embedded shape.

`python -m chaos CASE…` runs some of them. Ends with 1 when one of them did not end as it must.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench.report import UNLIMITED, say
from chaos import bodies, connections, killed_syncs, outages, processes, requests, sockets
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
    "rotating-forwarded-for": requests.rotating_forwarded_for,
    "guessed-passwords": requests.guessed_passwords,
    "hostile-json": requests.hostile_json,
    "database-stopped": outages.database_stopped,
    "database-hanging": outages.database_hanging,
    "redis-stopped": outages.redis_stopped,
    "redis-hanging": outages.redis_hanging,
    "worker-killed": processes.worker_killed,
    "two-beats": processes.two_beats,
    "killed-syncs": killed_syncs.killed_syncs,
}
SETTINGS = {
    "RATE_LIMIT_GARDEN": UNLIMITED,  # for the visitor who looks on
    "ADMIN_PASSWORD": requests.PASSWORD,
    "GITHUB_USERNAME": requests.OWNER,
    "GITHUB_WEBHOOK_SECRET": requests.SECRET,
    "GITHUB_API_URL": "http://127.0.0.1:9",  # nobody outside is asked
    "ENABLE_OPENMETEO_INTEGRATION": "false",
    "LOG_LEVEL": "WARNING",
}
# What a shell starts a server with, where nobody said otherwise.
SERVE = ("sh", "-c", 'ulimit -S -n 1024; exec "$0" manage.py serve', sys.executable)
COLUMNS = "{:24}  {:44}  {:36}  {:44}  {}"


def run(name: str, template: Path) -> bool:
    """Run one case and print its line. Whether it ended as it must."""
    with tempfile.TemporaryDirectory() as directory:
        shutil.copytree(template, directory, dirs_exist_ok=True)
        with greenhouse(Path(directory), **SETTINGS) as garden:
            garden.wait_until_open(garden.start(*SERVE))
            outcome = CASES[name](garden)
            held = outcome.held and "Traceback" not in garden.log
            say(COLUMNS.format(name, outcome.sent, outcome.answered, outcome.figure, "held" if held else "GAVE WAY"))
            if not held:
                say(garden.log[-2000:])
            return held


def main(names: list[str]) -> int:
    if unknown := set(names) - set(CASES):
        say(f"No such case: {', '.join(sorted(unknown))}. There are: {', '.join(CASES)}.")
        return 2
    with tempfile.TemporaryDirectory() as template:
        with greenhouse(Path(template), **SETTINGS) as garden:
            garden.manage("setup")
        say(COLUMNS.format("case", "sent", "answered", "figure", "verdict"))
        verdicts = [run(name, Path(template)) for name in names or CASES]
    return 0 if all(verdicts) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
