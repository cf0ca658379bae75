"""The console's forms of signing in. That with a password shares its limits with the API's tokens."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django.core.exceptions import ValidationError
from unfold.forms import AuthenticationForm

from greenhouse.web import signin_limits, signin_ways

# The same for an unknown name, a wrong password and an account that is switched off: nobody learns which it was.
WRONG: Final = "That name and that password do not let anybody in here. Capital letters count in both."
MISSING: Final = {"username": "Type the name of your account.", "password": "Type its password."}


class LimitedAuthenticationForm(AuthenticationForm):  # type: ignore[misc] # unfold carries no types
    """A name and a password."""

    error_messages: ClassVar[dict[str, str]] = dict.fromkeys(("invalid_login", "inactive"), WRONG)
    throttled: signin_limits.SignInThrottled | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, message in MISSING.items():
            self.fields[name].error_messages["required"] = message

    def clean(self) -> dict[str, Any]:
        """Count the attempt before the password is looked at."""
        try:
            signin_limits.limit_sender(self.request)
            signin_limits.limit_account(self.request, self.cleaned_data.get("username", ""))
        except signin_limits.SignInThrottled as error:
            self.throttled = error
            raise ValidationError(str(error.detail), code="throttled") from error
        if not signin_ways.password_allowed():
            raise ValidationError("Signing in by password is switched off here. Use another way.", code="no_passwords")
        cleaned: dict[str, Any] = super().clean()
        return cleaned
