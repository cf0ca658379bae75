from __future__ import annotations

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import OperationalError
from django.utils.module_loading import autodiscover_modules
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from greenhouse.celery import app
from greenhouse.run import schedule

pytestmark = pytest.mark.django_db


def test_every_default_task_is_there_after_the_first_migration() -> None:
    names = set(PeriodicTask.objects.values_list("name", flat=True))
    assert {default.name for default in schedule.DEFAULT_TASKS} <= names


def test_every_default_task_can_be_run() -> None:
    autodiscover_modules("tasks")
    assert {default.task for default in schedule.DEFAULT_TASKS} <= set(app.tasks)


@pytest.mark.parametrize(
    ("task", "minutes"),
    [
        ("weather.tasks.update_mood", 3),
        ("integrations.tasks.sync_due", 1),
        ("skills.tasks.sync_from_projects", 24 * 60),
    ],
)
def test_every_task_has_its_own_pace(task: str, minutes: int) -> None:
    assert PeriodicTask.objects.get(task=task).interval.every == minutes


def test_every_task_of_the_schedule_is_tried_again_where_the_database_fails() -> None:
    autodiscover_modules("tasks")
    for default in schedule.DEFAULT_TASKS:
        assert OperationalError in getattr(app.tasks[default.task], "autoretry_for", ()), default.task


def test_what_the_owner_edited_stays_after_another_migration() -> None:
    task = PeriodicTask.objects.get(task="garden.tasks.grow_all")
    task.name, task.enabled = "My own name", False
    task.interval = IntervalSchedule.objects.create(every=3, period=IntervalSchedule.DAYS)
    task.save()
    call_command("migrate", verbosity=0)
    (edited,) = PeriodicTask.objects.filter(task="garden.tasks.grow_all")
    assert (edited.name, edited.enabled, edited.interval.every) == ("My own name", False, 3)


def test_a_name_that_the_owner_gave_to_something_else_is_no_obstacle() -> None:
    PeriodicTask.objects.filter(task="garden.tasks.prune").update(task="garden.tasks.grow_all")
    schedule.create_defaults()
    assert not PeriodicTask.objects.filter(task="garden.tasks.prune").exists()


def test_migrating_one_app_before_the_schedule_has_tables_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PeriodicTask._meta, "db_table", "not_there_yet")
    schedule.create_defaults()


def test_the_schedule_is_installed_for_the_app_that_has_its_tables() -> None:
    from django.db.models.signals import post_migrate

    beat = apps.get_app_config("django_celery_beat")
    assert post_migrate.has_listeners(beat)
