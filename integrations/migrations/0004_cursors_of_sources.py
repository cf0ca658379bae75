"""Cursors become the state of the sources that they are about, and back.

The release before knows fewer kinds of sources. On the way back a cursor under a name that no provider has carries all
of a project's sources as they are, and on the way forward it is taken in again.
"""

from datetime import datetime, timezone

from django.db import migrations

CARRIER = "sources"


def into_sources(apps, schema_editor):
    alias = schema_editor.connection.alias
    cursors = apps.get_model("integrations", "SourceCursor").objects.using(alias)
    ProjectSource = apps.get_model("garden", "ProjectSource")
    sources = ProjectSource.objects.using(alias)
    carriers = list(cursors.filter(provider=CARRIER).select_related("project").order_by("pk"))
    for carrier in carriers:
        take_in(carrier.state["sources"], carrier.project, sources)
    carried = {carrier.project_id for carrier in carriers}
    for cursor in cursors.exclude(provider=CARRIER).order_by("pk"):
        source = sources.filter(project_id=cursor.project_id, provider=cursor.provider).order_by("pk").first()
        if source is None:  # of a provider that knew the project by its home on GitHub alone
            source = ProjectSource(
                project_id=cursor.project_id, provider=cursor.provider, external_id=f"project:{cursor.project_id}"
            )
        source.state = cursor.state
        if source.gone_at and cursor.project_id not in carried:
            source.gone_at = moment(cursor.state.get("gone")) or source.gone_at
        source.save(using=alias)


def take_in(carried, project, sources):
    """Put carried sources back, but for those that another project has by now. What the columns say went before."""
    some_gone = any(told["gone_at"] for told in carried)
    for told in carried:
        source, _ = sources.get_or_create(
            provider=told["provider"], external_id=told["external_id"], defaults={"project": project}
        )
        if source.project_id == project.pk:
            source.name, source.url = source.name or told["name"], source.url or told["url"]
            source.state = told["state"]
            if project.hidden_by_source and some_gone:
                source.gone_at = moment(told["gone_at"])
            source.save()


def moment(text):
    """A moment as it was carried, or as a provider noted it; `None` for what is none."""
    try:
        parsed = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=timezone.utc)


def into_cursors(apps, schema_editor):
    alias = schema_editor.connection.alias
    SourceCursor = apps.get_model("integrations", "SourceCursor")
    cursors = {}
    for source in apps.get_model("garden", "ProjectSource").objects.using(alias).order_by("project", "pk"):
        carried = cursors.setdefault((source.project_id, CARRIER), {"sources": []})
        carried["sources"].append(
            {
                "provider": source.provider,
                "external_id": source.external_id,
                "name": source.name,
                "url": source.url,
                "state": source.state,
                "gone_at": source.gone_at.isoformat() if source.gone_at else None,
            }
        )
        if source.state:
            cursors.setdefault((source.project_id, source.provider), source.state)
    SourceCursor.objects.using(alias).bulk_create(
        (
            SourceCursor(project_id=project, provider=provider, state=state)
            for (project, provider), state in cursors.items()
        ),
        batch_size=500,
    )


class Migration(migrations.Migration):

    dependencies = [
        ('garden', '0007_sources_from_columns'),
        ('integrations', '0003_newest_run_of_each_source'),
    ]

    operations = [migrations.RunPython(into_sources, into_cursors)]
