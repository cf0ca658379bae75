"""Every source asked once: whether it answers, and what it brings or would bring. Nothing is kept of the answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from integrations import connections, registry, sync
from integrations.problems import Problem
from integrations.providers.base import HookOnly, HookProvider

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integrations.providers.base import Provider


class Outcome(StrEnum):
    """How it went."""

    WORKS = "works"
    NOT_SET = "not set"
    OFF = "off"
    FAILS = "fails"


@dataclass(frozen=True, slots=True)
class Trial:
    """One source, asked."""

    provider: Provider
    outcome: Outcome
    said: str  # in a sentence
    fix: str = ""
    code: str = ""  # of what failed, a word for programs
    hook: bool | None = None  # whether its deliveries are let in; `None` where it never calls


def trials(*slugs: str) -> Iterator[Trial]:
    """The sources of these names, all of them without any, each asked while it is read."""
    for provider in registry.PROVIDERS:
        if not slugs or provider.slug in slugs:
            yield _trial(provider)


def _trial(provider: Provider) -> Trial:
    hook = bool(connections.hook_secret(provider)) if isinstance(provider, HookProvider) else None
    if not connections.enabled(provider):
        off = sync.switched_off(provider)
        return Trial(provider, Outcome.OFF, off.message, off.fix, off.code, hook)
    try:
        return Trial(provider, Outcome.WORKS, sync.check(provider), hook=hook)
    except Problem as problem:
        outcome = Outcome.NOT_SET if problem.code == "not_configured" else Outcome.FAILS
        said = f"{provider.label} does not call yet." if isinstance(provider, HookOnly) else problem.message
        return Trial(provider, outcome, said, problem.fix, problem.code, hook)
