"""Every page of the console is in its menu, and says where it is in the menu's words."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
from django.contrib import admin
from django.urls import reverse

from garden.models import Project
from garden.tests.factories import ProjectFactory
from greenhouse.console.breadcrumbs import Crumb, breadcrumbs
from greenhouse.console.schedule import CrontabScheduleAdmin
from greenhouse.console.sidebar import navigation
from greenhouse.models import MessageSettings

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.test import Client, RequestFactory

pytestmark = pytest.mark.django_db

FROM_A_FORM = (CrontabScheduleAdmin,)  # reached where it is chosen


def way(page: str) -> str:
    """The parts of a page's heading, with a sign between them."""
    heading = re.search(r"<h1[^>]*console-crumbs[^>]*>(.*?)</h1>", page, re.DOTALL)
    assert heading, page[:2000]
    shown, _, _ = heading[1].partition('<span class="console-found">')
    parts = re.findall(r"<(?:a href=\"[^\"]+\"|span)>([^<]+)<", shown)
    return " > ".join(unescape(part) for part in parts)


def test_every_page_of_the_menu_is_called_as_the_menu_calls_it(
    admin_client: Client, admin_user: User, rf: RequestFactory
) -> None:
    MessageSettings.objects.create(pk=1)
    request = rf.get("/admin/")
    request.user = admin_user
    for group in navigation(request):
        for item in group["items"]:
            page = admin_client.get(item["link"], follow=True)
            assert page.status_code == 200, item["link"]
            parts = way(page.content.decode()).split(" > ")
            wanted = [part for part in (group.get("title"), item["title"]) if part]
            assert parts[: len(wanted)] == wanted, item["link"]


def test_no_list_that_the_menu_leads_to_calls_its_own_filter_a_search(
    admin_client: Client, admin_user: User, rf: RequestFactory
) -> None:
    request = rf.get("/admin/")
    request.user = admin_user
    filtered = [item["link"] for group in navigation(request) for item in group["items"] if "?" in item["link"]]
    assert filtered
    for link in filtered:
        page = admin_client.get(link).content.decode()
        assert "Nothing here" in page, link
        assert "Nothing fits" not in page, link
        assert "Decide on all" not in page, link


def test_every_list_is_reached_from_the_menu(admin_user: User, rf: RequestFactory) -> None:
    request = rf.get("/admin/")
    request.user = admin_user
    linked = {item["link"].partition("?")[0] for group in navigation(request) for item in group["items"]}
    for model, page in admin.site._registry.items():
        listed = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        assert listed in linked or isinstance(page, FROM_A_FORM), listed


def test_an_object_what_is_done_with_it_and_a_page_beyond_a_list_come_last(admin_client: Client) -> None:
    plant = ProjectFactory.create(name="Moss & fern")
    for path, said in {
        f"/admin/garden/project/{plant.pk}/change/": "Garden > Projects > Moss & fern",
        f"/admin/garden/project/{plant.pk}/delete/": "Garden > Projects > Moss & fern > Delete",
        f"/admin/garden/project/{plant.pk}/history/": "Garden > Projects > Moss & fern > History",
        "/admin/garden/project/add/": "Garden > Projects > New project",
        "/admin/garden/project/?needs=approval": "Garden > Seeds to approve",
        "/admin/weather/musicmoment/years/": "Weather > Music > The music of past years",
        "/admin/greenhouse/messagesettings/add/": "Messages > Messages to you",
        "/admin/nothing/here/": "There is no such page",
        "/admin/password_change/": "Password change",
    }.items():
        assert way(admin_client.get(path).content.decode()) == said


def test_the_page_itself_is_no_link_and_what_is_above_is_one() -> None:
    menu = [{"title": "Garden", "items": [{"title": "Projects", "link": "/admin/garden/project/"}]}]
    assert breadcrumbs("/admin/garden/project/", menu, {}) == [Crumb("Garden"), Crumb("Projects")]
    above = breadcrumbs("/admin/garden/project/add/", menu, {"opts": Project._meta})
    assert above == [Crumb("Garden"), Crumb("Projects", "/admin/garden/project/"), Crumb("New project")]


def test_how_many_were_found_is_said_only_where_something_was_sought(admin_client: Client) -> None:
    ProjectFactory.create(name="Moss")
    assert "Show all" not in admin_client.get("/admin/garden/project/").content.decode()
    assert "1 result" in admin_client.get("/admin/garden/project/?q=moss").content.decode()
