from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from garden import selectors, services
from garden.announcements import MOST_KEPT, announce, end_announcement, forget
from garden.event_types import ANNOUNCEMENT
from garden.models import Announcement, GardenEvent
from garden.tests.factories import NOW
from garden.vocabulary import AnnouncementLevel

if TYPE_CHECKING:
    from datetime import datetime

    from garden.event_types import SystemUpdate

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def say(
    message: str = "Back at noon.", until: datetime | None = None, level: AnnouncementLevel = AnnouncementLevel.INFO
) -> SystemUpdate:
    return announce(message=message, level=level, until=until, now=NOW)


def command(*arguments: str) -> str:
    output = StringIO()
    call_command("announce", *arguments, stdout=output)
    return output.getvalue()


def test_an_announcement_is_an_event_that_moves_the_version_of_the_state() -> None:
    before = selectors.state_version()
    say(until=NOW + HOUR, level=AnnouncementLevel.WARNING)
    event = GardenEvent.objects.latest("seq")
    assert event.event_type == "system_update"
    assert event.data == {"message": "Back at noon.", "level": "warning", "until": "2026-06-15T13:00:00Z"}
    assert selectors.state_version() == event.seq > before


def test_an_announcement_holds_until_its_end_and_not_longer() -> None:
    said = say(until=NOW + HOUR)
    assert selectors.announcement(NOW + HOUR - timedelta(seconds=1)) == said
    assert selectors.announcement(NOW + HOUR) is None


def test_an_announcement_without_an_end_holds_until_it_is_taken_back() -> None:
    said = say()
    assert selectors.announcement(NOW + timedelta(days=20)) == said
    assert end_announcement(now=NOW + HOUR)
    assert selectors.announcement(NOW + HOUR) is None
    assert not end_announcement(now=NOW + HOUR)


def test_of_two_announcements_the_newer_one_stands_alone() -> None:
    say("Back at noon.")
    second = say("Back at one.")
    assert selectors.announcement(NOW) == second
    assert not GardenEvent.objects.filter(data__message="Back at noon.").exists()


def test_what_is_taken_back_leaves_the_outbox_and_moves_the_version() -> None:
    say("The key is under the mat.")
    before = selectors.state_version()
    end_announcement(now=NOW)
    assert "mat" not in str(list(GardenEvent.objects.values_list("data", flat=True)))
    assert selectors.state_version() > before
    assert GardenEvent.objects.latest("seq").rewrites


def test_taking_back_what_ended_by_itself_tells_nobody_anything_new() -> None:
    say("The key is under the mat.", until=NOW + HOUR)
    assert not end_announcement(now=NOW + 2 * HOUR)
    assert "mat" not in str(list(GardenEvent.objects.values_list("data", flat=True)))


@pytest.mark.parametrize(
    ("message", "until", "why"),
    [
        ("  ", None, "needs words"),
        ("\x00", None, "needs words"),
        ("x" * 301, None, "at most 300"),
        ("Back at noon.", NOW, "in the past"),
        ("Back at noon.", NOW + timedelta(days=400), "days at most"),
    ],
)
def test_what_cannot_be_announced_is_refused_in_words(message: str, until: datetime | None, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        say(message, until=until)
    assert not GardenEvent.objects.exists()


def test_the_command_announces_and_takes_back() -> None:
    until = timezone.localtime(timezone.now() + HOUR).replace(tzinfo=None, microsecond=0)
    assert "Back at noon." in command("Back at  noon.", "--until", until.isoformat(), "--level", "warning")
    said = selectors.announcement(timezone.now())
    assert said is not None
    assert (said.message, said.level) == ("Back at noon.", AnnouncementLevel.WARNING)
    assert said.until == timezone.make_aware(until)
    assert command("--end") == "Taken back.\n"
    assert command("--end") == "Nothing is announced.\n"


@pytest.mark.parametrize(
    "arguments",
    [(), ("Back at noon.", "--until", "noon"), ("Back at noon.", "--until", "2020-01-01"), ("Words", "--end")],
)
def test_the_command_refuses_in_words(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        command(*arguments)
    assert not GardenEvent.objects.exists()


def test_what_stands_until_it_is_ended_outlives_the_outbox_and_what_ended_does_not() -> None:
    said = say()
    later = NOW + timedelta(days=settings.EVENTS_KEPT_DAYS + 5)
    services.prune(now=later)
    assert selectors.announcement(later) == said
    say(until=NOW + HOUR)
    GardenEvent.objects.create(event_type="state_refreshed", source="test", timestamp=later, alters_state=True)
    services.prune(now=later)
    assert not GardenEvent.objects.filter(subject=ANNOUNCEMENT).exists()


def test_the_owner_keeps_a_list_of_what_was_said_and_how_it_ended() -> None:
    say("Gone by itself.", until=NOW + HOUR)
    announce(message="Replaced.", level=AnnouncementLevel.INFO, until=None, now=NOW + 2 * HOUR)
    announce(message="Taken back.", level=AnnouncementLevel.INFO, until=None, now=NOW + 3 * HOUR)
    end_announcement(now=NOW + 4 * HOUR)
    kept = [(one.message, one.ended_at, one.holds(NOW + 5 * HOUR)) for one in Announcement.objects.all()]
    assert kept == [
        ("Taken back.", NOW + 4 * HOUR, False),
        ("Replaced.", NOW + 3 * HOUR, False),
        ("Gone by itself.", None, False),
    ]


def test_the_list_of_what_was_said_does_not_grow_for_ever() -> None:
    Announcement.objects.bulk_create(
        Announcement(message=f"Old {day}", said_at=NOW - timedelta(days=day)) for day in range(1, 2 * MOST_KEPT)
    )
    say("New.")
    assert Announcement.objects.count() == MOST_KEPT + 1
    assert Announcement.objects.filter(message__in=["New.", "Old 1"]).count() == 2


def test_what_stands_is_not_forgotten_before_it_is_ended() -> None:
    say()
    one = Announcement.objects.get()
    assert not forget(announcement=one, now=NOW)
    assert Announcement.objects.exists()
    end_announcement(now=NOW)
    one.refresh_from_db()
    assert forget(announcement=one, now=NOW)
    assert not Announcement.objects.exists()
