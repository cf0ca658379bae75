"""`manage.py signin_reset OWNER`: let somebody in again who lost the telephone, the passkey or the password."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from common.words import count
from greenhouse.console.signin.sessions import end_all
from greenhouse.web import signin_ways
from greenhouse.web.tokens import end_tokens

if TYPE_CHECKING:
    from argparse import ArgumentParser

PASSWORD_BYTES = 12  # 16 characters to type


class Command(BaseCommand):
    """Take away an account's second step and end its sessions and tokens."""

    help = "Take away an account's app, passkeys and recovery codes, and end its sessions and its tokens of the API."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("account", help="The name that it signs in with.")
        parser.add_argument(
            "--password",
            action="store_true",
            help="Set a new password too, and print it alone on the last line.",
        )

    @transaction.atomic
    def handle(self, *args: Any, account: str, password: bool, **options: Any) -> None:
        user = User.objects.filter(username=account).first()
        if user is None:
            raise CommandError(f"There is no account {account}. There are: {', '.join(_names())}.")
        removed, _ = Authenticator.objects.filter(user=user).delete()
        ended = end_all(user)
        end_tokens(user=user, now=timezone.now())
        self.stdout.write(
            f"{account}: {count(removed, 'second step')} taken away (app, passkeys, codes), "
            f"{count(ended, 'session')} and all tokens ended."
        )
        if not user.is_active:
            self.stdout.write("The account is switched off. Switch it on in the console, or it cannot sign in.")
        if not signin_ways.password_allowed():
            self.stdout.write(
                f"PASSWORD_SIGN_IN=false: no password lets in. Sign in by {settings.OIDC_NAME}, or set it to true."
            )
        if password:
            new = secrets.token_urlsafe(PASSWORD_BYTES)
            user.set_password(new)
            user.save(update_fields=["password"])
            self.stdout.write(new)


def _names() -> list[str]:
    return list(User.objects.filter(is_staff=True).order_by("username").values_list("username", flat=True))
