"""Who may see which page of the console, by the addresses that its first page and its sidebar lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.urls import Resolver404, resolve

from garden.admin.base import ConsoleAdmin

if TYPE_CHECKING:
    from django.http import HttpRequest


def may_open(request: HttpRequest, address: str) -> bool:
    """Whether the asker may look at the page at `address`; what is no page of a model is open to whoever signed in."""
    page = _page_of(address)
    return page is None or bool(page.has_view_permission(request))


def may_press(request: HttpRequest, address: str, action: str = "") -> bool:
    """Whether the asker may run the actions of the list at `address`, or the one that is named."""
    page = _page_of(address)
    if not isinstance(page, ConsoleAdmin) or not page.may_act(request):
        return False
    return not action or action in page.get_actions(request)


def sees_row(request: HttpRequest, address: str) -> bool:
    """Whether the asker sees the row that an address is about, if it is about one. A query at most."""
    page = _page_of(address)
    if page is None:
        return True
    row = resolve(address.partition("?")[0]).kwargs.get("object_id")
    return row is None or page.get_queryset(request).filter(pk=row).exists()


def _page_of(address: str) -> admin.ModelAdmin[Any] | None:
    try:
        name = resolve(address.partition("?")[0]).url_name or ""
    except Resolver404:
        return None
    pages = (
        (page, f"{model._meta.app_label}_{model._meta.model_name}_") for model, page in admin.site._registry.items()
    )
    return next((page for page, begins in pages if name.startswith(begins)), None)
