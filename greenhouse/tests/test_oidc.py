"""Signing in by another service, against one on loopback that speaks OpenID Connect."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from greenhouse.web import signin_ways
from integrations.tests.github_stub import Reply, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

    from integrations.tests.github_stub import Stub

pytestmark = pytest.mark.django_db
BEGIN, BACK = "/admin/login/oidc/", "/admin/login/oidc/callback/"


@cache
def key(name: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Service:
    """Whom it says that it is, and by which key."""

    stub: Stub
    claims: dict[str, Any] = field(default_factory=dict)
    signed_by: str = "its own"
    algorithm: str = "RS256"
    nonce: str = ""  # of the newest attempt

    def token(self) -> str:
        now = int(time.time())
        base = {"iss": self.stub.url, "aud": "garden", "sub": "7", "iat": now, "exp": now + 60, "nonce": self.nonce}
        secret: Any = key(self.signed_by) if self.algorithm == "RS256" else "secret" * 8
        return jwt.encode({**base, **self.claims}, secret, self.algorithm, headers={"kid": "1"})

    def answer(self, _request: Any) -> Reply:
        return Reply({"access_token": "a", "token_type": "Bearer", "id_token": self.token()})


@pytest.fixture
def service(settings: Settings) -> Iterator[Service]:
    """One that lets subject 7 and a mail of Ann's in."""
    with serving() as stub:
        settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = stub.url, "garden", "s"
        settings.OIDC_ALLOWED = {"7": "admin", "ann@example.com": "ann"}
        stub.on(
            "/.well-known/openid-configuration",
            Reply(
                {
                    "issuer": stub.url,
                    "authorization_endpoint": f"{stub.url}/authorize",
                    "token_endpoint": f"{stub.url}/token",
                    "jwks_uri": f"{stub.url}/keys",
                }
            ),
        )
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key("its own").public_key()))
        stub.on("/keys", Reply({"keys": [{**public, "kid": "1", "alg": "RS256", "use": "sig"}]}))
        service = Service(stub)
        stub.routes["/token"] = service.answer
        yield service


def begin(client: Client, service: Service, **query: str) -> str:
    """The state that the browser takes along, while the service remembers the nonce."""
    answer: Any = client.get(BEGIN, query)
    asked = parse_qs(urlsplit(answer.url).query)
    assert asked["code_challenge_method"] == ["S256"]
    service.nonce = asked["nonce"][0]
    return str(asked["state"][0])


def back(client: Client, state: str, code: str = "c") -> Any:
    return client.get(BACK, {"code": code, "state": state}, headers={"sec-fetch-site": "cross-site"})


def is_in(client: Client) -> bool:
    return client.get(reverse("admin:index")).status_code == 200


def test_who_is_named_by_subject_comes_in_as_the_owner(client: Client, admin_user: User, service: Service) -> None:
    assert reverse("openid_connect_login", kwargs={"provider_id": "oidc"}) == BEGIN
    assert BEGIN.encode() in client.get(reverse("admin:login")).content
    assert back(client, begin(client, service)).url == reverse("admin:first-steps")
    assert is_in(client)
    assert service.stub.asked("/token")[0].form["code_verifier"]


def test_a_helper_comes_in_by_a_mail_that_is_verified(client: Client, service: Service) -> None:
    User.objects.create_user("ann", is_staff=True)
    service.claims = {"sub": "8", "email": "Ann@Example.com"}
    assert back(client, begin(client, service)).status_code == 403
    service.claims["email_verified"] = True
    back(client, begin(client, service))
    assert client.get(reverse("admin:signed-in")).status_code == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "8"},
        {"sub": "8", "email": "ann@example.com", "email_verified": "true"},
        {"sub": "ann@example.com.evil", "email": "x@example.com", "email_verified": True},
    ],
)
def test_nobody_else_comes_in_and_no_account_is_made(
    claims: dict[str, Any], client: Client, admin_user: User, service: Service
) -> None:
    service.claims = claims
    refused = back(client, begin(client, service))
    assert refused.status_code == 403
    assert b"not let in" in refused.content
    assert not is_in(client)
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "another garden"},
        {"iss": "https://elsewhere.example"},
        {"exp": 1},
        {"sub": None},
    ],
)
def test_a_token_that_is_not_for_us_lets_nobody_in(
    wrong: dict[str, Any], client: Client, admin_user: User, service: Service
) -> None:
    service.claims = wrong
    refused = back(client, begin(client, service))
    assert refused.status_code == 403
    assert b"Begin anew" in refused.content
    assert not is_in(client)


@pytest.mark.parametrize("forged", [{"signed_by": "another"}, {"algorithm": "HS256"}, {"algorithm": "none"}])
def test_a_token_that_its_key_did_not_sign_lets_nobody_in(
    forged: dict[str, str], client: Client, admin_user: User, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in forged.items():
        setattr(service, name, value)
    if forged.get("algorithm") == "none":
        monkeypatch.setattr(service, "token", lambda: jwt.encode({"sub": "7"}, "", "none", headers={"kid": "1"}))
    assert back(client, begin(client, service)).status_code == 403
    assert not is_in(client)


def test_a_state_is_asked_for_is_the_browsers_own_and_is_good_once(
    client: Client, admin_user: User, service: Service
) -> None:
    victim = Client()
    state = begin(client, service)
    for answer in (back(victim, state), back(victim, ""), victim.get(BACK, {"code": "c"}), back(victim, "made up")):
        assert answer.status_code == 403
        assert b"Begin anew" in answer.content
    assert not is_in(victim)
    assert not service.stub.asked("/token")
    assert back(client, state).status_code == 302
    client.logout()
    assert back(client, state).status_code == 403
    assert not is_in(client)


@pytest.mark.parametrize("nonce", [None, "", "made up", "n" * 64, 7, ["n"]])
def test_a_token_with_another_nonce_or_none_lets_nobody_in(
    nonce: Any, client: Client, admin_user: User, service: Service
) -> None:
    state = begin(client, service)
    service.claims = {"nonce": nonce}
    refused = back(client, state)
    assert refused.status_code == 403
    assert b"Begin anew" in refused.content
    assert not is_in(client)


def test_a_token_of_an_earlier_attempt_is_good_for_no_later_one(
    client: Client, admin_user: User, service: Service
) -> None:
    begin(client, service)
    earlier = service.nonce
    state = begin(client, service)
    assert service.nonce != earlier
    service.nonce = earlier
    assert back(client, state).status_code == 403
    assert not is_in(client)


def test_two_attempts_side_by_side_each_have_a_nonce_of_their_own(
    client: Client, admin_user: User, service: Service
) -> None:
    first = begin(client, service)
    nonce = service.nonce
    begin(client, service)
    service.nonce = nonce
    assert back(client, first).status_code == 302
    assert is_in(client)


def test_nobody_chooses_the_nonce_by_the_address_of_the_beginning(client: Client, service: Service) -> None:
    begin(client, service, auth_params="nonce=chosen&code_challenge=chosen")
    assert service.nonce != "chosen"


def test_what_the_service_refuses_is_said(client: Client, service: Service) -> None:
    state = begin(client, service)
    said = client.get(BACK, {"error": "access_denied", "state": state})
    assert b"cancelled" in said.content
    service.stub.on("/token", Reply({"error": "invalid_grant"}, 400))
    assert back(client, begin(client, service)).status_code == 403


@pytest.mark.parametrize(
    "reply", [Reply(b"<html>", 200), Reply({}, 200), Reply([], 200), Reply(b"", 500), Reply(b"[" * 100_000, 200)]
)
def test_a_service_that_answers_badly_is_named(reply: Reply, client: Client, service: Service) -> None:
    service.stub.on("/.well-known/openid-configuration", reply)
    answer = client.get(BEGIN)
    assert answer.status_code == 502
    assert b"does not answer as it should" in answer.content


def test_a_token_that_is_good_for_longer_than_any_calendar_lets_nobody_in(
    client: Client, admin_user: User, service: Service
) -> None:
    state = begin(client, service)
    service.stub.on("/token", Reply({"access_token": "a", "expires_in": 10**30, "id_token": service.token()}))
    assert back(client, state).status_code == 502
    assert not is_in(client)


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example/", "https://evil.example/", "/\\\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_led_off_the_site(elsewhere: str, client: Client, admin_user: User, service: Service) -> None:
    state = begin(client, service, next=elsewhere, process="redirect")
    assert back(client, state).url == reverse("admin:first-steps")


def test_a_link_of_another_site_begins_nothing(client: Client, service: Service) -> None:
    assert client.get(BEGIN, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert not service.stub.requests


def test_without_the_settings_there_is_no_such_way(client: Client, admin_user: User) -> None:
    assert client.get(BEGIN).status_code == 404
    assert BEGIN.encode() not in client.get(reverse("admin:login")).content


def test_beginning_is_counted_before_the_service_is_asked(client: Client, service: Service) -> None:
    answers = [client.get(BEGIN).status_code for _ in range(11)]
    assert answers == [302] * 10 + [429]
    assert len(service.stub.requests) == 10


def test_with_the_service_the_password_can_be_switched_off(
    client: Client, admin_user: User, service: Service, settings: Settings
) -> None:
    settings.PASSWORD_SIGN_IN = False
    assert not signin_ways.password_allowed()
    assert signin_ways.checked() == []
    assert back(client, begin(client, service)).status_code == 302
    assert client.get(reverse("mfa_activate_totp")).status_code == 200  # it was just now


def test_the_list_of_who_may_come_in_is_read_as_it_is_written() -> None:
    assert signin_ways.allowed(["7", " a@b.c = ann ", "", "x="], "owner") == {
        "7": "owner",
        "a@b.c": "ann",
        "x": "owner",
    }


def test_a_subject_that_looks_like_a_listed_mail_is_not_that_mail(settings: Settings) -> None:
    settings.OIDC_ALLOWED = {"7": "ada", "ann@example.com": "ann"}
    assert signin_ways.account_of({"sub": "ann@example.com", "email": "z@example.com", "email_verified": True}) is None
    assert signin_ways.account_of({"sub": "x", "email": "Ann@example.com", "email_verified": True}) == "ann"
    assert signin_ways.account_of({"sub": "7"}) == "ada"
