"""Staff cancel for one of a lesson's people: at that side's amounts, told as what it is, kept in the history."""

from datetime import datetime, timedelta

import pghistory
import pytest

from bookings.models import Booking, Side
from bookings.services import story
from bookings.services.cancelling import cancel_lesson
from instainstru.core.models import OutboxMessage
from instainstru.core.time import NEW_YORK
from instructors.models import InstructorProfile
from tests.fixtures import NOON, book

START = datetime(2027, 3, 2, 15, tzinfo=NEW_YORK)


@pytest.fixture
def lesson(ana_teaches_piano, sam):
    """Sam's hour with Ana tomorrow at three: $60 and $7.20. Ana is no founder."""
    InstructorProfile.objects.update(founding=False)
    return book(sam, ana_teaches_piano, at="15:00")


def first_lines(reference: str) -> dict[str, str]:
    """What each side is told first."""
    letters = OutboxMessage.objects.filter(reference=reference, key__startswith="cancelled:")
    return {letter.key.rpartition(":")[2]: letter.body.splitlines()[2] for letter in letters}


@pytest.mark.parametrize(
    ("by", "on_behalf_of", "student_reads", "instructor_reads"),
    [
        ("sam", None, "You have cancelled {what}.", "Sam has cancelled {what}."),
        ("ana", None, "Ana R. has cancelled {what}.", "You have cancelled {what}."),
        (
            "stella",
            Side.STUDENT,
            "The InstaInstru team has cancelled {what} for you.",
            "The InstaInstru team has cancelled {what} for Sam.",
        ),
        (
            "stella",
            Side.INSTRUCTOR,
            "The InstaInstru team has cancelled {what} for Ana R.",
            "The InstaInstru team has cancelled {what} for you.",
        ),
    ],
)
def test_letters_say_who_cancelled(
    request, lesson, stella, ana, sam, by, on_behalf_of, student_reads, instructor_reads
):
    cancel_lesson(reference=lesson.reference, by=request.getfixturevalue(by), now=NOON, on_behalf_of=on_behalf_of)
    what = "Piano on Tuesday, March 2, 2027, 3:00 PM to 4:00 PM (New York time)"
    assert first_lines(lesson.reference) == {
        "student": student_reads.format(what=what),
        "instructor": instructor_reads.format(what=what),
    }


@pytest.mark.parametrize(
    ("side", "amounts"), [(Side.STUDENT, (0, 3000, 2550)), (Side.INSTRUCTOR, (6720, 0, 0)), (None, (0, 3000, 2550))]
)
def test_the_ladder_is_that_of_the_side(lesson, stella, side, amounts):
    cancel_lesson(reference=lesson.reference, by=stella, now=START - timedelta(hours=2), on_behalf_of=side)
    cancelled = Booking.objects.get(pk=lesson.pk)
    assert (cancelled.refund_cents, cancelled.credit_cents, cancelled.instructor_cents) == amounts
    assert cancelled.cancelled_by == stella


def test_staff_who_teach_the_lesson_may_act_for_its_student(lesson, ana):
    cancel_lesson(reference=lesson.reference, by=ana, now=START - timedelta(hours=2), on_behalf_of=Side.STUDENT)
    assert Booking.objects.get(pk=lesson.pk).credit_cents == 3000
    assert first_lines(lesson.reference)["student"].startswith("The InstaInstru team has cancelled")


def test_the_story_of_a_lesson(lesson, stella, sam, ana):
    with pghistory.context(user=stella.pk):
        cancel_lesson(
            reference=lesson.reference, by=stella, now=START - timedelta(hours=2), on_behalf_of=Side.INSTRUCTOR
        )
    lesson.refresh_from_db()
    told = story.told(booking=lesson, viewer=stella)
    booked, cancelled = told.history
    assert (booked.label, booked.by, booked.for_whom, booked.changes) == ("booked", "", "", [])
    assert (cancelled.label, cancelled.by, cancelled.for_whom) == ("changed", str(stella), "the instructor")
    changes = {change.what: (change.before, change.after) for change in cancelled.changes}
    assert changes.pop("entry")[1] == "—"
    assert changes == {
        "status": ("Confirmed", "Cancelled"),
        "cancelled at": ("—", "2027-03-02 13:00:00"),
        "cancelled by": ("—", str(stella)),
        "refund cents": ("—", "$67.20"),
        "credit cents": ("—", "$0"),
        "instructor cents": ("—", "$0"),
    }
    assert [letter.key.split(":")[0] for letter in told.letters] == ["confirmed"] * 2 + ["cancelled"] * 2
    assert {(tie.person, tie.name) for tie in told.ties} == {(sam, "Takes this lesson"), (ana, "Teaches this lesson")}


def test_the_story_of_a_lesson_whose_people_are_gone_from_the_table(lesson, stella):
    """A history outlives those in it: the row that names them stays, and so does their number."""
    with pghistory.context(user=10**9):
        Booking.objects.filter(pk=lesson.pk).update(notes="New")
    changed = story.told(booking=lesson, viewer=stella).history[-1]
    assert changed.by == ""
    assert [(change.what, change.before, change.after) for change in changed.changes] == [("notes", "—", "New")]


def test_a_story_costs_the_same_however_long_it_is(lesson, stella, django_assert_num_queries):
    for number in range(20):
        with pghistory.context(user=lesson.student_id):
            Booking.objects.filter(pk=lesson.pk).update(notes=f"Note {number}")
    stella.get_all_permissions()  # known once for each request
    with django_assert_num_queries(4):
        assert len(story.told(booking=lesson, viewer=stella).history) == 21
