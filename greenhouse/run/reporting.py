"""Reports of errors to Sentry, for an owner who set it up: what broke and where.

They tell nothing about who was there, and nothing that opens something or says where the owner lives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from greenhouse.run.redaction import redacted

if TYPE_CHECKING:
    from sentry_sdk.types import Breadcrumb, BreadcrumbHint, Event, Hint

REQUEST_FIELDS = ("method", "url")
# Of other services: keys of the owner's accounts, and the garden's place.
QUERY_FIELDS = ("http.query", "http.fragment")


def start(dsn: str) -> None:
    """Report to `dsn` from now on. The integrations for Django and Celery come with the package by themselves."""
    import sentry_sdk  # here, as few sites report and each process would carry it

    sentry_sdk.init(
        dsn=dsn,
        send_default_pii=False,
        include_local_variables=False,  # they hold addresses and tokens
        max_request_body_size="never",
        trace_propagation_targets=[],  # by default every service that we ask is sent the key of the DSN
        before_send=without_the_visitor,
        before_breadcrumb=without_query,
    )


def without_the_visitor(event: Event, _hint: Hint) -> Event:
    """The report without headers, cookies, query, address and account of the request that failed, and without keys."""
    request = event.get("request", {})
    event["request"] = {name: request[name] for name in REQUEST_FIELDS if name in request}
    event.pop("user", None)
    return cast("Event", _redacted(event))


def without_query(crumb: Breadcrumb, _hint: BreadcrumbHint) -> Breadcrumb:
    """A step on the way to the error without the query of a request that we sent."""
    data = crumb.get("data") or {}
    crumb["data"] = {name: said for name, said in data.items() if name not in QUERY_FIELDS}
    return crumb


def _redacted(said: Any) -> Any:
    """The same in any depth: the text of an exception names the address that could not be reached."""
    if isinstance(said, str):
        return redacted(said)
    if isinstance(said, dict):
        return {name: _redacted(one) for name, one in said.items()}
    return [_redacted(one) for one in said] if isinstance(said, list) else said
