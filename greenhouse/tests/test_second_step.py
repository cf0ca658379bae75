"""Codes, passkeys and sessions: every way in is counted, and a password alone opens nothing that has a second step."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.mfa.webauthn.internal.auth import WebAuthn
from allauth.usersessions.models import UserSession
from cryptography.fernet import Fernet
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from rest_framework_simplejwt.tokens import RefreshToken

from greenhouse.console.signin.forms import WRONG as WRONG_WORDS
from greenhouse.tests.test_signin import RIGHT, WRONG, for_token, strangers, to_console
from greenhouse.urls import signing_in
from greenhouse.web import signin_ways

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"


def code(steps: int = 0) -> str:
    return str(format_hotp_value(hotp_value(SECRET, int(time.time()) // 30 + steps)))


@pytest.fixture
def with_app(admin_user: User) -> User:
    """The owner, who has an app and recovery codes."""
    TOTP.activate(admin_user, SECRET)
    RecoveryCodes.activate(admin_user)
    return admin_user


def recovery_codes(user: User) -> list[str]:
    found: list[str] = Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()
    return found


def send_code(client: Client, sent: str, **extra: Any) -> Any:
    return client.post(reverse("mfa_authenticate"), {"code": sent}, **extra)


def at(client: Client, name: str) -> str:
    """Where it leads."""
    answer: Any = client.get(reverse(name))
    return str(answer.url)


def is_in(client: Client) -> bool:
    return client.get(reverse("admin:index")).status_code == 200


def test_a_password_is_followed_by_a_code_and_goes_on_to_where_it_was_meant(client: Client, with_app: User) -> None:
    meant = reverse("admin:cards")
    asked: Any = client.post(
        f"{reverse('admin:login')}?next={meant}", {"username": "admin", "password": RIGHT, "next": meant}
    )
    assert asked.url == reverse("mfa_authenticate")
    assert not is_in(client)
    assert b"This code does not fit" in send_code(client, "000000").content
    assert not is_in(client)
    assert send_code(client, code()).url == meant
    assert is_in(client)


def test_a_code_is_good_once(client: Client, with_app: User) -> None:
    used = code()
    to_console(client, RIGHT)
    assert send_code(client, used).status_code == 302
    other = Client()
    to_console(other, RIGHT)
    assert send_code(other, used).status_code == 200
    assert not is_in(other)


def test_a_recovery_code_is_good_once(with_app: User) -> None:
    first = recovery_codes(with_app)[0]
    for expected in (True, False):
        client = Client()
        to_console(client, RIGHT)
        send_code(client, first)
        assert is_in(client) is expected


def test_no_token_is_given_for_a_password_alone(with_app: User) -> None:
    def ask(**more: str) -> Any:
        body = {"username": "admin", "password": RIGHT, **more}
        return Client().post(reverse("token"), body, content_type="application/json")

    assert (ask().status_code, ask().json()["error"]["code"]) == (401, "code_required")
    assert ask(code="000000").status_code == 401
    assert "access" in ask(code=code()).json()
    spare = recovery_codes(with_app)[0]
    assert [ask(code=spare).status_code for _ in range(2)] == [200, 401]
    wrong = Client().post(
        reverse("token"), {"username": "admin", "password": WRONG, "code": code(1)}, content_type="application/json"
    )
    assert "access" not in wrong.json()


def test_a_token_that_a_password_alone_got_is_renewed_no_more_once_there_is_a_second_step(with_app: User) -> None:
    def renewed(refresh: str) -> int:
        answer = Client().post(reverse("token-refresh"), {"refresh": refresh}, content_type="application/json")
        return answer.status_code

    body = {"username": "admin", "password": RIGHT, "code": code()}
    with_code = Client().post(reverse("token"), body, content_type="application/json").json()["refresh"]
    assert renewed(str(RefreshToken.for_user(with_app))) == 401
    assert renewed(with_code) == 200


def test_a_right_code_after_too_many_wrong_ones_is_not_called_wrong(with_app: User) -> None:
    def ask(given: str) -> Any:
        body = {"username": "admin", "password": RIGHT, "code": given}
        return Client().post(reverse("token"), body, content_type="application/json", REMOTE_ADDR=next(addresses))

    addresses = strangers()
    assert {ask("000000").status_code for _ in range(5)} == {401}
    refused = ask(code())
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "300")


def test_guessing_codes_ends_from_rotating_addresses_too(with_app: User) -> None:
    addresses = strangers()
    client = Client()
    to_console(client, RIGHT, address=next(addresses))
    for _ in range(5):
        send_code(client, "000000", REMOTE_ADDR=next(addresses))
    refused = send_code(client, code(), REMOTE_ADDR=next(addresses))
    assert b"Too many" in refused.content
    assert not is_in(client)
    for _ in range(10):
        refused = send_code(client, "000000", REMOTE_ADDR=next(addresses))
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) <= 60


@pytest.mark.parametrize("name", ["mfa_login_webauthn", "mfa_authenticate", "account_reauthenticate"])
def test_every_way_counts_attempts_of_an_address_together(name: str, with_app: User) -> None:
    for _ in range(10):
        to_console(Client(), WRONG, name="somebody")
    answer = Client().post(reverse(name), {"credential": "{}", "password": RIGHT}, REMOTE_ADDR="192.0.2.1")
    assert answer.status_code == 429
    assert b"Wait " in answer.content


@pytest.mark.parametrize(
    "credential", ["", "x", "[]", "{}", '{"id": 1}', '{"response": []}', '{"response": {"userHandle": "MQ"}}']
)
def test_what_is_no_passkey_is_refused(credential: str, with_app: User) -> None:
    client = Client()
    client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"})
    answer = client.post(reverse("mfa_login_webauthn"), {"credential": credential}, follow=True)
    assert answer.status_code in (200, 400)
    assert not is_in(client)


def test_who_may_not_open_the_console_does_not_get_in(client: Client) -> None:
    User.objects.create_user("visitor", password=RIGHT)
    assert WRONG_WORDS in to_console(client, RIGHT, name="visitor").content.decode()
    assert not is_in(client)


def test_an_app_is_set_up_in_the_console_and_its_secret_is_sealed(admin_user: User) -> None:
    client = Client(headers={"user-agent": FIREFOX})
    to_console(client, RIGHT)
    again: Any = client.get(reverse("mfa_activate_totp"))
    page = client.post(again.url, {"password": RIGHT, "next": reverse("mfa_activate_totp")}, follow=True)
    secret = client.session["mfa.totp.secret"]
    assert secret in page.content.decode()
    sent = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    answer = client.post(reverse("mfa_activate_totp"), {"code": sent}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("mfa_view_recovery_codes")
    assert recovery_codes(admin_user)[0] in answer.content.decode()
    assert secret not in str(list(Authenticator.objects.values_list("data", flat=True)))
    assert client.get(reverse("mfa_index")).status_code == 200
    assert b"10 left" in client.get(reverse("mfa_index")).content


def test_a_secret_that_no_key_opens_lets_nobody_in_and_says_what_to_do(with_app: User, settings: Settings) -> None:
    settings.SECRET_KEY = "another one altogether"
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    client = Client()
    to_console(client, RIGHT)
    refused = send_code(client, code())
    assert refused.status_code == 409
    assert b"signin_reset" in refused.content
    assert "access" not in for_token(Client(), RIGHT).json()
    call_command("signin_reset", "admin")
    to_console(client, RIGHT)
    assert is_in(client)


def test_the_reset_at_the_shell_takes_the_second_step_away_and_ends_sessions(
    with_app: User, capsys: pytest.CaptureFixture[str]
) -> None:
    client = Client()
    to_console(client, RIGHT)
    send_code(client, code())
    assert is_in(client)
    call_command("signin_reset", "admin", "--password")
    new = capsys.readouterr().out.splitlines()[-1]
    assert not is_in(client)
    to_console(client, new)
    assert is_in(client)
    with pytest.raises(CommandError, match="admin"):
        call_command("signin_reset", "nobody")


def test_sessions_are_listed_by_coarse_device_and_end(admin_user: User) -> None:
    here, there, elsewhere = (Client(headers={"user-agent": FIREFOX}) for _ in range(3))
    for client in (here, there, elsewhere):
        to_console(client, RIGHT)
    kept = UserSession.objects.values_list("ip", "user_agent").distinct()
    assert list(kept) == [("::", "Firefox on Linux")]
    page = here.get(reverse("admin:signed-in")).content.decode()
    assert page.count("Firefox on Linux") == 3
    assert page.count("(this one)") == 1
    of_there = UserSession.objects.get(session_key=there.session.session_key)
    here.post(reverse("admin:signed-in"), {"which": of_there.pk})
    assert [is_in(one) for one in (here, there, elsewhere)] == [True, False, True]
    here.post(reverse("admin:signed-in"), {"which": "others"})
    assert [is_in(one) for one in (here, elsewhere)] == [True, False]


def test_a_helper_sees_and_ends_their_own_sessions_alone(admin_user: User) -> None:
    helper = User.objects.create_user("ann", password=RIGHT, is_staff=True)
    owner, ann = Client(), Client()
    to_console(owner, RIGHT)
    to_console(ann, RIGHT, name="ann")
    assert (
        b"admin"
        not in ann.get(reverse("admin:signed-in")).content.partition(b"console-sources")[2].partition(b"</ul>")[0]
    )
    of_owner = UserSession.objects.exclude(user=helper).get()
    ann.post(reverse("admin:signed-in"), {"which": of_owner.pk})
    ann.post(reverse("admin:signed-in"), {"which": "others"})
    assert is_in(owner)
    assert is_in(ann)


def passkey_of(user: User, *, alone: bool) -> None:
    """One in the table, which says of itself whether it needs a password beside it."""
    WebAuthn.add(user, "key", {"clientExtensionResults": {"credProps": {"rk": alone}}})


def test_the_password_goes_when_something_else_works_and_not_before(
    client: Client, admin_user: User, settings: Settings
) -> None:
    settings.PASSWORD_SIGN_IN = False
    assert [one.id for one in signin_ways.checked()] == ["greenhouse.W011"]
    passkey_of(admin_user, alone=False)  # one that needs the password
    assert signin_ways.password_allowed()
    passkey_of(admin_user, alone=True)
    assert not signin_ways.password_allowed()
    assert b'name="password"' not in client.get(reverse("admin:login")).content
    assert b"switched off" in to_console(client, RIGHT).content
    assert for_token(client, RIGHT).json()["error"]["code"] == "no_passwords"


def test_of_allauth_only_the_pages_of_signing_in_are_reachable(client: Client) -> None:
    """By every name that allauth has."""
    from allauth.urls import urlpatterns

    def names(patterns: Any) -> set[str]:
        found: set[str] = set()
        for one in patterns:
            found |= names(one.url_patterns) if hasattr(one, "url_patterns") else {one.name}
        return found

    ours = {one for one in get_resolver().reverse_dict if isinstance(one, str)}
    reachable = names(urlpatterns) & ours
    assert reachable == {name for name in ours if name.startswith(("mfa_", "openid_connect_"))} | {
        "account_login",
        "account_reauthenticate",
    }
    for name in ("account_signup", "account_email", "account_reset_password", "socialaccount_signup", "account_logout"):
        with pytest.raises(NoReverseMatch):
            reverse(name)
    assert client.get("/accounts/").status_code == 404
    assert client.get("/accounts/signup/").status_code == 404


@pytest.mark.parametrize(
    "way", [one for one in signing_in if str(one.name).startswith("mfa_")], ids=lambda one: one.name
)
def test_every_view_of_the_second_step_is_found_where_allauth_has_it(admin_client: Client, way: Any) -> None:
    pk = {"pk": 1} if "pk" in way.pattern.converters else {}
    assert admin_client.get(reverse(way.name, kwargs=pk)).status_code in {200, 302, 404, 405}


def test_the_console_has_no_lists_of_allauths_tables(admin_client: Client) -> None:
    for model in ("mfa/authenticator", "usersessions/usersession", "socialaccount/socialapp", "account/emailaddress"):
        assert admin_client.get(f"/admin/{model}/").status_code == 404


@pytest.mark.parametrize("name", ["mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "admin:signed-in"])
def test_pages_of_signing_in_are_for_who_is_signed_in(client: Client, name: str) -> None:
    assert at(client, name).startswith(reverse("admin:login"))


def test_who_is_signed_in_shows_anew_who_they_are_before_the_second_step_changes(
    client: Client, admin_user: User
) -> None:
    to_console(client, RIGHT)
    assert at(client, "mfa_activate_totp").startswith(reverse("account_reauthenticate"))
    answer: Any = client.post(
        reverse("account_reauthenticate"), {"password": RIGHT, "next": reverse("mfa_activate_totp")}
    )
    assert answer.url == reverse("mfa_activate_totp")
    assert client.get(answer.url).status_code == 200


STOCK = ("reauthenticate", "security key", "authenticator app based", "are you sure", "confirm access", "deactivate")


def test_no_page_of_signing_in_speaks_in_the_words_of_the_library(client: Client, with_app: User) -> None:
    names = [
        route.name for route in signing_in if "<int" not in str(route.pattern) and "oidc" not in str(route.pattern)
    ]
    to_console(client, RIGHT)
    send_code(client, code())
    stranger = Client()
    for name in names:
        for browser in (client, stranger):
            answer: Any = browser.get(reverse(name), follow=True)
            if "html" in answer.headers["Content-Type"]:
                words = re.sub(r"<[^>]*>|<script.*?</script>", " ", answer.content.decode(), flags=re.DOTALL).lower()
                assert [stock for stock in STOCK if stock in words] == [], name


def test_who_has_no_codes_yet_is_told_so_on_a_page_of_the_console(admin_client: Client) -> None:
    answer = admin_client.get(reverse("mfa_view_recovery_codes"))
    assert answer.status_code == 404
    assert b"has nothing of the kind" in answer.content
    assert b"console-button" in answer.content


def test_ending_a_session_says_what_goes_on_and_where_that_is_ended(client: Client, admin_user: User) -> None:
    helper = User.objects.create_user("ann", password=RIGHT, is_staff=True)
    pages = {}
    for user in (helper, admin_user):
        browser = Client()
        browser.force_login(user)
        browser.get(reverse("admin:signed-in"))
        pages[user] = browser.get(reverse("admin:signed-in")).content.decode()
    assert all("Tokens of the API go on" in page for page in pages.values())
    theirs = reverse("admin:auth_user_password_change", args=[helper.pk])
    keys = reverse("admin:integrations_apikey_changelist")
    assert (theirs in pages[admin_user], theirs in pages[helper]) == (True, False)
    assert (f'class="console-button" href="{keys}"' in pages[admin_user], keys in pages[helper]) == (True, False)
