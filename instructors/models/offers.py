"""What search reads: one row for each place at which a live instructor gives a service."""

from enum import StrEnum

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F

from instainstru.core.policy import Place
from instructors.models.catalogue import Category, Service, Subject
from instructors.models.profiles import InstructorProfile


class Sort(StrEnum):
    """The orders in which search shows offers."""

    BEST = "best"
    SOONEST = "soonest"
    PRICE = "price"
    RATING = "rating"


class Offer(models.Model):
    """Copies of what search filters and ranks by, so that it walks one index. Written by one function only."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, db_index=False, related_name="+")
    instructor = models.ForeignKey(InstructorProfile, on_delete=models.CASCADE, db_index=False, related_name="+")
    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, db_index=False, related_name="+")
    category = models.ForeignKey(Category, on_delete=models.CASCADE, db_index=False, related_name="+")
    place = models.CharField(max_length=20, choices=Place.choices)
    travel = models.BooleanField()
    guard = models.BooleanField(help_text="The instructor's overnight guard.")
    hourly_cents = models.PositiveIntegerField()
    lengths = ArrayField(models.PositiveSmallIntegerField())
    levels = ArrayField(models.CharField(max_length=12))
    ages = ArrayField(models.CharField(max_length=10))
    neighborhoods = ArrayField(
        models.BigIntegerField(), null=True, help_text="Ids where it is given; null is anywhere."
    )
    boroughs = ArrayField(models.BigIntegerField(), null=True, help_text="Ids where it is given; null is anywhere.")
    rating = models.FloatField(null=True, help_text="The number that is shown; null until there are enough reviews.")
    score = models.FloatField(help_text="What of the ranking does not depend on the question.")

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint("service", "place", name="offer_once"),)
        indexes = (
            models.Index("subject", F("score").desc(), "instructor", name="offer_of_subject"),
            models.Index("category", F("score").desc(), "instructor", name="offer_of_category"),
            models.Index(F("score").desc(), "instructor", name="offer_by_score"),
            models.Index("instructor", name="offer_of_instructor"),
        )

    def __str__(self) -> str:
        return f"service {self.service_id} at {self.place}"
