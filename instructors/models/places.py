"""New York as people name it."""

from django.db import models


class Borough(models.Model):
    """One of the five boroughs."""

    slug = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=20, unique=True)

    class Meta:
        default_permissions = ()
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Neighborhood(models.Model):
    """One of the city's residential neighborhood tabulation areas."""

    code = models.CharField(max_length=6, unique=True, help_text="The city's code, such as BK0601.")
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=80)
    borough = models.ForeignKey(Borough, on_delete=models.PROTECT, related_name="neighborhoods")

    class Meta:
        default_permissions = ()
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
