"""Refusals of signing in, as a page of the console."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from django.contrib import admin
from django.http import HttpResponse
from django.template.loader import render_to_string
from rest_framework import status

if TYPE_CHECKING:
    from django.http import HttpRequest

    from greenhouse.web.signin_limits import SignInThrottled


def refused(
    request: HttpRequest, words: str, code: int = status.HTTP_403_FORBIDDEN, title: str = "Not signed in"
) -> HttpResponse:
    """What happened, and the way back."""
    context = admin.site.each_context(request) | {"title": title, "words": words}
    return HttpResponse(render_to_string("admin/signin/refused.html", context, request), status=code)


def too_many(request: HttpRequest, error: SignInThrottled) -> HttpResponse:
    """How long to wait."""
    response = refused(request, str(error.detail), status.HTTP_429_TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(math.ceil(error.wait or 0))
    return response
