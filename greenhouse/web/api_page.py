"""The page that shows the API, without a cookie for those who only look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.middleware.csrf import get_token
from drf_spectacular.views import SpectacularSwaggerSplitView

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.response import Response


class ApiPage(SpectacularSwaggerSplitView):
    """Its script carries the CSRF token of whoever has one, such as an owner; making one would set a cookie."""

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The page, or its script."""
        answer: Response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call] # it carries no types
        known = settings.CSRF_COOKIE_NAME in request.COOKIES
        answer.data["csrf_token"] = get_token(request) if known else ""
        return answer
