"""Pictures that were uploaded before uploads were written anew still say where they were taken: they are written anew, too."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING

from django.db import migrations, transaction

if TYPE_CHECKING:
    from django.apps.registry import Apps
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

log = logging.getLogger(__name__)


def write_anew(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    from common import pictures

    for media in apps.get_model("garden", "ProjectMedia").objects.exclude(image=""):
        before = media.image.name
        try:
            with media.image.open() as file:
                if pictures.is_bare(file):
                    continue
                written = pictures.reencoded(file, name=PurePath(before).stem[:40])
        except (OSError, pictures.PictureRefused) as error:
            log.warning("The picture %s may still say where it was taken, please upload it again: %s", before, error)
            continue
        media.image.save(written.name, written, save=False)
        media.save(update_fields=["image"])
        transaction.on_commit(partial(media.image.storage.delete, before))


class Migration(migrations.Migration):
    dependencies = [
        ("garden", "0015_boost_of_vitality"),
    ]

    operations = [
        migrations.RunPython(write_anew, migrations.RunPython.noop),
    ]
