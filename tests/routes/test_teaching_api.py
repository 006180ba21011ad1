"""The API of the teaching side: marking as taught, lessons taught, earnings."""

from datetime import timedelta

import pytest

from bookings.models import Booking, Status
from bookings.services.cancelling import cancel_lesson
from bookings.services.completing import complete_lesson
from instainstru.core import clock
from instainstru.core.policy import Place
from instructors.models import InstructorProfile
from tests.fixtures import NOON, TOMORROW, book

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def lesson(ana_teaches_piano, sam):
    """Sam's hour at home with Ana tomorrow at three: $90."""
    InstructorProfile.objects.update(founding=False)
    return book(sam, ana_teaches_piano, at="15:00", place=Place.STUDENT)


def completing(lesson):
    return f"/api/bookings/{lesson.reference}/complete/"


def test_a_lesson_is_marked_as_taught_once_and_from_its_end_on(lesson, ana, api):
    client = api(ana)
    with clock.at(lesson.span.end - timedelta(seconds=1)):
        early = client.post(completing(lesson), {})
    assert (early.status_code, early.json()["error"]["code"]) == (409, "conflict")
    with clock.at(lesson.span.end):
        answer = client.post(completing(lesson), {})
        again = client.post(completing(lesson), {})
    assert answer.status_code == 200
    said = answer.json()
    assert (said["reference"], said["status"]) == (lesson.reference, "COMPLETED")
    assert (said["commission_percent"], said["commission_cents"], said["net_cents"]) == (15, 1350, 7650)
    assert said["completed_at"] == "2027-03-02T16:00:00-05:00"
    assert said["address"] == ""  # it does not stand any more
    assert (again.status_code, again.json()["error"]["code"]) == (409, "conflict")


def test_only_its_instructor_marks_it(lesson, sam, stranger, stella, stranger_teaches_guitar, api):
    with clock.at(lesson.span.end):
        for person, status in ((sam, 403), (stranger, 404), (stella, 403), (None, 401)):
            assert api(person).post(completing(lesson), {}).status_code == status
    assert Booking.objects.get().status == Status.CONFIRMED


@pytest.mark.parametrize("extra", ["commission_percent", "commission_cents", "by", "instructor", "now", "private_note"])
def test_marking_takes_nothing_from_the_client(extra, lesson, ana, api):
    with clock.at(lesson.span.end):
        answer = api(ana).post(completing(lesson), {extra: 1})
    assert answer.status_code == 400
    assert set(answer.json()["error"]["fields"]) == {extra}
    assert Booking.objects.get().status == Status.CONFIRMED


def test_lessons_taught_are_listed_with_what_their_instructor_needs(lesson, ana, api):
    Booking.objects.update(private_note="Scales")
    [found] = api(ana).get("/api/me/lessons/").json()["results"]
    assert (found["reference"], found["student"], found["private_note"]) == (lesson.reference, "Sam S.", "Scales")
    assert (found["address"], found["neighborhood"]) == ("1 Main Street", "park-slope")
    assert (found["commission_cents"], found["net_cents"], found["completed_at"]) == (None, None, None)
    complete_lesson(reference=lesson.reference, by=None, now=lesson.span.end)
    [found] = api(ana).get("/api/me/lessons/").json()["results"]
    assert (found["address"], found["net_cents"]) == ("", 7650)


def test_lessons_to_come_and_past_are_told_apart(ana_teaches_piano, ana, sam, api):
    lessons = [book(sam, ana_teaches_piano, at="15:00", day=TOMORROW + n * DAY) for n in range(3)]
    cancel_lesson(reference=lessons[2].reference, by=sam, now=NOON)
    client = api(ana)

    def listed(query):
        with clock.at(lessons[0].span.end):
            found = client.get(f"/api/me/lessons/{query}").json()["results"]
        return [lessons.index(Booking.objects.get(reference=one["reference"])) for one in found]

    assert listed("") == listed("?when=all") == [2, 1, 0]
    assert listed("?when=upcoming") == [1]
    assert listed("?when=past") == [2, 0]
    assert len(client.get("/api/me/lessons/?page_size=1").json()["results"]) == 1


@pytest.mark.parametrize("when", ["", "x", "UPCOMING", "\0", "x" * 5000])
def test_a_when_that_is_none_is_named(when, ana_teaches_piano, ana, api):
    answer = api(ana).get("/api/me/lessons/", {"when": when})
    assert answer.status_code == 400
    assert "when" in answer.json()["error"]["fields"]


def test_lessons_that_one_takes_are_not_among_those_taught(ana_teaches_piano, stranger_teaches_guitar, ana, api):
    book(ana, stranger_teaches_guitar, at="15:00")
    assert api(ana).get("/api/me/lessons/").json()["results"] == []


def test_earnings_are_lines_totals_and_the_tier(lesson, ana_teaches_piano, ana, sam, api):
    complete_lesson(reference=lesson.reference, by=None, now=lesson.span.end)
    late = book(sam, ana_teaches_piano, at="18:00")
    cancel_lesson(reference=late.reference, by=sam, now=late.span.start - HOUR)
    with clock.at(NOON + 2 * DAY):
        found = api(ana).get("/api/me/earnings/").json()
    assert found == api(ana).get("/api/me/earnings/?month=2027-03").json() | {"tier": found["tier"]}
    assert found == {
        "month": "2027-03",
        "lessons": [
            {
                "reference": lesson.reference,
                "service": "Piano",
                "student": "Sam S.",
                "starts_at": "2027-03-02T15:00:00-05:00",
                "ends_at": "2027-03-02T16:00:00-05:00",
                "price_cents": 9000,
                "commission_percent": 15,
                "commission_cents": 1350,
                "net_cents": 7650,
            }
        ],
        "late_cancelled": [
            {
                "reference": late.reference,
                "service": "Piano",
                "student": "Sam S.",
                "starts_at": "2027-03-02T18:00:00-05:00",
                "ends_at": "2027-03-02T19:00:00-05:00",
                "paid_cents": 2550,
            }
        ],
        "price_cents": 9000,
        "commission_cents": 1350,
        "net_cents": 7650,
        "late_cancelled_cents": 2550,
        "earned_cents": 10200,
        "tier": {
            "percent": 15,
            "completed_in_30_days": 1,
            "next": {"percent": 12, "lessons_missing": 4},
            "founding": False,
        },
    }


def test_a_founders_tier_has_no_next(ana_teaches_piano, ana, api):
    found = api(ana).get("/api/me/earnings/?month=2026-01").json()
    assert (found["month"], found["lessons"], found["earned_cents"]) == ("2026-01", [], 0)
    assert found["tier"] == {"percent": 8, "completed_in_30_days": 0, "next": None, "founding": True}


@pytest.mark.parametrize("month", ["", "x", "2027-13", "2027", "2027-03-01", "0001-01", "9999-12", "\0", "9" * 5000])
def test_a_month_that_is_none_is_named(month, ana_teaches_piano, ana, api):
    answer = api(ana).get("/api/me/earnings/", {"month": month})
    assert answer.status_code == 400
    assert "month" in answer.json()["error"]["fields"]


def test_nobody_reads_anothers_by_naming_them(lesson, ana, stranger, stranger_teaches_guitar, api):
    client = api(type(stranger).objects.get(pk=stranger.pk))
    complete_lesson(reference=lesson.reference, by=None, now=lesson.span.end)
    for query in (f"?instructor={ana.pk}", f"?person={ana.pk}", "?slug=ana-r"):
        assert client.get(f"/api/me/lessons/{query}").json()["results"] == []
        assert client.get(f"/api/me/earnings/{query}").json()["lessons"] == []
