"""The pages of skills."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from garden import recording
from garden.models import Project
from garden.tests.factories import ProjectFactory, work
from garden.vocabulary import Visibility
from greenhouse import state
from greenhouse.site.charts import practice_chart
from greenhouse.site.skill_page import hours_words, trend_words
from greenhouse.tests.test_pages import outline, page
from skills.curation import curate
from skills.models import Skill
from skills.services import sync_from_projects
from skills.tests.factories import entered

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries, Settings

pytestmark = pytest.mark.django_db

SKILLS_QUERIES = 3  # projects that show skills, skills, lines


def grown(name: str = "bog", technologies: tuple[str, ...] = ("Django", "Redis"), days: int = 40) -> Project:
    """A project with commits on each of the last days, and its skills worked out."""
    now = timezone.now()
    project = ProjectFactory.create(
        name=name, slug=name, technologies=list(technologies), languages={"Python": 900, "CSS": 100}
    )
    recording.record_activities(project=project, drafts=work(days, until=now), source="git", now=now)
    sync_from_projects(now=now)
    return project


def test_the_list_shows_every_skill_by_constellation_and_the_map_shows_the_same(client: Client) -> None:
    grown()
    html = page(client, "/skills/")
    read = outline(html)
    assert read.inline == []
    for name in ("Python", "CSS", "Django", "Redis"):
        skill = Skill.objects.get(name=name)
        assert read.links.count(f"/skills/{skill.slug}/") == 2
        assert f"level <strong>{skill.proficiency_level}</strong> of 10" in html
    assert html.index("Languages</h2>") < html.index("Backend</h2>") < html.index("Data</h2>")
    assert "4 stars" in html


def test_an_empty_sky_says_how_a_star_gets_up(client: Client) -> None:
    html = page(client, "/skills/")
    assert "No star is up yet" in html
    assert "<svg" not in html


def test_a_sky_over_plants_that_are_nobodys_own_says_whose_project_lights_the_first_star(
    client: Client, admin_client: Client, settings: Settings
) -> None:
    settings.OWNER_NAME = "Ada"
    ProjectFactory.create(is_demo=True, languages={"Python": 900})
    own = ProjectFactory.create(languages={"Python": 900})
    facts = [replace(fact, author="Linus") for fact in work(3)]
    recording.record_activities(project=own, drafts=facts, source="test", now=timezone.now())
    sync_from_projects(now=timezone.now())
    html = page(client, "/skills/")
    assert "a demonstration or other people’s work" in html
    assert "the first project by <bdi>Ada</bdi>" in html
    assert own.name not in page(client, "/about/")  # under “What I make”
    assert "plant of your own work" in admin_client.get("/admin/skills/skill/").content.decode()

    mine = replace(facts[0], external_id="own", author="Ada")
    recording.record_activities(project=own, drafts=[mine], source="test", now=timezone.now())
    sync_from_projects(now=timezone.now())
    assert "1 star in the sky" in page(client, "/skills/")
    assert own.name in page(client, "/about/")


def test_a_skill_page_tells_where_each_number_is_from(client: Client) -> None:
    grown(days=200)
    html = page(client, "/skills/python/")
    outline(html)
    assert "of practice in 1 public project" in html
    assert "estimated from the days with commits" in html
    assert 'href="/projects/bog/"' in html
    assert "90% of its code" in html
    assert "Leads to" in html
    assert 'href="/skills/django/"' in html
    assert "The same as a table" in html


def test_what_the_owner_said_is_called_their_word(client: Client) -> None:
    grown()
    django = Skill.objects.get(name="Django")
    curate(skill=django, changes={"proficiency_level": 9, "hours_practiced": 4000}, now=timezone.now())
    html = page(client, "/skills/django/")
    assert "Level 9 is the owner’s own word." in html
    assert "The 4,000 hours are the owner’s own figure." in html


@pytest.mark.parametrize("path", ["/skills/", "/sitemap.xml", "/projects/bog/"])
def test_hidden_skills_and_those_of_private_projects_are_named_nowhere(client: Client, path: str) -> None:
    grown()
    grown("secret", ("Fern",), days=1)
    Project.objects.filter(slug="secret").update(visibility=Visibility.PRIVATE)
    curate(skill=Skill.objects.get(name="Redis"), changes={"is_hidden": True}, now=timezone.now())
    html = page(client, path)
    assert "/skills/fern/" not in html
    assert "/skills/redis/" not in html
    assert client.get("/skills/redis/").status_code == client.get("/skills/fern/").status_code == 404


def test_a_skill_that_is_hidden_leaves_the_kept_state_at_once() -> None:
    grown()
    assert b"/skills/redis/" in state.current().raw
    curate(skill=Skill.objects.get(name="Redis"), changes={"is_hidden": True}, now=timezone.now())
    assert b"/skills/redis/" not in state.current().raw


def test_names_are_escaped(client: Client) -> None:
    grown(technologies=("<b>moss</b>",))
    for path in ("/skills/", f"/skills/{Skill.objects.get(name__contains='moss').slug}/", "/projects/bog/"):
        assert "<b>moss" not in page(client, path)


def test_a_project_page_links_its_technologies_to_their_skills(client: Client) -> None:
    grown()
    links = outline(page(client, "/projects/bog/")).links
    assert {"/skills/python/", "/skills/css/", "/skills/django/", "/skills/redis/"} <= set(links)


def test_the_sitemap_names_the_sky_and_its_stars(client: Client) -> None:
    grown()
    body = client.get("/sitemap.xml").content.decode()
    assert "/skills/</loc>" in body
    assert "/skills/django/</loc>" in body


def test_the_queries_do_not_grow_with_the_sky(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    grown()
    warm = page(client, "/skills/")  # what a process reads once
    assert warm
    for round_of in range(2):
        with django_assert_num_queries(SKILLS_QUERIES):
            page(client, "/skills/")
        with django_assert_num_queries(SKILLS_QUERIES + 1):
            page(client, "/skills/python/")
        grown(f"more-{round_of}", tuple(f"Thing {round_of} {number}" for number in range(30)), days=2)


def test_a_page_that_did_not_change_is_not_sent_again(client: Client) -> None:
    grown()
    etag = client.get("/skills/python/").headers["ETag"]
    assert client.get("/skills/python/", headers={"If-None-Match": etag}).status_code == 304


def test_three_hundred_skills_fit_into_the_budget(client: Client) -> None:
    grown(technologies=tuple(f"Technology {number}" for number in range(300)), days=2)
    packed = client.get("/skills/", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.content) < 60_000


def test_an_estimate_is_told_with_as_many_digits_as_it_deserves() -> None:
    assert hours_words(Skill(hours_practiced=3068)) == "about 3,100 hours"
    assert hours_words(Skill(hours_practiced=1)) == "about 1 hour"
    assert hours_words(Skill(hours_practiced=3068, owner_edited=["hours_practiced"])) == "3,068 hours"
    assert hours_words(Skill(hours_practiced=0, practice=[["2026-01-01", 0.2, 0]])) == "under an hour"
    assert hours_words(Skill()) == ""


def test_a_trend_is_told_only_where_there_is_one() -> None:
    assert trend_words(0.1) == trend_words(-0.1) == ""
    assert trend_words(0.5) == "+0.5 levels in a quarter"
    assert trend_words(-0.5) == "−0.5 levels in a quarter"


def test_the_chart_of_practice_ends_with_the_present_quarter_and_keeps_quiet_ones_free() -> None:
    chart = practice_chart([(date(2024, 1, 1), 10, 0), (date(2025, 7, 1), 40, 20)], today=date(2026, 6, 15))
    assert chart is not None
    assert (chart.busiest, chart.busiest_start, chart.first) == (40, date(2025, 7, 1), date(2024, 1, 1))
    assert chart.bars.count("M") == 2
    assert chart.tracked.count("M") == 1
    assert [tick.text for tick in chart.ticks] == ["2024", "2025", "2026"]


def test_no_practice_is_no_chart_and_the_future_is_not_drawn() -> None:
    today = timezone.now().date()
    assert practice_chart([], today=today) is None
    assert practice_chart([(today, 0.0, 0.0)], today=today) is None
    assert practice_chart([(today + timedelta(days=200), 5.0, 0.0)], today=today) is None


def test_one_quarter_is_a_sentence_and_two_are_a_chart(client: Client) -> None:
    rust = entered("Rust")
    rust.practice = [["2026-04-01", 12.5, 0.0]]
    rust.hours_practiced = 13
    rust.save()
    html = client.get(rust.get_absolute_url()).content.decode()
    assert "All of it in one quarter, from April 2026: 12.5 hours." in html
    assert 'class="chart practice"' not in html
    rust.practice = [["2026-01-01", 2.0, 0.0], ["2026-04-01", 12.5, 0.0]]
    rust.save()
    assert 'class="chart practice"' in client.get(rust.get_absolute_url()).content.decode()
