"""One kind of key: those of editors and players open what they opened, by the scope `intake`."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models
from django.db.models import Value
from django.db.models.functions import Concat


def give_scope(apps: Any, schema_editor: Any) -> None:
    keys = apps.get_model("integrations", "ApiKey").objects
    keys.update(scopes=["intake"], shown=Concat(Value("…"), "shown"))


def take_scope(apps: Any, schema_editor: Any) -> None:
    """Keys of other scopes mean nothing to what comes before."""
    keys = apps.get_model("integrations", "ApiKey").objects
    keys.filter(intake="").delete()
    for key in keys.all():
        key.shown = key.shown[-4:]
        key.save(update_fields=["shown"])


class Migration(migrations.Migration):
    dependencies = [("integrations", "0012_limits_with_circuit_and_endpoints")]

    operations = [
        migrations.RenameModel("IntakeKey", "ApiKey"),
        migrations.RenameField("ApiKey", "hint", "shown"),
        migrations.AlterField(
            "ApiKey",
            "shown",
            models.CharField(editable=False, help_text="Its first characters, to tell keys apart.", max_length=16),
        ),
        migrations.AlterField(
            "ApiKey",
            "label",
            models.CharField(help_text="What it is for: a machine, a script, a dashboard.", max_length=100),
        ),
        migrations.AlterField(
            "ApiKey",
            "intake",
            models.CharField(
                blank=True,
                choices=[("heartbeats", "Editors"), ("listens", "Players")],
                help_text="Of `intake`, the one kind that it opens, if one.",
                max_length=20,
            ),
        ),
        migrations.AddField(
            "ApiKey",
            "scopes",
            models.JSONField(default=list, help_text="Words of `common.permissions.Scope`."),
        ),
        migrations.AddField(
            "ApiKey",
            "expires_at",
            models.DateTimeField(blank=True, help_text="It opens nothing from then on.", null=True),
        ),
        migrations.AlterModelOptions("ApiKey", {"ordering": ["-created_at"], "verbose_name": "API key"}),
        migrations.RunPython(give_scope, take_scope),
    ]
