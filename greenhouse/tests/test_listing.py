"""Gardens with more plants than a page can list: every plant can be reached, and the page stays light."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from garden import events, recording, services
from garden.event_types import StateRefreshed
from garden.models import Project
from garden.tests.factories import ProjectFactory, work
from garden.vocabulary import GrowthStage, PlantType, ProjectStatus
from greenhouse import state
from greenhouse.site.listing import CARDS_ON_A_PAGE, OWN_FORMS_UP_TO, Search, listing

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db

MANY = OWN_FORMS_UP_TO + 20


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def plant(count: int) -> None:
    """So many plants of every kind and stage, the tallest first by name."""
    kinds, stages = list(PlantType), list(GrowthStage)
    Project.objects.bulk_create(
        ProjectFactory.build(
            name=f"Plant {number:04d}",
            slug=f"plant-{number:04d}",
            plant_type=kinds[number % 8],
            growth_stage=stages[number % 6],
            stage_progress=(number % 7) / 7,
            growth_factor=1 - number / 10_000,
            vitality=(number % 10) / 10,
            description=f"What the plant with the number {number} is for, in some words.",
            technologies=["Python", "Rust", "Go"][number % 3 :],
        )
        for number in range(count)
    )


def listed(html: str) -> list[str]:
    return re.findall(r'class="card"[^>]* data-slug="([^"]+)"', html)


def pager(html: str, relation: str) -> str:
    """Where a link of the pager leads; empty where there is none."""
    link = re.search(rf'<a href="([^"]+)" rel="{relation}">', html)
    return link[1].replace("&amp;", "&").removesuffix("#plants-heading") if link else ""


def test_the_links_of_the_pager_lead_to_every_plant_once(client: Client) -> None:
    plant(2 * CARDS_ON_A_PAGE + 5)
    path, seen, pages = "/", [], 0
    while path and pages < 9:
        html = page(client, path)
        seen += listed(html)
        path, pages = pager(html, "next"), pages + 1
    assert pages == 3
    assert seen == [f"plant-{number:04d}" for number in range(2 * CARDS_ON_A_PAGE + 5)]
    assert pager(page(client, "/?page=3"), "prev") == "/?page=2"
    assert pager(page(client, "/?page=2"), "prev") == "/"


def test_a_garden_that_fits_on_a_page_has_no_pager(client: Client) -> None:
    plant(CARDS_ON_A_PAGE)
    assert 'class="pager"' not in page(client, "/")


def test_a_search_goes_through_all_plants_and_keeps_its_words_from_page_to_page(client: Client) -> None:
    plant(3 * CARDS_ON_A_PAGE)
    assert listed(page(client, "/?q=number 77")) == ["plant-0077"]
    html = page(client, "/?q=rust")
    found = re.findall(r'data-found="([^"]+)"', html)[0].split()
    assert f"{2 * CARDS_ON_A_PAGE} of {3 * CARDS_ON_A_PAGE} plants" in html
    assert len(listed(html)) == CARDS_ON_A_PAGE
    assert len(set(found)) == 2 * CARDS_ON_A_PAGE
    further = page(client, pager(html, "next"))
    assert pager(html, "next") == "/?q=rust&page=2"
    assert pager(further, "prev") == "/?q=rust"
    assert set(listed(further)).isdisjoint(listed(html))


@pytest.mark.parametrize("asked", ["0", "-1", "99", "999999", "9" * 40, "x", "²", "1e3", "", "\x00"])
def test_a_senseless_page_is_the_first_or_the_last(asked: str) -> None:
    plant(CARDS_ON_A_PAGE + 1)
    plants = list(Project.objects.values_list("pk", flat=True))
    shown = listing(plants, Search.from_query({"page": asked}), timezone.now())
    assert (shown.search.page, len(shown.cards)) in [(1, CARDS_ON_A_PAGE), (2, 1)]


def test_further_pages_are_not_offered_to_search_engines(client: Client) -> None:
    plant(CARDS_ON_A_PAGE + 1)
    assert "noindex" not in page(client, "/")
    assert "noindex, follow" in page(client, "/?page=2")


def test_the_list_can_be_had_by_itself(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    plant(CARDS_ON_A_PAGE + 3)
    page(client, "/fragments/plants/")
    with django_assert_num_queries(3):
        html = page(client, "/fragments/plants/?page=2")
    assert listed(html) == [f"plant-{number:04d}" for number in range(CARDS_ON_A_PAGE, CARDS_ON_A_PAGE + 3)]
    assert "<html" not in html


@pytest.mark.parametrize("path", ["/", "/?page=2", "/?q=plant 016"])
def test_every_small_picture_shows_a_form_that_the_page_brings(client: Client, path: str) -> None:
    plant(MANY)
    html = page(client, path)
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    used = re.findall(r'class="tile"[^>]*><use href="#([^"]+)"', html)
    assert used
    assert set(used) <= set(ids)
    assert set(re.findall(r'<use[^>]* href="#([^"]+)"', html)) <= set(ids)
    shared = set(re.findall(r'<g id="(form-[^"]+)"><use href="#g[a-z]+\d', html))
    assert shared.isdisjoint(used)


def test_in_a_large_garden_every_plant_stands_and_only_those_listed_first_have_a_form_of_their_own(
    client: Client,
) -> None:
    plant(MANY)
    html = page(client, "/")
    shares = r'<g id="form-([^"]+)"><use href="#g[a-z]+\d\w*"(?: transform="[^"]+")?/></g>'
    sharing = re.findall(shares, html)
    assert html.count('class="plant"') == MANY
    assert sorted(sharing) == [f"plant-{number:04d}" for number in range(CARDS_ON_A_PAGE, MANY)]


def test_a_plant_that_shared_a_form_gets_its_own_with_its_shadow_when_it_grows(client: Client) -> None:
    plant(MANY)
    now = timezone.now()
    grower = Project.objects.get(slug=f"plant-{MANY - 1:04d}")
    Project.objects.filter(pk=grower.pk).update(planted_date=now - timedelta(days=90), status=ProjectStatus.ACTIVE)
    grower.refresh_from_db()
    version = events.publish(StateRefreshed(component="test"), source="test", now=now).seq
    recording.record_activities(project=grower, drafts=work(60, until=now), source="git", now=now)
    services.grow(project=grower, now=now, source="git")
    html = page(client, f"/fragments/changes/?since={version}")
    assert f'<g id="shadow-{grower.slug}"></g>' in html
    assert re.search(rf'<g id="form-{grower.slug}"><defs>.*shadow"', html)


def test_a_thousand_plants_leave_room_for_the_scene_within_the_first_view(client: Client) -> None:
    plant(1000)
    html, kept = page(client, "/"), state.current()
    assert len(gzip.compress(html.encode())) < 130_000
    assert len(kept.gzipped) < 105_000
    assert len(re.findall(r"<[a-z]", html)) < 13_000
