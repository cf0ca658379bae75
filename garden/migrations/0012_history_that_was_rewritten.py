from itertools import groupby
from operator import attrgetter

from django.db import migrations, models

LADDER = ["seed", "sprout", "growing", "blooming", "mature", "ancient"]


def logs_that_never_crashed(apps, schema_editor):
    """Heal growth logs that say of a day that a plant was smaller than before, and as large again after.

    Such rows were written live before the facts were in. Every row but the first goes on from the one before it.
    """
    alias = schema_editor.connection.alias
    GrowthLog = apps.get_model("garden", "GrowthLog")
    rows = GrowthLog.objects.using(alias).order_by("project_id", "recorded_at", "-backfilled", "growth_factor")
    rows = rows.only("project_id", "previous_stage", "new_stage", "backfilled")
    for _, log in groupby(rows.iterator(chunk_size=2000), attrgetter("project_id")):
        log = list(log)
        rungs = [LADDER.index(row.new_stage) for row in log]
        highest_to_come = rungs[:]
        for place in range(len(rungs) - 2, -1, -1):
            highest_to_come[place] = max(rungs[place], highest_to_come[place + 1])
        standing, false, mended = -1, [], []
        before = ""
        for row, rung, to_come in zip(log, rungs, highest_to_come):
            if not row.backfilled and rung < standing <= to_come:
                false.append(row.pk)
                continue
            if row.previous_stage != before:
                row.previous_stage = before
                mended.append(row)
            standing, before = rung, row.new_stage
        for place in range(0, len(false), 500):
            GrowthLog.objects.using(alias).filter(pk__in=false[place : place + 500]).delete()
        GrowthLog.objects.using(alias).bulk_update(mended, ["previous_stage"], batch_size=500)


class Migration(migrations.Migration):

    dependencies = [
        ('garden', '0011_words_of_projects'),
    ]

    operations = [
        migrations.AddField(
            model_name='activity',
            name='withdrawn',
            field=models.CharField(blank=True, choices=[('rewritten', 'Rewritten'), ('unreachable', 'Unreachable'), ('merge', 'Merge')], db_default='', default='', help_text='Why it is no fact any more.', max_length=20),
        ),
        migrations.RunPython(logs_that_never_crashed, migrations.RunPython.noop),
    ]
