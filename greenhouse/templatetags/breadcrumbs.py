"""The way to a page of the console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from greenhouse.console import breadcrumbs as console

if TYPE_CHECKING:
    from django.template import RequestContext

    from greenhouse.console.breadcrumbs import Crumb

register = template.Library()


@register.simple_tag(takes_context=True)
def breadcrumbs(context: RequestContext) -> list[Crumb]:
    """The parts, the page itself last."""
    said = {name: context.get(name) for name in console.SAID}
    return console.breadcrumbs(context["request"].path, context.get("sidebar_navigation") or (), said)
