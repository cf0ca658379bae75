"""The owner's usual jobs with plants, each in a click; and two tabs that edit one plant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone

from garden import planting
from garden.models import Project
from garden.tests.factories import ProjectFactory
from garden.tests.pressing import button

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
LIST = "/admin/garden/project/"


def press(client: Client, action: str, *projects: Project) -> Any:
    said = {"action": action, "_selected_action": [str(one.pk) for one in projects], "index": "0"}
    return client.post(LIST, said, follow=True)


def seeds(number: int) -> list[Project]:
    now = timezone.now()
    return [planting.propose_seed(name=f"Cheap pills {one}", description="", at=None, now=now) for one in range(number)]


@pytest.mark.parametrize(("action", "visibility"), [("hide", "private"), ("unlist", "unlisted"), ("show", "public")])
def test_several_plants_are_hidden_unlisted_and_shown_at_once(
    admin_client: Client, action: str, visibility: str
) -> None:
    plants = ProjectFactory.create_batch(2, visibility="private" if action == "show" else "public")
    (seed,) = seeds(1)
    assert "2 plants" in press(admin_client, action, *plants, seed).content.decode()
    assert {one.visibility for one in Project.objects.exclude(pk=seed.pk)} == {visibility}
    assert Project.objects.get(pk=seed.pk).visibility == seed.visibility


def test_one_click_declines_the_seeds_that_the_page_counted_and_no_other(admin_client: Client) -> None:
    plant = ProjectFactory.create()
    seeds(10)
    page = admin_client.get("/admin/").content.decode()
    assert "10 seeds to look at" in page
    address, fields = button(page, "Decline all")
    (later,) = seeds(1)
    admin_client.post(address, fields)
    assert {one.pk for one in Project.objects.all()} == {plant.pk, later.pk}
    assert "None of these" in press(admin_client, "decline_seed", plant).content.decode()


def test_hidden_plants_are_shown_again_by_the_button_of_the_message_but_what_was_changed_since_stays(
    admin_client: Client,
) -> None:
    public, unlisted, later = (ProjectFactory.create(visibility=v) for v in ("public", "unlisted", "public"))
    untouched = ProjectFactory.create(visibility="private")
    page = press(admin_client, "hide", public, unlisted, later, untouched).content.decode()
    assert set(Project.objects.values_list("visibility", flat=True)) == {"private"}
    planting.curate(project=later, changes={"visibility": "anonymous"}, now=timezone.now())
    address, fields = button(page, "Undo")
    assert "2 plants" in admin_client.post(address, fields, follow=True).content.decode()
    seen = dict(Project.objects.values_list("pk", "visibility"))
    assert seen == {public.pk: "public", unlisted.pk: "unlisted", later.pk: "anonymous", untouched.pk: "private"}
    planting.curate(project=Project.objects.get(pk=public.pk), changes={"visibility": "private"}, now=timezone.now())
    admin_client.post(address, fields)
    assert Project.objects.get(pk=public.pk).visibility == "private"


def test_a_button_below_the_list_acts_whatever_its_choice_beside_it_says(admin_client: Client) -> None:
    plant = ProjectFactory.create()
    assert re.search(r'<button name="action" value="hide"', admin_client.get(LIST).content.decode())
    admin_client.post(LIST, {"action": ["hide", ""], "_selected_action": plant.pk})  # as a browser sends both
    assert Project.objects.get().visibility == "private"


def test_several_names_with_commas_find_each_of_their_plants(admin_client: Client) -> None:
    for name in ("Moss map", "Larch", "Fern", "Moss"):
        ProjectFactory.create(name=name)
    found = admin_client.get(LIST, {"q": "moss map, fern,, "}).context["cl"].queryset
    assert {one.name for one in found} == {"Moss map", "Fern"}


def test_seeds_are_let_in_and_declined_on_one_page_and_what_came_since_waits(admin_client: Client) -> None:
    plant = ProjectFactory.create()
    wanted, spam, unsure = seeds(3)
    page = reverse("admin:garden_project_seeds")
    shown = admin_client.get(page).content.decode()
    assert all(shown.count(f'name="seed-{one.pk}"') == 3 for one in (wanted, spam, unsure))
    (since,) = seeds(1)
    answers = {f"seed-{wanted.pk}": "yes", f"seed-{spam.pk}": "no", f"seed-{unsure.pk}": "later"}
    answers[f"seed-{plant.pk}"] = "no"
    said = admin_client.post(page, answers, follow=True).content.decode()
    assert "1 seed let in; 1 seed declined, and gone." in said
    status = dict(Project.objects.values_list("pk", "status"))
    assert status == {wanted.pk: "active", unsure.pk: "proposed", since.pk: "proposed", plant.pk: "active"}
    admin_client.post(page, {f"seed-{unsure.pk}": "later", "decline_rest": "yes"})
    assert set(Project.objects.values_list("pk", flat=True)) == {wanted.pk, since.pk, plant.pk}


def test_more_than_three_seeds_lead_from_the_overview_to_the_page_that_decides_on_all(admin_client: Client) -> None:
    seeds(4)
    page = admin_client.get("/admin/").content.decode()
    assert f'href="{reverse("admin:garden_project_seeds")}"' in page


def test_another_individual_can_be_taken_back(admin_client: Client) -> None:
    plant = ProjectFactory.create()
    before = plant.genome_seed
    change = reverse("admin:garden_project_change", args=[plant.pk])
    assert "The one before" not in admin_client.get(change).content.decode()
    press(admin_client, "new_form", plant)
    assert "The one before" in admin_client.get(change).content.decode()
    press(admin_client, "former_form", plant)
    plant.refresh_from_db()
    assert plant.genome_seed == before


def fields_of(page: str) -> dict[str, Any]:
    """What a browser sends of the form as it stands."""
    import html

    said: dict[str, Any] = {}
    form = page[page.index('id="project_form"') :]
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r'name="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and 'type="checkbox"' not in tag and 'type="file"' not in tag and not name[1].startswith("_"):
            said.setdefault(name[1], html.unescape(value[1]) if value else "")
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.S):
        said[name] = html.unescape(text).strip("\r\n")
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)"[^>]*selected', options)
        said.setdefault(name, chosen[1] if chosen else "")
    return said


def test_of_two_tabs_the_second_keeps_what_it_did_not_touch_and_is_told_what_both_changed(
    admin_client: Client,
) -> None:
    plant = ProjectFactory.create(name="Moss", description="As it was.")
    change = reverse("admin:garden_project_change", args=[plant.pk])
    first = fields_of(admin_client.get(change).content.decode())
    second = dict(first)
    assert "seen" in first
    assert admin_client.post(change, first | {"description": "By the first.", "name": "Lichen"}).status_code == 302
    refused = admin_client.post(change, second | {"description": "By the second."})
    assert refused.status_code == 200
    assert "it is “By the first.” now" in refused.content.decode()
    again = fields_of(refused.content.decode())
    assert admin_client.post(change, again).status_code == 302
    plant.refresh_from_db()
    assert (plant.description, plant.name) == ("By the second.", "Lichen")


def test_a_form_that_changes_nothing_writes_nothing(admin_client: Client) -> None:
    plant = ProjectFactory.create()
    change = reverse("admin:garden_project_change", args=[plant.pk])
    admin_client.post(change, fields_of(admin_client.get(change).content.decode()))
    assert Project.objects.get().owner_edited == []


def test_a_plant_is_planted_with_its_kind_its_demo_and_its_place(admin_client: Client) -> None:
    said = {"name": "Fern", "visibility": "public", "status": "featured", "plant_type": "fern"}
    said |= {"demo_url": "https://fern.example/", "position_x": "1", "position_z": "-3"}
    page = admin_client.post(f"{LIST}add/", said)
    assert page.status_code == 302, page.content.decode()
    plant = Project.objects.get()
    assert (plant.plant_type, plant.status, plant.demo_url) == ("fern", "featured", "https://fern.example/")
    assert (plant.position_x, plant.position_z) == (1, -3)
