"""*Announce* in the console: what is said there is what everybody reads, and ends when its owner ends it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.urls import reverse
from django.utils import timezone

from garden import announcements, selectors
from garden.models import Announcement, GardenEvent
from garden.vocabulary import AnnouncementLevel

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
PAGE = "/admin/garden/announcement/"


def soon() -> str:
    """Tomorrow, as a browser sends a moment in `TIME_ZONE`."""
    return timezone.localtime(timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")


def say(client: Client, **said: Any) -> str:
    form = {"message": "Back at noon.", "level": "info", "until": ""} | said
    return client.post(PAGE, form, follow=True).content.decode()


def standing() -> Any:
    return selectors.announcement(timezone.now())


def test_what_is_announced_is_what_the_api_announces(admin_client: Client) -> None:
    until = soon()
    page = say(admin_client, message="Back  at noon.", level="warning", until=until)
    assert "Said: it stands on every page." in page
    said = standing()
    assert (said.message, said.level) == ("Back at noon.", AnnouncementLevel.WARNING)
    assert timezone.localtime(said.until).strftime("%Y-%m-%dT%H:%M") == until
    assert LogEntry.objects.get().object_repr == "Back at noon."
    assert "Back at noon." in page


def test_a_look_at_it_says_nothing(admin_client: Client) -> None:
    page = say(admin_client, message="Not yet <b>", level="warning", preview="")
    assert '<p class="announce-note" data-level="warning"><bdi>Not yet &lt;b&gt;</bdi></p>' in page
    assert not GardenEvent.objects.exists()
    assert not Announcement.objects.exists()


def test_what_stands_is_ended_and_listed(admin_client: Client) -> None:
    say(admin_client, message="One.")
    say(admin_client, message="Two.")
    page = admin_client.get(PAGE).content.decode()
    assert page.index("On every page now") < page.index("Two.") < page.index("What was said") < page.index("One.")
    assert "Taken back." in admin_client.post(reverse("admin:garden_announcement_end"), follow=True).content.decode()
    assert standing() is None
    page = admin_client.get(PAGE).content.decode()
    assert "On every page now" not in page
    assert page.index("What was said") < page.index("Two.") < page.index("One.")
    assert "it had ended" in admin_client.post(reverse("admin:garden_announcement_end"), follow=True).content.decode()
    taken_back = LogEntry.objects.filter(change_message="Taken back.")
    assert [entry.object_repr for entry in taken_back] == ["Two."]


def test_what_was_announced_before_there_was_a_list_is_shown_and_ended(admin_client: Client) -> None:
    announcements.announce(message="Old.", level=AnnouncementLevel.INFO, until=None, now=timezone.now())
    Announcement.objects.all().delete()
    assert "Old." in admin_client.get(PAGE).content.decode()
    admin_client.post(reverse("admin:garden_announcement_end"))
    assert "Old." not in admin_client.get(PAGE).content.decode()


def test_only_what_ended_is_forgotten(admin_client: Client) -> None:
    say(admin_client)
    forget = reverse("admin:garden_announcement_forget", args=[Announcement.objects.get().pk])
    assert "end it first" in admin_client.post(forget, follow=True).content.decode()
    admin_client.post(reverse("admin:garden_announcement_end"))
    assert "Forgotten." in admin_client.post(forget, follow=True).content.decode()
    assert admin_client.post(forget).status_code == 404
    assert "Nothing yet." in admin_client.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"message": "  "}, "An announcement needs words."),
        ({"message": "\u200b"}, "needs words"),
        ({"message": "a\0b"}, "Null characters"),
        ({"message": "x" * 301}, "at most 300 characters"),
        ({"level": "alarm"}, "is not one of the available choices"),
        ({"until": "2020-01-01T00:00"}, "cannot end in the past"),
        ({"until": "2999-01-01T00:00"}, "days at most"),
        ({"until": "noon"}, "Enter a valid date/time"),
        ({"until": "9" * 400}, "Enter a valid date/time"),
    ],
)
def test_what_cannot_be_announced_is_refused_in_words(admin_client: Client, said: dict[str, str], words: str) -> None:
    page = say(admin_client, **said)
    assert words in page
    assert 'role="alert"' in page
    assert not GardenEvent.objects.exists()


def test_who_publishes_announces_and_ends_and_forgets_nothing(client: Client) -> None:
    reverse("admin:index")  # the console's pages are registered with the addresses
    helper = User.objects.create_user("helper", password="a long one", is_staff=True)
    helper.groups.add(Group.objects.get(name="Publish"))
    client.force_login(helper)
    assert "Forget it" not in say(client)
    assert standing()
    client.post(reverse("admin:garden_announcement_end"))
    assert standing() is None
    assert client.post(reverse("admin:garden_announcement_forget", args=[1])).status_code == 403


@pytest.mark.parametrize("role", ["Look", "Tend"])
def test_other_helpers_announce_nothing(client: Client, role: str) -> None:
    reverse("admin:index")
    announcements.announce(message="Stays.", level=AnnouncementLevel.INFO, until=None, now=timezone.now())
    helper = User.objects.create_user("helper", password="a long one", is_staff=True)
    helper.groups.add(Group.objects.get(name=role))
    client.force_login(helper)
    asked = [client.get(PAGE), client.post(PAGE, {"message": "x", "level": "info"})]
    asked.append(client.post(reverse("admin:garden_announcement_end")))
    assert {answer.status_code for answer in asked} == {403}
    assert standing().message == "Stays."
