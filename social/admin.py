"""The owner's posts in the console, and posts elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.utils import timezone

from common.words import count
from garden.admin.base import ConsoleAdmin, ReadOnlyAdmin, sign
from social import elsewhere, services
from social.models import FeedItem, Post, PostVisibility

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

COLOURS = {
    PostVisibility.PUBLIC: "success",
    PostVisibility.UNLISTED: "info",
    PostVisibility.DRAFT: "default",
    "waits": "warning",
}


@admin.register(Post)
class PostAdmin(ConsoleAdmin):
    """Posts are written here, and read on the front page, on a page of their own and in the feeds."""

    when_empty = "A post stands on its own page, on the front page and in the feeds once it is published."
    list_display = ("words", "state", "published_at")
    list_filter = ("visibility",)
    search_fields = ("title", "text")
    fields = services.EDITABLE

    @admin.display(description="Post", ordering="title")
    def words(self, post: Post) -> str:
        """What it is called."""
        return post.words

    @sign("Who reads it", COLOURS, ordering="visibility")
    def state(self, post: Post) -> tuple[str, str]:
        """Who may read it now."""
        if post.visibility != PostVisibility.DRAFT and post.published_at > timezone.now():
            return "waits", "waits for its hour"
        return post.visibility, post.get_visibility_display()

    def view_on_site(self, obj: Post) -> str | None:
        """Where it is read, if it is."""
        readable = Post.objects.reachable(timezone.now()).filter(pk=obj.pk).exists()
        return obj.get_absolute_url() if readable else None

    def save_model(self, request: HttpRequest, obj: Post, form: Any, change: bool) -> None:
        """Write it, and let open pages look again."""
        changes = {field: form.cleaned_data[field] for field in services.EDITABLE if field in form.cleaned_data}
        kept = Post.objects.get(pk=obj.pk) if change else Post(pk=obj.pk)
        written = services.write(post=kept, changes=changes, now=timezone.now())
        obj.slug, obj.seq = written.slug, written.seq
        obj._state.adding = False

    def delete_model(self, request: HttpRequest, obj: Post) -> None:
        """Delete it, and let open pages look again."""
        services.remove(post=obj, now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        """The same for several."""
        for post in queryset:
            services.remove(post=post, now=timezone.now())


@admin.register(FeedItem)
class FeedItemAdmin(ReadOnlyAdmin):
    """What the owner wrote and read elsewhere. What is taken off the page stays off, whatever its source tells."""

    when_empty = (
        "Name a feed in RSS_FEEDS or RSS_OWN_FEEDS, or an account at Mastodon or Bluesky (docs/social.md). What "
        "they tell stands here after the next look."
    )
    list_display = ("title", "source", "kind", "state", "published_at")
    list_filter = ("source", "written", "visible")
    search_fields = ("title", "feed")
    fields = ("title", "url", "source", "feed", "published_at", "is_dated", "written", "technologies", "visible")
    actions = ("take_off", "show_again")

    @sign("Kind", {"wrote": "success", "read": "info"}, ordering="written")
    def kind(self, item: FeedItem) -> tuple[str, str]:
        """Whether the owner wrote it."""
        return ("wrote", "Wrote") if item.written else ("read", "Read")

    @sign("On the page", {"shown": "success", "off": "default"}, ordering="visible")
    def state(self, item: FeedItem) -> tuple[str, str]:
        """Whether everyone sees it."""
        return ("shown", "Shown") if item.visible else ("off", "Taken off")

    def view_on_site(self, obj: FeedItem) -> str | None:
        """Where it is read."""
        return obj.url or None

    @admin.action(description="Take off the page")
    def take_off(self, request: HttpRequest, queryset: QuerySet[FeedItem]) -> None:
        """From every page, and from the trends."""
        changed = elsewhere.set_visible(items=queryset, visible=False, now=timezone.now())
        self.message_user(request, f"{count(changed, 'post')} taken off.", messages.SUCCESS)

    @admin.action(description="Show again")
    def show_again(self, request: HttpRequest, queryset: QuerySet[FeedItem]) -> None:
        """On the pages, and in the trends."""
        changed = elsewhere.set_visible(items=queryset, visible=True, now=timezone.now())
        self.message_user(request, f"{count(changed, 'post')} shown again.", messages.SUCCESS)
