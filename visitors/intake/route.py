"""What the two addresses of the intake take and answer, whoever serves them.

In front of Django's stack they are served by `greenhouse/web/hot_writes.py`, which waits for the writer's commit; the
views in `visitors/api.py` describe them, and store a request by itself where nothing stands in front.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.http.cookie import parse_cookie
from rest_framework.exceptions import ParseError

from common import origins
from common.parsers import KILOBYTE, load_json_of_items
from visitors import agents, channels, privacy
from visitors.consent.bearer import COOKIE, SCHEME
from visitors.consent.selectors import LONGEST_TOKEN
from visitors.intake import checks
from visitors.intake.groups import CLICKS, Outcome, Submission
from visitors.owner_devices import is_owners
from visitors.sessions import Arrival
from visitors.vocabulary import StepKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

NOT_COUNTED: Final = Outcome(0, ())
JOURNEY_BODY: Final = 256 * KILOBYTE  # what a visitor did on many pages, sent at once
RETRY_AFTER: Final = 1  # seconds: the writer's cycle is a tenth of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks, as far as the request says it."""

    address: str
    headers: Mapping[str, str]  # by their names in small letters
    received: datetime

    @property
    def is_counted(self) -> bool:
        """Not who asked not to be (DNT, Sec-GPC), and not the owner, on any device where they signed in once.

        Nobody, where counting is switched off.
        """
        if not settings.ENABLE_ANALYTICS:
            return False
        asked = privacy.asks_not_to_be_counted(
            {"DNT": self.headers.get("dnt", ""), "Sec-GPC": self.headers.get("sec-gpc", "")}
        )
        return not asked and not is_owners(self.headers.get("cookie", ""))

    @property
    def token(self) -> str:
        """Of the consent that came along; empty for none."""
        said, cookies = self.headers.get("authorization", ""), self.headers.get("cookie", "")
        token = said.removeprefix(SCHEME).strip() if said.startswith(SCHEME) else ""
        if not token and COOKIE in cookies:
            token = parse_cookie(cookies).get(COOKIE, "")
        return token if len(token) <= LONGEST_TOKEN else ""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: the body of a success, or the code and the words of an error."""

    status: int
    body: dict[str, Any] = field(default_factory=dict)
    code: str = ""
    message: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)


BUSY: Final = Reply(
    HTTPStatus.SERVICE_UNAVAILABLE, code="unavailable", message="Too much at once. Send the same again in a moment."
)
FOREIGN: Final = Reply(
    HTTPStatus.FORBIDDEN,
    code="permission_denied",
    message="A page of another site sent this. Only pages of this one tell what its visitors do; the owner can let "
    "others in by CORS_ALLOWED_ORIGINS.",
)
FAILED: Final = Reply(
    HTTPStatus.INTERNAL_SERVER_ERROR, code="error", message="This could not be stored, and the fault is here."
)


def read_journey(body: bytes, caller: Caller) -> Submission:
    """The steps of a body. Raises `Misfit` and `ParseError`."""
    journey = checks.check_journey(load_json_of_items(body))
    return Submission(
        address=caller.address,
        user_agent=caller.headers.get("user-agent", "")[: agents.LONGEST],
        received=caller.received,
        token=caller.token,
        steps=journey.steps,
        refused=journey.refused,
        batch_id=journey.batch_id,
    )


def read_beacon(body: bytes, caller: Caller) -> Submission:
    """One page view, as a step with what came along. Raises `Misfit` and `ParseError`."""
    seen = checks.check_page_view(load_json_of_items(body))
    own = caller.headers.get("host", "").partition(":")[0]
    host = channels.host_of(seen.referrer, own)
    context = {**seen.vitals, **({CLICKS: seen.clicks} if seen.clicks else {})}
    step = checks.Step(
        index=0,
        kind=StepKind.PAGE_VIEW,
        area=seen.path,
        duration=seen.engaged,
        scroll_depth=seen.scroll_depth,
        context=context or None,
    )
    arrival = Arrival(
        channel=channels.channel_of(host, seen.utm),
        referrer_host=host,
        utm_source=seen.utm.get("source", ""),
        utm_medium=seen.utm.get("medium", ""),
        utm_campaign=seen.utm.get("campaign", ""),
        screen_resolution=seen.screen,
    )
    return Submission(
        address=caller.address,
        user_agent=caller.headers.get("user-agent", "")[: agents.LONGEST],
        received=caller.received,
        token=caller.token,
        steps=[step],
        batch_id=seen.batch_id,
        arrival=arrival,
    )


READERS: Final[Mapping[str, Callable[[bytes, Caller], Submission]]] = {"journey": read_journey, "beacon": read_beacon}


def read(kind: str, body: bytes, caller: Caller) -> Submission | Reply:
    """What a request brings; a reply where it is refused, or counts for nothing."""
    if not origins.is_ours(caller.headers):
        return FOREIGN
    try:
        submission = READERS[kind](body, caller)
    except checks.TooMany as misfit:
        return Reply(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, code="too_large", message=str(misfit))
    except checks.Misfit as misfit:
        return Reply(HTTPStatus.BAD_REQUEST, code="invalid", message=str(misfit), fields=_lists(misfit.fields))
    except ParseError as error:
        return Reply(HTTPStatus.BAD_REQUEST, code="parse_error", message=str(error.detail))
    return submission if caller.is_counted else told(NOT_COUNTED)


def told(outcome: Outcome) -> Reply:
    """How many steps are stored, and which were not taken."""
    refused = [{"index": one.index, "reason": one.reason} for one in outcome.refused]
    return Reply(HTTPStatus.ACCEPTED, {"accepted": outcome.accepted, "refused": refused})


def _lists(fields: Mapping[str, str]) -> dict[str, list[str]]:
    return {name: [why] for name, why in fields.items()}
