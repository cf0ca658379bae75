"""Signing in to the console, at most so often a minute."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from unfold.forms import AuthenticationForm

from greenhouse.web.rest import limiter
from visitors.addresses import address_of


class LimitedAuthenticationForm(AuthenticationForm):  # type: ignore[misc] # unfold carries no types
    """The console's form, which stops guessing: it shares its limit with the API's tokens."""

    def clean(self) -> dict[str, Any]:
        """Count the attempt before the password is looked at."""
        if limiter().hit("token", address_of(self.request)) is not None:
            raise ValidationError("Too many attempts. Wait a minute, then try again.", code="throttled")
        cleaned: dict[str, Any] = super().clean()
        return cleaned
