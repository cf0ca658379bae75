"""The services that can feed the garden, as pages of the console offer them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from integrations import connections, registry
from integrations.models import Account
from integrations.problems import Problem
from integrations.providers.base import OAuthProvider
from weather.selectors import place_now

if TYPE_CHECKING:
    from collections.abc import Callable

    from integrations.providers.base import Provider


@dataclass(frozen=True, slots=True)
class Source:
    """A service, and what can be done about it."""

    provider: Provider
    connected: bool
    page: str  # where it is connected, or looked after


def sources(kind: Callable[[Provider], bool]) -> list[Source]:
    """Those of a kind that are switched on, in the order of the registry. Three queries at most."""
    accounts = {account.provider: account for account in Account.objects.all()}
    place = place_now().coordinates
    return [
        _source(provider, accounts.get(provider.slug), place)
        for provider in registry.PROVIDERS
        if provider.enabled and kind(provider)
    ]


def _source(provider: Provider, account: Account | None, place: tuple[float, float]) -> Source:
    try:
        missing = provider.missing(connections.connection_from(provider, account, place))
    except Problem as problem:
        missing = problem.message
    if provider.local:
        page = reverse("admin:integrations_watchedpath_changelist")
    elif account:
        page = reverse("admin:integrations_account_change", args=[account.pk])
    elif isinstance(provider, OAuthProvider) and provider.client[0]:
        page = reverse("admin:integrations_account_connect", args=[provider.slug])
    else:
        page = f"{reverse('admin:integrations_account_add')}?provider={provider.slug}"
    return Source(provider, not missing, page)
