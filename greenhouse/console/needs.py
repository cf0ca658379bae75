"""What waits for the owner: each app says what of its own does, and the console adds the schedule."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING

from django.urls import reverse

import garden.needs
import integrations.needs
import visitors.needs
from garden.admin.needs import Need, press_of
from greenhouse.console.doctor import checks
from greenhouse.console.people.rights import may_press, sees_row
from greenhouse.models import Delivery, OwnerMessage
from greenhouse.run import task_health
from greenhouse.run.messages.sending import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from django.http import HttpRequest

MESSAGES_OF = timedelta(days=7)
MESSAGES_READ = 20


def needs(request: HttpRequest, now: datetime) -> list[Need]:
    """Everything that waits for the asker, the urgent first. Fourteen queries at most, and one for each source that
    does not answer.

    A helper is told of what they may settle, with the buttons that they may press: one query more for each line that is
    about one row.
    """
    found = chain.from_iterable(of_app(now) for of_app in NEEDS)
    own = (_for(request, need) for need in found if _may_settle(request, need))
    return sorted(own, key=lambda need: not need.urgent)


def _may_settle(request: HttpRequest, need: Need) -> bool:
    """Whether the asker may do what a line asks for: all others need not know what waits, nor what it is called."""
    if request.user.is_superuser:
        return True
    ways = [(one.url, one.fields.get("action", "")) for one in (need.press, need.other) if one]
    if need.settled_by or not ways:
        ways.append((need.link, need.settled_by))
    return any(may_press(request, *way) for way in ways) and sees_row(request, need.link)


def _for(request: HttpRequest, need: Need) -> Need:
    press, other = (
        one if one and may_press(request, one.url, one.fields.get("action", "")) else None
        for one in (need.press, need.other)
    )
    return replace(need, press=press, other=other, which=need.which if may_press(request, need.link) else None)


def _of_schedule(now: datetime) -> Iterator[Need]:
    for trouble in task_health.troubles(now):
        yield Need(
            "schedule",
            trouble.title,
            trouble.detail,
            reverse("admin:django_celery_beat_periodictask_changelist"),
            "See the schedule",
            urgent=True,
            press=press_of("django_celery_beat_periodictask", "run_now", trouble.periodic_task, "Run it now")
            if trouble.periodic_task
            else None,
        )


def _of_machine(_now: datetime) -> Iterator[Need]:
    """What the doctor finds without asking anybody. No query."""
    for one in chain(checks.data_directory(), checks.disk()):
        if one.fault:
            yield Need(
                "monitor_heart", f"{one.what}: {one.said}", one.cure, reverse("admin:doctor"), "Doctor", urgent=True
            )


def _of_messages(now: datetime) -> Iterator[Need]:
    """A way to the owner on which nothing arrives any more. One query."""
    newest = OwnerMessage.objects.filter(created_at__gte=now - MESSAGES_OF).exclude(status=Delivery.WAITING)
    told: dict[str, OwnerMessage] = {}
    for message in newest.order_by("-created_at", "-pk")[:MESSAGES_READ]:
        told.setdefault(message.channel, message)
    for channel, message in told.items():
        given_up = message.status == Delivery.GIVEN_UP
        if given_up or (message.status == Delivery.SENDING and message.error):
            yield Need(
                "mail",
                f"A message to you {'could not be sent' if given_up else 'may not have arrived'} by {WORDS[channel]}",
                message.error,
                reverse("admin:greenhouse_messagesettings_changelist"),
                "See where messages go",
                urgent=True,
            )


NEEDS = (garden.needs.needs, visitors.needs.needs, integrations.needs.needs, _of_schedule, _of_machine, _of_messages)
