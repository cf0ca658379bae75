"""The address that a request comes from. It is looked at, never stored."""

from __future__ import annotations

from functools import cache
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    from asgiref.typing import HTTPScope, WebSocketScope
    from django.http import HttpRequest


def client_address(peer: str, forwarded_for: str) -> str:
    """The address that a request is counted under.

    `X-Forwarded-For` is believed only as far as it was written by `TRUSTED_PROXIES`, read from the right.
    """
    address = peer
    hops = [hop.strip() for hop in forwarded_for.split(",") if hop.strip()]
    while hops and is_trusted_proxy(address):
        address = _without_port(hops.pop())
    return address


def _without_port(hop: str) -> str:
    """Some proxies write the port behind an address: `192.0.2.1:4711`, `[2001:db8::1]:4711`."""
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop


def address_of(request: HttpRequest) -> str:
    """`client_address` of a Django request."""
    return client_address(request.META.get("REMOTE_ADDR") or "", request.META.get("HTTP_X_FORWARDED_FOR", ""))


def address_of_scope(scope: HTTPScope | WebSocketScope) -> str:
    """`client_address` of an ASGI connection."""
    peer, _port = scope.get("client") or ("", None)
    forwarded = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
    return client_address(peer, b",".join(forwarded).decode("latin-1")) if forwarded else peer


@cache
def _trusted_networks() -> tuple[Any, ...]:
    return tuple(ip_network(proxy, strict=False) for proxy in settings.TRUSTED_PROXIES)


def is_trusted_proxy(address: str) -> bool:
    """Whether `address` is one of `TRUSTED_PROXIES`."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in _trusted_networks())
