import re

import garden.vocabulary
from django.db import migrations, models

BYTES_PER_LINE = 40
A_VERSION = re.compile(
    r"(?:.*[@/_+-])?(?:(?:[a-z]+[.-]?)?\d+(?:[._]\d+)+|(?:v|r|rel|release|version|ver)[._-]?\d+|\d{4}-\d{2}(?:-\d{2})?)"
    r"(?:[._+-]?[a-z][\w.+-]*|[+-][\w.+-]+)?",
    re.IGNORECASE,
)


def say_where_lines_are_from(apps, schema_editor):
    """What an import counted stays; what was taken from GitHub's statistics, which count prose too, is estimated.

    Every plant is to be counted anew by it. Until a history is imported again, its lines by language are not known.
    """
    alias = schema_editor.connection.alias
    Activity, Project = apps.get_model("garden", "Activity"), apps.get_model("garden", "Project")
    imported = set(
        Activity.objects.using(alias).filter(source="git").order_by().values_list("project_id", flat=True).distinct()
    )
    for project in Project.objects.using(alias).prefetch_related("sources").iterator(chunk_size=200):
        notes = [source.state for source in project.sources.all() if source.provider == "github"]
        from_statistics = any("size_for" in note for note in notes)
        if project.is_demo or (project.lines_of_code and project.pk in imported and not from_statistics):
            project.lines_from, project.lines_counted_at = "files", project.updated_at
        elif notes and not any("details_for" in note for note in notes):  # the size was the whole repository's
            project.languages, project.lines_of_code = {name: 1 for name in list(project.languages)[:1]}, 0
        elif project.languages:
            project.lines_from = "size"
            project.lines_of_code = round(sum(project.languages.values()) / BYTES_PER_LINE)
        else:
            project.lines_of_code = 0
        project.recount_due = project.recount_due or bool(project.grown_at and not project.is_demo)
        project.save(update_fields=["lines_from", "lines_counted_at", "languages", "lines_of_code", "recount_due"])


def forget_tags_that_are_no_versions(apps, schema_editor):
    """A tag of a history that marks something else than a version is no release."""
    Activity = apps.get_model("garden", "Activity").objects.using(schema_editor.connection.alias)
    tags = Activity.filter(kind="release", source="git").values_list("pk", "external_id")
    others = [pk for pk, tag in tags.iterator() if not A_VERSION.fullmatch(tag)]
    for start in range(0, len(others), 500):
        Activity.filter(pk__in=others[start : start + 500]).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('garden', '0012_history_that_was_rewritten'),
    ]

    operations = [
        migrations.AddField(
            model_name='project',
            name='lines_by_language',
            field=models.JSONField(blank=True, default=dict, help_text='Where its files were counted.'),
        ),
        migrations.AddField(
            model_name='project',
            name='lines_counted_at',
            field=models.DateTimeField(blank=True, help_text='When its files were last counted.', null=True),
        ),
        migrations.AddField(
            model_name='project',
            name='lines_from',
            field=models.CharField(choices=[('files', 'Files'), ('size', 'Size'), ('commits', 'Commits')], default=garden.vocabulary.LinesFrom['COMMITS'], max_length=10),
        ),
        migrations.AddField(
            model_name='project',
            name='source_values',
            field=models.JSONField(blank=True, default=dict, editable=False, help_text='What the sources say of the fields set by hand.'),
        ),
        migrations.RunPython(say_where_lines_are_from, migrations.RunPython.noop),
        migrations.RunPython(forget_tags_that_are_no_versions, migrations.RunPython.noop),
    ]
