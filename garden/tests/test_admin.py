from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from garden import identity, planting, recording, services
from garden.drafts import ProjectDraft
from garden.engine.layout import Position
from garden.forms import LanguagesField
from garden.looks import ISLAND
from garden.models import Activity, GardenEvent, GrowthLog, Project, ReactionFailure
from garden.sources import github
from garden.tests.factories import ProjectFactory, work
from garden.vocabulary import EventType, LinesFrom, PlantType, ProjectStatus, Visibility

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db

PROJECTS = "/admin/garden/project/"


def form_of(project: Project, **changes: Any) -> dict[str, Any]:
    """What the browser would send for the form of a project, with some fields changed."""
    written = {
        "name": project.name,
        "description": project.description,
        "homepage_url": project.homepage_url,
        "demo_url": project.demo_url,
        "status": project.status,
        "visibility": project.visibility,
        "counts": project.counts,
        "plant_type": project.plant_type,
        "genome_seed": project.genome_seed,
        "technologies": ", ".join(project.technologies),
        "languages": LanguagesField().prepare_value(project.code_by_language),
        "topics": ", ".join(project.topics),
        "position_x": project.position_x,
        "position_z": project.position_z,
        "planted_date_0": f"{project.planted_date:%Y-%m-%d}",
        "planted_date_1": f"{project.planted_date:%H:%M:%S}",
        "github_repo": project.github_repo,
    }
    inlines = {
        f"{prefix}-{name}": 0
        for prefix in ("media", "sources", "growth_log")
        for name in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    return written | inlines | changes


def page_of(project: Project) -> str:
    return reverse("admin:garden_project_change", args=[project.pk])


def act(client: Client, action: str, *projects: Project, **more: str) -> str:
    """Run a list action and return the page that follows."""
    sent = {"action": action, "_selected_action": [str(one.pk) for one in projects], "index": "0", **more}
    return client.post(PROJECTS, sent, follow=True).content.decode()


def told() -> list[str]:
    return list(GardenEvent.objects.order_by("seq").values_list("event_type", flat=True))


def test_a_changed_field_becomes_the_owners_and_is_told(admin_client: Client) -> None:
    project = ProjectFactory.create(technologies=["Python"], description="As the source says.")

    answer = admin_client.post(page_of(project), form_of(project, description="In my own words."))

    project.refresh_from_db()
    assert answer.status_code == 302
    assert project.description == "In my own words."
    assert project.owner_edited == ["description"]
    assert told() == [EventType.PROJECT_CHANGED]


def test_a_form_saved_as_it_was_takes_nothing_away_from_the_sources(admin_client: Client) -> None:
    project = ProjectFactory.create(technologies=["Python", "C++"], topics=["cli"])

    admin_client.post(page_of(project), form_of(project))

    project.refresh_from_db()
    assert project.owner_edited == []
    assert project.technologies == ["Python", "C++"]


def test_technologies_are_written_with_commas(admin_client: Client) -> None:
    project = ProjectFactory.create()

    admin_client.post(page_of(project), form_of(project, technologies=" Rust,, C++ , Rust "))

    project.refresh_from_db()
    assert project.technologies == ["Rust", "C++"]
    assert project.owner_edited == ["technologies"]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Python 80 %, Shell 20 %", {"Python": 8_000, "Shell": 2_000}),
        ("TypeScript 75%, CSS", {"TypeScript": 7_500, "CSS": 2_500}),
        ("C, C++", {"C": 5_000, "C++": 5_000}),
        ("Objective-C 2", {"Objective-C 2": 10_000}),
        ("Go 50%", {"Go": 10_000}),
        ("", {}),
    ],
)
def test_languages_are_written_with_their_parts(admin_client: Client, written: str, kept: dict[str, int]) -> None:
    project = ProjectFactory.create(languages={"C": 9_000, "HTML": 1_000})

    admin_client.post(page_of(project), form_of(project, languages=written))

    project.refresh_from_db()
    assert project.languages == kept
    assert project.owner_edited == ["languages"]


def test_a_correction_of_languages_stands_on_the_page_until_it_is_given_back(admin_client: Client) -> None:
    counted = ProjectDraft("Engine", sources=github("ada/engine"), languages={"C": 400}, lines={"C": 10})
    project, _ = planting.plant(draft=counted, source="git", now=timezone.now())
    admin_client.post(page_of(project), form_of(project, languages="C++", technologies="Qt"))

    more = ProjectDraft("Engine", sources=github("ada/engine"), languages={"C": 800}, lines={"C": 20})
    planting.plant(draft=more, source="git", now=timezone.now())
    project.refresh_from_db()
    assert (list(project.code_by_language), project.technologies, project.lines_of_code) == (["C++"], ["Qt"], 20)

    page = admin_client.get(page_of(project)).content.decode()
    assert "Those you choose follow their source again." in page
    admin_client.post(page_of(project), form_of(project, give_back=["languages"]))
    project.refresh_from_db()
    assert (project.code_by_language, project.languages) == ({"C": 20}, {"C": 800})
    assert (project.owner_edited, project.technologies) == (["technologies"], ["Qt"])
    admin_client.post(page_of(project), form_of(project, give_back=["technologies"]))
    project.refresh_from_db()
    assert (project.owner_edited, project.technologies, project.source_values) == ([], ["C"], {})


def test_only_what_is_the_owners_can_be_given_back(admin_client: Client) -> None:
    project = ProjectFactory.create(description="As the source says.")
    answer = admin_client.post(page_of(project), form_of(project, give_back=["description"]))
    assert "is not one of the available choices" in answer.content.decode()


def test_where_the_number_of_lines_is_from_is_said(admin_client: Client) -> None:
    counted = ProjectFactory.create(lines_of_code=163_407, lines_from=LinesFrom.FILES)
    estimated = ProjectFactory.create(lines_of_code=900, lines_from=LinesFrom.SIZE)
    assert "163,407 lines of code, counted in its files" in admin_client.get(page_of(counted)).content.decode()
    assert "about 900 lines of code, estimated from" in admin_client.get(page_of(estimated)).content.decode()


@pytest.mark.parametrize("visibility", [Visibility.PRIVATE, Visibility.ANONYMOUS, Visibility.UNLISTED])
def test_a_refusal_names_no_plant_that_is_not_public(visibility: Visibility) -> None:
    ProjectFactory.create(name="Secret", github_repo="ada/engine", visibility=visibility)
    for refused in (identity.written_repository, identity.written_homes):
        with pytest.raises(ValidationError, match="A plant that is not public"):
            refused("https://github.com/ada/engine", project=None)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"position_x": ISLAND.pond.x, "position_z": ISLAND.pond.z}, "Nothing can stand there"),
        ({"position_x": 400}, "Nothing can stand there"),
        ({"github_repo": "no repository at all"}, "Write it as owner/name"),
        ({"github_repo": "Ada/Engine"}, "already grows from Ada/Engine"),
        ({"technologies": "x" * 61}, "too long"),
        ({"languages": "x" * 61}, "too long"),
        ({"languages": ",".join(f"t{n}" for n in range(41))}, "at most 40"),
        ({"languages": "Go 60 %, C 40 %, Zig"}, "Nothing is left for Zig"),
        ({"technologies": ",".join(f"t{n}" for n in range(41))}, "at most 40"),
        ({"name": "   "}, "Name cannot stay empty."),
        ({"name": "a\0b"}, "Null characters"),
        ({"genome_seed": "9" * 30}, "less than or equal to"),
        ({"status": "proposed"}, "not one of the available choices"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_changes_nothing(
    admin_client: Client, changes: dict[str, Any], sentence: str
) -> None:
    ProjectFactory.create(name="Engine", github_repo="ada/engine")
    project = ProjectFactory.create(description="before")

    answer = admin_client.post(page_of(project), form_of(project, description="after", **changes))

    project.refresh_from_db()
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert project.description == "before"
    assert told() == []


def test_a_plant_may_stay_where_the_form_would_not_put_it(admin_client: Client) -> None:
    project = ProjectFactory.create(position_x=ISLAND.pond.x, position_z=ISLAND.pond.z)

    admin_client.post(page_of(project), form_of(project, description="Still in the pond."))

    project.refresh_from_db()
    assert project.description == "Still in the pond."


def test_a_pasted_address_of_a_repository_is_understood(admin_client: Client) -> None:
    project = ProjectFactory.create()

    admin_client.post(page_of(project), form_of(project, github_repo="https://github.com/ada/engine.git"))

    project.refresh_from_db()
    assert project.github_repo == "ada/engine"


def test_the_owner_plants_by_hand(admin_client: Client) -> None:
    admin_client.post(
        f"{PROJECTS}add/", {"name": "Difference engine", "description": "It subtracts.", "visibility": "public"}
    )

    project = Project.objects.get()
    assert (project.name, project.slug, project.status) == ("Difference engine", "difference-engine", "active")
    assert told() == [EventType.SEED_PLANTED]


def test_a_privately_planted_seed_is_told_to_nobody(admin_client: Client) -> None:
    admin_client.post(f"{PROJECTS}add/", {"name": "Secret", "visibility": "private"})

    assert Project.objects.get().visibility == Visibility.PRIVATE
    assert told() == []


def test_a_deleted_plant_leaves_the_open_browsers(admin_client: Client) -> None:
    project = ProjectFactory.create()

    admin_client.post(reverse("admin:garden_project_delete", args=[project.pk]), {"post": "yes"})

    assert not Project.objects.exists()
    assert told() == [EventType.PROJECT_REMOVED]


def test_deleting_counts_what_goes_with_a_plant_instead_of_listing_it(admin_client: Client) -> None:
    project = ProjectFactory.create(name="Engine")
    recording.record_activities(project=project, drafts=work(40), source="test", now=timezone.now())

    page = admin_client.get(reverse("admin:garden_project_delete", args=[project.pk])).content.decode()

    assert "Engine, with 120 facts and 0 rows of its growth log" in page
    assert "Change 1" not in page


@pytest.mark.parametrize(
    ("before", "action", "after"),
    [
        (ProjectStatus.ACTIVE, "feature", ProjectStatus.FEATURED),
        (ProjectStatus.ACTIVE, "archive", ProjectStatus.ARCHIVED),
        (ProjectStatus.FEATURED, "archive", ProjectStatus.ARCHIVED),
        (ProjectStatus.ARCHIVED, "bring_back", ProjectStatus.ACTIVE),
        (ProjectStatus.PROPOSED, "feature", ProjectStatus.PROPOSED),
        (ProjectStatus.PROPOSED, "approve_seed", ProjectStatus.ACTIVE),
    ],
)
def test_an_action_changes_the_status(admin_client: Client, before: str, action: str, after: str) -> None:
    project = ProjectFactory.create(status=before)

    act(admin_client, action, project)

    project.refresh_from_db()
    assert project.status == after


def test_an_approved_seed_is_told_to_the_browsers(admin_client: Client) -> None:
    seed = planting.propose_seed(name="Moss", description="", at=Position(1, -3), now=timezone.now())

    page = act(admin_client, "approve_seed", seed)

    assert "1 plant approved" in page
    assert told() == [EventType.SEED_PLANTED]


def test_growing_now_works_out_the_growth_and_says_what_came_of_it(admin_client: Client) -> None:
    project = ProjectFactory.create(name="Engine")
    recording.record_activities(project=project, drafts=work(200), source="test", now=timezone.now())

    page = act(admin_client, "grow_now", project)

    project.refresh_from_db()
    assert project.growth_factor > 0
    assert f"Engine is now {project.growth_stage}" in page


def test_a_demo_plant_is_not_grown_away(admin_client: Client) -> None:
    project = ProjectFactory.create(is_demo=True, growth_stage="ancient", growth_factor=0.9)

    page = act(admin_client, "grow_now", project)

    project.refresh_from_db()
    assert project.growth_stage == "ancient"
    assert "Demo plants do not grow" in page


def test_another_individual_has_another_seed_that_no_sync_takes_back(admin_client: Client) -> None:
    project = ProjectFactory.create(genome_seed=1)

    act(admin_client, "new_form", project)

    project.refresh_from_db()
    assert project.genome_seed != 1
    assert project.owner_edited == ["genome_seed"]


def test_removing_demo_plants_leaves_the_owners(admin_client: Client) -> None:
    demo, own = ProjectFactory.create(is_demo=True), ProjectFactory.create()

    act(admin_client, "remove_demo_plants", own)

    assert list(Project.objects.all()) == [own]
    assert not Project.objects.filter(pk=demo.pk).exists()


def test_a_button_returns_to_the_page_it_stands_on(admin_client: Client) -> None:
    project = ProjectFactory.create()
    sent = {"action": "feature", "_selected_action": str(project.pk), "index": "0"}

    at_home = admin_client.post(PROJECTS, sent | {"next": page_of(project)})
    led_away = admin_client.post(PROJECTS, sent | {"next": "https://elsewhere.example/"})

    assert at_home.headers["Location"] == page_of(project)
    assert led_away.headers["Location"] == PROJECTS


def test_no_action_runs_on_a_get(admin_client: Client) -> None:
    project = ProjectFactory.create()

    admin_client.get(PROJECTS, {"action": "archive", "_selected_action": str(project.pk), "index": "0"})

    project.refresh_from_db()
    assert project.status == ProjectStatus.ACTIVE


def test_the_preview_shows_what_stands_in_the_form_and_saves_nothing(admin_client: Client) -> None:
    project = ProjectFactory.create(plant_type=PlantType.TREE, growth_stage="mature", genome_seed=5)
    preview = reverse("admin:garden_project_preview", args=[project.pk])
    asked = {"plant_type": "tree", "genome_seed": "5"}

    now, other_kind, other_seed = (
        admin_client.get(preview, asked | changed).content
        for changed in ({}, {"plant_type": "fern"}, {"genome_seed": "6"})
    )

    assert now.startswith(b"<svg")
    assert len({now, other_kind, other_seed}) == 3
    project.refresh_from_db()
    assert (project.plant_type, project.genome_seed) == ("tree", 5)


@pytest.mark.parametrize("seed", ["", "-", "five", "9" * 40, "٣", "1e3"])
def test_a_half_written_form_previews_the_plant_as_it_is(admin_client: Client, seed: str) -> None:
    project = ProjectFactory.create()
    preview = reverse("admin:garden_project_preview", args=[project.pk])

    half_written = admin_client.get(preview, {"plant_type": "tr", "genome_seed": seed})

    assert half_written.content == admin_client.get(preview).content


def test_the_preview_is_the_owners(client: Client) -> None:
    project = ProjectFactory.create(visibility=Visibility.PRIVATE)

    answer = client.get(reverse("admin:garden_project_preview", args=[project.pk]))

    assert answer.status_code == 302


def test_the_list_asks_as_much_for_many_plants_as_for_few(admin_client: Client) -> None:
    ProjectFactory.create_batch(2)
    admin_client.get(PROJECTS)  # the first request of a session notes it
    with CaptureQueriesContext(connection) as few:
        admin_client.get(PROJECTS)
    ProjectFactory.create_batch(20)
    with CaptureQueriesContext(connection) as many:
        page = admin_client.get(PROJECTS).content.decode()

    assert page.count('class="console-plant"') == 22
    assert len(many) == len(few)


def test_the_list_filters_by_what_waits_for_the_owner(admin_client: Client) -> None:
    ProjectFactory.create(name="Settled", description="Done.")
    ProjectFactory.create(name="Offered", status=ProjectStatus.PROPOSED, description="Please.")
    ProjectFactory.create(name="Vanished", hidden_by_source=True, description="Gone.")
    ProjectFactory.create(name="Wordless", vitality=0.1)

    def listed(query: str) -> set[str]:
        page = admin_client.get(f"{PROJECTS}?{query}").content.decode()
        return {name for name in ("Settled", "Offered", "Vanished", "Wordless") if f"<strong>{name}</strong>" in page}

    assert listed("needs=approval") == {"Offered"}
    assert listed("needs=source") == {"Vanished"}
    assert listed("needs=words") == {"Wordless"}
    assert listed("vitality=resting") == {"Wordless"}
    assert listed("demo=yes") == set()


def test_the_growth_page_says_why_and_what_comes_next(admin_client: Client) -> None:
    project = ProjectFactory.create(name="Engine")
    recording.record_activities(project=project, drafts=work(120), source="test", now=timezone.now())
    services.grow(project=project, now=timezone.now(), source="test")

    page = admin_client.get(page_of(project)).content.decode()

    assert "Consistency and frequency" in page
    assert " of 25%" in page
    assert project.forecast["sentence"].split(".")[0] in page
    assert "Change 1" in page


def test_words_of_others_are_inert(admin_client: Client) -> None:
    attack = "<script>alert(1)</script>"
    project = ProjectFactory.create(name=attack, description=attack, technologies=[attack])
    Activity.objects.create(
        project=project, kind="commit", external_id="1", occurred_at=timezone.now(), source="x", title=attack
    )

    pages = [admin_client.get(address).content.decode() for address in (PROJECTS, page_of(project), "/admin/")]

    assert all(attack not in page for page in pages)


def test_a_proposed_seed_becomes_a_plant_by_approval_only(admin_client: Client) -> None:
    seed = planting.propose_seed(name="Moss", description="", at=Position(1, -3), now=timezone.now())

    admin_client.post(page_of(seed), form_of(seed, status="active", description="Nicer words."))

    seed.refresh_from_db()
    assert (seed.status, seed.description) == (ProjectStatus.PROPOSED, "Nicer words.")
    assert told() == []


@pytest.mark.parametrize("model", ["growthlog", "activity", "gardenevent", "interaction"])
def test_what_happened_is_read_and_never_edited(admin_client: Client, model: str) -> None:
    project = ProjectFactory.create()
    planting.set_status(projects=[project], status=ProjectStatus.FEATURED, now=timezone.now())
    GrowthLog.objects.create(project=project, new_stage="seed", growth_factor=0.0)

    assert admin_client.get(f"/admin/garden/{model}/").status_code == 200
    assert admin_client.get(f"/admin/garden/{model}/add/").status_code == 403


def test_events_say_what_they_are_about(admin_client: Client) -> None:
    project = ProjectFactory.create(name="Engine")
    now = timezone.now()
    recording.record_activities(project=project, drafts=work(100, until=now), source="test", now=now)
    services.grow(project=project, now=now, source="test")

    page = admin_client.get("/admin/garden/gardenevent/").content.decode()

    pushed = GardenEvent.objects.get(event_type=EventType.COMMIT_PUSHED).data["commit_count"]
    assert f"Engine · {pushed} commits" in page
    assert f"seed → {project.growth_stage}" in page


def test_what_a_reaction_gave_up_on_is_tried_again_or_let_go_by_the_owner(admin_client: Client) -> None:
    project = ProjectFactory.create()
    planting.set_status(projects=[project], status=ProjectStatus.FEATURED, now=timezone.now())
    event = GardenEvent.objects.get()
    failure = ReactionFailure.objects.create(
        reaction="skills",
        event=event,
        attempts=5,
        error="ValueError('out of order')",
        next_attempt_at=timezone.now(),
        set_aside_at=timezone.now(),
    )
    address = reverse("admin:garden_reactionfailure_changelist")
    assert "set aside" in admin_client.get(address).content.decode()
    admin_client.post(address, {"action": "try_again", "_selected_action": [failure.pk], "index": "0"})
    failure.refresh_from_db()
    assert (failure.attempts, failure.set_aside_at) == (0, None)
    admin_client.post(address, {"action": "let_go", "_selected_action": [failure.pk], "index": "0"})
    assert ReactionFailure.objects.exists()  # it is being tried
    ReactionFailure.objects.update(set_aside_at=timezone.now())
    admin_client.post(address, {"action": "let_go", "_selected_action": [failure.pk], "index": "0"})
    assert not ReactionFailure.objects.exists()


def test_an_event_opens_and_cannot_be_saved(admin_client: Client) -> None:
    project = ProjectFactory.create()
    planting.set_status(projects=[project], status=ProjectStatus.FEATURED, now=timezone.now())
    address = reverse("admin:garden_gardenevent_change", args=[GardenEvent.objects.get().seq])

    assert admin_client.get(address).status_code == 200
    assert admin_client.post(address, {"source": "forged"}).status_code == 403
