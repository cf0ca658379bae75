"""What GitHub shows of an account: whose it is, what a token may do, and every repository that could be planted."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import quote

from integrations.http import pages
from integrations.items import moment, number_id, text, text_id
from integrations.problems import Malformed, Problem
from integrations.providers.github import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from integrations.answers import Answer
    from integrations.http import Http
    from integrations.providers.base import Connection, Offer

A_PAGE: Final = 100  # the most that GitHub gives at once
MOST_ORGANISATIONS: Final = 20  # of those that an account shows without a token, one request and more each
SCOPES: Final = "X-OAuth-Scopes"  # the header that names the scopes of a classic token; others have none
READS_PRIVATE: Final = "repo"  # the classic scope that reads private repositories
Repository: TypeAlias = "Mapping[str, Any]"


def own_name(http: Http) -> str:
    """The account that the token belongs to."""
    return str(http.get("/user").data["login"])


def check(http: Http, connection: Connection) -> str:
    """Ask for the allowance, which is free, and for the account; and say what the token may do."""
    allowance = http.get("/rate_limit")
    core = allowance.data["resources"]["core"]
    name = connection.username or own_name(http)
    account = http.get(f"/users/{quote(name)}").data
    return (
        f"{account['login']} has {account['public_repos']} public repositories; "
        f"{core['remaining']} of {core['limit']} requests an hour left, {_right(connection, allowance)}."
    )


def _right(connection: Connection, answer: Answer) -> str:
    """With what right an answer was given."""
    if not connection.token:
        return "without a token"
    if SCOPES not in answer.headers:
        return "with a token that names no scopes: its page at GitHub says whether it reads private repositories"
    scopes = [scope for scope in answer.headers[SCOPES].replace(" ", "").split(",") if scope]
    may = "it may read private repositories" if READS_PRIVATE in scopes else "it reads public repositories only"
    return f"with a token of {'the scopes ' + ', '.join(scopes) if scopes else 'no scope'}: {may}"


def listed(http: Http, username: str) -> Iterator[Repository]:
    """What an account shows to everybody. Raises `Problem` where there is no such account."""
    params = {"type": "owner", "sort": "pushed", "per_page": A_PAGE}
    try:
        yield from _repositories(http, f"/users/{quote(username)}/repos", params)
    except Problem as problem:
        if problem.status != HTTPStatus.NOT_FOUND:
            raise
        raise Problem(
            "no_such_account",
            f"GitHub has no account called {username!r}.",
            fix="Check GITHUB_USERNAME, the account in the admin, or what stands after --username.",
            status=problem.status,
        ) from problem


def _repositories(http: Http, address: str, params: Mapping[str, Any]) -> Iterator[Repository]:
    for answer in pages(http, address, params=params, keep=True):
        if not isinstance(answer.data, list):
            raise Malformed("GitHub answered with something else than a list of repositories.")
        yield from answer.data


def public_only(repository: Repository) -> Repository | None:
    """The repository, unless it is private. Raises what wrong shapes raise where it lacks what it is known by."""
    if repository.get("private"):
        return None
    number_id(repository["id"]), text_id(repository["full_name"]), stamp_of(repository)
    return repository


def stamp_of(repository: Repository) -> str:
    """When GitHub last changed its record of a repository, written as webhooks' stamps are."""
    return moment(repository["updated_at"]).isoformat()


def is_fork(repository: Repository) -> bool:
    """Whether it is a copy of another one."""
    return bool(repository.get("fork"))


def look(http: Http, connection: Connection, *, private: bool) -> Iterator[Offer]:
    """Everything that could be planted: the account's repositories and those of its organisations, each once.

    With a token whatever it reaches, the private ones only if `private`; without one what the account shows.
    """
    seen: set[str] = set()
    for repository in _everything(http, connection, private=private):
        offer = parse.offer(repository)
        if offer.external_id not in seen and (private or not offer.private):
            seen.add(offer.external_id)
            yield offer


def _everything(http: Http, connection: Connection, *, private: bool) -> Iterator[Repository]:
    if connection.token:
        reach = {
            "visibility": "all" if private else "public",
            "affiliation": "owner,collaborator,organization_member",
            "sort": "pushed",
            "per_page": A_PAGE,
        }
        yield from _repositories(http, "/user/repos", reach)
    if connection.username:
        yield from listed(http, connection.username)
        if not connection.token:
            params = {"per_page": MOST_ORGANISATIONS}
            for organisation in _repositories(http, f"/users/{quote(connection.username)}/orgs", params):
                address = f"/orgs/{quote(text(organisation['login']))}/repos"
                yield from _repositories(http, address, {"type": "public", "sort": "pushed", "per_page": A_PAGE})
