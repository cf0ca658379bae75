"""The console's pages about visitors."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from garden.templatetags.console import by_parts
from garden.tests.factories import ProjectFactory
from greenhouse.console.visits import pages
from greenhouse.console.visits.pages import TABS
from skills.models import Skill
from visitors.figures.comparing import NO_EARLIER
from visitors.figures.rollups import roll_up
from visitors.figures.windows import DateRange, Window
from visitors.insights.correlations import Finding
from visitors.insights.recommendations import Recommendation
from visitors.insights.report import insights
from visitors.insights.statistics import Correlation
from visitors.models import Funnel, Goal, Session, Step
from visitors.vocabulary import Channel, SetAside, StepKind

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.fixtures import Settings

    from garden.models import Project

pytestmark = pytest.mark.django_db

PAGES = [name for name, _ in TABS]


@pytest.fixture
def plant() -> Project:
    """A plant that was seen: three visits within the hour, and a machine."""
    plant: Project = ProjectFactory.create(name="Moss <Map>", position_x=2.0, position_z=1.0)
    at = timezone.now() - timedelta(minutes=2)
    for number in range(4):
        Session.objects.create(
            id=number + 1,
            started_at=at,
            last_activity_at=at,
            first_of_day=True,
            set_aside=SetAside.AGENT if number == 3 else "",
            agent_family="Crawler" if number == 3 else "",
            channel=Channel.AI,
            entry_point="/",
            exit_point="/about/",
            steps=3,
            page_views=3,
        )
        Step.objects.create(
            session_id=number + 1, at=at, kind=StepKind.NAVIGATION, area="/", x=-2.0, z=-1.0, duration=5
        )
        Step.objects.create(
            session_id=number + 1, at=at, kind=StepKind.PROJECT_VIEW, area="/about/", project_id=plant.pk, duration=9
        )
    return plant


def page(client: Client, name: str, query: str = "") -> str:
    answer = client.get(f"{reverse(f'admin:{name}')}{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_goes_together_is_a_picture_a_table_and_a_sentence(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Finding("commits", "visits", 1, Correlation(0.5, 90, 60.0, 0.25, 0.75, 0.0001), 0.002, "When you <commit>.")
    empty = insights(Window.of(DateRange.QUARTER, timezone.now()))
    engagement = replace(empty.visitor_engagement, findings=[found], sentences=[found.sentence])
    todo = Recommendation("Write a post.", "It helped.", "/admin/", "Write")
    told = replace(empty, visitor_engagement=engagement, recommendations=[todo])
    monkeypatch.setattr(pages, "insights", lambda _window: told)
    html = page(admin_client, "visits-insights")
    assert 'x="125.0" y="5" width="50.0"' in html  # of 200, for −1 to 1
    assert "When you &lt;commit&gt;." in html
    assert "0.0020" in html
    assert '<a class="console-button" href="/admin/">Write</a>' in html


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(
    "query", ["", "?date_range=1d", "?date_range=365d&device=mobile", "?date_range=never&project=x"]
)
def test_every_page_says_what_will_be_there_before_anybody_came(admin_client: Client, name: str, query: str) -> None:
    assert "visits-tabs" in page(admin_client, name, query)


def test_nobody_yet_is_said_in_words(admin_client: Client) -> None:
    assert "Nobody came yet" in page(admin_client, "visits")
    assert "Nobody was seen on the plan" in page(admin_client, "visits-plan")
    journeys = page(admin_client, "visits-journeys")
    assert "No journeys in this while" in journeys
    assert "<td>0%</td>" not in journeys, "of nobody there is no share"
    assert "it was quiet" in page(admin_client, "visits-now")


def test_visits_are_shown_as_a_picture_and_as_a_table(admin_client: Client, plant: Project) -> None:
    html = page(admin_client, "visits", "?date_range=1d")
    assert "<title>3 visits," in html
    assert html.count("<td>3</td>") >= 3  # the hour's visits, visitor-days, and more
    assert "Moss &lt;Map&gt;" in html
    assert f"project={plant.pk}" in html  # a click narrows


def test_the_period_before_stands_behind_the_picture_and_beside_every_row(
    admin_client: Client, plant: Project, settings: Settings
) -> None:
    now = timezone.now()
    assert page(admin_client, "visits", "?date_range=7d").count(NO_EARLIER) == 6  # the totals
    assert 'class="before"' not in page(admin_client, "visits", "?date_range=7d")
    roll_up(now - timedelta(days=60))
    then = Session.objects.create(
        id=99,
        started_at=now - timedelta(days=8),
        last_activity_at=now - timedelta(days=8),
        channel=Channel.MAIL,
        first_of_day=True,
    )
    Step.objects.create(session_id=then.pk, at=then.started_at, kind=StepKind.NAVIGATION, area="/cv/")
    roll_up(now)
    html = page(admin_client, "visits", "?date_range=7d")
    assert 'class="before"' in html
    assert "Visits before" in html
    assert "1 before, +200%" in html
    assert "<td><small>new</small></td>" in html
    assert "Came no more: <bdi>mail</bdi> (1 before)" in re.sub(r"\s+", " ", html)
    assert NO_EARLIER not in html
    Funnel.objects.create(name="To the CV", slug="cv", steps="area:/cv/")
    journeys = page(admin_client, "visits-journeys", "?date_range=7d")
    assert "Of 3 visits since" in journeys
    assert "1 in the period before" in journeys
    assert f"single visits are kept for {settings.JOURNEYS_KEPT_DAYS} days" in page(
        admin_client, "visits-journeys", "?date_range=30d"
    )
    assert "0 before</small>" in page(admin_client, "visits-growth", "?date_range=7d")


def test_a_page_is_narrowed_by_what_was_clicked_and_widened_again(admin_client: Client, plant: Project) -> None:
    html = page(admin_client, "visits", f"?date_range=1d&project={plant.pk}&channel=ai")
    assert "project: Moss &lt;Map&gt;" in html
    assert f'href="?date_range=1d&amp;project={plant.pk}"' in html
    refused = page(admin_client, "visits", "?date_range=90d&device=mobile&channel=ai")
    assert "Two values at once only within" in refused


def test_the_plan_shows_where_visitors_stood_and_the_ways_between(admin_client: Client, plant: Project) -> None:
    html = page(admin_client, "visits-plan", "?date_range=1d")
    assert 'class="warm-5" x="-2.00" y="-1.00"' in html
    assert "at Moss &lt;Map&gt;</bdi> and" in html or "and <bdi>at Moss &lt;Map&gt;" in html


def test_journeys_show_paths_ends_and_how_far_funnels_lead(admin_client: Client, plant: Project) -> None:
    Funnel.objects.create(name="To the plant", slug="plant", steps="area:/\nview\ninteraction")
    html = page(admin_client, "visits-journeys", "?date_range=1d")
    assert "To the plant" in html
    assert "Of 3 visits since" in html
    assert 'class="console-bar visits-funnel" max="1" value="1.000"' in html
    assert "<td>100%</td>" in html


def test_a_step_behind_one_that_nobody_took_has_no_share(admin_client: Client, plant: Project) -> None:
    Funnel.objects.create(name="To nowhere", slug="nowhere", steps="area:/\narea:/nowhere\nview")
    html = page(admin_client, "visits-journeys", "?date_range=1d")
    shares = re.findall(r"<td>([0-9,]+)</td><td>([^<]+)</td>", html[html.index("To nowhere") :])
    assert [share for _visits, share in shares[:3]] == ["100%", "0%", "–"]


def test_a_path_breaks_after_its_slashes() -> None:
    assert by_parts("/projects/<b>/") == "/<wbr>projects/<wbr>&lt;b&gt;/<wbr>"
    assert by_parts("bench") == "bench"


def test_goals_and_funnels_take_as_many_queries_however_many_they_are(admin_client: Client, plant: Project) -> None:
    def queries(of: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            html = admin_client.get(reverse(f"admin:visitors_{of}_changelist")).content.decode()
        assert "(100%)" in html
        return len(captured)

    for number in range(3):
        Goal.objects.create(name=f"Act {number}", mark="view")
        Funnel.objects.create(name=f"To the plant {number}", slug=f"plant-{number}", steps="area:/\nview")
        if number == 0:
            queries("goal")  # what is asked once a process
            one = queries("goal"), queries("funnel")
    assert (queries("goal"), queries("funnel")) == one


def test_just_now_tells_who_is_here(admin_client: Client, plant: Project) -> None:
    html = page(admin_client, "visits-now")
    assert "<strong>3</strong> visitors within five minutes" in html
    assert 'data-part="walkers"' in html
    assert "console/visits.js" in html


def test_skills_are_shown_by_quarter(admin_client: Client) -> None:
    today = timezone.now().date()
    quarter = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    Skill.objects.create(name="Django", slug="django", hours_practiced=70, practice=[[quarter.isoformat(), 70, 10]])
    html = page(admin_client, "visits-growth")
    assert "70 h</title>" in html
    assert "<td>70</td>" in html


def test_the_number_of_queries_does_not_grow_with_plants(
    admin_client: Client, django_assert_max_num_queries: object
) -> None:
    counts = []
    page(admin_client, "visits-plan")  # the first request of a session notes it
    for _ in range(2):
        ProjectFactory.create_batch(4)
        with django_assert_max_num_queries(60) as asked:  # type: ignore[operator]
            for name in ("visits-plan", "visits-growth"):
                page(admin_client, name)
        counts.append(len(asked.captured_queries))
    assert counts[0] == counts[1]


def test_who_may_not_look_at_visits_sees_neither_the_pages_nor_the_way_there(client: Client) -> None:
    helper = User.objects.create_user("helper", password="a long one", is_staff=True)
    client.force_login(helper)
    for name in PAGES:
        assert client.get(reverse(f"admin:{name}")).status_code == 403
    assert reverse("admin:visits") not in client.get(reverse("admin:index")).content.decode()
    helper.user_permissions.set(Permission.objects.filter(codename="view_session"))
    assert client.get(reverse("admin:visits")).status_code == 403  # it names plants, private ones too
    helper.user_permissions.set(Permission.objects.filter(codename__in=["view_session", "view_project"]))
    for name in PAGES:
        assert client.get(reverse(f"admin:{name}")).status_code == 200
    assert reverse("admin:visits") in client.get(reverse("admin:index")).content.decode()


def test_visitors_are_led_to_the_sign_in(client: Client) -> None:
    assert client.get(reverse("admin:visits")).status_code == 302
