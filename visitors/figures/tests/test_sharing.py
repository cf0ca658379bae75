from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.urls import reverse
from rest_framework.test import APIClient

from garden.models import Activity, Project
from garden.tests.factories import ProjectFactory
from garden.vocabulary import Visibility
from visitors.figures.export import COLUMNS, as_csv
from visitors.figures.rollups import roll_up
from visitors.figures.sharing import new_key
from visitors.figures.tests.made_up import NOW, walk
from visitors.figures.windows import DAY
from visitors.light import LEAST_VISITS
from visitors.models import FiguresLink
from visitors.vocabulary import Channel

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

pytestmark = pytest.mark.django_db

SHARED = "/api/v1/analytics/shared/"


@pytest.fixture(autouse=True)
def _visits(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    roll_up(NOW - 90 * DAY)
    hidden = ProjectFactory.create(name="Secret", slug="secret", visibility=Visibility.UNLISTED)
    ProjectFactory.create(name="Oak", slug="oak")
    Activity.objects.create(project=hidden, kind="release", external_id="1", occurred_at=NOW - DAY, source="git")
    for number in range(LEAST_VISITS):
        at = NOW - DAY + timedelta(minutes=number)
        walk(at, "/", "/projects/secret/", "/projects/oak/", project=hidden.pk, channel=Channel.SEARCH)
    walk(NOW - DAY, "/", channel=Channel.MAIL, country_code="LI", utm_campaign="=1+1")
    roll_up(NOW)


def opened(link: FiguresLink) -> Any:
    return APIClient().get(f"{SHARED}{new_key(link)}/").json()


def test_a_link_opens_its_segment_and_nothing_that_not_everyone_may_know() -> None:
    told = opened(FiguresLink(name="For Ada", dimension="channel", value="search"))
    assert (told["totals"]["sessions"], told["filters"]) == (3, {"channel": "search"})
    assert {row["value"] for row in told["top"]["area"]} == {"/", "/projects/oak/"}
    assert told["top"]["project"] == told["annotations"] == []
    assert "ecret" not in str(told)
    assert not {"set_aside", "growth", "performance"} & told.keys()


def test_nobody_writes_on_the_owners_page_by_the_name_of_a_place() -> None:
    for number in range(LEAST_VISITS):
        walk(NOW - DAY + timedelta(hours=1, minutes=number), "Pills at pills.example", channel=Channel.SEARCH)
    roll_up(NOW)
    told = opened(FiguresLink(name="All"))
    assert told["totals"]["sessions"] == 4 + LEAST_VISITS
    assert "ills" not in str(told)


def test_nobody_writes_on_the_owners_page_by_knocking_under_a_name() -> None:
    for number in range(LEAST_VISITS):
        walk(NOW - DAY + timedelta(hours=1, minutes=number), "/", referrer_host="pills.example")
        walk(NOW - DAY + timedelta(hours=2, minutes=number), "/", "/projects/oak/", referrer_host="friend.example")
    roll_up(NOW)
    assert [row["value"] for row in opened(FiguresLink(name="All"))["top"]["referrer"]] == ["friend.example"]


def test_a_link_is_a_page_to_read_for_whoever_has_it(client: Client) -> None:
    link = FiguresLink(name="For <Ada>", dimension="channel", value="search")
    page = client.get(reverse("figures", args=[new_key(link)]), {"date_range": "7d"})
    html = page.content.decode()
    assert "For &lt;Ada&gt;" not in html  # the name is the owner's alone
    assert '<th scope="row">Visits</th><td>3</td><td>0</td>' in html
    assert '<th scope="row"><bdi>/projects/oak/</bdi></th><td>3</td><td>few or none</td>' in html
    assert "/projects/oak/" in html
    assert "ecret" not in html
    assert page.headers["Cache-Control"] == "private, no-store"
    FiguresLink.objects.update(is_on=False)
    assert client.get(page.wsgi_request.path).status_code == 404


def test_a_value_behind_which_few_stand_is_left_out() -> None:
    told = opened(FiguresLink(name="All"))
    assert told["totals"]["sessions"] == 4
    assert told["top"]["country"] == []
    assert [row["value"] for row in told["top"]["channel"]] == ["search"]


def test_a_link_that_is_off_or_has_another_address_leads_nowhere() -> None:
    link = FiguresLink(name="All")
    key = new_key(link)
    assert key not in str(FiguresLink.objects.values())
    FiguresLink.objects.update(is_on=False)
    assert APIClient().get(f"{SHARED}{key}/").status_code == 404
    FiguresLink.objects.update(is_on=True)
    assert APIClient().get(f"{SHARED}{key}/").status_code == 200
    assert APIClient().get(f"{SHARED}{new_key(link)}/").status_code == 200
    assert APIClient().get(f"{SHARED}{key}/").status_code == 404
    assert APIClient().get(f"{SHARED}{key}/?channel=mail").status_code in (400, 404)


def test_a_segment_is_whole_or_all() -> None:
    with pytest.raises(ValidationError):
        FiguresLink(name="Half", digest="0", dimension="channel").full_clean()


def test_a_plant_is_written_as_in_its_address_or_as_the_api_has_it_and_kept_as_the_counts_have_it() -> None:
    moss = ProjectFactory.create()
    for written in (moss.slug, moss.pk.hex.upper(), str(moss.pk)):
        link = FiguresLink(name="Moss", digest="0", dimension="project", value=written)
        link.full_clean()
        assert link.value == str(moss.pk)
    with pytest.raises(ValidationError, match="/projects/nowhere/"):
        FiguresLink(name="Moss", digest="0", dimension="project", value="nowhere").full_clean()


def test_the_console_shows_a_plant_by_its_name_and_as_it_was_written(admin_client: Client) -> None:
    moss = ProjectFactory.create(name="Moss & Co", slug="moss")
    fields = {"name": "For Ada", "dimension": "project", "value": "moss", "is_on": "on"}
    admin_client.post(reverse("admin:visitors_figureslink_add"), fields)
    link = FiguresLink.objects.get()
    listed = admin_client.get(reverse("admin:visitors_figureslink_changelist")).content.decode()
    form = admin_client.get(reverse("admin:visitors_figureslink_change", args=[link.pk])).content.decode()
    assert "plant: Moss &amp; Co" in listed
    assert 'value="moss"' in form
    assert str(moss.pk) not in listed + form


def test_the_console_makes_links_and_tells_their_address_once(admin_client: Client) -> None:
    fields = {"name": "For Ada", "dimension": "", "value": "", "is_on": "on"}
    page = admin_client.post(reverse("admin:visitors_figureslink_add"), fields, follow=True)
    found = re.search(r"/figures/[-\w]+/", page.content.decode())
    assert found
    assert admin_client.get(found[0]).status_code == 200
    listed = reverse("admin:visitors_figureslink_changelist")
    link = FiguresLink.objects.get()
    assert found[0] not in admin_client.get(listed).content.decode()
    admin_client.post(listed, {"action": "switch_off", "_selected_action": [link.pk]})
    assert admin_client.get(found[0]).status_code == 404


def test_whoever_has_a_link_reads_in_words_what_the_figures_are_of(client: Client) -> None:
    link = FiguresLink(name="All")
    page = client.get(f"/figures/{new_key(link)}/").content.decode()
    assert "<h2>Pages and areas</h2>" in page
    assert "<h2>By which way</h2>" in page
    for slug, said in (("oak", "Oak"), ("secret", "one plant")):
        plant = str(Project.objects.get(slug=slug).pk)
        link = FiguresLink(name=slug, dimension="project", value=plant)
        page = client.get(f"/figures/{new_key(link)}/").content.decode()
        assert f"Visits with <bdi>{said}</bdi>" in page
        assert plant not in page


@pytest.mark.parametrize("page", ["goal", "funnel"])
def test_the_console_refuses_a_line_that_says_nothing(admin_client: Client, page: str) -> None:
    add = reverse(f"admin:visitors_{page}_add")
    fields = {"name": "X", "slug": "x", "mark": "jump", "steps": "jump"}
    assert "says nothing here" in admin_client.post(add, fields).content.decode()
    fields |= {"mark": "page:/", "steps": "page:/\npage:/projects/*"}
    assert admin_client.post(add, fields).status_code == 302
    listed = admin_client.get(reverse(f"admin:visitors_{page}_changelist")).content.decode()
    assert "4 (100%)" in listed or "4 → 3 (75%)" in listed


def export(query: str) -> HttpResponse:
    client = APIClient()
    client.force_login(User.objects.create_superuser("owner"))
    answer: HttpResponse = client.get(f"/api/v1/analytics/export/?{query}")
    return answer


def test_an_export_is_what_was_counted_and_no_spreadsheet_runs_it() -> None:
    answer = export("date_range=7d")
    assert answer["Content-Disposition"] == 'attachment; filename="visits-2026-06-11-2026-06-17.csv"'
    found = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert {row["sessions"] for row in found if row["dimension"] == "all"} == {"4"}
    assert [row["value"] for row in found if row["dimension"] == "campaign"] == ["'=1+1"]


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\uff1d", "\uff20"])
def test_whatever_begins_a_formula_is_made_inert(begin: str) -> None:
    assert as_csv([dict.fromkeys(COLUMNS, f"{begin}1")]).splitlines()[1].startswith(f"'{begin}1,")


def test_an_export_as_json_has_the_same_rows() -> None:
    (row,) = export("dimension=all&file_type=json").json()  # type: ignore[attr-defined]
    assert (row["day"], row["sessions"], row["value"]) == ("2026-06-16", 4, "")
