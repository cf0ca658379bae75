"""Visits in the console. Importing it registers the pages."""

from visitors.admin import goals

__all__ = ["goals"]
