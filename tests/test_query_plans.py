"""Every real question of a garden of a thousand plants, explained by the database: no big table is read whole.

Asked for by `SCALE=0.05 python -m pytest tests/test_query_plans.py`, half a minute: a twentieth of five million facts
and ten million steps, with as large a share of the facts for a plant, and of the steps for a day. Where a table is
small enough then to be read at once, `ALLOWED` says so; `SCALE=1` asks at full size, in some minutes. It is not among
the tests that always run: a planner goes by samples of the rows, which are others each time.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pytest
from django.db import connection, transaction
from django.utils import timezone

from bench.made_up_garden import big_tables, fill
from bench.plans import Fault, explaining
from bench.questions import forget_what_is_kept, questions
from garden.models import Activity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.plugin import DjangoDbBlocker

SCALE: Final = float(os.environ.get("SCALE") or 0)
pytestmark = pytest.mark.skipif(not SCALE, reason="SCALE says at which share of the full size to ask")


@dataclass(frozen=True, slots=True)
class Allowance:
    """Statements with a certain piece of SQL that may do what others may not."""

    what: str
    piece: str
    why: str
    question: str = ""  # a piece of those that may; any question where it is empty
    small_only: bool = False  # at full size the planner goes another way by itself

    def covers(self, question: str, fault: Fault) -> bool:
        asked = self.question in question and not (self.small_only and SCALE >= 1)
        return asked and fault.what == self.what and self.piece in fault.sql


ALL_THERE_EVER_WAS: Final = "Growth is worked out from every day there ever was: hourly, and for a day of the past."
MOST_THAT_IS_KEPT: Final = "The owner asks about thirty of the thirty-one days that single visits are kept."
A_RARE_WORD: Final = (
    "The console looks for a piece of a word in all rows until thirty have it: some seconds at full size."
)
ALLOWED: Final = (
    Allowance(
        "reads all of garden_activity",
        'AS "imported"',
        "The portfolio adds up all facts at each call: a second or two at full size, and nobody's first page.",
    ),
    Allowance("reads all of garden_activity", 'AS "coding_assisted"', ALL_THERE_EVER_WAS),
    Allowance("sorts on disk", 'AS "coding_assisted"', ALL_THERE_EVER_WAS),
    Allowance(
        "reads all of garden_activity",
        'AS "a" FROM "garden_activity" U0 WHERE',
        "To look up a thousand plants costs about as much there as to read the table once.",
        small_only=True,
    ),
    *(
        Allowance(what, "visitors_session", MOST_THAT_IS_KEPT, question="range=30d")
        for what in ("reads all of visitors_session", "reads all of visitors_step", "groups or joins on disk")
    ),
    *(
        Allowance(f"reads all of {table}", "LIKE", A_RARE_WORD, question="q=")
        for table in ("garden_activity", "weather_musicmoment")
    ),
    Allowance(
        "reads all of garden_gardenevent",
        'ORDER BY "garden_gardenevent"."seq" DESC LIMIT',
        "The newest of several kinds: it reads from the end on until there are enough.",
    ),
    Allowance(
        "reads all of integrations_heartbeat",
        'MAX("integrations_heartbeat"."received_at")',
        "Once a day: which days are quiet enough for their heartbeats to go.",
    ),
    Allowance(
        "reads all of weather_pastplay",
        "GROUP BY 1, 2",
        "Once a day: the sums by month of what exports told, since the character of a piece may be known by now.",
    ),
)


@pytest.fixture(scope="module", autouse=True)
def _leaves_no_rubbish(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What was rolled back goes at once, and not before the eyes of the tests that follow."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(f"VACUUM ANALYZE {', '.join(sorted(big_tables()))}")
            connection.close()


@pytest.mark.django_db
def test_no_question_reads_a_big_table_whole_but_those_that_have_to() -> None:
    now = timezone.now()
    fill(SCALE, now)
    unknown: list[str] = []
    for name, ask in questions(now).items():
        forget_what_is_kept()
        with explaining(big_tables()) as faults, transaction.atomic():
            ask()
            transaction.set_rollback(True)
        refused = (fault for fault in sorted(faults) if not any(one.covers(name, fault) for one in ALLOWED))
        unknown += [f"{name}: {fault.what}: {fault.sql}" for fault in refused]
    assert not unknown, "\n".join(unknown)
    with explaining(big_tables()) as faults:  # it would have been seen
        assert not Activity.objects.filter(title="nowhere").exists()
    assert {fault.what for fault in faults} == {"reads all of garden_activity"}
