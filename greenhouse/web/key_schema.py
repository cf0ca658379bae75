"""What the OpenAPI says of an operation that a key opens."""

from __future__ import annotations

from typing import Any, Final

from drf_spectacular.openapi import AutoSchema
from rest_framework.permissions import AllowAny

from common.permissions import scope_of

EXTENSION: Final = "x-key-scope"


class KeySchema(AutoSchema):
    """Names the scope that a key has to have, as the view declares it."""

    def get_auth(self) -> list[dict[str, Any]]:
        """Who may ask: nobody in particular, too, where anyone may."""
        auths: list[dict[str, Any]] = super().get_auth()
        open_to_all = any(isinstance(one, AllowAny) for one in self.view.get_permissions())
        return auths if {} in auths or not open_to_all else [*auths, {}]

    def get_extensions(self) -> dict[str, Any]:
        said: dict[str, Any] = super().get_extensions()
        scope = scope_of(self.view)
        return {**said, EXTENSION: scope.value} if scope else said
