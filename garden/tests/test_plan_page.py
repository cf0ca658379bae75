"""The plan of the island in the console: what is moved on it is kept together or not at all."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from garden import gathering, selectors
from garden.engine.layout import Position
from garden.event_types import ProjectChanged
from garden.ground import BarrenGround
from garden.looks import ISLAND
from garden.models import GardenEvent, Project
from garden.tests.factories import NOW, ProjectFactory

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.test import Client

pytestmark = pytest.mark.django_db
PLAN, FOOTING = "/admin/garden/project/plan/", "/admin/garden/project/plan/footing/"
POND = (ISLAND.pond.x, ISLAND.pond.z)


@pytest.fixture
def moss() -> Project:
    return ProjectFactory.create(name="Moss", position_x=-4.0, position_z=-3.0)


@pytest.fixture
def fern() -> Project:
    return ProjectFactory.create(name="Fern", position_x=4.0, position_z=-3.0)


def sent(places: Mapping[Any, tuple[Any, Any]]) -> dict[str, str]:
    return {
        f"{pk}-position_{axis}": str(value) for pk, at in places.items() for axis, value in zip("xz", at, strict=True)
    }


def fields_of(client: Client) -> dict[str, str]:
    """What the page would send if nobody touched it."""
    page = client.get(PLAN).content.decode()
    inputs = re.findall(r'<input [^>]*name="([0-9a-f-]{36}-\w+)"[^>]*value="([^"]*)"', page)
    inputs += [
        (name, value) for value, name in re.findall(r'<input [^>]*value="([^"]*)"[^>]*name="([0-9a-f-]{36}-\w+)"', page)
    ]
    return {name: value.replace("&quot;", '"') for name, value in inputs}


def place_of(project: Project) -> tuple[float, float]:
    project.refresh_from_db()
    return project.position_x, project.position_z


def keep(client: Client, said: dict[str, str]) -> str:
    return client.post(PLAN, said, follow=True).content.decode()


def test_the_plan_shows_every_plant_with_its_place_and_what_keeps_it_from_being_seen(admin_client: Client) -> None:
    ProjectFactory.create(name="Everybody's", position_x=-3.0, position_z=-3.5)
    for visibility, name in [("private", "Mine"), ("unlisted", "Whispered"), ("anonymous", "Masked")]:
        ProjectFactory.create(name=name, visibility=visibility)
    ProjectFactory.create(name="Over", status="archived")
    ProjectFactory.create(name="Gone", hidden_by_source=True)
    ProjectFactory.create(name="Only a wish", status="proposed")
    page = admin_client.get(PLAN).content.decode()
    said = re.findall(r'aria-label="([^"]+)"', re.findall(r"<svg .*?</svg>", page, re.DOTALL)[-1])
    by_name = {words.partition(",")[0]: words for words in said}
    assert by_name["Everybody&#x27;s"].endswith(", 3.5 m to the back, 3.0 m to the left")
    for name, mark in [
        ("Mine", "private"),
        ("Whispered", "unlisted"),
        ("Masked", "anonymous"),
        ("Over", "archived"),
        ("Gone", "hidden by its source"),
    ]:
        assert f", {mark}, " in by_name[name]
    assert "Only a wish" not in page


def test_an_empty_island_says_how_it_fills(admin_client: Client) -> None:
    assert "Nothing is planted yet" in admin_client.get(PLAN).content.decode()


def test_names_of_plants_are_inert(admin_client: Client) -> None:
    ProjectFactory.create(name='<script>alert(1)</script>" onload="x')
    assert "<script>alert" not in admin_client.get(PLAN).content.decode()
    assert 'onload="x"' not in admin_client.get(PLAN).content.decode()


def test_what_is_moved_is_kept_told_and_written_down(admin_client: Client, moss: Project, fern: Project) -> None:
    before = selectors.state_version()
    said = fields_of(admin_client) | sent({moss.pk: (-3.5, -3.25)})
    assert "1 plant moved." in keep(admin_client, said)
    assert (place_of(moss), place_of(fern)) == ((-3.5, -3.25), (4.0, -3.0))
    event = GardenEvent.objects.get(event_type=ProjectChanged.event_type)
    assert event.data["project_id"] == str(moss.pk)
    assert selectors.state_version() == event.seq > before
    entry = LogEntry.objects.get()
    assert (entry.object_id, entry.user.username) == (str(moss.pk), "admin")
    assert "It stood 3.0 m to the back, 4.0 m to the left." in entry.change_message


def test_two_thousand_plants_are_sent_at_once_where_no_script_leaves_out_those_that_stay(
    admin_client: Client, moss: Project
) -> None:
    others = {f"{number}-{name}": "1.5" for number in range(2_000) for name in ("position_x", "position_z", "seen")}
    said = fields_of(admin_client) | sent({moss.pk: (-3.5, -3.25)}) | others
    form = "application/x-www-form-urlencoded"
    assert admin_client.post(PLAN, urlencode(said), content_type=form).status_code == 302
    assert place_of(moss) == (-3.5, -3.25)


def test_what_nobody_touched_moves_nothing_and_tells_nothing(admin_client: Client, moss: Project) -> None:
    assert "Every plant stands where it stood." in keep(admin_client, fields_of(admin_client))
    assert not GardenEvent.objects.exists()
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (POND, "it is in the pond"),
        ((ISLAND.path.points[3].x, ISLAND.path.points[3].z), "it is on the path"),
        ((70, 0), "it is off the island"),
        (("1e308", "-1e308"), "it is off the island"),
        (("nan", 0), "Metres are expected here"),
        (("1e400", 0), "Metres are expected here"),
        (("", 0), "Metres are expected here"),
        (("\x00", "x" * 5000), "Metres are expected here"),
    ],
)
def test_of_what_does_not_bear_nothing_is_kept_not_even_what_would(
    admin_client: Client, moss: Project, fern: Project, place: tuple[Any, Any], words: str
) -> None:
    page = keep(admin_client, fields_of(admin_client) | sent({moss.pk: place, fern.pk: (3.5, -3.5)}))
    assert words in page
    assert "Nothing was kept" in page
    assert (place_of(moss), place_of(fern)) == ((-4.0, -3.0), (4.0, -3.0))
    assert not GardenEvent.objects.exists()


def test_close_company_is_the_owners_choice(admin_client: Client, moss: Project, fern: Project) -> None:
    asked = admin_client.post(FOOTING, sent({moss.pk: (4.1, -3.0)})).json()[str(moss.pk)]
    assert asked == {
        "bears": True,
        "close": True,
        "said": "3.0 m to the back, 4.1 m to the right. Close company: it reaches into Fern.",
    }
    keep(admin_client, fields_of(admin_client) | sent({moss.pk: (4.1, -3.0)}))
    assert place_of(moss) == (4.1, -3.0)


def test_a_question_changes_nothing_and_answers_what_would_be_decided(
    admin_client: Client, moss: Project, fern: Project
) -> None:
    answers = admin_client.post(FOOTING, sent({moss.pk: POND, fern.pk: (-4.0, -3.0)})).json()
    assert answers[str(moss.pk)]["bears"] is False
    assert "it is in the pond." in answers[str(moss.pk)]["said"]
    assert answers[str(fern.pk)] == {"bears": True, "close": False, "said": "3.0 m to the back, 4.0 m to the left."}
    assert place_of(moss) == (-4.0, -3.0)


@pytest.mark.parametrize("value", ["", "nan", "1e400", "\x00", "[]", "x" * 5000])
def test_what_is_no_place_is_left_out_of_the_answer(admin_client: Client, moss: Project, value: str) -> None:
    answer = admin_client.post(
        FOOTING, sent({moss.pk: (value, value)}) | {"x-position_x": value, "new-position_x": value}
    )
    assert (answer.status_code, answer.json()) == (200, {})
    assert admin_client.get(FOOTING).status_code == 405


def test_a_plant_that_is_not_there_yet_is_answered_too(admin_client: Client, moss: Project) -> None:
    answer = admin_client.post(FOOTING, {"new-position_x": "-4", "new-position_z": "-3"}).json()["new"]
    assert answer["close"]
    assert "it reaches into Moss" in answer["said"]


def test_what_another_tab_moved_meanwhile_is_said_before_it_is_moved_again(
    admin_client: Client, moss: Project, fern: Project
) -> None:
    first, second = fields_of(admin_client), fields_of(admin_client)
    keep(admin_client, first | sent({moss.pk: (-3.5, -3.0)}))
    mine = second | sent({moss.pk: (-4.0, -3.5), fern.pk: (3.5, -3.5)})
    page = admin_client.post(PLAN, mine).content.decode()
    assert "This changed meanwhile: it is “-3.5” now." in page
    assert (place_of(moss), place_of(fern)) == ((-3.5, -3.0), (4.0, -3.0))
    fresh = re.findall(rf'name="{moss.pk}-seen" value="([^"]*)"', page)
    keep(admin_client, mine | {f"{moss.pk}-seen": fresh[0].replace("&quot;", '"')})
    assert (place_of(moss), place_of(fern)) == ((-4.0, -3.5), (3.5, -3.5))


def test_what_another_tab_moved_stays_where_this_one_did_not_touch_it(
    admin_client: Client, moss: Project, fern: Project
) -> None:
    mine = fields_of(admin_client) | sent({fern.pk: (3.5, -3.5)})
    gathering.move(places={moss.pk: Position(-3.5, -3.5)}, now=NOW)
    assert "1 plant moved." in keep(admin_client, mine)
    assert (place_of(moss), place_of(fern)) == ((-3.5, -3.5), (3.5, -3.5))


def test_a_place_is_one_answer_on_the_plants_own_form_as_well(admin_client: Client, moss: Project) -> None:
    page = reverse("admin:garden_project_change", args=[moss.pk])
    shown = admin_client.get(page).context["adminform"].form
    said = {name: "" if shown[name].value() is None else shown[name].value() for name in shown.fields if name != "seen"}
    said |= {"seen": shown.initial["seen"], "position_z": "-3.5", "technologies": "", "topics": "", "languages": ""}
    said |= {
        f"{inline}-{part}_FORMS": "0" for inline in ("media", "sources", "growth_log") for part in ("TOTAL", "INITIAL")
    }
    said |= {"planted_date_0": "2026-01-01", "planted_date_1": "00:00:00"}
    gathering.move(places={moss.pk: Position(-3.0, -3.0)}, now=NOW)
    assert "This changed meanwhile: it is “-3.0” now." in admin_client.post(page, said).content.decode()
    assert place_of(moss) == (-3.0, -3.0)


def test_a_plant_that_went_meanwhile_is_no_trouble(admin_client: Client, moss: Project, fern: Project) -> None:
    said = fields_of(admin_client) | sent({moss.pk: (-3.5, -3.0), fern.pk: (3.5, -3.5)})
    moss.delete()
    assert "1 plant moved." in keep(admin_client, said)
    assert place_of(fern) == (3.5, -3.5)


def test_what_a_hidden_plant_is_moved_to_is_told_to_nobody(admin_client: Client) -> None:
    secret = ProjectFactory.create(name="Secret", visibility="private", position_x=-4.0, position_z=-3.0)
    keep(admin_client, sent({secret.pk: (-3.5, -3.0)}))
    assert place_of(secret) == (-3.5, -3.0)
    assert not GardenEvent.objects.exists()


@pytest.mark.parametrize(
    "kept_back", [{"visibility": "private"}, {"visibility": "anonymous"}, {"hidden_by_source": True}]
)
def test_no_answer_to_a_helper_tells_where_something_hidden_stands(
    client: Client, moss: Project, fern: Project, kept_back: dict[str, Any]
) -> None:
    hidden = ProjectFactory.create(name="Secret", position_x=-3.6, position_z=-3.2, **kept_back)
    helper = User.objects.create_user("helper", is_staff=True)
    helper.groups.add(Group.objects.get(name="Tend"))
    client.force_login(helper)

    def answers() -> list[Any]:
        tried = [(-4.0 + right / 3, -3.5 + front / 3) for right in range(3) for front in range(3)]
        return [client.post(FOOTING, sent({who: at})).json() for at in tried for who in (fern.pk, "new")]

    beside = answers()
    assert any(answer["close"] for each in beside for answer in each.values())
    Project.objects.filter(pk=hidden.pk).update(position_x=3.0, position_z=-4.0)
    assert answers() == beside


@pytest.mark.parametrize(
    "seen", ["[" * 100_000, '{"topics": 5, "name": [], "position_x": {}}', '{"give_back": true}', "7"]
)
def test_a_form_that_says_it_showed_what_none_can_show_is_answered(
    admin_client: Client, moss: Project, seen: str
) -> None:
    page = reverse("admin:garden_project_change", args=[moss.pk])
    assert admin_client.post(page, {"name": "Moss", "seen": seen}).status_code == 200
    answer = admin_client.post(FOOTING, sent({moss.pk: (-3.5, -3.5)}) | {f"{moss.pk}-seen": seen})
    assert answer.json()[str(moss.pk)]["bears"]


def test_the_service_moves_all_or_none(moss: Project, fern: Project) -> None:
    with pytest.raises(BarrenGround, match="in the pond"):
        gathering.move(places={fern.pk: Position(3.5, -3.5), moss.pk: Position(*POND)}, now=NOW)
    assert place_of(fern) == (4.0, -3.0)


def test_the_plan_of_many_plants_costs_as_many_queries_as_of_few(admin_client: Client, moss: Project) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            admin_client.get(PLAN)
        return len(queries)

    cost()
    few = cost()
    ProjectFactory.create_batch(30)
    assert cost() == few


def test_moving_many_is_asked_and_kept_at_once(admin_client: Client) -> None:
    plants = ProjectFactory.create_batch(60)
    gathering.gather(now=NOW)
    GardenEvent.objects.all().delete()
    turned = {
        one.pk: (one.position_x, one.position_z + 0.001)
        for one in Project.objects.filter(pk__in=[p.pk for p in plants])
    }
    said = fields_of(admin_client)
    assert len(said) == 180
    answers = admin_client.post(FOOTING, sent(turned)).json()
    borne = {pk: at for pk, at in turned.items() if answers[str(pk)]["bears"]}
    assert len(borne) > 40
    assert f"{len(borne)} plants moved." in keep(admin_client, said | sent(borne))
    assert GardenEvent.objects.count() == len(borne)
    assert json.loads(said[f"{plants[0].pk}-seen"]).keys() == {"position_x", "position_z"}


def test_a_new_plant_has_its_place_chosen_on_the_plan_or_finds_one(admin_client: Client, moss: Project) -> None:
    add = reverse("admin:garden_project_add")
    page = admin_client.get(add).content.decode()
    assert "Its place on the island" in page
    assert f'data-plant="{moss.pk}"' in page
    said = dict.fromkeys(("description", "homepage_url", "technologies", "plant_type"), "") | {
        "status": "featured",
        "visibility": "public",
        "demo_url": "https://example.org/demo",
        "github_repo": "ada/engine",
    }
    admin_client.post(add, said | {"name": "Chosen", "plant_type": "herb", "position_x": "3.5", "position_z": "-4"})
    chosen = Project.objects.get(name="Chosen")
    assert (place_of(chosen), chosen.plant_type, chosen.status) == ((3.5, -4.0), "herb", "featured")
    assert (chosen.demo_url, chosen.github_repo) == ("https://example.org/demo", "ada/engine")
    admin_client.post(add, said | {"name": "Found", "github_repo": "", "position_x": "", "position_z": ""})
    assert place_of(Project.objects.get(name="Found")) not in [(0.0, 0.0), (3.5, -4.0)]


@pytest.mark.parametrize("given", ["position_x", "position_z"])
def test_half_a_place_of_a_new_plant_is_asked_about_and_not_dropped(admin_client: Client, given: str) -> None:
    said = dict.fromkeys(("description", "homepage_url", "technologies", "plant_type", "position_x", "position_z"), "")
    said |= {"name": "Half", "status": "active", "visibility": "public", given: "-4"}
    page = admin_client.post(reverse("admin:garden_project_add"), said).content.decode()
    assert "This is half a place." in page
    assert not Project.objects.filter(name="Half").exists()
