"""Deliveries that come twice, late, and in any order, as a service sends them after an outage of its own."""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from chaos.attack import Outcome, chance_of, wait_until, watched
from chaos.hooks import deliver, push, signed

if TYPE_CHECKING:
    from tests.running import Greenhouse

PUSHES: Final = 60
COMMITS: Final = 3  # of each push
AT_ONCE: Final = 10
WORKED_ON_WITHIN: Final = 300.0  # seconds
OUTCOME: Final = """
import json
from garden.models import Activity, Project
from integrations.models import DeliveryStatus, WebhookDelivery
facts = Activity.objects.filter(kind="commit", project__name="engine")
print(json.dumps({
    "waiting": WebhookDelivery.objects.filter(status=DeliveryStatus.RECEIVED).count(),
    "deliveries": WebhookDelivery.objects.exclude(status=DeliveryStatus.FAILED).count(),
    "plants": Project.objects.filter(name="engine").count(),
    "commits": facts.count(),
    "distinct": facts.values("external_id").distinct().count(),
    "counted": Project.objects.filter(name="engine").values_list("commit_count", flat=True).first(),
    "description": Project.objects.filter(name="engine").values_list("description", flat=True).first(),
}))
"""


def shuffled(garden: Greenhouse) -> Outcome:
    """Sixty pushes, each up to three times by its number, some by another too, ten at a time in an order of chance."""
    seed, chance = chance_of("shuffled-deliveries")
    sendings = []
    for number in range(PUSHES):
        commits = [f"{number * COMMITS + one:040x}" for one in range(COMMITS)]
        at = f"2026-01-{10 + number // 24:02d}T{number % 24:02d}:00:00Z"
        body = push(commits, updated_at=at, description=f"As of push {number}")
        sendings += [(body, f"push-{number}")] * chance.randint(1, 3)
        if chance.random() < 0.3:
            sendings.append((body, f"again-{number}"))
    numbers = {number for _, number in sendings}
    chance.shuffle(sendings)
    with watched(garden) as watch, ThreadPoolExecutor(AT_ONCE) as threads:
        statuses = Counter(threads.map(lambda one: deliver(garden, one[0], signed(one[0]), one[1]), sendings))
    wait_until(lambda: _outcome(garden)["waiting"] == 0, WORKED_ON_WITHIN)
    found = _outcome(garden)
    expected = {
        "waiting": 0,
        "deliveries": len(numbers),
        "plants": 1,
        "commits": PUSHES * COMMITS,
        "distinct": PUSHES * COMMITS,
        "counted": PUSHES * COMMITS,
        "description": f"As of push {PUSHES - 1}",
    }
    return Outcome(
        f"{PUSHES} pushes of {COMMITS} commits in {len(sendings)} deliveries, shuffled",
        ", ".join(f"{times} × {status or 'nothing'}" for status, times in sorted(statuses.items())),
        f"{found['deliveries']} kept, {found['commits']} commits; “{found['description']}”; {watch}; seed {seed}",
        found == expected and all(200 <= status < 300 for status in statuses) and not watch.unanswered,
    )


def _outcome(garden: Greenhouse) -> dict[str, int | str | None]:
    said = garden.manage("shell", "--no-imports", "-c", OUTCOME)
    found: dict[str, int | str | None] = json.loads(said.strip().splitlines()[-1])
    return found
