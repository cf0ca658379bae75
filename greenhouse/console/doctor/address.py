"""Whether `SITE_URL` leads to this site, and whether what stands in front of it is named in `TRUSTED_PROXIES`.

The site is asked at its own address; it knows the question by a signature, and says how it came.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import requests
import urllib3
from django.conf import settings

from greenhouse.web import arrival
from integrations.deadline import BoundedAdapter

if TYPE_CHECKING:
    from collections.abc import Iterator

TIMEOUT: Final = (3.0, 5.0)  # seconds to connect and to wait for the next byte
WITHIN: Final = 8.0  # seconds for the answer as a whole
LARGEST: Final = 10_000  # bytes


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the address."""

    said: str
    cure: str


def of_the_site() -> str:
    """Where the site is: `SITE_URL`, or while it was not set, where the web process last said it listens."""
    if not settings.SITE_URL_IS_A_GUESS:
        return str(settings.SITE_URL)
    try:
        return str(settings.SERVED_AT.read_text().strip()) or settings.SITE_URL
    except OSError:
        return str(settings.SITE_URL)


def faults(site: str) -> Iterator[Fault]:
    """What is wrong. Asks the site once."""
    try:
        seen = _ask(site)
    except requests.exceptions.SSLError as error:
        yield Fault(
            f"The certificate of {site} is not valid: {_short(error)}", "Renew it where TLS ends, at the proxy."
        )
        return
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
        cure = "Is the site running? Does the name lead to this machine, and does the proxy pass requests on?"
        yield Fault(f"SITE_URL ({site}) cannot be reached from here: {_short(error)}", f"{cure} Else mend SITE_URL.")
        return
    if seen is None:
        yield Fault(
            f"SITE_URL ({site}) leads to another server, or to one with another SECRET_KEY.",
            "Mend SITE_URL, or what the name leads to; all processes need the same data directory or SECRET_KEY.",
        )
        return
    if seen["forwarded"] and not seen["trusted"]:
        yield Fault(
            f"Requests come through a proxy at {seen['peer']} that is not trusted: all visitors count as one, and "
            "limits hold for all of them together.",
            f"TRUSTED_PROXIES={seen['peer']} in .env, then start the site anew.",
        )
    elif urlsplit(site).scheme != seen["scheme"]:
        yield Fault(
            f"SITE_URL is {urlsplit(site).scheme}, and requests arrive as {seen['scheme']}: forms will be refused.",
            "Let the proxy set X-Forwarded-Proto, and name it in TRUSTED_PROXIES.",
        )


def _ask(site: str) -> dict[str, Any] | None:
    with requests.Session() as session:
        session.trust_env = False  # the site's own address is asked directly
        for scheme in ("http://", "https://"):
            session.mount(scheme, BoundedAdapter(WITHIN))
        with session.get(
            f"{site}/health/ready",
            headers={arrival.HEADER: arrival.question()},
            timeout=TIMEOUT,
            allow_redirects=False,
            stream=True,
        ) as response:
            body = response.raw.read(LARGEST, decode_content=True)
    return arrival.answer_in(body)


def _short(error: Exception) -> str:
    return str(error).rpartition(": ")[2].rstrip(")'\"")[:200] or type(error).__name__
