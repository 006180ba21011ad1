"""What an instructor earned: months, lines and totals, the tier and what is missing to the next, the spreadsheet."""

import csv
import io
from datetime import date, datetime, timedelta

import pytest

from bookings.models import Booking, Status
from bookings.repositories import bookings as repository
from bookings.services import earnings
from bookings.services.cancelling import cancel_lesson
from bookings.services.commission import NextTier
from bookings.services.completing import complete_lesson
from instainstru.core.errors import NotFound
from instainstru.core.policy import Place
from instainstru.core.time import NEW_YORK
from instructors.models import InstructorProfile, ServicePlace
from tests.factories import UserFactory
from tests.fixtures import NOON, TOMORROW, book, put_into

MARCH, APRIL = date(2027, 3, 1), date(2027, 4, 1)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def service(ana_teaches_piano):
    """Ana's, who is no founder."""
    InstructorProfile.objects.update(founding=False)
    return ana_teaches_piano


def given(student, service, **when) -> Booking:
    """A lesson that was completed at its end."""
    booking = book(student, service, **when)
    complete_lesson(reference=booking.reference, by=None, now=booking.span.end)
    return Booking.objects.get(pk=booking.pk)


def march(service):
    return earnings.in_month(instructor_id=service.instructor_id, first=MARCH)


def test_a_month_is_its_lessons_line_by_line(service, sam):
    ServicePlace.objects.filter(place=Place.ONLINE).update(hourly_cents=6003)
    lessons = [given(sam, service, at="15:00", day=TOMORROW + n * DAY) for n in range(3)]
    book(sam, service, at="18:00")  # stands
    month = march(service)
    assert month.lessons == lessons
    assert (month.price_cents, month.commission_cents, month.net_cents) == (18009, 2700, 15309)  # 900.45 each
    assert month.earned_cents == 15309


def test_what_late_cancelling_paid_is_a_line_of_its_own(service, sam, ana):
    late, early, by_ana = (book(sam, service, at=at) for at in ("10:00", "13:00", "16:00"))
    cancel_lesson(reference=late.reference, by=sam, now=late.span.start - HOUR)
    cancel_lesson(reference=early.reference, by=sam, now=NOON - DAY)
    cancel_lesson(reference=by_ana.reference, by=ana, now=by_ana.span.start - HOUR)
    month = march(service)
    assert (month.lessons, month.late_cancelled) == ([], [late])
    assert (month.net_cents, month.late_cancelled_cents, month.earned_cents) == (0, 2550, 2550)


def test_a_lesson_belongs_to_the_month_in_which_it_ends_in_new_york(ana_never_sleeps, sam):
    """The last of March: at 10 PM it is April in Greenwich; what ends at midnight ended in April."""
    last = date(2027, 3, 31)
    evening = given(sam, ana_never_sleeps, at="21:00", day=last)
    midnight = given(sam, ana_never_sleeps, at="23:00", day=last)
    assert march(ana_never_sleeps).lessons == [evening]
    assert earnings.in_month(instructor_id=ana_never_sleeps.instructor_id, first=APRIL).lessons == [midnight]
    assert earnings.months(instructor_id=ana_never_sleeps.instructor_id) == [MARCH, APRIL]


def test_months_are_those_with_something_in_them(service, sam):
    assert earnings.months(instructor_id=service.instructor_id) == []
    given(sam, service, at="15:00", day=date(2027, 5, 3))
    late = book(sam, service, at="15:00")
    cancel_lesson(reference=late.reference, by=sam, now=late.span.start - HOUR)
    early = book(sam, service, at="15:00", day=date(2027, 4, 5))
    cancel_lesson(reference=early.reference, by=sam, now=NOON)
    assert earnings.months(instructor_id=service.instructor_id) == [MARCH, date(2027, 5, 1)]


def test_nobody_elses_lessons_are_in_it(service, stranger_teaches_guitar, sam, stranger, ana):
    given(sam, stranger_teaches_guitar, at="15:00")
    given(ana, stranger_teaches_guitar, at="18:00")
    assert march(service).lessons == []
    assert earnings.months(instructor_id=ana.pk) == []


def test_it_is_now_the_month_of_new_york():
    assert earnings.month_of(now=datetime(2027, 4, 1, 3, 59, tzinfo=NEW_YORK) - 4 * HOUR) == MARCH
    assert earnings.month_of(now=datetime.fromisoformat("2027-04-01T03:59:00+00:00")) == MARCH
    assert earnings.month_of(now=datetime.fromisoformat("2027-04-01T04:00:00+00:00")) == APRIL


def test_the_lines_are_one_statement(service, sam, django_assert_num_queries):
    for n in range(3):
        given(sam, service, at="15:00", day=TOMORROW + n * DAY)
    with django_assert_num_queries(1):
        month = march(service)
        assert earnings.as_csv(month=month).count("Sam S.") == 3
        assert month.earned_cents


# The tier


@pytest.mark.parametrize(
    ("completed", "percent", "following"),
    [
        (0, 15, NextTier(12, 5)),
        (4, 15, NextTier(12, 1)),
        (5, 12, NextTier(10, 6)),
        (10, 12, NextTier(10, 1)),
        (11, 10, None),
        (40, 10, None),
    ],
)
def test_the_tier_and_what_is_missing_to_the_next(service, ana, monkeypatch, completed, percent, following):
    monkeypatch.setattr(repository, "completed_before", lambda **_: completed)
    tier = earnings.tier(instructor_id=ana.pk, now=NOON)
    assert (tier.percent, tier.completed, tier.next, tier.founding) == (percent, completed, following, False)


def test_the_tier_counts_the_last_thirty_days(service, ana):
    end = NOON + 5 * DAY
    for n in range(5):
        lesson = book(UserFactory.create(), service, at="15:00", day=TOMORROW + n * DAY)
        put_into(lesson, Status.COMPLETED)
    assert earnings.tier(instructor_id=ana.pk, now=end + DAY).completed == 5
    first = Booking.objects.earliest("lesson").span.end
    assert earnings.tier(instructor_id=ana.pk, now=first + 30 * DAY).completed == 5
    assert earnings.tier(instructor_id=ana.pk, now=first + 30 * DAY + timedelta(microseconds=1)).completed == 4


def test_founders_have_theirs_for_life(ana_teaches_piano, ana):
    InstructorProfile.objects.update(founding=True)
    tier = earnings.tier(instructor_id=ana.pk, now=NOON)
    assert (tier.percent, tier.next, tier.founding) == (8, None, True)


def test_who_does_not_teach_has_no_tier(sam):
    with pytest.raises(NotFound):
        earnings.tier(instructor_id=sam.pk, now=NOON)


# The spreadsheet


def rows(service) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(earnings.as_csv(month=march(service)))))


def test_the_spreadsheet_has_a_line_for_each_in_dollars(service, sam):
    lesson = given(sam, service, at="15:00")
    late = book(sam, service, at="18:00")
    cancel_lesson(reference=late.reference, by=sam, now=late.span.start - HOUR)
    assert rows(service) == [
        {
            "Date": "2027-03-02",
            "Start": "15:00",
            "Reference": lesson.reference,
            "What": "Lesson",
            "Lesson": "Piano",
            "Student": "Sam S.",
            "Price (USD)": "60.00",
            "Commission (%)": "15",
            "Commission (USD)": "9.00",
            "Earned (USD)": "51.00",
        },
        {
            "Date": "2027-03-02",
            "Start": "18:00",
            "Reference": late.reference,
            "What": "Cancelled late",
            "Lesson": "Piano",
            "Student": "Sam S.",
            "Price (USD)": "",
            "Commission (%)": "",
            "Commission (USD)": "",
            "Earned (USD)": "25.50",
        },
    ]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x","y")'])
def test_no_name_is_worked_out_by_a_spreadsheet(service, name):
    student = UserFactory.create(first_name=name, last_name="")
    given(student, service, at="15:00")
    Booking.objects.update(service_name=name)
    [row] = rows(service)
    for column in ("Student", "Lesson"):
        assert row[column].startswith("'")
        assert row[column].replace("\r", "").strip("'\t ").replace("\n", "") in name


def test_an_empty_month_is_its_header(service):
    assert earnings.as_csv(month=march(service)) == ",".join(earnings.COLUMNS) + "\r\n"
