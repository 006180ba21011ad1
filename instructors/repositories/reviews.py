"""Rows of reviews."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, Window

from instainstru.core import policy
from instructors.models import InstructorProfile, Review


@dataclass(frozen=True)
class Latest:
    """A stretch of an instructor's reviews, the latest first, and how many there are of each number of stars."""

    reviews: list[Review]
    counts: dict[int, int]


def latest_of(*, instructor_id: int, skip: int, limit: int) -> Latest:
    """The reviews with their students, and the counts over all of them, in one statement."""
    each = {f"count_{stars}": Window(Count("pk", filter=Q(stars=stars))) for stars in range(1, policy.MOST_STARS + 1)}
    shown = Review.objects.filter(instructor=instructor_id, hidden_at=None)
    found = shown.select_related("student").annotate(**each)
    reviews = list(found.order_by("-created_at", "-pk")[skip : skip + limit])
    of = {stars: getattr(reviews[0], f"count_{stars}") if reviews else 0 for stars in range(1, policy.MOST_STARS + 1)}
    return Latest(reviews, of)


def instructor_of(review_id: int) -> int | None:
    """The id of the instructor whom a review speaks of."""
    return Review.objects.filter(pk=review_id).values_list("instructor_id", flat=True).first()


def record_hiding(review_id: int, *, at: datetime | None) -> bool:
    """Hide a review since then, or show it again with None, and keep the profile's sums; False where it is so already.

    Whoever calls holds the lock of the instructor's calendar.
    """
    review = Review.objects.exclude(hidden_at__isnull=at is None).filter(pk=review_id).first()
    if review is None:
        return False
    review.hidden_at = at
    review.save(update_fields=["hidden_at"])
    by = 1 if at is None else -1
    InstructorProfile.objects.filter(pk=review.instructor_id).update(
        reviews_count=F("reviews_count") + by, stars_sum=F("stars_sum") + by * review.stars
    )
    return True
