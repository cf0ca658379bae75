"""What machines read in the head of a page: OpenGraph for chats, JSON-LD (schema.org) for searches.

`templates/fragments/head.html` shows a `Share`; each view hands one to its template as `share`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from common.text import storable_name
from greenhouse.site.words import stage_words
from social.text import as_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from garden.models import Project
    from social.models import Post

LONGEST_DESCRIPTION: Final = 200  # characters; what is longer is cut by everyone
IN_A_SCRIPT: Final = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@dataclass(frozen=True, slots=True)
class Share:
    """A page as it is shown where somebody links to it."""

    kind: str  # of OpenGraph: website, article, profile
    title: str
    description: str  # empty where the page's own sentence says it
    url: str  # absolute, as are all addresses here
    image: str
    image_words: str  # for those who cannot see it
    linked_data: SafeString  # JSON-LD, safe inside a script element
    published: datetime | None = None
    modified: datetime | None = None


def share_of_garden(context: Mapping[str, Any], plants: int) -> Share:
    """The front page."""
    owner, site = context["owner_name"], context["site_name"]
    return Share(
        kind="website",
        title=f"{owner} · {site}" if owner else site,
        description=context["site"].line,
        url=_absolute(reverse("garden")),
        image=_absolute(reverse("garden-picture")),
        image_words=_garden_in_words(context, plants),
        linked_data=_json_ld(
            {"@graph": [_website(context), *([_owner(context)] if owner else [])]},
        ),
    )


def share_of_owner(context: Mapping[str, Any]) -> Share:
    """The page about the owner."""
    return Share(
        kind="profile",
        title=context["owner_name"],
        description=context["site"].line or context["site_name"],
        url=_absolute(reverse("about")),
        image=_absolute(reverse("garden-picture")),
        image_words=_garden_in_words(context, None),
        linked_data=_json_ld({"@graph": [_website(context), _owner(context)]}),
    )


def share_of_project(project: Project, context: Mapping[str, Any]) -> Share:
    """A plant's page. Prefetch `sources`."""
    stage, url = stage_words(project.stage_label), _absolute(project.get_absolute_url())
    image = _absolute(reverse("plant-picture", args=[project.slug]))
    description = as_text(project.description, LONGEST_DESCRIPTION)
    code: dict[str, Any] = {
        "@type": "SoftwareSourceCode",
        "@id": f"{url}#project",
        "name": project.name,
        "url": url,
        "image": image,
        "dateCreated": project.planted_date.isoformat(),
        "isPartOf": {"@id": _site_id()},
    }
    if description:
        code["description"] = description
    if page := project.code_page[1]:
        code["codeRepository"] = page
    if project.languages:
        code["programmingLanguage"] = list(project.languages)
    if project.last_activity_at:
        code["dateModified"] = project.last_activity_at.isoformat()
    if context["owner_name"]:
        code["author"] = _owner(context)
    return Share(
        kind="article",
        title=f"{project.name}, {stage}",
        description=description or f"{project.name}, {stage} in {context['site_name']}.",
        url=url,
        image=image,
        image_words=f"{project.name}: {stage}, drawn as it stands now.",
        linked_data=_json_ld(code),
        published=project.planted_date,
        modified=project.last_activity_at,
    )


def share_of_post(post: Post, context: Mapping[str, Any]) -> Share:
    """A post's page."""
    url = _absolute(post.get_absolute_url())
    description = as_text(post.text, LONGEST_DESCRIPTION)
    posting: dict[str, Any] = {
        "@type": "BlogPosting",
        "@id": f"{url}#post",
        "headline": post.words,
        "url": url,
        "description": description,
        "image": _absolute(reverse("garden-picture")),
        "datePublished": post.published_at.isoformat(),
        "dateModified": max(post.published_at, post.updated_at).isoformat(),
        "isPartOf": {"@id": _site_id()},
    }
    if context["owner_name"]:
        posting["author"] = _owner(context)
    if post.link:
        posting["citation"] = post.link
    return Share(
        kind="article",
        title=post.words,
        description=description,
        url=url,
        image=_absolute(reverse("garden-picture")),
        image_words=_garden_in_words(context, None),
        linked_data=_json_ld(posting),
        published=post.published_at,
        modified=max(post.published_at, post.updated_at),
    )


def share_of_posts(context: Mapping[str, Any]) -> Share:
    """The list of posts."""
    whose = f" by {context['owner_name']}" if context["owner_name"] else ""
    return Share(
        kind="website",
        title=f"Posts · {context['site_name']}",
        description=f"Short posts{whose}, in {context['site_name']}.",
        url=_absolute(reverse("posts")),
        image=_absolute(reverse("garden-picture")),
        image_words=_garden_in_words(context, None),
        linked_data=_json_ld({"@graph": [_website(context)]}),
    )


def fediverse_page(account: str) -> str:
    """The profile of `you@server`; empty for what is no such account."""
    name, _, server = storable_name(account).removeprefix("@").partition("@")
    return f"https://{server}/@{name}" if name and server and "/" not in server + name else ""


def _website(context: Mapping[str, Any]) -> dict[str, Any]:
    site: dict[str, Any] = {
        "@type": "WebSite",
        "@id": _site_id(),
        "name": context["site_name"],
        "url": _absolute(reverse("garden")),
        "image": _absolute(reverse("garden-picture")),
    }
    if context["owner_name"]:
        site["author"] = {"@id": _owner_id()}
    return site


def _owner(context: Mapping[str, Any]) -> dict[str, Any]:
    site = context["site"]
    elsewhere = [fediverse_page(settings.MASTODON_ACCOUNT), *(link.url for link in site.links)]
    said = {
        "description": site.line,
        "image": _absolute(site.portrait.url) if site.portrait else "",
        "sameAs": list(dict.fromkeys(page for page in elsewhere if page)),
    }
    return {
        "@type": "Person",
        "@id": _owner_id(),
        "name": site.owner_name,
        "url": _absolute(reverse("garden")),
        **{name: value for name, value in said.items() if value},
    }


def _garden_in_words(context: Mapping[str, Any], plants: int | None) -> str:
    sky, number = context["sky"], f"{plants} plants" if plants else "A garden"
    return f"{number} on a floating island under a glass dome, {sky.season} {sky.time_of_day}."


def _site_id() -> str:
    return _absolute(reverse("garden")) + "#site"


def _owner_id() -> str:
    return _absolute(reverse("garden")) + "#owner"


def _absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def _json_ld(data: Mapping[str, Any]) -> SafeString:
    text = json.dumps({"@context": "https://schema.org", **data}, ensure_ascii=False)
    return mark_safe(text.translate(IN_A_SCRIPT))  # noqa: S308 – nothing in it can end the script
