"""The console's search: it finds what there is, as far as the asker may look, and is as quick in a large garden."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from common.permissions import Scope
from garden import planting, recording
from garden.admin.base import MOST_WORDS
from garden.drafts import ActivityDraft
from garden.engine.layout import Position
from garden.models import Project
from garden.tests.factories import ProjectFactory
from garden.vocabulary import ActivityKind
from greenhouse.console.search.finding import BEST, LONGEST
from greenhouse.console.search.kinds import KINDS
from integrations import keys
from integrations.models import OfferedRepository, SyncRun, WatchedPath
from skills.tests.factories import entered
from social.models import Post
from social.tests.factories import written

if TYPE_CHECKING:
    from django.test import RequestFactory

pytestmark = pytest.mark.django_db

SEARCH = "/admin/search/"
SHA = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"
GROUP = re.compile(r"<h2[^>]*>([^<]+)</h2>(?:<a href=\"([^\"]+)\">)?.*?<ul>(.*?)</ul>", re.DOTALL)
ENTRY = re.compile(r"<li><a href=\"([^\"]+)\"><bdi>([^<]*)</bdi></a>(?: <span[^>]*><bdi>([^<]*)</bdi></span>)?</li>")


def searched(client: Client, words: str) -> dict[str, dict[str, tuple[str, str]]]:
    """What the page shows: by kind, by name, the address and the mark."""
    page = client.get(SEARCH, {"q": words})
    assert page.status_code == 200
    main = page.content.decode().partition('class="console-hits"')[2]
    return {
        title: {unescape(name): (unescape(link), mark) for link, name, mark in ENTRY.findall(entries)}
        for title, _, entries in GROUP.findall(main)
    }


def commit_to(project: Project, sha: str = SHA, title: str = "Fern seeds") -> None:
    fact = ActivityDraft(ActivityKind.COMMIT, sha, timezone.now() - timedelta(hours=1), title, author="Ada")
    recording.record_activities(project=project, drafts=[fact], source="test", now=timezone.now())


def helper(role: str) -> Client:
    user = User.objects.create_user("ann", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def ferns() -> Project:
    """Something that is called by one word in every list."""
    now = timezone.now()
    plant = ProjectFactory.create(name="Fern engine")
    planting.propose_seed(name="Fern from afar", description="Please.", at=Position(1, -3), now=now)
    entered("Fern")
    written(title="On ferns")
    SyncRun.objects.create(provider="git", subject="/home/ada/fern", trigger="command", status="failed")
    hourly, _ = IntervalSchedule.objects.get_or_create(every=1, period="hours")
    PeriodicTask.objects.create(name="Water the ferns", task="garden.tasks.grow_all", interval=hourly, enabled=False)
    keys.make(label="fern script", scopes=[Scope.READ], now=now)
    WatchedPath.objects.create(uri="file:///home/ada/ferns", is_folder=True)
    OfferedRepository.objects.create(provider="github", external_id="1", name="fern-own", is_private=True, seen_at=now)
    User.objects.create_user("fern", is_active=False)
    return plant


def test_one_word_finds_every_kind_and_says_what_is_not_as_it_should_be(admin_client: Client, ferns: Project) -> None:
    found = searched(admin_client, "fern")
    assert {title: list(entries) for title, entries in found.items()} == {
        "Plants": ["Fern engine"],
        "Seeds": ["Fern from afar"],
        "Skills": ["Fern"],
        "Posts": ["On ferns"],
        "Sync runs": ["Git: fern"],
        "Tasks": ["Water the ferns"],
        "Keys": ["fern script"],
        "Folders": ["/home/ada/ferns"],
        "What to plant": ["fern-own"],
        "Users": ["fern"],
    }
    assert found["Plants"]["Fern engine"] == (reverse("admin:garden_project_change", args=[ferns.pk]), "")
    marks = {title: next(iter(entries.values()))[1] for title, entries in found.items()}
    assert marks["Seeds"] == "waits for you"
    assert (marks["Sync runs"], marks["Tasks"], marks["What to plant"]) == ("Failed", "off", "private")


def test_what_was_found_opens_and_stands_in_the_list_that_is_linked(admin_client: Client, ferns: Project) -> None:
    page = admin_client.get(SEARCH, {"q": "fern"}).content.decode().partition('class="console-hits"')[2]
    groups = GROUP.findall(page)
    assert len(groups) == 10
    for title, listed, entries in groups:
        everything = admin_client.get(unescape(listed))
        assert everything.status_code == 200, title
        for link, name, _ in ENTRY.findall(entries):
            assert admin_client.get(unescape(link), follow=True).status_code == 200, name
            shown = "Git" if title == "Sync runs" else unescape(name)
            assert shown in unescape(everything.content.decode()), title


def test_pages_and_services_are_found_by_their_names(admin_client: Client) -> None:
    assert searched(admin_client, "SITE")["Pages"]["Site"][0] == reverse("admin:owner_site_changelist")
    assert searched(admin_client, "limits out")["Pages"]["Outgoing limits"]
    github = searched(admin_client, "github")["Sources"]["GitHub"]
    assert github[0] == f"{reverse('admin:integrations_account_add')}?provider=github"


def test_a_commit_is_found_by_the_beginning_of_its_hash(admin_client: Client) -> None:
    commit_to(ProjectFactory.create(name="Fern engine"))
    commit_to(ProjectFactory.create(name="Moss"), SHA[:6] + "9" + SHA[7:], "Another")
    assert searched(admin_client, SHA[:7])["Commits"]["Fern seeds"][1] == "Fern engine"
    assert list(searched(admin_client, SHA.upper())["Commits"]) == ["Fern seeds"]
    assert "Commits" not in searched(admin_client, SHA[:6])


@pytest.mark.parametrize("said", ["private", "unlisted", "anonymous", "hidden by its source"])
def test_a_plant_that_not_everyone_sees_is_marked(said: str, admin_client: Client) -> None:
    hidden = said == "hidden by its source"
    ProjectFactory.create(name="Moss", visibility="public" if hidden else said, hidden_by_source=hidden)
    assert searched(admin_client, "moss")["Plants"]["Moss"][1] == said


@pytest.mark.parametrize(
    ("visibility", "marks"), [("anonymous", "anonymous"), ("unlisted", "unlisted, hidden by its source")]
)
def test_a_plant_that_its_source_hides_is_marked_by_what_keeps_it_from_being_seen(
    visibility: str, marks: str, admin_client: Client
) -> None:
    ProjectFactory.create(name="Moss", visibility=visibility, hidden_by_source=True)
    assert searched(admin_client, "moss")["Plants"]["Moss"][1] == marks


def test_a_draft_and_a_hidden_skill_are_marked(admin_client: Client) -> None:
    written(title="Of moss", visibility="draft")
    entered("Moss", is_hidden=True)
    found = searched(admin_client, "moss")
    assert found["Posts"]["Of moss"][1] == str(Post(visibility="draft").get_visibility_display())
    assert found["Skills"]["Moss"][1] == "hidden"


def test_what_begins_so_comes_before_what_only_holds_it(admin_client: Client) -> None:
    for name in ("The moss", "Moss", "Mossy", "Stone"):
        ProjectFactory.create(name=name, description="Moss everywhere")
    assert list(searched(admin_client, "moss")["Plants"]) == ["Moss", "Mossy", "The moss", "Stone"]


def test_a_few_of_each_kind_are_shown_with_the_way_to_all(admin_client: Client) -> None:
    ProjectFactory.create_batch(BEST + 1, description="moss")
    page = admin_client.get(SEARCH, {"q": "moss"}).content.decode()
    assert len(searched(admin_client, "moss")["Plants"]) == BEST
    assert "All that fit" in page
    listed = reverse("admin:garden_project_changelist")
    assert f'{listed}?q=moss"' in page


def test_a_helper_finds_what_they_may_look_at_and_no_trace_of_the_rest(ferns: Project) -> None:
    secret = ProjectFactory.create(name="Fern secret", visibility="private")
    commit_to(secret)
    found = searched(helper("Look"), "fern")
    assert set(found) == {"Plants", "Posts"}  # a seed that waits is for who may let it in
    assert list(found["Plants"]) == ["Fern engine"]
    client = Client()
    client.force_login(User.objects.get(username="ann"))
    assert searched(client, SHA[:8]) == {}
    assert "Site" not in searched(client, "site").get("Pages", {})
    assert "Sources" not in searched(client, "github")


def test_who_has_no_role_finds_nothing_and_a_visitor_is_asked_to_sign_in(client: Client, ferns: Project) -> None:
    client.force_login(User.objects.create_user("nobody", is_staff=True))
    assert searched(client, "fern") == {}
    assert Client().get(SEARCH, {"q": "fern"}).status_code == 302


HOSTILE = [
    "",
    "   ",
    "%",
    "_",
    "'\"",
    "\\",
    "a'\"%_\\",
    "\u202e\x1b[31m",
    "ſ",
    "\ud7ff",
    "x" * 5000,
    "a " * 1500,
    "(" * 99,
]


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_is_typed_is_answered(words: str, admin_client: Client) -> None:
    ProjectFactory.create(name="Moss")
    page = admin_client.get(SEARCH, {"q": words})
    assert page.status_code == 200
    if not words.strip():
        assert b"Type a part of a name" in page.content
    elif len(words.strip()) > LONGEST:
        assert f"more than {LONGEST} letters" in page.content.decode()


@pytest.mark.parametrize("query", ["q=%00", "q=%ED%A0%80", "q=%FF", "q[]=x", "q=a&q=moss", ""])
def test_a_broken_query_is_no_error(query: str, admin_client: Client) -> None:
    assert admin_client.get(f"{SEARCH}?{query}").status_code == (400 if "%00" in query else 200)


def test_of_a_text_that_was_pasted_into_a_list_the_first_words_count(rf: RequestFactory) -> None:
    page = admin.site._registry[Project]
    found, _ = page.get_search_results(rf.get("/"), Project.objects.all(), "moss " * 1500)
    _, conditions = found.query.sql_with_params()
    assert len(conditions) == MOST_WORDS * len(page.search_fields)


def test_what_is_found_is_text_and_nothing_else(admin_client: Client) -> None:
    ProjectFactory.create(name="<script>moss</script>")
    page = admin_client.get(SEARCH, {"q": "<script>moss"}).content.decode()
    assert "<script>moss" not in page
    assert "&lt;script&gt;moss&lt;/script&gt;" in page


def test_a_search_asks_as_much_of_a_large_garden_as_of_a_small_one(admin_client: Client, ferns: Project) -> None:
    admin_client.get(SEARCH, {"q": "fern"})
    with CaptureQueriesContext(connection) as small:
        admin_client.get(SEARCH, {"q": "fern"})
    for plant in ProjectFactory.create_batch(12, description="fern"):
        commit_to(plant)
        SyncRun.objects.create(provider="git", subject=f"fern {plant.name}", trigger="command", status="failed")
        entered(f"Fern {plant.name}")
    with CaptureQueriesContext(connection) as large:
        admin_client.get(SEARCH, {"q": "fern"})
    assert len(large) == len(small)
    assert len(KINDS) < len(large) < 36


def test_the_field_stands_on_every_page_of_the_console_and_needs_no_script(admin_client: Client) -> None:
    project = ProjectFactory.create()
    for address in (
        reverse("admin:index"),
        reverse("admin:garden_project_changelist"),
        reverse("admin:garden_project_change", args=[project.pk]),
        reverse("admin:doctor"),
        reverse("admin:visits"),
        reverse("mfa_index"),
        reverse("admin:password_change"),
        SEARCH,
        "/admin/nowhere/",
    ):
        page = admin_client.get(address).content.decode()
        assert page.count(f'action="{SEARCH}"') == 1, address
        assert page.count('id="console-search"') == 1, address
    assert 'id="console-search"' not in Client().get(reverse("admin:login")).content.decode()
