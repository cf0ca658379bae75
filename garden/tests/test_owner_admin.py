"""The owner says in the console who they are, and the plants follow."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from common import broker
from garden import ownership, recording, services, tasks
from garden.models import OwnerIdentity, Project
from garden.tests.factories import ProjectFactory, commit
from garden.vocabulary import Counts

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

pytestmark = pytest.mark.django_db

IDENTITIES = "/admin/garden/owneridentity/"


@pytest.fixture
def clone(settings: Settings) -> Project:
    """A plant of two commits by Ada and three by Grace, while nobody said who the owner is."""
    settings.OWNER_NAME = settings.GITHUB_USERNAME = ""
    project: Project = ProjectFactory.create()
    drafts = [replace(commit(number), author="Ada" if number < 2 else "Grace") for number in range(5)]
    now = timezone.now()
    recording.record_activities(project=project, drafts=drafts, source="git", now=now)
    services.catch_up(project=project, now=now, source="git")
    return project


def say(client: Client, said: str) -> str:
    return client.post(f"{IDENTITIES}add/", {"said": said}, follow=True).content.decode()


def test_the_list_of_who_you_are_names_its_columns_in_plain_words(admin_client: Client) -> None:
    say(admin_client, "Ada")
    ownership.follow_account(provider="github", login="ada-l", now=timezone.now())
    page = admin_client.get(IDENTITIES).content.decode()
    assert {"Known as", "kind", "Said by"} <= set(re.findall(r'data-label="([^"]*)"', page))
    assert re.search(r">\s*you\s*<", page)
    assert re.search(r">\s*github\s*<", page)


def test_a_name_that_is_said_counts_the_plants_anew_behind_the_request(
    clone: Project,
    admin_client: Client,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(broker, "send", sent.append)
    before = clone.growth_factor
    with django_capture_on_commit_callbacks(execute=True):
        assert "1 plant will be counted anew within a minute." in say(admin_client, "Ada")
    clone.refresh_from_db()
    assert (clone.recount_due, clone.growth_factor) == (True, before)
    assert sent == [tasks.recount]
    assert tasks.recount() == 1
    clone.refresh_from_db()
    assert (clone.recount_due, clone.counts) == (False, Counts.MINE)
    assert clone.growth_factor < before


def test_a_name_that_changes_nothing_promises_nothing(clone: Project, admin_client: Client) -> None:
    ownership.add(said="Ada", now=timezone.now())
    tasks.recount()
    assert "counted anew" not in say(admin_client, "Someone Else")


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("ada@", "is no name, and no e-mail address either"),
        ("   ", "cannot stay empty"),
        ("Ada", "You are known by this already"),
    ],
)
def test_what_can_be_no_identity_is_refused_in_words(
    said: str, answer: str, clone: Project, admin_client: Client
) -> None:
    ownership.add(said="Ada", now=timezone.now())
    assert answer in say(admin_client, said)
    assert OwnerIdentity.objects.count() == 1


def test_an_address_is_shown_to_the_owner_in_part_and_kept_as_a_hash(clone: Project, admin_client: Client) -> None:
    assert "ada@example.org" not in say(admin_client, "ada@example.org")
    assert "a…@example.org" in admin_client.get(IDENTITIES).content.decode()
    assert "ada@" not in str(OwnerIdentity.objects.values())


def test_one_that_is_taken_back_counts_anew_and_that_of_the_settings_stays(
    clone: Project, admin_client: Client, settings: Settings
) -> None:
    settings.OWNER_NAME = "Ada"
    ownership.follow_settings(now=timezone.now())
    ownership.add(said="Grace", now=timezone.now())
    tasks.recount()
    clone.refresh_from_db()
    everything = clone.growth_factor
    for one in OwnerIdentity.objects.all():
        chosen = {"action": "delete_selected", "_selected_action": [str(one.pk)], "post": "yes"}
        admin_client.post(IDENTITIES, chosen, follow=True)
    assert OwnerIdentity.objects.get().source == ownership.SETTINGS
    tasks.recount()
    clone.refresh_from_db()
    assert clone.growth_factor < everything


def test_a_name_that_was_found_stands_in_the_form_already(admin_client: Client) -> None:
    assert 'value="Grace"' in admin_client.get(f"{IDENTITIES}add/?said=Grace").content.decode()
