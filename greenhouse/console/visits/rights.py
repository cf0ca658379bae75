"""Who may see the pages about visitors, which belong to no page of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.http import HttpRequest


def may_see_visits(request: HttpRequest) -> bool:
    """Whether the asker may look at the figures of visits, which name plants, private ones too."""
    return request.user.is_active and request.user.has_perms(("visitors.view_session", "garden.view_project"))
