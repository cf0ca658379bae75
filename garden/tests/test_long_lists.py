"""Lists of the console that may have millions of rows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from garden import recording
from garden.tests.factories import ProjectFactory, work

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db

FACTS = "/admin/garden/activity/"


def offered(page: str) -> set[str]:
    return set(re.findall(r"source=(\w+)", page))


def test_a_filter_offers_what_the_newest_rows_have_and_what_is_chosen(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("garden.admin.base.NEWEST", 3)
    project, now = ProjectFactory.create(), timezone.now()
    facts = list(work(2))
    recording.record_activities(project=project, drafts=facts[3:], source="ancient", now=now)
    recording.record_activities(project=project, drafts=facts[:3], source="git", now=now)

    assert offered(admin_client.get(FACTS).content.decode()) == {"git"}
    chosen = admin_client.get(FACTS, {"source": "ancient"})
    assert "ancient" in chosen.content.decode()
    assert {fact.source for fact in chosen.context["cl"].result_list} == {"ancient"}


@pytest.mark.parametrize(
    "records",
    [
        "garden/activity",
        "visitors/session",
        "integrations/syncrun",
        "integrations/heartbeat",
        "integrations/codingtime",
        "weather/musicmoment",
    ],
)
def test_a_list_of_records_is_not_counted(admin_client: Client, records: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert admin_client.get(f"/admin/{records}/").status_code == 200
    counted = [one["sql"] for one in queries if one["sql"].startswith("SELECT COUNT(")]
    assert not [sql for sql in counted if records.replace("/", "_") in sql]
