"""The only door out. Nothing in the greenhouse speaks to another machine but through here.

Every request has timeouts and a size limit, waits for its turn, obeys the pauses it is asked for, and retries what is
worth retrying. A service's own host is never left; addresses beside it, which came from people, lead wherever the open
internet goes, and no further (`guard.py`). Bodies are JSON, where nothing else is said.
"""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlencode, urljoin, urlsplit

import requests
import structlog
import urllib3
from django.utils import timezone
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from common.text import storable
from integrations import cached, limits, request_metrics, skew
from integrations.answers import Answer, links_of, message_in, pause_in
from integrations.deadline import BoundedAdapter
from integrations.guard import GuardedAdapter
from integrations.problems import ASKED_AGAIN, Limited, Malformed, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from integrations.models import CachedResponse

USER_AGENT = "digital-greenhouse"
ATTEMPTS = 3  # for failures that pass: 5xx, a broken connection, a short pause asked for
PATIENCE = timedelta(seconds=60)  # the longest pause that a run waits out; longer ones end it until then
LARGEST_BODY = 25 * 1024 * 1024  # bytes after decompression
MOST_REDIRECTS = 3
CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait for a connection, for the next bytes, and for an answer as a whole."""

    connect: float = 5
    read: float = 20
    total: float = 60


class Http(Protocol):
    """What a provider may do with the network."""

    def get(
        self,
        address: str,
        *,
        params: Mapping[str, Any] | None = None,
        also: Collection[int] = (),
        keep: bool = False,
        raw: bool = False,
    ) -> Answer:
        """Ask for `address`, a path below the provider's base or an absolute URL on its host.

        Statuses outside 2xx raise `Problem` unless `also` names them. With `keep` the answer is kept with its
        validator, so that the same question costs nothing while nothing changed. `raw` gives the body as it came.
        """


class _Again(Exception):
    """An attempt failed in a way that the next one may not."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class Door:
    """The way to one provider under one account."""

    def __init__(
        self,
        *,
        provider: str,
        label: str,
        base_url: str,
        elsewhere: Collection[str] = (),
        headers: Mapping[str, str],
        per_minute: int,
        burst: int = 0,
        account: str = "",
        timeouts: Timeouts | None = None,
        alive: Callable[[], None] = lambda: None,
        sleep: Callable[[float], None] = time.sleep,
        renew: Callable[[], Mapping[str, str]] | None = None,
        spent: bool = False,
    ) -> None:
        """`elsewhere` are addresses whose hosts may be asked as well, if they are in the open internet; their redirects
        may lead to other such hosts. `headers` go to the host of `base_url` alone.

        `burst` requests may go out at once; without it, a minute's worth.

        `account` tells limits and cached answers of different credentials apart; it must not be one.

        `alive` is called before everything that may take long. `renew` gives the headers with a new token; it is
        called once, before the first request where the old token is known to be `spent`, else when it is refused.
        """
        self.label = label
        self.key = f"{provider}:{account}" if account else provider
        self._provider = provider
        self._log = structlog.get_logger(f"integrations.providers.{provider}")  # LOG_LEVEL_GITHUB and the like
        self._base = base_url.rstrip("/")
        self._elsewhere = {_origin(address) for address in elsewhere}
        self._headers = {"User-Agent": USER_AGENT, **headers}
        self._per_minute, self._burst = per_minute, burst or per_minute
        self._timeouts = timeouts or Timeouts()
        self._alive = alive
        self._sleep = sleep
        self._renew = renew
        self._spent = spent
        self._session, self._guarded = requests.Session(), requests.Session()
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, BoundedAdapter(self._timeouts.total))
            self._guarded.mount(scheme, GuardedAdapter(self._timeouts.total))

    def get(
        self,
        address: str,
        *,
        params: Mapping[str, Any] | None = None,
        also: Collection[int] = (),
        keep: bool = False,
        raw: bool = False,
    ) -> Answer:
        """See `Http.get`."""
        url = self._own(urljoin(self._base + "/", address.removeprefix("/")))
        if params:
            url = f"{url}{'&' if '?' in url else '?'}{urlencode(params)}"
        known = cached.find(self._cache_key(url)) if keep else None
        if self._spent:
            self._renew_token()
        response, body = self._follow(url, known)
        if response.status_code == HTTPStatus.UNAUTHORIZED and self._renew:
            self._renew_token()
            response, body = self._follow(url, known)
        if known and response.status_code == HTTPStatus.NOT_MODIFIED:
            body = cached.body_of(known)
            return Answer(HTTPStatus.OK, body if raw else json.loads(body), links_of(known.link))
        if not response.ok and response.status_code not in also:
            raise self._refusal(response, body)
        links = links_of(response.headers.get("Link", ""))
        answer = Answer(response.status_code, body if raw else self._parsed(response, body), links, response.headers)
        if keep and response.status_code == HTTPStatus.OK:
            cached.store(self._cache_key(url), self._provider, url, response.headers, body)
        return answer

    def post(self, address: str, *, form: Mapping[str, str], also: Collection[int] = ()) -> Answer:
        """Send a form. Statuses outside 2xx raise `Problem` unless `also` names them; redirects are not followed."""
        url = self._own(urljoin(self._base + "/", address.removeprefix("/")))
        response, body = self._persist(url, None, form)
        if response.is_redirect:
            raise Problem("redirects", f"{self.label} points elsewhere.", status=response.status_code)
        if not response.ok and response.status_code not in also:
            raise self._refusal(response, body)
        return Answer(response.status_code, self._parsed(response, body))

    def _renew_token(self) -> None:
        if self._renew:
            self._headers |= self._renew()
        self._renew, self._spent = None, False

    def _follow(self, url: str, known: CachedResponse | None) -> tuple[requests.Response, bytes]:
        """The answer at the end of any redirects, none of which leaves the service's own host, or leads there."""
        for _ in range(MOST_REDIRECTS + 1):
            response, body = self._persist(url, known)
            if response.status_code not in (301, 302, 303, 307, 308):
                return response, body
            url = self._further(url, urljoin(url, response.headers.get("Location", "")))
        raise Problem("redirects", f"{self.label} redirects in circles.", status=response.status_code)

    def _persist(
        self, url: str, known: CachedResponse | None, form: Mapping[str, str] | None = None
    ) -> tuple[requests.Response, bytes]:
        """Ask until it works, the attempts are used up, or the pause asked for is too long."""
        retrying = Retrying(
            retry=retry_if_exception_type(_Again),
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_random_exponential(multiplier=0.5, max=10),
            sleep=self._sleep,
            before_sleep=self._note_retry,
            reraise=True,
        )
        try:
            return retrying(self._once, url, known, form)
        except _Again as again:
            raise again.problem from again

    def _note_retry(self, state: RetryCallState) -> None:
        self._log.debug("http.retry", provider=self._provider, attempt=state.attempt_number)
        self._alive()

    def _once(
        self, url: str, known: CachedResponse | None, form: Mapping[str, str] | None
    ) -> tuple[requests.Response, bytes]:
        key = self._limit_key(url)
        turn = self._wait_for_token(key)
        self._alive()
        headers = dict(self._headers) if self._at_home(url) else {"User-Agent": USER_AGENT}
        if known and known.etag:
            headers["If-None-Match"] = known.etag
        elif known and known.last_modified:
            headers["If-Modified-Since"] = known.last_modified
        started, status = time.monotonic(), None
        try:
            with (self._session if self._at_home(url) else self._guarded).request(
                "GET" if form is None else "POST",
                url,
                headers=headers,
                data=form,
                timeout=(self._timeouts.connect, self._timeouts.read),
                allow_redirects=False,
                stream=True,
                auth=_as_it_is,
            ) as response:
                status = response.status_code
                skew.note(response.headers.get("Date", ""), now=timezone.now())
                body = self._read(response)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            status = None
            raise self._failed(key, self._unreachable(error)) from error
        finally:
            seconds = time.monotonic() - started
            self._log.debug("http.asked", provider=self._provider, status=status, seconds=round(seconds, 3))
            self._count(url, status, seconds)
        if turn.failures and response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
            limits.succeeded(key)
        self._obey(key, response, body)
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise self._failed(key, self._refusal(response, body))
        return response, body

    def _failed(self, key: str, problem: Problem) -> Exception:
        """Count a failure. What to raise: the next attempt is made, unless the circuit is open now."""
        problem.until = limits.failed(key, trouble=problem.message, now=timezone.now())
        if problem.until is None:
            return _Again(problem)
        self._log.warning("http.circuit_open", provider=self._provider, until=problem.until.isoformat())
        return problem

    def _count(self, url: str, status: int | None, seconds: float) -> None:
        path = urlsplit(url).path.removeprefix(urlsplit(self._base).path)
        endpoint = request_metrics.endpoint_of(path) if self._at_home(url) else request_metrics.ELSEWHERE
        request_metrics.count_request(
            provider=self._provider, endpoint=endpoint, status=status, seconds=seconds, now=timezone.now()
        )

    def _read(self, response: requests.Response) -> bytes:
        """The whole body, unless it is too large."""
        chunks, size = [], 0
        while chunk := response.raw.read1(CHUNK, decode_content=True):
            size += len(chunk)
            if size > LARGEST_BODY:
                raise Problem(
                    "too_large",
                    f"{self.label} sent more than {LARGEST_BODY // 1024**2} MB for one question.",
                    status=response.status_code,
                )
            chunks.append(chunk)
        return b"".join(chunks)

    def _wait_for_token(self, key: str) -> limits.Turn:
        """Wait until a request may go out. Raises `Limited` when that is too far away, or the circuit is open."""
        while True:
            now = timezone.now()
            turn = limits.take_token(key, per_minute=self._per_minute, burst=self._burst, now=now)
            if turn.until is None:
                return turn
            if turn.open:
                said = f"{self.label} failed {turn.failures} times in a row and is left alone. {turn.reason}"
                raise Limited(said, until=turn.until, code="circuit_open")
            if turn.until - now > PATIENCE:
                raise Limited(turn.reason or f"{self.label} asks us to wait.", until=turn.until)
            self._alive()
            self._sleep((turn.until - now).total_seconds())

    def _obey(self, key: str, response: requests.Response, body: bytes) -> None:
        """Remember the pause that an answer asks for. Raises `Limited` or `_Again` when the answer was that request."""
        now = timezone.now()
        pause = pause_in(response.status_code, response.headers, body, label=self.label, now=now)
        if pause is None:
            return
        until, reason = pause.until, pause.reason
        limits.pause(key, until=until, reason=reason, now=now)
        if pause.asked:
            limited = Limited(reason, until=until)
            raise limited if until - now > PATIENCE else _Again(limited)

    def _own(self, url: str) -> str:
        """`url`, if it is on a host of the provider's; nothing else may be asked."""
        if not self._at_home(url) and _origin(url) not in self._elsewhere:
            raise self._foreign(url)
        return url

    def _foreign(self, url: str) -> Problem:
        return Problem(
            "foreign_host",
            f"{self.label} pointed to another host, {storable(urlsplit(url).netloc, 100) or 'none'}.",
            fix="Nothing was asked there. Check the address of the service in the settings.",
        )

    def _further(self, url: str, to: str) -> str:
        """Where a redirect leads from `url`, if that may be asked."""
        if self._at_home(url):
            return self._own(to)
        if self._at_home(to) or urlsplit(to).scheme not in ("http", "https"):
            raise self._foreign(to)
        return to

    def _at_home(self, url: str) -> bool:
        return _origin(url) == _origin(self._base)

    def _limit_key(self, url: str) -> str:
        """What limits and pauses of a host are kept under: one that is slow or full says nothing of the others."""
        if self._at_home(url):
            return self.key
        return f"{self.key}@{hashlib.sha256(repr(_origin(url)).encode()).hexdigest()[:8]}"

    def _cache_key(self, url: str) -> str:
        return hashlib.sha256(f"{self.key} {url}".encode()).hexdigest()

    def _parsed(self, response: requests.Response, body: bytes) -> Any:
        if not body.strip():
            return None
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            html = "html" in response.headers.get("Content-Type", "") or body.lstrip()[:1] == b"<"
            what = "a web page" if html else "something that is not JSON"
            raise Malformed(f"{self.label} answered with {what} where data was expected.") from error

    def _refusal(self, response: requests.Response, body: bytes) -> Problem:
        """A problem for a status that is no success, with what the service says about it."""
        status = response.status_code
        code, sentence = {
            401: ("unauthorized", f"{self.label} does not accept the token."),
            403: ("forbidden", f"{self.label} does not allow this."),
            404: ("not_found", f"{self.label} knows nothing at this address."),
            451: ("blocked", f"{self.label} may not show this for legal reasons."),
        }.get(status, ("refused", f"{self.label} answered {status}."))
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            code, sentence = "server_error", f"{self.label} has trouble of its own (it answered {status})."
        said = message_in(body).rstrip(".")
        fix = "Nothing to do: it is tried again at the next run." if code == "server_error" else ""
        return Problem(code, f"{sentence} It says: “{said}”." if said else sentence, fix=fix, status=status)

    def _unreachable(self, error: Exception) -> Problem:
        slow = isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError | TimeoutError)
        how = "did not answer in time" if slow else "could not be reached"
        return Problem(
            "timeout" if slow else "unreachable",
            f"{self.label} {how}.",
            fix=f"Check that this machine is online. {ASKED_AGAIN}",
        )


def pages(http: Http, address: str, *, params: Mapping[str, Any], keep: bool = False) -> Iterator[Answer]:
    """The answer and every further page that its `Link` header names, taken as they are given."""
    answer = http.get(address, params=params, keep=keep)
    yield answer
    while further := answer.links.get("next"):
        answer = http.get(further, keep=keep)
        yield answer


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Credentials are in the headers already; without this, requests would look for others in ~/.netrc."""
    return request


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)
