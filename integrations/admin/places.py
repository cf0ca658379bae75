"""Where the owner lives: the page that finds a town by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.utils import timezone
from unfold.widgets import UnfoldAdminTextInputWidget

from garden.admin.base import SingletonAdmin
from integrations.places import find_places
from integrations.problems import Problem
from weather import selectors, services
from weather.models import Place

if TYPE_CHECKING:
    from django.http import HttpRequest

    from integrations.places import FoundPlace

SHORTEST_NAME = 2  # the service finds nothing by one letter


class PlaceForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    """A place by its name, or by its coordinates."""

    find = forms.CharField(
        required=False,
        max_length=100,
        label="Find by name",
        widget=UnfoldAdminTextInputWidget(),
        help_text="A town, such as Lisbon. Filled in, it decides name and coordinates; Open-Meteo is asked for them.",
    )

    class Meta:
        model = Place
        fields = ("find", "name", "latitude", "longitude")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.others: list[FoundPlace] = []
        for coordinate in ("latitude", "longitude"):
            self.fields[coordinate].required = False

    def clean(self) -> dict[str, Any]:
        """Look the name up, where one is given."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if wanted := cleaned.get("find", "").strip():
            place = self._found(wanted)
            cleaned |= {"name": place.name, "latitude": place.latitude, "longitude": place.longitude}
        elif not self.errors and None in (cleaned.get("latitude"), cleaned.get("longitude")):
            raise ValidationError("Give a name to find, or both coordinates.")
        return cleaned

    def _found(self, wanted: str) -> FoundPlace:
        if len(wanted) < SHORTEST_NAME:
            raise ValidationError({"find": "Two letters at least."})
        try:
            found = find_places(wanted)
        except Problem as problem:
            said = f"{problem.message} The coordinates can be entered by hand."
            raise ValidationError({"find": said}) from problem
        if not found:
            raise ValidationError({"find": f"Nobody knows a place called {wanted}."})
        self.others = found[1:]
        return found[0]


@admin.register(Place)
class PlaceAdmin(SingletonAdmin):
    """The one place, which season, sun and sky are taken from."""

    form = PlaceForm
    fields = ("find", "name", "latitude", "longitude")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with what the settings say."""
        place = selectors.place_in_settings()
        return {"name": place.name, "latitude": place.latitude, "longitude": place.longitude}

    def save_model(self, request: HttpRequest, obj: Place, form: Any, change: bool) -> None:
        """Move there, and say which others of the name there are."""
        cleaned = form.cleaned_data
        kept = services.set_place(
            name=cleaned["name"], latitude=cleaned["latitude"], longitude=cleaned["longitude"], now=timezone.now()
        )
        obj.pk = kept.pk
        obj.refresh_from_db()
        if form.others:
            others = "; ".join(str(one) for one in form.others)
            messages.info(request, f"{kept} was taken. Others of that name: {others}.")
