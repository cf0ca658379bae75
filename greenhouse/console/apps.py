"""The admin, with our own site; urls.py discovers the admin modules."""

from __future__ import annotations

from django.contrib.admin.apps import SimpleAdminConfig


class ConsoleConfig(SimpleAdminConfig):
    """`django.contrib.admin`. Its site is made when it is first asked for, so that workers do without the console."""

    default_site = "greenhouse.console.site.ConsoleSite"
