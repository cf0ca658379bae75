"""Visits in the console. Importing it registers the pages."""

from visitors.admin import goals, links

__all__ = ["goals", "links"]
