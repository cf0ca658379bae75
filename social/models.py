"""What the owner says in public: short posts of their own, and what they write and read elsewhere."""

from __future__ import annotations

import uuid
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.db import models
from django.urls import reverse
from django.utils import timezone

from common import validators
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
        validators=[validators.within_calendar],
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


class FeedItemQuerySet(models.QuerySet["FeedItem"]):
    """The only place where it is decided which posts from elsewhere everyone sees."""

    def shown(self, now: datetime) -> FeedItemQuerySet:
        """Those that may be named in public, newest first."""
        return self.filter(visible=True, published_at__lte=now).order_by("-published_at", "-pk")


class FeedItem(models.Model):
    """A post elsewhere, in a word and a link: what the owner wrote at another service, or reads in a feed."""

    source = models.CharField(max_length=40)
    feed = models.CharField(max_length=500, help_text="The address of a feed, or the account at a service.")
    external_id = models.CharField(max_length=200)
    title = models.CharField(max_length=300)
    url = models.URLField(max_length=500, blank=True)
    published_at = models.DateTimeField("published", help_text="When it was first seen, where it says nothing usable.")
    is_dated = models.BooleanField(default=True, help_text="Whether it says itself when it was published.")
    written = models.BooleanField(default=False, help_text="By the owner; else it was read.")
    technologies = models.JSONField(default=list, blank=True)
    visible = models.BooleanField(default=True, help_text="Off, it is on no page and counts for no trend.")
    is_demo = models.BooleanField(default=False)
    seen_at = models.DateTimeField()

    objects = FeedItemQuerySet.as_manager()

    class Meta:
        verbose_name = "post elsewhere"
        verbose_name_plural = "posts elsewhere"
        ordering = ["-published_at", "-pk"]
        indexes = [models.Index(fields=["visible", "-published_at"], name="feed_item_shown")]
        constraints = [models.UniqueConstraint(fields=["source", "feed", "external_id"], name="feed_item_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def host(self) -> str:
        """Where it is read, as people call it; empty where it has no page."""
        return urlsplit(self.url).netloc.removeprefix("www.")
