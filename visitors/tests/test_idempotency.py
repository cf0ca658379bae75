"""An `Idempotency-Key` is its visitor's own, and a repeat costs nothing."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from garden.models import IdempotentReply, Interaction, Project
from garden.tests.factories import ProjectFactory
from visitors.services import day_id_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.test import RequestFactory

pytestmark = pytest.mark.django_db

SEED_URL = "/api/v1/garden/plant-seed/"
SEED = {"name": "An idea", "description": "", "position": {"x": -4, "z": -2}}


def post(
    client: APIClient, path: str, body: Any, key: str, address: str = "203.0.113.9", agent: str = "Firefox/1"
) -> Any:
    headers = {"Idempotency-Key": key, "User-Agent": agent}
    return client.post(path, body, format="json", headers=headers, REMOTE_ADDR=address)


def owner_client(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


@pytest.mark.parametrize("other", [{"address": "203.0.113.10"}, {"agent": "Chrome/1"}])
def test_another_visitor_with_the_same_key_gets_an_answer_of_their_own(other: dict[str, str]) -> None:
    key = str(uuid.uuid4())
    mine = post(APIClient(), SEED_URL, SEED, key)
    theirs = post(APIClient(), SEED_URL, {**SEED, "name": "Another idea"}, key, **other)
    assert (mine.status_code, theirs.status_code) == (202, 202)
    assert mine.json()["id"] != theirs.json()["id"]
    assert "Idempotent-Replay" not in theirs.headers
    assert post(APIClient(), SEED_URL, SEED, key).json() == mine.json()
    assert Project.objects.count() == 2


def test_each_owner_has_keys_of_their_own(admin_user: User, django_user_model: type[User]) -> None:
    key, second = str(uuid.uuid4()), django_user_model.objects.create_superuser("second", password="long enough 1")
    answers = [post(owner_client(user), SEED_URL, SEED, key) for user in (admin_user, second)]
    answers.append(post(APIClient(), SEED_URL, SEED, key))
    assert [answer.status_code for answer in answers] == [201, 201, 202]
    assert len({answer.json()["id"] for answer in answers}) == 3


def test_a_kept_reply_does_not_say_whose_it_is(rf: RequestFactory, time_machine: Any) -> None:
    time_machine.move_to("2026-06-15T12:00:00Z", tick=False)
    for _ in range(2):
        post(APIClient(), SEED_URL, SEED, str(uuid.uuid4()))
    request = rf.get("/", REMOTE_ADDR="203.0.113.9", headers={"User-Agent": "Firefox/1"})
    scopes = set(IdempotentReply.objects.values_list("scope", flat=True))
    assert len(scopes) == 2
    assert not any(day_id_of(request, now=timezone.now())[:32] in scope for scope in scopes)


def test_repeats_cost_none_of_the_limit_and_are_answered_when_it_is_used_up() -> None:
    key = str(uuid.uuid4())
    assert post(APIClient(), SEED_URL, SEED, key).status_code == 202
    assert [post(APIClient(), SEED_URL, SEED, key).status_code for _ in range(20)] == [202] * 20
    others = [
        post(APIClient(), SEED_URL, {**SEED, "name": f"Idea {n}"}, str(uuid.uuid4())).status_code for n in range(5)
    ]
    assert others == [202] * 4 + [429]
    assert post(APIClient(), SEED_URL, SEED, key).headers["Idempotent-Replay"] == "true"
    assert Project.objects.count() == 5


def test_the_owner_is_no_visitor_and_takes_nothing_from_their_limits(admin_user: User) -> None:
    project, owner = ProjectFactory.create(), owner_client(admin_user)
    path = f"/api/v1/projects/{project.pk}/interact/"
    assert {owner.post(path, {}, format="json").status_code for _ in range(40)} == {200}
    assert not Interaction.objects.exists()
    for n in range(8):
        assert owner.post(SEED_URL, {**SEED, "name": f"Plan {n}"}, format="json").status_code == 201
    assert APIClient().post(path, {}, format="json").status_code == 200
    assert APIClient().post(SEED_URL, SEED, format="json").status_code == 202
