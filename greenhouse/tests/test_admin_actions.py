"""The actions of the console: each page lists those that it has, and has those that it lists.

Django leaves out in silence what a page lists and does not have, and what it has and does not list.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import pytest
from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.urls import reverse

from garden.models import Project

if TYPE_CHECKING:
    from django.db.models import Model


def faults(page: ModelAdmin[Model]) -> list[str]:
    """What is wrong with the actions of one page, in words that name them."""
    listed = {action for action in page.actions or () if isinstance(action, str)}
    methods = {
        name
        for name, method in inspect.getmembers(type(page), inspect.isfunction)
        if hasattr(method, "short_description") and list(inspect.signature(method).parameters)[1:2] == ["request"]
    }
    where = type(page).__name__
    return [
        *(f"{where}.{name} is an action that `actions` does not list" for name in sorted(methods - listed)),
        *(f"{where} lists an action {name} that it does not have" for name in sorted(listed - methods)),
    ]


def test_every_page_lists_the_actions_that_it_has() -> None:
    reverse("admin:index")  # the console's pages are registered with the addresses
    pages = [page for page in admin.site._registry.values() if type(page).__module__.split(".")[0] != "unfold"]
    assert sum(len(page.actions or ()) for page in pages) > 15
    assert [fault for page in pages for fault in faults(page)] == []


@pytest.mark.parametrize(
    ("actions", "fault"),
    [
        ((), "Page.praise is an action that `actions` does not list"),
        (("praise", "scold"), "Page lists an action scold that it does not have"),
    ],
)
def test_an_action_that_is_half_there_is_named(actions: tuple[str, ...], fault: str) -> None:
    class Page(ModelAdmin):  # type: ignore[type-arg]
        @admin.action(description="Praise")
        def praise(self, request: object, queryset: object) -> None: ...

    page = Page(Project, admin.site)
    page.actions = actions
    assert faults(page) == [fault]
