"""An answer is read until a moment and no longer, its head as well: a byte now and then holds nobody up.

Timeouts of `requests` are those between two bytes, which a service that drips its head stays below for hours.
"""

from __future__ import annotations

import http.client
import io
import time
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping

    from _typeshed import WriteableBuffer
    from urllib3 import PoolManager


class _Hurried(io.RawIOBase):
    def __init__(self, raw: io.RawIOBase, sock: socket.socket, deadline: float) -> None:
        self._raw, self._sock, self._deadline = raw, sock, deadline
        self._between = sock.gettimeout()  # seconds between two bytes; none: no limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer took too long as a whole")
        self._sock.settimeout(left if self._between is None else min(left, self._between))
        try:
            return self._raw.readinto(buffer)
        finally:
            self._sock.settimeout(self._between)

    def close(self) -> None:
        self._raw.close()
        super().close()


def hurried(file: io.BufferedReader, sock: socket.socket, *, deadline: float) -> io.BufferedReader:
    """The file of a socket, whose reads raise `TimeoutError` from `deadline` on, a moment of the monotonic clock."""
    return io.BufferedReader(_Hurried(file.detach(), sock, deadline))


class _HurriedResponse(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *arguments: Any, within: float, **named: Any) -> None:
        super().__init__(sock, *arguments, **named)
        self.fp = hurried(self.fp, sock, deadline=time.monotonic() + within)


class _Bounded:
    """What both kinds of connections share: how long their answers may take, in seconds."""

    def __init__(self, *arguments: Any, within: float, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.response_class: Any = partial(_HurriedResponse, within=within)


class PlainConnection(_Bounded, HTTPConnection):
    pass


class SecureConnection(_Bounded, HTTPSConnection):
    pass


class PlainPool(HTTPConnectionPool):
    ConnectionCls = PlainConnection


class SecurePool(HTTPSConnectionPool):
    ConnectionCls = SecureConnection


class BoundedAdapter(HTTPAdapter):
    """Sends requests whose answers are read within so many seconds; one that takes longer raises as a timeout does."""

    pools: ClassVar[Mapping[str, type[HTTPConnectionPool]]] = {"http": PlainPool, "https": SecurePool}

    def __init__(self, within: float) -> None:
        self._within = within
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self._bind(self.poolmanager)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> PoolManager:
        manager: PoolManager = super().proxy_manager_for(*args, **kwargs)
        self._bind(manager)
        return manager

    def _bind(self, manager: PoolManager) -> None:
        bound: dict[str, Any] = {scheme: partial(pool, within=self._within) for scheme, pool in self.pools.items()}
        manager.pool_classes_by_scheme = bound
