"""The schedule's tasks by provider become one task, which asks each provider by its `SourceSchedule`.

What the owner switched off stays off, and an interval that the owner chose is kept. Times of day become the mean time
between them. Backwards, the tasks are made again from the rows.
"""

from datetime import timedelta

from django.db import migrations

FORMER = {  # task → (minutes it was created with, its name, its providers)
    "integrations.tasks.sync_github": (30, "Bring in GitHub", ("github",)),
    "integrations.tasks.sync_wakatime": (30, "Bring in coding time", ("wakatime",)),
    "integrations.tasks.sync_weather": (15, "Look at the sky", ("openmeteo", "openweathermap")),
    "integrations.tasks.listen": (1, "Listen to the music", ("spotify", "listenbrainz", "lastfm", "reccobeats")),
}
PRESENT = "integrations.tasks.sync_due"
A_DAY, A_WEEK, A_MONTH, A_YEAR = 24 * 60, 7, 31, 12


def minutes_of(task):
    """How often a task ran, in whole minutes."""
    if task.crontab is not None:
        return minutes_between(task.crontab)
    interval = timedelta(**{task.interval.period: task.interval.every}) if task.interval else timedelta()
    return max(1, round(interval.total_seconds() / 60))


def minutes_between(times):
    """The mean time between the times of a crontab, in whole minutes."""
    from celery.schedules import crontab

    when = crontab(times.minute, times.hour, times.day_of_month, times.month_of_year, times.day_of_week)
    days = len(when.day_of_week) / A_WEEK * len(when.day_of_month) / A_MONTH * len(when.month_of_year) / A_YEAR
    return max(1, round(A_DAY / (len(when.minute) * len(when.hour) * days)))


def carry_over(apps, schema_editor):
    """Keep what the owner changed of the former tasks, and remove them."""
    tasks = apps.get_model("django_celery_beat", "PeriodicTask").objects.using(schema_editor.connection.alias)
    schedules = apps.get_model("integrations", "SourceSchedule").objects.using(schema_editor.connection.alias)
    for name, (minutes, _, providers) in FORMER.items():
        former = list(tasks.filter(task=name).select_related("interval", "crontab").order_by("-enabled", "pk"))
        if not former:
            continue
        chosen = minutes_of(former[0])
        for provider in providers:
            schedules.update_or_create(
                provider=provider,
                defaults={"enabled": former[0].enabled, "minutes": None if chosen == minutes else chosen},
            )
    tasks.filter(task__in=FORMER).delete()


def bring_back(apps, schema_editor):
    """Make the former tasks again, as the rows of their providers say."""
    alias = schema_editor.connection.alias
    tasks = apps.get_model("django_celery_beat", "PeriodicTask").objects.using(alias)
    intervals = apps.get_model("django_celery_beat", "IntervalSchedule").objects.using(alias)
    schedules = apps.get_model("integrations", "SourceSchedule").objects.using(alias)
    present = tasks.filter(task=PRESENT)
    stopped = present.exists() and not present.filter(enabled=True).exists()
    for name, (minutes, title, providers) in FORMER.items():
        rows = list(schedules.filter(provider__in=providers))
        if not rows:
            continue
        every = min(row.minutes or minutes for row in rows)
        interval = intervals.filter(every=every, period="minutes").first()
        tasks.get_or_create(
            name=title,
            defaults={
                "task": name,
                "interval": interval or intervals.create(every=every, period="minutes"),
                "enabled": not stopped and any(row.enabled for row in rows),
            },
        )
    present.delete()


class Migration(migrations.Migration):
    dependencies = [
        ("django_celery_beat", "0019_alter_periodictasks_options"),
        ("integrations", "0006_how_often_sources_are_asked"),
    ]

    operations = [migrations.RunPython(carry_over, bring_back)]
