"""What GitHub shows of an account: whose it is, what a token may do, and every repository that could be planted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from integrations.http import pages
from integrations.items import text
from integrations.problems import Malformed, Problem
from integrations.providers.forges.repositories import of_account

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from integrations.answers import Answer
    from integrations.http import Http
    from integrations.providers.base import Connection
    from integrations.providers.forges.repositories import Repository

A_PAGE: Final = 100  # the most that GitHub gives at once
MOST_ORGANISATIONS: Final = 20  # of those that an account shows without a token, one request and more each
SCOPES: Final = "X-OAuth-Scopes"  # the header that names the scopes of a classic token; others have none
READS_PRIVATE: Final = "repo"  # the classic scope that reads private repositories


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
    if READS_PRIVATE not in scopes and connection.reads_private():
        raise Problem(
            "missing_scope",
            "The token of GitHub may not read private repositories, and you chose some: the scope repo is missing.",
            fix="Make a token with the scope repo (or a fine-grained one that reads their contents), and store it.",
        )
    may = "it may read private repositories" if READS_PRIVATE in scopes else "it reads public repositories only"
    return f"with a token of {'the scopes ' + ', '.join(scopes) if scopes else 'no scope'}: {may}"


def listed(http: Http, username: str) -> Iterator[Repository]:
    """What an account shows to everybody. Raises `Problem` where there is no such account."""
    params = {"type": "owner", "sort": "pushed", "per_page": A_PAGE}
    with of_account(username, label="GitHub", setting="GITHUB_USERNAME"):
        yield from _repositories(http, f"/users/{quote(username)}/repos", params)


def _repositories(http: Http, address: str, params: Mapping[str, Any]) -> Iterator[Repository]:
    for answer in pages(http, address, params=params, keep=True):
        if not isinstance(answer.data, list):
            raise Malformed("GitHub answered with something else than a list of repositories.")
        yield from answer.data


def reached(http: Http, connection: Connection, *, private: bool) -> Iterator[Repository]:
    """What the account and its organisations have: with a token all that it reaches, without one what is shown."""
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
