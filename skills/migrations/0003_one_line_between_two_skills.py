from django.db import migrations, models
from django.db.models.functions import Greatest, Least


def keep_one_of_each_pair(apps, schema_editor):
    """Until now a line could stand there once in each direction. The owner's stays, and of two of theirs the first."""
    SkillConnection = apps.get_model("skills", "SkillConnection")
    seen = set()
    for line in SkillConnection.objects.order_by("-by_owner", "created_at"):
        pair = frozenset((line.skill_a_id, line.skill_b_id))
        if pair in seen:
            line.delete()
        seen.add(pair)


class Migration(migrations.Migration):
    dependencies = [
        ("skills", "0002_skills_that_show_alone"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="skillconnection", name="skill_pair_once"),
        migrations.RunPython(keep_one_of_each_pair, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="skillconnection",
            constraint=models.UniqueConstraint(
                Least("skill_a", "skill_b"), Greatest("skill_a", "skill_b"), name="skill_pair_once"
            ),
        ),
    ]
