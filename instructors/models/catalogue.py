"""What is taught: the city's catalogue, and what one instructor offers of it."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from guardian.models import UserObjectPermissionBase

from instainstru.core import policy
from instainstru.core.models import PERSONAL, audited
from instainstru.core.policy import Audience, Level, Place
from instructors.models.profiles import InstructorProfile


class Category(models.Model):
    """The first level, such as Music."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=60, unique=True)
    bullet = models.CharField(max_length=2, help_text="The letter in its disc.")
    colour = models.CharField(max_length=12, help_text="The name of its colour in the stylesheet, everywhere the same.")

    class Meta:
        default_permissions = ()
        ordering = ("name",)
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name


class Subcategory(models.Model):
    """The second level, such as Bowed Strings."""

    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="subcategories")
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=60)

    class Meta:
        default_permissions = ()
        ordering = ("name",)
        verbose_name_plural = "subcategories"

    def __str__(self) -> str:
        return self.name


class Subject(models.Model):
    """What a lesson is in, such as Violin."""

    subcategory = models.ForeignKey(Subcategory, on_delete=models.PROTECT, related_name="subjects")
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=60)
    search_words = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    ages = ArrayField(models.CharField(max_length=10), default=list)
    places = ArrayField(models.CharField(max_length=20, choices=Place.choices), default=list)

    class Meta:
        default_permissions = ()
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


def every_level() -> list[str]:
    """Who says nothing teaches all."""
    return list(Level.values)


def every_age() -> list[str]:
    """The same for ages."""
    return list(Audience.values)


@audited(
    told_on={"instructors.Service": "pgh_obj", "instructors.InstructorProfile": "instructor"},
    whose="instructor",
)
class Service(models.Model):
    """One subject that one instructor teaches, in the lengths they choose."""

    TIES: ClassVar[dict[str, str]] = {"manage_services": "instructors.own_service"}

    instructor = models.ForeignKey(InstructorProfile, on_delete=models.CASCADE, related_name="services")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="services")
    description = models.TextField(max_length=policy.DESCRIPTION_LENGTH, blank=True, db_comment=PERSONAL)
    lengths = ArrayField(models.PositiveSmallIntegerField(), help_text="Minutes, such as 30, 60, 90.")
    levels = ArrayField(models.CharField(max_length=12, choices=Level.choices), default=every_level)
    ages = ArrayField(models.CharField(max_length=10, choices=Audience.choices), default=every_age)
    active = models.BooleanField(default=True, help_text="Can be booked; off while paused.")
    retired_at = models.DateTimeField(
        null=True, blank=True, help_text="Not offered any more, and kept for the lessons that were booked of it."
    )

    class Meta:
        default_permissions = ()
        permissions = (("own_service", "Offers this service"),)
        ordering = ("subject__name", "pk")
        constraints = (
            models.UniqueConstraint(
                "instructor", "subject", name="service_once_per_subject", condition=Q(retired_at=None)
            ),
            models.CheckConstraint(name="service_retired_is_off", condition=Q(retired_at=None) | Q(active=False)),
            models.CheckConstraint(
                name="service_for_somebody",
                condition=Q(levels__contained_by=Level.values, levels__len__gt=0)
                & Q(ages__contained_by=Audience.values, ages__len__gt=0),
            ),
            models.CheckConstraint(
                name="service_lengths_offered",
                condition=Q(lengths__contained_by=list(policy.LENGTHS)) & Q(lengths__len__gt=0),
            ),
        )

    def __str__(self) -> str:
        return f"{self.subject_id} by {self.instructor_id}"

    @property
    def name(self) -> str:
        """What the service is called."""
        return self.subject.name


@audited(told_on={"instructors.Service": "service", "instructors.InstructorProfile": "service__instructor"})
class ServicePlace(models.Model):
    """Where a service is given and what an hour of it costs there."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="places")
    place = models.CharField(max_length=20, choices=Place.choices)
    hourly_cents = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()
        ordering = ("hourly_cents", "place")
        constraints = (
            models.UniqueConstraint("service", "place", name="service_place_once"),
            models.CheckConstraint(name="service_place_known", condition=Q(place__in=Place.values)),
            models.CheckConstraint(
                name="service_price_in_bounds",
                condition=Q(hourly_cents__lte=policy.CEILING_CENTS)
                & (
                    Q(place=Place.ONLINE, hourly_cents__gte=policy.FLOOR_ONLINE_CENTS)
                    | Q(hourly_cents__gte=policy.FLOOR_IN_PERSON_CENTS)
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_place_display()}, {self.hourly_cents} cents an hour"


class ServiceTie(UserObjectPermissionBase):
    """Whose service it is."""

    content_object = models.ForeignKey(Service, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        default_permissions = ()
