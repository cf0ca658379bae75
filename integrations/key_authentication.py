"""How a request shows a key, and how the OpenAPI says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.permissions import BasePermission

from common.permissions import SCOPE_WORDS, Grant, Scope, ScopeMissing, scope_of
from integrations import keys

if TYPE_CHECKING:
    from rest_framework.request import Request

    from integrations.key_models import Intake

SCHEME: Final = "Api-Key"


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Api-Key …`. The grant of the key is `request.auth`; who shows one is nobody's account."""

    intake: ClassVar[Intake | None] = None  # the one that its views are for, to say what to do where no key is

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Grant] | None:
        header = request.headers.get("Authorization", "")
        text = keys.in_header(header, SCHEME) or self.elsewhere(request, header)
        if not text:
            if header.lower() == SCHEME.lower() or header.lower().startswith(f"{SCHEME.lower()} "):
                raise AuthenticationFailed("`Authorization: Api-Key` wants the key behind it.", code="bad_key")
            return None
        now = timezone.now()
        try:
            return AnonymousUser(), keys.grant_of(text, now=now)
        except keys.Refused as refused:
            hint = (
                " None is set up here yet: make one in the admin, under Keys."
                if self.intake and not keys.are_there(self.intake, now=now)
                else ""
            )
            raise AuthenticationFailed(f"{refused}{hint}", code="bad_key") from refused

    def elsewhere(self, request: Request, header: str) -> str:
        """The key where else a foreign protocol may have it."""
        return ""

    def authenticate_header(self, request: Request) -> str:
        return SCHEME


class ReportsHere(BasePermission):
    """Whoever shows a key for the `intake` of the view; no signed-in owner: these addresses are for machines."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not isinstance(request.auth, Grant):
            raise NotAuthenticated("You need to provide an Authorization header with the key.")
        if Scope.INTAKE not in request.auth.scopes:
            raise ScopeMissing(scope_of(view))
        if not keys.reports(request.auth, view.intake):
            raise AuthenticationFailed("This key opens nothing here: it is for another kind of report.", "bad_key")
        return True


class ApiKeyScheme(OpenApiAuthenticationExtension):
    """The key in the documentation. Scopes stand as `x-key-scope` of each operation: OpenAPI 3.0 has none for keys."""

    target_class = "integrations.key_authentication.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[Any]] | list[Any]:
        """None where no key opens more than everyone sees."""
        return {self.name: []} if scope_of(auto_schema.view) else []

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        scopes = "; ".join(f"`{scope}`: {words}" for scope, words in SCOPE_WORDS.items())
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": f"`Api-Key ` and a key; `x-key-scope` says which scope it needs. {scopes}.",
        }
