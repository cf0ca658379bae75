"""A small account as GitHub would show it, for a garden without network. Dates move with `now`, the rest never does."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any, Final

OWNER: Final = "octocat"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MESSAGES: Final = ("Say what went wrong", "Simplify the first screen", "Test what broke", "Faster start", "Tidy names")
# name, description, languages in bytes, topics, stars, age in days, days between commits, commits, releases
_REPOSITORIES: Final[tuple[tuple[str, str, dict[str, int], list[str], int, int, int, int, tuple[str, ...]], ...]] = (
    (
        "lighthouse",
        "Watches a handful of servers and says which one is down.",
        {"Python": 184_000, "Shell": 6_200, "Dockerfile": 900},
        ["monitoring", "self-hosted"],
        212,
        1400,
        9,
        140,
        ("v1.0", "v1.1", "v2.0"),
    ),
    (
        "pocket-herbarium",
        "Names a plant from a photograph, on the phone and without a network.",
        {"TypeScript": 96_000, "Rust": 41_000, "CSS": 8_000},
        ["pwa", "plants"],
        37,
        320,
        4,
        70,
        ("v0.3",),
    ),
    ("kitchen-timer", "Counts down in the menu bar.", {"Swift": 12_500}, [], 2, 21, 3, 6, ()),
)


def answers(now: datetime) -> dict[str, Any]:
    """Bodies by path."""
    found: dict[str, Any] = {
        "/user": {"login": OWNER, "public_repos": len(_REPOSITORIES)},
        f"/users/{OWNER}": {"login": OWNER, "public_repos": len(_REPOSITORIES)},
        f"/users/{OWNER}/repos": [],
        f"/users/{OWNER}/orgs": [],
        "/rate_limit": {"resources": {"core": {"limit": 60, "remaining": 60, "reset": int(now.timestamp()) + 3600}}},
    }
    for number, (name, description, languages, topics, stars, age, every, commits, tags) in enumerate(_REPOSITORIES):
        root, created = f"/repos/{OWNER}/{name}", now - timedelta(days=age)
        found[f"/users/{OWNER}/repos"].append(
            {
                "id": 900_000_001 + number,
                "name": name,
                "full_name": f"{OWNER}/{name}",
                "owner": {"login": OWNER},
                "private": False,
                "fork": False,
                "archived": False,
                "description": description,
                "homepage": "",
                "language": next(iter(languages)),
                "size": sum(languages.values()) // 1024,
                "topics": topics,
                "stargazers_count": stars,
                "forks_count": stars // 12,
                "default_branch": "main",
                "created_at": _iso(created),
                "updated_at": _iso(now),
                "pushed_at": _iso(now),
            }
        )
        found[f"{root}/languages"] = languages
        found[f"{root}/readme"] = {"encoding": "base64", "content": b64encode(_readme(name, description)).decode()}
        found[f"{root}/commits"] = [
            _commit(name, day) for day in range(_day(now) // every * every, _day(now) - every * commits, -every)
        ]
        found[f"{root}/releases"] = [
            {
                "tag_name": tag,
                "name": f"{name} {tag}",
                "draft": False,
                "author": {"login": OWNER},
                "html_url": f"https://github.com/{OWNER}/{name}/releases/tag/{tag}",
                "published_at": _iso(created + timedelta(days=age * (place + 1) / (len(tags) + 1))),
            }
            for place, tag in enumerate(tags)
        ]
    return found


def _commit(name: str, day: int) -> dict[str, Any]:
    sha = hashlib.sha1(f"{name} {day}".encode(), usedforsecurity=False).hexdigest()
    changes = 5 + int(sha[:2], 16)
    at = _EPOCH + timedelta(days=day, hours=int(sha[2], 16))
    return {
        "sha": sha,
        "commit": {"message": _MESSAGES[day % len(_MESSAGES)], "author": {"name": OWNER, "date": _iso(at)}},
        "parents": [{"sha": "0" * 40}],
        "stats": {"additions": changes, "deletions": changes // 3},
    }


def _readme(name: str, description: str) -> bytes:
    return f"# {name}\n\n{description}\n\nInstall it, and look at what it can do:\n\n    {name} --help\n".encode()


def _day(at: datetime) -> int:
    """Days since 1970, so that yesterday's commits are the same tomorrow."""
    return (at - _EPOCH).days


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
