"""What is remembered of our own requests: answers kept, limits and pauses, and how each endpoint went."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class CachedResponse(models.Model):
    """The last good answer to one URL with its validator, so that an unchanged one costs nothing (304)."""

    key = models.CharField(max_length=64, unique=True, help_text="SHA-256 of provider, account and URL.")
    provider = models.CharField(max_length=40)
    url = models.TextField()
    etag = models.CharField(max_length=300, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    link = models.TextField(blank=True, help_text="The Link header that came with it.")
    body = models.BinaryField(help_text="zlib-compressed.")
    stored_at = models.DateTimeField(default=timezone.now)

    class Meta:
        app_label = "integrations"
        indexes = [models.Index(fields=["stored_at"], name="cachedresponse_stored")]

    def __str__(self) -> str:
        return self.url


class OutgoingLimit(models.Model):
    """A service's token bucket, the pause that it asked for and its circuit breaker, shared by every process."""

    provider = models.CharField(max_length=40, unique=True, help_text="And a fingerprint of the account.")
    tokens = models.FloatField(default=0.0, help_text="Requests that may go out at once.")
    updated_at = models.DateTimeField(default=timezone.now, help_text="When the bucket was last looked into.")
    blocked_until = models.DateTimeField(null=True, blank=True, help_text="The end of the pause asked for.")
    blocked_at = models.DateTimeField(null=True, blank=True, help_text="When it was asked for.")
    reason = models.CharField(max_length=300, blank=True, help_text="Why, in plain words.")
    failures = models.PositiveSmallIntegerField(default=0, help_text="Requests in a row that failed.")
    trouble = models.CharField(max_length=300, blank=True, help_text="What the last of them met, in plain words.")
    open_until = models.DateTimeField(null=True, blank=True, help_text="Nothing is asked before; then one request is.")
    probing = models.BooleanField(default=False, help_text="That one request is under way.")

    class Meta:
        app_label = "integrations"
        ordering = ["provider"]
        verbose_name = "outgoing limit"

    def __str__(self) -> str:
        return self.provider


class OutgoingEndpoint(models.Model):
    """How one endpoint of a service went so far: sums alone, and no address that names anybody's work."""

    provider = models.CharField(max_length=40)
    endpoint = models.CharField(max_length=120, help_text="Its path, with * for what is a name or a number.")
    requests = models.PositiveBigIntegerField(default=0)
    errors = models.PositiveBigIntegerField(default=0, help_text="Unreachable, or a status from 400 on.")
    seconds = models.FloatField(default=0.0, help_text="Until the answers were read, all together.")
    last_status = models.PositiveSmallIntegerField(null=True, help_text="Null where nobody answered.")
    last_at = models.DateTimeField()
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        app_label = "integrations"
        ordering = ["provider", "endpoint"]
        constraints = [models.UniqueConstraint(fields=["provider", "endpoint"], name="outgoingendpoint_once")]

    def __str__(self) -> str:
        return f"{self.provider} {self.endpoint}"

    @property
    def mean_ms(self) -> float:
        """Milliseconds until an answer was read, in the mean."""
        return round(1000 * self.seconds / self.requests, 1) if self.requests else 0.0
