"""What the console refuses, it refuses inside the console, and says what became of what was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client

from garden.pictures import MOST_BYTES

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


def test_leaving_and_looking_after_the_session_ended_lose_nothing(admin_client: Client) -> None:
    admin_client.session.flush()
    assert "was not saved" not in admin_client.get(SITE, follow=True).content.decode()
    assert "was not saved" not in admin_client.post("/admin/logout/", follow=True).content.decode()


def test_a_picture_says_how_large_it_may_be_where_it_is_chosen(admin_client: Client) -> None:
    assert f'data-most-bytes="{MOST_BYTES}"' in admin_client.get(SITE).content.decode()
