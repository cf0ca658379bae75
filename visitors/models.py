"""Who visits, as far as we care to know: a salt of the day, and the way back to what somebody left here."""

from __future__ import annotations

from django.db import models

from garden.genome import Genome, express
from garden.models import Project
from garden.vocabulary import PlantType, choices


class DailySalt(models.Model):
    """The random salt of one UTC day. Deleted after 48 hours, and with it every way back to an address."""

    day = models.DateField(unique=True)
    salt = models.BinaryField()

    def __str__(self) -> str:
        return self.day.isoformat()


class SeedTicket(models.Model):
    """A visitor's way back to the seed that they planted. It says nothing about them."""

    digest = models.CharField(max_length=64, unique=True, help_text="Of the key in the private address.")
    project = models.ForeignKey(
        Project, null=True, on_delete=models.SET_NULL, related_name="+", help_text="Empty once the owner let it go."
    )
    name = models.CharField(max_length=120, help_text="As the visitor wrote it, whatever the owner calls it later.")
    plant_type = models.CharField(max_length=20, choices=choices(PlantType))
    genome_seed = models.BigIntegerField()
    planted_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    @property
    def genome(self) -> Genome:
        """The parameters that fix its form; the project's own, as long as nobody changes them."""
        return express(seed=self.genome_seed, plant_type=PlantType(self.plant_type), technologies=[], languages={})
