"""`manage.py runtasks`: the schedule and the work that requests ask for, without a broker."""

from __future__ import annotations

import logging
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand
from django.utils.module_loading import autodiscover_modules

from greenhouse.celery import app
from greenhouse.run import allocator
from greenhouse.run.embedded import Caretaker, end_with_parent

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Run the periodic tasks and the work that requests ask for (the embedded shape; no broker needed)."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--with-parent", action="store_true", help="End when standard input closes.")

    def handle(self, *args: Any, **options: Any) -> None:
        allocator.keep_little()  # else what one large delivery needed stays for good
        autodiscover_modules("tasks")  # not by Celery's loader, which runs the checks and so loads every page's code
        logging.getLogger("celery").setLevel(logging.WARNING)  # a line for each run of each task is no news
        caretaker = Caretaker(app)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: caretaker.stopped.set())
        if options["with_parent"]:
            end_with_parent(caretaker.stopped.set)
        caretaker.run()
        # Threads in the middle of a task would hold the process up. Every task may be cut off: it is repeated.
        sys.stdout.flush()
        os._exit(0)
