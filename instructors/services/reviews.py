"""What students say of an instructor, as the public reads it."""

from dataclasses import dataclass

from instainstru.core import policy
from instainstru.core.measure import measure_operation
from instructors.models import InstructorProfile, Review
from instructors.repositories import reviews as repository


@dataclass(frozen=True)
class ReviewPage:
    """A page of reviews, the latest first. `histogram` is (stars, how many) from five stars down to one."""

    reviews: list[Review]
    histogram: list[tuple[int, int]]
    number: int
    pages: int


@measure_operation
def latest(*, instructor: InstructorProfile, page: int) -> ReviewPage:
    """A page of an instructor's reviews, the last page for a number beyond it. No statement where there are none."""
    size = policy.REVIEWS_A_PAGE
    pages = max(1, -(-instructor.reviews_count // size))
    number = min(max(page, 1), pages)
    if not instructor.reviews_count:
        return ReviewPage([], [(stars, 0) for stars in range(policy.MOST_STARS, 0, -1)], number, pages)
    found = repository.latest_of(instructor_id=instructor.pk, skip=(number - 1) * size, limit=size)
    return ReviewPage(found.reviews, sorted(found.counts.items(), reverse=True), number, pages)
