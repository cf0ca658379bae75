"""Daphne's `runserver`, for development. Imported only when it runs: Twisted weighs as much as all the rest of us."""

from __future__ import annotations

from daphne.management.commands.runserver import Command as DaphneCommand
from django.conf import settings


class Command(DaphneCommand):  # type: ignore[misc] # daphne carries no types
    """Listens where the settings say, unless told otherwise."""

    default_addr = settings.HOST
    default_port = str(settings.PORT)
