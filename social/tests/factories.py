"""Posts for tests."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from social import services
from social.models import Post, PostVisibility


def written(text: str = "It *grows*.", **fields: Any) -> Post:
    """A post that everyone may read."""
    now = fields.pop("now", None) or timezone.now()
    changes = {"text": text, "visibility": PostVisibility.PUBLIC, "published_at": now} | fields
    return services.write(post=Post(), changes=changes, now=now)
