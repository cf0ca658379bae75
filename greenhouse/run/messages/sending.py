"""Sends what waits for the owner, by mail and by hook: again where it did not arrive, never where it may have.

Written by hand, since the library for it (apprise) opens connections of its own, past the guard of outgoing requests.
"""

from __future__ import annotations

import json
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import requests
import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import F, Q
from django.utils import timezone
from urllib3.exceptions import NewConnectionError, SSLError

from greenhouse.models import Delivery, HookForm, MessageSettings, OwnerMessage
from integrations.crypto import CredentialUnreadable, decrypt
from integrations.guard import GuardedAdapter
from integrations.http import USER_AGENT
from integrations.problems import Problem
from owner.selectors import site_now

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAIL: Final = "mail"
HOOK: Final = "hook"
WORDS: Final = {MAIL: "mail", HOOK: "webhook"}  # as the owner reads it
ATTEMPTS: Final = 6
FIRST_PAUSE: Final = timedelta(minutes=1)  # doubled with each attempt: the last is half an hour after the first
TIMEOUT: Final = (5.0, 10.0)  # seconds to connect and to wait for the next byte
WITHIN: Final = 15.0  # seconds for an answer as a whole: others wait behind this one
KEPT: Final = timedelta(days=90)
TOOK_NOTHING: Final = frozenset({429, 503})  # answers of a hook that may be asked again; with others of 5xx, who knows

log = structlog.get_logger(__name__)


class NotSent(Exception):
    """It certainly did not arrive; whether another try makes sense is said with it."""

    def __init__(self, said: str, *, again: bool) -> None:
        super().__init__(said)
        self.again = again


class MayHaveArrived(Exception):
    """It went out, and nobody said whether it was taken: it is not sent again."""


@dataclass(frozen=True, slots=True)
class Posted:
    """What a hook is sent."""

    body: bytes
    headers: Mapping[str, str]


def _json(**fields: Any) -> Posted:
    return Posted(json.dumps(fields).encode(), {"Content-Type": "application/json"})


FORMS: Final[Mapping[str, Callable[[str, str], Posted]]] = {
    # The title by a header, which takes ASCII alone, so it goes above the text.
    HookForm.NTFY: lambda title, text: Posted(_joined(title, text).encode(), {"Content-Type": "text/plain"}),
    HookForm.GOTIFY: lambda title, text: _json(title=title, message=text or title),
    HookForm.SLACK: lambda title, text: _json(text=_joined(title, text)),
    HookForm.DISCORD: lambda title, text: _json(content=_joined(title, text)[:2000], allowed_mentions={"parse": []}),
}


def _joined(title: str, text: str) -> str:
    return f"{title}\n{text}".strip()


def ways(wishes: MessageSettings | None) -> list[str]:
    """The channels that are set up."""
    if wishes is None:
        return []
    return [name for name, there in ((MAIL, wishes.mail_to), (HOOK, wishes.hook_encrypted)) if there]


def send_waiting(*, now: datetime) -> int:
    """Try each message whose turn it is. Returns how many went out.

    One that a killed process was sending stays so: it may have arrived, and is not sent again.
    """
    wishes = MessageSettings.objects.filter(pk=MessageSettings.THE_ONE).first()
    OwnerMessage.objects.filter(created_at__lt=now - KEPT).delete()
    due = Q(next_try_at=None) | Q(next_try_at__lte=now)
    sent = 0
    for message in OwnerMessage.objects.filter(due, status=Delivery.WAITING).order_by("created_at", "pk"):
        mine = OwnerMessage.objects.filter(pk=message.pk, status=Delivery.WAITING, attempts=message.attempts)
        if mine.update(status=Delivery.SENDING, attempts=F("attempts") + 1, error=""):
            sent += _try(message, wishes, now)
    return sent


def _try(message: OwnerMessage, wishes: MessageSettings | None, now: datetime) -> bool:
    row, attempt = OwnerMessage.objects.filter(pk=message.pk), message.attempts + 1
    try:
        if wishes is None or message.channel not in ways(wishes):
            raise NotSent("The address was taken away.", again=False)
        send(message.channel, wishes, message.title, message.text)
    except NotSent as error:
        again = error.again and attempt < ATTEMPTS
        row.update(
            status=Delivery.WAITING if again else Delivery.GIVEN_UP,
            next_try_at=now + FIRST_PAUSE * 2 ** (attempt - 1) if again else None,
            error=str(error)[:300],
        )
        log.warning("messages.not_sent", channel=message.channel, attempt=attempt, again=again)
        return False
    except MayHaveArrived as error:
        row.update(next_try_at=None, error=str(error)[:300])  # it goes on being sent, or may have arrived
        log.warning("messages.may_have_arrived", channel=message.channel, attempt=attempt)
        return False
    except Exception as error:
        row.update(
            status=Delivery.GIVEN_UP,
            next_try_at=None,
            error=f"It could not be sent ({type(error).__name__}). The log tells more.",
        )
        log.exception("messages.failed", channel=message.channel, attempt=attempt)
        return False
    row.update(status=Delivery.SENT, error="", next_try_at=None)
    return True


def send(channel: str, wishes: MessageSettings, title: str, text: str) -> None:
    """Send now. Raises `NotSent` and `MayHaveArrived`."""
    if channel == MAIL:
        _mail(wishes.mail_to, title, text)
    else:
        _hook(wishes, title, text)


def _mail(to: str, title: str, text: str) -> None:
    subject = f"[{site_now().site_name}] {title}".replace("\n", " ").replace("\r", " ")
    if not settings.EMAIL_URL:
        raise NotSent("No mail server is set: EMAIL_URL.", again=False)
    connection = get_connection()
    try:
        connection.open()
    except smtplib.SMTPAuthenticationError as error:
        raise NotSent("The mail server does not accept name and password of EMAIL_URL.", again=False) from error
    except (smtplib.SMTPException, OSError) as error:
        raise NotSent(f"The mail server cannot be reached ({type(error).__name__}).", again=True) from error
    try:
        EmailMessage(subject, f"{text}\n\n{settings.SITE_URL}/admin/\n", to=[to], connection=connection).send()
    except smtplib.SMTPRecipientsRefused as error:
        again = all(_is_of_the_moment(code) for code, _ in error.recipients.values())
        raise NotSent("The mail server does not take the address.", again=again) from error
    except smtplib.SMTPResponseException as error:
        again = _is_of_the_moment(error.smtp_code)
        raise NotSent(f"The mail server answered {error.smtp_code}.", again=again) from error
    except (smtplib.SMTPException, OSError) as error:
        raise MayHaveArrived(f"The mail server broke off ({type(error).__name__}); it may have arrived.") from error
    finally:
        with suppress(smtplib.SMTPException, OSError):  # of the leave-taking: by then it was taken, or was not
            connection.close()


def _is_of_the_moment(code: int) -> bool:
    """Whether an answer of a mail server asks to try again later."""
    return 400 <= code < 500


def _hook(wishes: MessageSettings, title: str, text: str) -> None:
    try:
        address = decrypt(bytes(wishes.hook_encrypted or b""))
    except CredentialUnreadable as error:
        raise NotSent(
            "The webhook's address cannot be opened with the present keys: enter it again.", again=False
        ) from error
    posted = FORMS[wishes.hook_form](title, text)
    with requests.Session() as session:
        session.trust_env = False
        for scheme in ("http://", "https://"):
            session.mount(scheme, GuardedAdapter(WITHIN))
        try:
            response = session.post(
                address,
                data=posted.body,
                headers={"User-Agent": USER_AGENT, **posted.headers},
                timeout=TIMEOUT,
                allow_redirects=False,
                stream=True,
            )
            response.close()
        except Problem as problem:
            raise NotSent(f"{problem.message} {problem.fix}", again=False) from problem
        except ValueError as error:  # what it says may name the address, here and below
            raise NotSent(f"The webhook's address cannot be used ({type(error).__name__}).", again=False) from error
        except (requests.RequestException, OSError) as error:
            if _failed_before_sending(error):
                raise NotSent(f"The webhook cannot be reached ({type(error).__name__}).", again=True) from error
            said = f"The webhook gave no answer ({type(error).__name__}); it may have arrived."
            raise MayHaveArrived(said) from error
    code = response.status_code
    if code >= 500 and code not in TOOK_NOTHING:
        raise MayHaveArrived(f"The webhook answered {code}; it may have arrived.")
    if not response.ok or response.is_redirect:
        raise NotSent(f"The webhook answered {code}.", again=code in TOOK_NOTHING)


def _failed_before_sending(error: Exception) -> bool:
    """Whether no connection came to be: the host was not found or did not answer, or its certificate is not valid."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, NewConnectionError) or (
        isinstance(reason, SSLError) and isinstance(reason.args[0], ssl.SSLCertVerificationError)
    )


def write(key: str, title: str, text: str, *, channels: list[str], now: datetime | None = None) -> None:
    """Have a message sent on each channel, once for each key."""
    at = now or timezone.now()
    rows = [
        OwnerMessage(key=key[:200], channel=channel, title=title[:300], text=text, created_at=at)
        for channel in channels
    ]
    OwnerMessage.objects.bulk_create(rows, ignore_conflicts=True)
