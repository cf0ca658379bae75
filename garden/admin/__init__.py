"""The garden in the console: projects, and what happened to them. Importing it registers the pages."""

from garden.admin import announcements, history, owner, projects

__all__ = ["announcements", "history", "owner", "projects"]
