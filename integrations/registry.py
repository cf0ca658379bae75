"""Every provider, by name. A new one is one line here (docs/adding-a-provider.md)."""

from __future__ import annotations

from typing import Final

from integrations.providers.base import HookOnly, HookProvider, Provider
from integrations.providers.bluesky import Bluesky
from integrations.providers.cicd import CiCd
from integrations.providers.forgejo import Forgejo
from integrations.providers.git import Git
from integrations.providers.github import GitHub
from integrations.providers.gitlab import GitLab
from integrations.providers.lastfm import LastFm
from integrations.providers.linkedin import LinkedIn
from integrations.providers.listenbrainz import ListenBrainz
from integrations.providers.mastodon import Mastodon
from integrations.providers.musicbrainz import MusicBrainz
from integrations.providers.openmeteo import OpenMeteo
from integrations.providers.openweathermap import OpenWeatherMap
from integrations.providers.reccobeats import ReccoBeats
from integrations.providers.rss import Rss
from integrations.providers.spotify import Spotify
from integrations.providers.wakatime import WakaTime
from integrations.providers.x import X

PROVIDERS: Final[tuple[Provider, ...]] = (
    GitHub(),
    GitLab(),
    Forgejo(),
    Git(),
    CiCd(),
    OpenWeatherMap(),
    OpenMeteo(),  # needs no key, so it is asked where the one before has none
    WakaTime(),
    Spotify(),
    ListenBrainz(),
    LastFm(),
    ReccoBeats(),
    MusicBrainz(),
    Rss(),
    Mastodon(),
    Bluesky(),
    X(),
    LinkedIn(),
)


def provider(slug: str) -> Provider:
    """The provider called `slug`. Raises `KeyError`."""
    for one in PROVIDERS:
        if one.slug == slug:
            return one
    raise KeyError(slug)


def asked() -> tuple[Provider, ...]:
    """Those that are asked for what is new; the others only call."""
    return tuple(one for one in PROVIDERS if not isinstance(one, HookOnly))


def forge(slug: str) -> Provider:
    """The provider called `slug`, if it is a forge. Raises `KeyError`."""
    found = provider(slug)
    if not found.forge:
        raise KeyError(slug)
    return found


def slug_of_source(source: str) -> str:
    """The source of a fact without the way the fact came."""
    return source.removesuffix("_sync").removesuffix("_webhook")


def label_of_source(source: str) -> str:
    """What a person calls the source of a fact: a provider's slug, alone or with the way the fact came."""
    slug = slug_of_source(source)
    return next((one.label for one in PROVIDERS if one.slug == slug), source)


def hook_provider(slug: str) -> HookProvider:
    """The provider called `slug`, if its service calls us. Raises `KeyError`."""
    found = provider(slug)
    if not isinstance(found, HookProvider):
        raise KeyError(slug)
    return found
