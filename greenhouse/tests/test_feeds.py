"""Atom and JSON Feed, read by a parser and held against their rules."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID
from xml.etree import ElementTree

import feedparser
import pytest
from django.test import Client
from django.utils import timezone

from garden import planting, recording
from garden.drafts import ActivityDraft
from garden.tests.factories import ProjectFactory, commit, work
from garden.vocabulary import ActivityKind, DeploymentStatus, Visibility, Whose
from greenhouse.site import feeds
from greenhouse.site.feeds import STORIES, told
from greenhouse.site.stories import TITLES_TOLD
from social.tests.factories import written

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_django import DjangoAssertNumQueries, Settings
    from time_machine import TimeMachineFixture

    from garden.models import Project
    from greenhouse.site.stories import Story

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def _noon(time_machine: TimeMachineFixture, settings: Settings) -> None:
    time_machine.move_to(NOW, tick=False)
    settings.SITE_URL = "https://garden.example"


def planted(name: str = "Moss", drafts: Iterable[ActivityDraft] = (), **fields: Any) -> Project:
    project = ProjectFactory.create(**{"name": name, "slug": name.lower()} | fields)
    recording.record_activities(project=project, drafts=drafts, source="git", now=NOW)
    return project


def shipped(kind: ActivityKind, title: str, status: str = "") -> ActivityDraft:
    return ActivityDraft(
        kind=kind,
        external_id=f"{kind} {title}",
        occurred_at=NOW,
        title=title,
        data={"status": status} if status else {},
    )


def titles(news: Iterable[Story]) -> list[str]:
    return [story.title for story in news]


def atom() -> Any:
    answer = Client().get("/feed.atom")
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    read = feedparser.parse(answer.content)
    assert not read.bozo
    assert read.version == "atom10"
    return read


def json_feed() -> dict[str, Any]:
    answer = Client().get("/feed.json")
    assert answer["Content-Type"] == "application/feed+json"
    feed: dict[str, Any] = json.loads(answer.content)
    return feed


# --- What is told -----------------------------------------------------------------------------------------------------


def test_the_commits_of_a_day_and_a_plant_are_one_story() -> None:
    yesterday = NOW - timedelta(days=1)
    planted("Moss", [commit(1), commit(2, at=NOW - timedelta(hours=2)), commit(3, at=yesterday)])
    planted("Fern", [commit(4)])
    news = [story for story in told(NOW) if "commit" in story.title]
    assert sorted(titles(news)) == ["1 commit to Fern", "1 commit to Moss", "2 commits to Moss"]
    two = next(story for story in news if story.title == "2 commits to Moss")
    assert (two.published, two.updated) == (NOW - timedelta(hours=2), NOW)
    assert two.html == (
        '<p>2 commits to <a href="https://garden.example/projects/moss/">Moss</a> on 15 June 2026.</p>'
        "<ul><li>Change 1</li><li>Change 2</li></ul>"
    )


def test_a_day_grows_and_stays_the_same_story() -> None:
    project = planted("Moss", [commit(1, at=NOW - timedelta(hours=3))])
    before = {story.id for story in told(NOW)}
    recording.record_activities(project=project, drafts=[commit(2), commit(1)], source="git", now=NOW)
    after = told(NOW)
    assert {story.id for story in after} == before
    assert "2 commits to Moss" in titles(after)


def test_many_titles_are_counted_instead_of_told() -> None:
    planted("Moss", [commit(n, at=NOW - timedelta(minutes=n)) for n in range(1, TITLES_TOLD + 4)])
    story = next(story for story in told(NOW) if "commits" in story.title)
    assert story.html.count("<li>") == TITLES_TOLD
    assert "<p>And 3 more.</p>" in story.html


def test_releases_deployments_plants_and_posts_are_told() -> None:
    facts = [
        shipped(ActivityKind.RELEASE, "2.1"),
        shipped(ActivityKind.DEPLOYMENT, "live", DeploymentStatus.SUCCESS),
        shipped(ActivityKind.DEPLOYMENT, "broken", DeploymentStatus.FAILURE),
        shipped(ActivityKind.ISSUE, "A question"),
    ]
    planted("Moss", facts)
    written("Words.", title="Grafting")
    assert sorted(titles(told(NOW))) == ["A new plant: Moss", "Grafting", "Moss was deployed", "Moss: 2.1"]


def test_bots_and_what_is_made_up_are_not_told() -> None:
    planted("Demo", [commit(1)], is_demo=True)
    moss = planted("Moss", [commit(2)])
    moss.activities.update(whose=Whose.BOT)
    assert titles(told(NOW)) == ["A new plant: Moss"]


@pytest.mark.parametrize("change", [{"visibility": Visibility.PRIVATE}, {"visibility": Visibility.UNLISTED}])
def test_what_is_not_listed_is_told_nowhere(change: dict[str, Any]) -> None:
    project = planted("Moss", [commit(1), shipped(ActivityKind.RELEASE, "2.1")])
    assert len(told(NOW)) == 3
    planting.curate(project=project, changes=change, now=NOW)
    assert told(NOW) == []
    for path in ("/feed.atom", "/feed.json"):
        assert "Moss" not in Client().get(path).content.decode()


def test_a_feed_is_bounded() -> None:
    planted("Moss", work(STORIES * 2, a_day=1, until=NOW))
    assert len(told(NOW)) == STORIES
    assert len(json_feed()["items"]) == len(atom().entries) == STORIES


def test_the_number_of_queries_does_not_grow(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for name in ("Moss", "Fern", "Rose"):
        planted(name, [commit(1), commit(2)])
        written(name)
    with django_assert_num_queries(3):
        told(NOW)


# --- The formats ------------------------------------------------------------------------------------------------------


def test_atom_is_what_the_rfc_asks_for() -> None:
    planted("Moss & <Fern>", [commit(1)], slug="moss")
    written("Words with [a link](/skills/).", title="Grafting <b>")
    feed = atom()
    assert feed.feed.id == feed.feed.links[1].href == "https://garden.example/feed.atom"
    assert [(link.rel, link.href) for link in feed.feed.links] == [
        ("alternate", "https://garden.example/"),
        ("self", "https://garden.example/feed.atom"),
    ]
    assert feed.feed.author
    root = ElementTree.fromstring(Client().get("/feed.atom").content)  # noqa: S314 – our own
    for element in (root, *root.findall(f"{ATOM}entry")):  # RFC 4287 §4.1.1, §4.1.2: exactly one of each
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1
        for updated in element.findall(f"{ATOM}updated"):
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", updated.text or "")
    ids = [entry.id for entry in feed.entries]
    assert len(ids) == len(set(ids)) == 3
    assert all(UUID(one.removeprefix("urn:uuid:")) for one in ids)
    assert {entry.title for entry in feed.entries} >= {"Grafting <b>", "A new plant: Moss & <Fern>"}
    post = next(entry for entry in feed.entries if entry.title == "Grafting <b>")
    assert '<a href="https://garden.example/skills/"' in post.content[0].value
    newest = max(entry.updated_parsed for entry in feed.entries)
    assert feed.feed.updated_parsed == newest


def test_json_feed_has_what_its_version_asks_for_and_tells_the_same() -> None:
    planted("Moss", [commit(1)], technologies=["Python"])
    written()
    feed = json_feed()
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"]
    assert feed["feed_url"] == "https://garden.example/feed.json"
    assert feed["home_page_url"] == "https://garden.example/"
    for item in feed["items"]:
        assert item["id"].startswith("urn:uuid:")
        assert item["url"].startswith("https://garden.example/")
        assert item["content_html"]
        assert datetime.fromisoformat(item["date_published"]) <= datetime.fromisoformat(item["date_modified"])
    assert [(item["id"], item["title"], item["url"]) for item in feed["items"]] == [
        (entry.id, entry.title, entry.link) for entry in atom().entries
    ]
    assert next(item for item in feed["items"] if "Moss" in item["title"])["tags"] == ["Python"]


def test_an_empty_garden_has_feeds() -> None:
    assert atom().entries == []
    assert json_feed()["items"] == []


@pytest.mark.parametrize("path", ["/feed.atom", "/feed.json"])
def test_a_reader_that_has_it_is_told_so(path: str) -> None:
    planted("Moss", [commit(1)])
    answer = Client().get(path)
    assert answer["Last-Modified"] == "Mon, 15 Jun 2026 12:00:00 GMT"
    for header in ({"If-None-Match": answer["ETag"]}, {"If-Modified-Since": answer["Last-Modified"]}):
        assert Client().get(path, headers=header).status_code == 304
    written(published_at=NOW, now=timezone.now())
    assert Client().get(path, headers={"If-None-Match": answer["ETag"]}).status_code == 200


def test_a_feed_is_kept_and_not_read_again(
    django_assert_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted("Moss", [commit(1)])
    first = Client().get("/feed.atom").content
    monkeypatch.setattr(feeds, "told", None)  # whoever read again would fail
    with django_assert_num_queries(1):
        assert Client().get("/feed.atom").content == first


def test_follow_leads_people_to_a_page_that_says_what_a_feed_is_and_not_to_its_code(client: Client) -> None:
    planted("Moss <b>", slug="moss")
    front = client.get("/").content.decode()
    assert re.search(r'<a href="(/follow/)">Follow</a>', front)
    page = client.get("/follow/").content.decode()
    for address in ("/feed.atom", "/feed.json"):
        assert f">https://garden.example{address}</a>" in page
    assert "Moss &lt;b&gt;" in page
    assert "Moss <b>" not in page
