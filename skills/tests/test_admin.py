from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from garden.tests.factories import NOW, ProjectFactory
from skills.models import ConnectionType, Skill, SkillConnection
from skills.services import sync_from_projects
from skills.tests.factories import entered

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db


def test_the_owner_says_what_a_skill_is_and_the_projects_where_it_is_used(admin_client: Client) -> None:
    ProjectFactory.create_batch(3, technologies=["Python"])
    sync_from_projects(now=NOW)
    skill = Skill.objects.get()
    written = {
        "name": "Python",
        "category": "Language",
        "proficiency_level": "8",
        "hours_practiced": "900",
        "color_hex": "#3572A5",
        "projects_used_in": "99",
        "connections_out-TOTAL_FORMS": "0",
        "connections_out-INITIAL_FORMS": "0",
    }

    admin_client.post(reverse("admin:skills_skill_change", args=[skill.pk]), written)

    skill.refresh_from_db()
    assert (skill.category, skill.proficiency_level, skill.color_hex) == ("Language", 8, "#3572a5")
    assert skill.projects_used_in == 3


def test_a_colour_that_is_none_is_refused(admin_client: Client) -> None:
    page = admin_client.post("/admin/skills/skill/add/", {"name": "Rust", "color_hex": "orange"}).content.decode()

    assert "Write the colour as #rrggbb" in page
    assert not Skill.objects.exists()


def test_a_line_that_the_projects_draw_is_not_offered_for_editing(admin_client: Client) -> None:
    python, django = entered("Moss"), entered("Fern")
    SkillConnection.objects.create(skill_a=python, skill_b=django, connection_type=ConnectionType.CO_USE)

    page = admin_client.get(reverse("admin:skills_skill_change", args=[python.pk])).content.decode()

    assert 'name="connections_out-INITIAL_FORMS" value="0"' in page
    assert "Prerequisite" in page
    assert "Used together" not in page


def form_of(skill: Skill, **said: str) -> dict[str, str]:
    return {
        "name": skill.name,
        "constellation_group": skill.constellation_group,
        "category": skill.category,
        "proficiency_level": str(skill.proficiency_level or ""),
        "hours_practiced": str(skill.hours_practiced),
        "connections_out-TOTAL_FORMS": "0",
        "connections_out-INITIAL_FORMS": "0",
        **said,
    }


def test_saving_a_skill_unchanged_makes_nothing_of_it_the_owners(admin_client: Client) -> None:
    ProjectFactory.create(technologies=["Moss"])
    sync_from_projects(now=NOW)
    skill = Skill.objects.get()
    admin_client.post(reverse("admin:skills_skill_change", args=[skill.pk]), form_of(skill))
    skill.refresh_from_db()
    assert skill.owner_edited == []


def test_a_name_that_another_skill_has_is_refused_with_the_way_out(admin_client: Client) -> None:
    entered("PostgreSQL")
    other = entered("Moss")
    page = admin_client.post(
        reverse("admin:skills_skill_change", args=[other.pk]), form_of(other, name="postgres")
    ).content.decode()
    assert "This is the skill PostgreSQL. Merge the two instead" in page
    other.refresh_from_db()
    assert other.name == "Moss"


def test_a_line_that_the_owner_draws_takes_the_place_of_one_that_was_worked_out(admin_client: Client) -> None:
    ProjectFactory.create(technologies=["Moss", "Fern"])
    sync_from_projects(now=NOW)
    moss, fern = Skill.objects.get(name="Moss"), Skill.objects.get(name="Fern")
    lines = {
        "connections_out-TOTAL_FORMS": "1",
        "connections_out-0-skill_b": str(fern.pk),
        "connections_out-0-skill_a": str(moss.pk),
        "connections_out-0-connection_type": "prerequisite",
        "connections_out-0-strength": "0.7",
    }
    answer = admin_client.post(reverse("admin:skills_skill_change", args=[moss.pk]), form_of(moss, **lines))
    assert answer.status_code == 302
    sync_from_projects(now=NOW)
    line = SkillConnection.objects.get()
    assert (line.skill_a, line.skill_b, line.connection_type, line.by_owner) == (moss, fern, "prerequisite", True)


@pytest.mark.parametrize(
    ("action", "field", "value"),
    [
        ("hide", "is_hidden", True),
        ("show_again", "is_hidden", False),
        ("pin", "is_pinned", True),
        ("unpin", "is_pinned", False),
    ],
)
def test_one_click_hides_shows_pins_and_unpins(admin_client: Client, action: str, field: str, value: bool) -> None:
    skill = entered("Moss", **{field: not value})
    admin_client.post(reverse("admin:skills_skill_changelist"), {"action": action, "_selected_action": [str(skill.pk)]})
    skill.refresh_from_db()
    assert getattr(skill, field) is value


def test_merging_makes_one_of_the_chosen_and_one_alone_is_no_merge(admin_client: Client) -> None:
    best, other = entered("Moss", proficiency_level=7), entered("Sphagnum")
    chosen = {"action": "merge_into_best_known", "_selected_action": [str(other.pk)]}
    alone = admin_client.post(reverse("admin:skills_skill_changelist"), chosen, follow=True).content.decode()
    assert "Choose two or more" in alone
    chosen["_selected_action"] = [str(other.pk), str(best.pk)]
    done = admin_client.post(reverse("admin:skills_skill_changelist"), chosen, follow=True).content.decode()
    assert "Moss now answers to Sphagnum, too." in done
    assert Skill.objects.get().aliases == ["sphagnum"]


def test_the_board_shows_levels_as_bars_by_constellation(admin_client: Client) -> None:
    entered("Moss", proficiency_level=7, constellation_group="garden")
    entered("Fern")
    page = admin_client.get(reverse("admin:skills_skill_changelist")).content.decode()
    assert 'value="70" aria-label="level 7 of 10"' in page
    assert "unknown" in page


# --- Lines ------------------------------------------------------------------------------------------------------------


def drawn(client: Client, skill: Skill, *rows: dict[str, str], known: int = 0) -> str:
    """Save a skill with these lines; returns what is wrong with them, nothing where they were kept."""
    said = {"connections_out-TOTAL_FORMS": str(len(rows)), "connections_out-INITIAL_FORMS": str(known)}
    for number, row in enumerate(rows):
        whole = {"skill_a": str(skill.pk), "connection_type": "similar", "strength": "0.5", **row}
        said |= {f"connections_out-{number}-{name}": value for name, value in whole.items()}
    answer = client.post(reverse("admin:skills_skill_change", args=[skill.pk]), form_of(skill, **said))
    return "" if answer.status_code == 302 else answer.content.decode()


def lines() -> list[tuple[str, str]]:
    return sorted((line.skill_a.name, line.skill_b.name) for line in SkillConnection.objects.all())


def test_a_line_leads_to_another_skill(admin_client: Client) -> None:
    moss = entered("Moss")
    assert "A line leads to another skill." in drawn(admin_client, moss, {"skill_b": str(moss.pk)})
    assert lines() == []


def test_two_skills_have_one_line_whichever_of_them_it_is_drawn_from(admin_client: Client) -> None:
    moss, fern = entered("Moss"), entered("Fern")
    SkillConnection.objects.all().delete()
    assert drawn(admin_client, moss, {"skill_b": str(fern.pk)}) == ""
    assert "You have drawn the line between these two." in drawn(admin_client, moss, {"skill_b": str(fern.pk)})
    assert "You have drawn the line between these two." in drawn(admin_client, fern, {"skill_b": str(moss.pk)})
    assert lines() == [("Moss", "Fern")]
    with pytest.raises(IntegrityError), transaction.atomic():
        SkillConnection.objects.create(skill_a=fern, skill_b=moss, connection_type=ConnectionType.SIMILAR)


def test_a_line_is_not_drawn_twice_in_one_go(admin_client: Client) -> None:
    moss, fern = entered("Moss"), entered("Fern")
    SkillConnection.objects.all().delete()
    twice = [{"skill_b": str(fern.pk)}, {"skill_b": str(fern.pk)}]
    assert "This line stands here twice." in drawn(admin_client, moss, *twice)
    assert lines() == []


def test_a_line_that_is_led_elsewhere_takes_the_place_of_what_was_worked_out_there(admin_client: Client) -> None:
    moss, fern, reed = entered("Moss"), entered("Fern"), entered("Reed")
    SkillConnection.objects.all().delete()
    own = SkillConnection.objects.create(skill_a=moss, skill_b=fern, connection_type="similar", by_owner=True)
    SkillConnection.objects.create(skill_a=reed, skill_b=moss, connection_type="co_use")
    assert drawn(admin_client, moss, {"id": str(own.pk), "skill_b": str(reed.pk)}, known=1) == ""
    assert lines() == [("Moss", "Reed")]


def test_only_a_line_of_the_owners_can_be_deleted_since_others_would_come_back(admin_client: Client) -> None:
    ProjectFactory.create(technologies=["Python", "Django"])
    sync_from_projects(now=NOW)
    line = SkillConnection.objects.get()
    row = {"id": str(line.pk), "skill_b": str(line.skill_b_id), "connection_type": line.connection_type}
    unchanged = {**row, "strength": str(line.strength), "DELETE": "on"}
    assert drawn(admin_client, line.skill_a, unchanged, known=1) == ""
    assert SkillConnection.objects.filter(pk=line.pk, by_owner=False).exists()
    SkillConnection.objects.update(by_owner=True)
    assert drawn(admin_client, line.skill_a, unchanged, known=1) == ""
    assert lines() == []


def test_many_skills_are_pinned_at_the_cost_of_one(admin_client: Client) -> None:
    def queries(skills: list[Skill]) -> int:
        chosen = {"action": "pin", "_selected_action": [str(skill.pk) for skill in skills]}
        with CaptureQueriesContext(connection) as captured:
            admin_client.post(reverse("admin:skills_skill_changelist"), chosen)
        return len(captured)

    skills = [entered(f"Thing {number}") for number in range(12)]
    admin_client.get(reverse("admin:skills_skill_changelist"))  # the first request of a session notes it
    one = queries(skills[:1])
    assert queries(skills[1:]) == one
    assert Skill.objects.filter(is_pinned=True).count() == 12
