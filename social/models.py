"""What the owner says in public: short posts of their own."""

from __future__ import annotations

import uuid
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import models
from django.urls import reverse
from django.utils import timezone

from garden.vocabulary import choices
from social.text import as_text

if TYPE_CHECKING:
    from datetime import datetime

LONGEST_TEXT = 5_000  # characters; a post, not an article
LONGEST_WORDS = 80  # of a post that has no title, where it is named


class PostVisibility(StrEnum):
    """Who may read a post, from its hour on."""

    DRAFT = "draft"  # the owner
    PUBLIC = "public"  # everyone; it stands on the front page and in the feeds
    UNLISTED = "unlisted"  # who knows its address


class PostQuerySet(models.QuerySet["Post"]):
    """The only places where it is decided who may read a post."""

    def listed(self, now: datetime) -> PostQuerySet:
        """Those that may be named in public, newest first."""
        return self.filter(visibility=PostVisibility.PUBLIC, published_at__lte=now).order_by("-published_at", "-pk")

    def reachable(self, now: datetime) -> PostQuerySet:
        """What opens for those who know its address: the listed ones and the unlisted ones."""
        return self.exclude(visibility=PostVisibility.DRAFT).filter(published_at__lte=now)


class Post(models.Model):
    """A few words of the owner's, with or without a title and a link."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=120, unique=True, editable=False)
    title = models.CharField(max_length=200, blank=True, help_text="May be left out.")
    text = models.TextField(max_length=LONGEST_TEXT, help_text="In Markdown. HTML in it is shown as text.")
    link = models.URLField(max_length=500, blank=True, help_text="What it is about, where that has an address.")
    visibility = models.CharField(
        max_length=10,
        choices=choices(PostVisibility),
        default=PostVisibility.DRAFT.value,
        help_text="A draft is yours alone. Unlisted opens for those who know its address.",
    )
    published_at = models.DateTimeField(
        "published",
        default=timezone.now,
        help_text="Of a day to come: it appears by itself, within ten minutes of that hour.",
    )
    seq = models.BigIntegerField(default=0, editable=False, help_text="The event that first told of it.")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-pk"]
        indexes = [models.Index(fields=["visibility", "-published_at"], name="post_published")]

    def __str__(self) -> str:
        return self.words

    def get_absolute_url(self) -> str:
        return reverse("post", args=[self.slug])

    @property
    def words(self) -> str:
        """What it is called: its title, or its first words."""
        return self.title or as_text(self.text, LONGEST_WORDS) or "A post"
