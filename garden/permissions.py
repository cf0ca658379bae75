"""Who may do what over the API: everyone reads, the owner writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework.permissions import AllowAny, BasePermission

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView


def is_owner(request: Request) -> bool:
    """Whether the request comes from the owner, by token or by admin session. Helpers in the console are not owners."""
    return bool(request.user and request.user.is_active and request.user.is_superuser)


class IsOwner(BasePermission):
    """The owner alone."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return is_owner(request)


class OwnerWrites:
    """A set of views that everyone reads and the owner writes."""

    action: Any  # the router's name for what is asked; `None` for a method that is not there

    def get_permissions(self) -> list[BasePermission]:
        """By the action, for the request and for the OpenAPI alike."""
        return [AllowAny() if self.action in ("list", "retrieve") else IsOwner()]
