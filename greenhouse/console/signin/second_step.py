"""allauth's views of the second step, loaded with the first that is asked for.

What reads passkeys knows every public suffix there is (4 MB), and all of these views bring it along.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    View = Callable[..., HttpResponse]


def authenticate(request: HttpRequest) -> HttpResponse:
    """The code that is asked for after the password."""
    from allauth.mfa.base import views

    return _answer(views.authenticate, request)


def index(request: HttpRequest) -> HttpResponse:
    """What the account has."""
    from allauth.mfa.base import views

    return _answer(views.index, request)


def reauthenticate(request: HttpRequest) -> HttpResponse:
    """A code once more, before something that matters."""
    from allauth.mfa.base import views

    return _answer(views.reauthenticate, request)


def activate_totp(request: HttpRequest) -> HttpResponse:
    """An app that makes codes is added."""
    from allauth.mfa.totp import views

    return _answer(views.activate_totp, request)


def deactivate_totp(request: HttpRequest) -> HttpResponse:
    """It is taken away."""
    from allauth.mfa.totp import views

    return _answer(views.deactivate_totp, request)


def view_recovery_codes(request: HttpRequest) -> HttpResponse:
    """The codes for when everything else is lost."""
    from allauth.mfa.recovery_codes import views

    return _answer(views.view_recovery_codes, request)


def generate_recovery_codes(request: HttpRequest) -> HttpResponse:
    """New ones in place of them."""
    from allauth.mfa.recovery_codes import views

    return _answer(views.generate_recovery_codes, request)


def download_recovery_codes(request: HttpRequest) -> HttpResponse:
    """The same as a file."""
    from allauth.mfa.recovery_codes import views

    return _answer(views.download_recovery_codes, request)


def login_webauthn(request: HttpRequest) -> HttpResponse:
    """In by a passkey alone."""
    from allauth.mfa.webauthn import views

    return _answer(views.login_webauthn, request)


def reauthenticate_webauthn(request: HttpRequest) -> HttpResponse:
    """A passkey once more, before something that matters."""
    from allauth.mfa.webauthn import views

    return _answer(views.reauthenticate_webauthn, request)


def list_webauthn(request: HttpRequest) -> HttpResponse:
    """The account's passkeys."""
    from allauth.mfa.webauthn import views

    return _answer(views.list_webauthn, request)


def add_webauthn(request: HttpRequest) -> HttpResponse:
    """One more."""
    from allauth.mfa.webauthn import views

    return _answer(views.add_webauthn, request)


def edit_webauthn(request: HttpRequest, pk: int) -> HttpResponse:
    """Its name."""
    from allauth.mfa.webauthn import views

    return _answer(views.edit_webauthn, request, pk=pk)


def remove_webauthn(request: HttpRequest, pk: int) -> HttpResponse:
    """One less."""
    from allauth.mfa.webauthn import views

    return _answer(views.remove_webauthn, request, pk=pk)


def _answer(view: View, request: HttpRequest, **arguments: int) -> HttpResponse:
    return view(request, **arguments)
