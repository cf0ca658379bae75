"""A provider is a file, a line, its settings, a page and a test. Where one of them is missing, these say which."""

from __future__ import annotations

import inspect
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING

import pytest
from django.conf import settings as project_settings

from integrations import providers as providers_package
from integrations import registry
from integrations.providers.base import Connection, HookOnly, Provider
from integrations.providers.github import GitHub
from integrations.providers.wakatime import WakaTime
from integrations.tests.contract import lacks, with_lists

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

    from integrations.providers.base import ProviderNeed

ROOT = Path(project_settings.BASE_DIR)
providers = pytest.mark.parametrize("provider", registry.PROVIDERS, ids=lambda provider: provider.slug)


@providers
def test_a_provider_lacks_nothing(provider: Provider) -> None:
    assert lacks(provider, ROOT) == []


@providers
def test_a_provider_lives_where_its_name_says(provider: Provider) -> None:
    file = Path(inspect.getfile(type(provider)))
    assert file.relative_to(ROOT).as_posix() in (
        f"integrations/providers/{provider.slug}.py",
        f"integrations/providers/{provider.slug}/__init__.py",
    )


@providers
def test_a_provider_knows_when_it_is_not_configured_and_where_it_may_go(provider: Provider, settings: Settings) -> None:
    with with_lists(provider):
        assert provider.missing(Connection()) or provider.describes_others
    if isinstance(provider, HookOnly):
        setattr(settings, provider.hook_settings, "secret")
    with with_lists(provider, f"https://{provider.slug}.example"):
        assert not provider.missing(Connection(username="ada", token="secret", place=(52.5, 13.4), watched=lambda: 1))
        assert provider.local or provider.base_url.startswith(("https://", "http://")) or provider.addresses
    assert "secret" not in repr(Connection(token="secret"))


def test_every_provider_that_is_written_is_in_the_registry() -> None:
    written = {
        kind.__name__
        for module in iter_modules(providers_package.__path__)
        for kind in vars(import_module(f"{providers_package.__name__}.{module.name}")).values()
        if inspect.isclass(kind) and issubclass(kind, Provider) and "slug" in vars(kind)
    }
    assert written == {type(provider).__name__ for provider in registry.PROVIDERS}


class Silent(WakaTime):
    """Does not say how to connect it."""

    def needs(self, connection: Connection) -> Iterator[ProviderNeed]:
        return iter(())


class Hasty(WakaTime):
    """Wants to be asked oftener than the schedule ticks."""

    every = timedelta(seconds=10)


class Unnamed(GitHub):
    """Does not name the header that tells deliveries apart."""

    delivery_header = ""


@pytest.mark.parametrize(
    ("provider", "missing"),
    [
        (Silent(), "`needs` does not say how to connect it (it is without WAKATIME_API_KEY)"),
        (Hasty(), "no `every` of whole minutes"),
        (Unnamed(), "no `delivery_header`"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_a_class_leaves_out_is_named(provider: Provider, missing: str) -> None:
    assert lacks(provider, ROOT) == [missing]


def test_names_are_unique_and_an_unknown_one_is_refused() -> None:
    slugs = [provider.slug for provider in registry.PROVIDERS]
    assert len(set(slugs)) == len(slugs)
    with pytest.raises(KeyError):
        registry.provider("myspace")
    with pytest.raises(KeyError):
        registry.hook_provider("myspace")


def test_a_source_of_facts_is_called_by_its_providers_name() -> None:
    assert [
        registry.label_of_source(one) for one in ("github_sync", "github_webhook", "github", "cicd_webhook", "import")
    ] == [
        *["GitHub"] * 3,
        "CI/CD",
        "import",
    ]
