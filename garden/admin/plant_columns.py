"""The columns of the list of projects: each plant as it looks, how it does, and how it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString

from garden import sources
from garden.admin.base import measured, sign
from garden.admin.filters import vitality_name
from garden.svg import plant_svg
from garden.templatetags.console import ago
from garden.vocabulary import unseen_marks

if TYPE_CHECKING:
    from garden.models import Project

STATUS_COLOURS = {"active": "success", "featured": "primary", "proposed": "warning"}


def portrait(project: Project) -> SafeString:
    """The plant of a project as it looks now, as SVG."""
    # Names inside an SVG are the page's: each plant needs its own.
    drawing = plant_svg(project.genome, project.growth, vitality=project.vitality, prefix=f"p{project.pk.hex[:8]}")
    return SafeString(drawing)


class PlantColumns:
    """What the list says of a plant."""

    @admin.display(description="Plant")
    def plant(self, project: Project) -> SafeString:
        """The plant as it looks now."""
        return format_html('<span class="console-plant">{}</span>', portrait(project))

    @admin.display(description="Project", ordering="name")
    def title(self, project: Project) -> SafeString:
        """The name, and where it comes from."""
        kept = next((sources.called(source) for source in project.sources.all()), "planted by hand")
        origin = "demonstration" if project.is_demo else project.github_repo or kept
        return format_html('<span class="console-two"><strong>{}</strong><span>{}</span></span>', project.name, origin)

    @admin.display(description="Grown", ordering="growth_factor")
    def grown(self, project: Project) -> SafeString:
        """The stage, and how far the whole growth has come."""
        return measured(project.growth_factor, f"{project.name} is grown to", project.stage_label.replace("_", " "))

    @admin.display(description="Vitality", ordering="vitality")
    def vitality_word(self, project: Project) -> SafeString:
        """How alive it is, in a word and as a bar."""
        return measured(project.vitality, f"Vitality of {project.name}", vitality_name(project.vitality))

    @admin.display(description="Last activity", ordering="last_activity_at")
    def last_seen(self, project: Project) -> SafeString | str:
        """When something last happened."""
        return ago(project.last_activity_at)

    @sign("Standing", STATUS_COLOURS, ordering="status")
    def standing(self, project: Project) -> tuple[str, str]:
        """The status, with what keeps the plant from being seen, and the demo mark."""
        words = [project.get_status_display()]
        words += unseen_marks(project.visibility, hidden_by_source=project.hidden_by_source)
        words += ["demo"] if project.is_demo else []
        return project.status, " · ".join(words)
