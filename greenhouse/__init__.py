"""The wiring of the greenhouse and its whole-garden view."""

from greenhouse.celery import app as celery_app

__all__ = ["celery_app"]
