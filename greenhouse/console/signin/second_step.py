"""allauth's views of the second step, each loaded with the first request for one.

What reads passkeys knows every public suffix there is (4 MB), and all of these views bring it along.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    View = Callable[..., HttpResponse]


def second_step(part: str, name: str) -> View:
    """The view `name` of a part of `allauth.mfa`."""

    def answer(request: HttpRequest, **arguments: int) -> HttpResponse:
        return cast("HttpResponse", import_string(f"allauth.mfa.{part}.views.{name}")(request, **arguments))

    return answer
