"""Encryption of stored credentials: Fernet with rotating keys.

The first of `FIELD_ENCRYPTION_KEYS` encrypts, every one decrypts. Without any, a key is derived from `SECRET_KEY`.
"""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class CredentialUnreadable(Exception):
    """No configured key opens a stored credential: connect the account again, or bring the old key back."""


def _derived_key(secret: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(b"greenhouse credentials:" + secret.encode()).digest())


def _keys() -> MultiFernet:
    named = [Fernet(key) for key in settings.FIELD_ENCRYPTION_KEYS]
    return MultiFernet([*named, Fernet(_derived_key(settings.SECRET_KEY))])


def encrypt(clear: str) -> bytes:
    """`clear` sealed with the newest key."""
    return _keys().encrypt(clear.encode())


def rotate(sealed: bytes) -> bytes:
    """The same, sealed with the newest key. Raises `CredentialUnreadable` when no key fits."""
    try:
        return _keys().rotate(sealed)
    except InvalidToken as error:
        raise CredentialUnreadable("a stored credential cannot be opened with the present keys") from error


def decrypt(sealed: bytes) -> str:
    """The text behind `sealed`. Raises `CredentialUnreadable` when no key fits."""
    try:
        return _keys().decrypt(sealed).decode()
    except InvalidToken as error:
        raise CredentialUnreadable("a stored credential cannot be opened with the present keys") from error
