"""Which ways lead in: a password, another service (OpenID Connect), a passkey; and what a second step asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core import checks

from integrations import crypto

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.auth.models import User

OIDC: Final = "oidc"  # allauth's word for the one provider there is
_SECURE_HOSTS: Final = (".localhost", "localhost")


def oidc_configured() -> bool:
    """Whether another service is named, with somebody who may come in by it."""
    return bool(settings.OIDC_ISSUER and settings.OIDC_CLIENT_ID and settings.OIDC_ALLOWED)


def password_allowed() -> bool:
    """Whether a password lets in. Where it is switched off while nothing else works it does, or nobody would get in."""
    return bool(settings.PASSWORD_SIGN_IN or not other_way_works())


def other_way_works() -> bool:
    """Whether another service lets in, or a passkey that needs no password beside it."""
    return oidc_configured() or _passkeys(is_active=True, is_superuser=True)


def passkeys_exist() -> bool:
    """Whether the sign-in has a passkey to ask for."""
    return _passkeys(is_active=True, is_staff=True)


class TooManyCodes(Exception):
    """Too many wrong codes came for an account: none is looked at for a while."""


def has_second_step(user: User) -> bool:
    """Whether a password alone does not let this account in."""
    from allauth.mfa.utils import is_mfa_enabled

    return bool(is_mfa_enabled(user))


def takes_code(user: User, code: str) -> bool:
    """Whether a code of the account's app, or one of its recovery codes, is right. It is used up then.

    Raises `TooManyCodes` where too many wrong ones came lately.
    """
    from allauth.mfa.base.forms import AuthenticateForm

    form = AuthenticateForm(data={"code": code}, user=user)
    try:
        right = bool(form.is_valid())
    except crypto.CredentialUnreadable:
        return False
    if form.has_error("code", "too_many_login_attempts"):
        raise TooManyCodes
    return right


def account_of(claims: Mapping[str, Any]) -> str | None:
    """The account that an identity of the other service signs in to, by its subject or by a mail that is verified."""
    mail = claims.get("email") if claims.get("email_verified") is True else None
    for who, account in settings.OIDC_ALLOWED.items():
        # Some services let people choose their subject: one that looks like a listed mail is not that mail.
        if (isinstance(mail, str) and who.casefold() == mail.casefold()) if "@" in who else who == claims.get("sub"):
            return str(account)
    return None


def allowed(entries: list[str], owner: str) -> dict[str, str]:
    """`subject-or-mail=account`, by the first; without an account the owner's is meant."""
    named = (entry.strip().rpartition("=") if "=" in entry else (entry.strip(), "=", owner) for entry in entries)
    return {who.strip(): account.strip() or owner for who, _, account in named if who.strip()}


def secure_context(request: Any) -> bool:
    """Whether browsers offer passkeys at this address: https, or a name on this machine; never a bare number."""
    host = request.get_host().rpartition(":")[0] or request.get_host()
    return bool(request.is_secure() or host.endswith(_SECURE_HOSTS))


def checked(**_: Any) -> list[checks.CheckMessage]:
    """What is wrong with the settings of signing in, for `manage.py check`."""
    said: list[checks.CheckMessage] = []
    named = [bool(settings.OIDC_ISSUER), bool(settings.OIDC_CLIENT_ID), bool(settings.OIDC_ALLOWED)]
    if any(named) and not all(named):
        said.append(
            checks.Warning(
                "Signing in by OpenID Connect is set up in part, so that nobody gets in by it.",
                hint="Set OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_ALLOWED, and OIDC_CLIENT_SECRET where there is one.",
                id="greenhouse.W010",
            )
        )
    if not settings.PASSWORD_SIGN_IN and not oidc_configured():
        said.append(
            checks.Warning(
                "PASSWORD_SIGN_IN=false is followed only while a passkey signs in: OpenID Connect is not set up.",
                hint="Set OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_ALLOWED, or add a passkey in the console.",
                id="greenhouse.W011",
            )
        )
    return said


def _passkeys(**of: bool) -> bool:
    """Whether there is one that signs in by itself: browsers say so when they make it."""
    from allauth.mfa.models import Authenticator

    keys = Authenticator.objects.filter(
        type=Authenticator.Type.WEBAUTHN, **{f"user__{name}": value for name, value in of.items()}
    )
    return any(key.wrap().is_passwordless for key in keys)
