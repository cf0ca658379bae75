"""What a write is about is removed by somebody else between the look of its view and the lock: 404, never a 500."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, RequestFactory

from garden import planting, services
from garden.locks import lock_row
from garden.models import Activity, Project
from garden.tests.factories import ProjectFactory
from garden.tests.test_admin import form_of
from greenhouse.site.errors import ErrorsMiddleware
from skills import curation
from skills.folding import lock_skills
from skills.models import Skill

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(monkeypatch: pytest.MonkeyPatch) -> Project:
    """A plant that somebody removes whenever another is about to lock it."""

    def too_late(project: Project) -> None:
        Project.objects.filter(pk=project.pk).delete()
        lock_row(project)

    for module in (planting, services):
        monkeypatch.setattr(module, "lock_row", too_late)
    return ProjectFactory.create(name="Moss", slug="moss")


@pytest.fixture
def skill(monkeypatch: pytest.MonkeyPatch) -> Skill:
    """The same of a skill."""

    def too_late() -> Any:
        Skill.objects.all().delete()
        return lock_skills()

    monkeypatch.setattr(curation, "lock_skills", too_late)
    return Skill.objects.create(name="Python", slug="python")


def test_the_api_says_that_a_plant_was_removed_meanwhile(admin_client: Client, project: Project) -> None:
    answer = admin_client.patch(f"/api/v1/projects/{project.pk}/", {"name": "Fern"}, "application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


def test_a_visitor_is_told_that_a_plant_was_removed_meanwhile(project: Project) -> None:
    address = f"/api/v1/projects/{project.pk}/interact/"
    answer = Client().post(address, {"kind": "view"}, "application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    assert "Nothing grows here." in str(Client().post("/projects/moss/water/").content)


def test_the_api_says_that_a_skill_was_removed_meanwhile(admin_client: Client, skill: Skill) -> None:
    address = f"/api/v1/skills/{skill.pk}/"
    for answer in (admin_client.patch(address, {"name": "Rust"}, "application/json"), admin_client.delete(address)):
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


def test_a_form_of_the_console_is_answered_in_the_console(admin_client: Client, project: Project) -> None:
    answer = admin_client.post(f"/admin/garden/project/{project.pk}/change/", form_of(project, name="Fern"))
    assert answer.status_code == 404
    assert "what stood here is gone" in answer.content.decode()


def test_in_a_read_it_stays_a_mistake_of_ours() -> None:
    middleware = ErrorsMiddleware(lambda request: None)
    assert middleware.process_exception(RequestFactory().get("/"), Project.DoesNotExist()) is None


def test_a_relation_that_leads_nowhere_stays_a_mistake_of_ours() -> None:
    middleware = ErrorsMiddleware(lambda request: None)
    with pytest.raises(Project.DoesNotExist) as nowhere:
        _ = Activity().project
    assert middleware.process_exception(RequestFactory().post("/"), nowhere.value) is None
