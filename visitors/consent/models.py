"""What is kept of a visitor who agreed to something, what they ask of the owner, and the two logs that prove it."""

from __future__ import annotations

import uuid
from typing import Any, NoReturn

from django.db import models

from common.words import utc_date
from garden.vocabulary import choices
from visitors.consent.chain import Link
from visitors.consent.vocabulary import ASKED, AuditAction, Category, RequestStatus, RequestType


class Consent(models.Model):
    """What one visitor agreed to. Only they have the token; here is its digest."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, help_text="Random: its name in the audit log.")
    digest = models.CharField(max_length=64, unique=True, help_text="Of the token, which is kept nowhere.")
    analytics = models.BooleanField(default=False)
    personalisation = models.BooleanField(default=False)
    live_presence = models.BooleanField(default=False)
    given_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    seen_at = models.DateTimeField(null=True, help_text="In this visit. Only with personalisation.")
    previous_visit_at = models.DateTimeField(null=True, help_text="The end of the one before. Only with that, too.")

    class Meta:
        ordering = ("-changed_at",)

    def __str__(self) -> str:
        return str(self.reference)

    @property
    def categories(self) -> frozenset[Category]:
        """What was agreed to."""
        return frozenset({Category.ESSENTIAL, *(category for category in ASKED if getattr(self, category))})

    @property
    def choices(self) -> dict[Category, bool]:
        """Every category, and whether it was agreed to."""
        return {category: category in self.categories for category in Category}


class LinkedSession(models.Model):
    """A visit of someone who agreed to analytics, so that export and erasure reach it. Goes with the visit's rows."""

    session_id = models.BigIntegerField(primary_key=True)
    consent = models.ForeignKey(Consent, on_delete=models.CASCADE, related_name="sessions")

    def __str__(self) -> str:
        return str(self.session_id)


class SubjectRequest(models.Model):
    """What a visitor asks of the owner, and by when it has to be done."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    consent = models.ForeignKey(
        Consent, null=True, on_delete=models.SET_NULL, related_name="requests", help_text="Empty once it was erased."
    )
    type = models.CharField(max_length=12, choices=choices(RequestType))
    status = models.CharField(max_length=6, choices=choices(RequestStatus), default=RequestStatus.OPEN)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "request of a visitor"
        verbose_name_plural = "requests of visitors"
        ordering = ("due_at",)

    def __str__(self) -> str:
        return f"{self.type}, due {utc_date(self.due_at)}"


class AppendOnly(models.QuerySet[Any]):
    """Rows that are written once. What goes around this class is found by `manage.py audit_verify`."""

    def update(self, **_values: Any) -> NoReturn:
        """Never."""
        raise TypeError("entries of this log are never changed")

    def delete(self) -> NoReturn:
        """Never."""
        raise TypeError("entries of this log are never deleted")


class _Entry(models.Model):
    """An entry of a chain."""

    number = models.PositiveBigIntegerField(primary_key=True)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    objects = AppendOnly.as_manager()

    class Meta:
        abstract = True
        ordering = ("number",)

    def __str__(self) -> str:
        return f"{self.number} {self.digest[:12]}"

    @property
    def facts(self) -> dict[str, Any]:
        """What it says."""
        raise NotImplementedError

    @property
    def link(self) -> Link:
        """As the chain sees it."""
        return Link(self.number, self.facts, self.previous, self.digest)


class AuditEntry(_Entry):
    """Something that was done with what is kept of visitors. It names nobody."""

    at = models.CharField(max_length=32, help_text="UTC, as it went into the digest.")
    action = models.CharField(max_length=20, choices=choices(AuditAction))
    subject = models.CharField(
        max_length=36, blank=True, help_text="The consent's reference; random, and gone with it."
    )
    detail = models.JSONField(default=dict)

    class Meta(_Entry.Meta):
        verbose_name = "audit entry"
        verbose_name_plural = "audit log"

    @property
    def facts(self) -> dict[str, Any]:
        return {"at": self.at, "action": self.action, "subject": self.subject, "detail": self.detail}


class SaltDeletion(_Entry):
    """That the salt of a day is gone, for everyone to read."""

    day = models.DateField()
    deleted_at = models.CharField(max_length=32, help_text="UTC, as it went into the digest.")
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of the salt: it proves which one it was.")

    @property
    def facts(self) -> dict[str, Any]:
        return {"day": self.day.isoformat(), "deleted_at": self.deleted_at, "fingerprint": self.fingerprint}
