from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from rest_framework.test import APIClient

from garden.models import Activity
from garden.tests.factories import ProjectFactory
from visitors.figures.rollups import roll_up
from visitors.figures.tests.made_up import NOW, walk, walks
from visitors.figures.windows import DAY, HOUR
from visitors.models import Funnel, PageSpeed
from visitors.vocabulary import Channel

pytestmark = pytest.mark.django_db

API = "/api/v1/"
UNKNOWN = {"before": None, "change": None, "is_new": False}  # nothing is known of the period before
ADDRESSES = [
    "analytics/dashboard/",
    "analytics/realtime/",
    "analytics/journeys/",
    "analytics/funnels/",
    "analytics/funnels/to-the-pond/",
    "visitors/analytics/",
]


@pytest.fixture(autouse=True)
def _now(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def account() -> User:
    return User.objects.create_superuser("owner", password="a-long-one")


@pytest.fixture
def owner(account: User) -> APIClient:
    client = APIClient()
    client.force_login(account)
    return client


@pytest.fixture
def _visits() -> None:
    plant = ProjectFactory.create(name="Oak", slug="oak")
    walks(NOW - 2 * DAY, ["gate pond", "gate pond!"])
    walk(NOW - 2 * DAY, "gate", "pond!", project=plant.pk, channel=Channel.SEARCH)
    walk(NOW - HOUR, "gate", set_aside="agent", agent_family="Some bot")
    Funnel.objects.create(name="To the pond", slug="to-the-pond", steps="page:gate\narea:pond")
    PageSpeed.objects.bulk_create(PageSpeed(at=NOW - DAY, area="/", lcp=1200, inp=90, cls=0.3) for _ in range(20))
    roll_up(NOW)


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_figures_are_the_owners_alone(address: str) -> None:
    Funnel.objects.create(name="To the pond", slug="to-the-pond", steps="view")
    assert APIClient().get(API + address).status_code == 401
    helper = APIClient()
    helper.force_login(User.objects.create_user("helper", is_staff=True))
    assert helper.get(API + address).status_code == 403


@pytest.mark.usefixtures("_visits")
def test_the_dashboard_tells_the_figures_and_what_happened_beside(owner: APIClient) -> None:
    plant = ProjectFactory.create(name="Elm")
    Activity.objects.create(project=plant, kind="commit", external_id="1", occurred_at=NOW - DAY, source="git")
    told = owner.get(f"{API}analytics/dashboard/?date_range=7d").json()
    assert (told["totals"]["sessions"], told["before"]["sessions"], told["change"]["sessions"]) == (3, 0, None)
    assert [point["sums"]["sessions"] for point in told["series"]] == [0, 0, 0, 0, 3, 0, 0]
    assert [(row["name"], row["sums"]["steps"]) for row in told["top"]["project"]] == [("Oak", 2)]
    assert told["set_aside"] == [{"reason": "agent", "family": "Some bot", "sessions": 1, "steps": 1} | UNKNOWN]
    assert told["earlier"]["note"] == "No earlier figures: visits are counted since 15 June 2026."
    assert (told["earlier"]["is_known"], told["series_before"]) == (False, [])
    assert {one["vital"]: one["verdict"] for one in told["performance"]} == {
        "lcp": "good",
        "inp": "good",
        "cls": "poor",
    }
    (group,) = told["annotations"]
    assert group["annotations"][0]["text"] == "1 commit on Elm"
    assert {one["name"]: one["commits"] for one in told["growth"]} == {"Elm": 1, "Oak": 0}


@pytest.mark.usefixtures("_visits")
def test_one_value_narrows_every_answer(owner: APIClient) -> None:
    for address in ("analytics/dashboard/", "visitors/analytics/"):
        told = owner.get(f"{API}{address}?channel=search").json()
        assert (told["filters"], told["totals"]["sessions"]) == ({"channel": "search"}, 1)
    assert owner.get(f"{API}analytics/journeys/?channel=search").json()["visits"] == 1
    assert owner.get(f"{API}analytics/funnels/to-the-pond/?channel=search").json()["steps"][1]["count"] == 1


@pytest.mark.parametrize(
    "query",
    [
        "date_range=8d",
        "channel=search&os=Linux&country=DE",
        "date_range=90d&channel=search&os=Linux",
        "project=x",
        "y=1",
    ],
)
def test_what_cannot_be_asked_is_a_400(owner: APIClient, query: str) -> None:
    answer = owner.get(f"{API}analytics/dashboard/?{query}")
    assert answer.status_code == 400
    assert answer.json()["error"]["fields"]


@pytest.mark.usefixtures("_visits")
def test_journeys_have_the_names_of_the_specification(owner: APIClient) -> None:
    told = owner.get(f"{API}analytics/journeys/").json()
    assert told["common_navigation_patterns"][0] == {"areas": ["gate", "pond"], "count": 3} | UNKNOWN
    assert told["high_drop_off_areas"][0] == {"area": "pond", "ended": 3, "left": 3, "share": 1.0} | UNKNOWN
    assert [spot["name"] for spot in told["engagement_hotspots"]] == ["pond", "gate", "Oak"]
    assert told["average_journey_duration"] == 20.0
    assert told["conversion_points"][0]["places"] == [{"area": "pond", "count": 2}]
    (funnel,) = owner.get(f"{API}analytics/funnels/").json()["funnels"]
    assert [(step["line"], step["count"]) for step in funnel["steps"]] == [("page:gate", 3), ("area:pond", 3)]


@pytest.mark.usefixtures("_visits")
def test_visitors_are_told_of_by_when_and_where(owner: APIClient) -> None:
    told = owner.get(f"{API}visitors/analytics/").json()
    assert (sum(told["by_hour"]), told["by_hour"][14], told["by_weekday"][0]) == (3, 3, 3)
    assert told["retention"]["visits"] == 3
    assert told["heat"] == []


def test_just_now_is_told(owner: APIClient) -> None:
    walk(NOW - timedelta(minutes=1), "gate")
    told = owner.get(f"{API}analytics/realtime/").json()
    assert (told["active_visitors"], told["by_area"]) == (1, {"gate": 1})


def test_a_token_may_ask_each_ten_times_a_minute_and_the_console_as_often_as_it_likes(
    account: User, owner: APIClient
) -> None:
    reply = APIClient().post(f"{API}auth/token/", {"username": "owner", "password": "a-long-one"}, format="json")
    by_token = APIClient(headers={"Authorization": f"Bearer {reply.json()['access']}"})
    codes = [by_token.get(f"{API}analytics/realtime/").status_code for _ in range(11)]
    assert codes == [200] * 10 + [429]
    assert by_token.get(f"{API}analytics/dashboard/").status_code == 200
    assert {owner.get(f"{API}analytics/realtime/").status_code for _ in range(20)} == {200}
