"""Editors in a browser report from origins of their own. Any may read the answers: what opens is the key alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from corsheaders.signals import check_request_enabled

if TYPE_CHECKING:
    from django.http import HttpRequest

EDITORS: Final = re.compile(r"/api/v1/(?:integrations/wakatime/)?users/current(?:/|$)")


def connect() -> None:
    """Have CORS headers sent with every answer of the editors' addresses, to whichever origin asked."""
    check_request_enabled.connect(_is_for_editors, dispatch_uid="coding.cors")


def _is_for_editors(request: HttpRequest, **_signal: Any) -> bool:
    return EDITORS.match(request.path_info) is not None
