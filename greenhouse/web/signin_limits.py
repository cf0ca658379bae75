"""Rate limits of signing in, to the console or for a token.

An attempt counts before the password is looked at, by sender and by account:

- An address has a limit of its own, and so has a device that signed in before, in place of its address's.
- An account has one for all unknown senders together, so that guessing from many addresses ends as well. Its known
  devices are free of it. Any other sender that was refused and comes back after the wait draws from a second, equal
  allowance, one attempt a wait: however fast others guess, who waits gets in.

An account that does not exist is counted alike: nothing here asks whether it does.
"""

from __future__ import annotations

import secrets
import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple

from django.conf import settings
from django.contrib.auth.models import User
from django.utils.crypto import constant_time_compare, salted_hmac
from limits import RateLimitItemPerSecond
from rest_framework.exceptions import Throttled

from greenhouse.web.rest import limit_of, limiter
from visitors.addresses import address_of
from visitors.privacy import network

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase

DEVICE_COOKIE: Final = "greenhouse_device"
DEVICE_SECONDS: Final = 180 * 24 * 3600  # from the last time it signed in
WAITS_REMEMBERED: Final = 3  # who was told to wait may come back one to three windows of the account's limit later
CLOCK_SECONDS: Final = 1.0  # Redis tells what is left of a window in whole seconds
_SALT: Final = "greenhouse.web.signin_limits"


class SignInThrottled(Throttled):
    """Too many attempts to sign in. `wait` is in whole seconds."""

    wait: float | None
    default_detail = "Too many attempts to sign in."
    extra_detail_singular = "Wait {wait} second, then try again."
    extra_detail_plural = "Wait {wait} seconds, then try again."


class Device(NamedTuple):
    """A browser, or a script that keeps its cookies, that signed in to `user`'s account before."""

    id: str
    user: User


def limit_sender(request: HttpRequest) -> None:
    """Count one attempt of the known device, or else of the address. Raises `SignInThrottled`."""
    if device := _known_device(request):
        _refuse_if(limiter().hit("device", device.id), "Too many attempts to sign in from this browser.")
    else:
        _refuse_if(limiter().hit("token", address_of(request)), "Too many attempts to sign in from your address.")


def limit_account(request: HttpRequest, username: str) -> None:
    """Count one attempt to sign in to an account, unless its own known device makes it. Raises `SignInThrottled`."""
    username = unicodedata.normalize("NFKC", username)
    if (device := _known_device(request)) and device.user.get_username() == username:
        return
    if limiter().hit("account", _key("account", username)) is not None:
        _refuse_if(_wait_for_turn(request, username), "Too many attempts to sign in to this account.")


def remember_device(request: HttpRequest, response: HttpResponseBase, user: User, *, path: str) -> None:
    """Make the device known that signed in just now. The cookie goes back to `path` alone, and to what is below."""
    device = _known_device(request)
    device_id = device.id if device and device.user == user else secrets.token_hex(16)
    response.set_signed_cookie(
        DEVICE_COOKIE,
        f"{user.pk}.{device_id}.{_key('password', user.password)}",
        salt=_SALT,
        max_age=DEVICE_SECONDS,
        path=path.rstrip("/"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def _known_device(request: HttpRequest) -> Device | None:
    """The device that the cookie names; none once the password that it knew has been changed."""
    cookie = request.get_signed_cookie(DEVICE_COOKIE, default=None, salt=_SALT, max_age=DEVICE_SECONDS)
    if cookie is None:
        return None
    pk, device_id, password = cookie.split(".")
    user = User.objects.filter(pk=pk, is_active=True).first()
    if user is None or not constant_time_compare(password, _key("password", user.password)):
        return None
    return Device(device_id, user)


def _wait_for_turn(request: HttpRequest, username: str) -> float | None:
    """`None` for a sender that was refused before and waited, else the seconds until its turn."""
    window = limit_of("account").get_expiry()
    sender = _key("sender", username, network(address_of(request)))
    refused = RateLimitItemPerSecond(1, WAITS_REMEMBERED * window)
    left = limiter().hit_limit(refused, "account-refused", sender)
    waited = refused.get_expiry() - left if left is not None else 0.0
    if waited < window - CLOCK_SECONDS:
        return window - waited
    turn = limiter().hit_limit(RateLimitItemPerSecond(1, window), "account-turn", sender)
    return turn if turn is not None else limiter().hit("account", _key("patient", username))


def _key(*parts: str) -> str:
    """A keyed hash: neither Redis nor a cookie learns a name, an address or the hash of a password."""
    return salted_hmac(_SALT, "\n".join(parts), algorithm="sha256").hexdigest()


def _refuse_if(wait: float | None, detail: str) -> None:
    if wait is not None:
        raise SignInThrottled(wait, detail)
