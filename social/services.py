"""Writes of the owner's posts. Whatever others may see of them makes open pages look again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from common import slugs
from garden import events
from garden.event_types import StateRefreshed
from social.models import Post, PostVisibility

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

EDITABLE: Final = ("title", "text", "link", "visibility", "published_at")
SOURCE: Final = "owner"
# The outbox tells that something changed, and never what: a post that is taken back is nowhere to be found.
CHANGED: Final = StateRefreshed(component="posts")


@transaction.atomic
def write(*, post: Post, changes: Mapping[str, Any], now: datetime) -> Post:
    """Write what the owner says, new or known. Its address stays what it first was; a draft has one that tells nothing.

    Raises `KeyError` for a field that is not the owner's to set.
    """
    if unknown := changes.keys() - set(EDITABLE):
        raise KeyError(f"not the owner's to set: {', '.join(sorted(unknown))}")
    events.lock_sequence()
    before = Post.objects.filter(pk=post.pk).values_list("visibility", flat=True).first() or PostVisibility.DRAFT
    for field, value in changes.items():
        setattr(post, field, value)
    if slugs.is_nameless(post.slug):
        post.slug = _free_slug(post) if post.visibility != PostVisibility.DRAFT else post.slug or slugs.nameless()
    if (before, post.visibility) != (PostVisibility.DRAFT, PostVisibility.DRAFT):
        told = events.publish(CHANGED, source=SOURCE, now=now)
        if post.visibility == PostVisibility.PUBLIC and not post.seq:
            post.seq = told.seq
    post.save()
    return post


@transaction.atomic
def remove(*, post: Post, now: datetime) -> None:
    """Delete a post."""
    events.lock_sequence()
    post.delete()
    if post.visibility != PostVisibility.DRAFT:
        events.publish(CHANGED, source=SOURCE, now=now)


def _free_slug(post: Post) -> str:
    """An address by its words; by its day where those are signs alone."""
    base = slugs.slug_of(post.words, otherwise=f"{post.published_at:%Y-%m-%d}")
    return slugs.free(base, set(Post.objects.filter(slug__startswith=base).values_list("slug", flat=True)))
