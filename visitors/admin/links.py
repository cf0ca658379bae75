"""Links to figures: made, given another address, switched on and off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.urls import reverse

from garden.admin.base import Button, ConsoleAdmin
from garden.models import Project
from visitors.figures.labels import GONE, plant_names
from visitors.figures.sharing import new_key
from visitors.models import FiguresLink
from visitors.vocabulary import Dimension

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet
    from django.http import HttpRequest


class LinkForm(forms.ModelForm):  # type: ignore[type-arg] # not subscriptable when it runs
    """Shows a plant as it is written, and not as it is kept."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.dimension == Dimension.PROJECT:
            slugs = Project.objects.filter(pk=self.instance.value).values_list("slug", flat=True)
            self.initial["value"] = slugs.first() or self.instance.value


@admin.register(FiguresLink)
class FiguresLinkAdmin(ConsoleAdmin):
    """Who has such a link reads the figures of its segment, and nothing else."""

    form = LinkForm
    when_empty = "Whoever has such a link reads the figures that it shows, without signing in."
    list_display = ("name", "segment", "is_on", "created_at")
    list_filter = ("is_on",)
    fields = ("name", "dimension", "value", "is_on")
    actions = ("switch_on", "switch_off", "another_address")

    @admin.display(description="Shows")
    def segment(self, link: FiguresLink) -> str:
        """What it is limited to. A query for each that is of a plant, and those are few."""
        if link.dimension == Dimension.PROJECT:
            return f"plant: {plant_names([link.value]).get(link.value, GONE)}"
        return f"{link.get_dimension_display()}: {link.value}" if link.dimension else "all visits"

    def buttons(self, obj: FiguresLink) -> Sequence[Button]:
        """The switch, and a new address."""
        switch = (
            Button("switch_off", "Switch off", "link_off") if obj.is_on else Button("switch_on", "Switch on", "link")
        )
        return (switch, Button("another_address", "Another address", "autorenew"))

    def save_model(self, request: HttpRequest, obj: FiguresLink, form: Any, change: bool) -> None:
        """A new one is told its address, this once."""
        if change:
            super().save_model(request, obj, form, change)
        else:
            self._told(request, obj)

    @admin.action(description="Switch on")
    def switch_on(self, request: HttpRequest, queryset: QuerySet[FiguresLink]) -> None:
        """Their addresses open again."""
        self.message_user(request, f"{queryset.update(is_on=True)} switched on.", messages.SUCCESS)

    @admin.action(description="Switch off")
    def switch_off(self, request: HttpRequest, queryset: QuerySet[FiguresLink]) -> None:
        """Their addresses are 404 until they are switched on."""
        self.message_user(request, f"{queryset.update(is_on=False)} switched off.", messages.SUCCESS)

    @admin.action(description="Give another address")
    def another_address(self, request: HttpRequest, queryset: QuerySet[FiguresLink]) -> None:
        """The old ones lead nowhere from now on."""
        for link in queryset:
            self._told(request, link)

    def _told(self, request: HttpRequest, link: FiguresLink) -> None:
        address = f"{settings.SITE_URL}{reverse('figures', args=[new_key(link)])}"
        said = f"The address of “{link.name}” is {address} – copy it now: only a digest of it is kept."
        self.message_user(request, said, messages.SUCCESS)
