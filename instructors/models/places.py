"""New York as people name it."""

from django.contrib.postgres.fields import ArrayField
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
    nicknames = ArrayField(models.CharField(max_length=60), default=list, blank=True, help_text="Such as LES.")
    zip_codes = ArrayField(
        models.CharField(max_length=5), default=list, blank=True, help_text="That lie in it, if partly."
    )

    class Meta:
        default_permissions = ()
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Outline(models.Model):
    """The shape of one tabulation area on the city's map. Those without a neighbourhood are parks, airports, water."""

    code = models.CharField(max_length=6, unique=True)
    name = models.CharField(max_length=80)
    borough = models.ForeignKey(Borough, on_delete=models.PROTECT, related_name="outlines")
    neighborhood = models.OneToOneField(Neighborhood, on_delete=models.CASCADE, null=True, related_name="outline")
    path = models.TextField(help_text="An SVG path in the map's own units.")

    class Meta:
        default_permissions = ()
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name
