from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from django.contrib.auth.models import Permission, User
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.test import Client as Visitor
from django.urls import reverse
from django.utils import timezone

from common.words import ago
from garden import events, growth_log, planting, recording, selectors, services
from garden.engine.layout import Position
from garden.event_types import SkillUnlock
from garden.models import Project, ProjectMedia
from garden.tests.factories import ProjectFactory, commit, work
from garden.vocabulary import PlantType, ProjectStatus, Visibility
from greenhouse import state
from greenhouse.site.words import percent, vitality_word
from skills.tests.factories import entered
from weather.drafts import SkyDraft
from weather.services import observe
from weather.sky import Condition

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries, Settings
    from time_machine import TimeMachineFixture

pytestmark = pytest.mark.django_db

VOID = {"meta", "link", "input", "img", "br", "hr"}
SHAPES = {"path", "use", "rect", "circle", "ellipse", "stop", "line", "polygon"}


class Outline(HTMLParser):
    """Reads a page as strictly as its author meant it: every tag closed in order, every id once."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.inline: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._note(tag, dict(attrs))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in SHAPES, f"<{tag}/> closes nothing in HTML"
        self._note(tag, dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes another element, at {self.getpos()}"

    def _note(self, tag: str, attributes: dict[str, str | None]) -> None:
        self.ids += [attributes["id"] or ""] if "id" in attributes else []
        self.links += [attributes["href"] or ""] if tag == "a" else []
        self.inline += [name for name in attributes if name == "style" or name.startswith("on")]
        if tag == "script" and "src" not in attributes and attributes.get("type") != "application/ld+json":
            self.inline.append("script")


def page(client: Client, path: str = "/", **query: str) -> str:
    response = client.get(path, query)
    assert response.status_code == 200
    return response.content.decode()


def outline(html: str) -> Outline:
    read = Outline(html)
    assert len(set(read.ids)) == len(read.ids), "an id stands for one element"
    return read


def since_the_first() -> int:
    """What a page knew that was written before the oldest event that is kept."""
    return selectors.seq_range()[0] - 1


def grown(name: str = "moss", **fields: Any) -> Project:
    """A plant with a past of some months."""
    now = timezone.now()
    project = ProjectFactory.create(name=name, slug=name, planted_date=now - timedelta(days=200), **fields)
    recording.record_activities(project=project, drafts=work(120, until=now), source="git", now=now)
    services.catch_up(project=project, now=now, source="git")
    return project


# --- The front page ---------------------------------------------------------------------------------------------------


def test_a_form_without_its_token_is_told_what_to_do_and_shown_the_way_back() -> None:
    answer = Visitor(enforce_csrf_checks=True).post("/admin/login/", {"username": "ada"})
    html = answer.content.decode()
    assert (answer.status_code, "Go back, load the page again" in html) == (403, True)
    assert 'href="/">Back to the garden' in html
    assert "An empty glasshouse" in html


def test_every_plant_of_the_picture_is_also_a_link_in_the_list(client: Client) -> None:
    ProjectFactory.create_batch(4)
    html = page(client)
    drawn = re.findall(r'class="plant"[^>]*><title>[^<]*</title><g id="form-([^"]+)"', html)
    listed = re.findall(r'class="card"[^>]* data-slug="([^"]+)"', html)
    assert sorted(drawn) == sorted(listed)
    assert len(drawn) == 4
    for project in Project.objects.all():
        assert f'<h3><a href="{project.get_absolute_url()}"><bdi>{project.name}</bdi></a>' in html


@pytest.mark.parametrize("hour", [1, 7, 12, 16, 19])
def test_the_pages_are_sound_html_without_anything_inline(
    client: Client, time_machine: TimeMachineFixture, hour: int
) -> None:
    time_machine.move_to(timezone.now().replace(hour=hour), tick=False)
    project = grown(description='A "tool" & more', languages={"Python": 900, "C": 20})
    for path in ("/", "/?q=nothing", project.get_absolute_url()):
        assert outline(page(client, path)).inline == []
    planting.remove(projects=Project.objects.all(), source="test", now=timezone.now())
    assert outline(page(client)).inline == []
    assert outline(client.get("/nowhere").content.decode()).inline == []


def test_small_pictures_in_the_list_show_forms_that_the_garden_draws(client: Client) -> None:
    ProjectFactory.create_batch(3)
    html = page(client)
    used = set(re.findall(r'<use href="#(form-[^"]+)"', html))
    assert used
    assert used <= set(outline(html).ids)


def test_featured_plants_come_first_and_demo_plants_are_marked(client: Client) -> None:
    ProjectFactory(name="Tall", growth_factor=0.9)
    ProjectFactory(name="Chosen", status=ProjectStatus.FEATURED, is_demo=True)
    html = page(client).partition('id="plants-heading"')[2]
    assert html.index("<bdi>Chosen</bdi></a>") < html.index("<bdi>Tall</bdi></a>")
    assert html.count('<span class="mark">demo</span>') == 1


def test_an_empty_garden_tells_strangers_what_is_to_come_and_no_command(client: Client) -> None:
    html = page(client)
    assert "Nothing is planted yet" in html
    assert "manage.py" not in html
    assert "/admin/" not in html
    assert 'role="search"' not in html


@pytest.mark.parametrize(
    "hidden",
    [
        {"visibility": Visibility.PRIVATE},
        {"visibility": Visibility.UNLISTED},
        {"status": ProjectStatus.PROPOSED},
        {"hidden_by_source": True},
    ],
)
def test_what_is_not_public_appears_on_no_page(client: Client, hidden: dict[str, Any]) -> None:
    grown("moss", technologies=["Python"])
    ProjectFactory(name="Secret", slug="secret", technologies=["Python"], **hidden)
    for path in (
        "/",
        "/?q=secret",
        "/projects/moss/",
        "/sitemap.xml",
        f"/fragments/changes/?since={since_the_first()}",
        f"/fragments/news/?since={since_the_first()}",
    ):
        html = page(client, path)
        assert "Secret" not in html
        assert "/projects/secret/" not in html


def test_a_star_that_rose_is_told_to_the_owner_and_to_nobody_else(client: Client, admin_client: Client) -> None:
    rust = entered("Rust")
    rose = SkillUnlock(skill_id=rust.pk, name="Rust", level=4, is_new=False, group="Languages")
    events.publish(rose, source="skills", now=timezone.now())

    since = since_the_first()
    for path in ("/", f"/fragments/changes/?since={since}", f"/fragments/news/?since={since}"):
        assert "rose to level" not in client.get(path).content.decode()
    assert ">Rust</a> rose to level 4." in admin_client.get("/admin/").content.decode()


def test_archived_plants_rest_beside_the_garden(client: Client) -> None:
    ProjectFactory(name="Oldtimer", slug="oldtimer", status=ProjectStatus.ARCHIVED)
    html = page(client)
    assert "1 project at rest" in html
    assert 'class="card"' not in html
    assert "at rest in the archive" in page(client, "/projects/oldtimer/")


def test_words_of_strangers_stay_words(client: Client) -> None:
    evil = "</title><script>alert(1)</script>"
    project = grown("moss", description=f'{evil} onmouseover="x"', technologies=[evil])
    Project.objects.update(name=evil)
    caches["pages"].clear()
    for path in (
        "/",
        project.get_absolute_url(),
        f"/?q={evil}",
        f"/fragments/changes/?since={since_the_first()}",
        f"/fragments/news/?since={since_the_first()}",
    ):
        assert "<script>alert" not in page(client, path)


def test_the_list_can_be_searched_without_a_script(client: Client) -> None:
    ProjectFactory(name="Moss", technologies=["Rust"], plant_type=PlantType.FERN)
    ProjectFactory(name="Lantern", technologies=["Python"], plant_type=PlantType.TREE)
    for query in ({"q": "rust"}, {"q": "MOSS"}, {"plant": "fern"}, {"q": "fern", "stage": "seed"}):
        html = page(client, **query)
        assert re.findall(r'<h3><a href="[^"]+"><bdi>(\w+)', html) == ["Moss"]
        assert "1 of 2 plants" in html


@pytest.mark.parametrize("query", [{"q": "\x1b[31m"}, {"plant": "triffid"}, {"stage": "' OR 1"}, {"q": "x" * 5000}])
def test_a_senseless_search_is_answered_like_any_other(client: Client, query: dict[str, str]) -> None:
    ProjectFactory()
    assert page(client, **query)


def test_the_page_is_the_same_for_everyone_and_asks_for_no_cookie(client: Client, admin_client: Client) -> None:
    ProjectFactory()
    response = client.get("/")
    assert "Cookie" not in response.headers["Vary"]
    assert not response.cookies
    assert admin_client.get("/").content == response.content


def test_the_page_comes_compressed_to_those_who_take_it(client: Client) -> None:
    ProjectFactory()
    plain = client.get("/")
    packed = client.get("/", headers={"accept-encoding": "br, gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert packed.headers["Vary"] == "Accept-Encoding"


def test_a_page_that_has_not_changed_is_not_sent_again(client: Client) -> None:
    project = ProjectFactory.create()
    etag = client.get("/").headers["ETag"]
    assert client.get("/", headers={"if-none-match": etag}).status_code == 304
    planting.curate(project=project, changes={"name": "Renamed"}, now=timezone.now())
    fresh = client.get("/", headers={"if-none-match": etag})
    assert fresh.status_code == 200
    assert b"Renamed" in fresh.content


def test_the_front_page_says_what_makes_the_weather_and_whose_data_it_is(client: Client) -> None:
    now = timezone.now()
    assert "It’s a" in page(client)
    observe(drafts=[SkyDraft(observed_at=now, condition=Condition.SNOW)], source="openmeteo", now=now)
    text = page(client)
    assert "in the snow, made of the sky outside and the hour." in text
    assert "Weather data by Open-Meteo.com (CC BY 4.0)" in text


def test_queries_do_not_grow_with_the_garden(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for plants in (1, 30):
        ProjectFactory.create_batch(plants)
        caches["pages"].clear()
        state.invalidate()
        # The version, five for the weather, the owner, the announcement, two for the stars, plants, those listed,
        # archive, posts elsewhere, and five for what was made, planted and written lately (four where nothing was
        # made), plants for where to begin.
        with django_assert_num_queries(19):
            page(client)
        with django_assert_num_queries(1):  # the version alone
            page(client)


def test_forty_plants_fit_into_the_budget(client: Client) -> None:
    for number in range(40):
        kind = list(PlantType)[number % len(PlantType)]
        ProjectFactory(plant_type=kind, growth_stage="mature", growth_factor=0.7, description="Some words. " * 8)
    packed = client.get("/", headers={"accept-encoding": "gzip"})
    assert len(packed.content) < 74_000  # the style, the script and the face have the rest of the 100 kB


# --- What changed since -----------------------------------------------------------------------------------------------


def grow_more(project: Project) -> None:
    now = timezone.now()
    recording.record_activities(project=project, drafts=work(150, a_day=5, until=now), source="git", now=now)
    services.grow(project=project, now=now, source="git")


def test_a_page_catches_up_with_what_grew_and_nothing_else(client: Client) -> None:
    moss, fern = ProjectFactory.create(name="moss", slug="moss"), ProjectFactory.create(name="fern", slug="fern")
    grow_more(fern)
    since = selectors.seq_range()[1]
    grow_more(moss)
    html = page(client, "/fragments/changes/", since=str(since))
    read = outline(html)
    assert f'data-version="{selectors.seq_range()[1]}"' in html
    assert {"shadow-moss", "form-moss"} <= set(read.ids)
    assert "form-fern" not in read.ids
    assert f'data-plant="{fern.pk}"' not in html
    assert "commits in <a" in html


def test_who_was_away_is_told_the_newest_and_how_much_more_there_was(client: Client) -> None:
    plants = [ProjectFactory.create(name=f"plant-{number}") for number in range(6)]
    since = selectors.seq_range()[1]
    assert client.get("/fragments/news/", {"since": str(since)}).status_code == 204
    for plant in plants:
        grow_more(plant)
    html = page(client, "/fragments/news/", since=str(since))
    assert html.count("<li>") == 4
    assert "plant-5" in html
    assert re.search(r"And \d+ more things happened", html)


def test_the_forms_of_a_fragment_bring_their_symbols_under_names_of_their_own(client: Client) -> None:
    moss = ProjectFactory.create(name="moss", slug="moss")
    grow_more(moss)
    whole, since = set(outline(page(client)).ids), selectors.seq_range()[1]
    recording.record_activities(
        project=moss, drafts=work(300, a_day=9, until=timezone.now()), source="git", now=timezone.now()
    )
    services.grow(project=moss, now=timezone.now(), source="git")
    fragment = page(client, "/fragments/changes/", since=str(since))
    names = set(outline(fragment).ids)
    assert set(re.findall(r'<use [^>]*href="#([^"]+)"', fragment)) <= names
    assert names & whole == {"shadow-moss", "form-moss"}


@pytest.mark.parametrize("change", ["plant", "curate", "remove"])
def test_where_the_island_changed_the_page_is_to_be_loaded_again(client: Client, change: str) -> None:
    now, moss = timezone.now(), ProjectFactory.create()
    grow_more(moss)
    since = selectors.seq_range()[1]
    if change == "plant":
        planting.plant_seed(name="New", description="", at=Position(-4, -2), now=now)
    elif change == "curate":
        planting.curate(project=moss, changes={"plant_type": PlantType.FERN}, now=now)
    else:
        planting.remove(projects=Project.objects.all(), source="test", now=now)
    assert client.get("/fragments/changes/", {"since": since}).status_code == 205


@pytest.mark.parametrize("path", ["/fragments/changes/", "/fragments/news/"])
def test_one_seq_written_in_many_ways_is_kept_once(client: Client, path: str) -> None:
    planting.plant_seed(name="Ada", description="", at=Position(-4, -2), now=timezone.now())
    seq = selectors.seq_range()[1]
    with mock.patch.object(caches["pages"], "set", wraps=caches["pages"].set) as kept:
        for since in (f"{seq}", f"0{seq}", f"000{seq}"):
            client.get(path, {"since": since})
    keys = [call.args[0] for call in kept.call_args_list if call.args[0].startswith("page:")]
    assert len(keys) == 1


def test_a_page_from_before_what_the_outbox_holds_is_to_be_loaded_again(client: Client) -> None:
    grow_more(ProjectFactory.create())
    assert client.get("/fragments/changes/", {"since": selectors.seq_range()[1] + 1}).status_code == 205


@pytest.mark.parametrize("since", ["", "-1", "x", "1.5", "9" * 40, "\0", "²"])
def test_a_since_that_is_no_seq_is_refused(client: Client, since: str) -> None:
    assert client.get("/fragments/changes/", {"since": since}).status_code == 400


# --- A project's page -------------------------------------------------------------------------------------------------


def test_a_project_page_tells_why_the_plant_has_its_size(client: Client) -> None:
    project = grown(languages={"Python": 9000}, github_repo="ada/moss")
    html = page(client, project.get_absolute_url())
    for factor in project.growth_reasons:
        assert factor["label"] in html
        assert factor["sentence"].replace("'", "&#x27;") in html
    assert 'href="https://github.com/ada/moss"' in html
    assert "Counted from its git history" in html
    assert "Growth worked out on" in html
    assert 'class="line"' in html
    assert "The same as a table" in html


def test_what_a_hook_told_and_what_was_read_are_one_history(client: Client) -> None:
    project = grown()
    told = project.activities.order_by("pk").first()
    assert told is not None
    told.source = "git_webhook"
    told.save()
    assert set(project.activities.values_list("source", flat=True)) == {"git", "git_webhook"}
    html = page(client, project.get_absolute_url())
    assert re.search(r"Counted from its git history\s*\.", html)


def test_the_points_of_the_six_reasons_add_up_to_the_growth(client: Client) -> None:
    project = grown()
    points = [float(number) for number in re.findall(r"<strong>([\d.]+)</strong> of", page(client, "/projects/moss/"))]
    assert len(points) == 6
    assert sum(points) == pytest.approx(project.growth_factor * 100, abs=0.4)


def test_the_timeline_begins_with_the_seed_and_ends_with_what_is_expected(client: Client) -> None:
    grown()
    html = page(client, "/projects/moss/")
    steps = re.findall(r'<li[^>]*><span class="stage">([\w ]+)</span> <time', html)
    assert steps[0] == "seed"
    assert len(steps) == len(set(steps)) > 2


def test_a_stage_from_before_the_first_known_work_is_dated_about(client: Client, admin_client: Client) -> None:
    project, now = ProjectFactory.create(name="Moss", slug="moss", earlier_commits=3_000), timezone.now()
    Project.objects.filter(pk=project.pk).update(planted_date=now - timedelta(days=3_000))
    recording.record_activities(project=project, drafts=work(60, a_day=3, until=now), source="git", now=now)
    project.refresh_from_db()
    services.grow(project=project, now=now, source="git")
    growth_log.backfill(project=project, now=now)
    first = project.activities.earliest("occurred_at").occurred_at
    rungs = [row for row in project.growth_log.all() if row.previous_stage and row.is_stage_change]
    early = [row for row in rungs if row.recorded_at < first]
    assert early
    html = page(client, "/projects/moss/")
    for row in early:
        assert f"about {row.recorded_at:%B %Y}</time>" in html
        assert f'<time datetime="{row.recorded_at:%Y-%m-%d}">' not in html
    assert f"Before {first.day} {first:%B %Y}, its first known work" in html
    console = admin_client.get("/admin/garden/growthlog/?o=0").content.decode()  # the oldest first
    assert f"about {early[0].recorded_at:%B %Y}" in console
    told = client.get(f"/api/v1/projects/{project.pk}/").json()["growth_log"]
    assert {row["id"] for row in told if row["is_estimated"]} >= {str(row.pk) for row in early}
    assert not any(row["is_estimated"] for row in (told[0], told[-1]))  # planted, and now: both are known


def test_a_past_whose_work_is_known_has_exact_dates(client: Client) -> None:
    grown()
    html = page(client, "/projects/moss/")
    assert not re.search(r"<time[^>]*>about ", html)
    assert "first known work, only" not in html


def test_a_seed_without_any_past_has_a_page_too(client: Client) -> None:
    ProjectFactory(name="Idea", slug="idea")
    html = page(client, "/projects/idea/")
    outline(html)
    assert "Its growth has not been recorded yet" in html
    assert "not yet" in html


def test_an_unlisted_plant_opens_by_its_address_and_stays_out_of_indexes(client: Client) -> None:
    ProjectFactory(slug="quiet", visibility=Visibility.UNLISTED)
    response = client.get("/projects/quiet/")
    assert response.status_code == 200
    assert '<meta name="robots" content="noindex">' in response.content.decode()
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert "public" not in response.headers["Cache-Control"]


@pytest.mark.parametrize(
    "hidden",
    [{"visibility": Visibility.PRIVATE}, {"status": ProjectStatus.PROPOSED}, {"hidden_by_source": True}],
)
def test_a_plant_that_is_not_for_visitors_is_as_absent_as_one_that_never_was(
    client: Client, hidden: dict[str, Any]
) -> None:
    ProjectFactory(slug="closed", name="Closed", **hidden)
    closed, absent = client.get("/projects/closed/"), client.get("/projects/absent/")
    assert closed.status_code == absent.status_code == 404
    assert closed.content == absent.content


def test_pictures_and_films_of_the_owner_are_shown_with_their_words(client: Client) -> None:
    ProjectMedia.objects.create(project=grown(), url="https://example.org/talk", alt="A talk about moss")
    assert "<bdi>A talk about moss</bdi></a>" in page(client, "/projects/moss/")


def test_pictures_of_a_project_that_visitors_do_not_reach_are_for_who_may_look_at_it_in_the_console(
    client: Client, admin_client: Client, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    project = ProjectFactory.create()
    picture = ProjectMedia.objects.create(project=project, alt="A leaf", image=ContentFile(b"GIF89a", "leaf.gif"))
    other = tmp_path / "projects" / "left-behind.gif"
    other.write_bytes(b"GIF89a")
    answer = client.get(picture.image.url)
    assert (answer.status_code, answer.content) == (200, b"GIF89a")
    assert answer.headers["Content-Type"] == "image/gif"
    part = client.get(picture.image.url, headers={"range": "bytes=0-0"})
    assert (part.status_code, part.content) == (206, b"G")
    assert client.get(f"/media/projects/{other.name}").status_code == 404
    assert client.get("/media/projects/../../secret_key").status_code == 404
    for hidden in ({"visibility": Visibility.PRIVATE}, {"hidden_by_source": True}):
        Project.objects.update(**({"visibility": Visibility.PUBLIC, "hidden_by_source": False} | hidden))
        assert client.get(picture.image.url).status_code == 404
        assert admin_client.get(picture.image.url).content == b"GIF89a"
    helper = User.objects.create_user("helper", is_staff=True)
    client.force_login(helper)
    assert client.get(picture.image.url).status_code == 404
    helper.user_permissions.add(Permission.objects.get(codename="view_project"))
    assert client.get(picture.image.url).status_code == 404  # no right lets a helper see what is hidden
    Project.objects.update(visibility=Visibility.UNLISTED, hidden_by_source=False)
    assert client.get(picture.image.url).status_code == 200


def test_the_address_of_a_plant_without_its_slash_leads_to_it(client: Client) -> None:
    project = ProjectFactory.create()
    answer = client.get(project.get_absolute_url().rstrip("/"))
    assert (answer.status_code, answer.headers["Location"]) == (301, project.get_absolute_url())


def test_related_plants_are_those_that_share_a_technology(client: Client) -> None:
    grown(technologies=["Python"])
    ProjectFactory(name="Kin", slug="kin", technologies=["python"])
    ProjectFactory(name="Stranger", slug="stranger", technologies=["Rust"])
    links = outline(page(client, "/projects/moss/")).links
    assert "/projects/kin/" in links
    assert "/projects/stranger/" not in links


def test_the_owners_part_is_told_of_the_commits_whose_authors_are_known(client: Client, settings: Settings) -> None:
    settings.OWNER_NAME = "Ada"
    project, now = ProjectFactory.create(slug="moss", earlier_commits=1000), timezone.now()
    drafts = [replace(commit(number), author="Ada" if number < 3 else "Grace") for number in range(5)]
    recording.record_activities(project=project, drafts=drafts, source="git", now=now)
    services.catch_up(project=project, now=now, source="git")
    said = page(client, "/projects/moss/")
    assert said.count("3 of 5 commits are the owner") == 2  # beside its numbers, and under "Why this size"
    assert "of 1,005 commits" not in said


def test_the_queries_of_a_project_page_do_not_grow_with_its_past(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    grown("moss")
    ProjectFactory(slug="idea")
    for slug in ("moss", "idea"):
        state.invalidate()
        # One for whose commits are the owner's, one for who that is, two for the skills that its technologies link
        # to, five for the weather, two for the latest work.
        with django_assert_num_queries(21):
            page(client, f"/projects/{slug}/")


# --- For machines, and when something is wrong ------------------------------------------------------------------------


def test_the_sitemap_names_what_is_listed(client: Client) -> None:
    ProjectFactory(slug="moss")
    ProjectFactory(slug="old", status=ProjectStatus.ARCHIVED)
    body = client.get("/sitemap.xml").content.decode()
    assert body.count("<loc>") == 4  # the front page, two projects, the sky of skills
    assert "/projects/moss/</loc>" in body
    assert "/projects/old/</loc>" in body


def test_crawlers_are_told_where_to_look(client: Client) -> None:
    text = client.get("/robots.txt").content.decode()
    assert "Disallow: /admin/" in text
    assert text.rstrip().endswith("/sitemap.xml")


def test_the_manifest_names_the_site(client: Client) -> None:
    manifest = json.loads(client.get(reverse("webmanifest")).content)
    assert manifest["start_url"] == "/"
    assert manifest["icons"]


def test_an_address_that_leads_nowhere_leads_back(client: Client) -> None:
    response = client.get("/no/such/place")
    assert response.status_code == 404
    html = response.content.decode()
    assert "Nothing grows here" in html
    assert "/" in outline(html).links


def test_a_fault_of_ours_is_admitted_in_plain_words(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("the roof fell in")

    monkeypatch.setattr("greenhouse.site.front_page.plant_views.drawn_plants", broken)
    client.raise_request_exception = False
    response = client.get("/")
    assert response.status_code == 500
    html = response.content.decode()
    assert "Something broke" in html
    assert "roof" not in html
    assert "Traceback" not in html


def test_pages_are_read_and_never_written_to(client: Client) -> None:
    assert client.post("/").status_code == 405


# --- Words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "within the hour"),
        (3599, "within the hour"),
        (3600, "1 hour ago"),
        (90_000, "1 day ago"),
        (14 * 86_400, "2 weeks ago"),
        (800 * 86_400, "2 years ago"),
        (-50, "within the hour"),
    ],
)
def test_time_is_told_to_one_unit(seconds: int, words: str) -> None:
    now = timezone.now()
    assert ago(now - timedelta(seconds=seconds), now) == words


@pytest.mark.parametrize(
    ("share", "text"), [(0, "0%"), (0.004, "under 1%"), (0.644, "64%"), (0.996, "99%"), (1.0, "100%")]
)
def test_a_little_is_not_nothing_and_nearly_all_is_not_everything(share: float, text: str) -> None:
    assert percent(share) == text


@pytest.mark.parametrize(("vitality", "word"), [(0.6, "thriving"), (0.59, "quiet"), (0.25, "quiet"), (0.24, "resting")])
def test_vitality_has_three_words(vitality: float, word: str) -> None:
    assert vitality_word(vitality) == word
