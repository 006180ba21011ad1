"""Free time is kept 92 days ahead: rolled forward each night, and compared with the sum from nothing."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from instainstru.core import policy
from instainstru.core.contention import under_lock
from instainstru.core.measure import measure_bulk, measure_operation
from instainstru.core.time import NEW_YORK, midnight
from instructors.repositories import calendar as repository
from instructors.repositories import profiles
from instructors.services import calendar

BATCH = 50


@measure_bulk
def extend(*, now: datetime, only: int | None = None) -> int:
    """Work out free time up to today + 92 for whoever lacks it (or for one); answers for how many that was.

    What is there already is left alone, so it may run as often as one likes.
    """
    today = now.astimezone(NEW_YORK).date()
    target = today + timedelta(days=policy.FREE_TIME_KEPT_DAYS)
    ids = [profile.pk for profile in profiles.reaching_less_than(target, among=None if only is None else [only])]
    for start in range(0, len(ids), BATCH):
        _extend(ids[start : start + BATCH], today=today, target=target)
    return len(ids)


@under_lock
def _extend(ids: list[int], *, today: date, target: date) -> None:
    calendar.lock(person_ids=ids, also_closed=True)
    behind = profiles.reaching_less_than(target, among=ids)
    if behind:
        reached = [profile.free_through or today - timedelta(days=1) for profile in behind]
        first = min(reached) + timedelta(days=1)  # without a gap, however many nights were missed
        calendar.rewrite_days(instructors=behind, days=calendar.days_from(first, target))
        profiles.record_reach(behind, target)


@measure_operation
def forget_past(*, now: datetime) -> int:
    """Drop the free time of days gone by; answers how many spans that were."""
    today = midnight(now.astimezone(NEW_YORK).date())
    return repository.forget_spans_before(today)


@dataclass(frozen=True)
class Drift:
    """An instructor whose kept free time is not what hours and entries make."""

    instructor_id: int
    kept: int
    worked_out: int


@measure_operation
def compare(*, instructor_id: int, now: datetime, mend: bool = False) -> Drift | None:
    """Work out an instructor's free time from nothing and compare it with what is kept. None when they agree.

    Without `mend` nothing is changed.
    """
    with transaction.atomic():
        calendar.lock(person_ids=[instructor_id], also_closed=True)
        profile = profiles.teaching_side(instructor_id)
        today = now.astimezone(NEW_YORK).date()
        if profile is None or profile.free_through is None or profile.free_through < today:
            return None
        kept = repository.kept_spans(instructor_id=instructor_id, since=midnight(today))
        calendar.rewrite_days(instructors=[profile], days=calendar.days_from(today, profile.free_through))
        worked_out = repository.kept_spans(instructor_id=instructor_id, since=midnight(today))
        if not mend:
            transaction.set_rollback(True)
    return None if kept == worked_out else Drift(instructor_id, len(kept), len(worked_out))


@measure_operation
def everybody() -> list[int]:
    """The ids of all who teach."""
    return profiles.teaching_ids()
