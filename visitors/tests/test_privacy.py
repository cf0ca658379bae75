"""Pseudonyms of the day: the same for a day, then nothing leads back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import RequestFactory

from garden.models import Interaction
from garden.tests.factories import ProjectFactory
from garden.vocabulary import InteractionKind
from visitors import privacy, services
from visitors.models import DailySalt
from visitors.tasks import forget_old_salts as task

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"


def visitor(address: str = "203.0.113.9", family: str = "firefox", now: datetime = NOW) -> str:
    return services.visitor_day_id(address=address, browser_family=family, now=now)


@pytest.mark.django_db
def test_a_visitor_is_the_same_all_day_and_another_the_next() -> None:
    assert visitor() == visitor(now=NOW + timedelta(hours=11))
    assert visitor() != visitor(now=NOW + timedelta(hours=12))
    assert len(visitor()) == 64


@pytest.mark.django_db
def test_the_day_is_that_of_utc_whatever_the_clock_says() -> None:
    auckland = datetime.fromisoformat("2026-06-16T08:00:00+12:00")  # still the 15th in UTC
    assert visitor(now=auckland) == visitor()


@pytest.mark.django_db
def test_address_and_browser_tell_visitors_apart() -> None:
    ids = {visitor(), visitor(address="203.0.113.10"), visitor(family="chrome"), visitor(address="203.0.113.9\nfire")}
    assert len(ids) == 4


@pytest.mark.django_db
def test_a_household_on_ipv6_is_one_visitor_and_a_mapped_address_is_ipv4() -> None:
    assert visitor(address="2001:db8:1:2::5") == visitor(address="2001:db8:1:2:ffff::9")
    assert visitor(address="2001:db8:1:2::5") != visitor(address="2001:db8:1:3::5")
    assert visitor(address="::ffff:203.0.113.9") == visitor()
    assert visitor(address="fe80::1%eth0") == visitor(address="fe80::2")


@pytest.mark.django_db
def test_every_day_has_its_own_random_salt() -> None:
    visitor()
    visitor(now=NOW + timedelta(days=1))
    salts = [bytes(salt.salt) for salt in DailySalt.objects.all()]
    assert len(set(salts)) == 2
    assert all(len(salt) == privacy.SALT_BYTES for salt in salts)


@pytest.mark.django_db(transaction=True)
def test_first_visitors_at_once_share_one_salt() -> None:
    start, seen = Barrier(4), list[str]()

    def visit() -> None:
        start.wait()
        try:
            seen.append(visitor())
        finally:
            connection.close()

    threads = [Thread(target=visit) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 4
    assert len(set(seen)) == 1
    assert DailySalt.objects.count() == 1


@pytest.mark.django_db
def test_salts_and_pseudonyms_are_forgotten_within_48_hours() -> None:
    project = ProjectFactory.create()
    for days in range(4):
        moment = NOW - timedelta(days=days)
        Interaction.objects.create(
            project=project, kind=InteractionKind.WATER, visitor=visitor(now=moment), occurred_at=moment
        )
    assert services.forget_old_salts(now=NOW) == 2
    assert list(DailySalt.objects.order_by("day").values_list("day", flat=True)) == [
        date(2026, 6, 14),
        date(2026, 6, 15),
    ]
    kept = Interaction.objects.order_by("occurred_at").values_list("visitor", flat=True)
    assert [visitor is None for visitor in kept] == [True, True, False, False]
    assert services.forget_old_salts(now=NOW) == 0


@pytest.mark.django_db
def test_just_before_midnight_no_salt_is_older_than_48_hours() -> None:
    visitor(now=datetime(2026, 6, 14, 0, 0, 1, tzinfo=UTC))
    services.forget_old_salts(now=datetime(2026, 6, 15, 23, 59, 59, tzinfo=UTC))
    assert DailySalt.objects.count() == 1
    services.forget_old_salts(now=datetime(2026, 6, 16, 0, 0, 0, tzinfo=UTC))
    assert DailySalt.objects.count() == 0


@pytest.mark.django_db
def test_the_task_forgets() -> None:
    DailySalt.objects.create(day=date(2020, 1, 1), salt=b"x")
    assert task() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["DNT", "Sec-GPC"])
def test_who_asks_not_to_be_counted_is_nobody(header: str) -> None:
    request = RequestFactory().get("/", headers={"User-Agent": CHROME, header: "1"})
    assert services.visitor_of(request, now=NOW) is None
    assert not DailySalt.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, {"DNT": "0"}, {"Sec-GPC": "0"}])
def test_everyone_else_is_a_visitor_by_address_and_browser(headers: dict[str, str]) -> None:
    request = RequestFactory().get("/", headers={"User-Agent": CHROME, **headers})
    request.META["REMOTE_ADDR"] = "203.0.113.9"
    assert services.visitor_of(request, now=NOW) == visitor(family="chrome")


@pytest.mark.parametrize(
    ("user_agent", "family"),
    [
        (CHROME, "chrome"),
        (CHROME + " Edg/140.0.0.0", "edge"),
        (CHROME + " OPR/120.0.0.0", "opera"),
        ("Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0", "firefox"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile/15E148 Safari/604.1", "safari"),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "bot"),
        ("curl/8.5.0", "bot"),
        ("", "other"),
    ],
)
def test_a_browser_is_known_by_its_family(user_agent: str, family: str) -> None:
    assert privacy.browser_family(user_agent) == family
