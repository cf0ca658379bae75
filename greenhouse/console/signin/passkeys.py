"""The form that adds a passkey. Apart from the other forms, as it brings the library that reads them along."""

from __future__ import annotations

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc] # allauth carries no types
    """A passkey that signs in by itself, unless somebody wants it beside the password alone."""

    passwordless = forms.BooleanField(
        label="Signs in without a password",
        required=False,
        initial=True,
        help_text="It then asks for a finger, a face or a PIN. Otherwise it is a second step after the password.",
    )
