"""What students say of an instructor, as the public reads it."""

from dataclasses import dataclass
from datetime import datetime

from instainstru.core import policy
from instainstru.core.contention import under_lock
from instainstru.core.errors import NotFound, NotSo
from instainstru.core.measure import measure_operation
from instructors.models import InstructorProfile, Review
from instructors.repositories import reviews as repository
from instructors.services import calendar, offers


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


@measure_operation
@under_lock
def hide(*, review_id: int, now: datetime) -> None:
    """Take a review off the site: it is not read and does not count any more. Raises NotFound, NotSo."""
    _turn(review_id, hidden_at=now)


@measure_operation
@under_lock
def show(*, review_id: int) -> None:
    """Show a review again that was hidden: it counts as before. Raises NotFound, NotSo."""
    _turn(review_id, hidden_at=None)


def _turn(review_id: int, *, hidden_at: datetime | None) -> None:
    instructor_id = repository.instructor_of(review_id)
    if instructor_id is None:
        raise NotFound
    calendar.lock(person_ids=[instructor_id])
    if not repository.record_hiding(review_id, at=hidden_at):
        raise NotSo
    offers.publish(instructor_ids=[instructor_id])
