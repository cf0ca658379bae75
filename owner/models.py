"""Who keeps this site, in the owner's own words."""

from __future__ import annotations

from django.db import models

LONGEST_TEXT = 20_000  # characters of Markdown; a page, not a book


class Site(models.Model):
    """What the owner says of the site and of themselves. What is empty here, the environment may say."""

    THE_ONE = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=THE_ONE, editable=False)
    site_name = models.CharField("name of the site", max_length=80, blank=True)
    owner_name = models.CharField(
        "your name",
        max_length=120,
        blank=True,
        help_text="The heading of the front page. Whose commits are yours is said under “Who you are”.",
    )
    line = models.CharField(
        "what you do",
        max_length=200,
        blank=True,
        help_text="One line below your name, such as “I make tools for people who garden.”",
    )
    now = models.CharField(
        max_length=400, blank=True, help_text="What you are on these days. It is shown with the day you wrote it."
    )
    now_at = models.DateTimeField(null=True, blank=True, editable=False)
    portrait = models.ImageField(
        "picture of you",
        upload_to="site/",
        blank=True,
        width_field="portrait_width",
        height_field="portrait_height",
        help_text="It is made small, and what the camera wrote into it, such as the place, is taken out.",
    )
    portrait_width = models.PositiveIntegerField(null=True, editable=False)
    portrait_height = models.PositiveIntegerField(null=True, editable=False)
    links = models.JSONField(default=list, blank=True, help_text="Where else the owner is: label and address of each.")
    email = models.EmailField(
        "address for letters", blank=True, help_text="Shown to everyone, as a link that opens their own mail."
    )
    about = models.TextField(
        "about you",
        max_length=LONGEST_TEXT,
        blank=True,
        help_text="Your own page, in Markdown. HTML in it is shown as text.",
    )
    cv = models.TextField(
        "CV",
        max_length=LONGEST_TEXT,
        blank=True,
        help_text="Work, education and the like, in Markdown. Skills and projects come by themselves.",
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "site"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="site_only_one")]

    def __str__(self) -> str:
        return self.site_name or self.owner_name or "Site"
