"""The page to sign in, and allauth's pages within the console: counted, and in its look."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.internal.stagekit import unstash_login
from allauth.account.models import Login
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import LoginView
from django.http import Http404
from django.utils.html import format_html
from django.views.decorators.cache import never_cache

from greenhouse.console.signin.refusals import refused, too_many
from greenhouse.web import signin_limits, signin_ways
from integrations.crypto import CredentialUnreadable

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from greenhouse.console.signin.forms import LimitedAuthenticationForm

NO_PASSKEY = "What was sent is no passkey. Try again, or come in another way."
NOT_HERE = "This account has nothing of the kind: it was never made, or it is gone."
LOST_KEY = (
    "The secrets of this account's second step can no longer be opened: the key that sealed them is gone. Bring it "
    "back (FIELD_ENCRYPTION_KEYS, or SECRET_KEY), or run `manage.py signin_reset` with the account's name."
)


class SignInView(LoginView):
    """Django's, which goes on to the second step where the account has one."""

    def form_valid(self, form: LimitedAuthenticationForm) -> HttpResponse:  # type: ignore[override]
        """Let in, or on to the code."""
        user = form.get_user()
        login = Login(user=user, redirect_url=self.get_redirect_url() or None)
        response: HttpResponse = perform_password_login(self.request, {"username": user.get_username()}, login)
        return response


def ways(request: HttpRequest, following: str) -> dict[str, Any]:
    """What the page to sign in offers; each way goes on to the page `following`."""
    return {
        REDIRECT_FIELD_NAME: following,
        "redirect_field": format_html('<input type="hidden" name="{}" value="{}">', REDIRECT_FIELD_NAME, following),
        "by_password": signin_ways.password_allowed(),
        "by_oidc": signin_ways.oidc_configured(),
        "oidc_name": settings.OIDC_NAME,
        "by_passkey": signin_ways.passkeys_exist() and signin_ways.secure_context(request),
    }


def counted(view: Callable[..., HttpResponse], *, asks: bool = False) -> Callable[..., HttpResponse]:
    """A view of allauth's on a page of the console. What it is sent counts as an attempt before it is looked at.

    `asks`: reading it costs another service a request, or us a session, and counts as well.
    """

    @never_cache
    @wraps(view)
    def counting(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            if request.method == "POST" or asks:
                signin_limits.limit_sender(request)
                if name := _account(request):
                    signin_limits.limit_account(request, name)
            return _shown(view, request, *args, **kwargs)
        except signin_limits.SignInThrottled as error:
            return too_many(request, error)
        except CredentialUnreadable:
            return refused(request, LOST_KEY, 409)

    return counting


def shown(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view of allauth's on a page of the console, for who is signed in."""

    @never_cache
    @wraps(view)
    def showing(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return _shown(view, request, *args, **kwargs)
        except CredentialUnreadable:
            return refused(request, LOST_KEY, 409)
        except Http404:
            return refused(request, NOT_HERE, 404, "Nothing here")

    return showing


def _shown(view: Callable[..., HttpResponse], request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    try:
        response: Any = view(request, *args, **kwargs)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        if "credential" not in request.POST:
            raise
        return refused(request, NO_PASSKEY, 400)  # the library reads what is sent without looking at its shape
    if hasattr(response, "render"):
        response.context_data = {
            **admin.site.each_context(request),
            "title": "Signing in",
            **(response.context_data or {}),
            "secure_context": signin_ways.secure_context(request),
            "password_words": _password_words(),
        }
        response.render()
    return response  # type: ignore[no-any-return]


def _account(request: HttpRequest) -> str:
    """Whose codes are tried: who gave the password, or who is signed in."""
    if request.user.is_authenticated:
        return request.user.get_username()
    login = unstash_login(request, peek=True)
    return str(login.user.get_username()) if login and login.user else ""


def _password_words() -> str:
    if settings.PASSWORD_SIGN_IN:
        return "It lets in, followed by a code where there is an app or a passkey."
    if signin_ways.password_allowed():
        return "PASSWORD_SIGN_IN=false is not followed: nothing else would let you in. Add a passkey, or set up OIDC_*."
    return "It is switched off by PASSWORD_SIGN_IN=false."
