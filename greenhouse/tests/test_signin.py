"""Signing in, to the console and for a token. The counters are Redis's where TEST_REDIS_URL is set, else in memory."""

from __future__ import annotations

import itertools
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock, patch

import pytest
from django.conf import settings as configured
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.management.commands import changepassword
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_login_failed
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from redis import Redis
from rest_framework_simplejwt.tokens import RefreshToken

from common.permissions import Scope
from greenhouse.console.signin.forms import MISSING
from greenhouse.console.signin.forms import WRONG as WRONG_WORDS
from greenhouse.web.signin_limits import DEVICE_COOKIE
from greenhouse.web.tokens import end_tokens
from integrations import keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.test.client import _MonkeyPatchedWSGIResponse as Answer
    from pytest_django import DjangoAssertNumQueries
    from time_machine import TimeMachineFixture

    Attempt = Callable[..., Answer]

pytestmark = pytest.mark.django_db

ATTEMPTS = 10  # a minute: by address, to an account, from a device
OWN = "192.0.2.1"
RIGHT, WRONG = "password", "wrong"


def strangers() -> Iterator[str]:
    """Addresses without end, each of them new."""
    return (f"2001:db8:{site:x}:{net:x}::1" for site in itertools.count() for net in range(0x10000))


def to_console(client: Client, password: str, *, name: str = "admin", address: str = OWN) -> Answer:
    return client.post(reverse("admin:login"), {"username": name, "password": password}, REMOTE_ADDR=address)


def for_token(client: Client, password: str, *, name: str = "admin", address: str = OWN) -> Answer:
    body = {"username": name, "password": password}
    return client.post(reverse("token"), body, content_type="application/json", REMOTE_ADDR=address)


@pytest.fixture(params=[to_console, for_token])
def attempt(request: pytest.FixtureRequest) -> Attempt:
    """One attempt to sign in, by either way."""
    way: Attempt = request.param
    return way


@pytest.fixture
def looked_at() -> Iterator[list[str]]:
    """The names whose passwords were looked at, and were wrong."""
    names: list[str] = []

    def failed(credentials: dict[str, Any], **_: Any) -> None:
        names.append(credentials["username"])

    user_login_failed.connect(failed)
    yield names
    user_login_failed.disconnect(failed)


@pytest.fixture
def let_pass(time_machine: TimeMachineFixture) -> Callable[[float], None]:
    """Lets seconds pass, for the counters of Redis as well: its clock cannot be moved, but what it keeps can age."""
    time_machine.move_to(timezone.now())

    def let_pass(seconds: float) -> None:
        if not configured.REDIS_URL:
            time_machine.shift(timedelta(seconds=seconds))
            return
        with Redis.from_url(configured.REDIS_URL) as redis:
            for key in redis.scan_iter("LIMITS*"):
                redis.pexpire(key, max(redis.pttl(key) - int(seconds * 1000), 0))

    return let_pass


@pytest.fixture
def hash_password() -> Iterator[Mock]:
    """Hashes passwords as ever, and counts."""
    with patch.object(MD5PasswordHasher, "encode", autospec=True, side_effect=MD5PasswordHasher.encode) as encode:
        yield encode


def let_in(answer: Answer) -> bool:
    return answer.status_code == 302 or b'"access"' in answer.content


def test_the_owner_signs_in(attempt: Attempt, admin_user: User) -> None:
    assert let_in(attempt(Client(), RIGHT))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"username": "admin", "password": "wrong"}, WRONG_WORDS),
        ({"username": "nobody", "password": "password"}, WRONG_WORDS),
        ({"username": "", "password": "password"}, MISSING["username"]),
        ({"username": "admin", "password": ""}, MISSING["password"]),
    ],
)
def test_what_is_wrong_is_said_once_and_in_the_words_of_the_site(
    admin_user: User, said: dict[str, str], told: str
) -> None:
    page = Client().post("/admin/login/", said).content.decode()
    assert page.count(told) == 1
    assert "Please" not in page
    assert "This field is required" not in page
    assert len(re.findall(r'class="errornote|class="mt-2 text-red', page)) == 1


@pytest.mark.parametrize("unlike", [{"is_active": False}, {"is_staff": False}])
def test_who_may_not_come_in_is_told_no_more_than_with_a_wrong_password(
    admin_user: User, unlike: dict[str, bool]
) -> None:
    User.objects.filter(pk=admin_user.pk).update(**unlike)
    page = Client().post("/admin/login/", {"username": "admin", "password": "password"}).content.decode()
    assert WRONG_WORDS in page


def test_guessing_from_one_address_ends_even_for_the_right_password(attempt: Attempt, admin_user: User) -> None:
    for _ in range(ATTEMPTS):
        assert not let_in(attempt(Client(), WRONG))

    refused = attempt(Client(), RIGHT)

    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert (
        f"from your address. Wait {refused.headers['Retry-After']} seconds, then try again." in refused.content.decode()
    )


def test_of_thirty_guesses_from_rotating_addresses_ten_are_looked_at(
    attempt: Attempt, admin_user: User, looked_at: list[str]
) -> None:
    answers = [attempt(Client(), WRONG, address=address) for address in itertools.islice(strangers(), 30)]

    assert len(looked_at) == ATTEMPTS
    assert [answer.status_code for answer in answers[ATTEMPTS:]] == [429] * 20
    assert answers[-1].headers["Retry-After"] == "60"
    assert b"to this account. Wait 60 seconds, then try again." in answers[-1].content


def test_the_console_and_tokens_count_together(admin_user: User, looked_at: list[str]) -> None:
    for way, address in zip([to_console, for_token] * 15, strangers(), strict=False):
        way(Client(), WRONG, address=address)
    assert len(looked_at) == ATTEMPTS


@pytest.mark.parametrize("name", ["nobody", "deactivated"])
def test_an_account_that_is_not_there_answers_as_one_that_is(
    attempt: Attempt, admin_user: User, name: str, hash_password: Mock
) -> None:
    User.objects.create_user("deactivated", password=RIGHT, is_active=False, is_staff=True)
    passwords = {"nobody": RIGHT, "deactivated": RIGHT, "admin": WRONG}
    others = strangers()

    def answers_to(name: str) -> list[tuple[int, str | None, bytes, int]]:
        """Status, wait, page without what the form repeats, and passwords hashed, of each attempt."""
        answers = []
        for address in itertools.islice(others, 30):
            hash_password.reset_mock()
            answer = attempt(Client(), passwords[name], name=name, address=address)
            page = without_csrf(answer.content.replace(f'value="{name}"'.encode(), b""))
            answers.append((answer.status_code, answer.headers.get("Retry-After"), page, hash_password.call_count))
        return answers

    there, not_there = answers_to("admin"), answers_to(name)

    assert [status for status, *_ in there] == [there[0][0]] * ATTEMPTS + [429] * 20
    assert [hashes for *_, hashes in there] == [1] * ATTEMPTS + [0] * 20
    assert not_there == there


def without_csrf(content: bytes) -> bytes:
    before, mark, after = content.partition(b'name="csrfmiddlewaretoken" value="')
    return before + mark + after.partition(b'"')[2]


def test_a_known_device_gets_in_while_others_guess(attempt: Attempt, admin_user: User) -> None:
    device = Client()
    assert let_in(attempt(device, RIGHT))
    for address in itertools.islice(strangers(), 30):
        attempt(Client(), WRONG, address=address)
    for _ in range(ATTEMPTS):
        attempt(Client(), WRONG)  # from the owner's own address, too

    assert attempt(Client(), RIGHT).status_code == 429
    assert let_in(attempt(device, RIGHT))


def test_a_known_device_has_a_limit_of_its_own(attempt: Attempt, admin_user: User, looked_at: list[str]) -> None:
    device = Client()
    assert let_in(attempt(device, RIGHT))
    answers = [attempt(device, WRONG, address=address) for address in itertools.islice(strangers(), 30)]

    assert len(looked_at) == ATTEMPTS
    assert answers[-1].status_code == 429
    assert b"from this browser. Wait " in answers[-1].content
    assert let_in(attempt(Client(), RIGHT))


def test_a_device_known_to_one_account_is_a_stranger_to_others(
    attempt: Attempt, admin_user: User, looked_at: list[str]
) -> None:
    User.objects.create_superuser("helper", password=RIGHT)
    for address in itertools.islice(strangers(), 30):
        attempt(Client(), WRONG, address=address)
    device = Client()
    assert let_in(attempt(device, RIGHT, name="helper"))

    assert attempt(device, RIGHT).status_code == 429
    assert let_in(attempt(device, RIGHT, name="helper"))


def test_who_waits_gets_in_while_others_go_on_guessing(
    attempt: Attempt, admin_user: User, looked_at: list[str], let_pass: Callable[[float], None]
) -> None:
    others = strangers()

    def guess(times: int) -> None:
        for address in itertools.islice(others, times):
            attempt(Client(), WRONG, address=address)

    guess(ATTEMPTS)
    refused = attempt(Client(), RIGHT)
    assert refused.status_code == 429
    let_pass(30)
    impatient = attempt(Client(), RIGHT)
    assert impatient.status_code == 429
    assert int(impatient.headers["Retry-After"]) <= 31  # asking again makes the wait no longer
    let_pass(int(impatient.headers["Retry-After"]))
    guess(30)  # quicker than the owner, each minute anew

    assert let_in(attempt(Client(), RIGHT))
    assert len(looked_at) == 2 * ATTEMPTS


def test_patient_guessing_has_an_end_as_well(
    attempt: Attempt, admin_user: User, looked_at: list[str], let_pass: Callable[[float], None]
) -> None:
    addresses = list(itertools.islice(strangers(), 60))
    for _minute in range(3):
        for address in addresses:
            attempt(Client(), WRONG, address=address)
        let_pass(61)

    assert len(looked_at) <= (1 + 2 + 2) * ATTEMPTS  # nobody has waited yet in the first minute


def test_one_wait_is_worth_one_attempt(
    attempt: Attempt, admin_user: User, looked_at: list[str], let_pass: Callable[[float], None]
) -> None:
    others = strangers()
    for minute in range(2):
        for address in itertools.islice(others, ATTEMPTS):
            attempt(Client(), WRONG, address=address)
        if minute == 0:
            attempt(Client(), WRONG)
            let_pass(60)
    looked_at.clear()

    assert [attempt(Client(), WRONG).status_code == 429 for _ in range(3)] == [False, True, True]
    assert len(looked_at) == 1


def test_the_cookie_of_a_device_goes_to_the_sign_in_alone(attempt: Attempt, admin_user: User) -> None:
    cookie = attempt(Client(), RIGHT).cookies[DEVICE_COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert cookie["path"] in ("/admin/login", "/api/v1/auth/token")
    assert cookie["max-age"] == 180 * 24 * 3600


def test_nobody_gets_a_cookie_for_a_wrong_password(attempt: Attempt, admin_user: User) -> None:
    assert DEVICE_COOKIE not in attempt(Client(), WRONG).cookies


def test_a_device_stays_the_same_when_it_signs_in_again(attempt: Attempt, admin_user: User) -> None:
    device = Client()
    first, second = (attempt(device, RIGHT).cookies[DEVICE_COOKIE].value.split(".")[1] for _ in range(2))
    other = attempt(Client(), RIGHT).cookies[DEVICE_COOKIE].value.split(".")[1]
    assert first == second != other


@pytest.mark.parametrize("cookie", ["", "1.1.1", "1.1.1:signed:badly", "1.1.1:é:é", "1" * 4000])
def test_a_cookie_that_we_did_not_write_makes_no_device_known(attempt: Attempt, admin_user: User, cookie: str) -> None:
    for address in itertools.islice(strangers(), ATTEMPTS):
        attempt(Client(), WRONG, address=address)
    client = Client()
    client.cookies[DEVICE_COOKIE] = cookie
    assert attempt(client, RIGHT).status_code == 429


def test_a_new_password_makes_every_device_unknown(attempt: Attempt, admin_user: User) -> None:
    device = Client()
    assert let_in(attempt(device, RIGHT))
    admin_user.set_password("another one altogether")
    admin_user.save()
    for address in itertools.islice(strangers(), ATTEMPTS):
        attempt(Client(), WRONG, address=address)
    assert attempt(device, "another one altogether").status_code == 429


def test_the_device_of_an_account_that_is_switched_off_is_unknown(attempt: Attempt, admin_user: User) -> None:
    device = Client()
    assert let_in(attempt(device, RIGHT))
    User.objects.filter(pk=admin_user.pk).update(is_active=False)
    for address in itertools.islice(strangers(), ATTEMPTS):
        attempt(Client(), WRONG, address=address)
    assert attempt(device, RIGHT).status_code == 429


def test_neither_redis_nor_a_cookie_holds_a_name_or_the_hash_of_a_password(
    attempt: Attempt, admin_user: User, caplog: pytest.LogCaptureFixture
) -> None:
    User.objects.create_superuser("gertrude", password=RIGHT)
    cookie = attempt(Client(), RIGHT, name="gertrude").cookies[DEVICE_COOKIE].value
    for address in itertools.islice(strangers(), 2 * ATTEMPTS):
        attempt(Client(), WRONG, name="gertrude", address=address)

    assert User.objects.get(username="gertrude").password.rpartition("$")[2] not in cookie
    assert "gertrude" not in cookie + caplog.text
    if configured.REDIS_URL:
        with Redis.from_url(configured.REDIS_URL) as redis:
            keys = b"\n".join(redis.scan_iter("LIMITS*")).decode()
        assert "account" in keys
        assert "gertrude" not in keys


def test_limits_can_be_switched_off(attempt: Attempt, admin_user: User, settings: Any, looked_at: list[str]) -> None:
    settings.ENABLE_RATE_LIMITING = False
    for _ in range(30):
        attempt(Client(), WRONG)
    assert len(looked_at) == 30
    assert let_in(attempt(Client(), RIGHT))


def test_an_incomplete_attempt_for_a_token_counts_like_any(admin_user: User) -> None:
    def incomplete() -> int:
        answer = Client().post(reverse("token"), {}, content_type="application/json", REMOTE_ADDR=OWN)
        return answer.status_code

    assert [incomplete() for _ in range(ATTEMPTS + 1)] == [400] * ATTEMPTS + [429]


def test_who_is_no_device_costs_no_query_of_its_own(
    admin_user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):  # the account; the hash follows in any case
        for_token(Client(), WRONG)


# --- Sessions and tokens end -----------------------------------------------------------------------------------------


def pair_of(client: Client) -> dict[str, str]:
    pair: dict[str, str] = for_token(client, RIGHT).json()
    return pair


def renewed(client: Client, pair: dict[str, str]) -> Answer:
    body = {"refresh": pair["refresh"]}
    return client.post(reverse("token-refresh"), body, content_type="application/json")


def status_with(client: Client, pair: dict[str, str]) -> int:
    headers = {"Authorization": f"Bearer {pair['access']}"}
    return client.get(reverse("integrations-status"), headers=headers).status_code


def test_tokens_hold_and_renew(client: Client, admin_user: User) -> None:
    pair = pair_of(client)
    assert status_with(client, pair) == 200
    assert status_with(client, renewed(client, pair).json()) == 200


def test_tokens_end_with_the_password_that_they_were_given_for(client: Client, admin_user: User) -> None:
    pair = pair_of(client)
    admin_user.set_password("another one altogether")
    admin_user.save()

    refused = renewed(client, pair)

    assert refused.status_code == 401
    assert refused.json()["error"]["code"] == "password_changed"
    assert status_with(client, pair) == 401


def test_everything_ends_at_once_and_the_keys_where_that_is_asked_for(
    client: Client, admin_user: User, time_machine: TimeMachineFixture
) -> None:
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    pair, other = pair_of(client), Client()
    helper = User.objects.create_user("ann", password=RIGHT, is_staff=True)
    kept = RefreshToken.for_user(helper)
    key, _ = keys.make(label="a script", scopes=[Scope.READ], now=now)
    for browser in (client, other):
        to_console(browser, RIGHT)
    page = reverse("admin:signed-in")
    assert status_with(client, pair) == 200

    ended = client.post(page, {"which": "everything"}, follow=True)

    assert "Keys open what they opened before" in ended.content.decode()
    assert {one.get(page).status_code for one in (client, other)} == {302}
    assert renewed(client, pair).status_code == status_with(client, pair) == 401
    assert renewed(client, {"refresh": str(kept)}).status_code == 200
    key.refresh_from_db()
    assert key.revoked_at is None
    pair = pair_of(client)
    assert status_with(client, renewed(client, pair).json()) == 200
    to_console(client, RIGHT)
    client.post(page, {"which": "everything", "keys": "on"})
    key.refresh_from_db()
    assert key.revoked_at is not None


@pytest.mark.parametrize("apart", [timedelta(0), timedelta(minutes=-5), timedelta(minutes=5)])
def test_tokens_end_whatever_the_clock_says_of_the_machine_that_ends_them(
    client: Client, admin_user: User, apart: timedelta, time_machine: TimeMachineFixture
) -> None:
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    oldest = pair_of(client)
    end_tokens(user=admin_user, now=now + timedelta(seconds=1))
    pair = pair_of(client)
    assert status_with(client, pair) == 200
    end_tokens(user=admin_user, now=now + apart)
    for ended in (oldest, pair):
        assert renewed(client, ended).status_code == status_with(client, ended) == 401
    pair = pair_of(client)
    assert status_with(client, renewed(client, pair).json()) == status_with(client, pair) == 200


def test_a_helper_ends_everything_of_their_own_and_no_key(client: Client, admin_user: User) -> None:
    helper = User.objects.create_user("ann", password=RIGHT, is_staff=True)
    key, _ = keys.make(label="a script", scopes=[Scope.READ], now=timezone.now())
    pair = pair_of(client)
    client.force_login(helper)
    assert 'name="keys"' not in client.get(reverse("admin:signed-in")).content.decode()
    client.post(reverse("admin:signed-in"), {"which": "everything", "keys": "on"})
    key.refresh_from_db()
    assert key.revoked_at is None
    assert status_with(client, pair) == 200


def test_who_changes_their_password_is_told_what_stays_open(client: Client, admin_user: User) -> None:
    new = "another one altogether"
    said = {"old_password": RIGHT, "new_password1": new, "new_password2": new}
    admin_user.set_password(RIGHT)
    admin_user.save()
    client.force_login(admin_user)
    page = client.post(reverse("admin:password_change"), said, follow=True)
    assert page.redirect_chain[-1][0] == reverse("admin:signed-in")
    assert "Keys of scripts, editors and players open what they opened before" in page.content.decode()


def test_tokens_end_with_the_account(client: Client, admin_user: User) -> None:
    pair = pair_of(client)
    User.objects.filter(pk=admin_user.pk).update(is_active=False)
    assert renewed(client, pair).status_code == 401
    assert status_with(client, pair) == 401

    admin_user.delete()
    assert renewed(client, pair).status_code == 401
    assert status_with(client, pair) == 401


def test_what_is_no_refresh_token_is_refused(client: Client, admin_user: User) -> None:
    pair = pair_of(client)
    assert renewed(client, {"refresh": "nonsense"}).status_code == 401
    assert renewed(client, {"refresh": pair["access"]}).status_code == 401


def test_a_password_changed_at_the_shell_ends_sessions_and_tokens(
    client: Client, admin_user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = pair_of(client)
    to_console(client, RIGHT)
    assert client.get(reverse("admin:index")).status_code == 200
    monkeypatch.setattr(changepassword.Command, "_get_pass", lambda *_: "another one altogether")

    call_command("changepassword", "admin", verbosity=0)

    assert client.get(reverse("admin:index")).status_code == 302
    assert renewed(client, pair).status_code == 401
    assert let_in(to_console(client, "another one altogether"))


def test_signing_in_begins_a_session_of_its_own(client: Client, admin_user: User) -> None:
    before = client.session
    before["planted"] = "by someone else"
    before.save()
    client.cookies[configured.SESSION_COOKIE_NAME] = str(before.session_key)

    to_console(client, RIGHT)

    assert client.session.session_key != before.session_key
    assert not before.exists(str(before.session_key))


def test_a_form_of_another_site_signs_nobody_in(admin_user: User) -> None:
    assert to_console(Client(enforce_csrf_checks=True), RIGHT).status_code == 403


def test_nobody_resets_a_password_by_mail(client: Client, admin_user: User) -> None:
    assert b"password_reset" not in client.get(reverse("admin:login")).content
    assert client.get("/admin/password_reset/").status_code == 302  # to the sign-in, as every address below /admin/
