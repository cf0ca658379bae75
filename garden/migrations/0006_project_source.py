import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('garden', '0005_reactions'),
    ]

    operations = [
        migrations.CreateModel(
            name='ProjectSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=40)),
                ('external_id', models.CharField(help_text='What the service knows it by.', max_length=500)),
                ('name', models.CharField(blank=True, help_text='What the service calls it.', max_length=255)),
                ('url', models.URLField(blank=True, help_text='Its page.', max_length=519)),
                ('state', models.JSONField(blank=True, default=dict, help_text="The provider's own notes on how far it has read.")),
                ('gone_at', models.DateTimeField(blank=True, help_text='Since when the service does not show it.', null=True)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sources', to='garden.project')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('provider', 'external_id'), name='projectsource_once')],
            },
        ),
    ]
