"""Attacks by requests that lie, repeat themselves, or break the rules of JSON."""

from __future__ import annotations

import json
import sqlite3
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from requests import Session

from chaos.attack import MEGABYTE, PATIENCE, Outcome, ask, wait_until, watched
from chaos.hooks import deliver, push, signed

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.running import Greenhouse

PASSWORD = "nobody guesses this one"  # noqa: S105 - of a greenhouse that lives a minute
SEED = "/api/v1/garden/plant-seed/"
TOKEN = "/api/v1/auth/token/"  # noqa: S105 - an address
AT_ONCE = 50
GUESSES = 30
GUESSES_LOOKED_AT = 10  # RATE_LIMIT_ACCOUNT
SHA = "a" * 40
LARGE = 24  # megabytes
MOST_COMMITS = 2_048  # that GitHub puts into a push
LARGE_ANSWERED_WITHIN = 10.0  # seconds, after which GitHub gives up
LARGE_WORKED_ON_WITHIN = 300.0  # on a busy machine


def _at_once(one: Callable[[int], int]) -> Counter[int]:
    """The statuses of many requests in parallel."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return Counter(threads.map(one, range(AT_ONCE)))


def _rows(garden: Greenhouse, query: str, *values: Any) -> int:
    connection = sqlite3.connect(f"file:{garden.directory / 'greenhouse.sqlite3'}?mode=ro", uri=True)
    try:
        count: int = connection.execute(query, values).fetchone()[0]
        return count
    finally:
        connection.close()


def _statuses(statuses: Counter[int]) -> str:
    return ", ".join(f"{times} × {status or 'nothing'}" for status, times in sorted(statuses.items()))


def forged_webhooks(garden: Greenhouse) -> Outcome:
    """Deliveries without a signature, with one of another secret, of SHA-1, or with a byte flipped."""
    body = push([SHA])
    forged = ["", signed(body, "guessed"), "sha1=" + "0" * 40, "sha256=" + "0" * 64, signed(body)[:-1], signed(b"x")]
    statuses = _at_once(lambda number: deliver(garden, body, forged[number % len(forged)], f"forged-{number}"))
    rows = _rows(garden, "SELECT count(*) FROM integrations_webhookdelivery")
    held = set(statuses) <= {401, 403} and rows == 0
    return Outcome(f"{AT_ONCE} forged deliveries at once", _statuses(statuses), f"{rows} rows", held)


def redelivered_webhook(garden: Greenhouse) -> Outcome:
    """One signed delivery fifty times at once, and its body once more under another number."""
    body = push([SHA])
    with watched(garden) as watch:
        statuses = _at_once(lambda _: deliver(garden, body, signed(body), "one"))
        statuses[deliver(garden, body, signed(body), "another")] += 1
        worked_on = "SELECT count(*) FROM integrations_webhookdelivery WHERE status = 'processed'"
        wait_until(lambda: _rows(garden, worked_on) == 2, 30)
    deliveries = _rows(garden, "SELECT count(*) FROM integrations_webhookdelivery")
    commits = _rows(garden, "SELECT count(*) FROM garden_activity WHERE external_id = ?", SHA)
    held = all(200 <= status < 300 for status in statuses) and (deliveries, commits) == (2, 1) and watch.calm
    return Outcome(
        f"1 delivery × {AT_ONCE} at once, and again",
        _statuses(statuses),
        f"{deliveries} rows, {commits} commit, {watch}",
        held,
    )


def large_push(garden: Greenhouse) -> Outcome:
    """A push of 24 MB, as large as two thousand commits that touch many files make it."""
    commits = [f"{number:040x}" for number in range(MOST_COMMITS)]
    path = "src/" + "deep/" * 10 + "module-{:04}.py"
    each = LARGE * MEGABYTE // MOST_COMMITS // (len(path.format(0)) + len('"", '))
    body = push(commits, touched=[path.format(number) for number in range(each)])
    with watched(garden) as watch:
        began = time.monotonic()
        status = deliver(garden, body, signed(body), "large", timeout=LARGE_WORKED_ON_WITHIN)  # to tell how long
        took = time.monotonic() - began
        # Those of the plants that were there before have other numbers.
        stored = "SELECT count(*) FROM garden_activity WHERE kind = 'commit' AND external_id LIKE '00000000%'"
        worked_on = wait_until(lambda: _rows(garden, stored) == MOST_COMMITS, LARGE_WORKED_ON_WITHIN)
    return Outcome(
        f"a signed push of {len(body) / MEGABYTE:.1f} MB, {MOST_COMMITS:,} commits",
        f"{status} after {took:.1f} s",
        f"all commits there {worked_on:.0f} s later, {watch}" if worked_on is not None else f"not worked on, {watch}",
        200 <= status < 300 and took < LARGE_ANSWERED_WITHIN and worked_on is not None and watch.calm,
    )


def rotating_forwarded_for(garden: Greenhouse) -> Outcome:
    """Eight seeds, each from another address by its own word, where five a minute are taken."""
    statuses: Counter[int] = Counter()
    for number in range(8):
        seed = {"name": f"Seed {number}", "position": {"x": number, "z": 1}}
        headers = {"Content-Type": "application/json", "X-Forwarded-For": f"203.0.113.{number}"}
        statuses[ask(garden, "POST", SEED, json.dumps(seed).encode(), headers)] += 1
    return Outcome("8 seeds, X-Forwarded-For rotating", _statuses(statuses), "limit 5/minute", statuses[429] == 3)


def guessed_passwords(garden: Greenhouse) -> Outcome:
    """Thirty wrong passwords from thirty addresses, for the owner and for nobody, and the owner on a known device."""
    device = Session()

    def let_in() -> int:
        who = {"username": "owner", "password": PASSWORD}
        return device.post(f"http://127.0.0.1:{garden.port}{TOKEN}", json=who, timeout=PATIENCE).status_code

    def guess(name: str) -> list[int]:
        body = json.dumps({"username": name, "password": "wrong"}).encode()
        headers = {"Content-Type": "application/json"}
        return [ask(garden, "POST", TOKEN, body, headers, source=f"127.0.1.{number + 1}") for number in range(GUESSES)]

    with device, watched(garden) as watch:
        before = let_in()
        for_owner, for_nobody = guess("owner"), guess("nobody")
        after = let_in()
    # The owner's own attempt was one of those to the account.
    looked_at = [401] * GUESSES_LOOKED_AT + [429] * (GUESSES - GUESSES_LOOKED_AT)
    alike = for_nobody == looked_at and for_owner == [*looked_at[1:], 429]
    return Outcome(
        f"{GUESSES} passwords × 2 names, addresses rotating",
        _statuses(Counter(for_owner + for_nobody)),
        f"owner {after}, {watch}",
        before == after == 200 and alike and watch.calm,
    )


def hostile_json(garden: Greenhouse) -> Outcome:
    """Depth, lone surrogates, NUL, numbers without end, no JSON at all, and wrong types."""
    place = b'"position": {"x": 1, "z": 1}'
    bodies = [
        b"[" * 5000,
        b'{"name": "\\ud800", ' + place + b"}",
        b'{"name": "a\\u0000b", ' + place + b"}",
        b'{"name": "a", "position": {"x": 1e999, "z": NaN}}',
        b'{"name": "a", "position": {"x": ' + b"9" * 5000 + b', "z": 1}}',
        b"\xff\xfe\x00",
        b"not JSON",
        b'"a text"',
        b"{}",
    ]
    statuses = Counter(
        ask(garden, "POST", SEED, body, {"Content-Type": "application/json"}, source=f"127.0.1.{number + 1}")
        for number, body in enumerate(bodies)
    )
    return Outcome(f"{len(bodies)} hostile bodies", _statuses(statuses), "–", set(statuses) == {400})
