"""The intake in front of Django: what is answered 202 is stored, and what cannot be is told so."""

from __future__ import annotations

import asyncio
import json
import threading
import uuid
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from channels.testing import HttpCommunicator
from django.contrib.auth.models import User
from django.db import DataError, OperationalError, connections
from django.http import HttpResponse
from django.test import Client

from greenhouse.web import body_limits, hot_writes
from greenhouse.web.answers import owed_headers
from greenhouse.web.body_limits import LimitBodies
from greenhouse.web.hot_writes import HotWrites
from visitors import owner_devices
from visitors.intake import groups, writer
from visitors.models import Session, Step
from visitors.vocabulary import StepKind

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from pytest_django.fixtures import Settings

JOURNEY, BEACON = "/api/v1/visitors/journey/", "/api/v1/visitors/beacon/"
STEP = {"step_type": "navigation", "area": "gate"}
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest_asyncio.fixture
async def door(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Any]:
    """The door with a writer of the test's own, in front of an application that answers 204."""
    owed_headers.cache_clear()
    own = writer.Writer()
    monkeypatch.setattr("greenhouse.web.hot_writes.writer", own)

    async def beyond(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    yield LimitBodies(HotWrites(beyond))
    await asyncio.to_thread(own.stop)


async def ask(
    door: Any, body: Any, path: str = JOURNEY, method: str = "POST", client: str = "203.0.113.9", **headers: str
) -> dict[str, Any]:
    sent = {"host": "testserver", "user-agent": FIREFOX, "content-type": "application/json", **headers}
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in sent.items()]
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    path, _, query = path.partition("?")
    request = HttpCommunicator(door, method, path, body=content, headers=raw)
    request.scope |= {"scheme": "http", "client": (client, 1), "query_string": query.encode()}
    answer = await request.get_response(timeout=10)
    return {
        "status": answer["status"],
        "headers": {name.decode(): value.decode() for name, value in answer["headers"]},
        "json": json.loads(answer["body"] or b"null"),
    }


async def rows(model: Any = Step) -> int:
    return await asyncio.to_thread(_count, model)


def _count(model: Any) -> int:
    try:
        return int(model.objects.count())
    finally:
        connections.close_all()


async def test_what_is_accepted_is_stored(door: Any) -> None:
    answer = await ask(door, {"batch_id": str(uuid.uuid4()), "steps": [STEP, {"step_type": "flight"}]})
    assert answer["status"] == 202
    assert answer["json"]["accepted"] == 1
    assert answer["json"]["refused"][0]["index"] == 1
    assert await rows() == 1


@pytest.mark.parametrize("path", [JOURNEY, BEACON])
@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://testserver.elsewhere.example"])
async def test_pages_of_other_sites_tell_nothing(door: Any, path: str, origin: str) -> None:
    # As text a browser sends it without asking ahead, and each of its visitors would count as one of ours.
    headers = {"origin": origin, "sec-fetch-site": "cross-site", "content-type": "text/plain"}
    answer = await ask(door, STEP if path == JOURNEY else {"path": "/"}, path, **headers)
    assert answer["status"] == 403
    assert answer["json"]["error"]["code"] == "permission_denied"
    assert await rows() == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://testserver"},
        {"origin": "https://friend.example", "sec-fetch-site": "cross-site"},
        {"origin": "https://garden.example", "sec-fetch-site": "same-origin"},  # behind a proxy that alters Host
    ],
)
async def test_pages_of_this_site_and_of_those_let_in_tell(door: Any, settings: Any, headers: dict[str, str]) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://friend.example"]
    assert (await ask(door, STEP, **headers))["json"]["accepted"] == 1


@pytest.mark.parametrize("path", [JOURNEY, JOURNEY[:-1]])
async def test_one_step_alone_with_and_without_the_slash(door: Any, path: str) -> None:
    assert (await ask(door, STEP, path))["json"] == {"accepted": 1, "refused": []}


async def test_a_beacon_is_a_page_view(door: Any) -> None:
    assert (await ask(door, {"path": "/"}, BEACON))["status"] == 202
    kinds = await asyncio.to_thread(lambda: [one.kind for one in Step.objects.all()])
    assert kinds == [StepKind.PAGE_VIEW]


async def test_many_at_once_are_stored_in_few_groups(door: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    real = groups.store

    def counted(group: Any, **options: Any) -> Any:
        sizes.append(len(group))
        return real(group, **options)

    monkeypatch.setattr(writer, "store", counted)
    answers = await asyncio.gather(*(ask(door, {"steps": [STEP] * 10}, client=f"198.51.100.{n}") for n in range(50)))
    assert {answer["json"]["accepted"] for answer in answers} == {10}
    assert sum(sizes) == 50
    assert len(sizes) < 10
    assert await rows() == 500
    assert await rows(Session) == 50


@pytest.mark.parametrize("headers", [{"dnt": "1"}, {"sec-gpc": "1"}])
async def test_who_asks_not_to_be_counted_is_not(door: Any, headers: dict[str, str]) -> None:
    for path, body in ((JOURNEY, STEP), (BEACON, {"path": "/"})):
        answer = await ask(door, body, path, **headers)
        assert (answer["status"], answer["json"]["accepted"]) == (202, 0)
    assert await rows() == 0


async def test_nobody_is_counted_where_counting_is_switched_off(door: Any, settings: Settings) -> None:
    settings.ENABLE_ANALYTICS = False
    for path, body in ((JOURNEY, STEP), (BEACON, {"path": "/"})):
        answer = await ask(door, body, path)
        assert (answer["status"], answer["json"]["accepted"]) == (202, 0)
    assert await rows() == 0


async def test_the_owners_devices_are_not_counted_and_nobody_can_forge_one(door: Any) -> None:
    response = HttpResponse()
    owner_devices.mark(response)
    cookie = response.cookies[owner_devices.COOKIE].OutputString().partition(";")[0]
    assert (await ask(door, STEP, cookie=f"theme=dark; {cookie}"))["json"]["accepted"] == 0
    assert (await ask(door, STEP, cookie=f"{cookie}x"))["json"]["accepted"] == 1


@pytest.mark.django_db
def test_signing_in_to_the_console_marks_the_owners_device_and_no_helpers(client: Client) -> None:
    User.objects.create_superuser("owner", password="a long enough one")
    User.objects.create_user("helper", password="a long enough one", is_staff=True)
    helper, owner = Client(), client
    for who, browser in (("helper", helper), ("owner", owner)):
        answer = browser.post("/admin/login/", {"username": who, "password": "a long enough one"})
        assert answer.status_code == 302
    assert owner_devices.COOKIE not in helper.cookies
    cookie = owner.cookies[owner_devices.COOKIE]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/", True, "Lax")
    assert owner.post(JOURNEY, STEP, content_type="application/json").json()["accepted"] == 0


async def test_a_body_that_is_no_json_or_says_what_is_not_known_is_refused_with_the_reason(door: Any) -> None:
    for body in (b"", b"{", b"\xff", b'{"steps": NaN}', b"[" * 5000, b'{"a":' * 5000, {"steps": [STEP], "me": 1}):
        answer = await ask(door, body)
        assert (answer["status"], set(answer["json"]["error"])) == (400, {"code", "message", "fields"}), body
    assert (await ask(door, {"steps": [STEP], "me": 1}))["json"]["error"]["fields"].keys() == {"me"}
    assert (await ask(door, STEP, JOURNEY + "?me=1"))["status"] == 400
    assert (await ask(door, STEP, content_type="application/xml"))["status"] == 415
    assert (await ask(door, STEP, content_type="text/plain;charset=UTF-8"))["status"] == 202


async def test_too_many_steps_and_too_many_bytes_are_413(door: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body_limits, "LINGER_SECONDS", 0.1)
    assert (await ask(door, {"steps": [STEP] * 10_000}))["status"] == 413
    assert (await ask(door, {"steps": [{}] * 501}))["status"] == 413
    assert (await ask(door, b" " * (256 * 1024 + 1), content_length="5"))["status"] == 413  # whatever the header says
    session = {"cookie": "sessionid=x", "authorization": "Visitor x"}
    assert (await ask(door, b" " * (256 * 1024 + 1), **session))["status"] == 413


async def test_a_flood_from_one_address_is_held_up_and_others_are_not(door: Any, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "journey": "3/minute"}
    narrow = HotWrites(door)
    said = [await ask(narrow, STEP) for _ in range(5)]
    assert [answer["status"] for answer in said] == [202, 202, 202, 429, 429]
    assert int(said[-1]["headers"]["retry-after"]) >= 1
    assert (await ask(narrow, STEP, client="198.51.100.1"))["status"] == 202


async def test_a_flood_of_steps_weighs_as_one_of_requests(door: Any, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "journey": "5/minute"}
    narrow = HotWrites(door)
    said = [await ask(narrow, body) for body in ({"steps": [STEP] * 40}, STEP, STEP)]
    assert [answer["status"] for answer in said] == [202, 202, 429]
    # What weighs more than all there is passes once.
    said = [await ask(narrow, {"steps": [STEP] * 500}, client="198.51.100.1") for _ in range(2)]
    assert [answer["status"] for answer in said] == [202, 429]
    assert await rows() == 40 + 1 + 500


async def test_what_middleware_owes_is_on_every_answer(door: Any, settings: Any) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://other.example"]
    for answer in (await ask(door, STEP, origin="https://other.example"), await ask(door, b"{", JOURNEY)):
        assert answer["headers"]["x-content-type-options"] == "nosniff"
        assert answer["headers"]["cache-control"] == "no-store"
        assert "content-security-policy" in answer["headers"]
    answer = await ask(door, STEP, origin="https://other.example")
    assert answer["headers"]["access-control-allow-origin"] == "https://other.example"


@pytest.mark.parametrize(
    ("method", "path", "host"),
    [("GET", JOURNEY, "testserver"), ("OPTIONS", JOURNEY, "testserver"), ("POST", JOURNEY, "evil.example")],
)
async def test_everything_out_of_the_ordinary_goes_on_to_django(door: Any, method: str, path: str, host: str) -> None:
    assert (await ask(door, STEP, path, method, host=host))["status"] == 204


async def test_a_failed_commit_is_503_and_the_same_batch_is_taken_after(
    door: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    body = {"batch_id": str(uuid.uuid4()), "steps": [STEP]}

    def gone(*_: Any, **__: Any) -> None:
        raise OperationalError("the database is gone")

    with monkeypatch.context() as broken:
        broken.setattr(groups, "_store_visits", gone)
        answers = [await ask(door, body) for _ in range(3)]
    assert {(answer["status"], answer["headers"]["retry-after"]) for answer in answers} == {(503, "1")}
    assert await rows() == 0
    assert (await ask(door, body))["json"]["accepted"] == 1
    assert await rows() == 1
    said = [record.message for record in caplog.records]  # a line when it began and one when it was over
    assert [sum(event in line for line in said) for event in ("service.gone", "service.back")] == [1, 1]


async def test_one_that_cannot_be_stored_takes_no_other_with_it(door: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    real = groups._arriving

    def spoiled(group: Any, now: Any) -> Any:
        if any(one.address == "198.51.100.7" for one in group):
            raise DataError("no database takes this")
        return real(group, now)

    monkeypatch.setattr(groups, "_arriving", spoiled)
    answers = await asyncio.gather(*(ask(door, STEP, client=f"198.51.100.{n}") for n in range(16)))
    assert [answer["status"] for answer in answers] == [500 if n == 7 else 202 for n in range(16)]
    assert await rows() == 15


async def test_when_too_much_waits_more_is_turned_away(door: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "MOST_WAITING", 25)
    released = threading.Event()
    real = groups.store

    def slow(group: Any, **options: Any) -> Any:
        released.wait(20)
        return real(group, **options)

    monkeypatch.setattr(writer, "store", slow)
    first = [asyncio.create_task(ask(door, {"steps": [STEP] * 10})) for _ in range(2)]
    while hot_writes.writer._steps < 20:  # type: ignore[attr-defined]
        await asyncio.sleep(0.01)
    answer = await ask(door, {"steps": [STEP] * 10})
    assert answer["status"] == 503
    assert answer["headers"]["retry-after"] == "1"
    released.set()
    assert [(await task)["json"]["accepted"] for task in first] == [10, 10]
    assert await rows() == 20


async def test_what_waits_is_stored_when_the_process_ends_and_what_comes_then_is_turned_away(
    door: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = writer.Writer()
    monkeypatch.setattr("greenhouse.web.hot_writes.writer", own)
    monkeypatch.setattr(writer, "GATHER_SECONDS", 60)
    waiting = [asyncio.create_task(ask(door, STEP, client=f"198.51.100.{n}")) for n in range(5)]
    while own._steps < 5:
        await asyncio.sleep(0)
    thread = own._thread
    await asyncio.to_thread(own.stop)
    assert thread is not None
    assert not thread.is_alive()
    assert {(await task)["status"] for task in waiting} == {202}
    assert await rows() == 5
    assert (await ask(door, STEP))["status"] == 503
    monkeypatch.undo()
    monkeypatch.setattr("greenhouse.web.hot_writes.writer", own)
    own.start()
    assert (await ask(door, STEP))["status"] == 202
    await asyncio.to_thread(own.stop)


@pytest.mark.django_db
def test_without_the_hot_route_the_views_take_the_same(client: Client) -> None:
    take: dict[str, Any] = {"content_type": "application/json", "headers": {"User-Agent": FIREFOX}}
    assert client.post(JOURNEY, {"steps": [STEP, {}]}, **take).json()["accepted"] == 1
    assert client.post(BEACON[:-1], {"path": "/"}, **take).status_code == 202
    refused = client.post(BEACON, {"path": "nowhere"}, **take)
    assert (refused.status_code, set(refused.json()["error"]["fields"])) == (400, {"path"})
    assert client.post(JOURNEY, {"steps": [STEP] * 501}, **take).status_code == 413
    assert client.get(JOURNEY).status_code == 405
    assert Session.objects.get().steps == 2
