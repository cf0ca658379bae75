"""Editors and players in a browser report from origins of their own. Any may read the answers: the key alone opens."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from corsheaders.signals import check_request_enabled

if TYPE_CHECKING:
    from django.http import HttpRequest

INTAKES: Final = re.compile(
    r"/api/v1/(?:integrations/wakatime/)?users/current(?:/|$)|(?:/api/v1/integrations/listenbrainz)?/1/"
)


def connect() -> None:
    """Have CORS headers sent with every answer of the intakes' addresses, to whichever origin asked."""
    check_request_enabled.connect(_is_for_an_intake, dispatch_uid="integrations.cors")


def _is_for_an_intake(request: HttpRequest, **_signal: Any) -> bool:
    return INTAKES.match(request.path_info) is not None
