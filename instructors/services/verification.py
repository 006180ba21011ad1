"""Whether staff have checked who an instructor is."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from instainstru.core.errors import NotFound, NotSo
from instainstru.core.measure import measure_operation
from instructors.models import InstructorProfile
from instructors.repositories import profiles as repository
from instructors.services import calendar, offers
from instructors.services.letters import tell


@measure_operation
@transaction.atomic
def verify(*, instructor_id: int, now: datetime) -> None:
    """Show from now on that staff have checked who an instructor is, and tell them.

    Raises NotFound for who does not teach, NotSo for who is verified already.
    """
    profile = _held(instructor_id)
    if profile.verified_at:
        raise NotSo("This instructor is verified already. Nothing was changed.")
    repository.record_verification(profile, at=now)
    lines = ["We have checked who you are. “Verified” stands beside your name from now on."]
    tell(profile, "verified", subject="You are verified", lines=lines, now=now)


@measure_operation
@transaction.atomic
def withdraw(*, instructor_id: int, now: datetime) -> None:
    """Show no more that staff have checked who an instructor is, and tell them.

    Raises NotFound for who does not teach, NotSo for who is not verified.
    """
    profile = _held(instructor_id)
    if not profile.verified_at:
        raise NotSo("This instructor is not verified. Nothing was changed.")
    repository.record_verification(profile, at=None)
    lines = ["“Verified” does not stand beside your name any more. Answer this letter, and we check again who you are."]
    tell(profile, "unverified", subject="You are not verified any more", lines=lines, now=now)


@measure_operation
def take_name(*, person: User, now: datetime) -> None:
    """Have search find an instructor by the name they have now; it is nobody's who was checked. For ACCOUNT_NAME_STEPS.

    Expects a transaction, and holds the instructor's calendar until its end.
    """
    profile = repository.teaching_side(person.pk)
    if profile is None:
        return
    calendar.lock(person_ids=[person.pk])
    offers.publish(instructor_ids=[person.pk])
    if profile.verified_at:
        withdraw(instructor_id=person.pk, now=now)


def _held(instructor_id: int) -> InstructorProfile:
    profile = repository.hold(instructor_id)
    if profile is None:
        raise NotFound
    return profile
