from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('integrations', '0004_cursors_of_sources'),
    ]

    operations = [migrations.DeleteModel(name='SourceCursor')]
