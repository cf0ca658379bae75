from django.db import migrations, models


def entered_ones_show(apps, schema_editor):
    """Until now a skill that the owner entered was told by "name" among the fields of theirs."""
    Skill = apps.get_model("skills", "Skill")
    for skill in Skill.objects.exclude(owner_edited=[]):
        if "name" in skill.owner_edited:
            skill.shows_alone = True
            skill.owner_edited = [field for field in skill.owner_edited if field != "name"]
            skill.save(update_fields=["shows_alone", "owner_edited"])


class Migration(migrations.Migration):
    dependencies = [
        ("skills", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="skill",
            name="shows_alone",
            field=models.BooleanField(
                default=False,
                help_text="On the site even while no public project uses it.",
                verbose_name="shown without a project",
            ),
        ),
        migrations.RunPython(entered_ones_show, migrations.RunPython.noop),
    ]
