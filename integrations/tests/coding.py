"""What the tests of coding time share: a day at work, and a client that shows a key."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.test import Client

KEY = "00000000-0000-4000-8000-000000000000"
HOME = "/api/v1/integrations/wakatime/users/current/"
NOW = datetime(2026, 6, 3, 12, 0, tzinfo=UTC)
AGENT = "wakatime/v1.98.1 (linux) go1.22 vscode/1.90.0 vscode-wakatime/24.5.0"


def basic(key: str = KEY) -> str:
    return "Basic " + base64.b64encode(key.encode()).decode()


def heartbeat(minutes_ago: float, project: str | None = "engine", **more: Any) -> dict[str, Any]:
    return {
        "time": (NOW - timedelta(minutes=minutes_ago)).timestamp(),
        "entity": "/home/ada/engine/main.py",
        "type": "file",
        "project": project,
        "language": "Python",
        **more,
    }


def send(client: Client, items: Any, path: str = "heartbeats.bulk", **headers: str) -> Any:
    sent = {"Authorization": basic(), "User-Agent": AGENT, "X-Machine-Name": "adas-laptop", **headers}
    return client.post(f"{HOME}{path}", items, content_type="application/json", headers=sent)
