"""The sources in the console, one file a thing. Importing it registers the pages."""

from integrations.admin import (
    accounts,
    coding,
    coding_records,
    folders,
    keys,
    limits,
    offers,
    places,
    projects,
    runs,
    schedules,
    webhooks,
)

__all__ = [
    "accounts",
    "coding",
    "coding_records",
    "folders",
    "keys",
    "limits",
    "offers",
    "places",
    "projects",
    "runs",
    "schedules",
    "webhooks",
]
