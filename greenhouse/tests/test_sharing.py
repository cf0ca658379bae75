"""Pictures for links, cards for READMEs, the drawing."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.utils import timezone
from PIL import Image

from garden import planting, recording, services
from garden.svg.colour import mix
from garden.svg.draw import safe_text
from garden.svg.portrait import CLOSEST
from garden.tests.factories import ProjectFactory, commit, work
from garden.vocabulary import Precipitation, Season, TimeOfDay, Visibility, WeatherType
from greenhouse.site import raster
from greenhouse.site.cards import drawn
from greenhouse.site.readme_cards import DARK, LIGHT, Tended, Week, plant_card, week_card
from greenhouse.site.share_pictures import HEIGHT, SOFTER, WIDTH, Above, contrast, garden_picture, ink_in, plant_picture
from greenhouse.site.sharing import week
from greenhouse.site.snippets import Snippet
from tests.running import ROOT

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import Settings

    from garden.models import Project
    from garden.svg import DrawnPlant

pytestmark = pytest.mark.django_db

SKIES = [
    Above(season, hour, weather, falling)
    for season, hour, weather, falling in product(Season, TimeOfDay, WeatherType, (None, *Precipitation))
]
A_DAY = Above(Season.SUMMER, TimeOfDay.DAY, WeatherType.SUNNY, None)
PICTURES = ("/og.png", "/projects/moss/og.png")
CARDS = ("/garden.svg", "/cards/garden.svg", "/cards/week.svg", "/cards/projects/moss.svg")
TWINS = ("/cards/garden-dark.svg", "/cards/week-dark.svg", "/cards/projects/moss-dark.svg")


def grown(name: str = "moss", days: int = 60, **fields: object) -> Project:
    now = timezone.now()
    project = ProjectFactory.create(name=name.capitalize(), slug=name, **fields)
    recording.record_activities(project=project, drafts=work(days, until=now), source="git", now=now)
    services.catch_up(project=project, now=now, source="git")
    project.refresh_from_db()
    return project


def picture(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


# --- Pictures for links -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", PICTURES)
def test_a_link_has_a_picture_of_the_size_that_networks_show_whole(client: Client, address: str) -> None:
    grown()
    answer = client.get(address)
    shown = picture(answer.content)
    assert (answer.status_code, answer["Content-Type"], shown.format, shown.size) == (
        200,
        "image/png",
        "PNG",
        (1200, 630),
    )
    assert len(answer.content) < 400_000
    assert len(shown.convert("RGB").getcolors(1 << 24) or ()) > 100  # something is drawn


def test_pictures_are_drawn_by_several_threads_at_once_and_come_out_the_same() -> None:
    svg = plant_picture(drawn(ProjectFactory.create()), A_DAY, eyebrow="", description="", facts="", whose="")
    with ThreadPoolExecutor(4) as threads:
        pictures = set(threads.map(lambda _: raster.photograph(svg, WIDTH, HEIGHT), range(24)))
    assert len(pictures) == 1


def test_a_picture_shows_the_plant_the_hour_and_the_words() -> None:
    plant = drawn(ProjectFactory.create(name="Moss"))
    said = {"eyebrow": "Seed", "description": "Grows on stones.", "facts": "3 commits", "whose": "In Ada’s garden"}
    first = plant_picture(plant, A_DAY, **said)
    others = [
        plant_picture(replace(plant, growth=0.9), A_DAY, **said),
        plant_picture(plant, replace(A_DAY, time_of_day=TimeOfDay.NIGHT), **said),
        plant_picture(plant, replace(A_DAY, precipitation=Precipitation.SNOW), **said),
        plant_picture(replace(plant, name="Fern"), A_DAY, **said),
        *(plant_picture(plant, A_DAY, **said | {word: "Otherwise"}) for word in said),
    ]
    assert len({first, *others}) == 1 + len(others)


@pytest.mark.parametrize("name", ["🌱", "温室", "A" * 200, "word " * 50, "x", "<b>&amp;", "مشروع الحديقة"])
def test_any_name_makes_a_picture_and_a_card(name: str) -> None:
    plant = replace(drawn(ProjectFactory.create()), name=name)
    shown = plant_picture(plant, A_DAY, eyebrow="Seed", description=name, facts="3 commits", whose="In a garden")
    assert "<text" not in shown
    assert raster.photograph(shown, 1200, 630)
    card = plant_card(plant, A_DAY, LIGHT, growth=0.0, description=name, facts="3 commits")
    assert ElementTree.fromstring(card).get("aria-label", "").startswith(name)  # noqa: S314 – our own


def test_a_garden_without_plants_has_a_picture(client: Client) -> None:
    assert picture(client.get("/og.png").content).size == (1200, 630)


def test_words_can_be_read_at_every_hour_and_in_every_weather() -> None:
    for sky in SKIES:
        ink = ink_in(sky.light)
        assert contrast(ink.words, ink.mist) >= 7, sky
        assert contrast(ink.lesser, ink.mist) >= 4.5, sky
        assert ink.lesser == mix(ink.words, ink.mist, SOFTER)


def test_a_large_garden_is_drawn_in_a_bounded_picture() -> None:
    plant = drawn(ProjectFactory.create())
    many = [replace(plant, slug=f"plant-{n}", x=(n % 40) - 20.0, z=n / 40 - 12) for n in range(1000)]
    svg = garden_picture(many, A_DAY, title="Many", facts="1,000 plants", own_forms=30)
    assert len(svg) < 1_000_000
    assert len(raster.photograph(svg, 1200, 630)) < 600_000


def test_a_drawing_that_is_none_is_refused() -> None:
    with pytest.raises(raster.CannotDraw):
        raster.pixels("no drawing", 10, 10)


# --- Cards ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [*CARDS, *TWINS])
def test_a_card_is_sound_svg_that_needs_nothing_else(client: Client, address: str) -> None:
    grown()
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    read = ElementTree.fromstring(answer.content)  # noqa: S314 – our own
    ids = [element.get("id") for element in read.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    asked = re.findall(rb'(?:href="|url\()([^")]*)', answer.content)
    assert all(one.startswith(b"#") for one in asked)
    assert {one[1:].decode() for one in asked} <= set(ids)
    assert b"<text" not in answer.content
    assert b"<script" not in answer.content


@pytest.mark.parametrize("address", [*PICTURES, *CARDS, *TWINS])
def test_pictures_and_cards_may_be_kept_for_five_minutes_and_are_asked_for_by_their_etag(
    client: Client, address: str
) -> None:
    grown()
    answer = client.get(address)
    assert answer["Cache-Control"] == "public, max-age=300"
    again = client.get(address, headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", answer["ETag"])


def test_pictures_and_cards_change_with_the_garden(client: Client) -> None:
    project, now = grown(days=3), timezone.now()
    every = (*PICTURES, *CARDS, *TWINS)
    before = [client.get(address)["ETag"] for address in every]
    recording.record_activities(
        project=project, drafts=[commit(n, at=now) for n in range(900, 1100)], source="git", now=now
    )
    services.catch_up(project=project, now=now, source="git")
    after = [client.get(address)["ETag"] for address in every]
    assert [address for address, old, new in zip(every, before, after, strict=True) if old == new] == []


def test_the_dark_card_is_the_light_one_in_other_colours(client: Client) -> None:
    grown()
    for light, dark in (("/cards/garden.svg", "/cards/garden-dark.svg"), ("/cards/week.svg", "/cards/week-dark.svg")):
        pages = [client.get(address).content.decode() for address in (light, dark)]
        assert LIGHT.paper in pages[0]
        assert DARK.paper in pages[1]
        assert pages[0].replace(LIGHT.paper, "").replace(LIGHT.ink, "") != pages[1]


def test_a_plant_whose_name_ends_like_a_twin_has_its_own_card(client: Client) -> None:
    grown()
    ProjectFactory.create(name="Other", slug="moss-dark")
    assert "Other" in client.get("/cards/projects/moss-dark.svg").content.decode()
    assert "Other" in client.get("/cards/projects/moss-dark-dark.svg").content.decode()


def test_the_colours_of_cards_are_those_of_the_pages() -> None:
    css = (Path(django_settings.BASE_DIR) / "frontend/src/shell/tokens.css").read_text()
    light, dark = css.split("prefers-color-scheme: dark")[:2]
    for theme, part in ((LIGHT, light), (DARK, dark)):
        for name in ("paper", "ink", "soft", "line"):
            assert f"--{name}: {getattr(theme, name)};" in part
        assert f"--leaf-bright: {theme.leaf};" in part


def test_the_week_counts_the_last_seven_utc_days(client: Client) -> None:
    now = timezone.now()
    moss, fern = ProjectFactory.create(name="Moss", slug="moss"), ProjectFactory.create(name="Fern", slug="fern")
    demo = ProjectFactory.create(is_demo=True)
    for project, ages in ((moss, (0, 0, 1, 6)), (fern, (0,)), (demo, (0,))):
        drafts = [commit(number + 10, at=now - timedelta(days=age)) for number, age in enumerate(ages)]
        drafts.append(commit(99, at=now - timedelta(days=7)))
        recording.record_activities(project=project, drafts=drafts, source="git", now=now)
    seen = week(now)
    assert [commits for _, commits in seen.days] == [1, 0, 0, 0, 0, 1, 3]
    assert [(one.plant.name, one.commits) for one in seen.tended] == [("Moss", 4), ("Fern", 1)]
    assert seen.sentence == "5 commits on 2 plants in seven days"
    card = client.get("/cards/week.svg").content.decode()
    assert "5 commits on 2 plants in seven days. Most of them: Moss 4, Fern 1." in card


def test_cards_have_the_colours_of_the_pages() -> None:
    tokens = (ROOT / "frontend/src/shell/tokens.css").read_text()
    for theme, rules in zip((LIGHT, DARK), tokens.split("prefers-color-scheme: dark", 1), strict=True):
        colours = dict(re.findall(r"--([\w-]+): (#\w+);", rules))
        wanted = ("paper", "ink", "soft", "line", "leaf-bright")
        assert [theme.paper, theme.ink, theme.soft, theme.line, theme.leaf] == [colours[name] for name in wanted]


def test_a_quiet_week_is_said_to_be_one() -> None:
    days = [(date(2026, 6, 8) + timedelta(days=n), 0) for n in range(7)]
    assert "quiet week" in week_card(Week(days, []), A_DAY, LIGHT, title="This week")


def test_names_on_cards_are_escaped() -> None:
    plant: DrawnPlant = replace(drawn(ProjectFactory.create()), name='<script>"&')
    days = [(date(2026, 6, 8), 1)]
    for card in (
        plant_card(plant, A_DAY, LIGHT, growth=0.5, description="<b>", facts="<i>"),
        week_card(Week(days, [Tended(plant, 1)]), A_DAY, LIGHT, title="<u>"),
    ):
        assert not re.search(r"<(script|b|i|u)>", card)
    assert safe_text(plant.name) in plant_card(plant, A_DAY, LIGHT, growth=0.5, description="", facts="")


# --- Who may see them -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/projects/moss/og.png", "/cards/projects/moss.svg"])
def test_what_shows_an_unlisted_plant_is_private(client: Client, address: str) -> None:
    grown(visibility=Visibility.UNLISTED)
    answer = client.get(address)
    assert (answer.status_code, answer["Cache-Control"], answer["X-Robots-Tag"]) == (
        200,
        "private, no-cache",
        "noindex",
    )


@pytest.mark.parametrize("address", ["/projects/moss/og.png", *CARDS[3:], *TWINS[2:]])
def test_what_shows_a_plant_goes_when_the_plant_is_hidden(client: Client, address: str) -> None:
    project = grown()
    assert client.get(address).status_code == 200
    planting.curate(project=project, changes={"visibility": Visibility.PRIVATE}, now=timezone.now())
    assert client.get(address).status_code == 404


def test_pictures_are_kept_and_not_drawn_again(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    grown()
    kept = [client.get(address).content for address in PICTURES]
    monkeypatch.setattr(raster, "photograph", None)  # whoever drew again would fail
    assert [client.get(address).content for address in PICTURES] == kept


def test_a_card_of_a_name_that_is_too_long_for_an_address_is_not_found(client: Client, settings: Settings) -> None:
    settings.ENABLE_RATE_LIMITING = False
    assert client.get(f"/cards/projects/{'m' * 500}.svg").status_code == 404


# --- To copy and to commit --------------------------------------------------------------------------------------------


def test_the_console_has_the_lines_that_show_each_card(admin_client: Client, settings: Settings) -> None:
    settings.SITE_URL = "https://garden.example"
    grown()
    ProjectFactory.create(name="Hidden", slug="hidden", visibility=Visibility.UNLISTED)
    html = admin_client.get("/admin/cards/").content.decode()
    assert html.count("&lt;picture&gt;") == 3
    for card in ("/cards/garden", "/cards/week", "/cards/projects/moss"):
        assert f"src=&quot;https://garden.example{card}.svg&quot;" in html
        assert f"srcset=&quot;https://garden.example{card}-dark.svg&quot;" in html
        for shown in (f"{card}.svg", f"{card}-dark.svg"):
            assert f'<img src="{shown}"' in html
            assert admin_client.get(shown).status_code == 200
    assert "Hidden" not in html


def test_any_public_plant_can_be_chosen(admin_client: Client) -> None:
    grown()
    ProjectFactory.create(name="Fern", slug="fern")
    assert "/cards/projects/moss.svg" in admin_client.get("/admin/cards/?plant=moss").content.decode()
    assert "/cards/projects/fern.svg" in admin_client.get("/admin/cards/?plant=nothing").content.decode()


def test_the_lines_are_for_the_owner(client: Client) -> None:
    assert client.get("/admin/cards/").status_code == 302


def test_a_name_in_the_lines_is_escaped() -> None:
    snippet = Snippet('Moss "> <b>', card="https://x.example/a.svg", dark_card="https://x.example/b.svg", page="/")
    assert '<img alt="Moss &quot;&gt; &lt;b&gt;"' in snippet.html


@pytest.mark.parametrize("what", ["garden", "week", "moss"])
def test_cards_are_written_as_files(tmp_path: Path, what: str) -> None:
    grown()
    call_command("card", what, to=tmp_path / "docs")
    files = sorted((tmp_path / "docs").iterdir())
    assert [file.name for file in files] == [f"{what}-dark.svg", f"{what}.svg"]
    for file, theme in zip(files, (DARK, LIGHT), strict=True):
        ElementTree.fromstring(file.read_text())  # noqa: S314 – our own
        assert theme.paper in file.read_text()


def test_a_card_of_nothing_is_refused_and_writes_nothing(tmp_path: Path) -> None:
    ProjectFactory.create(slug="hidden", visibility=Visibility.PRIVATE)
    for what in ("nothing", "hidden"):
        with pytest.raises(CommandError, match="No public project"):
            call_command("card", what, to=tmp_path / "docs")
    assert not (tmp_path / "docs").exists()


def test_a_folder_that_cannot_be_written_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="Cannot write there"):
        call_command("card", "week", to=tmp_path / "file" / "below")


def test_a_seedling_is_looked_at_closely_and_is_no_tree() -> None:
    plant = drawn(ProjectFactory.create(plant_type="flower"))
    said = {"eyebrow": "", "description": "", "facts": "", "whose": ""}
    for growth in (0.0, 0.1, 0.2, 0.95):
        shown = plant_picture(replace(plant, growth=growth), A_DAY, **said)
        assert max(map(float, re.findall(r"scale\((\d+\.\d{3})\)", shown))) <= CLOSEST
