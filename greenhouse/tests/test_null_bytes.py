"""NUL comes no further than the door, whichever way it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path", ["/media/%00", "/projects/a%00/", "/skills/%00", "/api/v1/projects/%00/", "/admin/%00/"]
)
def test_no_address_has_nul_in_it(client: Client, admin_client: Client, path: str) -> None:
    assert client.get(path).status_code == 404
    assert admin_client.get(path).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/?q=%00",
        "/fragments/plants/?q=a%00",
        "/fragments/news/?since=%00",
        "/api/v1/projects/?search=%00",
        "/api/v1/projects/?technology=%00",
        "/api/v1/projects/?ordering=%00",
        "/api/v1/projects/?page=%00",
        "/api/v1/skills/?group=%00",
        "/api/v1/events/?since=%00",
        "/api/v1/garden/?at=%00",
        "/admin/garden/project/?q=%00",
        "/admin/garden/project/?visibility__exact=%00",
        "/docs?version=%00",
    ],
)
def test_no_query_asks_for_it(admin_client: Client, path: str) -> None:
    response = admin_client.get(path)
    assert response.status_code == 400
    if path.startswith("/api/"):
        assert response.json()["error"]["code"] == "bad_request"


def test_a_percent_sign_that_only_looks_like_it_is_searched_for(client: Client) -> None:
    assert client.get("/?q=%2500").status_code == 200


@pytest.mark.parametrize("path", ["/admin/", "/admin/login/", "/api/v1/integrations/status/"])
def test_a_session_cookie_that_spells_it_is_no_session(client: Client, path: str) -> None:
    response = client.get(path, headers={"Cookie": 'sessionid="\\000aaaaaaaaaaaaaaaa"; csrftoken="\\000"'})
    assert response.status_code in (200, 302, 401)
