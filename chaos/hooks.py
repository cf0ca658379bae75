"""Deliveries as GitHub sends them to a greenhouse."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING

from chaos.attack import PATIENCE, ask

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.running import Greenhouse

OWNER = "ada"
SECRET = "between the two of us"  # noqa: S105 - of a greenhouse that lives a minute
HOOK = "/api/v1/integrations/github/webhook/"
NOON = "2026-01-10T12:00:00Z"


def push(
    commits: Sequence[str], *, updated_at: str = NOON, description: str = "", touched: Sequence[str] = ()
) -> bytes:
    """A push of commits, by their SHA, to the one repository there is, as it was at that time.

    Each of them touched the same files.
    """
    owner = {"login": OWNER, "id": 5}
    repository = {
        "id": 7, "name": "engine", "full_name": f"{OWNER}/engine", "owner": owner, "private": False, "fork": False,
        "html_url": f"https://github.com/{OWNER}/engine", "description": description, "default_branch": "main",
        "language": "Python", "created_at": 1_704_103_200, "pushed_at": 1_704_103_200, "updated_at": updated_at,
        "topics": [], "stargazers_count": 0, "forks_count": 0, "open_issues_count": 0, "size": 1, "archived": False,
        "visibility": "public", "homepage": "",
    }  # fmt: skip
    author = {"name": "Ada", "email": "ada@example.org"}
    return json.dumps(
        {
            "ref": "refs/heads/main",
            "commits": [
                {"id": sha, "message": "Divide by zero", "timestamp": NOON, "distinct": True, "author": author}
                | ({"modified": touched} if touched else {})
                for sha in commits
            ],
            "pusher": {"name": OWNER},
            "sender": owner,
            "deleted": False,
            "repository": repository,
        }
    ).encode()


def signed(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def headers_of(signature: str, number: str) -> dict[str, str]:
    """Of a delivery with this number; without a signature where it is empty."""
    headers = {
        "Content-Type": "application/json",
        "X-GitHub-Event": "push",
        "X-GitHub-Delivery": number,
        "X-Hub-Signature-256": signature,
    }
    return {name: value for name, value in headers.items() if value}


def deliver(garden: Greenhouse, body: bytes, signature: str, number: str, *, timeout: float = PATIENCE) -> int:
    return ask(garden, "POST", HOOK, body, headers_of(signature, number), timeout=timeout)
