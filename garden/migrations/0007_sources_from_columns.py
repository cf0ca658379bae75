"""What a project is known by moves from its columns into rows, and back.

The columns hold less than the rows do. What they cannot hold is carried by `integrations` (its 0004), which goes back
before this and forward after it.
"""

from django.db import migrations

HOME = "https://github.com/"
BATCH = 500


def rows_of(project, ProjectSource):
    """The sources that the columns of one project mean, the strongest first."""
    repo, gone_at = project.github_repo, project.updated_at if project.hidden_by_source else None
    url = f"{HOME}{repo}" if repo else ""
    told = []
    if project.github_id is not None:
        told.append(("github", str(project.github_id), repo, url))
    if repo:
        told.append(("git", f"github.com/{repo}".lower(), repo, url))
    if project.source_path.startswith("demo:"):
        told.append(("demo", project.source_path.removeprefix("demo:"), "", ""))
    elif project.source_path:
        told.append(("git", project.source_path, "", ""))
    for place, (provider, external_id, name, url) in enumerate(told):
        yield ProjectSource(
            project=project,
            provider=provider,
            external_id=external_id,
            name=name,
            url=url,
            gone_at=gone_at if place == 0 else None,
        )


def into_rows(apps, schema_editor):
    alias = schema_editor.connection.alias
    Project, ProjectSource = apps.get_model("garden", "Project"), apps.get_model("garden", "ProjectSource")
    rows = []
    for project in Project.objects.using(alias).order_by("created_at", "pk").iterator():
        rows += rows_of(project, ProjectSource)
    ProjectSource.objects.using(alias).bulk_create(rows, batch_size=BATCH)


def into_columns(apps, schema_editor):
    alias = schema_editor.connection.alias
    Project = apps.get_model("garden", "Project")
    taken, changed = set(), []
    for project in Project.objects.using(alias).prefetch_related("sources").order_by("created_at", "pk"):
        sources = list(project.sources.all())
        on_github = [source for source in sources if source.provider == "github"]
        remotes = [source for source in sources if source.provider == "git" and source.external_id.startswith("github.com/")]
        name = next((source.name for source in on_github or remotes), "")
        if name.count("/") == 1 and name.lower() not in taken:
            taken.add(name.lower())
            project.github_repo = name
        project.github_id = next((int(one.external_id) for one in on_github if one.external_id.isdecimal()), None)
        paths = [
            f"demo:{source.external_id}" if source.provider == "demo" else source.external_id
            for source in sources
            if source.provider == "demo" or (source.provider == "git" and source not in remotes and not source.name)
        ]
        project.source_path = next(iter(paths), "")
        changed.append(project)
    fields = ["github_repo", "github_id", "source_path"]
    Project.objects.using(alias).bulk_update(changed, fields, batch_size=BATCH)


class Migration(migrations.Migration):

    dependencies = [
        ('garden', '0006_project_source'),
    ]

    operations = [migrations.RunPython(into_rows, into_columns)]
