"""`manage.py audit_verify`: whether the two chained logs are as they were written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from visitors.consent import audit

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    help = "Checks the audit log and the log of deleted salts, entry by entry. Fails where one was altered."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--head",
            action="append",
            default=[],
            metavar="DIGEST",
            help="a digest noted earlier (this command and /privacy.json tell them), which one of the logs has to hold",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        faults = []
        for log in audit.LOGS:
            name = str(log._meta.verbose_name_plural).capitalize()
            if fault := audit.fault(log):
                faults.append(f"{name}: {fault}")
            else:
                number = log.objects.count()
                entries = "1 entry" if number == 1 else f"{number:,} entries"
                self.stdout.write(f"{name}: {entries}, whole. {audit.head_of(log)}")
        for head in options["head"]:
            missing = [audit.fault(log, head=head) for log in audit.LOGS]
            if all(missing) and not faults:
                faults.append(f"{head[:12]}…: {missing[0]}")
        if faults:
            raise CommandError("\n".join(faults))
