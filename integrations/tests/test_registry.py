"""A provider is a file, a line, its settings, a page and a test. These fail when one of them is missing."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
from django.conf import settings

from integrations import registry
from integrations.providers.base import Connection, HookProvider, Provider

ROOT = Path(settings.BASE_DIR)
providers = pytest.mark.parametrize("provider", registry.PROVIDERS, ids=lambda provider: provider.slug)


@providers
def test_a_provider_lives_where_its_name_says(provider: Provider) -> None:
    file = Path(inspect.getfile(type(provider)))
    assert file.relative_to(ROOT).as_posix() in (
        f"integrations/providers/{provider.slug}.py",
        f"integrations/providers/{provider.slug}/__init__.py",
    )


@providers
def test_every_setting_of_a_provider_exists_and_is_explained(provider: Provider) -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    prefix = provider.slug.upper()
    assert {f"ENABLE_{prefix}_INTEGRATION", f"{prefix}_RATE_LIMIT"} <= set(provider.settings)
    for name in provider.settings:
        assert hasattr(settings, name), f"{name} is missing in settings.py"
        places = [place for place, line in enumerate(lines) if re.fullmatch(rf"#?{name}=.*", line)]
        assert len(places) == 1, f"{name} stands {len(places)} times in .env.example"
        assert lines[places[0] - 1].startswith("# "), f"{name} has no word on it in .env.example"


@providers
def test_every_setting_named_for_a_provider_is_named_by_it(provider: Provider) -> None:
    prefix = provider.slug.upper()
    named = {name for name in dir(settings) if name.startswith(f"{prefix}_") or name.startswith(f"ENABLE_{prefix}_")}
    assert named <= set(provider.settings)


@providers
def test_a_provider_has_tests_and_a_page(provider: Provider) -> None:
    assert list((ROOT / "integrations" / "tests").glob(f"test_{provider.slug}*.py"))
    assert (ROOT / provider.docs).is_file()


@providers
def test_a_provider_knows_when_it_is_not_configured_and_where_it_may_go(provider: Provider) -> None:
    assert provider.missing(Connection()) or provider.describes_others
    assert not provider.missing(Connection(username="ada", token="secret", place=(52.5, 13.4)))
    assert provider.base_url.startswith(("https://", "http://"))
    assert "secret" not in repr(Connection(token="secret"))


@providers
def test_a_hook_provider_names_the_setting_that_holds_its_secret(provider: Provider) -> None:
    if isinstance(provider, HookProvider):
        assert provider.hook_settings in provider.settings


def test_names_are_unique_and_an_unknown_one_is_refused() -> None:
    slugs = [provider.slug for provider in registry.PROVIDERS]
    assert len(set(slugs)) == len(slugs)
    with pytest.raises(KeyError):
        registry.provider("myspace")
    with pytest.raises(KeyError):
        registry.hook_provider("myspace")
