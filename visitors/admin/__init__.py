"""Visits in the console. Importing it registers the pages."""

from visitors.admin import goals, links, sessions

__all__ = ["goals", "links", "sessions"]
