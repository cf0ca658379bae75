"""What the environment asks for and cannot be had is said in one sentence, before anything is started."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from collections.abc import Iterable

    from environ import Env

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


def site_url(said: str) -> str:
    """The address without a slash at its end. Raises `ImproperlyConfigured` for what is more or less than an origin."""
    url = urlsplit(said)
    if url.scheme not in ("http", "https") or not url.hostname:
        raise ImproperlyConfigured(f"SITE_URL={said} is no address such as https://garden.example.org.")
    if url.path.strip("/") or url.query or url.fragment:
        raise ImproperlyConfigured(
            f"SITE_URL={said} has a path, and the greenhouse answers at the root of a host alone: give it a host name "
            f"of its own, or leave the path out ({url.scheme}://{url.netloc})."
        )
    return said.rstrip("/")


def networks(said: Iterable[str]) -> list[IPv4Network | IPv6Network]:
    """The networks, a single address being one of its own. Raises `ImproperlyConfigured` for what is none."""
    try:
        return [ip_network(one.strip(), strict=False) for one in said if one.strip()]
    except ValueError as error:
        raise ImproperlyConfigured(
            f"OUTGOING_ALLOWED_NETWORKS: {error}. Write networks such as 192.168.1.0/24, separated by commas."
        ) from error


def time_zone(name: str) -> str:
    """The name. Raises `ImproperlyConfigured` where no such zone is known."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ImproperlyConfigured(
            f"TIME_ZONE={name} is no time zone. Write one as the list at "
            "https://en.wikipedia.org/wiki/List_of_tz_database_time_zones has it, such as Europe/Berlin."
        ) from error
    return name


def log_level(env: Env, name: str, default: str) -> str:
    """The level that `name` says in the environment, or `default`. Raises `ImproperlyConfigured` for what is none."""
    level: str = env.str(name, "").upper() or default
    if level not in LOG_LEVELS:
        raise ImproperlyConfigured(f"{name}={level} is no level. Write one of {', '.join(LOG_LEVELS)}.")
    return level
