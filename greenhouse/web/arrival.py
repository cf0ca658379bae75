"""How a request arrived here, told to ourselves alone: `manage.py doctor` asks at `SITE_URL` with a signed question."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from django.core import signing

from visitors.addresses import is_trusted_proxy

if TYPE_CHECKING:
    from django.http import HttpRequest

HEADER: Final = "X-Greenhouse-Doctor"
# Two, so that whoever is asked cannot hand the question back as an answer, nor an answer of ours on as a question.
ASKS: Final = "greenhouse.arrival.question"
ANSWERS: Final = "greenhouse.arrival.answer"
LASTS: Final = 60  # seconds


def question() -> str:
    """What makes the site tell; good for a minute."""
    return signing.dumps("how did this arrive?", salt=ASKS)


def told(request: HttpRequest) -> dict[str, str]:
    """What goes into the answer to our own question: nothing where anybody else asks."""
    try:
        signing.loads(request.headers.get(HEADER, ""), salt=ASKS, max_age=LASTS)
    except signing.BadSignature:
        return {}
    peer = request.META.get("REMOTE_ADDR") or ""
    seen = {
        "peer": peer,
        "forwarded": any(name in request.headers for name in ("X-Forwarded-For", "X-Forwarded-Proto", "Forwarded")),
        "trusted": is_trusted_proxy(peer),
        "scheme": request.scheme,
    }
    return {"arrived": signing.dumps(seen, salt=ANSWERS)}


def answer_in(body: bytes) -> dict[str, Any] | None:
    """What the site told; `None` where it was not this site that answered."""
    try:
        seen = signing.loads(json.loads(body)["arrived"], salt=ANSWERS, max_age=LASTS)
    except (signing.BadSignature, ValueError, KeyError, TypeError):
        return None
    return seen if isinstance(seen, dict) else None
