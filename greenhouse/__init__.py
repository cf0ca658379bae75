"""The wiring of the greenhouse and its whole-garden view."""

from greenhouse.run.optional_imports import leave_out

leave_out()  # before anything that would load it

from greenhouse.celery import app as celery_app  # noqa: E402

__all__ = ["celery_app"]
