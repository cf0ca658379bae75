"""Answers of a service that people sign in by: who is named by a token that holds comes in, nobody else; no error."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
import time_machine
from allauth.socialaccount.models import SocialApp
from cryptography.hazmat.primitives.asymmetric import ed25519
from django.core.cache import cache as shared_cache
from django.test import Client, RequestFactory
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from greenhouse.console.signin.adapters import OtherServiceAdapter
from greenhouse.console.signin.oidc import LEEWAY, UNREADABLE, CheckedAdapter, nonce_of
from greenhouse.web import signin_ways
from tests.fuzz.mutations import changed_bytes, changed_json, each_with_one_change
from tests.fuzzing import examples

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from pytest_django import Settings

pytestmark = [pytest.mark.fuzz, pytest.mark.django_db]
HOME = "https://people.example"
BEGIN, BACK = "/admin/login/oidc/", "/admin/login/oidc/callback/"
NOW = 1_768_473_000
DEEP = b"[" * 100_000


@cache
def key() -> ed25519.Ed25519PrivateKey:
    return ed25519.Ed25519PrivateKey.generate()


class Session:
    """What the service answers by path, in place of the network."""

    def __init__(self) -> None:
        public = json.loads(jwt.algorithms.OKPAlgorithm.to_jwk(key().public_key()))
        self.answers: dict[str, Any] = {
            "/.well-known/openid-configuration": {
                "issuer": HOME,
                "authorization_endpoint": f"{HOME}/authorize",
                "token_endpoint": f"{HOME}/token",
                "jwks_uri": f"{HOME}/keys",
                "userinfo_endpoint": f"{HOME}/userinfo",
            },
            "/keys": {"keys": [{**public, "kid": "1", "alg": "EdDSA", "use": "sig"}]},
            "/userinfo": {"sub": "7"},
        }

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_raised: object) -> None:
        pass

    def get(self, url: str, **_asked: Any) -> requests.Response:
        answer = requests.Response()
        said = self.answers[urlsplit(url).path]
        answer.status_code, answer._content = 200, said if isinstance(said, bytes) else json.dumps(said).encode()
        answer.headers["content-type"] = "application/json"
        return answer

    def request(self, _method: str, url: str, **asked: Any) -> requests.Response:
        return self.get(url, **asked)


@pytest.fixture
def session(settings: Settings, monkeypatch: pytest.MonkeyPatch, admin_user: User) -> Session:
    """One that lets subject 7 and a mail of Ann's in, both as the owner."""
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = HOME, "garden", "s"
    settings.OIDC_ALLOWED = {"7": "admin", "ann@example.com": "admin"}
    settings.ENABLE_RATE_LIMITING = False
    session = Session()
    monkeypatch.setattr(OtherServiceAdapter, "get_requests_session", lambda _self: session)
    return session


def signed(claims: Any, kid: Any = "1") -> str:
    """A token of these claims, by the service's own key."""
    token: str = jwt.api_jws.encode(json.dumps(claims).encode(), key(), "EdDSA", headers={"kid": kid})
    return token


def right(nonce: str) -> dict[str, Any]:
    """Claims of subject 7 that hold."""
    return {"iss": HOME, "aud": "garden", "sub": "7", "iat": NOW, "exp": NOW + 60, "nonce": nonce}


def account_by(session: Session, claims: Any, token: str | None = None) -> str | None:
    """The account that claims let in to; `None` where they are refused or name nobody."""
    adapter = CheckedAdapter(RequestFactory().get(BACK), "oidc")
    adapter._nonce = nonce_of("a verifier")
    app = SocialApp(client_id="garden")
    with time_machine.travel(NOW, tick=False):
        try:
            return signin_ways.account_of(adapter.claims_of(app, signed(claims) if token is None else token))
        except UNREADABLE:
            return None


SHIFT = st.integers(-200, 200) | st.sampled_from([-LEEWAY, LEEWAY, LEEWAY + 1, -LEEWAY - 1, 10**30])
MAILS: Final[Any] = ({}, {"email": "Ann@Example.com"}, {"email": "x@example.com"}, {"email": ["ann@example.com"]})
SURE: Final[Any] = (
    {},
    {"email_verified": True},
    {"email_verified": True},
    {"email_verified": "true"},
    {"email_verified": 1},
)
OTHERS: Final[Any] = (
    {},
    {},
    {},
    {"aud": ["garden"]},
    {"iss": f"{HOME}/x"},
    {"aud": "moss"},
    {"nonce": "n"},
    {"nonce": None},
)
one_session = [HealthCheck.function_scoped_fixture]  # it remembers nothing


@examples(100, suppress_health_check=one_session)
@given(
    times=st.tuples(SHIFT, SHIFT, SHIFT),
    sub=st.sampled_from(["7", "8", "ann@example.com"]),
    mail=st.sampled_from(MAILS),
    sure=st.sampled_from(SURE),
    other=st.sampled_from(OTHERS),
)
def test_whoever_comes_in_is_named_by_a_token_that_holds(
    session: Session, times: tuple[int, int, int], sub: str, mail: Any, sure: Any, other: Any
) -> None:
    exp, iat, nbf = (NOW + shift for shift in times)
    claims = right(nonce_of("a verifier")) | {"exp": exp, "iat": iat, "nbf": nbf, "sub": sub} | mail | sure | other
    holds = exp > NOW - LEEWAY and max(iat, nbf) <= NOW + LEEWAY and other in ({}, {"aud": ["garden"]})
    is_named = sub == "7" or (mail == MAILS[1] and sure == {"email_verified": True})
    assert account_by(session, claims) == ("admin" if holds and is_named else None)


def test_one_odd_claim_lets_nobody_else_in(session: Session) -> None:
    mail = {"sub": "8", "nbf": NOW, "email": "ann@example.com", "email_verified": True}
    for claims in each_with_one_change([right(nonce_of("a verifier")) | mail]):
        account = account_by(session, claims)
        if account:
            assert claims["nonce"] == nonce_of("a verifier")
            assert claims["email"] == mail["email"]
            assert claims["email_verified"] is True


@examples(60, suppress_health_check=one_session)
@given(raw=changed_bytes([signed(right(nonce_of("a verifier"))).encode()]))
def test_a_token_that_is_changed_lets_nobody_in(session: Session, raw: bytes) -> None:
    token = raw.decode("utf-8", "replace")
    is_whole = token == signed(right(nonce_of("a verifier")))
    assert is_whole == (account_by(session, None, token) == "admin")


@examples(8, suppress_health_check=one_session)
@given(data=st.data())
def test_answers_of_any_shape_are_no_error(session: Session, data: st.DataObject) -> None:
    before = dict(session.answers)
    shared_cache.clear()  # what the service said of itself is remembered
    client = Client()
    try:
        with time_machine.travel(NOW, tick=False):
            asked = parse_qs(urlsplit(str(client.get(BEGIN).headers["Location"])).query)
            token = signed(right(asked["nonce"][0]))
            session.answers["/token"] = {"access_token": "a", "expires_in": 60, "id_token": token}
            path = data.draw(st.sampled_from(sorted(session.answers)))
            raw = data.draw(st.sampled_from([b"<html>", b"\xff", DEEP, None, None, None]))
            session.answers[path] = data.draw(changed_json([session.answers[path]])) if raw is None else raw
            answer = client.get(BACK, {"code": "c", "state": asked["state"][0]})
            assert answer.status_code in (302, 403, 502)
            assert (answer.status_code == 302) == ("_auth_user_id" in client.session)
    finally:
        session.answers = before


def test_one_odd_answer_is_no_error_and_lets_in_by_the_key_that_signed(session: Session) -> None:
    """The keys, without the views around: all the odd values there are."""
    keys = session.answers["/keys"]
    for changed in each_with_one_change([keys]):
        session.answers["/keys"] = changed
        try:
            listed = dict(changed["keys"][0])
        except (LookupError, TypeError, ValueError):
            listed = {}
        # What it is for is the service's own affair; which algorithm need not be said.
        is_there = listed | {"use": "sig", "alg": listed.get("alg") or "EdDSA"} == keys["keys"][0]
        assert account_by(session, right(nonce_of("a verifier"))) == ("admin" if is_there else None)
