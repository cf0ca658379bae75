"""Who made a commit: a person, a bot, or a person with an agent. Pure; names and addresses go in, words come out.

Addresses are read here and nowhere kept: what stays of one is `author_key`.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

# Names under which services commit by themselves. Whatever ends in `[bot]` is one, too: GitHub's apps do.
BOTS: Final = frozenset(
    {
        "actions-user",
        "all-contributors",
        "allcontributors",
        "bors",
        "circleci",
        "dependabot",
        "dependabot-preview",
        "depfu",
        "github action",
        "github actions",
        "github-actions",
        "gitlab-bot",
        "greenkeeper",
        "hosted weblate",
        "imgbot",
        "imgbotapp",
        "mend renovate",
        "mergify",
        "pre-commit-ci",
        "pre-commit.ci",
        "pyup-bot",
        "pyup.io bot",
        "release-please",
        "renovate",
        "renovate bot",
        "renovate-bot",
        "scala-steward",
        "semantic-release-bot",
        "snyk-bot",
        "travis ci",
        "travis-ci",
        "whitesource renovate",
    }
)
BOT_ADDRESSES: Final = frozenset(
    {
        "action@github.com",
        "actions@github.com",
        "bot@renovateapp.com",
        "github-actions@github.com",
        "support@dependabot.com",
    }
)
# Programs that write code for somebody. Those in the second list are also people's names: where an address is known,
# it decides.
AGENTS: Final = frozenset(
    {
        "aider",
        "chatgpt-codex-connector",
        "claude code",
        "codex",
        "copilot",
        "copilot-swe-agent",
        "cursor",
        "cursor agent",
        "cursoragent",
        "devin ai",
        "devin-ai-integration",
        "gemini cli",
        "gemini-code-assist",
        "github copilot",
        "google-labs-jules",
        "openai codex",
        "openhands",
        "opencode",
    }
)
AGENTS_OR_PEOPLE: Final = frozenset({"claude", "devin", "gemini", "jules"})
AGENT_ADDRESSES: Final = frozenset(
    {
        "aider@aider.chat",
        "codex@openai.com",
        "copilot@github.com",
        "cursoragent@cursor.com",
        "devin@cognition.ai",
        "noreply@aider.chat",
        "noreply@anthropic.com",
        "noreply@openai.com",
        "openhands@all-hands.dev",
    }
)
NOREPLY: Final = "users.noreply.github.com"
_BOT: Final = "[bot]"
_WITH_AIDER: Final = " (aider)"  # what aider adds to the name of whoever runs it
_MODEL: Final = re.compile(r"(claude (opus|sonnet|haiku|fable)|gemini \d|gpt-\d|aider \().*")  # agents that say which
_TRAILER: Final = re.compile(r"^[ \t]*co-authored-by:[ \t]*(\S.*)$", re.IGNORECASE | re.MULTILINE)
KEY_LENGTH: Final = 32  # hexadecimal digits kept of a hash: no two addresses of one garden share them


def normalized(address: str) -> str:
    """An address as it is compared: GitHub puts an account's number before the login in some of its own."""
    plain = address.strip().strip("<>").lower()
    local, at, host = plain.rpartition("@")
    return f"{local.rpartition('+')[2]}{at}{host}" if host == NOREPLY else plain


def author_key(address: str, secret: str) -> str:
    """What is kept of an author's address: a keyed hash, empty where there is none."""
    return _hashed(normalized(address), secret) if "@" in address else ""


@lru_cache(maxsize=4096)  # a history names the same few people thousands of times
def _hashed(address: str, secret: str) -> str:
    return hmac.digest(secret.encode(), address.encode("utf-8", "replace"), hashlib.sha256).hex()[:KEY_LENGTH]


def masked(address: str) -> str:
    """An address that its owner recognises and nobody else can write to: `a…@example.org`."""
    local, _, host = normalized(address).rpartition("@")
    return f"{local[:1]}…@{host}"


def co_authors_in(message: str) -> tuple[str, ...]:
    """The values of the `Co-authored-by` trailers of a commit message."""
    return tuple(_TRAILER.findall(message)) if "-" in message else ()


@lru_cache(maxsize=4096)
def is_agent(name: str, address: str = "") -> bool:
    """Whether a name, and an address where one is known, is of a program that writes code for somebody."""
    name, address = name.strip().lower().removesuffix(_BOT), normalized(address)
    if address in AGENT_ADDRESSES:
        return True
    local, _, host = address.rpartition("@")
    if host == NOREPLY and local.removesuffix(_BOT) in AGENTS | AGENTS_OR_PEOPLE and (_BOT in local or local in AGENTS):
        return True
    return name in AGENTS or bool(_MODEL.fullmatch(name)) or (name in AGENTS_OR_PEOPLE and not address)


@lru_cache(maxsize=4096)
def is_bot(name: str, address: str = "") -> bool:
    """Whether a name, and an address where one is known, is of a service that commits by itself."""
    name, address = name.strip().lower(), normalized(address)
    if is_agent(name, address):
        return False
    return name.endswith(_BOT) or name in BOTS or address in BOT_ADDRESSES or address.endswith(f"{_BOT}@{NOREPLY}")


def without_tool(name: str) -> tuple[str, bool]:
    """A person's name without the tool that some agents add to it, and whether one did."""
    plain = name.removesuffix(_WITH_AIDER)
    return plain, plain != name


def people(co_authors: Iterable[str]) -> list[tuple[str, str]]:
    """The name and address of each value of a trailer."""
    return [_person(one.strip()) for one in co_authors]


def _person(said: str) -> tuple[str, str]:
    name, _, rest = said.partition("<")
    address, end, _ = rest.partition(">")
    return (name.strip(), address) if end and "<" not in address else (said, "")
