"""Tokens of the API (JWT), and ending all that an account was given.

They are kept nowhere. What is kept is when those of an account last ended, and a token names the ending that it came
after. Both are the same words, so no clock is asked which came first: neither of two machines, nor of one within a
second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import InvalidToken

from greenhouse.models import TokensEnded

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User
    from rest_framework_simplejwt.tokens import Token


GIVEN_AFTER: Final = "given_after"  # the claim: the last ending of the account's tokens, empty where there was none


def last_ending(user: User) -> str:
    """When the tokens of an account last ended, as its tokens name it; empty for never. One query."""
    ended_at = TokensEnded.objects.filter(user=user).values_list("ended_at", flat=True).first()
    return ended_at.isoformat() if ended_at else ""


def end_tokens(*, user: User, now: datetime) -> None:
    """Refuse every token that an account was given until now, those that renew others among them."""
    TokensEnded.objects.update_or_create(user=user, defaults={"ended_at": now})


class RevocableJWTAuthentication(JWTAuthentication):
    """`Authorization: Bearer …`, of a token that was not ended since. One query more than the library's."""

    def get_user(self, validated_token: Token) -> Any:
        """Whose token it is. Raises `InvalidToken` where it ended with the others of its account."""
        user: Any = super().get_user(validated_token)
        if validated_token.get(GIVEN_AFTER, "") != last_ending(user):
            raise InvalidToken("This token was ended with all others of its account: sign in anew.")
        return user
