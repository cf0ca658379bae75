"""The owner's short posts: each on a page of its own, and the list of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from common.markdown import as_html
from greenhouse.site.metadata import share_of_post, share_of_posts
from greenhouse.sky import sky_now
from greenhouse.web.page_cache import CachedPage, keep_out_of_indexes, page_context, page_response
from social.models import Post, PostVisibility

if TYPE_CHECKING:
    from typing import Any

POSTS_LISTED: Final = 100


@require_safe
def posts(request: HttpRequest) -> HttpResponse:
    """The newest posts by name. One query."""
    now = timezone.now()
    context: dict[str, Any] = page_context(sky_now(now), now)
    context |= {"posts": list(Post.objects.listed(now)[:POSTS_LISTED]), "share": share_of_posts(context)}
    return page_response(request, CachedPage.of(render_to_string("posts.html", context)))


@require_safe
def post(request: HttpRequest, slug: str) -> HttpResponse:
    """A post's own page. Unlisted ones open to those who know the address, and are kept out of indexes. One query."""
    now = timezone.now()
    found = Post.objects.reachable(now).filter(slug=slug).first()
    if found is None:
        raise Http404("no such post")
    listed = found.visibility == PostVisibility.PUBLIC
    context = page_context(sky_now(now), now)
    context |= {
        "post": found,
        "text": as_html(found.text),
        "listed": listed,
        "share": share_of_post(found, context),
    }
    response = page_response(request, CachedPage.of(render_to_string("post.html", context)))
    return response if listed else keep_out_of_indexes(response)
