"""New York as people name it."""

import re
from itertools import accumulate

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

    @property
    def box(self) -> tuple[int, int, int, int]:
        """How far the shape reaches to the west, north, east and south, in the map's units."""
        xs, ys = list[int](), list[int]()
        for ring in self.path.split("z")[:-1]:  # each a point, then the steps from one to the next
            numbers = [int(number) for number in re.findall(r"-?\d+", ring)]
            xs += accumulate(numbers[::2])
            ys += accumulate(numbers[1::2])
        return min(xs), min(ys), max(xs), max(ys)
