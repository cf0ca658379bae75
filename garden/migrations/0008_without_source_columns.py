from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('garden', '0007_sources_from_columns'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='project', name='project_github_repo_once'),
        migrations.RemoveConstraint(model_name='project', name='project_source_path_once'),
        migrations.RemoveField(model_name='project', name='github_id'),
        migrations.RemoveField(model_name='project', name='github_repo'),
        migrations.RemoveField(model_name='project', name='source_path'),
    ]
