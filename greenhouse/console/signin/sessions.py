"""Who is signed in, on what kind of device, since when and seen when. No address is kept, and no user agent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from greenhouse.web.tokens import end_tokens
from integrations import keys
from visitors import agents

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from django.contrib.auth.models import User
    from django.http import HttpRequest, HttpResponse

SEEN_EVERY: Final = 300  # seconds: "last seen" is no finer, and costs no write a page
NO_ADDRESS: Final = "::"
ENDED: Final = "Every session and every token of yours has ended. Keys open what they opened before."
ENDED_WITH_KEYS: Final = (
    "Every session and every token of yours has ended, and every key is revoked. One that stands in the settings "
    "(HEARTBEAT_API_KEY, LISTENBRAINZ_INTAKE_KEY) goes on."
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One session, in words."""

    pk: int
    who: str
    device: str
    began_at: datetime
    seen_at: datetime
    is_this: bool
    account: str  # where the owner gives somebody else another password, which ends their tokens


def coarsen(*, instance: UserSession, **_signal: Any) -> None:
    """Before a session is kept: the kind of its device, in place of what the browser sent."""
    instance.ip = NO_ADDRESS
    instance.user_agent = device_of(instance.user_agent)


def device_of(user_agent: str) -> str:
    """Such as "Firefox on Linux"."""
    agent = agents.read(user_agent)
    return f"{agent.browser} on {agent.os}" if agent.browser else agent.family or "Something that does not say"


def seen(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: note when a session was last used in the console."""

    def noting(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        route = request.resolver_match
        if route and route.route.startswith("admin/") and request.user.is_authenticated and request.session.session_key:
            _note(request)
        return response

    return noting


def _note(request: HttpRequest) -> None:
    key = str(request.session.session_key)
    if not cache.add(f"signed-in:{key}", True, SEEN_EVERY):
        return
    if not UserSession.objects.filter(session_key=key).update(last_seen_at=timezone.now()):
        UserSession.objects.create_from_request(request)


def sessions_of(request: HttpRequest) -> Iterator[SignedIn]:
    """The asker's, and everybody's for who may do everything; those that ended are forgotten."""
    for session in sorted(_open_to(request), key=lambda one: one.last_seen_at, reverse=True):
        yield SignedIn(
            session.pk,
            session.user.get_username(),
            session.user_agent,
            session.created_at,
            session.last_seen_at,
            session.session_key == request.session.session_key,
            _password_page(request, session.user_id),
        )


def _password_page(request: HttpRequest, pk: int) -> str:
    others = request.user.is_superuser and pk != request.user.pk
    return reverse("admin:auth_user_password_change", args=[pk]) if others else ""


def end_all(user: User) -> int:
    """End every session of an account, and say how many there were."""
    open_ones = UserSession.objects.purge_and_list(user)
    for session in open_ones:
        session.end()
    return len(open_ones)


def end_everything(user: User, *, keys_too: bool, now: datetime) -> int:
    """End every session and every token of an account, the one that asks included; the keys of the garden on request.

    Returns how many sessions there were.
    """
    with transaction.atomic():
        end_tokens(user=user, now=now)
        if keys_too:
            keys.revoke_all(now=now)
        return end_all(user)


def page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The list, and its buttons: end one, all the others of one's own, or all that lets in."""
    may_end_keys = request.user.has_perm("integrations.change_apikey")
    if request.method == "POST":
        which = request.POST.get("which", "")
        if which == "everything":
            user: Any = request.user
            keys_too = may_end_keys and "keys" in request.POST
            end_everything(user, keys_too=keys_too, now=timezone.now())
            logout(request)
            messages.success(request, ENDED_WITH_KEYS if keys_too else ENDED)
            return HttpResponseRedirect(reverse("admin:login"))
        ended = [
            session
            for session in _open_to(request)
            if session.session_key != request.session.session_key
            and (session.user_id == request.user.pk if which == "others" else str(session.pk) == which)
        ]
        for session in ended:
            session.end()
        messages.success(request, f"{len(ended)} signed out." if ended else "Nothing to end: it is over already.")
        return HttpResponseRedirect(reverse("admin:signed-in"))
    sessions = list(sessions_of(request))
    own = sum(session.who == request.user.get_username() for session in sessions)
    return TemplateResponse(
        request,
        "admin/signin/sessions.html",
        context
        | {
            "title": "Who is signed in",
            "sessions": sessions,
            "others": own > 1,
            "keys": _keys_page(request),
            "may_end_keys": may_end_keys,
        },
    )


def _keys_page(request: HttpRequest) -> str:
    may = request.user.has_perm("integrations.view_apikey")
    return reverse("admin:integrations_apikey_changelist") if may else ""


def _open_to(request: HttpRequest) -> list[UserSession]:
    user: Any = request.user
    kept = UserSession.objects.select_related("user")
    return [session for session in (kept if user.is_superuser else kept.filter(user_id=user.pk)) if not session.purge()]
