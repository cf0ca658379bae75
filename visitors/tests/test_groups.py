"""From submissions to rows: each step once, in the session it belongs to, whatever order and process it comes in."""

from __future__ import annotations

import json
import threading
import uuid
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, connections, transaction
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from garden.tests.factories import ProjectFactory
from garden.vocabulary import ProjectStatus, Visibility
from visitors import owner_devices
from visitors.consent.services import forget_sessions
from visitors.intake import checks, known, route
from visitors.intake.groups import Outcome, Submission, store
from visitors.models import Batch, DailySalt, PageSpeed, Pseudonym, Session, Step
from visitors.sessions import Visit
from visitors.vocabulary import SetAside, StepKind

if TYPE_CHECKING:
    from collections.abc import Iterable

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


def sent(
    *steps: dict[str, Any],
    address: str = "203.0.113.9",
    agent: str = FIREFOX,
    now: datetime = NOW,
    batch: uuid.UUID | None = None,
) -> Submission:
    journey = checks.check_journey({"steps": [{"step_type": "navigation", **step} for step in steps]})
    return Submission(
        address=address,
        user_agent=agent,
        received=now,
        steps=journey.steps,
        refused=journey.refused,
        batch_id=batch,
    )


def viewed(
    path: str = "/", *, now: datetime = NOW, address: str = "203.0.113.9", agent: str = FIREFOX, **said: Any
) -> Submission:
    headers = {"host": "testserver", "user-agent": agent}
    caller = route.Caller(address=address, headers=headers, received=now)
    return route.read_beacon(json.dumps({"path": path, **said}).encode(), caller)


def stored(*group: Submission, now: datetime = NOW) -> list[Outcome]:
    return store(group, now=now)


def at(minutes: float, now: datetime = NOW) -> str:
    return (now + timedelta(minutes=minutes)).isoformat()


def areas() -> list[list[str]]:
    return [one.journey_path for one in Session.objects.order_by("started_at")]


def test_a_visit_has_the_columns_of_a_session() -> None:
    assert {one.name for one in fields(Visit)} == {one.name for one in Session._meta.concrete_fields}


@pytest.mark.django_db
def test_steps_become_rows_and_a_session_that_adds_them_up() -> None:
    plant = ProjectFactory.create(slug="moss")
    assert stored(
        sent(
            {"area": "gate", "duration": 2, "at": at(-1)},
            {"step_type": "project_view", "project_id": str(plant.pk), "duration": 30, "position": {"x": 1, "z": 2}},
            {
                "step_type": "interaction",
                "area": "grove",
                "context": {"action": "seed_planted", "clicks": 4, "note": "here"},
                "scroll_depth": 0.4,
            },
        )
    ) == [Outcome(3, [])]
    session = Session.objects.get()
    assert session.journey_path == ["gate", "/projects/moss/", "grove"]
    assert (session.entry_point, session.exit_point) == ("gate", "grove")
    assert session.time_spent_per_project == {str(plant.pk): 30.0}
    assert session.projects_viewed == [str(plant.pk)]
    assert (session.steps, session.interactions, session.seeds_planted, session.clicks_count) == (3, 1, 1, 4)
    assert (session.total_time_seconds, session.scroll_depth_percent, session.trusted_input) == (32.0, 40, True)
    assert (session.browser, session.os, session.device_type) == ("Firefox", "Linux", "desktop")
    assert session.milestones == ["first_visit", "seed_planted"]
    assert (session.started_at, session.last_activity_at) == (NOW - timedelta(minutes=1), NOW)
    first, second, third = Step.objects.order_by("at", "id")
    assert (second.project_id, second.x, second.z, second.duration) == (plant.pk, 1.0, 2.0, 30.0)
    assert (second.kind, second.session_id, second.at) == (StepKind.PROJECT_VIEW, session.pk, NOW)
    assert third.context == {"action": "seed_planted", "note": "here"}
    assert first.context is None
    assert (first.at, first.area) == (NOW - timedelta(minutes=1), "gate")


@pytest.mark.django_db
def test_rows_of_the_statement_for_all_are_those_that_django_reads_by_each() -> None:
    plant = ProjectFactory.create()
    stored(sent({"area": "gate"}, {"project_id": str(plant.pk), "at": at(-0.501), "context": {"how": "tour"}}))
    by_django = Step.objects.create(session_id=1, at=NOW, kind=StepKind.NAVIGATION, area="gate")
    assert Step.objects.filter(at=NOW, area="gate", context__isnull=True, project_id__isnull=True).count() == 2
    assert Step.objects.filter(at__lt=NOW, project_id=plant.pk, context__how="tour").count() == 1
    assert Step.objects.filter(at=by_django.at).count() == 2


@pytest.mark.django_db
def test_half_an_hour_without_a_step_ends_a_session() -> None:
    stored(sent({"area": "a"}))
    later = NOW + timedelta(minutes=30)
    stored(sent({"area": "b"}, now=later), now=later)
    much_later = later + timedelta(minutes=30, seconds=1)
    stored(sent({"area": "c"}, now=much_later), now=much_later)
    assert areas() == [["a", "b"], ["c"]]
    first, second = Session.objects.order_by("started_at")
    assert (first.first_of_day, second.first_of_day) == (True, False)
    assert "came_back" in second.milestones
    row = Pseudonym.objects.get()
    assert (row.session_id, row.sessions, row.earlier) == (second.pk, 2, f"{first.pk},")


@pytest.mark.django_db
def test_a_batch_with_a_pause_in_it_is_two_sessions() -> None:
    stored(sent({"area": "b", "at": at(0)}, {"area": "a", "at": at(-45)}))
    assert areas() == [["a"], ["b"]]


@pytest.mark.django_db
def test_a_batch_counts_once_in_one_group_and_in_two() -> None:
    batch = uuid.uuid4()
    twice = [sent({"area": "a"}, batch=batch), sent({"area": "a"}, batch=batch)]
    assert stored(*twice) == [Outcome(1, []), Outcome(1, [])]
    assert stored(*twice) == [Outcome(1, []), Outcome(1, [])]
    assert (Step.objects.count(), Session.objects.get().steps, Batch.objects.count()) == (1, 1, 1)


@pytest.mark.django_db
def test_a_page_view_that_is_sent_again_under_its_id_counts_once() -> None:
    batch = str(uuid.uuid4())
    assert [stored(viewed(batch_id=batch))[0].accepted for _ in range(2)] == [1, 1]
    assert (Step.objects.count(), Session.objects.get().page_views) == (1, 1)


@pytest.mark.django_db
def test_batches_that_overtake_each_other_leave_the_path_of_the_steps() -> None:
    stored(sent({"area": "c"}, {"area": "d"}))
    stored(sent({"area": "a", "at": at(-1.5)}, {"area": "b", "at": at(-1)}, {"area": "c", "at": at(-0.5)}))
    session = Session.objects.get()
    assert session.journey_path == ["a", "b", "c", "d"]
    assert (session.entry_point, session.exit_point) == ("a", "d")
    assert session.started_at == NOW - timedelta(minutes=1.5)


@pytest.mark.django_db
def test_what_comes_late_with_pauses_in_it_stands_in_the_path_whole() -> None:
    stored(sent({"area": "c", "at": at(-1)}))
    stored(sent({"area": "a", "at": at(-180)}, {"area": "b", "at": at(-120)}, {"area": "d", "at": at(0)}))
    assert areas() == [["a", "b", "c", "d"]]


@pytest.mark.django_db
@pytest.mark.parametrize("hours", [-23, -5, 5, 23])
def test_a_clock_that_is_hours_off_is_set_right(hours: int) -> None:
    wrong = NOW + timedelta(hours=hours)
    assert stored(sent({"area": "a", "at": at(-10, wrong)}, {"area": "b", "at": at(0, wrong)})) == [Outcome(2, [])]
    assert [one.at for one in Step.objects.order_by("at")] == [NOW - timedelta(minutes=10), NOW]


@pytest.mark.django_db
def test_what_is_more_than_a_day_away_is_refused_and_moves_nothing_else() -> None:
    (outcome,) = stored(
        sent({"area": "a"}, {"at": at(60 * 25)}, {"at": at(-60 * 25)}, {"area": "b", "at": at(0)}, {"duration": -1})
    )
    assert [one.index for one in outcome.refused] == [1, 2, 4]
    assert outcome.accepted == 2
    assert {one.at for one in Step.objects.all()} == {NOW}


@pytest.mark.django_db
def test_steps_at_plants_that_nobody_may_see_leave_no_row() -> None:
    hidden = [
        ProjectFactory.create(visibility=Visibility.PRIVATE, slug="private"),
        ProjectFactory.create(status=ProjectStatus.PROPOSED, slug="proposed"),
        ProjectFactory.create(hidden_by_source=True, slug="gone"),
    ]
    demo = ProjectFactory.create(is_demo=True)
    removed = demo.pk
    demo.delete()
    ids = [str(one.pk) for one in hidden] + [str(removed), str(uuid.uuid4())]
    (outcome,) = stored(sent(*({"project_id": one} for one in ids), {"area": "/projects/private/"}))
    assert outcome.accepted == 0
    assert {one.reason.partition(" ")[0] for one in outcome.refused} == {"project_id", "area"}
    assert stored(*(viewed(f"/projects/{one.slug}/") for one in hidden))[0].accepted == 0
    assert (Step.objects.count(), Session.objects.count(), Pseudonym.objects.count()) == (0, 0, 0)


@pytest.mark.django_db
def test_an_anonymous_plant_is_counted_without_a_page() -> None:
    plant = ProjectFactory.create(visibility=Visibility.ANONYMOUS)
    stored(sent({"project_id": str(plant.pk)}))
    assert Step.objects.get().area == ""
    assert Session.objects.get().projects_viewed == [str(plant.pk)]


@pytest.mark.django_db
def test_a_page_view_says_where_it_came_from_and_no_more() -> None:
    plant = ProjectFactory.create(slug="moss")
    stored(
        viewed(
            "/projects/moss",
            referrer="https://www.google.de/search?q=secret+words",
            screen="390x844",
            clicks=2,
            engaged=20,
            vitals={"lcp": 900.5, "cls": 0.01},
        )
    )
    step, session, speed = Step.objects.get(), Session.objects.get(), PageSpeed.objects.get()
    assert (step.kind, step.area, step.project_id) == (StepKind.PAGE_VIEW, "/projects/moss/", plant.pk)
    assert step.context is None
    assert (session.referrer_host, session.channel, session.screen_resolution) == ("google.de", "search", "small")
    assert (session.page_views, session.clicks_count, session.total_time_seconds) == (1, 2, 20.0)
    assert (speed.area, speed.lcp, speed.inp, speed.cls) == ("/projects/moss/", 900.5, None, 0.01)


@pytest.mark.django_db
def test_how_fast_a_machine_found_a_page_is_not_kept() -> None:
    stored(viewed("/", agent=GOOGLEBOT, vitals={"lcp": 6900.0}))
    assert Session.objects.get().set_aside == SetAside.AGENT
    assert not PageSpeed.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/seeds/a-private-key/", "/admin/", "/nowhere/secret/", "/skills/nothing/"])
def test_of_an_address_that_is_a_key_or_no_page_nothing_is_kept(path: str) -> None:
    (outcome,) = stored(viewed(path))
    assert [one.area for one in Step.objects.all()] == (["/seeds/"] if outcome.accepted else [])
    assert outcome.accepted == path.startswith("/seeds/")


@pytest.mark.django_db
def test_a_page_of_the_site_itself_is_no_referrer_and_the_first_that_is_one_holds() -> None:
    stored(viewed("/", referrer="http://testserver/about/"))
    assert Session.objects.get().channel == "direct"
    stored(viewed("/about/", referrer="https://news.ycombinator.com/item?id=1"))
    stored(viewed("/cv/", referrer="https://chatgpt.com/"))
    session = Session.objects.get()
    assert (session.referrer_host, session.channel) == ("news.ycombinator.com", "social")


def test_no_memory_of_the_process_keeps_a_key_or_a_visitors_cookies(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def remembering(value: str) -> None:
        asked.append(value)

    monkeypatch.setattr(known, "_resolved", remembering)
    assert known.page_of("/seeds/Xq3kP0aaaaaaaaaaaaaaaaaa/") == ("seed", "")
    monkeypatch.setattr(owner_devices, "_is_signed", remembering)
    owner_devices.is_owners("session=secret; greenhouse_owner=forged; greenhouse_visitor=token")
    assert asked == ["forged"]


@pytest.mark.django_db
def test_machines_are_set_aside_with_the_reason() -> None:
    stored(sent({"area": "a"}, agent=GOOGLEBOT), sent({"area": "a"}, agent="", address="203.0.113.8"))
    found = {one.set_aside: one.agent_family for one in Session.objects.all()}
    assert found == {SetAside.AGENT: "Googlebot", SetAside.NO_AGENT: ""}


@pytest.mark.django_db
def test_a_session_goes_on_past_midnight_and_is_counted_on_the_day_it_began() -> None:
    before, after = datetime(2026, 6, 15, 23, 50, tzinfo=UTC), datetime(2026, 6, 16, 0, 10, tzinfo=UTC)
    stored(sent({"area": "a"}, now=before), now=before)
    stored(sent({"area": "b"}, now=after), now=after)
    stored(sent({"area": "c"}, now=after), now=after)
    assert areas() == [["a", "b", "c"]]
    noon = datetime(2026, 6, 16, 12, tzinfo=UTC)
    stored(sent({"area": "d"}, now=noon), now=noon)
    assert [one.first_of_day for one in Session.objects.order_by("started_at")] == [True, True]
    assert DailySalt.objects.count() == 2


@pytest.mark.django_db
def test_yesterdays_visitor_is_not_known_any_more_after_the_first_half_hour() -> None:
    before, after = datetime(2026, 6, 15, 23, 59, tzinfo=UTC), datetime(2026, 6, 16, 0, 31, tzinfo=UTC)
    stored(sent({"area": "a"}, now=before), now=before)
    stored(sent({"area": "b"}, now=after), now=after)
    assert Session.objects.count() == 2
    assert Pseudonym.objects.count() == 2


@pytest.mark.django_db
def test_a_clock_set_back_loses_nothing() -> None:
    tomorrow = NOW + timedelta(days=1)
    stored(sent({"area": "a"}, now=tomorrow), now=tomorrow)
    stored(sent({"area": "b"}))
    earlier = NOW - timedelta(hours=2)
    stored(sent({"area": "c"}, now=earlier), now=earlier)
    assert Step.objects.count() == 3
    assert sum(one.steps for one in Session.objects.all()) == 3


@pytest.mark.django_db
def test_a_group_takes_the_same_number_of_statements_however_large_it_is() -> None:
    plant = ProjectFactory.create()

    def statements(visitors: Iterable[int]) -> int:
        group = [
            sent({"project_id": str(plant.pk)}, {"area": "a"}, address=f"198.51.100.{one}", batch=uuid.uuid4())
            for one in visitors
        ]
        with CaptureQueriesContext(connection) as captured:
            stored(*group)
        return len(captured)

    statements([1])
    assert statements(range(2, 4)) == statements(range(4, 24))

    def statements_of_late(visitors: Iterable[int]) -> int:
        with CaptureQueriesContext(connection) as captured:
            stored(*(sent({"area": "b", "at": at(-1)}, address=f"198.51.100.{one}") for one in visitors))
        return len(captured)

    assert statements_of_late(range(2, 4)) == statements_of_late(range(4, 24))
    assert {path[0] for path in areas() if len(path) > 2} == {"b"}


@pytest.mark.django_db(transaction=True)
def test_two_writers_with_the_same_visitors_make_one_session_each_and_wait_for_ever_for_nobody() -> None:
    """As two processes on one database; keys that are not sorted would lock the same rows crosswise."""
    addresses = [f"198.51.100.{one}" for one in range(20)]
    failed: list[BaseException] = []

    def write(order: list[str]) -> None:
        try:
            for _ in range(5):
                stored(*(sent({"area": "a"}, address=one, batch=uuid.uuid4()) for one in order))
        except BaseException as error:  # noqa: BLE001 - told by the test
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(order,)) for order in (addresses, addresses[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    assert Session.objects.count() == 20
    assert {one.steps for one in Session.objects.all()} == {10}
    assert Step.objects.count() == 200


@pytest.mark.django_db
def test_no_mark_of_a_visitor_stands_in_any_row() -> None:
    """An address, an agent, a token, a path and query of a referrer, the mail address in a campaign."""
    agent = f"{FIREFOX} Markedagent/1.0"
    headers = {"host": "testserver", "user-agent": agent, "cookie": "visitor=markedtoken"}
    caller = route.Caller(address="203.0.113.77", headers=headers, received=NOW)
    body = {
        "path": "/about/?token=markedquery#markedhash",
        "referrer": "https://blog.example/markedpath?markedsearch",
        "utm": {"source": "poster", "campaign": "marked@mail.example"},
    }
    seen = route.read("beacon", json.dumps(body).encode(), caller)
    assert isinstance(seen, Submission)
    assert stored(seen, sent({"area": "gate"}, address="203.0.113.77", agent=agent)) == [Outcome(1, []), Outcome(1, [])]
    said = ""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"select * from {connection.ops.quote_name(table)}")  # noqa: S608 - names of our own
            said += repr(cursor.fetchall())
    assert "blog.example" in said
    assert [mark for mark in ("203.0.113.77", "Marked", "marked") if mark in said] == []


@pytest.mark.django_db(transaction=True)
def test_who_is_erased_while_their_steps_arrive_leaves_whole_visits_or_none() -> None:
    failed: list[BaseException] = []
    ended = threading.Event()

    def write() -> None:
        try:
            for _ in range(15):
                stored(*(sent({"area": "a"}, {"area": "b"}, address=f"198.51.100.{one}") for one in range(5)))
        except BaseException as error:  # noqa: BLE001 - told by the test
            failed.append(error)
        finally:
            ended.set()
            connections.close_all()

    writing = threading.Thread(target=write)
    writing.start()
    while not ended.is_set():
        with transaction.atomic():
            forget_sessions(list(Session.objects.values_list("pk", flat=True)))
    writing.join(60)
    assert failed == []
    by_session = dict(Step.objects.values_list("session_id").annotate(Count("pk")).order_by())
    assert by_session == dict(Session.objects.values_list("pk", "steps"))
    with transaction.atomic():
        forget_sessions(list(Session.objects.values_list("pk", flat=True)))
    assert (Step.objects.count(), Session.objects.count(), Pseudonym.objects.count()) == (0, 0, 0)
