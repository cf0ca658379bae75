"""What allauth asks the site: who may come in, where an attempt comes from, how secrets are kept."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, ClassVar, Final

import structlog
from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.internal.stagekit import clear_login
from allauth.account.utils import perform_login
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base.constants import AuthError
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.conf import settings
from django.contrib.auth.models import User
from django.urls import reverse

from greenhouse.console import first_steps
from greenhouse.console.signin.oidc import NonceProvider
from greenhouse.console.signin.refusals import refused
from greenhouse.web import signin_limits, signin_ways
from integrations import crypto
from visitors import owner_devices
from visitors.addresses import address_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

log = structlog.get_logger(__name__)

FROM_THERE: Final = "socialaccount"  # allauth's word
AGAIN: Final = {  # how somebody shows anew that it is them, by allauth's names
    "reauthenticate": "Use the password",
    "mfa_reauthenticate": "Use a code",
    "mfa_reauthenticate:webauthn": "Use a passkey",
}
NO_ENTRY = "This account may not open the console."
NOT_LISTED = "You are known there, but not let in here. The owner names who may come in by OIDC_ALLOWED."
CANCELLED = "Signing in was cancelled there. Nothing happened here."
FAILED = (
    "Signing in did not work out: what came back does not belong to an attempt that this browser began in the last ten "
    "minutes, or was used before, or the other service refused it. Begin anew."
)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth carries no types
    """Accounts are made in the console; nobody signs up."""

    error_messages: ClassVar[dict[str, Any]] = DefaultAccountAdapter.error_messages | {
        "incorrect_password": "This is not the password of your account. Capital letters count.",
        "rate_limited": "These were many attempts at once. Wait a minute, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The visitor's, behind trusted proxies too."""
        return address_of(request)

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Whichever way they come: who has no business in the console does not get in."""
        if user.is_active and user.is_staff:
            return None
        clear_login(request)
        return refused(request, NO_ENTRY)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Know the device again, whichever way it came in."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if response.headers.get("Location") == reverse("admin:index") and first_steps.wanted_after_sign_in(user):
            response["Location"] = reverse("admin:first-steps")
        signin_limits.remember_device(request, response, user, path=reverse("admin:login"))
        if user.is_superuser:
            owner_devices.mark(response)
        return response

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """All but a greeting at every sign-in."""
        if message_template != "account/messages/logged_in.txt":
            super().add_message(request, level, message_template, *args, **kwargs)

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Whether to ask anew before the second step is changed: not of who just came back from the other service."""
        request = context.request
        records = get_authentication_records(request, request.user)
        since = time.time() - app_settings.REAUTHENTICATION_TIMEOUT
        came = any(record["method"] == FROM_THERE and record["at"] > since for record in records)
        return not came and bool(super().is_reauthentication_required(app=app))

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """How somebody shows anew that it is them. Who came from another service goes there again."""
        methods = super().get_reauthentication_methods(user)
        ways = [
            one | {"description": AGAIN[one["id"]]}
            for one in methods
            if one["id"] != "reauthenticate" or signin_ways.password_allowed()
        ]
        if signin_ways.oidc_configured():
            url = reverse("openid_connect_login", kwargs={"provider_id": signin_ways.OIDC})
            ways.append({"id": signin_ways.OIDC, "description": f"Go to {settings.OIDC_NAME} again", "url": url})
        return ways


class SecondStepAdapter(DefaultMFAAdapter):  # type: ignore[misc] # allauth carries no types
    """Codes and passkeys. Secrets are kept as other credentials are."""

    error_messages: ClassVar[dict[str, Any]] = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "This code does not fit. Apps have a new one every half minute; recovery codes hold once.",
        "cannot_generate_recovery_codes": "Recovery codes come with an app or a passkey. Set up one of them first.",
    }

    def encrypt(self, text: str) -> str:
        """Sealed with the newest key."""
        return crypto.encrypt(text).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """What was sealed. Raises `CredentialUnreadable`: an empty secret would have codes that anybody can reckon."""
        return crypto.decrypt(encrypted_text.encode())

    def generate_authenticator_name(self, user: User, type: Any) -> str:  # allauth's word
        """What a new passkey is called, unless its owner has another name for it."""
        return f"Passkey {Authenticator.objects.filter(user=user, type=type).count() + 1}"

    def get_totp_issuer(self) -> str:
        """What apps write beside the code."""
        return str(settings.SITE_NAME)


class OtherServiceAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc] # allauth carries no types
    """Signing in by OpenID Connect: who is named in OIDC_ALLOWED comes in, and nothing is kept of them."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never."""
        return False

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The one service of the settings."""
        if not signin_ways.oidc_configured() or provider not in (None, signin_ways.OIDC, OpenIDConnectProvider.id):
            return []
        return [
            SocialApp(
                provider=OpenIDConnectProvider.id,
                provider_id=signin_ways.OIDC,
                name=settings.OIDC_NAME,
                client_id=settings.OIDC_CLIENT_ID,
                secret=settings.OIDC_CLIENT_SECRET,
                settings={"server_url": settings.OIDC_ISSUER, "oauth_pkce_enabled": True},
            )
        ]

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> NonceProvider:
        """The one there is. Raises `SocialApp.DoesNotExist` where none is set up."""
        return NonceProvider(request, app=self.get_app(request, provider=provider, client_id=client_id))

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Sign in to the account that the identity is let in to, or refuse."""
        account = signin_ways.account_of(sociallogin.account.extra_data["claims"])
        user = User.objects.filter(username=account).first() if account else None
        if user is None:
            raise ImmediateHttpResponse(refused(request, NOT_LISTED))
        record_authentication(request, user, FROM_THERE, provider=signin_ways.OIDC, uid=sociallogin.account.uid)
        raise ImmediateHttpResponse(
            perform_login(request, user, redirect_url=sociallogin.get_redirect_url(request), email_verification="none")
        )

    def on_authentication_error(self, request: HttpRequest, provider: Any, error: Any = None, **others: Any) -> None:
        """Say what happened on a page of ours, and in the log."""
        exception = others.get("exception")
        log.warning("signin.other_service_refused", error=str(error), said=str(exception or "")[:200])
        raise ImmediateHttpResponse(refused(request, CANCELLED if error == AuthError.CANCELLED else FAILED))
