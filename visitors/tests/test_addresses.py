from __future__ import annotations

from typing import Any

import pytest

from visitors import addresses


@pytest.fixture
def _trusting(settings: Any) -> Any:
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    addresses._trusted_networks.cache_clear()
    yield
    addresses._trusted_networks.cache_clear()


def test_without_trusted_proxies_the_peer_is_the_client() -> None:
    assert addresses.client_address("8.8.8.8", "1.1.1.1, 2.2.2.2") == "8.8.8.8"


@pytest.mark.usefixtures("_trusting")
def test_a_trusted_proxy_is_believed_about_the_last_hop_only() -> None:
    assert addresses.client_address("10.0.0.1", "6.6.6.6, 1.1.1.1") == "1.1.1.1"
    assert addresses.client_address("10.0.0.1", "6.6.6.6, 1.1.1.1, 10.2.2.2") == "1.1.1.1"
    assert addresses.client_address("9.9.9.9", "1.1.1.1") == "9.9.9.9"


@pytest.mark.usefixtures("_trusting")
def test_nonsense_in_the_header_is_counted_as_it_stands() -> None:
    assert addresses.client_address("10.0.0.1", "<script>") == "<script>"


@pytest.mark.usefixtures("_trusting")
@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("192.0.2.1:4711", "192.0.2.1"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("192.0.2.1:4711, 10.2.2.2:80", "192.0.2.1"),
    ],
)
def test_a_port_behind_an_address_makes_nobody_another_client(written: str, address: str) -> None:
    assert addresses.client_address("10.0.0.1", written) == address
