"""The page that answers the field at the top of every page of the console."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.template.response import TemplateResponse

from greenhouse.console.search.finding import LONGEST, find

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class SearchForm(forms.Form):
    """What somebody looks for."""

    q = forms.CharField(
        max_length=LONGEST,
        required=False,
        error_messages={"max_length": f"Nothing is called by more than {LONGEST} letters. Type fewer."},
    )


def search(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """What fits, kind by kind. Nothing typed, nothing asked."""
    form = SearchForm(request.GET)
    words = " ".join(form.cleaned_data["q"].split()) if form.is_valid() else ""
    here = {
        "title": "Search",
        "searched": request.GET.get("q", "")[:LONGEST],
        "words": words,
        "wrong": form.errors.get("q"),
        "groups": find(request, words, context["sidebar_navigation"]) if words else [],
    }
    return TemplateResponse(request, "admin/console/found.html", context | here)
