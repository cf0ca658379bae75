"""Signing in to the console, at most so often."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from unfold.forms import AuthenticationForm

from greenhouse.web import signin_limits


class LimitedAuthenticationForm(AuthenticationForm):  # type: ignore[misc] # unfold carries no types
    """The console's form, which stops guessing: it shares its limits with the API's tokens."""

    throttled: signin_limits.SignInThrottled | None = None

    def clean(self) -> dict[str, Any]:
        """Count the attempt before the password is looked at."""
        try:
            signin_limits.limit_sender(self.request)
            signin_limits.limit_account(self.request, self.cleaned_data.get("username", ""))
        except signin_limits.SignInThrottled as error:
            self.throttled = error
            raise ValidationError(str(error.detail), code="throttled") from error
        cleaned: dict[str, Any] = super().clean()
        return cleaned
