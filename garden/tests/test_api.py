from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest
from rest_framework.test import APIClient

from garden import growth_log, recording, services
from garden.models import GardenEvent, IdempotentReply, Project
from garden.tests.factories import NOW, ProjectFactory, work
from garden.vocabulary import PlantType, ProjectStatus, Visibility

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User

pytestmark = pytest.mark.django_db

SEED = {"name": "An idea", "description": "Words", "position": {"x": -4, "y": 0, "z": -2}}
HIDDEN: list[dict[str, Any]] = [
    {"visibility": Visibility.PRIVATE},
    {"status": ProjectStatus.PROPOSED},
    {"hidden_by_source": True},
]


@pytest.fixture
def visitor() -> APIClient:
    return APIClient()


@pytest.fixture
def owner(admin_user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(admin_user)
    return client


def post(client: APIClient, path: str, body: Any, **headers: str) -> Any:
    return client.post(path, body, format="json", headers=headers)


def test_the_list_pages_and_answers_with_and_without_the_slash(visitor: APIClient) -> None:
    ProjectFactory.create_batch(3)
    for path in ("/api/v1/projects/", "/api/v1/projects"):
        answer = visitor.get(path, {"page_size": 2})
        assert answer.status_code == 200
        assert answer.json()["count"] == 3
        assert len(answer.json()["results"]) == 2


def test_the_list_filters(visitor: APIClient) -> None:
    tree = ProjectFactory.create(plant_type=PlantType.TREE, technologies=["Python", "Django"])
    ProjectFactory.create(plant_type=PlantType.HERB, technologies=["Go"], status=ProjectStatus.FEATURED)
    for query in ({"plant_type": "tree"}, {"technology": "django"}, {"status": "active"}, {"search": tree.name}):
        assert [row["slug"] for row in visitor.get("/api/v1/projects/", query).json()["results"]] == [tree.slug]


def test_a_filter_that_is_no_word_of_ours_says_so(visitor: APIClient) -> None:
    answer = visitor.get("/api/v1/projects/", {"plant_type": "cabbage"})
    assert answer.status_code == 400
    assert "plant_type" in answer.json()["error"]["fields"]


@pytest.mark.parametrize("hidden", HIDDEN)
def test_what_is_not_public_is_nowhere(visitor: APIClient, hidden: dict[str, Any]) -> None:
    project = ProjectFactory.create(name="Secret plan", **hidden)
    assert visitor.get("/api/v1/projects/").json()["results"] == []
    assert visitor.get(f"/api/v1/projects/{project.pk}/").status_code == 404
    assert visitor.post(f"/api/v1/projects/{project.pk}/interact/", {}, format="json").status_code == 404
    assert "Secret" not in visitor.get("/api/v1/garden/").content.decode()


def test_an_unlisted_project_opens_by_its_address_only(visitor: APIClient) -> None:
    project = ProjectFactory.create(visibility=Visibility.UNLISTED)
    assert visitor.get("/api/v1/projects/").json()["results"] == []
    assert visitor.get(f"/api/v1/projects/{project.pk}/").status_code == 200


def test_related_projects_of_a_public_one_name_no_hidden_one(visitor: APIClient) -> None:
    project = ProjectFactory.create(technologies=["Python"])
    ProjectFactory.create(technologies=["Python"], visibility=Visibility.PRIVATE)
    friend = ProjectFactory.create(technologies=["python"])
    related = visitor.get(f"/api/v1/projects/{project.pk}/").json()["related"]
    assert [row["slug"] for row in related] == [friend.slug]


def test_the_detail_tells_the_past_and_the_reasons(visitor: APIClient) -> None:
    project = ProjectFactory.create()
    recording.record_activities(project=project, drafts=work(60), source="git", now=NOW)
    growth_log.backfill(project=project, now=NOW)
    services.grow(project=project, now=NOW, source="git")
    detail = visitor.get(f"/api/v1/projects/{project.pk}").json()
    assert len(detail["growth_reasons"]) == 6
    assert detail["growth_log"][0]["backfilled"]
    assert detail["metrics"]["commits"] == {"all": 180, "owner": 180, "others": 0, "bots": 0, "assisted": 0}


def test_the_list_costs_the_same_for_one_project_and_for_many(
    visitor: APIClient, django_assert_num_queries: Callable[[int], Any]
) -> None:
    ProjectFactory.create()
    with django_assert_num_queries(4):
        visitor.get("/api/v1/projects/", {"page_size": 100})
    ProjectFactory.create_batch(30)
    with django_assert_num_queries(4):
        visitor.get("/api/v1/projects/", {"page_size": 100})


def test_a_visitor_writes_nothing(visitor: APIClient) -> None:
    project = ProjectFactory.create()
    assert post(visitor, "/api/v1/projects/", {"name": "Mine"}).status_code == 401
    assert visitor.patch(f"/api/v1/projects/{project.pk}/", {"name": "Mine"}, format="json").status_code == 401
    assert visitor.delete(f"/api/v1/projects/{project.pk}/").status_code == 401
    assert Project.objects.get().name == project.name


def test_a_helper_in_the_console_is_not_the_owner(visitor: APIClient, django_user_model: type[User]) -> None:
    visitor.force_authenticate(django_user_model.objects.create_user("helper", is_staff=True))
    assert post(visitor, "/api/v1/projects/", {"name": "Mine"}).status_code == 403
    assert not Project.objects.exists()


def test_a_technology_is_found_in_any_script(visitor: APIClient) -> None:
    project = ProjectFactory.create(technologies=["Ünïcode"])
    found = visitor.get("/api/v1/projects/", {"technology": "Ünïcode"}).json()["results"]
    assert [row["slug"] for row in found] == [project.slug]


def test_the_owner_creates_changes_and_removes(owner: APIClient) -> None:
    created = post(owner, "/api/v1/projects/", {"name": "App", "plant_type": "tree", "technologies": ["Go"]})
    assert created.status_code == 201, created.json()
    path = f"/api/v1/projects/{created.json()['id']}/"
    changed = owner.patch(path, {"description": "Words", "position": {"x": -4, "z": -2}}, format="json")
    assert changed.json()["position"] == {"x": -4.0, "y": 0.0, "z": -2.0}
    by_hand = ["description", "plant_type", "position_x", "position_z", "technologies"]
    assert Project.objects.get().owner_edited == by_hand
    assert owner.delete(path).status_code == 204
    assert not Project.objects.exists()


def test_the_owner_signs_in_by_token(visitor: APIClient, admin_user: User) -> None:
    assert post(visitor, "/api/v1/auth/token/", {"username": "admin", "password": "wrong"}).status_code == 401
    pair = post(visitor, "/api/v1/auth/token/", {"username": "admin", "password": "password"}).json()
    visitor.credentials(HTTP_AUTHORIZATION=f"Bearer {pair['access']}")
    assert post(visitor, "/api/v1/projects/", {"name": "App"}).status_code == 201
    assert post(visitor, "/api/v1/auth/token/refresh/", {"refresh": pair["refresh"]}).status_code == 200


def test_a_visitors_seed_waits_and_the_owners_is_planted(visitor: APIClient, owner: APIClient) -> None:
    waiting = post(visitor, "/api/v1/garden/plant-seed", SEED)
    assert (waiting.status_code, waiting.json()["status"]) == (202, "proposed")
    assert "/seeds/" in waiting.json()["private_address"]
    planted = post(owner, "/api/v1/garden/plant-seed", SEED)
    assert (planted.status_code, planted.json()["status"]) == (201, "active")
    assert planted.json()["private_address"] is None
    assert Project.objects.in_garden().count() == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        "text",
        {"name": "", "position": {"x": 0, "z": 0}},
        {"name": "x" * 500, "position": {"x": 0, "z": 0}},
        {"name": "x", "position": {"x": 1e300, "z": 0}},
        {"name": "x", "position": {"x": "left", "z": 0}},
        {"name": "x", "position": None},
        {"name": {"a": 1}, "position": {"x": 0, "z": 0}},
    ],
)
def test_a_seed_that_is_not_as_it_should_be_is_a_clear_error(visitor: APIClient, body: Any) -> None:
    answer = post(visitor, "/api/v1/garden/plant-seed/", body)
    assert answer.status_code == 400
    assert set(answer.json()["error"]) == {"code", "message", "fields"}
    assert not Project.objects.exists()


@pytest.mark.parametrize("raw", [b"\x00", b'{"name": "\\u0000"}', b"[" * 9000, b'{"name": "\\ud800"}', b"\xff"])
def test_hostile_bodies_are_bad_requests(visitor: APIClient, raw: bytes) -> None:
    answer = visitor.post("/api/v1/garden/plant-seed/", raw, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "parse_error"


def test_a_body_of_another_kind_is_refused(visitor: APIClient) -> None:
    answer = visitor.post("/api/v1/garden/plant-seed/", "<seed/>", content_type="text/xml")
    assert answer.status_code == 415
    assert answer.json()["error"]["code"] == "unsupported_media_type"


def test_a_repeated_request_with_its_key_is_done_once(visitor: APIClient) -> None:
    key = str(uuid.uuid4())
    first = post(visitor, "/api/v1/garden/plant-seed/", SEED, **{"Idempotency-Key": key})
    again = post(visitor, "/api/v1/garden/plant-seed", SEED, **{"Idempotency-Key": key})
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replay"] == "true"
    assert Project.objects.count() == 1


def test_a_key_used_for_something_else_is_refused(visitor: APIClient) -> None:
    key = str(uuid.uuid4())
    post(visitor, "/api/v1/garden/plant-seed/", SEED, **{"Idempotency-Key": key})
    other = post(visitor, "/api/v1/garden/plant-seed/", {**SEED, "name": "Other"}, **{"Idempotency-Key": key})
    assert other.status_code == 422
    assert Project.objects.count() == 1


def test_a_failed_request_does_not_use_its_key_up(visitor: APIClient) -> None:
    key = str(uuid.uuid4())
    assert post(visitor, "/api/v1/garden/plant-seed/", {}, **{"Idempotency-Key": key}).status_code == 400
    assert not IdempotentReply.objects.exists()
    assert post(visitor, "/api/v1/garden/plant-seed/", SEED, **{"Idempotency-Key": key}).status_code == 202


def test_the_sixth_seed_in_a_minute_waits(visitor: APIClient) -> None:
    answers = [post(visitor, "/api/v1/garden/plant-seed/", {**SEED, "name": f"Idea {n}"}) for n in range(6)]
    assert [answer.status_code for answer in answers] == [202] * 5 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    assert answers[-1].json()["error"]["code"] == "throttled"


def test_a_forged_forwarding_header_does_not_pass_the_limit(visitor: APIClient) -> None:
    answers = [
        post(visitor, "/api/v1/garden/plant-seed/", {**SEED, "name": f"I {n}"}, **{"X-Forwarded-For": f"9.9.9.{n}"})
        for n in range(6)
    ]
    assert answers[-1].status_code == 429


def test_watering_a_plant_counts_once(visitor: APIClient) -> None:
    project = ProjectFactory.create()
    for _ in range(2):
        answer = post(visitor, f"/api/v1/projects/{project.pk}/interact", {"kind": "water"})
    assert answer.status_code == 200
    assert answer.json()["visitor_interactions"] == 1


def test_watering_with_do_not_track_counts_nothing(visitor: APIClient) -> None:
    project = ProjectFactory.create()
    answer = post(visitor, f"/api/v1/projects/{project.pk}/interact/", {"kind": "water"}, DNT="1")
    assert answer.json()["visitor_interactions"] == 0


def test_an_archived_plant_answers_that_it_rests(visitor: APIClient) -> None:
    project = ProjectFactory.create(status=ProjectStatus.ARCHIVED)
    answer = post(visitor, f"/api/v1/projects/{project.pk}/interact/", {})
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "interaction_refused"


def test_events_since_a_seq_come_in_order(visitor: APIClient, owner: APIClient) -> None:
    for name in ("One", "Two", "Three"):
        post(owner, "/api/v1/projects/", {"name": name})
    first = GardenEvent.objects.earliest("seq")
    answer = visitor.get("/api/v1/events/", {"since": first.seq}).json()
    assert [event["data"]["name"] for event in answer["events"]] == ["Two", "Three"]
    assert not answer["resync"]
    assert set(answer["events"][0]) == {"seq", "event_type", "timestamp", "source", "data"}


def test_events_that_are_pruned_ask_for_a_new_start(visitor: APIClient, owner: APIClient) -> None:
    for name in ("One", "Two", "Three"):
        post(owner, "/api/v1/projects/", {"name": name})
    oldest, *_, newest = GardenEvent.objects.order_by("seq")
    GardenEvent.objects.exclude(pk=newest.pk).delete()
    assert visitor.get("/api/v1/events/", {"since": oldest.seq}).json()["resync"]


@pytest.mark.parametrize("since", ["-1", "x", "1e3", "9" * 40, "٣"])
def test_a_since_that_is_no_seq_is_a_bad_request(visitor: APIClient, since: str) -> None:
    assert visitor.get("/api/v1/events/", {"since": since}).status_code == 400


def test_health_of_an_empty_garden_is_empty_and_of_a_lively_one_thriving(visitor: APIClient) -> None:
    assert visitor.get("/api/v1/garden/health").json()["status"] == "empty"
    ProjectFactory.create_batch(2, vitality=0.9)
    assert visitor.get("/api/v1/garden/health").json()["status"] == "thriving"


def test_an_address_that_leads_nowhere_answers_in_the_error_shape(visitor: APIClient) -> None:
    answer = visitor.get("/api/v1/nothing/here")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"
