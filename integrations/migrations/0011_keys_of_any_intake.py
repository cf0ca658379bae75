from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("integrations", "0010_what_to_plant"),
    ]

    operations = [
        migrations.RenameModel("HeartbeatKey", "IntakeKey"),
        migrations.AddField(
            "intakekey",
            "intake",
            models.CharField(
                choices=[("heartbeats", "Editors"), ("listens", "Players")],
                default="heartbeats",  # what every key was for until now
                help_text="What it opens.",
                max_length=20,
            ),
            preserve_default=False,
        ),
        migrations.AlterField(
            "intakekey",
            "label",
            models.CharField(help_text="Which machine, editor or player it is for.", max_length=100),
        ),
    ]
