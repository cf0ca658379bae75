"""What a provider consists of, as a list of what one lacks."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import global_settings, settings
from django.test import override_settings
from django.utils import timezone

from integrations.providers.base import Connection, HookProvider

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from integrations.providers.base import Provider

A_MINUTE = timedelta(minutes=1)
HEADERS = ("event_header", "delivery_header", "signature_header")


def lacks(provider: Provider, root: Path) -> list[str]:
    """What is missing of a provider whose files stand under `root`, each as a sentence that names the place."""
    return [*_files(provider, root), *_settings(provider), *_explained(provider, root), *_contract(provider)]


def with_lists(provider: Provider, *items: str) -> override_settings:
    """The settings with `items` in each list among a provider's: its packages, say, or the addresses of its feeds."""
    lists = [name for name in provider.settings if isinstance(getattr(settings, name, None), list)]
    return override_settings(**{name: list(items) for name in lists})


def _files(provider: Provider, root: Path) -> Iterator[str]:
    slug = provider.slug
    places = (f"integrations/providers/{slug}.py", f"integrations/providers/{slug}/__init__.py")
    if not any((root / place).is_file() for place in places):
        yield f"no {places[0]}"
    if not list((root / "integrations" / "tests").glob(f"test_{slug}*.py")):
        yield f"no integrations/tests/test_{slug}.py"
    if not (root / provider.docs).is_file():
        yield f"no {provider.docs}"


def _settings(provider: Provider) -> Iterator[str]:
    prefix = provider.slug.upper()
    limits = [] if provider.local else [f"{prefix}_RATE_LIMIT", f"{prefix}_BURST"]
    for name in (f"ENABLE_{prefix}_INTEGRATION", *limits):
        if name not in provider.settings:
            yield f"{name} is not among {type(provider).__name__}.settings"
    for name in provider.settings:
        if not hasattr(settings, name):
            yield f"{name} is not in settings.py"
    ours = set(dir(settings)) - set(dir(global_settings))  # which have X_FRAME_OPTIONS
    named = {name for name in ours if name.startswith((f"{prefix}_", f"ENABLE_{prefix}_"))}
    for name in sorted(named - set(provider.settings)):
        yield f"{name} is in settings.py, but not among {type(provider).__name__}.settings"


def _explained(provider: Provider, root: Path) -> Iterator[str]:
    lines = (root / ".env.example").read_text().splitlines()
    for name in provider.settings:
        places = [place for place, line in enumerate(lines) if re.fullmatch(rf"#?{name}=.*", line)]
        if len(places) != 1:
            yield f"{name} stands {len(places)} times in .env.example"
        elif not lines[places[0] - 1].startswith("# "):
            yield f"{name} has no word on it in .env.example"


def _contract(provider: Provider) -> Iterator[str]:
    if not getattr(provider, "gives", ""):
        yield "no `gives`"
    every = getattr(provider, "every", None)
    if not isinstance(every, timedelta) or every < A_MINUTE or every % A_MINUTE:
        yield "no `every` of whole minutes"
    with with_lists(provider, f"https://{provider.slug}.example"):
        samples = provider.samples(timezone.now())
    if not samples and not provider.local:
        yield "no `samples`"
    if missing := provider.missing(Connection()):
        said = " ".join(need.title + need.detail for need in provider.needs(Connection()))
        if provider.docs not in said and not any(name in said for name in provider.settings):
            yield f"`needs` does not say how to connect it (it is without {missing})"
    if isinstance(provider, HookProvider):
        headers = HEADERS if provider.event_header or provider.delivery_header else ("signature_header",)
        yield from (f"no `{name}`" for name in headers if not getattr(provider, name, ""))
        if provider.hook_settings not in provider.settings:
            yield f"{provider.hook_settings} is not among {type(provider).__name__}.settings"
