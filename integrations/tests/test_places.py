"""The garden's place, found by the name of a town or told by its coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from integrations.places import SEARCH, find_places
from integrations.problems import Malformed
from integrations.tests.github_stub import Reply, Stub
from weather.models import Place

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import Settings

pytestmark = pytest.mark.django_db
ADD = "/admin/weather/place/add/"
# After the service's documentation.
LISBONS = {
    "results": [
        {"name": "Lisbon", "latitude": 38.71667, "longitude": -9.13333, "country": "Portugal", "admin1": "Lisbon"},
        {"name": "Lisbon", "latitude": 44.0314, "longitude": -70.1045, "country": "United States", "admin1": "Maine"},
    ]
}


@pytest.fixture
def search(stub: Stub, settings: Settings) -> Stub:
    """A search on loopback."""
    settings.OPENMETEO_GEOCODING_API_URL, settings.OPENMETEO_RATE_LIMIT = stub.url, 10_000
    settings.ENABLE_MOCK_DATA = False
    stub.on(SEARCH, Reply(LISBONS))
    return stub


def sent(**more: Any) -> dict[str, Any]:
    return {"find": "", "name": "", "latitude": "", "longitude": "", **more}


def test_a_town_is_found_by_its_name(search: Stub) -> None:
    first, second = find_places("Lisbon")
    assert str(first) == "Lisbon, Lisbon, Portugal (38.72, -9.13)"
    assert str(second) == "Lisbon, Maine, United States (44.03, -70.10)"
    assert search.asked(SEARCH)[0].query["name"] == "Lisbon"


@pytest.mark.parametrize("body", [{"results": [{"name": "Lisbon"}]}, {"results": 7}, ["Lisbon"]])
def test_a_search_that_answers_nonsense_is_a_plain_problem(search: Stub, body: object) -> None:
    search.on(SEARCH, Reply(body))
    with pytest.raises(Malformed):
        find_places("Lisbon")


def test_the_owner_moves_by_name_and_hears_of_the_others(admin_client: Client, search: Stub) -> None:
    page = admin_client.post(ADD, sent(find="Lisbon"), follow=True).content.decode()
    place = Place.objects.get()
    assert (place.name, place.coordinates) == ("Lisbon", (38.72, -9.13))
    assert "Lisbon, Maine, United States" in page


def test_the_owner_moves_by_coordinates_without_asking_anyone(admin_client: Client, search: Stub) -> None:
    admin_client.post(ADD, sent(name="Home", latitude="-33.86785", longitude="151.20732"))
    assert Place.objects.get().coordinates == (-33.87, 151.21)
    assert not search.requests
    admin_client.post("/admin/weather/place/1/change/", sent(name="Home", latitude="10", longitude="20"))
    assert Place.objects.get().coordinates == (10.0, 20.0)


@pytest.mark.parametrize(
    ("reply", "asked", "said"),
    [
        (Reply({}), {"find": "Xyzzy"}, "Nobody knows a place called Xyzzy."),
        (Reply({"reason": "no"}, 400), {"find": "Lisbon"}, "The coordinates can be entered by hand."),
        (Reply(LISBONS), {"find": "L"}, "Two letters at least."),
        (Reply(LISBONS), {}, "Give a name to find, or both coordinates."),
        (Reply(LISBONS), {"latitude": "12"}, "Give a name to find, or both coordinates."),
        (Reply(LISBONS), {"latitude": "91", "longitude": "0"}, "less than or equal to 90"),
        (Reply(LISBONS), {"latitude": "nan", "longitude": "0"}, "Enter a number."),
    ],
)
def test_what_leads_nowhere_is_said_and_nothing_moves(
    admin_client: Client, search: Stub, reply: Reply, asked: dict[str, str], said: str
) -> None:
    search.on(SEARCH, reply)
    assert said in admin_client.post(ADD, sent(**asked)).content.decode()
    assert not Place.objects.exists()


def test_there_is_one_place_and_its_list_is_itself(admin_client: Client, search: Stub) -> None:
    assert admin_client.get("/admin/weather/place/").headers["Location"] == ADD
    admin_client.post(ADD, sent(find="Lisbon"))
    assert admin_client.get("/admin/weather/place/").headers["Location"] == "/admin/weather/place/1/change/"
    assert admin_client.get(ADD).status_code == 403
    assert admin_client.post("/admin/weather/place/1/delete/", {"post": "yes"}).status_code == 403


def test_with_samples_no_network_is_needed(settings: Settings) -> None:
    settings.ENABLE_MOCK_DATA = True
    assert [place.name for place in find_places("anything")] == ["Berlin"]
