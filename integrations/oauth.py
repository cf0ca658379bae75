"""Connecting an account that the owner signs in to: authorisation code with PKCE, and tokens that are renewed.

A renewed token replaces the old one, and so does a refresh token that comes with it; where none comes the old one
stays. What the service has ended (`invalid_grant`) only the owner can begin again, and the account remembers it.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.db import transaction

from integrations.crypto import CredentialUnreadable
from integrations.http import Door
from integrations.models import Account
from integrations.problems import Malformed, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from integrations.providers.base import OAuthProvider

EARLY = timedelta(seconds=60)  # a token this close to its end is not used any more
USUAL_LIFE = 3600  # seconds, where the service does not say
LOOPBACK = ("127.0.0.1", "::1")  # the only hosts that may be redirected to without TLS


@dataclass(frozen=True, slots=True)
class SignIn:
    """One attempt to connect: where the owner is sent, and what has to be remembered until the return."""

    address: str
    state: str
    verifier: str


def redirect_uri(path: str) -> str:
    """Where the service sends the owner back to. Raises `Problem` when no service would."""
    parts = urlsplit(settings.SITE_URL)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise Problem(
            "redirect_refused",
            f"Accounts are connected over HTTPS or on 127.0.0.1, and this site is at {settings.SITE_URL}.",
            fix="Set SITE_URL to its https:// address, or to http://127.0.0.1:8000 on your own machine.",
        )
    return f"{settings.SITE_URL}{path}"


def begin(provider: OAuthProvider, *, redirect: str) -> SignIn:
    """Prepare an attempt to connect. Raises `Problem` when the app is not set up."""
    client_id, _ = provider.client
    if not client_id:
        raise _no_client(provider)
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(64)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": client_id,
        "scope": " ".join(provider.scopes),
        "redirect_uri": redirect,
        "state": state,
        "code_challenge_method": "S256",
        "code_challenge": challenge,
    }
    return SignIn(f"{provider.accounts_url}{provider.authorize_path}?{urlencode(asked)}", state, verifier)


def complete(provider: OAuthProvider, *, code: str, verifier: str, redirect: str, now: datetime) -> Account:
    """Turn the code that the owner came back with into a connected account. Raises `Problem`."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect, "code_verifier": verifier}
    answer = _ask_for_token(provider, form)
    if "error" in answer:
        raise Problem(
            "sign_in_failed",
            f"{provider.label} did not accept the sign-in ({_said(answer)}).",
            fix="Connect again. A sign-in is good for a few minutes and once.",
        )
    token = _access_token(provider, answer)
    door = Door(
        provider=provider.slug,
        label=provider.label,
        base_url=provider.base_url,
        headers={"Authorization": f"Bearer {token}"},
        per_minute=provider.rate_limit,
    )
    username = provider.signed_in_as(door)
    account, _ = Account.objects.get_or_create(provider=provider.slug)
    if username != account.username:
        Account.objects.filter(pk=account.pk).update(username=username[:100])
    return _store(provider, answer, now)


def renewed_token(provider: OAuthProvider, *, spent: str, now: datetime) -> str:
    """A token in place of `spent`. Raises `Problem`, with the code `reconnect` when only the owner can help."""
    account = _account(provider)
    if account.token and account.token != spent and not _over(account, now):
        return account.token  # another process was faster
    asked_with = account.refresh_token
    if not asked_with:
        raise _ended(provider)
    answer = _ask_for_token(provider, {"grant_type": "refresh_token", "refresh_token": asked_with})
    if answer.get("error") == "invalid_grant":
        with transaction.atomic():  # who renewed both meanwhile has stored them by now, or does after us
            account = _account(provider, lock=True)
            if account.refresh_token not in ("", asked_with):
                return account.token
            Account.objects.filter(pk=account.pk).update(needs_reconnect=True)
        raise _ended(provider)
    if "error" in answer:
        raise Problem(
            "refused",
            f"{provider.label} does not renew the connection ({_said(answer)}).",
            fix=f"Check {provider.slug.upper()}_CLIENT_ID and {provider.slug.upper()}_CLIENT_SECRET.",
        )
    return _store(provider, answer, now).token


def is_spent(provider: OAuthProvider, *, now: datetime) -> bool:
    """Whether the stored token is at its end. One query."""
    account = Account.objects.filter(provider=provider.slug).first()
    return account is not None and _over(account, now)


def disconnect(provider: OAuthProvider) -> None:
    """Forget the tokens. What was heard stays."""
    Account.objects.filter(provider=provider.slug).update(
        token_encrypted=None, refresh_token_encrypted=None, token_expires_at=None, needs_reconnect=False
    )


def _over(account: Account, now: datetime) -> bool:
    return account.token_expires_at is not None and account.token_expires_at - EARLY <= now


def _account(provider: OAuthProvider, *, lock: bool = False) -> Account:
    accounts = Account.objects.filter(provider=provider.slug)
    account = (accounts.select_for_update() if lock else accounts).first()
    if account is None:
        raise _ended(provider)
    try:
        _ = account.token, account.refresh_token
    except CredentialUnreadable as error:
        raise _ended(provider) from error
    return account


def _ask_for_token(provider: OAuthProvider, form: Mapping[str, str]) -> dict[str, Any]:
    """What the service answers, which may be an error in its own words."""
    client_id, client_secret = provider.client
    if not client_id:
        raise _no_client(provider)
    basic = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
    door = Door(
        provider=provider.slug,
        label=provider.label,
        base_url=provider.accounts_url,
        headers={"Authorization": f"Basic {basic}"} if client_secret else {},
        per_minute=provider.rate_limit,
        account="sign-in",
    )
    refusals = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
    answer = door.post(provider.token_path, form={**form, "client_id": client_id}, also=refusals)
    if not isinstance(answer.data, dict) or (answer.status in refusals and "error" not in answer.data):
        raise Malformed.answer_of(provider.label)
    return answer.data


@transaction.atomic
def _store(provider: OAuthProvider, answer: Mapping[str, Any], now: datetime) -> Account:
    """Keep what a token answer holds; a refresh token only where one came."""
    account = Account.objects.select_for_update().get(provider=provider.slug)
    account.token = _access_token(provider, answer)
    life = answer.get("expires_in")
    account.token_expires_at = now + timedelta(seconds=life if isinstance(life, int) and life > 0 else USUAL_LIFE)
    if (refresh := answer.get("refresh_token")) and isinstance(refresh, str):
        account.refresh_token = refresh
    account.needs_reconnect = False
    account.save()
    return account


def _access_token(provider: OAuthProvider, answer: Mapping[str, Any]) -> str:
    token = answer.get("access_token")
    if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token:
        raise Malformed(f"{provider.label} answered without a token.")
    return token


def _said(answer: Mapping[str, Any]) -> str:
    return str(answer.get("error_description") or answer.get("error"))[:200]


def _no_client(provider: OAuthProvider) -> Problem:
    return Problem(
        "not_configured",
        f"{provider.label} does not know this garden yet.",
        fix=f"Register an app there and set {provider.slug.upper()}_CLIENT_ID ({provider.docs}).",
    )


def _ended(provider: OAuthProvider) -> Problem:
    return Problem(
        "reconnect",
        f"{provider.label} has ended the connection.",
        fix=f"Connect {provider.label} again: open its account in the admin and press “Connect”.",
    )
