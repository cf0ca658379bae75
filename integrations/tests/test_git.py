"""What the hook of a repository tells, at the address of hooks: any forge's, or none's."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from garden import planting
from garden.drafts import ProjectDraft
from garden.models import Activity, GardenEvent, OwnerIdentity, Project
from garden.sources import SourceRef, remote, root_commit
from garden.vocabulary import EventType, IdentityKind, Whose
from integrations import tasks
from integrations.models import DeliveryStatus, WebhookDelivery
from integrations.providers.git import hooks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.test import Client
    from pytest_django import Settings
    from time_machine import TimeMachineFixture

pytestmark = pytest.mark.django_db
URL = "/api/v1/integrations/git/webhook/"
SECRET = "for the tests"
NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
ADDRESS = "ssh://git@git.example.org/ada/engine.git"
FIRST = "f" * 40


@pytest.fixture(autouse=True)
def _set_up(settings: Settings, time_machine: TimeMachineFixture) -> None:
    settings.GIT_WEBHOOK_SECRET = SECRET
    settings.REDIS_URL = ""
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def engine() -> Project:
    known_by = [source for source in (remote(ADDRESS), root_commit(FIRST)) if source]
    return planting.plant(draft=ProjectDraft("Engine", sources=known_by), source="git", now=NOW)[0]


def commit(number: int = 1, **said: Any) -> dict[str, Any]:
    told = {
        "sha": f"{number:040x}",
        "author": "Ada",
        "email": "ada@example.org",
        "authored_at": "2026-01-10T11:59:00+01:00",
        "subject": "Mend the pump",
        "added": 12,
        "removed": 3,
    }
    return told | said


def post(client: Client, *commits: Any, secret: str = SECRET, **said: Any) -> int:
    body = json.dumps({"repository": ADDRESS, "ref": "refs/heads/main", "commits": list(commits)} | said).encode()
    signature = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    answer = client.post(URL, body, content_type="application/json", headers={"X-Hub-Signature-256": signature})
    tasks.sweep()
    return answer.status_code


def commits_of(project: Project) -> Sequence[tuple[str, int | None, int | None]]:
    facts = Activity.objects.filter(project=project, kind="commit")
    return list(facts.order_by("external_id").values_list("title", "lines_added", "lines_removed"))


def test_a_commit_is_a_fact_with_its_lines_and_news_for_the_open_page(client: Client, engine: Project) -> None:
    assert post(client, commit()) == 202
    assert commits_of(engine) == [("Mend the pump", 12, 3)]
    told = GardenEvent.objects.get(event_type=EventType.COMMIT_PUSHED)
    assert (told.data["commit_count"], told.data["author"]) == (1, "Ada")


def test_a_repository_without_a_remote_is_known_by_its_first_commit(client: Client, engine: Project) -> None:
    assert post(client, commit(), repository=FIRST) == 202
    assert len(commits_of(engine)) == 1


def test_the_same_delivery_twice_and_the_same_commit_in_two_are_one_fact(client: Client, engine: Project) -> None:
    assert [post(client, commit()), post(client, commit()), post(client, commit(), commit(2))] == [202, 200, 202]
    assert len(commits_of(engine)) == 2


def test_what_is_not_signed_with_the_secret_is_refused(client: Client, engine: Project) -> None:
    assert post(client, commit(), secret="guessed") == 403
    assert not WebhookDelivery.objects.exists()


def test_a_repository_that_is_no_plant_is_not_planted_unasked(client: Client) -> None:
    assert post(client, commit(), repository="https://git.example.org/somebody/else.git") == 202
    delivery = WebhookDelivery.objects.get()
    assert delivery.status == DeliveryStatus.IGNORED
    assert "import_git" in delivery.error
    assert not Project.objects.exists()


def test_a_tag_is_no_push_to_a_branch(client: Client, engine: Project) -> None:
    assert post(client, commit(), ref="refs/tags/v1") == 202
    assert WebhookDelivery.objects.get().error == "it is not about a branch"
    assert not commits_of(engine)


def test_one_broken_commit_costs_the_others_nothing(client: Client, engine: Project) -> None:
    assert post(client, commit(1), commit(2, sha="not one"), commit(3, added=-4), "nothing", commit(5)) == 202
    assert len(commits_of(engine)) == 2


@pytest.mark.parametrize(
    "said",
    [
        {"repository": "engine"},
        {"repository": None},
        {"repository": "/srv/git/engine.git"},
        {"commits": 3},
    ],
)
def test_what_is_not_as_documented_is_for_the_owner_and_changes_nothing(
    client: Client, engine: Project, said: dict[str, Any]
) -> None:
    assert post(client, commit(), **said) == 202
    assert WebhookDelivery.objects.get().status == DeliveryStatus.FAILED
    assert not commits_of(engine)


def test_whose_it_is_is_read_from_the_address_which_stays_nowhere(client: Client, engine: Project) -> None:
    OwnerIdentity.objects.create(kind=IdentityKind.NAME, value="ada", hint="Ada", source="owner", created_at=NOW)
    helped = commit(2, author="Bo", email="bo@example.org", co_authors=["Claude <noreply@anthropic.com>"])
    post(client, commit(1, subject="As ada@example.org said"), helped)
    found = Activity.objects.filter(kind="commit").order_by("external_id").values_list("whose", "assisted")
    assert list(found) == [(Whose.OWNER, False), (Whose.OTHER, True)]
    kept = [bytes(WebhookDelivery.objects.get().body).decode(), str(list(Activity.objects.values()))]
    assert not any("example.org" in text.replace("git.example.org", "") for text in kept)
    assert '"sha"' in kept[0]


def test_a_remote_in_other_words_is_the_same_repository() -> None:
    told = hooks.parse_event(
        {"repository": "git@git.example.org:ada/engine.git", "ref": "refs/heads/main", "commits": []}
    )
    assert told.project is not None
    assert told.project.sources[0].external_id == "git.example.org/ada/engine"
    assert isinstance(told.project.sources[0], SourceRef)
