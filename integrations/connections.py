"""Whose data a provider asks for: the command line first, then the account in the admin, then the environment."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, TypedDict

from django.conf import settings
from django.utils import timezone

from integrations import limits, oauth, watching
from integrations.crypto import CredentialUnreadable
from integrations.http import Door, Http
from integrations.models import Account, OfferedRepository, PlantAs
from integrations.problems import Problem
from integrations.providers.base import Connection, OAuthProvider
from integrations.sample_http import SampleHttp
from weather.selectors import place_now

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from django.db.models import QuerySet

    from integrations.providers.base import HookProvider, Provider


class _Renewal(TypedDict, total=False):
    renew: Callable[[], Mapping[str, str]]
    spent: bool


def connection_of(provider: Provider, *, username: str = "") -> Connection:
    """The account to ask for and its token. Two queries. Raises `Problem` when a stored token cannot be opened."""
    account = Account.objects.filter(provider=provider.slug).first()
    return connection_from(provider, account, place_now().coordinates, username=username)


def connection_from(
    provider: Provider, account: Account | None, place: tuple[float, float], *, username: str = ""
) -> Connection:
    """The same for one who has read account and place already. No query."""
    try:
        token = account.token if account else ""
    except CredentialUnreadable as error:
        raise Problem(
            "credential_unreadable",
            f"The stored token for {provider.label} cannot be opened.",
            fix="Enter it again in the admin, or bring back the key that FIELD_ENCRYPTION_KEYS (or SECRET_KEY) held.",
        ) from error
    prefix = provider.slug.upper()
    return Connection(
        username=username
        or (account.username if account else "")
        or str(getattr(settings, f"{prefix}_USERNAME", ""))
        or (provider.sample_name if settings.ENABLE_MOCK_DATA else ""),
        token=token or token_of_environment(provider),
        place=place,
        watched=watching.watched,
        ended=account is not None and account.needs_reconnect,
        reads_private=_private_of(provider).exists,
    )


def _private_of(provider: Provider) -> QuerySet[OfferedRepository]:
    """The private repositories that the owner wants in the garden."""
    private = OfferedRepository.objects.filter(provider=provider.slug, is_private=True)
    return private.exclude(plant_as=PlantAs.LEAVE_OUT)


def token_of_environment(provider: Provider) -> str:
    """The token or key that the settings hold for a provider; empty where they hold none."""
    return str(getattr(settings, provider.token_setting or f"{provider.slug.upper()}_TOKEN", ""))


def usable(provider: Provider, account: Account | None, place: tuple[float, float]) -> bool:
    """Whether a scheduled run can begin; with a token that cannot be opened it can, to say so. No query."""
    if not provider.enabled or (account is not None and not account.enabled):
        return False
    try:
        connection = connection_from(provider, account, place)
    except Problem:
        return True
    return not provider.missing(connection) and not connection.ended


def enabled(provider: Provider) -> bool:
    """Whether the owner leaves the provider on, in the settings and in the admin. One query."""
    return provider.enabled and not Account.objects.filter(provider=provider.slug, enabled=False).exists()


def http_for(provider: Provider, connection: Connection, *, alive: Callable[[], None] = lambda: None) -> Http:
    """The way to a provider: over the network, or to its samples with `ENABLE_MOCK_DATA`; to nowhere if it is local."""
    if settings.ENABLE_MOCK_DATA or provider.local:
        return SampleHttp(label=provider.label, samples=provider.samples(timezone.now()))
    return Door(
        provider=provider.slug,
        label=provider.label,
        base_url=provider.base_url,
        elsewhere=provider.addresses,
        headers=provider.headers(connection),
        per_minute=provider.rate_limit,
        burst=provider.burst,
        account=_fingerprint(provider.counted_by(connection)),
        alive=alive,
        **_renewal(provider, connection),
    )


def _renewal(provider: Provider, connection: Connection) -> _Renewal:
    """How a door gets a new token where tokens are short-lived. One query for those."""
    if not isinstance(provider, OAuthProvider):
        return {}

    def renew() -> Mapping[str, str]:
        token = oauth.renewed_token(provider, spent=connection.token, now=timezone.now())
        return provider.headers(replace(connection, token=token))

    return {"renew": renew, "spent": oauth.is_spent(provider, now=timezone.now())}


def next_try_at(provider: Provider, *, now: datetime) -> datetime | None:
    """When the service is asked again, where it asked for a pause or its circuit is open. Three queries."""
    return limits.next_try_at(limit_key(provider, connection_of(provider)), now=now)


def limit_key(provider: Provider, connection: Connection) -> str:
    """What limits and pauses of a connection are kept under."""
    return ":".join(filter(None, (provider.slug, _fingerprint(provider.counted_by(connection)))))


def hook_secret(provider: HookProvider) -> str:
    """The secret that the service signs its deliveries with; empty where none is set."""
    return str(getattr(settings, provider.hook_settings))


def _fingerprint(token: str) -> str:
    """Tells tokens apart without being one: a new token is not held back by the limit of the old."""
    return hashlib.sha256(token.encode()).hexdigest()[:12] if token else ""
