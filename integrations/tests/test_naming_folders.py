"""Folders that are named in the console, and the first sync of what is connected there."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils.html import escape

from integrations.models import OfferedRepository, SyncRun, WatchedPath

if TYPE_CHECKING:
    from pathlib import Path

    from django.contrib.auth.models import User
    from django.test import Client

    from integrations.tests.github_stub import Account

pytestmark = pytest.mark.django_db


def repository(path: Path) -> Path:
    subprocess.run(["git", "init", "-q", str(path)], check=True)  # the machine's own git
    return path


def name(client: Client, path: object) -> str:
    return client.post(
        reverse("admin:integrations_watchedpath_name"), {"path": str(path)}, follow=True
    ).content.decode()


def test_a_repository_that_is_named_is_wanted_and_looked_into_at_once(admin_client: Client, tmp_path: Path) -> None:
    page = name(admin_client, repository(tmp_path / "tides"))
    assert "tides is watched" in page
    assert [(row.path.name, row.is_folder, row.wanted) for row in WatchedPath.objects.all()] == [("tides", False, True)]
    assert SyncRun.objects.get().provider == "git"


def test_a_refused_path_stands_in_its_field_again_once(admin_client: Client, tmp_path: Path) -> None:
    wrong = tmp_path / "my <code>"
    assert f'value="{escape(str(wrong))}"' in name(admin_client, wrong)
    listed = admin_client.get(reverse("admin:integrations_watchedpath_changelist")).content.decode()
    assert "my &lt;code&gt;" not in listed


def test_a_home_is_written_short(admin_client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    repository(tmp_path / "my tides")
    assert "my tides is watched" in name(admin_client, "~/my tides")
    assert WatchedPath.objects.get().path == tmp_path / "my tides"
    assert "Nobody on this machine" in name(admin_client, "~nobody-of-that-name/tides")


def test_a_file_is_no_saved_log_before_it_is_one_and_what_lies_in_a_repository_leads_to_it(
    admin_client: Client, tmp_path: Path
) -> None:
    top = repository(tmp_path / "tides")
    (top / "src").mkdir()
    (top / "README.md").write_text("# Tides\n")
    (tmp_path / "notes.log").write_text("commit this to memory\n")
    (tmp_path / "tides.log").write_text(f"commit {'a' * 40}\tAda\t2024-03-01T11:00:00Z\tFirst\n")
    for inside in (top / "README.md", top / "src"):
        page = name(admin_client, inside)
        assert f"It lies in the repository {top}: name that." in page
        assert "is a saved log" not in page
    assert "neither a git repository nor a saved log" in name(admin_client, tmp_path / "notes.log")
    assert "is a saved log, which is read once" in name(admin_client, tmp_path / "tides.log")


def test_a_folder_of_repositories_is_watched(admin_client: Client, tmp_path: Path) -> None:
    repository(tmp_path / "tides")
    name(admin_client, tmp_path)
    assert [row.is_folder for row in WatchedPath.objects.all()] == [True]


@pytest.mark.parametrize("path", ["", "tides", "../..", "/nowhere/at/all", "/" + "x" * 5000, "/etc/hosts", "/dev/zero"])
def test_what_holds_no_repository_is_refused_with_words(path: str, admin_client: Client) -> None:
    assert "is watched from now on" not in name(admin_client, path)
    assert not WatchedPath.objects.exists()
    assert not SyncRun.objects.exists()


def test_a_helper_names_no_path(client: Client, django_user_model: type[User], tmp_path: Path) -> None:
    client.force_login(django_user_model.objects.create_user("ann", is_staff=True))
    answer = client.post(reverse("admin:integrations_watchedpath_name"), {"path": str(repository(tmp_path / "tides"))})
    assert answer.status_code == 403
    assert not WatchedPath.objects.exists()


@pytest.mark.usefixtures("transactional_db")
def test_an_account_that_is_connected_is_synced_at_once(admin_client: Client) -> None:
    account = {"provider": "wakatime", "username": "", "new_token": "waka", "enabled": "on"}
    admin_client.post(reverse("admin:integrations_account_add"), account)
    assert SyncRun.objects.get().provider == "wakatime"


def test_an_account_of_a_forge_is_looked_at_at_once_and_nothing_is_planted(admin_client: Client, ada: Account) -> None:
    ada.add("tides")
    account = {"provider": "github", "username": "ada", "new_token": "", "enabled": "on"}
    answer = admin_client.post(reverse("admin:integrations_account_add"), account)
    assert answer.headers["Location"] == reverse("admin:integrations_offeredrepository_changelist")
    assert list(OfferedRepository.objects.values_list("name", flat=True)) == ["ada/tides"]
    assert not SyncRun.objects.exists()
