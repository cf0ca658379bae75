"""A form of the console that came without the token of its page is refused inside the console."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from django.contrib import admin
from django.urls import reverse

from greenhouse.console.signin.ended import sent_signed_out
from greenhouse.site import errors

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from greenhouse.console.site import ConsoleSite

NOT_SAVED: Final = (
    "Nothing was saved: the page stood open while you signed in anew, or its cookies were not kept. Open it again: "
    "what you typed is put back into it, where this browser runs scripts. Then save once more."
)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 (`CSRF_FAILURE_VIEW`): a page of the console for its own forms, of the site for all others.

    Who is signed out meanwhile is sent to the sign-in, which says that nothing was saved.
    """
    sign_in = reverse("admin:login")
    if not request.path.startswith(reverse("admin:index")) or request.path == sign_in:
        return errors.csrf_failure(request, reason)
    if admin.site.has_permission(request):
        console = cast("ConsoleSite", admin.site)
        return console.refused(request, 403, "This form is out of date", NOT_SAVED, again=request.get_full_path())
    return sent_signed_out(request)
