"""What a visitor does with plain forms: watering, sowing, coming back."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from garden import planting, recording
from garden.models import Interaction, Project
from garden.tests.factories import ProjectFactory, commit
from garden.vocabulary import ProjectStatus, Visibility
from visitors.consent.models import Consent, SubjectRequest
from visitors.models import SeedTicket

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor() -> Client:
    """A browser that would be asked for a CSRF token where one is needed."""
    return Client(enforce_csrf_checks=True)


def text_of(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", answer.content.decode()).split())


def test_a_seed_that_came_by_the_api_is_found_again_at_its_private_address(visitor: Client) -> None:
    body = {"name": "A moss map", "description": "m" * 2000, "position": {"x": -4, "z": -2}}
    told = visitor.post("/api/v1/garden/plant-seed/", body, content_type="application/json").json()
    assert "A moss map" in visitor.get(told["private_address"]).content.decode()


# --- Watering ---------------------------------------------------------------------------------------------------------


def test_a_plant_is_watered_once_a_day_without_a_cookie(visitor: Client) -> None:
    moss = ProjectFactory.create(name="Moss", slug="moss")
    assert 'action="/projects/moss/water/"' in visitor.get("/projects/moss/").content.decode()
    for _ in range(2):
        answer = visitor.post("/projects/moss/water/")
        assert (answer.status_code, answer["Location"]) == (303, "/projects/moss/watered/")
    assert "Moss has its water for today." in text_of(visitor.get("/projects/moss/watered/"))
    assert Interaction.objects.filter(project=moss, kind="water").count() == 1
    assert not visitor.cookies


@pytest.mark.parametrize("header", ["DNT", "Sec-GPC"])
def test_who_asked_not_to_be_counted_is_thanked_and_leaves_no_trace(visitor: Client, header: str) -> None:
    ProjectFactory.create(slug="moss")
    assert visitor.post("/projects/moss/water/", headers={header: "1"}).status_code == 303
    assert not Interaction.objects.exists()


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"visibility": Visibility.PRIVATE}, 404),
        ({"status": ProjectStatus.PROPOSED}, 404),
        ({"status": ProjectStatus.ARCHIVED}, 409),
        ({"visibility": Visibility.UNLISTED}, 409),
    ],
)
def test_a_plant_that_takes_no_visitors_gets_none(visitor: Client, fields: dict[str, Any], status: int) -> None:
    ProjectFactory.create(slug="moss", **fields)
    assert visitor.post("/projects/moss/water/").status_code == status
    assert "Water it" not in visitor.get("/projects/moss/").content.decode()
    assert not Interaction.objects.exists()


@pytest.mark.parametrize("path", ["/projects/moss/water/", "/seeds/"])
@pytest.mark.parametrize(
    ("headers", "taken"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Origin": "http://testserver"}, True),
        ({"Origin": "https://elsewhere.example"}, False),
        ({"Origin": "null"}, False),
        ({}, True),
    ],
)
def test_another_site_cannot_make_a_browser_do_it(
    visitor: Client, path: str, headers: dict[str, str], taken: bool
) -> None:
    ProjectFactory.create(slug="moss")
    assert visitor.post(path, {"name": "A seed"}, headers=headers).status_code == (303 if taken else 403)
    assert (Interaction.objects.exists() or SeedTicket.objects.exists()) is taken


def test_the_limits_are_those_of_the_api(visitor: Client) -> None:
    ProjectFactory.create(slug="moss")
    answers = [visitor.post("/seeds/", {"name": f"Seed {number}"}) for number in range(6)]
    assert [answer.status_code for answer in answers] == [303] * 5 + [429]
    assert int(answers[-1]["Retry-After"]) >= 1
    assert visitor.post("/projects/moss/water/").status_code == 303


@pytest.mark.parametrize(
    ("target", "stands_on"),
    [
        ("/privacy/choice/", "/privacy/"),
        ("/privacy/erase/", "/privacy/known/"),
        ("/privacy/requests/", "/privacy/known/"),
        ("/projects/moss/water/", "/projects/moss/"),
    ],
)
def test_who_opens_the_address_that_a_form_is_sent_to_is_led_to_that_form_and_does_nothing(
    visitor: Client, target: str, stands_on: str
) -> None:
    ProjectFactory.create(slug="moss")
    assert visitor.post("/privacy/choice/", {"answer": "yes"}).status_code == 303
    for ask in (visitor.get, visitor.head):
        answer = ask(target)
        assert (answer.status_code, answer["Location"]) == (302, stands_on)
    page = visitor.get(stands_on).content.decode()
    assert f'method="post" action="{target}"' in page
    assert not Interaction.objects.exists()
    assert Consent.objects.count() == 1
    assert not SubjectRequest.objects.exists()


def test_no_page_or_form_of_the_site_answers_a_reader_with_an_empty_refusal(visitor: Client) -> None:
    ProjectFactory.create(slug="moss")
    arguments = {"slug": "moss", "key": "a-key", "side": 192, "path": "a.png"}
    asked = []
    for route in get_resolver().url_patterns:
        if not isinstance(route, URLPattern) or not route.name:
            continue  # the console and the API say it in their own ways
        wanted = {name: arguments[name] for name in route.pattern.converters}
        answer = visitor.get(reverse(route.name, kwargs=wanted))
        assert answer.status_code != 405, route
        assert answer.status_code != 200 or answer.getvalue(), route
        asked.append(route.name)
    assert {"choice", "erase", "ask", "water", "sow", "garden"} <= set(asked)


# --- Seeds ------------------------------------------------------------------------------------------------------------


def sown(visitor: Client, **fields: str) -> str:
    """The private address of a new seed."""
    answer = visitor.post("/seeds/", {"name": "A <moss> map", "description": "Where it grows."} | fields)
    assert answer.status_code == 303
    return str(answer["Location"])


def test_a_seed_has_an_address_of_its_own_that_no_cache_keeps(visitor: Client) -> None:
    address = sown(visitor)
    page = visitor.get(address)
    assert (page["Cache-Control"], page["X-Robots-Tag"]) == ("private, no-store", "noindex")
    assert page["Referrer-Policy"] == "no-referrer"
    assert "A &lt;moss&gt; map" in page.content.decode()
    assert f"http://testserver{address}" in page.content.decode()
    assert "waits for the owner to let it into the garden" in text_of(page)
    assert visitor.get("/seeds/another/").status_code == 404
    assert not visitor.cookies


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"name": ""}, "A seed needs a name."),
        ({"name": "x" * 121}, "at most 120"),
        ({"name": "\u2800"}, "Nothing of this name would show."),
        ({"name": "Moss", "description": "\u202eturned"}, "cannot be shown"),
    ],
)
def test_what_cannot_be_planted_comes_back_with_a_word_and_all_that_was_written(
    visitor: Client, fields: dict[str, str], why: str
) -> None:
    answer = visitor.post("/seeds/", {"description": "Keep these words."} | fields)
    assert answer.status_code == 400
    assert why in text_of(answer)
    assert fields.get("description", "Keep these words.") in answer.content.decode()
    assert not Project.objects.exists()


def test_a_full_bed_says_so(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planting, "MOST_WAITING_SEEDS", 0)
    answer = visitor.post("/seeds/", {"name": "Moss"})
    assert answer.status_code == 409
    assert "The seed bed is full." in text_of(answer)


def test_it_grows_with_the_owners_working_days(visitor: Client, settings: Settings) -> None:
    settings.OWNER_NAME = ""
    address = sown(visitor)
    now = timezone.now()
    SeedTicket.objects.update(planted_at=now - timedelta(days=20))
    assert "It begins to grow with the next day of work here." in text_of(visitor.get(address))
    days = [commit(number, at=now - timedelta(days=number)) for number in range(6)]
    recording.record_activities(project=ProjectFactory.create(), drafts=days, source="git", now=now)
    page = text_of(visitor.get(address))
    assert "The owner has worked on 6 days since" in page
    assert "Your seed " not in page


def test_the_page_says_what_became_of_it_and_nothing_that_is_private(visitor: Client) -> None:
    address = sown(visitor, name="Moss")
    project = Project.objects.get()
    planting.approve(projects=Project.objects.all(), now=timezone.now())
    project.refresh_from_db()  # with it comes an address of its name
    assert f'href="{project.get_absolute_url()}"' in visitor.get(address).content.decode()
    changes = {"name": "QuagmireName", "visibility": Visibility.PRIVATE}
    planting.curate(project=project, changes=changes, now=timezone.now())
    page = visitor.get(address).content.decode()
    assert "Quagmire" not in page
    assert project.get_absolute_url() not in page
    project.delete()
    assert "Here it goes on growing." in text_of(visitor.get(address))
