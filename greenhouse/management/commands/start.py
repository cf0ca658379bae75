"""`manage.py start`: what one container or one installed package does by itself."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

SQLITE = "django.db.backends.sqlite3"


class Command(BaseCommand):
    help = (
        "Set up and serve with all tasks. Where DATABASE_URL is set, serve alone: setup, worker and beat are processes "
        "of their own then."
    )
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.DATABASES["default"]["ENGINE"] != SQLITE:
            call_command("runweb")
            return
        call_command("setup", stdout=self.stdout, stderr=self.stderr)
        call_command("serve")
