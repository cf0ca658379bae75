"""Addresses that people and feeds give: the open internet, and nothing behind the wall."""

from __future__ import annotations

import socket
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any

import pytest

from integrations import guard
from integrations.http import Door
from integrations.problems import Problem
from integrations.tests.github_stub import Reply, Stub, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

pytestmark = pytest.mark.django_db
LOOPBACK = [ip_network("127.0.0.0/8")]


def door(*addresses: str, base_url: str = "") -> Door:
    """A door to addresses that people gave."""
    return Door(
        provider="feeds",
        label="Feeds",
        base_url=base_url,
        elsewhere=addresses,
        headers={"Authorization": "Bearer secret"},
        per_minute=10_000,
        sleep=lambda _seconds: None,
    )


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[list[str]]]:
    """What names lead to: for each a list of answers, one a lookup, of which the last stays."""
    known: dict[str, list[list[str]]] = {}
    real = socket.getaddrinfo

    def look_up(host: Any, port: Any, *rest: Any, **more: Any) -> Any:
        if host not in known:
            return real(host, port, *rest, **more)
        answers = known[host]
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [place for one in found for place in real(one, port, *rest, **more)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.9.9.9",
        "0.0.0.0",  # noqa: S104
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:0:127.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "2001::1",
        "2001:db8::1",
        "3fff::1",
        "5f00::1",
        "100::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ],
)
def test_what_is_not_in_the_open_internet_is_refused(address: str) -> None:
    assert not guard.is_open(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "93.184.215.14",
        "100.63.0.1",
        "2606:4700::1111",
        "::ffff:1.1.1.1",
        "64:ff9b::101:101",
        "2002:101:101::1",
    ],
)
def test_what_is_there_may_be_asked_also_through_a_network_of_ipv6_alone(address: str) -> None:
    assert guard.is_open(ip_address(address))


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "[::1]", "localhost", "0x7f.1", "2130706433", "0177.0.0.1", "127.1", "0.0.0.0"),  # noqa: S104
        *("[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::]", "169.254.169.254", "[64:ff9b::7f00:1]", "[2002:7f00:1::]"),
    ],
)
def test_no_spelling_of_an_own_machine_is_connected_to(stub: Stub, host: str) -> None:
    stub.on("/feed", Reply([]))
    address = f"http://{host}:{stub.url.rpartition(':')[2]}/feed"
    with pytest.raises(Problem) as refused:
        door(address).get(address)
    assert refused.value.code == "private_address"
    assert "OUTGOING_ALLOWED_NETWORKS" in refused.value.fix
    assert stub.requests == []


def test_a_name_that_leads_to_an_own_machine_is_refused(stub: Stub, names: dict[str, list[list[str]]]) -> None:
    names["feeds.example"] = [["10.0.0.5", "127.0.0.1"]]
    address = f"http://feeds.example:{stub.url.rpartition(':')[2]}/feed"
    with pytest.raises(Problem, match=r"feeds\.example is not in the open internet"):
        door(address).get(address)
    assert stub.requests == []


def test_a_name_that_answers_otherwise_the_second_time_gains_nothing(
    stub: Stub, names: dict[str, list[list[str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    def create_connection(address: tuple[str, int], **_how: Any) -> socket.socket:
        tried.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(guard, "create_connection", create_connection)
    names["feeds.example"] = [["93.184.215.14"], ["127.0.0.1"], ["127.0.0.1"]]
    address = f"http://feeds.example:{stub.url.rpartition(':')[2]}/feed"
    with pytest.raises(Problem) as refused:
        door(address).get(address)
    assert refused.value.code == "private_address"  # at the second attempt; the first went where it was looked
    assert tried == ["93.184.215.14"]
    assert stub.requests == []


def test_of_several_addresses_only_the_open_ones_are_tried(
    names: dict[str, list[list[str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    def create_connection(address: tuple[str, int], **_how: Any) -> socket.socket:
        tried.append(address[0])
        raise OSError("unreachable")

    monkeypatch.setattr(guard, "create_connection", create_connection)
    names["feeds.example"] = [["2606:4700::1111", "127.0.0.1", "1.1.1.1", "1.1.1.1"]]
    with pytest.raises(OSError, match="unreachable"):
        guard.connect("feeds.example", 80)
    assert tried == ["2606:4700::1111", "1.1.1.1"]


@pytest.fixture
def inside(stub: Stub) -> Iterator[Stub]:
    """A second server, on another port of this machine."""
    with serving() as other:
        other.on("/feed", Reply({"inside": True}))
        yield other


@pytest.mark.parametrize("to", ["10.0.0.1", "[::1]:1", "169.254.169.254", "localhost.localdomain"])
def test_a_redirect_into_the_own_network_is_refused(
    settings: Settings, stub: Stub, names: dict[str, list[list[str]]], to: str
) -> None:
    settings.OUTGOING_ALLOWED_NETWORKS = [ip_network("127.0.0.1")]
    names["localhost.localdomain"] = [["127.0.0.2"]]
    stub.on("/feed", Reply({}, 302, {"Location": f"http://{to}/feed"}))
    with pytest.raises(Problem) as refused:
        door(f"{stub.url}/feed").get(f"{stub.url}/feed")
    assert refused.value.code == "private_address"


def test_a_redirect_to_another_open_host_is_followed_without_credentials(
    settings: Settings, stub: Stub, inside: Stub
) -> None:
    settings.OUTGOING_ALLOWED_NETWORKS = LOOPBACK
    stub.on("/feed", Reply({}, 301, {"Location": f"{inside.url}/feed"}))
    assert door(f"{stub.url}/feed").get(f"{stub.url}/feed").data == {"inside": True}
    assert "authorization" not in {**stub.requests[0].headers, **inside.requests[0].headers}


@pytest.mark.parametrize("to", ["file:///etc/passwd", "gopher://127.0.0.1/", "//", "http://"])
def test_a_redirect_to_no_page_at_all_is_refused(settings: Settings, stub: Stub, to: str) -> None:
    settings.OUTGOING_ALLOWED_NETWORKS = LOOPBACK
    stub.on("/feed", Reply({}, 302, {"Location": to}))
    with pytest.raises(Problem):
        door(f"{stub.url}/feed").get(f"{stub.url}/feed")


def test_a_feed_leads_to_no_service_that_would_be_given_the_owners_key(
    settings: Settings, stub: Stub, inside: Stub
) -> None:
    settings.OUTGOING_ALLOWED_NETWORKS = LOOPBACK
    stub.on("/feed", Reply({}, 302, {"Location": f"{inside.url}/feed"}))
    with pytest.raises(Problem, match="another host"):
        door(f"{stub.url}/feed", base_url=f"{inside.url}/api").get(f"{stub.url}/feed")
    assert inside.requests == []


def test_a_network_that_the_owner_names_may_be_asked(settings: Settings, stub: Stub) -> None:
    settings.OUTGOING_ALLOWED_NETWORKS = [ip_network("127.0.0.1/32")]
    stub.on("/feed", Reply([1]))
    assert door(f"{stub.url}/feed").get(f"{stub.url}/feed").data == [1]


def test_the_address_of_a_service_is_asked_as_it_is(stub: Stub) -> None:
    stub.on("/user", Reply({}))
    assert door(base_url=stub.url).get("/user").status == 200


def test_a_proxy_of_the_environment_does_not_look_names_up_in_its_place(
    settings: Settings, stub: Stub, inside: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.OUTGOING_ALLOWED_NETWORKS = [ip_network("127.0.0.1")]
    monkeypatch.setenv("HTTP_PROXY", inside.url)
    monkeypatch.setenv("http_proxy", inside.url)
    stub.on("/feed", Reply([1]))
    assert door(f"{stub.url}/feed").get(f"{stub.url}/feed").data == [1]
    assert inside.requests == []
