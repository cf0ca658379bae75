"""What of the visitors waits for the owner: what they asked for, before its time is over."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.urls import reverse

from common.clock import local_words
from garden.admin.needs import Need, press_of
from visitors.consent.models import SubjectRequest
from visitors.consent.vocabulary import RequestStatus, RequestType

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

NAMED: Final = 5  # each is a decision of its own; the rest stands in the list
SOON: Final = timedelta(days=7)
TITLES: Final = {
    RequestType.ACCESS: "A visitor asks what you know of them",
    RequestType.DELETION: "A visitor asks you to erase what you know of them",
    RequestType.PORTABILITY: "A visitor asks for a copy of what you know of them",
}


def needs(now: datetime) -> Iterator[Need]:
    """Requests of visitors, the nearest deadline first. One query."""
    waiting = SubjectRequest.objects.filter(status=RequestStatus.OPEN).select_related("consent")[:NAMED]
    for request in waiting:
        kind = RequestType(request.type)
        yield Need(
            "shield_person",
            TITLES[kind],
            f"The law gives you until {local_words(request.due_at, 'DATE_FORMAT')}. "
            + (
                "One click erases it all."
                if kind == RequestType.DELETION
                else "Their token opens the whole export; look whether it answers them."
            ),
            reverse("admin:consent_subjectrequest_change", args=[request.pk]),
            "Look at it",
            urgent=request.due_at - now < SOON,
            press=press_of(
                "consent_subjectrequest",
                "fulfil",
                request.pk,
                "Erase" if kind == RequestType.DELETION else "It is answered",
            ),
        )
