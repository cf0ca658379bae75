"""The periodic tasks a new garden begins with. From then on they are the owner's, who edits them in the admin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connections

if TYPE_CHECKING:
    from django.apps import AppConfig

MINUTE = 1
HOUR = 60 * MINUTE
DAY = 24 * HOUR
FIRST, USUAL, LAST = 0, 5, 9  # priorities as Redis has them: of what waits, the lowest number is begun first


@dataclass(frozen=True, slots=True)
class DefaultTask:
    """One entry of the schedule as it is first created."""

    name: str  # as the owner reads it
    task: str
    every: int  # minutes
    description: str
    priority: int = USUAL


DEFAULT_TASKS = (
    DefaultTask(
        "Grow the garden",
        "garden.tasks.grow_all",
        HOUR,
        "Works out every plant's growth and vitality: time passes even where nothing is committed.",
    ),
    DefaultTask(
        "Ask the sources that are due",
        "integrations.tasks.sync_due",
        MINUTE,
        "Brings in what the connected services know, each at its own pace: see How often, among the sources.",
    ),
    DefaultTask(
        "Work out coding time",
        "integrations.tasks.settle_coding",
        MINUTE,
        "Turns the heartbeats that editors sent into time by day, and lets the plants grow from it.",
    ),
    DefaultTask(
        "Feel the mood",
        "weather.tasks.update_mood",
        3 * MINUTE,
        "Makes the garden's weather of music, sky, work and the hour.",
    ),
    DefaultTask(
        "Clear old weather",
        "weather.tasks.prune",
        DAY,
        "Forgets skies, plays and moods that are more than a year or two old.",
        LAST,
    ),
    DefaultTask(
        "Work on webhooks that wait",
        "integrations.tasks.sweep",
        MINUTE,
        "Picks up deliveries that a restart or a stopped broker left lying, and those to be tried again.",
        FIRST,
    ),
    DefaultTask(
        "React to what happened",
        "garden.tasks.react",
        MINUTE,
        "Picks up what a restart or a stopped broker left lying: storms after a push, skills of new projects.",
        FIRST,
    ),
    DefaultTask(
        "Count anew whose work it is",
        "garden.tasks.recount",
        MINUTE,
        "Writes the past of the plants for which other commits count than before: after a change of who you are.",
    ),
    DefaultTask(
        "Do the syncs that were asked for",
        "integrations.tasks.run_requested",
        MINUTE,
        "Picks up what a restart or a stopped broker left lying.",
        FIRST,
    ),
    DefaultTask(
        "Clear old deliveries and sync runs",
        "integrations.tasks.prune",
        DAY,
        "Forgets what the outside world sent and answered long ago.",
        LAST,
    ),
    DefaultTask(
        "Clear what is past its time",
        "garden.tasks.prune",
        DAY,
        "Forgets old live events and yesterday's idempotency keys.",
        LAST,
    ),
    DefaultTask(
        "Forget visitors",
        "visitors.tasks.forget_old_salts",
        HOUR,
        "Deletes what could lead from a pseudonym back to an address, once it is 48 hours old.",
    ),
    DefaultTask(
        "Count the visits",
        "visitors.tasks.roll_up",
        HOUR,
        "Adds the visits up by hour and day, and again where something came late or was set aside.",
    ),
    DefaultTask(
        "Tell the plants of visits",
        "visitors.tasks.reach_plants",
        HOUR,
        "Counts visitors' looks as attention, and writes page views and minutes into the growth log.",
    ),
    DefaultTask(
        "Forget visits",
        "visitors.tasks.forget_visits",
        HOUR,
        "Deletes single visits, consents and visitors' requests that are past their time. Counts stay.",
    ),
    DefaultTask(
        "Refresh the garden's summary",
        "greenhouse.tasks.refresh_summary",
        HOUR,
        "Works out the view garden_summary of a PostgreSQL database; that of SQLite is always of the moment.",
        LAST,
    ),
    DefaultTask(
        "Write to you",
        "greenhouse.tasks.tell_owner",
        MINUTE,
        "Sends you what you asked for under Messages: what broke and works again, seeds, many visits, the week.",
    ),
    DefaultTask(
        "Look whether all is well",
        "greenhouse.tasks.check_health",
        5 * MINUTE,
        "Looks for what is wrong with the set-up as Doctor does, and writes it into the log.",
    ),
    DefaultTask(
        "Tidy the database",
        "greenhouse.tasks.maintain",
        DAY,
        "Ends sign-ins that are past their time, clears old runs of tasks, renews the database's statistics.",
        LAST,
    ),
    DefaultTask(
        "Find skills in projects",
        "skills.tasks.sync_from_projects",
        DAY,
        "Keeps the skills and the lines between them in step with the technologies of public projects.",
    ),
)


def create_defaults(*, using: str = "default", **_signal: Any) -> None:
    """Create those default tasks that are missing; what is there stays as the owner left it.

    Runs after every migration. To be rid of a task, disable it: one that was deleted comes back.
    """
    from django_celery_beat.models import IntervalSchedule, PeriodicTask, PeriodicTasks

    if PeriodicTask._meta.db_table not in connections[using].introspection.table_names():
        return  # another app is being migrated, and the schedule's tables are still to come
    tasks = PeriodicTask.objects.using(using)
    rows = list(tasks.values_list("task", "name", "priority"))
    for default in DEFAULT_TASKS:
        # A schedule of before there were priorities; the owner's own is a number.
        if any(task == default.task and priority is None for task, _, priority in rows):
            tasks.filter(task=default.task, priority=None).update(priority=default.priority)
    # Known by what it runs, since its name is the owner's to change.
    taken = {task for task, _, _ in rows} | {name for _, name, _ in rows}
    missing = [default for default in DEFAULT_TASKS if default.task not in taken and default.name not in taken]
    if not missing:
        return
    intervals = {
        every: IntervalSchedule.objects.using(using).get_or_create(every=every, period=IntervalSchedule.MINUTES)[0]
        for every in {default.every for default in missing}
    }
    tasks.bulk_create(
        [
            PeriodicTask(
                name=default.name,
                task=default.task,
                interval=intervals[default.every],
                description=default.description,
                priority=default.priority,
            )
            for default in missing
        ],
        ignore_conflicts=True,  # another process sets up as well
    )
    PeriodicTasks.update_changed()


def install(beat: AppConfig) -> None:
    """Have the defaults created whenever the tables of `beat` have been migrated."""
    from django.db.models.signals import post_migrate

    post_migrate.connect(create_defaults, sender=beat, dispatch_uid="greenhouse.run.schedule")
