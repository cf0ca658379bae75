from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask, PeriodicTasks

from garden import ownership, planting, recording, services
from garden.admin.base import ReadOnlyAdmin
from garden.drafts import ProjectDraft
from garden.engine.layout import Position
from garden.models import Activity, GardenEvent, GrowthLog, Project, ReactionFailure
from garden.sources import github
from garden.tests.factories import ProjectFactory, work
from garden.tests.pressing import button
from garden.vocabulary import ProjectStatus
from greenhouse.console.first_steps import STEPS, pass_step
from greenhouse.console.schedule import every
from greenhouse.models import Lease
from greenhouse.run.beat import SCHEDULE
from integrations.coding.durations import Spent
from integrations.coding.services import store_days
from integrations.models import (
    Account,
    CodingName,
    CodingSource,
    DeliveryStatus,
    SyncRun,
    SyncStatus,
    SyncTrigger,
    WebhookDelivery,
)
from integrations.problems import ASKED_AGAIN
from skills.models import Skill
from visitors.models import Session
from weather.models import MusicMoment, WeatherState
from weather.services import update_mood

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.fixtures import Settings

pytestmark = pytest.mark.django_db

TASKS = "/admin/django_celery_beat/periodictask/"


@pytest.fixture(autouse=True)
def _quiet_garden(settings: Settings) -> None:
    """GitHub is connected through the environment, the schedule has just run and the first steps are walked: nothing
    waits for the owner."""
    settings.ENABLE_GITHUB_INTEGRATION, settings.GITHUB_USERNAME, settings.GITHUB_TOKEN = True, "ada", ""
    settings.ENABLE_MOCK_DATA = False
    now = timezone.now()
    PeriodicTask.objects.update(last_run_at=now)
    Lease.objects.create(name=SCHEDULE, holder="here", renewed_at=now, expires_at=now + timedelta(minutes=1))
    for step in STEPS:
        pass_step(step, now=now)


def overview(client: Client) -> str:
    return client.get("/admin/").content.decode()


def run_of(status: SyncStatus, *, hours_ago: float, error: str = "", error_code: str = "", fix: str = "") -> SyncRun:
    at = timezone.now() - timedelta(hours=hours_ago)
    return SyncRun.objects.create(
        provider="github",
        subject="ada",
        trigger=SyncTrigger.SCHEDULE,
        status=status,
        requested_at=at,
        started_at=at,
        ended_at=at,
        error=error,
        error_code=error_code,
        fix=fix,
    )


def delivery(number: int, status: DeliveryStatus, *, minutes_ago: int = 0) -> WebhookDelivery:
    return WebhookDelivery.objects.create(
        provider="github",
        delivery_id=f"d-{number}",
        event="push",
        content_type="application/json",
        body=b"{}",
        status=status,
        received_at=timezone.now() - timedelta(minutes=minutes_ago),
    )


def set_aside(reaction: str) -> ReactionFailure:
    now = timezone.now()
    planting.set_status(projects=[ProjectFactory.create()], status=ProjectStatus.FEATURED, now=now)
    return ReactionFailure.objects.create(
        reaction=reaction,
        event=GardenEvent.objects.latest("seq"),
        attempts=5,
        error="ValueError()",
        next_attempt_at=now,
        set_aside_at=now,
    )


def seed(name: str) -> Project:
    return planting.propose_seed(name=name, description="Please.", at=Position(1, -3), now=timezone.now())


def test_an_empty_garden_says_how_to_begin(admin_client: Client) -> None:
    page = overview(admin_client)

    assert "A garden begins" in page
    assert "import_git" in page
    assert "Commits, week by week" not in page


def test_a_garden_that_keeps_itself_needs_nothing(admin_client: Client) -> None:
    ProjectFactory.create()
    run_of(SyncStatus.SUCCEEDED, hours_ago=1)

    assert "Nothing. The garden keeps itself." in overview(admin_client)


def test_the_overview_asks_as_much_for_a_large_garden_as_for_a_small_one(admin_client: Client) -> None:
    def fill(number: int) -> None:
        for project in ProjectFactory.create_batch(number):
            recording.record_activities(project=project, drafts=work(5), source="test", now=timezone.now())
            services.grow(project=project, now=timezone.now(), source="test")
            seed(f"Seed of {project.name}")
            SyncRun.objects.create(provider="git", subject=project.name, trigger="command", status="failed")
            delivery(Project.objects.count(), DeliveryStatus.FAILED)
            coded(f"something {project.pk}", 1)

    overview(admin_client)  # the first request of a test fills caches of the framework
    fill(1)
    with CaptureQueriesContext(connection) as small:
        overview(admin_client)
    fill(12)
    with CaptureQueriesContext(connection) as large:
        overview(admin_client)

    assert len(large) == len(small)
    assert len(large) < 44


def test_a_failed_sync_stands_first_with_its_fix_until_one_succeeds(admin_client: Client) -> None:
    seed("Moss")
    run_of(SyncStatus.FAILED, hours_ago=1, error="GitHub did not accept the token.", fix="Make a new one.")
    failing = overview(admin_client)
    run_of(SyncStatus.SUCCEEDED, hours_ago=0.5)
    fine = overview(admin_client)

    assert "The last sync of GitHub (ada) failed" in failing
    assert "GitHub did not accept the token. Make a new one." in failing
    assert failing.index("The last sync") < failing.index("A visitor proposes")
    assert "The last sync" not in fine


def alarms(page: str) -> bool:
    """Whether a sync is among what is urgent."""
    return any("The last sync" in one for one in re.findall(r'<li class="urgent">.*?</li>', page, re.DOTALL))


@pytest.mark.parametrize("code", ["unreachable", "timeout"])
def test_a_service_that_did_not_answer_alarms_once_it_has_not_for_hours(admin_client: Client, code: str) -> None:
    said = {"error": "GitHub could not be reached.", "error_code": code, "fix": ASKED_AGAIN}
    run_of(SyncStatus.FAILED, hours_ago=0.1, **said)
    first = overview(admin_client)
    run_of(SyncStatus.FAILED, hours_ago=9, **said)
    long_after = overview(admin_client)

    assert "The last sync of GitHub (ada) did not come through yet" in first
    assert first.count("It is asked again by itself") == 1
    assert "The last sync of GitHub (ada) failed" in long_after
    assert [alarms(page) for page in (first, long_after)] == [False, True]


def test_one_answer_among_the_failures_is_enough_for_calm(admin_client: Client) -> None:
    for hours_ago, status, code in [(9, "failed", "timeout"), (1, "succeeded", ""), (0.1, "failed", "timeout")]:
        run_of(SyncStatus(status), hours_ago=hours_ago, error="GitHub did not answer in time.", error_code=code)
    page = overview(admin_client)
    assert "did not come through yet" in page
    assert not alarms(page)


def test_a_first_failure_after_a_pause_is_no_alarm(admin_client: Client) -> None:
    run_of(SyncStatus.SUCCEEDED, hours_ago=9)
    run_of(SyncStatus.FAILED, hours_ago=0.1, error="GitHub could not be reached.", error_code="unreachable")
    page = overview(admin_client)
    assert "did not come through yet" in page
    assert not alarms(page)


def test_a_seed_is_approved_from_the_overview(admin_client: Client) -> None:
    moss = seed("Moss")

    answer = admin_client.post(*button(overview(admin_client), "Approve"))

    moss.refresh_from_db()
    assert moss.status == "active"
    assert answer.headers["Location"] == "/admin/"
    assert "A visitor proposes" not in overview(admin_client)


def test_many_seeds_are_one_line(admin_client: Client) -> None:
    for number in range(9):
        seed(f"Seed {number}")

    page = overview(admin_client)

    assert "A visitor proposes" not in page
    assert "9 seeds to look at" in page


def coded(name: str, hours: float) -> CodingName:
    day = timezone.localdate() - timedelta(days=CodingName.objects.count())  # one name a day
    spent = Spent(day, name, hours * 3600)
    store_days(drafts=[spent], source=CodingSource.WAKATIME, now=timezone.now())
    return CodingName.objects.get(name=name)


def test_an_editors_name_without_a_plant_is_given_one_from_the_overview(admin_client: Client) -> None:
    plant = ProjectFactory.create(name="Analytical engine")
    ProjectFactory.create(name="Stands here for show", is_demo=True)
    name = coded("engine-v2", 2.5)
    page = overview(admin_client)
    asked = page[page.index("Which plant is “engine-v2”?") :]
    form = asked[: asked.index("</form>")]
    assert "2 hrs 30 mins of work under this name" in form
    assert [plant.name] == re.findall(r"<option value=\"[^\"]+\">([^<]+)</option>", form)

    action, fields = re.search(r'action="([^"]+)"', form), dict(re.findall(r'name="(next)" value="([^"]*)"', form))
    assert action is not None
    answer = admin_client.post(action[1], {**fields, "project": plant.pk, "do": "assign"})

    name.refresh_from_db()
    assert (name.project, answer.headers["Location"]) == (plant, "/admin/")
    assert "Which plant is" not in overview(admin_client)


def test_a_name_that_is_no_plant_is_asked_about_once(admin_client: Client) -> None:
    name = coded("scratch", 1)
    assert "Which plant is “scratch”?" in overview(admin_client)
    decide = reverse("admin:integrations_codingname_decide", args=[name.pk])
    elsewhere = admin_client.post(decide, {"do": "none", "next": "https://elsewhere.example/"})
    assert elsewhere.headers["Location"] == reverse("admin:integrations_codingname_changelist")
    assert "Which plant is" not in overview(admin_client)


def test_of_many_names_those_with_the_most_time_are_asked_about(admin_client: Client) -> None:
    for number in range(6):
        coded(f"name-{number}", 1 + number)
    page = overview(admin_client)
    assert re.findall(r"Which plant is “(name-\d)”", page) == ["name-5", "name-4", "name-3"]
    assert "3 more names from your editors are no plant yet" in page


def test_a_repository_that_is_archived_on_github_keeps_its_plant_until_the_owner_says(admin_client: Client) -> None:
    now = timezone.now()
    draft = ProjectDraft(name="Old engine", sources=github("ada/old-engine", 7), archived=True)
    drafts = [draft, replace(draft, sources=github("ada/b", 8))]
    projects = [planting.plant(draft=one, source="github", now=now)[0] for one in drafts]
    page = overview(admin_client)
    assert page.count("is archived on GitHub") == 2
    assert all(project.shown for project in projects)
    assert "archived on GitHub" in admin_client.get(projects[0].get_absolute_url()).content.decode()

    for project, again, action in zip(projects, drafts, ("archive", "let_stand"), strict=True):
        fields = {"action": action, "_selected_action": str(project.pk), "index": "0", "next": "/admin/"}
        assert f'value="{action}"' in page
        assert admin_client.post(reverse("admin:garden_project_changelist"), fields).headers["Location"] == "/admin/"
        planting.refresh(project=project, draft=again, source="github", now=now)
    assert "is archived on GitHub" not in overview(admin_client)
    assert [Project.objects.get(pk=project.pk).status for project in projects] == ["archived", "active"]


def test_work_that_is_taken_up_again_is_asked_about_when_it_is_archived_again(admin_client: Client) -> None:
    now = timezone.now()
    draft = ProjectDraft(name="Old engine", sources=github("ada/old-engine", 7), archived=True)
    project, _ = planting.plant(draft=draft, source="github", now=now)
    planting.let_stand(projects=[project])
    for archived, asked in ((None, False), (False, False), (True, True)):
        planting.refresh(project=project, draft=replace(draft, archived=archived), source="github", now=now)
        assert ("is archived on GitHub" in overview(admin_client)) is asked


def test_one_click_tries_the_failed_deliveries_again_that_the_page_counted(admin_client: Client) -> None:
    failed = [delivery(number, DeliveryStatus.FAILED) for number in range(3)]
    fine = delivery(9, DeliveryStatus.PROCESSED)
    page = overview(admin_client)
    assert "3 webhooks could not be worked in" in page
    address, fields = button(page, "Try again")
    later = delivery(10, DeliveryStatus.FAILED)

    assert admin_client.post(address, fields).headers["Location"] == "/admin/"

    assert {one.pk for one in WebhookDelivery.objects.filter(status=DeliveryStatus.RECEIVED)} == {
        one.pk for one in failed
    }
    assert WebhookDelivery.objects.get(pk=fine.pk).status == DeliveryStatus.PROCESSED
    assert WebhookDelivery.objects.get(pk=later.pk).status == DeliveryStatus.FAILED


def test_an_inbox_that_nobody_works_on_is_told(admin_client: Client) -> None:
    delivery(1, DeliveryStatus.RECEIVED, minutes_ago=2)
    assert "waiting, the oldest" not in overview(admin_client)

    delivery(2, DeliveryStatus.RECEIVED, minutes_ago=90)
    assert "2 webhooks waiting, the oldest since 1 hour ago" in overview(admin_client)


def test_a_schedule_that_stands_still_is_told(admin_client: Client) -> None:
    assert "The schedule is not running" not in overview(admin_client)

    Lease.objects.update(expires_at=timezone.now() - timedelta(hours=3))
    assert "The schedule is not running" in overview(admin_client)


def test_tasks_that_no_worker_begins_are_told(admin_client: Client) -> None:
    PeriodicTask.objects.filter(task="garden.tasks.react").update(last_run_at=timezone.now() - timedelta(minutes=2))
    page = overview(admin_client)
    assert "Tasks wait for a worker" in page
    assert "React to what happened" in page


def test_a_schedule_without_tasks_is_told(admin_client: Client) -> None:
    PeriodicTask.objects.update(enabled=False)
    assert "No task is scheduled" in overview(admin_client)


def test_what_a_reaction_gave_up_on_is_told_with_both_ways_out(admin_client: Client) -> None:
    set_aside("storm")
    page = overview(admin_client)
    assert "“storm” could not follow 1 event" in page
    assert "Try again" in page
    assert "Let it go" in page


@pytest.mark.parametrize(("label", "left"), [("Try again", 2), ("Let it go", 0)])
def test_a_click_settles_what_the_page_counted_of_one_reaction_and_nothing_that_came_later(
    admin_client: Client, label: str, left: int
) -> None:
    shown = [set_aside("storm"), set_aside("storm")]
    address, fields = button(overview(admin_client), label)
    others = [set_aside("storm"), set_aside("skills")]

    admin_client.post(address, fields)

    waiting = ReactionFailure.objects.filter(set_aside_at__isnull=False)
    assert {one.pk for one in waiting} == {one.pk for one in others}
    assert ReactionFailure.objects.filter(pk__in=[one.pk for one in shown]).count() == left


def test_of_very_many_a_click_takes_as_many_as_it_says(admin_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("garden.admin.needs.MOST_CHOSEN", 2)
    oldest, _, _ = [set_aside("storm") for _ in range(3)]
    page = overview(admin_client)
    assert "“storm” could not follow 3 events" in page
    admin_client.post(*button(page, "Let go the newest 2"))
    assert list(ReactionFailure.objects.all()) == [oldest]


def test_whose_work_it_is_is_asked_with_the_names_found(admin_client: Client, settings: Settings) -> None:
    settings.OWNER_NAME = settings.GITHUB_USERNAME = ""
    project, now = ProjectFactory.create(), timezone.now()
    authors = ["Ada Lovelace", "Ada Lovelace", "Grace", "renovate[bot]"]
    drafts = [replace(draft, author=author) for draft, author in zip(work(4, a_day=1), authors, strict=True)]
    recording.record_activities(project=project, drafts=drafts, source="test", now=now)
    page = overview(admin_client)
    assert "Whose work is it?" in page
    assert "Found: Ada Lovelace (2), Grace (1)." in page
    assert "/admin/garden/owneridentity/add/?said=Ada+Lovelace" in page

    settings.OWNER_NAME = "Augusta"
    services.grow_all(now=now, source="test")
    page = overview(admin_client)
    assert "None of the commits is yours" in page
    assert "Found: Ada Lovelace (2), Grace (1)." in page

    ownership.add(said="Ada Lovelace", now=now)
    page = overview(admin_client)
    assert "None of the commits is yours" not in page
    assert "Whose work is it?" not in page


def test_demo_plants_are_mentioned_only_among_the_owners_own(admin_client: Client) -> None:
    ProjectFactory.create_batch(2, is_demo=True)
    assert "still standing among yours" not in overview(admin_client)

    ProjectFactory.create()
    assert "2 demo plants still standing among yours" in overview(admin_client)

    admin_client.post(
        "/admin/garden/project/?demo=yes",
        {"action": "remove_demo_plants", "_selected_action": "all", "select_across": "1", "index": "0"},
    )
    assert Project.objects.count() == 1


def test_a_missing_github_account_is_told(admin_client: Client, settings: Settings) -> None:
    settings.GITHUB_USERNAME = ""
    assert "GitHub is not connected" in overview(admin_client)

    Account.objects.create(provider="github", username="ada")
    assert "GitHub is not connected" not in overview(admin_client)


def test_every_link_of_the_overview_leads_somewhere(admin_client: Client) -> None:
    project = ProjectFactory.create()
    ProjectFactory.create(is_demo=True)
    recording.record_activities(project=project, drafts=work(5), source="test", now=timezone.now())
    services.grow(project=project, now=timezone.now(), source="test")
    seed("Moss")
    delivery(1, DeliveryStatus.FAILED)
    run_of(SyncStatus.FAILED, hours_ago=1, error="It failed.")

    links = {link for link in re.findall(r'href="(/admin/[^"#]*)"', overview(admin_client)) if "logout" not in link}

    assert len(links) > 20
    answers = {link: admin_client.get(link.replace("&amp;", "&"), follow=True).status_code for link in links}
    assert {link: status for link, status in answers.items() if status != 200} == {}


def test_the_numbers_count_what_visitors_see(admin_client: Client) -> None:
    ProjectFactory.create_batch(3, growth_stage="mature", vitality=0.9)
    ProjectFactory.create(vitality=0.1)
    ProjectFactory.create(visibility="private", growth_stage="ancient")
    seed("Moss")

    page = re.sub(r"\s+", " ", overview(admin_client))

    assert "<strong>4</strong><span>plants in the garden</span>" in page
    assert "<strong>3</strong><span>thriving</span><small>1 resting</small>" in page
    assert re.search(r"growth_stage__exact=mature\"><b>3</b>", page)
    assert re.search(r"growth_stage__exact=ancient\"><b>0</b>", page)


def test_each_number_is_that_of_the_list_it_leads_to_or_says_what_the_list_lacks(admin_client: Client) -> None:
    project = ProjectFactory.create(vitality=0.9, earlier_commits=1_235)
    ProjectFactory.create(vitality=0.9, status=ProjectStatus.ARCHIVED)
    for until in (timezone.now(), timezone.now() - timedelta(days=40)):
        recording.record_activities(project=project, drafts=work(3, until=until), source="test", now=timezone.now())
    services.grow(project=project, now=timezone.now(), source="test")
    Project.objects.filter(pk=project.pk).update(vitality=0.9)

    page = re.sub(r"\s+", " ", overview(admin_client))
    numbers = {
        label: (int(value.replace(",", "")), link.replace("&amp;", "&"))
        for link, value, label in re.findall(r'<a href="([^"]*)"><strong>([\d,]+)</strong><span>([^<]*)</span>', page)
    }
    listed = {label: admin_client.get(link).context["cl"].queryset.count() for label, (_, link) in numbers.items()}

    assert len(numbers) == 4
    for label in ("plants in the garden", "thriving", "commits this week"):
        assert listed[label] == numbers[label][0], label
    assert numbers["commits in all"][0] - 1_235 == listed["commits in all"]
    assert "1,235 of them from before what was imported" in page
    assert "1,235 commits more are older" in admin_client.get(numbers["commits in all"][1]).content.decode()
    stage = Project.objects.get(pk=project.pk).growth_stage
    (link,) = re.findall(rf'href="([^"]*growth_stage__exact={stage})"', page)
    assert admin_client.get(link.replace("&amp;", "&")).context["cl"].queryset.count() == 1


def test_the_year_ends_with_this_week(admin_client: Client) -> None:
    project = ProjectFactory.create()
    recording.record_activities(
        project=project, drafts=work(1, until=timezone.now()), source="test", now=timezone.now()
    )

    titles = re.findall(r"<title>(\d+) in the week of", overview(admin_client))

    assert len(titles) == 52
    assert sum(int(number) for number in titles[:-1]) + int(titles[-1]) == 3
    assert int(titles[-1]) + int(titles[-2]) == 3  # on a Monday morning the last hours were still last week


def test_badges_count_what_waits(admin_client: Client) -> None:
    seed("Moss")
    seed("Fern")
    delivery(1, DeliveryStatus.FAILED)

    page = re.sub(r"\s+", " ", admin_client.get("/admin/garden/growthlog/").content.decode())

    assert re.search(r"Seeds to approve</span> <span[^>]*> 2 </span>", page)
    assert re.search(r"Webhook deliveries</span> <span[^>]*> 1 </span>", page)
    assert not re.search(r"Sync runs</span> <span[^>]*> \d+ </span>", page)


def without_rows(shown: Any) -> dict[str, int]:
    """What a browser sends of the rows below a form, where there are none."""
    rows = [one.formset.prefix for one in (shown.context or {}).get("inline_admin_formsets", ())]
    return {f"{prefix}-{counted}": 0 for prefix in rows for counted in ("TOTAL_FORMS", "INITIAL_FORMS")}


def test_what_a_form_of_the_console_misses_it_names(admin_client: Client) -> None:
    ways = [way.name for page in admin.site._registry.values() for way in page.get_urls() if way.name]
    adding = [reverse(f"admin:{name}") for name in ways if name.endswith("_add")]
    answers = [admin_client.post(one, without_rows(admin_client.get(one))) for one in adding]
    said = [answer.content.decode() for answer in answers if answer.status_code == HTTPStatus.OK]
    assert not [page for page in said if "This field is required" in page]
    assert len([page for page in said if "cannot stay empty" in page]) >= 3


def test_the_growth_log_names_its_columns_and_filters_in_plain_words(admin_client: Client) -> None:
    project = ProjectFactory.create()
    rows = [
        GrowthLog.objects.create(project=project, new_stage="seed", growth_factor=0, backfilled=one)
        for one in (True, False)
    ]
    log = reverse("admin:garden_growthlog_changelist")
    change = reverse("admin:garden_growthlog_change", args=[rows[0].pk])
    for page in (admin_client.get(one).content.decode() for one in (log, change)):
        assert "Commits since the row before" in page
        assert "from history" in page
        assert not re.search("commits delta|backfilled", page, re.IGNORECASE)
    for how, row in zip(("history", "live"), rows, strict=True):
        assert list(admin_client.get(log, {"written": how}).context["cl"].queryset) == [row]


def test_every_page_of_the_console_opens_empty_and_by_its_search(admin_client: Client) -> None:
    for model, page in admin.site._registry.items():
        listed = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        assert admin_client.get(listed, follow=True).status_code == 200, listed
        if page.search_fields:
            assert admin_client.get(listed, {"q": "x'\" %"}).status_code == 200, listed


def test_an_empty_list_says_what_fills_it_and_a_filtered_one_how_to_see_all(admin_client: Client) -> None:
    goals = reverse("admin:visitors_goal_changelist")
    assert "A goal is what you hope visitors do" in admin_client.get(goals).content.decode()
    consents = reverse("admin:consent_consent_changelist")
    assert "No visitor has agreed to anything." in admin_client.get(consents).content.decode()
    searched = admin_client.get(reverse("admin:social_feeditem_changelist"), {"q": "moss"}).content.decode()
    assert "Nothing fits" in searched
    assert "RSS_FEEDS" not in searched


def test_every_bar_of_a_list_says_its_figure(admin_client: Client) -> None:
    project = ProjectFactory.create(growth_factor=0.35, vitality=0.81)
    GrowthLog.objects.create(project=project, new_stage="growing", growth_factor=0.35)
    update_mood(now=timezone.now())
    MusicMoment.objects.create(source="x", external_id="1", played_at=timezone.now(), energy=0.44, valence=0.17)
    said = {
        "garden_project": ["seed · 35%", "thriving · 81%"],
        "garden_growthlog": ["35%"],
        "weather_weatherstate": [f"{WeatherState.objects.get().intensity:.0%}"],
        "weather_musicmoment": ["44%", "17%"],
    }
    for name, figures in said.items():
        page = admin_client.get(reverse(f"admin:{name}_changelist")).content.decode()
        rows = page.partition("data-row")[2]
        assert re.findall(r"<span>([^<]*)</span><progress", rows) == figures, name
        assert rows.count("<progress") == len(figures), name


def test_a_long_subject_says_that_it_goes_on(admin_client: Client) -> None:
    project = ProjectFactory.create()
    subject = "What is told of a commit is as long as somebody liked, and a list has a line of it for each and no more."
    fact = {"kind": "commit", "external_id": "a" * 40, "occurred_at": timezone.now()}
    Activity.objects.create(project=project, title=subject, **fact)
    page = admin_client.get(reverse("admin:garden_activity_changelist")).content.decode()
    assert f"{subject[:89]}…" in page
    assert subject not in page


def test_a_plant_without_a_remote_shows_no_first_commit_in_its_list(admin_client: Client) -> None:
    sha = "9" * 40
    project = ProjectFactory.create()
    project.sources.create(provider="git", external_id=f"root:{sha}")
    page = admin_client.get(reverse("admin:garden_project_changelist")).content.decode()
    assert "git, without a remote" in page
    assert sha not in page


def test_narrow_tables_name_their_figures_as_their_headings_do(admin_client: Client) -> None:
    for name in ("admin:doctor", "admin:dossier"):
        page = admin_client.get(reverse(name)).content.decode()
        tables = re.findall(r'<table class="console-table"><thead>(.*?)</thead>(.*?)</table>', page, re.DOTALL)
        assert tables, name
        for head, body in tables:
            headings = re.findall(r"<th scope=\"col\">([^<]+)", head)[1:]
            for row in body.split("</tr>")[:-1]:
                assert re.findall(r'<td data-label="([^"]+)"', row) == headings, name


def test_a_list_that_nobody_counted_says_no_number_of_rows(admin_client: Client) -> None:
    now, visits = timezone.now(), ReadOnlyAdmin.list_per_page
    Session.objects.bulk_create(
        Session(id=number, started_at=now, last_activity_at=now, first_of_day=True) for number in range(1, visits + 2)
    )
    lists = [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for model, page in admin.site._registry.items()
        if isinstance(page, ReadOnlyAdmin) and page.search_fields
    ]
    assert len(lists) > 5
    for listed in lists:
        for query in ({}, {"q": "moss"}):
            assert "9999999999" not in admin_client.get(listed, query).content.decode(), listed
    page = admin_client.get(reverse("admin:visitors_session_changelist"), {"counted": "yes"}).content.decode()
    assert "Show all" in page
    assert "Select all sessions" in page
    assert "All selected" in page
    Session.objects.filter(pk__lte=2).delete()
    page = admin_client.get(reverse("admin:visitors_session_changelist")).content.decode()
    assert "Select all sessions" not in page  # they are all on the page


def test_only_the_console_may_evaluate_scripts(admin_client: Client, client: Client) -> None:
    console = admin_client.get("/admin/").headers["Content-Security-Policy"]
    sign_in = client.get("/admin/login/").headers["Content-Security-Policy"]
    missing = admin_client.get("/admin/nothing/here/").headers["Content-Security-Policy"]
    public = client.get(reverse("garden")).headers["Content-Security-Policy"]

    assert all("script-src 'self' 'unsafe-eval'" in policy for policy in (console, sign_in, missing))
    assert "script-src 'self'" in public
    assert "unsafe-eval" not in public


def test_the_console_is_closed_to_visitors(client: Client) -> None:
    User.objects.create_user("visitor", password="a-good-password")  # not staff
    assert client.get("/admin/").status_code == 302

    client.login(username="visitor", password="a-good-password")
    assert client.get("/admin/").status_code == 302


def test_signing_in_leads_to_the_overview(client: Client) -> None:
    User.objects.create_superuser("owner", password="a-good-password")

    answer = client.post("/admin/login/", {"username": "owner", "password": "a-good-password"})

    assert answer.headers["Location"] == "/admin/"


def test_the_owner_changes_the_password(admin_client: Client, admin_user: User) -> None:
    by_hand = {"old_password": "password", "new_password1": "quite-another-9", "new_password2": "quite-another-9"}
    admin_client.post("/admin/password_change/", by_hand)
    admin_user.refresh_from_db()
    assert admin_user.check_password("quite-another-9")

    weak = {"password1": "short", "password2": "short", "usable_password": "true"}
    page = admin_client.post(reverse("admin:auth_user_password_change", args=[admin_user.pk]), weak).content.decode()
    assert "too short" in page


def task_running(number: int, period: str) -> PeriodicTask:
    interval, _ = IntervalSchedule.objects.get_or_create(every=number, period=period)
    return PeriodicTask.objects.create(name="Test", task="garden.tasks.grow_all", interval=interval)


@pytest.mark.parametrize(
    ("number", "period", "words"),
    [
        (1, "minutes", "every minute"),
        (30, "minutes", "every 30 minutes"),
        (60, "minutes", "every hour"),
        (1440, "minutes", "every day"),
        (7200, "seconds", "every 2 hours"),
        (90, "minutes", "every 90 minutes"),
        (2, "days", "every 2 days"),
    ],
)
def test_an_interval_reads_as_a_person_would_say_it(number: int, period: str, words: str) -> None:
    assert every(number, period) == words


def test_run_now_makes_a_task_due_and_wakes_the_schedule(admin_client: Client) -> None:
    task = task_running(1, "days")
    task.last_run_at = timezone.now()
    task.save()
    before = PeriodicTasks.last_change()
    assert not task.schedule.is_due(task.last_run_at).is_due

    admin_client.post(TASKS, {"action": "run_now", "_selected_action": str(task.pk), "index": "0"})

    task.refresh_from_db()
    assert task.schedule.is_due(task.last_run_at).is_due
    assert PeriodicTasks.last_change() > before
    assert "about to run" in admin_client.get(TASKS).content.decode()


def test_a_task_that_is_switched_off_is_not_run(admin_client: Client) -> None:
    task = task_running(1, "days")
    PeriodicTask.objects.filter(pk=task.pk).update(enabled=False)

    page = admin_client.post(
        TASKS, {"action": "run_now", "_selected_action": str(task.pk), "index": "0"}, follow=True
    ).content.decode()

    task.refresh_from_db()
    assert task.last_run_at is None
    assert "Switch them on first" in page


def test_how_often_a_task_runs_is_edited_in_plain_numbers(admin_client: Client) -> None:
    task = task_running(1, "days")
    address = reverse("admin:django_celery_beat_periodictask_change", args=[task.pk])
    before = PeriodicTasks.last_change()
    written = {"name": "Test", "description": "", "enabled": "on", "crontab": ""}

    admin_client.post(address, written | {"every": "20", "period": "minutes"})

    task.refresh_from_db()
    assert str(task.interval) == "every 20 minutes"
    assert PeriodicTasks.last_change() > before

    nonsense = admin_client.post(address, written | {"every": "0", "period": "minutes"}).content.decode()
    nothing = admin_client.post(address, written | {"every": "", "period": ""}).content.decode()
    task.refresh_from_db()
    assert "greater than or equal to 1" in nonsense
    assert "Say how often it runs" in nothing
    assert str(task.interval) == "every 20 minutes"


def test_a_task_may_run_at_times_of_day_and_go_back_to_an_interval(admin_client: Client) -> None:
    task = task_running(1, "days")
    night = CrontabSchedule.objects.create(minute="30", hour="3")
    address = reverse("admin:django_celery_beat_periodictask_change", args=[task.pk])
    written = {"name": "Test", "description": "", "enabled": "on", "every": "1", "period": "days"}

    admin_client.post(address, written | {"crontab": str(night.pk)})
    task.refresh_from_db()
    assert (task.crontab, task.interval) == (night, None)
    assert "At 03:30" in admin_client.get(TASKS).content.decode()

    admin_client.post(address, written | {"crontab": ""})
    task.refresh_from_db()
    assert (task.crontab, str(task.interval)) == (None, "every day")


def test_tasks_are_switched_off_in_the_list(admin_client: Client) -> None:
    PeriodicTask.objects.all().delete()
    task = task_running(1, "days")
    before = PeriodicTasks.last_change()
    form = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-id": str(task.pk), "_save": "Save"}

    admin_client.post(TASKS, form)

    task.refresh_from_db()
    assert not task.enabled
    assert PeriodicTasks.last_change() > before


def test_no_column_of_the_console_has_the_name_of_a_field_that_django_would_show_instead() -> None:
    hidden = []
    for model, page in admin.site._registry.items():
        fields = {field.name for field in model._meta.get_fields()}
        shown = {*page.list_display, *page.readonly_fields}
        hidden += [f"{model.__name__}.{name}" for name in shown if name in fields and hasattr(type(page), str(name))]
    assert hidden == []


def test_whatever_has_a_page_leads_to_it_by_an_address_that_answers() -> None:
    """Django's own way there (`/admin/r/`) is closed."""
    of_their_own = {model for model in admin.site._registry if hasattr(model, "get_absolute_url")}
    assert {Project, Skill} <= of_their_own
    assert [model for model in of_their_own if not callable(admin.site._registry[model].view_on_site)] == []
