"""Strict doors: what an endpoint does not know, or cannot set, is refused by its name and changes nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from rest_framework import serializers
from rest_framework.test import APIClient

from common.strict import StrictSerializer
from garden.looks import ISLAND
from garden.models import Project, ProjectMedia, ProjectSource
from garden.tests.factories import ProjectFactory
from garden.vocabulary import ProjectStatus, Visibility

if TYPE_CHECKING:
    from django.contrib.auth.models import User

pytestmark = pytest.mark.django_db
PROJECTS = "/api/v1/projects/"


class Inner(StrictSerializer):
    size = serializers.FloatField()
    words = serializers.ListField(child=serializers.CharField(), required=False)


class Outer(StrictSerializer):
    name = serializers.CharField(required=False)
    count = serializers.IntegerField(required=False, allow_null=True)
    sure = serializers.BooleanField(required=False)
    known_since = serializers.DateTimeField(read_only=True)
    inner = Inner(required=False)


@pytest.fixture
def visitor() -> APIClient:
    return APIClient()


@pytest.fixture
def owner(admin_user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(admin_user)
    return client


def wrong(answer: Any) -> set[str]:
    """The fields that a refusal names."""
    assert answer.status_code == 400, answer.content
    return set(answer.json()["error"]["fields"])


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"colour": "red"}, {"colour"}),
        ({"known_since": "2026-01-01T00:00:00Z"}, {"known_since"}),
        ({"name": 5}, {"name"}),
        ({"count": "5"}, {"count"}),
        ({"count": 5.5}, {"count"}),
        ({"count": True}, {"count"}),
        ({"sure": "yes"}, {"sure"}),
        ({"inner": {"size": 1, "depth": 1}}, {"inner"}),
        ({"inner": {}}, {"inner"}),
        ({"inner": {"size": 1, "words": ["a", 5]}}, {"inner"}),
        ({"name": "", "colour": "red", "sure": None}, {"name", "colour", "sure"}),
    ],
)
def test_every_field_that_is_wrong_is_named(body: dict[str, Any], named: set[str]) -> None:
    outer = Outer(data=body, partial=True)
    assert not outer.is_valid()
    assert set(outer.errors) == named


@pytest.mark.parametrize("body", [{}, {"count": None}, {"count": 5.0}, {"inner": {"size": 1, "words": ["a"]}}])
def test_what_is_as_it_should_be_passes(body: dict[str, Any]) -> None:
    assert Outer(data=body, partial=True).is_valid()


def test_an_answer_names_a_handful_of_ten_thousand_strangers(visitor: APIClient) -> None:
    body = {"position": {"x": -4, "z": -2}, **{f"stranger {number}": 0 for number in range(2_000)}}
    assert len(wrong(visitor.post("/api/v1/garden/plant-seed/", body, format="json"))) < 30


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (PROJECTS, {"name": "App", "stars": 3}),
        (PROJECTS, {"name": "App", "growth_stage": "ancient"}),
        ("/api/v1/skills/", {"name": "Moss", "position_x": 0.5}),
        ("/api/v1/weather/mood-update/", {"weather_type": "sunny", "drive": 1}),
        ("/api/v1/integrations/github/sync/", {"force": True}),
        ("/api/v1/auth/token/", {"username": "admin", "password": "password", "otp": "1"}),
    ],
)
def test_a_field_that_cannot_be_set_is_refused(owner: APIClient, path: str, body: dict[str, Any]) -> None:
    known = {"name", "weather_type", "username", "password"}
    assert wrong(owner.post(path, body, format="json")) == body.keys() - known
    assert not Project.objects.exists()


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (PROJECTS, {"colour": "red"}),
        (PROJECTS, {"page": "0"}),
        (PROJECTS, {"page_size": "101"}),
        (PROJECTS, {"page_size": "five"}),
        (PROJECTS, {"is_demo": "perhaps"}),
        (PROJECTS, {"plant_type": ""}),
        (PROJECTS, {"ordering": "colour"}),
        (PROJECTS, {"visibility": "private"}),
        ("/api/v1/events/", {"limit": "201"}),
        ("/api/v1/garden/", {"weather": "sunny"}),
        ("/api/v1/garden/health/", {"verbose": "1"}),
        ("/api/v1/weather/trends/", {"hours": "0"}),
        ("/api/v1/weather/forecast/", {"days": "6"}),
        ("/api/v1/integrations/github/recent-activity/", {"limit": "-1"}),
    ],
)
def test_a_parameter_without_effect_is_refused(visitor: APIClient, path: str, query: dict[str, str]) -> None:
    assert wrong(visitor.get(path, query)) == set(query)


def test_a_parameter_that_is_given_twice_is_refused(visitor: APIClient) -> None:
    assert wrong(visitor.get(f"{PROJECTS}?page=1&page=2")) == {"page"}


def test_projects_are_found_by_what_they_are(visitor: APIClient, owner: APIClient) -> None:
    ProjectFactory.create(name="A", languages={"Python": 900, "C++": 100}, topics=["gardens"])
    ProjectFactory.create(name="B", languages={"Go": 10}, status=ProjectStatus.FEATURED)
    ProjectFactory.create(name="C", languages={"Pythonic": 1}, visibility=Visibility.PRIVATE)

    def names(client: APIClient, **query: str) -> list[str]:
        found = client.get(PROJECTS, {"ordering": "name", **query}).json()["results"]
        return [one["name"] for one in found]

    assert (
        names(visitor, language="python") == names(visitor, language="c++") == names(visitor, topic="Gardens") == ["A"]
    )
    assert names(visitor, featured="true") == ["B"]
    assert names(owner, featured="false") == ["A", "C"]
    assert names(owner, visibility="private") == ["C"]
    assert names(visitor, ordering="-name") == ["B", "A"]


def test_all_that_the_admin_sets_is_set_and_told_again(owner: APIClient) -> None:
    planted = timezone.now() - timedelta(days=900)
    said = {
        "name": "Engine",
        "description": "Words",
        "github_repo": "ada/engine",
        "homepage_url": "https://engine.example",
        "demo_url": "",
        "plant_type": "tree",
        "planted_date": planted.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "technologies": ["Rust"],
        "topics": ["looms", "numbers"],
        "status": "featured",
        "visibility": "unlisted",
        "counts": "mine",
    }
    made = owner.post(PROJECTS, {**said, "genome_seed": 7}, format="json")
    assert made.status_code == 201, made.content
    told = owner.get(f"{PROJECTS}{made.json()['id']}/").json()
    assert {name: told[name] for name in said} == said
    assert told["genome"]["seed"] == 7
    assert datetime.fromisoformat(told["created_at"]) <= datetime.fromisoformat(told["updated_at"])
    source = ProjectSource.objects.get()
    assert (source.provider, source.external_id, source.name) == ("git", "github.com/ada/engine", "ada/engine")


def test_a_repository_is_given_moved_and_taken_away(owner: APIClient) -> None:
    path = f"{PROJECTS}{ProjectFactory.create().pk}/"
    for written, kept in [("ada/engine", "ada/engine"), ("https://github.com/ada/loom.git", "ada/loom"), ("", "")]:
        answer = owner.patch(path, {"github_repo": written}, format="json")
        assert answer.json()["github_repo"] == kept
        assert ProjectSource.objects.filter(name=kept).count() == bool(kept)
    assert wrong(owner.patch(path, {"github_repo": "not a repository"}, format="json")) == {"github_repo"}


def test_a_repository_grows_one_plant(owner: APIClient) -> None:
    owner.post(PROJECTS, {"name": "Engine", "github_repo": "ada/engine"}, format="json")
    again = owner.post(PROJECTS, {"name": "Other", "github_repo": "Ada/Engine"}, format="json")
    assert wrong(again) == {"github_repo"}
    assert Project.objects.count() == 1


@pytest.mark.parametrize("planted", ["1969-12-31T23:00:00Z", "2999-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00"])
def test_a_day_that_cannot_have_been_is_refused(owner: APIClient, planted: str) -> None:
    body = {"name": "App", "planted_date": planted}
    assert wrong(owner.post(PROJECTS, body, format="json")) == {"planted_date"}


def test_media_are_put_in_order(owner: APIClient) -> None:
    project = ProjectFactory.create()
    talk, film = (
        ProjectMedia.objects.create(project=project, url=f"https://{name}.example", alt=name)
        for name in ("talk", "film")
    )
    path = f"{PROJECTS}{project.pk}/"
    shown = owner.patch(path, {"media_order": [film.pk, talk.pk]}, format="json").json()["media"]
    assert [(one["id"], one["order"]) for one in shown] == [(film.pk, 0), (talk.pk, 1)]
    for order in ([film.pk], [film.pk, film.pk, talk.pk], [film.pk, talk.pk, talk.pk + 99]):
        assert wrong(owner.patch(path, {"media_order": order}, format="json")) == {"media_order"}


@pytest.mark.parametrize("where", [{"x": ISLAND.pond.x, "z": ISLAND.pond.z}, {"x": 900, "z": 0}])
def test_ground_that_bears_nothing_is_refused_with_the_size_of_the_island(
    visitor: APIClient, owner: APIClient, where: dict[str, float]
) -> None:
    project = ProjectFactory.create()
    answers = [
        visitor.post("/api/v1/garden/plant-seed/", {"name": "Idea", "position": where}, format="json"),
        owner.post("/api/v1/garden/plant-seed/", {"name": "Idea", "position": where}, format="json"),
        owner.post(PROJECTS, {"name": "Idea", "position": where}, format="json"),
        owner.patch(f"{PROJECTS}{project.pk}/", {"position": where}, format="json"),
    ]
    assert [wrong(answer) for answer in answers] == [{"position"}] * 4
    assert "m from its middle" in json.dumps([answer.json() for answer in answers])
    assert Project.objects.count() == 1


def test_a_height_above_the_ground_is_refused(visitor: APIClient) -> None:
    body = {"name": "Idea", "position": {"x": -4, "y": 2, "z": -2}}
    assert wrong(visitor.post("/api/v1/garden/plant-seed/", body, format="json")) == {"position"}


def test_half_a_position_is_none(owner: APIClient) -> None:
    path = f"{PROJECTS}{ProjectFactory.create().pk}/"
    assert wrong(owner.patch(path, {"position": {"x": -4}}, format="json")) == {"position"}


def test_a_seed_that_had_to_move_says_so(visitor: APIClient) -> None:
    seed = {"name": "Idea", "position": {"x": -4, "z": -2}}
    ProjectFactory.create(position_x=-4, position_z=-2)
    told = visitor.post("/api/v1/garden/plant-seed/", seed, format="json").json()
    assert (told["position"]["x"], told["position"]["z"]) != (-4, -2)
    assert "nearest free place" in told["message"]
