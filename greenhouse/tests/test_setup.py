"""What `make run` does before it serves."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from garden.demo import INVENTIONS
from garden.models import Activity, Project
from garden.tests.factories import ProjectFactory
from integrations.tests.test_histories import commit, git

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone with one commit and with a directory of its own for static files, which are not really collected."""
    clone = tmp_path / "clone"
    clone.mkdir()
    git(clone, "init", "--quiet")
    commit(clone, "First", a_dot_py="x\n")
    settings.BASE_DIR = clone
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATICFILES_DIRS = [tmp_path / "source"]
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "a.css").write_text("a{}")
    settings.ADMIN_USERNAME, settings.ADMIN_PASSWORD = "keeper", ""
    return clone


def test_a_new_house_gets_an_owner_whose_password_is_shown_once(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("setup")
    told = capsys.readouterr().out
    password = told.split("with the password ")[1].split()[0]
    assert authenticate(username="keeper", password=password) is not None
    call_command("setup")
    assert capsys.readouterr().out == ""
    assert get_user_model().objects.count() == 1


def test_a_password_from_the_environment_is_used_and_not_shown(
    settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.ADMIN_PASSWORD = "a long and quiet sentence"
    call_command("setup")
    assert settings.ADMIN_PASSWORD not in capsys.readouterr().out
    assert authenticate(username="keeper", password=settings.ADMIN_PASSWORD) is not None


def test_a_weak_password_is_taken_with_a_warning(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    settings.ADMIN_PASSWORD = "short"
    call_command("setup")
    assert "too short" in capsys.readouterr().err
    assert authenticate(username="keeper", password="short") is not None


def test_an_owner_who_is_there_keeps_their_password(settings: Any) -> None:
    get_user_model().objects.create_superuser("somebody", password="theirs and only theirs")
    settings.ADMIN_PASSWORD = "another password altogether"
    call_command("setup")
    assert list(get_user_model().objects.values_list("username", flat=True)) == ["somebody"]


def test_an_account_of_that_name_without_rights_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    get_user_model().objects.create_user("keeper", password="theirs and only theirs")
    call_command("setup")
    assert "is no superuser" in capsys.readouterr().err
    assert not get_user_model().objects.filter(is_superuser=True).exists()


def test_the_first_garden_is_the_projects_own_history_beside_the_demonstration() -> None:
    call_command("setup")
    own = Project.objects.get(is_demo=False)
    assert (own.name, own.activities.count()) == ("Digital Greenhouse", 1)
    assert Project.objects.filter(is_demo=True).count() == len(INVENTIONS)


@pytest.mark.parametrize("missing", ["archive", "shallow", "git"])
def test_without_a_history_it_says_so_and_goes_on(
    missing: str,
    house: Path,
    settings: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if missing == "archive":
        shutil.rmtree(house / ".git")
    elif missing == "shallow":
        commit(house, "Second")
        git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{house}", "shallow")
        settings.BASE_DIR = tmp_path / "shallow"
    else:
        monkeypatch.setenv("PATH", "")
    call_command("setup")
    assert "without this project's own plant" in capsys.readouterr().out
    assert Project.objects.count() == len(INVENTIONS)


def test_a_garden_with_a_plant_in_it_is_not_planted_again() -> None:
    ProjectFactory()
    call_command("setup")
    assert Project.objects.count() == 1
    assert not Activity.objects.exists()


def test_static_files_are_collected_again_only_when_they_changed(
    settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("setup")
    assert (settings.STATIC_ROOT / "a.css").read_text() == "a{}"
    capsys.readouterr()
    (tmp_path / "source" / "a.css").write_text("b{color:red}")
    call_command("setup")
    assert capsys.readouterr().out == "Collecting static files…\n"
    assert (settings.STATIC_ROOT / "a.css").read_text() == "b{color:red}"


def test_a_database_that_refuses_is_told_in_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr("greenhouse.management.commands.setup.MigrationExecutor", refuse)
    with pytest.raises(CommandError, match="disk full"):
        call_command("setup")
