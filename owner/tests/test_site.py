"""Who keeps the site: what the console sets, what the environment says, and where it shows."""

from __future__ import annotations

import errno
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from garden.models import GardenEvent, Project
from garden.tests.factories import ProjectFactory
from garden.vocabulary import ProjectStatus
from owner.models import Site
from owner.selectors import site_now
from owner.services import set_site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from django.test import Client
    from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _environment(settings: Settings, tmp_path: Path) -> None:
    settings.OWNER_NAME, settings.SITE_NAME = "Ada of the environment", "Garden of the environment"
    settings.MEDIA_ROOT = tmp_path


def picture(colour: str = "red") -> ContentFile[bytes]:
    written = BytesIO()
    Image.new("RGB", (40, 20), colour).save(written, "WEBP")
    return ContentFile(written.getvalue(), "portrait.webp")


def html_of(client: Client, path: str = "/") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


# --- Where a value comes from -----------------------------------------------------------------------------------------


def test_the_environment_speaks_until_the_console_does() -> None:
    assert (site_now().owner_name, site_now().site_name) == ("Ada of the environment", "Garden of the environment")
    set_site(changes={"owner_name": "Ada Lovelace"}, now=NOW)
    assert (site_now().owner_name, site_now().site_name) == ("Ada Lovelace", "Garden of the environment")
    set_site(changes={"owner_name": ""}, now=NOW)
    assert site_now().owner_name == "Ada of the environment"


def test_the_console_says_where_each_value_comes_from(admin_client: Client) -> None:
    form = html_of(admin_client, "/admin/owner/site/add/")
    assert "From the environment (OWNER_NAME) until you write something here." in form
    set_site(changes={"owner_name": "Ada Lovelace"}, now=NOW)
    form = html_of(admin_client, "/admin/owner/site/1/change/")
    assert "Set here; without it, the environment’s OWNER_NAME says “Ada of the environment”." in form
    assert "From the environment (SITE_NAME) until you write something here." in form


def test_now_keeps_the_day_it_was_written() -> None:
    assert set_site(changes={"now": "Pruning."}, now=NOW).now_at == NOW
    assert set_site(changes={"line": "I prune."}, now=NOW + timedelta(days=3)).now_at == NOW
    assert set_site(changes={"now": ""}, now=NOW).now_at is None


# --- The console ------------------------------------------------------------------------------------------------------


def test_the_overview_asks_who_the_owner_is_until_somebody_said_it(admin_client: Client, settings: Settings) -> None:
    settings.OWNER_NAME = ""
    assert "Whose garden is it?" in html_of(admin_client, "/admin/")
    answers = {"owner_name": "Ada Lovelace", "line": "I make\tengines."}
    answer = admin_client.post(reverse("admin:owner_site_introduce"), answers)
    assert answer.status_code == 302
    assert (site_now().owner_name, site_now().line) == ("Ada Lovelace", "I make engines.")
    assert "Whose garden is it?" not in html_of(admin_client, "/admin/")


def test_a_name_of_which_nothing_shows_is_refused_and_loses_nothing(admin_client: Client) -> None:
    set_site(changes={"owner_name": "Ada Lovelace"}, now=NOW)
    answer = admin_client.post(
        reverse("admin:owner_site_introduce"), {"owner_name": "\u2800", "line": "x"}, follow=True
    )
    assert "Nothing of this name would show." in answer.content.decode()
    assert (site_now().owner_name, site_now().line) == ("Ada Lovelace", "")


def test_a_blank_name_is_no_introduction_and_is_asked_for_again_where_it_stood(admin_client: Client) -> None:
    answers = {"owner_name": "  ", "line": "I prune.", "next": "/admin/first-steps/you/"}
    answer = admin_client.post(reverse("admin:owner_site_introduce"), answers, follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain == [("/admin/first-steps/you/", 302)]
    assert "Without a name there is nothing to greet by." in page
    assert "greets your visitors" not in page
    assert not Site.objects.exists()


def test_only_who_may_change_the_site_introduces_its_owner(client: Client) -> None:
    helper = User.objects.create_user("helper", is_staff=True)
    address = reverse("admin:owner_site_introduce")
    assert client.post(address, {"owner_name": "Eve"}).status_code == 302  # to the sign-in
    client.force_login(helper)
    assert client.post(address, {"owner_name": "Eve"}).status_code == 403
    assert not Site.objects.exists()


def saved(client: Client, **fields: Any) -> Any:
    page = "change" if Site.objects.exists() else "add"
    address = reverse(f"admin:owner_site_{page}", args=[Site.THE_ONE] if page == "change" else [])
    said = {"owner_name": "Ada Lovelace", "line": "", "now": "", "links": "", "email": "", "about": "", "cv": ""}
    return client.post(address, said | {"site_name": ""} | fields)


def test_the_form_keeps_everything_that_the_owner_says(admin_client: Client) -> None:
    written = BytesIO()
    Image.new("RGB", (900, 1800), "green").save(written, "PNG")
    answer = saved(
        admin_client,
        line="I make engines.",
        links="Mastodon: https://social.example/@ada\n\nhttps://www.ada.example/notes/",
        email="ada@example.org",
        portrait=SimpleUploadedFile("me.png", written.getvalue()),
    )
    assert answer.status_code == 302, answer.context["errors"]
    site = site_now()
    assert [(link.label, link.url) for link in site.links] == [
        ("Mastodon", "https://social.example/@ada"),
        ("ada.example", "https://www.ada.example/notes/"),
    ]
    assert site.portrait is not None
    assert (site.portrait.width, site.portrait.height) == (320, 640)
    assert site.portrait.url.endswith(".webp")
    assert saved(admin_client, links="Mastodon https://social.example/@ada").status_code == 302
    assert (len(site_now().links), site_now().portrait) == (1, site.portrait)  # what was not touched stays


@pytest.mark.parametrize(
    ("field", "said", "why"),
    [
        ("links", "Mastodon social.example/@ada", "has no address"),
        ("links", "Bad javascript:alert(1)", "has no address"),
        ("links", "x https://", "no address"),
        ("links", "\n".join(f"https://a{n}.example" for n in range(13)), "at most 12"),
        ("links", f"{'x' * 61} https://a.example", "too long"),
        ("links", "\u202egnp https://a.example", "cannot be shown"),
        ("email", "not an address", "valid email"),
        ("owner_name", "two\u2028lines", "single line"),
        ("about", "x" * 20_001, "at most 20000"),
        ("portrait", SimpleUploadedFile("me.png", b"<svg onload=alert(1)>"), "no picture"),
    ],
)
def test_what_cannot_be_shown_is_refused_by_its_field(admin_client: Client, field: str, said: Any, why: str) -> None:
    answer = saved(admin_client, **{field: said})
    assert answer.status_code == 200
    assert why in str(answer.context["adminform"].form.errors[field])
    assert not Site.objects.exists()


def test_a_picture_that_the_disk_has_no_room_for_is_refused_in_words_and_no_part_of_it_is_kept(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def half(file: ContentFile[bytes], chunk_size: int | None = None) -> Iterator[bytes]:
        yield file.read(8)
        raise OSError(errno.ENOSPC, "No space left on device")

    written = BytesIO()
    Image.new("RGB", (90, 90), "green").save(written, "PNG")
    with monkeypatch.context() as patch:
        patch.setattr(ContentFile, "chunks", half)
        answer = saved(admin_client, portrait=SimpleUploadedFile("me.png", written.getvalue()))
    assert answer.status_code == 503
    assert "The disk has no room left, so nothing of this was kept." in answer.content.decode()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert site_now().portrait is None


def test_a_new_picture_takes_the_place_of_the_one_before_it(
    tmp_path: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    for colour in ("red", "green"):
        with django_capture_on_commit_callbacks(execute=True):
            set_site(changes={"portrait": picture(colour)}, now=NOW)
    assert len(list((tmp_path / "site").iterdir())) == 1
    with django_capture_on_commit_callbacks(execute=True):
        set_site(changes={"portrait": False}, now=NOW)
    assert list((tmp_path / "site").iterdir()) == []
    assert site_now().portrait is None


# --- What visitors see ------------------------------------------------------------------------------------------------


def test_the_owners_name_is_the_heading(client: Client, settings: Settings) -> None:
    set_site(changes={"owner_name": "Ada Lovelace", "line": "I make engines."}, now=NOW)
    front = html_of(client)
    assert "<h1><bdi>Ada Lovelace</bdi>" in front
    assert "I make engines." in front.partition('<div class="garden">')[0]
    settings.OWNER_NAME = ""
    set_site(changes={"owner_name": "", "line": ""}, now=NOW)
    assert "<h1><bdi>Garden of the environment</bdi></h1>" in html_of(client)


def test_the_front_page_offers_how_to_reach_the_owner_and_no_door_of_theirs(client: Client) -> None:
    set_site(
        changes={"email": "ada@example.org", "links": [["Mastodon", "https://social.example/@ada"]], "now": "Pruning."},
        now=NOW,
    )
    front = html_of(client)
    assert '<a href="https://social.example/@ada" rel="me noopener"><bdi>Mastodon</bdi></a>' in front
    assert "Pruning." in front
    footer = front.partition('<footer class="colophon">')[2]
    for offered in ("mailto:ada@example.org", reverse("privacy"), reverse("about")):
        assert offered in footer
    assert reverse("admin:index") not in front


def test_an_open_page_learns_of_a_new_name(client: Client) -> None:
    ProjectFactory.create()
    html_of(client)
    set_site(changes={"owner_name": "Ada Lovelace"}, now=NOW)
    since = GardenEvent.objects.latest("seq").seq - 1
    assert client.get(f"/fragments/changes/?since={since}").status_code == 205  # it loads the page again
    assert "Ada Lovelace" in html_of(client)


def test_the_pages_about_the_owner_say_what_they_wrote(client: Client) -> None:
    set_site(
        changes={"owner_name": "Ada", "about": "## Hello\n\n<script>alert(1)</script>", "cv": "- Engines, **1843**"},
        now=NOW,
    )
    ProjectFactory.create(name="Engine notes")
    about, cv = html_of(client, "/about/"), html_of(client, "/cv/")
    assert "<h2>Hello</h2>" in about
    assert "&lt;script&gt;" in about
    assert "Engine notes" in about
    assert "<strong>1843</strong>" in cv
    assert "Engine notes" in cv


def test_without_a_name_there_is_no_page_about_nobody(client: Client, settings: Settings) -> None:
    settings.OWNER_NAME = ""
    assert client.get("/about/").status_code == client.get("/cv/").status_code == 404
    front = html_of(client)
    assert 'href="/about/"' not in front
    assert "/about/" not in html_of(client, "/sitemap.xml")


def test_the_portrait_is_public_and_nothing_else_of_the_folder(client: Client, tmp_path: Path) -> None:
    set_site(changes={"portrait": picture()}, now=NOW)
    portrait = site_now().portrait
    assert portrait is not None
    answer = client.get(portrait.url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    (tmp_path / "site" / "other.webp").write_bytes(b"kept")
    assert client.get("/media/site/other.webp").status_code == 404
    assert client.get("/media/").status_code == 404


def test_what_is_featured_stands_first_with_its_words(client: Client) -> None:
    ProjectFactory.create(name="Moss", description="Quiet words.")
    assert "featured-heading" not in html_of(client)
    Project.objects.update(status=ProjectStatus.FEATURED)
    ProjectFactory.create(name="Fern")
    set_site(changes={"line": "x"}, now=NOW)
    featured = html_of(client).partition('id="featured-heading"')[2].partition("</section>")[0]
    assert "<bdi>Moss</bdi>" in featured
    assert "Quiet words." in featured
    assert "Fern" not in featured
