"""The Celery application of the production shape; the embedded shape runs the same tasks itself."""

import os
from logging.config import dictConfig
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "greenhouse.settings")
app = Celery("greenhouse")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)  # takes up the id of the request that asked for the task


@setup_logging.connect
def log_as_the_site_does(**_: Any) -> None:
    """Worker and beat write what the settings say; without a word from us Celery brings a format of its own."""
    dictConfig(settings.LOGGING)
