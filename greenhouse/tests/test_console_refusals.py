"""What the console refuses, it refuses inside the console, and says what became of what was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from django.test import Client

from common.pictures import MOST_BYTES

if TYPE_CHECKING:
    from django.contrib.auth.models import User

pytestmark = pytest.mark.django_db

SITE = "/admin/owner/site/add/"


@pytest.fixture
def strict(admin_user: User) -> Client:
    """The owner's browser, whose forms need the token of their page."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin_user)
    return client


def test_a_form_without_the_token_of_its_page_is_refused_in_the_console_with_the_way_back(strict: Client) -> None:
    answer = strict.post(f"{SITE}?next=x", {"owner_name": "Ada"})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Who is signed in" in page  # the menu
    assert f'href="{SITE}?next=x"' in page
    assert "Nothing was saved" in page


def test_the_same_form_without_a_session_is_sent_to_the_sign_in_and_that_one_is_the_sites_to_refuse(
    strict: Client,
) -> None:
    strict.logout()
    page = strict.post(SITE, {"owner_name": "Ada"}, follow=True)
    assert page.redirect_chain == [(f"/admin/login/?next={SITE}", 302)]
    assert "so it was not saved" in page.content.decode()
    refused = strict.post("/admin/login/", {"username": "admin"})
    assert refused.status_code == 403
    assert "This form has wilted" in refused.content.decode()


def test_a_form_that_is_sent_after_the_session_ended_is_answered_by_the_sign_in_which_says_so(
    admin_client: Client,
) -> None:
    admin_client.session.flush()
    page = admin_client.post(SITE, {"owner_name": "Ada"}, follow=True)
    assert page.redirect_chain == [(f"/admin/login/?next={SITE}", 302)]
    assert "so it was not saved" in page.content.decode()


@pytest.mark.parametrize(
    ("pressed", "stood_on"),
    [
        ("/admin/integrations/watchedpath/name/", "/admin/first-steps/source/"),
        ("/admin/garden/announcement/end/", "/admin/garden/announcement/?page=2"),
    ],
)
def test_a_button_that_is_pressed_after_the_session_ended_leads_back_to_the_page_on_which_it_stood(
    admin_user: User, pressed: str, stood_on: str
) -> None:
    client = Client()  # its browser dropped the cookie, as one does when a session is over
    answer = client.post(pressed, headers={"Referer": f"http://testserver{stood_on}"})
    assert answer.headers["Location"] == f"/admin/login/?{urlencode({'next': stood_on}, safe='/')}"
    assert "so it was not saved" in client.get(answer.headers["Location"]).content.decode()
    client.force_login(admin_user)
    assert client.get(stood_on).status_code == 200


@pytest.mark.parametrize(
    "said", ["https://elsewhere.example/admin/", "http://testserver/skills/", "", "http://[", "//x"]
)
def test_a_page_that_is_none_of_the_console_is_not_led_to(client: Client, said: str) -> None:
    answer = client.post(SITE, headers={"Referer": said} if said else {})
    assert answer.headers["Location"] == f"/admin/login/?next={SITE}"


@pytest.mark.parametrize("pressed", ["/admin/owner/site/introduce/", "/admin/integrations/syncrun/request/git/"])
def test_the_address_of_a_button_says_in_the_console_that_it_is_no_page(admin_client: Client, pressed: str) -> None:
    answer = admin_client.get(pressed)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    page = answer.content.decode()
    assert "Who is signed in" in page  # the menu
    assert "Only buttons of the console lead to this address" in page


def test_leaving_and_looking_after_the_session_ended_lose_nothing(admin_client: Client) -> None:
    admin_client.session.flush()
    assert "was not saved" not in admin_client.get(SITE, follow=True).content.decode()
    assert "was not saved" not in admin_client.post("/admin/logout/", follow=True).content.decode()


def test_a_picture_says_how_large_it_may_be_where_it_is_chosen(admin_client: Client) -> None:
    assert f'data-most-bytes="{MOST_BYTES}"' in admin_client.get(SITE).content.decode()
