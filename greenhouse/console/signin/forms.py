"""The console's forms of signing in. That with a password shares its limits with the API's tokens."""

from __future__ import annotations

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.core.exceptions import ValidationError
from unfold.forms import AuthenticationForm

from greenhouse.web import signin_limits, signin_ways


class LimitedAuthenticationForm(AuthenticationForm):  # type: ignore[misc] # unfold carries no types
    """A name and a password."""

    throttled: signin_limits.SignInThrottled | None = None

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


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc] # allauth carries no types
    """A passkey that signs in by itself, unless somebody wants it beside the password alone."""

    passwordless = forms.BooleanField(
        label="Signs in without a password",
        required=False,
        initial=True,
        help_text="It then asks for a finger, a face or a PIN. Otherwise it is a second step after the password.",
    )
