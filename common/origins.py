"""Whose page sent a request: one of ours, or of a site that the owner lets in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http.request import split_domain_port, validate_host

if TYPE_CHECKING:
    from collections.abc import Mapping


def is_ours(headers: Mapping[str, str]) -> bool:
    """By headers under their names in small letters.

    Programs that are no browser send no Origin; they could send any, and what they get or tell here is open to all.
    """
    origin = headers.get("origin")
    if origin is None or origin in (settings.SITE_URL, *settings.CORS_ALLOWED_ORIGINS):
        return True
    if headers.get("sec-fetch-site") == "same-origin":  # a page cannot write this; it holds where a proxy alters Host
        return True
    _, _, address = origin.partition("://")
    host, _port = split_domain_port(address)
    return address == headers.get("host") and validate_host(host, settings.ALLOWED_HOSTS)
