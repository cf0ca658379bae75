"""What was typed into a form of the console that was refused, kept in the session until its page is shown again.

It stands outside of `garden/admin/`, which cannot be imported before the console's own site is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from django.http import HttpResponseRedirect

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest, HttpResponse

KEY: Final = "typed"  # in the session
LONGEST: Final = 2_000  # characters of a value
MOST: Final = 20  # values of a field


def back_with_what_was_typed(request: HttpRequest, page: str, fields: Iterable[str]) -> HttpResponse:
    """To the page where a refused form stands, which shows again what was typed into these fields of it."""
    typed = {name: [value[:LONGEST] for value in request.POST.getlist(name)[:MOST]] for name in fields}
    request.session[KEY] = {"page": urlsplit(page).path, "fields": typed}
    return HttpResponseRedirect(page)


def what_was_typed(request: HttpRequest) -> dict[str, list[str]]:
    """The values of each field of the form that was refused on this page just now; nothing where none was."""
    if request.session.get(KEY, {}).get("page") != request.path:
        return {}
    fields: dict[str, list[str]] = request.session.pop(KEY)["fields"]
    return fields
