"""Data of the version before comes over whole, and goes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Migrate = Callable[[str, str], Any]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def migrate() -> Iterator[Migrate]:
    """Goes to a migration of an app and returns the models of that time; in the end everything is up to date again."""

    def to(app: str, name: str) -> Any:
        executor = MigrationExecutor(connection)
        executor.migrate([(app, name)])
        return MigrationExecutor(connection).loader.project_state([(app, name)]).apps

    yield to
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_events_of_before_get_their_subject_and_their_type(migrate: Migrate) -> None:
    events = migrate("garden", "0003_archived_at_the_source").get_model("garden", "GardenEvent").objects
    told: list[tuple[str, dict[str, Any]]] = [
        ("seed_planted", {"project_id": "moss", "name": "Moss"}),
        ("visitor_interaction", {"project_id": "moss", "kind": "water"}),
        ("skill_unlock", {"skill_id": "rust", "name": "Rust"}),
        ("system_update", {"component": "skills"}),
        ("system_update", {"what": "place"}),
        ("system_update", {}),
        ("system_update", {"message": "Back at noon."}),
        ("weather_change", {"weather_type": "sunny"}),
    ]
    seqs = [events.create(event_type=kind, source="test", data=data).seq for kind, data in told]

    now = migrate("garden", "0004_typed_events").get_model("garden", "GardenEvent").objects
    assert list(now.order_by("seq").values_list("seq", "event_type", "subject", "alters_state", "data")) == [
        (seqs[0], "seed_planted", "project:moss", True, told[0][1]),
        (seqs[1], "visitor_interaction", "project:moss", False, told[1][1]),
        (seqs[2], "skill_unlock", "skill:rust", True, told[2][1]),
        (seqs[3], "state_refreshed", "", True, {"component": "skills"}),
        (seqs[4], "state_refreshed", "", True, {"component": "place"}),
        (seqs[5], "redacted", "", False, {}),
        (seqs[6], "system_update", "", False, {"message": "Back at noon."}),
        (seqs[7], "weather_change", "", True, told[7][1]),
    ]

    before = migrate("garden", "0003_archived_at_the_source").get_model("garden", "GardenEvent").objects
    assert [row.event_type for row in before.order_by("seq")] == [kind for kind, _ in told]
    assert before.count() == len(told)
