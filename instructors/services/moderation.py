"""What staff do about a profile that breaks the rules: its words, its photo, and whether it is shown at all."""

from datetime import datetime

from instainstru.core import policy
from instainstru.core.contention import under_lock
from instainstru.core.errors import Invalid, NotFound, NotSo
from instainstru.core.measure import measure_operation
from instainstru.core.text import readable
from instructors.models import InstructorProfile
from instructors.repositories import profiles as repository
from instructors.services import calendar, offers, photos, setup
from instructors.services.letters import tell
from instructors.services.setup import Changes

BACK = "If you think that we are wrong, answer this letter."


@measure_operation
@under_lock
def reword(*, instructor_id: int, headline: str, bio: str, because: str, now: datetime) -> None:
    """Give a profile other words, in search at once, and tell the instructor why.

    Raises NotFound for who does not teach, Invalid for words or a reason that nobody can read, NotSo for what it says
    already.
    """
    profile = _held(instructor_id)
    why = _reason(because)
    if (headline, bio) == (profile.headline, profile.bio):
        raise NotSo("The profile says exactly this. Nothing was changed.")
    setup.change(instructor_id=instructor_id, changes=Changes(headline=headline, bio=bio), now=now)
    lines = [
        "We have changed what your profile says.",
        "",
        f"Why: {why}",
        "",
        "You can write it anew at any time.",
        BACK,
    ]
    tell(profile, "reworded", subject="We have changed your profile", lines=lines, now=now)


@measure_operation
@under_lock
def remove_photo(*, instructor_id: int, because: str, now: datetime) -> None:
    """Take a photo off a profile, live or not, for good, and tell the instructor why.

    Raises NotFound for who does not teach, Invalid for a reason that nobody can read, NotSo where there is none.
    """
    profile = _held(instructor_id)
    why = _reason(because)
    if not profile.photo:
        raise NotSo("There is no photo any more. Nothing was changed.")
    photos.take_off(instructor_id=instructor_id)
    offers.publish(instructor_ids=[instructor_id])
    lines = ["We have removed the photo from your profile.", "", f"Why: {why}", "", "You can send another.", BACK]
    tell(profile, "photo-removed", subject="We have removed your photo", lines=lines, now=now)


@measure_operation
@under_lock
def suspend(*, instructor_id: int, because: str, now: datetime) -> None:
    """Take a profile off the site, and tell the instructor why: nobody finds or books it from now on.

    Booked lessons stand. Who is booking it right now is either done before this or refused. Raises NotFound for who
    does not teach, Invalid for a reason that nobody can read, NotSo for who is suspended already.
    """
    profile = _held(instructor_id)
    why = _reason(because)
    if profile.suspended_at:
        raise NotSo("This profile is suspended already. Nothing was changed.")
    repository.record_suspension(profile, at=now, because=why)
    offers.publish(instructor_ids=[instructor_id])
    lines = [
        "We have taken your profile off the site: nobody can find or book you for now.",
        "",
        f"Why: {why}",
        "",
        "Lessons that are booked already stand: please give them.",
        BACK,
    ]
    tell(profile, "suspended", subject="Your profile is suspended", lines=lines, now=now)


@measure_operation
@under_lock
def restore(*, instructor_id: int, now: datetime) -> None:
    """End a suspension, and tell the instructor: who was live before is so again at once.

    Raises NotFound for who does not teach, NotSo for who is not suspended.
    """
    profile = _held(instructor_id)
    if not profile.suspended_at:
        raise NotSo("This profile is not suspended. Nothing was changed.")
    repository.record_suspension(profile, at=None, because="")
    offers.publish(instructor_ids=[instructor_id])
    back = "Students can find and book you again." if profile.is_live else "You can go on setting it up."
    lines = ["Your profile is not suspended any more.", back]
    tell(profile, "restored", subject="Your profile is back", lines=lines, now=now)


def _held(instructor_id: int) -> InstructorProfile:
    """The profile with its person, under the lock of their calendar: whoever books or publishes them waits."""
    calendar.lock(person_ids=[instructor_id])
    profile = repository.teaching_side(instructor_id)
    if profile is None:
        raise NotFound
    return profile


def _reason(because: str) -> str:
    """A reason that the instructor can read. Raises Invalid."""
    told = readable(because, lines=False)
    if not told or len(told) > policy.REASON_LENGTH:
        raise Invalid.field(
            "because", f"Say why, in at most {policy.REASON_LENGTH} characters: the instructor reads it."
        )
    return told
