"""Who may do what over the API: everyone reads, the owner writes, and a key of the owner's opens what it is for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS, AllowAny, BasePermission

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView


class Scope(StrEnum):
    """What a key of the API opens."""

    READ = "read"
    WRITE = "write"
    SYNC = "sync"
    ANALYTICS = "analytics"
    INTAKE = "intake"


SCOPE_WORDS: Final = {
    Scope.READ: "see what the owner sees: private and hidden projects, how sources are",
    Scope.WRITE: "plant, change and remove projects and skills, set the weather, announce",
    Scope.SYNC: "ask a source for what is new",
    Scope.ANALYTICS: "read the figures of visits",
    Scope.INTAKE: "report here: heartbeats of editors and listens of players",
}


@dataclass(frozen=True, slots=True)
class Grant:
    """What the key that a request shows opens; it stands as `request.auth`."""

    scopes: frozenset[str]
    key_id: int | None = None  # none for a key of the environment
    intake: str = ""  # the one kind of report that it is for; empty for any


class ScopeMissing(PermissionDenied):
    """The key is right, and not for this."""

    default_code = "missing_scope"

    def __init__(self, scope: Scope | None) -> None:
        super().__init__(
            f"This key lacks the scope `{scope}`: make one that has it in the console, under Keys."
            if scope
            else "No key opens this: sign in."
        )


def scope_of(view: APIView) -> Scope | None:
    """The scope that opens what is asked of a view, as it declares it; `None` where no key does."""
    scope: Scope | None = getattr(view, "key_scope", None)
    return scope


def is_owner(request: Request) -> bool:
    """Whether the request comes from the owner, by token, by session, or by a key that is for what is asked.

    Helpers in the console are not owners.
    """
    if isinstance(request.auth, Grant):
        return scope_of(request.parser_context["view"]) in request.auth.scopes
    return bool(request.user and request.user.is_active and request.user.is_superuser)


def owner_of(request: Request) -> str:
    """Which of the owner's accounts or keys it is that asks."""
    return f"key {request.auth.key_id}" if isinstance(request.auth, Grant) else f"account {request.user.pk}"


class Anyone(AllowAny):
    """Everyone, and the owner sees or may more; a key has to be for it."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if isinstance(request.auth, Grant) and not is_owner(request):
            raise ScopeMissing(scope_of(view))
        return True


class IsOwner(BasePermission):
    """The owner alone."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if isinstance(request.auth, Grant) and not is_owner(request):
            raise ScopeMissing(scope_of(view))
        return is_owner(request)


class OwnerWrites:
    """A set of views that everyone reads and the owner writes."""

    action: Any  # the router's name for what is asked; `None` for a method that is not there
    request: Any

    @property
    def key_scope(self) -> Scope:
        """By the method."""
        return Scope.READ if self.request is None or self.request.method in SAFE_METHODS else Scope.WRITE

    def get_permissions(self) -> list[BasePermission]:
        """By the action, for the request and for the OpenAPI alike."""
        return [Anyone() if self.action in ("list", "retrieve") else IsOwner()]
