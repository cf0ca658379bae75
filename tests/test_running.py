from __future__ import annotations

import socket

import pytest

from tests.running import free_port


def test_a_free_port_is_a_servers_to_have_and_nobody_elses() -> None:
    port = free_port()
    with socket.socket() as anybody, pytest.raises(OSError, match="in use"):
        anybody.bind(("127.0.0.1", port))
    with socket.create_server(("127.0.0.1", port)) as server:  # with SO_REUSEADDR
        assert server.getsockname()[1] == port
