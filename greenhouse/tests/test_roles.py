"""What each role of helpers may in the console: every page of it, and nothing of what is private."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.urls import reverse
from django.utils import timezone

from garden import identity, planting, recording, services
from garden.admin.actions import FORMER, SEEN_BEFORE, PlantActions
from garden.models import Activity, GrowthLog, Project
from garden.sources import remote
from garden.tests.factories import ProjectFactory, work
from garden.tests.test_admin import form_of
from greenhouse.console.people.roles import ROLES
from integrations.models import SyncRun, WebhookDelivery
from visitors.consent.models import SubjectRequest

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import Settings

pytestmark = pytest.mark.django_db
OWN_PAGES = ("visits", "visits-now", "visits-journeys", "visits-plan", "visits-growth")
LISTS = {  # what opens to whom, by the model of the list, the first to all; every other page is the owner's
    "Look": {
        "garden.Project",
        "garden.GrowthLog",
        "garden.Activity",
        "garden.Interaction",
        "social.Post",
        "social.FeedItem",
        "weather.WeatherState",
        "weather.WeatherOverride",
        "weather.SkyObservation",
    },
    "Publish": {"garden.Announcement"},
}
ADDS = {
    "Look": set[str](),
    "Tend": {"weather.WeatherOverride"},
    "Publish": {"weather.WeatherOverride", "garden.Project", "social.Post"},
}
CHANGES = {
    *("grow_now", "approve_seed", "feature", "archive", "let_stand", "bring_back", "new_form", "former_form"),
    "gather_garden",
}
SAYS_WHO_SEES = {"hide", "unlist", "show", "as_before"}
DELETES = {"decline_seed", "make_one", "remove_demo_plants"}
ACTS = {"Look": set[str](), "Tend": CHANGES, "Publish": CHANGES | SAYS_WHO_SEES}
SECRET = "Zebrafinch"


@pytest.fixture
def private() -> Project:
    """A private project with a past, beside a public one."""
    now = timezone.now()
    ProjectFactory.create(name="Larkspur")
    project = ProjectFactory.create(name=SECRET, visibility="private")
    recording.record_activities(project=project, drafts=work(30, until=now), source="test", now=now)
    services.grow(project=project, now=now, source="test")
    return project


@pytest.fixture
def helper(client: Client, request: pytest.FixtureRequest) -> str:
    """Somebody with a role, signed in."""
    reverse("admin:index")  # the console's pages are registered with the addresses
    user = User.objects.create_user("helper", password="a long one", is_staff=True)
    user.groups.add(Group.objects.get(name=request.param))
    client.force_login(user)
    return str(request.param)


each_role = pytest.mark.parametrize("helper", ROLES, indirect=True)


def address(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@each_role
def test_each_page_opens_to_its_roles_and_names_nothing_private(helper: str, client: Client, private: Project) -> None:
    lists, adds = {}, {}
    for model in admin.site._registry:
        shown = client.get(address(model, "changelist"), follow=True)
        lists[model._meta.label] = shown.status_code
        assert SECRET not in shown.content.decode(), model
        try:
            adds[model._meta.label] = client.get(address(model, "add")).status_code
        except LookupError:
            continue
        except Exception as error:  # noqa: BLE001 - a page without such an address
            assert type(error).__name__ == "NoReverseMatch"  # noqa: PT017
    opened = LISTS["Look"] | LISTS.get(helper, set())
    assert [label for label in opened if lists[label] != 200] == []
    assert [label for label, status in lists.items() if label not in opened and status != 403] == []
    assert {label for label, status in adds.items() if status == 200} == ADDS[helper]
    assert {client.get(reverse(f"admin:{name}")).status_code for name in OWN_PAGES} == {403}


@pytest.mark.parametrize("helper", ["Publish"], indirect=True)
def test_a_guessed_address_of_something_private_is_as_one_of_nothing(
    helper: str, client: Client, private: Project
) -> None:
    guessed = [
        address(Project, "change", private.pk),
        address(Project, "history", private.pk),
        address(Project, "delete", private.pk),
        address(Project, "preview", private.pk),
        address(Activity, "change", Activity.objects.filter(project=private)[0].pk),
        *(address(GrowthLog, "change", row.pk) for row in GrowthLog.objects.filter(project=private)[:1]),
        f"{address(Project, 'changelist')}?q={SECRET[:5]}",
        f"{address(Activity, 'changelist')}?project__id__exact={private.pk}",
        reverse("admin:index"),
    ]
    for one in guessed:
        page = client.get(one, follow=True)
        assert SECRET not in page.content.decode().replace(f'value="{SECRET}', ""), one
    for action in ("archive", "grow_now"):
        client.post(address(Project, "changelist"), {"action": action, "_selected_action": [private.pk]})
    private.refresh_from_db()
    assert private.status == "active"


@each_role
def test_each_role_runs_the_actions_on_plants_that_are_its_own(
    helper: str, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert set(PlantActions.actions) == CHANGES | SAYS_WHO_SEES | DELETES
    plants, ran = ProjectFactory.create_batch(2, is_demo=True), set()
    session = client.session
    session[FORMER] = {str(plants[0].pk): 1}
    session[SEEN_BEFORE] = {"now": "public", "was": {str(plants[0].pk): "public"}}
    session.save()
    for name in PlantActions.actions:
        action = getattr(PlantActions, name)
        monkeypatch.setattr(PlantActions, name, wraps(action)(lambda *_, name=name: ran.add(name)))
    for name in (*PlantActions.actions, "delete_selected"):
        said = {"action": name, "_selected_action": [plant.pk for plant in plants], "post": "yes"}
        client.post(address(Project, "changelist"), said)
    assert ran == ACTS[helper]
    assert Project.objects.count() == 2


@each_role
def test_the_pages_of_decisions_open_to_who_may_decide_and_delete_for_the_owner_alone(
    helper: str, client: Client, private: Project
) -> None:
    open_plant, now = Project.objects.get(name="Larkspur"), timezone.now()
    seed = planting.propose_seed(name="Sundew", description="", at=None, now=now)
    page = reverse("admin:garden_project_seeds")
    shown = client.get(page)
    assert shown.status_code == (403 if helper == "Look" else 200)
    assert 'value="no"' not in shown.content.decode()
    for said in ({f"seed-{seed.pk}": "no"}, {f"seed-{seed.pk}": "later", "decline_rest": "yes"}):
        assert client.post(page, said).status_code == 403
    merge = reverse("admin:garden_project_make_one", args=[open_plant.pk])
    assert client.get(merge).status_code == 403
    assert client.post(merge, {"with": str(private.pk)}).status_code == 403
    assert Project.objects.count() == 3


@each_role
def test_who_tends_moves_plants_on_the_plan_and_nobody_sees_there_what_is_private(
    helper: str, client: Client, private: Project
) -> None:
    open_plant, plan = Project.objects.get(name="Larkspur"), reverse("admin:garden_project_plan")
    Project.objects.filter(pk=open_plant.pk).update(position_x=-4.0, position_z=-3.0)
    Project.objects.filter(pk=private.pk).update(position_x=-3.8, position_z=-3.0)
    page = client.get(plan).content.decode()
    assert "Larkspur" in page
    assert SECRET not in page
    moved = {f"{one.pk}-position_{axis}": "-3.5" for one in (open_plant, private) for axis in "xz"}
    asked = client.post(reverse("admin:garden_project_footing"), moved)
    assert SECRET not in asked.content.decode()
    kept = client.post(plan, moved)
    places = dict(Project.objects.values_list("name", "position_x"))
    if helper == "Look":
        assert (asked.status_code, kept.status_code) == (403, 403)
        assert "Keep the places" not in page
        assert places == {"Larkspur": -4.0, SECRET: -3.8}
    else:
        assert (asked.status_code, kept.status_code) == (200, 302)
        assert list(asked.json()) == [str(open_plant.pk)]
        assert places == {"Larkspur": -3.5, SECRET: -3.8}


FAR_OUT = 9.0  # metres: off the island of a few plants, and well within that of eighty


def hidden_crowd() -> None:
    """So many private plants that the island reaches further than that of those which everybody sees."""
    ProjectFactory.create_batch(80, visibility="private")


@pytest.mark.parametrize("helper", ["Publish"], indirect=True)
def test_how_far_out_the_island_bears_tells_a_helper_nothing_of_what_is_hidden(helper: str, client: Client) -> None:
    plant = ProjectFactory.create(name="Larkspur", position_x=2.0, position_z=-4.0)
    moved = {f"{plant.pk}-position_x": "0.1", f"{plant.pk}-position_z": f"-{FAR_OUT}"}
    planted = form_of(plant, name="Moss", position_x="0.1", position_z=f"-{FAR_OUT}")
    footing, plan = reverse("admin:garden_project_footing"), reverse("admin:garden_project_plan")

    def answers() -> tuple[Any, ...]:
        asked = client.post(footing, moved).json()[str(plant.pk)]
        kept = client.post(plan, moved).context["places"][0].non_field_errors()
        form = client.post(address(Project, "add"), planted).context["adminform"].form
        return asked, kept, form.errors["position_x"]

    before = answers()
    hidden_crowd()
    assert answers() == before
    assert not before[0]["bears"]
    User.objects.filter(username="helper").update(is_superuser=True)
    assert client.post(footing, moved).json()[str(plant.pk)]["bears"]


def test_neither_does_a_visitor_learn_of_it_who_proposes_a_seed(client: Client) -> None:
    ProjectFactory.create(name="Larkspur", position_x=2.0, position_z=-4.0)

    def answers() -> list[Any]:
        places = [{"x": 0.1, "z": -FAR_OUT}, {"x": -2.0, "z": -4.5}]
        seeds = [{"name": "Moss", "description": "", "position": at} for at in places]
        said = [client.post(reverse("plant-seed"), one, content_type="application/json").json() for one in seeds]
        return [one.get("position", one) for one in said]

    before = answers()
    Project.objects.filter(status="proposed").delete()
    hidden_crowd()
    Project.objects.filter(visibility="private").update(position_x=-2.0, position_z=-4.5)
    assert answers() == before


LINES = {  # of *Needs you*, by their signs, that a role may settle; the owner's are all
    "Look": set[str](),
    "Tend": {"grass", "inventory_2"},
    "Publish": {"grass", "inventory_2"},
}


@each_role
@pytest.mark.parametrize("seeds", [1, 5])
def test_each_line_of_what_waits_is_for_who_may_settle_it(
    helper: str, seeds: int, client: Client, private: Project, settings: Settings
) -> None:
    settings.OWNER_NAME = settings.GITHUB_USERNAME = ""
    now = timezone.now()
    ProjectFactory.create_batch(seeds, name="Unread", status="proposed")
    ProjectFactory.create(is_demo=True)
    ProjectFactory.create(name="Set aside", archived_at_source=now)
    ProjectFactory.create(name=f"{SECRET} too", visibility="anonymous", archived_at_source=now)
    SyncRun.objects.create(provider="git", trigger="owner", status="failed", requested_at=now, error=SECRET)
    WebhookDelivery.objects.create(
        provider="github", delivery_id="1", event="push", body=b"{}", status="failed", received_at=now
    )
    SubjectRequest.objects.create(type="deletion", opened_at=now, due_at=now)
    page = client.get(reverse("admin:index"))
    assert {need.icon for need in page.context["needs"]} == LINES[helper]
    assert SECRET not in page.content.decode()
    assert ("Unread" in page.content.decode()) is (helper != "Look")
    listed = client.get(address(Project, "changelist")).content.decode()
    assert ("Unread" in listed) is (helper != "Look")
    assert ("Seeds to approve" in listed) is (helper != "Look")
    User.objects.filter(username="helper").update(is_superuser=True)
    every = {need.icon for need in client.get(reverse("admin:index")).context["needs"]}
    assert every > LINES["Publish"] | {"badge", "sync_problem", "webhook", "shield_person", "theater_comedy"}


@pytest.mark.parametrize("helper", ["Tend"], indirect=True)
def test_the_overview_offers_a_helper_no_button_that_would_do_nothing(helper: str, client: Client) -> None:
    ProjectFactory.create(name="Moss", status="proposed")
    page = client.get(reverse("admin:index")).content.decode()
    assert ">Approve</button>" in page
    assert ">Decline</button>" not in page


@pytest.mark.parametrize("helper", ["Tend"], indirect=True)
def test_who_tends_changes_a_plant_and_does_not_say_who_sees_it(helper: str, client: Client) -> None:
    plant = ProjectFactory.create(name="Larkspur")
    identity.learn(project=plant, refs=[home for home in [remote("https://codeberg.org/ada/larkspur")] if home])
    page = client.get(address(Project, "change", plant.pk)).content.decode()
    assert 'name="description"' in page
    assert "https://codeberg.org/ada/larkspur" in page  # is shown, and not asked
    for asked in ("visibility", "github_repo", "also_at"):
        assert f'name="{asked}"' not in page
    client.post(address(Project, "change", plant.pk), form_of(plant, description="Blue", also_at=""))
    assert identity.other_homes(Project.objects.get(description="Blue"))
    client.post(address(Project, "changelist"), {"action": "archive", "_selected_action": [plant.pk]})
    plant.refresh_from_db()
    assert plant.status == "archived"
    assert client.get(address(Project, "delete", plant.pk)).status_code == 403


@pytest.mark.parametrize("helper", ["Look"], indirect=True)
def test_a_refusal_in_the_console_is_a_page_of_it(helper: str, client: Client) -> None:
    refused = client.get("/admin/integrations/account/")
    assert refused.status_code == 403
    assert "Not yours to open" in refused.content.decode()
    assert "Back to the overview" in refused.content.decode()
    missing = client.get("/admin/nothing/here/")
    assert missing.status_code == 404
    assert "There is no such page" in missing.content.decode()


def test_the_owner_makes_a_helper_in_one_form(admin_client: Client, client: Client) -> None:
    group = Group.objects.get(name="Tend")
    said = {"username": "ada", "password1": "a l0ng-enough one", "password2": "a l0ng-enough one", "groups": [group.pk]}
    made = admin_client.post("/admin/auth/user/add/", said | {"usable_password": "true"})
    assert made.status_code == 302, made.content
    helper = User.objects.get(username="ada")
    assert helper.is_staff
    assert not helper.is_superuser
    client.force_login(helper)
    assert client.get(address(Project, "changelist")).status_code == 200


@pytest.mark.parametrize("role", ROLES)
def test_the_list_of_accounts_leads_to_a_form_in_which_the_role_of_a_new_helper_is_chosen(
    admin_client: Client, role: str
) -> None:
    accounts = admin_client.get(reverse("admin:auth_user_changelist")).content.decode()
    pk = Group.objects.get(name=role).pk
    way = f"{reverse('admin:auth_user_add')}?groups={pk}"
    assert f'href="{way}"' in accounts
    assert admin_client.get(way).context["adminform"].form["groups"].value() == [str(pk)]
