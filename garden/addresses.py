"""Where a project's page is found."""

from __future__ import annotations

from common import slugs
from garden.models import Project


def give_address(project: Project) -> None:
    """Give a project its address: by its name once it may be opened, until then one that tells nothing.

    One that was open before keeps the address by which it is known. The caller saves it.
    """
    if slugs.is_nameless(project.slug):
        project.slug = free_slug(project.name) if project.reachable else project.slug or slugs.nameless()


def free_slug(name: str) -> str:
    """A slug for `name` that no other project has."""
    stem = slugs.slug_of(name, otherwise="plant")
    return slugs.free(stem, set(Project.objects.filter(slug__startswith=stem).values_list("slug", flat=True)))
