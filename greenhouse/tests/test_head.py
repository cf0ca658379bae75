"""What machines read in the head of a page, the site's signs, and microformats."""

from __future__ import annotations

import json
import re
from html import unescape
from io import BytesIO
from typing import TYPE_CHECKING, Any

import mf2py
import pytest
from django.utils import timezone
from PIL import Image

from garden import recording, services
from garden.tests.factories import ProjectFactory, commit
from garden.vocabulary import Visibility
from greenhouse.site.metadata import fediverse_page
from greenhouse.templatetags import head as head_tags
from social.tests.factories import written

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import Settings

    from garden.models import Project

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _site(settings: Settings) -> None:
    settings.SITE_URL = "https://garden.example"
    settings.OWNER_NAME = "Ada & Söhne"
    settings.SITE_NAME = "The Glasshouse"


def moss(**fields: Any) -> Project:
    project = ProjectFactory.create(name='Moss <"> & co', slug="moss", **fields)
    now = timezone.now()
    recording.record_activities(project=project, drafts=[commit(1, at=now)], source="git", now=now)
    services.catch_up(project=project, now=now, source="git")
    return project


def head(client: Client, path: str) -> str:
    return client.get(path).content.decode().partition("</head>")[0]


def properties(client: Client, path: str) -> dict[str, str]:
    """The meta elements of a page, by property or name."""
    found = re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', head(client, path))
    assert len(found) == len(dict(found)), "each is said once"
    return {name: unescape(content) for name, content in found}


def linked_data(client: Client, path: str) -> dict[str, Any]:
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', head(client, path), re.DOTALL)
    data: dict[str, Any] = json.loads(text)
    assert data["@context"] == "https://schema.org"
    return data


# --- OpenGraph --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "image"), [("/", "/og.png"), ("/projects/moss/", "/projects/moss/og.png"), ("/posts/grafting/", "/og.png")]
)
def test_a_link_shows_title_words_and_picture(client: Client, path: str, image: str) -> None:
    moss(description="Grows **on** stones.")
    written("Some words.", title="Grafting")
    said = properties(client, path)
    for name in ("og:title", "og:description", "og:type", "og:site_name", "og:image:alt", "description"):
        assert said[name], name
    assert said["og:url"] == f"https://garden.example{path}"
    assert said["og:image"] == said["twitter:image"] == f"https://garden.example{image}"
    assert (said["og:image:width"], said["og:image:height"], said["og:image:type"]) == ("1200", "630", "image/png")
    assert said["twitter:card"] == "summary_large_image"
    assert f'<link rel="canonical" href="https://garden.example{path}">' in head(client, path)
    shown = Image.open(BytesIO(client.get(image).content))
    assert shown.size == (1200, 630)


def test_a_plant_is_said_by_name_stage_and_plain_words(client: Client) -> None:
    moss(description="Grows **on** [stones](https://x.example).")
    said = properties(client, "/projects/moss/")
    assert said["og:title"].startswith('Moss <"> & co, ')
    assert said["og:description"] == "Grows on stones."
    assert said["article:published_time"] < said["article:modified_time"]


def test_an_error_has_no_picture(client: Client) -> None:
    assert "og:image" not in properties(client, "/projects/nothing/")


# --- JSON-LD ----------------------------------------------------------------------------------------------------------


def test_the_garden_says_whose_site_it_is(client: Client) -> None:
    site, person = linked_data(client, "/")["@graph"]
    assert (site["@type"], site["name"], site["url"]) == ("WebSite", "The Glasshouse", "https://garden.example/")
    assert (person["@type"], person["name"]) == ("Person", "Ada & Söhne")
    assert site["author"]["@id"] == person["@id"]


def test_a_plant_says_what_code_it_is(client: Client) -> None:
    moss(description="</script><b>", languages={"Python": 900}, github_repo="ada/moss")
    code = linked_data(client, "/projects/moss/")
    assert (code["@type"], code["name"]) == ("SoftwareSourceCode", 'Moss <"> & co')
    assert code["codeRepository"] == "https://github.com/ada/moss"
    assert code["programmingLanguage"] == ["Python"]
    assert code["description"] == "</script><b>"
    assert code["author"]["name"] == "Ada & Söhne"


def test_a_post_says_when_it_was_written(client: Client) -> None:
    post = written("Words.", title="Grafting", link="https://roses.example/")
    posting = linked_data(client, "/posts/grafting/")
    assert (posting["@type"], posting["headline"]) == ("BlogPosting", "Grafting")
    assert posting["datePublished"] == post.published_at.isoformat()
    assert posting["citation"] == "https://roses.example/"


# --- Microformats -----------------------------------------------------------------------------------------------------


def parsed(client: Client, path: str) -> list[dict[str, Any]]:
    read = mf2py.parse(doc=client.get(path).content.decode(), url=f"https://garden.example{path}")
    items: list[dict[str, Any]] = read["items"]
    return items


def one(items: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    (found,) = [item for item in items if kind in item["type"]]
    properties: dict[str, Any] = found["properties"] | {"children": found.get("children", [])}
    return properties


def test_the_front_page_has_the_owners_card_and_a_feed(client: Client) -> None:
    moss()
    written("Words.", title="Grafting")
    items = parsed(client, "/")
    card = one(items, "h-card")
    assert card["name"] == ["Ada & Söhne"]
    assert card["url"] == card["uid"] == ["https://garden.example/"]
    entries = one(items, "h-feed")["children"]
    assert {"https://garden.example/posts/grafting/"} <= {
        url for entry in entries for url in entry["properties"]["url"]
    }
    assert all(entry["type"] == ["h-entry"] and entry["properties"]["published"] for entry in entries)


def test_a_post_is_an_entry_with_its_author(client: Client) -> None:
    written("It *grows*.", title="Grafting", link="https://roses.example/")
    entry = one(parsed(client, "/posts/grafting/"), "h-entry")
    assert entry["name"] == ["Grafting"]
    assert entry["url"] == ["https://garden.example/posts/grafting/"]
    assert "<em>grows</em>" in entry["content"][0]["html"]
    assert entry["author"][0]["properties"]["name"] == ["Ada & Söhne"]
    assert entry["bookmark-of"] == ["https://roses.example/"]
    assert entry["published"]


def test_the_list_of_posts_is_a_feed(client: Client) -> None:
    written("Words.", title="Grafting")
    (entry,) = one(parsed(client, "/posts/"), "h-feed")["children"]
    assert entry["properties"]["name"] == ["Grafting"]


# --- The fediverse, feeds, signs --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("account", "page"),
    [
        ("ada@mastodon.example", "https://mastodon.example/@ada"),
        ("@ada@mastodon.example", "https://mastodon.example/@ada"),
        ("ada", ""),
        ("", ""),
        ("ada@mastodon.example/x", ""),
    ],
)
def test_an_account_of_the_fediverse_has_a_page(account: str, page: str) -> None:
    assert fediverse_page(account) == page


def test_previews_name_the_owners_account(client: Client, settings: Settings) -> None:
    assert "fediverse:creator" not in properties(client, "/")
    settings.MASTODON_ACCOUNT = "ada@mastodon.example"
    assert properties(client, "/skills/")["fediverse:creator"] == "@ada@mastodon.example"
    assert '<link rel="me" href="https://mastodon.example/@ada">' in head(client, "/skills/")
    assert linked_data(client, "/posts/")["@graph"][0]["@type"] == "WebSite"


def test_every_page_names_the_feeds_and_the_colour_of_its_sky(client: Client) -> None:
    for path in ("/", "/skills/", "/posts/", "/nothing/"):
        page = head(client, path)
        assert 'type="application/atom+xml" href="/feed.atom"' in page
        assert 'type="application/feed+json" href="/feed.json"' in page
        assert re.fullmatch(r"#[0-9a-f]{6}", properties(client, path)["theme-color"])


@pytest.mark.parametrize(
    ("path", "sides"),
    [
        ("/apple-touch-icon.png", [180]),
        ("/icons/192.png", [192]),
        ("/icons/512.png", [512]),
        ("/icons/maskable.png", [512]),
        ("/favicon.ico", [16, 32, 48]),
    ],
)
def test_the_sign_comes_in_every_size_that_is_asked_for(client: Client, path: str, sides: list[int]) -> None:
    answer = client.get(path)
    shown = Image.open(BytesIO(answer.content))
    assert shown.info.get("sizes", {shown.size}) == {(side, side) for side in sides}
    assert answer["Cache-Control"] == "public, max-age=86400"
    opaque = path in ("/apple-touch-icon.png", "/icons/maskable.png")
    alpha = shown.convert("RGBA").getchannel("A").getextrema()
    assert alpha[0] == (255 if opaque else 0)


def test_a_launcher_may_cut_the_maskable_sign_to_a_circle(client: Client) -> None:
    sign = Image.open(BytesIO(client.get("/icons/maskable.png").content)).convert("RGB")
    ground, middle = sign.getpixel((0, 0)), 256
    outside = [
        sign.getpixel((x, y))
        for x in range(0, 512, 8)
        for y in range(0, 512, 8)
        if (x - middle) ** 2 + (y - middle) ** 2 > (0.4 * 512) ** 2
    ]
    assert set(outside) == {ground}
    assert sign.getpixel((middle, middle)) != ground


def test_no_other_size_is_drawn(client: Client) -> None:
    assert client.get("/icons/100000.png").status_code == 404


def test_the_manifest_names_signs_that_are_there(client: Client) -> None:
    icons = json.loads(client.get("/site.webmanifest").content)["icons"]
    assert {"any", "192x192", "512x512"} == {icon["sizes"] for icon in icons}
    assert [icon for icon in icons if icon.get("purpose") == "maskable"]
    for icon in icons:
        if icon["type"] == "image/png":
            shown = Image.open(BytesIO(client.get(icon["src"]).content))
            assert icon["sizes"] == f"{shown.width}x{shown.height}"


def test_the_sitemap_dates_what_it_names(client: Client) -> None:
    project, post = moss(), written(title="Grafting")
    ProjectFactory.create(slug="hidden", visibility=Visibility.UNLISTED)
    body = client.get("/sitemap.xml").content.decode()
    dated = dict(re.findall(r"<loc>([^<]*)</loc>(?:<lastmod>([^<]*)</lastmod>)?", body))
    assert dated["https://garden.example/posts/grafting/"].startswith(f"{post.updated_at:%Y-%m-%d}")
    assert dated["https://garden.example/projects/moss/"].startswith(f"{project.updated_at:%Y-%m-%d}")
    assert dated["https://garden.example/"]
    assert "hidden" not in body


def test_the_front_page_says_its_words_before_what_has_to_be_fetched_or_drawn(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(head_tags, "address_of", lambda entry: f"/static/{entry}")
    monkeypatch.setattr(head_tags, "content_of", lambda entry: f"/* {entry} */")
    html = client.get("/").content.decode()
    order = ["<style>/* src/shell/first.css */</style>", 'class="masthead"', 'rel="stylesheet"', 'class="picture"']
    places = [html.index(found) for found in order]
    assert places == sorted(places)
