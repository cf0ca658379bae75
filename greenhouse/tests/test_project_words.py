"""What a project's page says of the project itself: its story, its README, what was made lately."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from garden import recording
from garden.drafts import ActivityDraft
from garden.models import Project, ProjectMedia
from garden.tests.factories import ProjectFactory, commit
from garden.vocabulary import ActivityKind, Visibility
from greenhouse.site.project_page import readme_beyond

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def html_of(client: Client, project: Project) -> str:
    answer = client.get(project.get_absolute_url())
    assert answer.status_code == 200
    return answer.content.decode()


def section(html: str, name: str) -> str:
    return html.partition(f'id="{name}-heading"')[2].partition("</section>")[0]


def fact(kind: ActivityKind, title: str, **fields: Any) -> ActivityDraft:
    return ActivityDraft(kind=kind, external_id=title, title=title, occurred_at=NOW - timedelta(hours=1), **fields)


def test_a_story_is_shown_as_markdown_and_cannot_act(client: Client) -> None:
    moss = ProjectFactory.create(story="It *grows*.\n\n<script>alert(1)</script>", readme="Not shown beside a story.")
    story = section(html_of(client, moss), "story")
    assert "<em>grows</em>" in story
    assert "&lt;script&gt;" in story
    assert "Not shown" not in story


def test_without_a_story_its_readme_speaks_but_does_not_repeat_the_description(client: Client) -> None:
    moss = ProjectFactory.create(description="It counts <spores>.", readme="It counts <spores>.\n\nThen it tells.")
    story = section(html_of(client, moss), "story")
    assert "Then it tells." in story
    assert "spores" not in story
    assert section(html_of(client, ProjectFactory.create()), "story") == ""


@pytest.mark.parametrize(
    ("readme", "description", "shown"),
    [
        ("", "", []),
        ("One.", "", ["One."]),
        ("A long one that goes on.", "A long one that …", []),
        ("A long one.\n\nTwo.", "Something else.", ["A long one.", "Two."]),
    ],
)
def test_readme_beyond_the_description(readme: str, description: str, shown: list[str]) -> None:
    assert [part.text for part in readme_beyond(readme, description)] == shown


def test_code_of_a_readme_is_shown_as_code(client: Client) -> None:
    moss = ProjectFactory.create(description="", readme="Install it like so:\n\n    pip install <moss>\n    \n    moss")
    assert '<pre dir="ltr"><code>pip install &lt;moss&gt;\n\nmoss</code></pre>' in html_of(client, moss)


def test_a_page_says_which_commits_its_numbers_leave_out(client: Client) -> None:
    moss = ProjectFactory.create()
    assert "without merges" not in section(html_of(client, moss), "made")
    bumped = fact(ActivityKind.COMMIT, "Bump it", author="dependabot[bot]")
    recording.record_activities(project=moss, drafts=[commit(1, at=NOW), bumped], source="git", now=NOW)
    Project.objects.update(commit_count=2)
    made = section(html_of(client, Project.objects.get()), "made")
    assert "2 <small>without merges</small>" in made
    assert "1 <small>shown, and counted for nothing: the weeks and the table are without them</small>" in made


def test_the_latest_commits_and_releases_stand_by_their_titles_without_those_of_bots(client: Client) -> None:
    moss = ProjectFactory.create()
    drafts = [commit(number, at=NOW - timedelta(days=number)) for number in range(1, 9)]
    drafts += [
        fact(ActivityKind.RELEASE, "v1.0 “Peat”", url="https://forge.example/v1"),
        fact(ActivityKind.COMMIT, "Bump everything", author="dependabot[bot]"),
        fact(ActivityKind.COMMIT, "<b>Mend</b> the pump"),
    ]
    recording.record_activities(project=moss, drafts=drafts, source="git", now=NOW)
    latest = section(html_of(client, moss), "latest")
    assert '<a href="https://forge.example/v1" rel="noopener nofollow"><bdi>v1.0 “Peat”</bdi></a>' in latest
    assert "&lt;b&gt;Mend&lt;/b&gt; the pump" in latest
    assert "Bump everything" not in latest
    assert [f"Change {number}" in latest for number in (1, 5, 6, 8)] == [True, True, False, False]


def test_a_demo_and_a_film_are_the_first_things_to_press(client: Client) -> None:
    moss = ProjectFactory.create(demo_url="https://try.example/", visibility=Visibility.UNLISTED)
    ProjectMedia.objects.create(project=moss, alt="A talk on moss", url="https://film.example/1")
    links = html_of(client, moss).partition('<ul class="links">')[2].partition("</ul>")[0]
    assert links.index("https://try.example/") < links.index("https://film.example/1")
    assert "A talk on moss" in links
