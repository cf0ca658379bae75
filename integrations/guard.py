"""Addresses that came from people or feeds lead to the open internet only: looked at when a connection is made.

A name is looked up once, and the very address that was looked at is connected to, so that a name which answers
otherwise the second time, a redirect and an odd spelling of an address change nothing. Proxies of the environment are
left aside: they would look names up themselves, out of sight.
"""

from __future__ import annotations

import ipaddress
import socket
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from django.conf import settings
from urllib3.exceptions import ConnectTimeoutError, LocationParseError, NameResolutionError, NewConnectionError
from urllib3.util.connection import allowed_gai_family, create_connection

from common.text import storable
from integrations.deadline import BoundedAdapter, PlainConnection, PlainPool, SecureConnection, SecurePool
from integrations.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    import requests

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

UNICAST: Final = ipaddress.IPv6Network("2000::/3")  # all of IPv6 that is routed in the open
NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")  # an address of IPv4 in its last 32 bits
# Within what Python calls global: relays of 6to4, protocols' own, and examples.
NOT_OPEN: Final = tuple(map(ipaddress.ip_network, ("192.88.99.0/24", "192.0.0.0/24", "2001::/23", "3fff::/20")))


def is_open(address: Address) -> bool:
    """Whether an address is one of the open internet. One of IPv6 that stands for one of IPv4 is judged by that."""
    if isinstance(address, ipaddress.IPv6Address):
        if (inner := _inner(address)) is not None:
            return is_open(inner)
        if address not in UNICAST:
            return False
    return address.is_global and not address.is_multicast and not any(_within(address, one) for one in NOT_OPEN)


def _inner(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The address of IPv4 that one of IPv6 stands for, in the forms that networks turn back: mapped, 6to4, NAT64."""
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def _within(address: Address, network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    return address.version == network.version and address in network


def may_be_asked(address: Address) -> bool:
    """Whether an address is open, or in a network that the owner lets in."""
    spelled = _inner(address) if isinstance(address, ipaddress.IPv6Address) else None
    return is_open(address) or any(
        _within(one, network)
        for network in settings.OUTGOING_ALLOWED_NETWORKS
        for one in (address, spelled)
        if one is not None
    )


def connect(host: str, port: int, **how: Any) -> socket.socket:
    """A connection to the first address of a host that may be asked and answers.

    Raises `Problem` where none of them may be asked, and `OSError` where the host is not known or none answers.
    """
    found = socket.getaddrinfo(host.strip("[]"), port, allowed_gai_family(), socket.SOCK_STREAM)
    addresses = dict.fromkeys(str(place[0]).partition("%")[0] for *_, place in found)
    open_ones = [one for one in addresses if may_be_asked(ipaddress.ip_address(one))]
    if not open_ones:
        raise Problem(
            "private_address",
            f"{storable(host, 100)} is not in the open internet, and was not asked.",
            fix="If it is a machine of your own, name its network in OUTGOING_ALLOWED_NETWORKS.",
        )
    failed: OSError | None = None
    for one in open_ones:
        try:
            return create_connection((one, port), **how)  # an address is not looked up again
        except OSError as error:
            failed = error
    raise failed or OSError("no address")


class _Guarded:
    """What both kinds of connections share: how they open."""

    def _new_conn(self: Any) -> socket.socket:
        try:
            return connect(
                self._dns_host,
                self.port,
                timeout=self.timeout,
                source_address=self.source_address,
                socket_options=self.socket_options,
            )
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(self, f"no connection within {self.timeout} s") from error
        except (OSError, UnicodeError, LocationParseError) as error:
            raise NewConnectionError(self, f"no connection: {error}") from error


class _PlainConnection(_Guarded, PlainConnection):
    pass


class _SecureConnection(_Guarded, SecureConnection):
    pass


class _PlainPool(PlainPool):
    ConnectionCls = _PlainConnection


class _SecurePool(SecurePool):
    ConnectionCls = _SecureConnection


class GuardedAdapter(BoundedAdapter):
    """Sends requests to the open internet, and to the networks that the owner lets in."""

    pools = MappingProxyType({"http": _PlainPool, "https": _SecurePool})

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: bool | str = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        return super().send(request, stream=stream, timeout=timeout, verify=verify, cert=cert)
