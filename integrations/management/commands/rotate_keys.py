"""`manage.py rotate_keys`: seal stored credentials with the newest key."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from common.words import count
from integrations.key_rotation import rotate_stored


class Command(BaseCommand):
    """Seal everything that is stored encrypted with the first of `FIELD_ENCRYPTION_KEYS`."""

    help = (
        "Seal stored credentials with the first of FIELD_ENCRYPTION_KEYS, so that the others can be dropped. Restart "
        "the site with the new key in front first. Exit status 1 if one cannot be opened."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        rotation = rotate_stored()
        key = "the first of FIELD_ENCRYPTION_KEYS" if settings.FIELD_ENCRYPTION_KEYS else "the key made of SECRET_KEY"
        self.stdout.write(f"{count(rotation.sealed, 'credential')} sealed with {key}.")
        for name in rotation.unreadable:
            self.stderr.write(f"No key opens {name}.")
        if rotation.unreadable:
            raise CommandError("Keep the old keys, or connect these accounts again: nothing was changed about them.")
        self.stdout.write("Keys behind the first can be dropped." if settings.FIELD_ENCRYPTION_KEYS else "")
