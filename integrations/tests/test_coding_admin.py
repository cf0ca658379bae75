"""Coding time in the console: what waits for the owner, one click each, and how to point an editor here."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from garden.models import Activity, Project
from garden.tests.factories import ProjectFactory
from garden.vocabulary import Visibility
from integrations.coding import services
from integrations.coding.durations import Beat
from integrations.models import CodingName
from integrations.tests.coding import NOW

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries, Settings
    from time_machine import TimeMachineFixture

pytestmark = pytest.mark.django_db
PAGE = "/admin/integrations/codingname/"


@pytest.fixture(autouse=True)
def _at_noon(time_machine: TimeMachineFixture, settings: Settings) -> None:
    time_machine.move_to(NOW, tick=False)
    settings.HEARTBEAT_API_KEY = ""


def an_hour_of(project: str, *, days_ago: int = 0) -> None:
    begin = NOW - timedelta(hours=2, days=days_ago)
    beats = [Beat(begin + timedelta(minutes=5 * n), project, "Python", "coding", "Vim") for n in range(13)]
    services.accept(beats=beats, now=NOW)
    services.rebuild_days(now=NOW)


def page(client: Client) -> str:
    return client.get(PAGE).content.decode()


def decide(client: Client, name: str, **said: str) -> str:
    pk = CodingName.objects.get(name=name).pk
    answer = client.post(reverse("admin:integrations_codingname_decide", args=[pk]), said, follow=True)
    assert answer.redirect_chain
    return str(answer.content.decode())


def test_the_page_tells_today_the_week_and_how_to_begin(admin_client: Client) -> None:
    assert reverse("admin:integrations_codingname_changelist") == PAGE
    empty = page(admin_client)
    assert "0 secs" in empty
    assert "api_url = http://127.0.0.1:8000/api/v1/integrations/wakatime" in empty
    an_hour_of("engine")
    an_hour_of("engine", days_ago=10)
    shown = page(admin_client)
    assert re.search(r"today</dt><dd>1 hr<", shown)
    assert re.search(r"in 30 days</dt><dd>2 hrs<", shown)
    assert "Vim" in shown


def test_a_name_without_a_plant_is_asked_about_and_counted_in_the_sidebar(admin_client: Client) -> None:
    an_hour_of("engine")
    assert "Which plants are these?" in page(admin_client)
    overview = admin_client.get("/admin/").content.decode()
    assert re.search(r"Coding time.{0,600}?>\s*1\s*<", overview, re.DOTALL)


def test_one_click_says_which_plant_it_is(admin_client: Client) -> None:
    an_hour_of("engine")
    plant = ProjectFactory.create(name="The machine")
    assert "is The machine from now on" in decide(admin_client, "engine", do="assign", project=str(plant.pk))
    assert Activity.objects.get(project=plant).amount == 3600
    assert "Which plants are these?" not in page(admin_client)
    decide(admin_client, "engine", do="none")
    assert not Activity.objects.exists()


@pytest.mark.parametrize(
    ("button", "visibility"), [("plant", Visibility.PUBLIC), ("plant_privately", Visibility.PRIVATE)]
)
def test_one_click_plants_it(admin_client: Client, button: str, visibility: Visibility) -> None:
    an_hour_of("engine")
    assert "is planted" in decide(admin_client, "engine", do=button)
    plant = Project.objects.get()
    assert (plant.name, plant.visibility) == ("engine", visibility)
    assert Activity.objects.get(project=plant).amount == 3600
    decide(admin_client, "engine", do=button)  # a second press plants no second one
    assert Project.objects.count() == 1


@pytest.mark.parametrize("said", [{}, {"do": "assign"}, {"do": "assign", "project": "nonsense"}, {"project": "\x00"}])
def test_a_press_that_says_nothing_changes_nothing(admin_client: Client, said: dict[str, str]) -> None:
    an_hour_of("engine")
    decide(admin_client, "engine", **said)
    assert not CodingName.objects.get(name="engine").decided


def test_names_of_editors_are_inert_text(admin_client: Client) -> None:
    an_hour_of("<script>alert(1)</script>")
    assert "<script>alert(1)" not in page(admin_client)


def test_the_page_asks_as_much_for_many_names_as_for_one(
    admin_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        an_hour_of(f"project {number}", days_ago=number)
    for number in range(3):
        ProjectFactory.create(name=f"project {number}")
    services.rebuild_days(now=NOW)
    page(admin_client)  # the first request of a session notes it
    with django_assert_max_num_queries(17):
        page(admin_client)


def test_only_the_owner_opens_it(client: Client) -> None:
    assert client.get(PAGE).status_code == 302
    client.force_login(User.objects.create_user("guest", is_staff=True))
    assert client.get(PAGE).status_code == 403


def test_days_and_moments_are_read_and_searched_and_changed_by_nobody(admin_client: Client) -> None:
    an_hour_of("engine")
    an_hour_of("garden", days_ago=1)
    days, moments = "/admin/integrations/codingtime/", "/admin/integrations/heartbeat/"
    told = [(str(row.name), row.seconds) for row in admin_client.get(days).context["cl"].result_list]
    assert told == [("engine", 3600), ("garden", 3600)]  # the newest day first
    assert "1 hr" in admin_client.get(days).content.decode()
    for listed, count in ((days, 1), (moments, 13)):
        assert len(admin_client.get(listed, {"q": "garden"}).context["cl"].result_list) == count
        assert admin_client.get(f"{listed}add/").status_code == 403
