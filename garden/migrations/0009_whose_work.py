import django.utils.timezone
import garden.vocabulary
from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Lower

from garden.authorship import AGENTS, AGENTS_OR_PEOPLE, BOTS

AGENT_BOTS = [f"{name}[bot]" for name in AGENTS | AGENTS_OR_PEOPLE]


def bots_and_agents_by_name(apps, schema_editor):
    """What is kept from before has a name and no address: bots and agents are known by it at once.

    Whose the other facts are is said when the settings are looked at (`garden.ownership.follow_settings`).
    """
    alias = schema_editor.connection.alias
    Activity, Project = apps.get_model("garden", "Activity"), apps.get_model("garden", "Project")
    facts = Activity.objects.using(alias).filter(project__is_demo=False).alias(lowered=Lower("author"))
    told = facts.filter(kind__in=["commit", "pull_request", "issue", "release", "deployment"])
    told.filter(lowered__in=[*AGENTS, *AGENTS_OR_PEOPLE, *AGENT_BOTS]).update(assisted=True)
    bots = told.filter(Q(author__iendswith="[bot]") | Q(lowered__in=BOTS)).exclude(lowered__in=AGENT_BOTS)
    bots.update(whose="bot")
    counted_so_far = Activity.objects.using(alias).filter(whose="bot")
    Project.objects.using(alias).filter(pk__in=counted_so_far.values("project")).update(recount_due=True)


class Migration(migrations.Migration):

    dependencies = [
        ('garden', '0008_without_source_columns'),
    ]

    operations = [
        migrations.AddField(
            model_name='activity',
            name='assisted',
            field=models.BooleanField(default=False, help_text='An agent wrote it, or helped.'),
        ),
        migrations.AddField(
            model_name='activity',
            name='assisted_amount',
            field=models.FloatField(default=0.0, help_text='Of `amount`, for `coding`: seconds with an agent.'),
        ),
        migrations.AddField(
            model_name='activity',
            name='author_key',
            field=models.CharField(blank=True, help_text="Keyed hash of the author's address.", max_length=32),
        ),
        migrations.AddField(
            model_name='activity',
            name='author_login',
            field=models.CharField(blank=True, help_text="The author's account, where a forge said.", max_length=100),
        ),
        migrations.AddField(
            model_name='activity',
            name='whose',
            field=models.CharField(choices=[('owner', 'Owner'), ('other', 'Other'), ('bot', 'Bot')], default=garden.vocabulary.Whose['OWNER'], max_length=10),
        ),
        migrations.AddField(
            model_name='project',
            name='counts',
            field=models.CharField(choices=[('everyone', 'Everyone'), ('mine', 'Mine')], default=garden.vocabulary.Counts['EVERYONE'], help_text="Whose work it grows from: everyone's, or the owner's alone. Bots' work never counts.", max_length=20),
        ),
        migrations.AddField(
            model_name='project',
            name='is_fork',
            field=models.BooleanField(default=False, help_text="Its source is a copy of somebody else's project."),
        ),
        migrations.AddField(
            model_name='project',
            name='recount_due',
            field=models.BooleanField(default=False, editable=False, help_text='Other facts count than before: its past is to be written again.'),
        ),
        migrations.CreateModel(
            name='OwnerIdentity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('name', 'Name'), ('login', 'Login'), ('email', 'Email')], max_length=10)),
                ('value', models.CharField(help_text='In small letters; of an address its keyed hash.', max_length=200)),
                ('hint', models.CharField(help_text='As the owner wrote it; of an address what tells it from others.', max_length=200)),
                ('source', models.CharField(default='owner', help_text='Who said so: the owner, settings, an account.', max_length=40)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'identity of the owner',
                'verbose_name_plural': 'identities of the owner',
                'ordering': ['kind', 'hint'],
                'constraints': [models.UniqueConstraint(fields=('kind', 'value', 'source'), name='owneridentity_once')],
            },
        ),
        migrations.RunPython(bots_and_agents_by_name, migrations.RunPython.noop),
    ]
