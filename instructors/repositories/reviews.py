"""Rows of reviews."""

from dataclasses import dataclass

from django.db.models import Count, Q, Window

from instainstru.core import policy
from instructors.models import Review


@dataclass(frozen=True)
class Latest:
    """A stretch of an instructor's reviews, the latest first, and how many there are of each number of stars."""

    reviews: list[Review]
    counts: dict[int, int]


def latest_of(*, instructor_id: int, skip: int, limit: int) -> Latest:
    """The reviews with their students, and the counts over all of them, in one statement."""
    each = {f"count_{stars}": Window(Count("pk", filter=Q(stars=stars))) for stars in range(1, policy.MOST_STARS + 1)}
    found = Review.objects.filter(instructor=instructor_id).select_related("student").annotate(**each)
    reviews = list(found.order_by("-created_at", "-pk")[skip : skip + limit])
    of = {stars: getattr(reviews[0], f"count_{stars}") if reviews else 0 for stars in range(1, policy.MOST_STARS + 1)}
    return Latest(reviews, of)
