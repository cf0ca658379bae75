"""Skills over REST."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from rest_framework.test import APIClient

from garden.models import Project
from garden.tests.factories import NOW, ProjectFactory
from garden.vocabulary import Visibility
from skills.models import Skill, SkillConnection
from skills.services import sync_from_projects
from skills.tests.factories import entered

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> APIClient:
    client = APIClient()
    client.force_authenticate(User.objects.create_superuser("owner", password="green-fingers"))
    return client


def names(client: APIClient, **query: Any) -> list[str]:
    return [one["name"] for one in client.get("/api/v1/skills/", query).json()["results"]]


@pytest.mark.parametrize("path", ["/api/v1/skills", "/api/v1/skills/"])
def test_everyone_reads_the_list_with_and_without_the_slash(path: str) -> None:
    entered("Moss", proficiency_level=7, hours_practiced=300)
    [skill] = APIClient().get(path).json()["results"]
    assert (skill["name"], skill["proficiency_level"], skill["hours_practiced"], skill["url"]) == (
        "Moss",
        7,
        300,
        "/skills/moss/",
    )


def test_the_list_is_filtered_searched_and_ordered() -> None:
    entered("Django", proficiency_level=3)
    entered("Flask", proficiency_level=8)
    entered("Moss")
    client = APIClient()
    assert names(client, group="backend", ordering="-proficiency_level") == ["Flask", "Django"]
    assert names(client, search="mos") == ["Moss"]


def test_what_is_hidden_or_known_from_private_projects_only_is_the_owners_alone(owner: APIClient) -> None:
    entered("Reed", is_hidden=True)
    secret = ProjectFactory.create(technologies=["Fern"])
    sync_from_projects(now=NOW)
    Project.objects.filter(pk=secret.pk).update(visibility=Visibility.PRIVATE)
    fern = Skill.objects.get(name="Fern")
    assert names(APIClient()) == []
    assert APIClient().get(f"/api/v1/skills/{fern.pk}/").status_code == 404
    assert set(names(owner)) == {"Fern", "Reed"}


def test_the_owner_says_what_a_skill_is(owner: APIClient) -> None:
    moss = entered("Moss")
    said = {"proficiency_level": 9, "constellation_group": "garden", "is_pinned": True}
    answer = owner.patch(f"/api/v1/skills/{moss.pk}/", said, format="json")
    assert answer.status_code == 200
    assert {field: answer.json()[field] for field in said} == said
    moss.refresh_from_db()
    assert moss.owner_edited == ["constellation_group", "proficiency_level"]


def test_a_visitor_says_nothing() -> None:
    moss = entered("Moss")
    answer = APIClient().patch(f"/api/v1/skills/{moss.pk}/", {"is_hidden": True}, format="json")
    assert answer.status_code == 401
    assert not Skill.objects.get().is_hidden


@pytest.mark.parametrize(
    "said",
    [
        {"proficiency_level": 11},
        {"proficiency_level": 0},
        {"proficiency_level": "much"},
        {"hours_practiced": -1},
        {"hours_practiced": 10**12},
        {"name": ""},
        {"name": "x" * 101},
        {"name": "Postgres"},
        {"color_hex": "orange"},
        {"is_hidden": "perhaps"},
        {"constellation_group": "x" * 51},
    ],
)
def test_what_makes_no_sense_is_a_bad_request_and_changes_nothing(owner: APIClient, said: dict[str, Any]) -> None:
    entered("PostgreSQL")
    moss = entered("Moss")
    before = Skill.objects.filter(pk=moss.pk).values().get()
    answer = owner.patch(f"/api/v1/skills/{moss.pk}/", said, format="json")
    assert answer.status_code == 400
    assert set(answer.json()["error"]["fields"]) == set(said)
    assert Skill.objects.filter(pk=moss.pk).values().get() == before


def test_the_constellation_has_places_and_lines() -> None:
    ProjectFactory.create(technologies=["Django", "Python"])
    sync_from_projects(now=NOW)
    sky = APIClient().get("/api/v1/skills/constellation").json()
    assert {star["name"] for star in sky["nodes"]} == {"Django", "Python"}
    assert all(0 < star["x"] < 1 and 0 < star["y"] < 1 and 1 <= star["proficiency"] <= 10 for star in sky["nodes"])
    [line] = sky["connections"]
    assert (line["type"], line["figure"]) == ("prerequisite", True)
    assert (line["id"], line["projects_combined"]) == (str(SkillConnection.objects.get().pk), 1)
    assert line["learning_correlation"] is None


def test_a_busy_project_gives_a_few_lines_a_star_and_not_all_of_them() -> None:
    ProjectFactory.create(technologies=[f"Thing {number}" for number in range(40)])
    sync_from_projects(now=NOW)
    sky = APIClient().get("/api/v1/skills/constellation/").json()
    assert len(sky["nodes"]) == 40
    assert 39 <= len(sky["connections"]) <= 40 * 4
    assert sum(line["figure"] for line in sky["connections"]) == 39


def test_a_project_tells_its_skills_as_stars_best_known_first_and_hidden_ones_not_at_all() -> None:
    client = APIClient()
    rust = entered("Rust", proficiency_level=4, constellation_group="Systems")
    entered("Python", proficiency_level=7, constellation_group="Languages")
    entered("COBOL", is_hidden=True)
    project = ProjectFactory.create(
        technologies=["rust", "COBOL", "Nobody's thing"], languages={"Python": 10, "Rust": 5}
    )

    told = client.get(f"/api/v1/projects/{project.pk}/").json()["skills"]

    assert [one["name"] for one in told] == ["Python", "Rust"]
    assert told[1] == {
        "slug": rust.slug,
        "name": "Rust",
        "url": rust.get_absolute_url(),
        "group": "Systems",
        "proficiency": 4,
    }
    assert client.get(told[1]["url"]).status_code == 200


def test_the_owner_adds_a_skill_and_takes_it_away_again(owner: APIClient) -> None:
    said = {"name": "Moss", "category": "outdoors", "proficiency_level": 4, "description": "Words"}
    made = owner.post("/api/v1/skills/", said, format="json")
    assert made.status_code == 201, made.content
    assert {field: made.json()[field] for field in said} == said
    assert made.json()["shows_alone"]
    path = f"/api/v1/skills/{made.json()['id']}/"
    assert names(APIClient(), category="outdoors") == ["Moss"]
    assert APIClient().delete(path).status_code == 401
    assert owner.delete(path).status_code == 204
    assert owner.get(path).status_code == 404


def test_a_skill_that_is_known_by_another_name_is_not_added_twice(owner: APIClient) -> None:
    entered("PostgreSQL")
    answer = owner.post("/api/v1/skills/", {"name": "postgres"}, format="json")
    assert (answer.status_code, set(answer.json()["error"]["fields"])) == (400, {"name"})


def test_a_skill_that_projects_use_is_not_taken_away_since_it_would_come_back(owner: APIClient) -> None:
    ProjectFactory.create(technologies=["Django"])
    sync_from_projects(now=NOW)
    answer = owner.delete(f"/api/v1/skills/{Skill.objects.get().pk}/")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "skill_in_use")
    assert Skill.objects.exists()
