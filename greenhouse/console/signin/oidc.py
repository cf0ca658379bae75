"""Signing in by another service that speaks OpenID Connect: allauth's dance, every ID token checked by its keys."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Any, Final

import jwt
import requests
import structlog
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import Http404

from greenhouse.console.signin.refusals import refused

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

log = structlog.get_logger(__name__)

ALGORITHMS: Final = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
LEEWAY: Final = 60  # seconds that clocks are apart
# What answers of another shape raise, here and in the libraries that read them.
UNREADABLE: Final = (
    *(requests.RequestException, OAuth2Error, AttributeError, LookupError, TypeError, ValueError),
    *(ArithmeticError, RecursionError),  # numbers without end, what nests without end
)
SILENT = "{name} does not answer as it should. Try again in a while, or come in another way."
ELSEWHERE = "Begin signing in on this site's own page."


class NonceProvider(OpenIDConnectProvider):  # type: ignore[misc] # allauth carries no types
    """allauth's, with a nonce: an ID token that was made for one attempt is good for no other."""

    def get_pkce_params(self) -> dict[str, Any]:
        """What goes along to the service, with the verifier that stays here."""
        params: dict[str, Any] = super().get_pkce_params()
        return {**params, "nonce": nonce_of(params["code_verifier"])}


def nonce_of(code_verifier: str) -> str:
    """The nonce of an attempt, by the secret of it that the session keeps and that is used up with its state."""
    return hashlib.sha256(f"nonce {code_verifier}".encode()).hexdigest()


class CheckedAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc] # allauth carries no types
    """Without an ID token that the service's keys signed nobody comes in, over whichever line it came."""

    _nonce = ""

    def get_access_token_data(
        self, request: HttpRequest, app: SocialApp, client: Any, pkce_code_verifier: str | None = None
    ) -> Any:
        """The tokens for a code. Raises `OAuth2Error`."""
        if not pkce_code_verifier:
            raise OAuth2Error("an attempt without a verifier")
        self._nonce = nonce_of(pkce_code_verifier)
        return super().get_access_token_data(request, app, client, pkce_code_verifier)

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> Any:
        """Who it is, in allauth's words. Raises `OAuth2Error`."""
        claims = self.claims_of(app, kwargs["response"].get("id_token"))
        if "email" not in claims and self.openid_config.get("userinfo_endpoint"):
            more = self._fetch_user_info(token.token)
            if more.get("sub") == claims["sub"]:
                claims = {**more, **claims}
        login = self.get_provider().sociallogin_from_response(request, {"id_token": claims})
        login.account.extra_data = {"claims": claims}
        return login

    def claims_of(self, app: SocialApp, id_token: str | None) -> dict[str, Any]:
        """What a signed token says. Raises `OAuth2Error`."""
        config = self.openid_config
        if not id_token or config["issuer"].rstrip("/") != settings.OIDC_ISSUER:
            raise OAuth2Error("no ID token of the issuer that is set")
        try:
            with get_adapter().get_requests_session() as session:
                answer = session.get(config["jwks_uri"])
                answer.raise_for_status()
                keys = jwt.PyJWKSet.from_dict(answer.json()).keys
            kid = jwt.get_unverified_header(id_token).get("kid")
            key = next(key for key in keys if kid in (None, key.key_id))
            claims: dict[str, Any] = jwt.decode(
                id_token,
                key,
                algorithms=ALGORITHMS,
                audience=app.client_id,
                issuer=config["issuer"],
                leeway=LEEWAY,
                options={"require": ["exp", "iat", "iss", "aud", "sub", "nonce"]},
            )
        except (jwt.PyJWTError, StopIteration, TypeError, ValueError) as error:
            raise OAuth2Error("an ID token that does not hold") from error
        if not hmac.compare_digest(str(claims["nonce"]).encode(), self._nonce.encode()):
            raise OAuth2Error("an ID token of another attempt")
        return claims


def begin(request: HttpRequest, provider_id: str) -> HttpResponse:
    """On to the other service. Not from another site's link: it would sign somebody in unasked."""
    if request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        return refused(request, ELSEWHERE)
    return _with(OAuth2LoginView, request, provider_id)


def back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from there."""
    return _with(OAuth2CallbackView, request, provider_id)


def _with(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        response: HttpResponse = view.adapter_view(CheckedAdapter(request, provider_id))(request)
    except SocialApp.DoesNotExist as error:
        raise Http404 from error
    except UNREADABLE as error:
        log.warning("signin.other_service_failed", error=type(error).__name__, said=str(error)[:200], exc_info=True)
        return refused(request, SILENT.format(name=settings.OIDC_NAME), 502)
    return response
