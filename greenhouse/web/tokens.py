"""Tokens of the API (JWT), and ending all that an account was given.

No token is stored, so that none can be deleted: stored is the moment up to which those of an account are refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drf_spectacular.contrib.rest_framework_simplejwt import SimpleJWTScheme
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import InvalidToken

from greenhouse.models import TokensEnded

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User
    from rest_framework_simplejwt.tokens import Token


def end_tokens(*, user: User, now: datetime) -> None:
    """Refuse every token that an account was given until now, those that renew others among them."""
    TokensEnded.objects.update_or_create(user=user, defaults={"ended_at": now})


class RevocableJWTAuthentication(JWTAuthentication):
    """`Authorization: Bearer …`, of a token that was not ended since. One query more than the library's."""

    def get_user(self, validated_token: Token) -> Any:
        """Whose token it is. Raises `InvalidToken` where it ended with the others of its account.

        Tokens know the second in which they were given: one of that same second ends too. An access token has the
        second of the refresh token that it came from, so that none survives by being renewed.
        """
        user: Any = super().get_user(validated_token)
        ended_at = TokensEnded.objects.filter(user=user).values_list("ended_at", flat=True).first()
        if ended_at is not None and validated_token["iat"] <= ended_at.timestamp():
            raise InvalidToken("This token was ended with all others of its account: sign in anew.")
        return user


class RevocableJWTScheme(SimpleJWTScheme):
    """How the OpenAPI describes it: as the library's own."""

    target_class = "greenhouse.web.tokens.RevocableJWTAuthentication"
