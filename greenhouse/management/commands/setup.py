"""`manage.py setup`: everything a new greenhouse needs before it serves. Quick, and silent where nothing is to do."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.contrib.staticfiles.finders import get_finders
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from garden import ownership, reactions
from garden.demo import plant_demo
from garden.models import Project
from garden.services import recount_all
from garden.vocabulary import Counts
from integrations.histories.repository import Repository, is_repository
from integrations.imports import Wishes, import_history, note_given
from integrations.problems import Problem

if TYPE_CHECKING:
    from django.contrib.auth.models import User

PROJECT_NAME = "Digital Greenhouse"
PASSWORD_BYTES = 12  # 16 characters to type
COLLECTED = ".collected"  # remembers what the collected static files were made of


class Command(BaseCommand):
    """Bring the database up to date, make the owner's account, collect static files, plant the first garden."""

    help = "Prepare a new greenhouse, or bring an old one up to date. Safe to repeat; `make run` does it first."
    requires_system_checks = []  # a start takes seconds; `manage.py check` is part of `make check`

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._migrate()
            self._collect_static()
            password = self._make_owner()
            self._follow_owner()
            self._plant_first_garden()
        except DatabaseError as error:
            raise CommandError(
                f"The database does not do its part: {error}. Check DATABASE_URL, and that the disk has room."
            ) from error
        if password:
            # Last, so that nothing scrolls it away.
            self.stdout.write(
                f"\n  Sign in to the admin as {settings.ADMIN_USERNAME} with the password {password}\n"
                "  It is shown only now. To set another: "
                f"{settings.HOME.manage} changepassword {settings.ADMIN_USERNAME}\n"
            )

    def _migrate(self) -> None:
        """Bring the tables up to date. The default schedule is made on the way."""
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Preparing the database…")
            call_command("migrate", interactive=False, verbosity=0, skip_checks=True)

    def _collect_static(self) -> None:
        """Collect and compress static files, where they changed since the last time."""
        stamp = Path(settings.STATIC_ROOT) / COLLECTED
        sources = _fingerprint_of_static_files()
        if stamp.is_file() and stamp.read_text() == sources:
            return
        self.stdout.write("Collecting static files…")
        # All anew: it would else leave out a file that is not younger than its copy, to the second.
        call_command("collectstatic", interactive=False, clear=True, verbosity=0, skip_checks=True)
        stamp.write_text(sources)

    def _make_owner(self) -> str:
        """Make the owner's account where nobody could sign in. Returns the password if it was made up here."""
        users = get_user_model().objects
        if users.filter(is_superuser=True).exists():
            return ""
        if users.filter(username=settings.ADMIN_USERNAME).exists():
            self.stderr.write(
                f"The account {settings.ADMIN_USERNAME} exists and is no superuser; it was left as it is. "
                f"`{settings.HOME.manage} createsuperuser` makes another."
            )
            return ""
        password = settings.ADMIN_PASSWORD or secrets.token_urlsafe(PASSWORD_BYTES)
        with transaction.atomic():
            owner: User = users.create_superuser(username=settings.ADMIN_USERNAME, email="", password=password)
        if not settings.ADMIN_PASSWORD:
            return password
        self.stdout.write(f"Made the account {owner.username} with the password from ADMIN_PASSWORD.")
        try:
            validate_password(password, owner)
        except ValidationError as weakness:
            self.stderr.write(f"ADMIN_PASSWORD is weak: {' '.join(weakness.messages)}")
        return ""

    def _follow_owner(self) -> None:
        """Count every commit by whoever the settings say the owner is, where they say another than before."""
        now = timezone.now()
        ownership.follow_settings(now=now)
        if recounted := recount_all(now=now, source="setup"):
            self.stdout.write(f"Counted anew whose work {recounted} plants grow from.")

    def _plant_first_garden(self) -> None:
        """Give a garden without a project this project's own history, and the demonstration beside it."""
        if Project.objects.exists():
            return
        self.stdout.write("Planting a first garden…")
        try:
            if not is_repository(settings.BASE_DIR):
                raise Problem("no_repository", "This copy has no git history, as from an archive.")
            history = Repository(settings.BASE_DIR)
            own = import_history(history, now=timezone.now(), wishes=Wishes(PROJECT_NAME, counts=Counts.EVERYONE))
            note_given(project=own.project, given=True)
            self.stdout.write(f"  {own.project.name}: {own.read:,} facts from this project's own git history.")
        except Problem as problem:
            self.stdout.write(f"  {problem} So the garden begins without this project's own plant. {problem.fix}")
        demo = plant_demo(now=timezone.now())
        self.stdout.write(
            f"  {len(demo)} demonstration plants; `{settings.HOME.manage} demo --remove` takes them away."
        )
        reactions.run(now=timezone.now())  # so that the first page that is seen has its skills


def _fingerprint_of_static_files() -> str:
    """What all static files are, by name, size and time of change."""
    files = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            about = Path(storage.path(name)).stat()
            files.update(f"{name} {about.st_size} {about.st_mtime_ns}\n".encode())
    return files.hexdigest()
