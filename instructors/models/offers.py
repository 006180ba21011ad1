"""What search reads: one row for each place at which a live instructor gives a service."""

from enum import StrEnum

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Coalesce

from instainstru.core import policy
from instainstru.core.policy import Audience, Level, Place
from instructors.models.catalogue import Category, Service, Subject
from instructors.models.profiles import InstructorProfile

BOROUGHS = ("bronx", "brooklyn", "manhattan", "queens", "staten-island")
# What facets count of an offer, by facet. Prices are numbers of bands, from the lowest.
COUNTED: dict[str, tuple[str, ...]] = {
    "place": tuple(Place.values),
    "borough": BOROUGHS,
    "price": tuple(str(band) for band in range(len(policy.PRICE_BANDS_CENTS) + 1)),
    "level": tuple(Level.values),
    "age": tuple(Audience.values),
    "rating": tuple(str(stars) for stars in policy.RATING_BANDS),
}
# The same as names of bits: the first is bit 0 of Offer.marks.
MARKS = [f"{facet}:{value}" for facet, values in COUNTED.items() for value in values]


class Sort(StrEnum):
    """The orders in which search shows offers."""

    BEST = "best"
    SOONEST = "soonest"
    PRICE = "price"
    RATING = "rating"


RATED = Coalesce("rating", Value(0.0))  # who has no number yet comes last


class Offer(models.Model):
    """Copies of what search filters and ranks by, so that it walks one index. Written by one function only.

    The score is what of the ranking does not depend on the question, in tenths of points: the sum of three parts.
    """

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
    rating_points = models.PositiveSmallIntegerField(help_text="Tenths of points for the rating, with its confidence.")
    newcomer_points = models.PositiveSmallIntegerField(help_text="The same for who has few reviews so far.")
    complete_points = models.PositiveSmallIntegerField(help_text="The same for what the profile says.")
    score = models.PositiveSmallIntegerField(help_text="What of the ranking does not depend on the question.")
    marks = models.BigIntegerField(help_text="What facets count, as bits.")

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint("service", "place", name="offer_once"),)
        indexes = (
            models.Index("subject", F("score").desc(), "instructor", name="offer_of_subject"),
            models.Index("category", F("score").desc(), "instructor", name="offer_of_category"),
            models.Index(F("score").desc(), "instructor", name="offer_by_score"),
            models.Index("subject", RATED.desc(), "instructor", name="offer_of_subject_by_rating"),
            models.Index("category", RATED.desc(), "instructor", name="offer_of_category_by_rating"),
            models.Index(RATED.desc(), "instructor", name="offer_by_rating"),
            models.Index("subject", "hourly_cents", "instructor", name="offer_of_subject_by_price"),
            models.Index("category", "hourly_cents", "instructor", name="offer_of_category_by_price"),
            models.Index("hourly_cents", "instructor", name="offer_by_price"),
            models.Index("instructor", name="offer_of_instructor"),
        )

    def __str__(self) -> str:
        return f"service {self.service_id} at {self.place}"


class ServiceText(models.Model):
    """The words of a live service: A first name and subject, B headline and description, C bio. Written with offers."""

    service = models.OneToOneField(Service, on_delete=models.CASCADE, primary_key=True, related_name="+")
    words = SearchVectorField()

    class Meta:
        default_permissions = ()
        indexes = (GinIndex(fields=["words"], name="service_text_words"),)

    def __str__(self) -> str:
        return f"words of service {self.service_id}"
