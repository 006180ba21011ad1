"""An instructor's pages about lessons: today, the week, what has been, "taught", notes, earnings."""

import csv
import io
import re
from datetime import timedelta

import pytest

from bookings.models import Booking, Status
from bookings.services.cancelling import cancel_lesson
from bookings.services.completing import complete_lesson
from instainstru.core import clock, policy
from instainstru.core.policy import Place
from instructors.models import InstructorProfile
from tests.factories import UserFactory
from tests.fixtures import NOON, TOMORROW, book, off, put_into
from tests.routes.html import Page

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SECRET = "Struggles with rhythm, be patient"


@pytest.fixture
def lesson(ana_teaches_piano, sam):
    """Sam's hour at home with Ana tomorrow at three."""
    InstructorProfile.objects.update(founding=False)
    return book(sam, ana_teaches_piano, at="15:00", place=Place.STUDENT)


@pytest.fixture
def anas(ana_teaches_piano, ana, visit):
    """Ana's browser."""
    return visit(ana)


def address_of(lesson, more=""):
    return f"/lessons/{lesson.reference}/{more}"


def actions(answer):
    return {form.action for form in Page(answer).forms}


# Today


def test_the_next_lesson_is_on_top_with_all_that_is_needed_to_teach_it(anas, lesson, ana_teaches_piano, stranger):
    later = book(stranger, ana_teaches_piano, at="18:00")
    page = Page(anas.get("/teaching/"))
    order = [page.text.index(said) for said in ("Monday 1 March", "Next", "3:00 PM", "Sam S.", "Coming up", "Noor S.")]
    assert order == sorted(order)
    assert "1 Main Street" in page.text
    assert [link for link in page.links if re.fullmatch("/lessons/LS-[^/]+/", link)] == [
        address_of(lesson),
        address_of(later),
    ]
    with clock.at(lesson.span.start + HOUR / 2):
        running = Page(anas.get("/teaching/")).text
    assert running.index("Now") < running.index("Today, besides") < running.index("Noor S.")


def test_nothing_ahead_says_what_to_do_next(anas):
    page = Page(anas.get("/teaching/"))
    assert "No lesson ahead" in page.text
    assert "/teaching/hours/" in page.links
    assert "not live" not in page.text


def test_a_profile_that_is_not_live_says_what_is_missing(anas, ana):
    InstructorProfile.objects.filter(pk=ana.pk).update(live_since=None, bio="")
    text = Page(anas.get("/teaching/")).text
    assert "Your profile is not live yet: nobody can book you" in text
    assert "Missing: Headline and about you" in text


def test_what_the_month_earned_so_far_is_said(anas, lesson):
    put_into(lesson, Status.COMPLETED)
    Booking.objects.update(commission_cents=1350)
    text = Page(anas.get("/teaching/")).text
    assert "March so far 1 lesson taught. No card is charged yet: payments are not open. $76.50" in text


def test_a_day_costs_the_same_however_many_lessons(anas, ana_teaches_piano, django_assert_max_num_queries):
    for n in range(3):
        book(UserFactory.create(), ana_teaches_piano, at="15:00", day=TOMORROW + n * DAY, place=Place.STUDENT)
    for address in ("/teaching/", "/teaching/past/", "/teaching/calendar/", "/teaching/earnings/"):
        with django_assert_max_num_queries(16):
            assert anas.get(address).status_code == 200


# The week


def test_the_week_has_its_lessons_and_time_off_as_calendar_and_as_list(anas, lesson, ana_teaches_piano):
    off(ana_teaches_piano, "10:00", "12:00")
    for view in ("", "?view=list"):
        page = Page(anas.get(f"/teaching/calendar/{view}"))
        assert address_of(lesson) in page.links
        for said in ("1 March to 7 March 2027", "Mon 1 , today", "3:00 PM to 4:00 PM", "Sam S.", "Time off Dentist"):
            assert said in page.text
        assert page.text.index("10:00 AM") < page.text.index("3:00 PM to")
    grid, listed = (anas.get(f"/teaching/calendar/{view}").text for view in ("", "?view=list"))
    assert "from-h6 from-q0 for-h1 for-q0" in grid  # six hours after nine
    assert 'class="cal"' in grid
    assert 'class="cal-list"' in listed
    assert "1 Main Street" not in grid


def test_weeks_go_back_and_forth_and_keep_the_view(anas):
    page = Page(anas.get("/teaching/calendar/?week=2027-03-10&view=list"))
    assert "8 March to 14 March 2027" in page.text
    for link in (
        "/teaching/calendar/?week=2027-03-01&view=list",
        "/teaching/calendar/?week=2027-03-15&view=list",
        "/teaching/calendar/?week=2027-03-08",
    ):
        assert link in page.links
    assert Page(anas.get("/teaching/calendar/?week=2027-03-15")).links.count("/teaching/calendar/?week=2027-03-08") == 1


@pytest.mark.parametrize("week", ["", "x", "0001-01-01", "9999-12-31", "2027-02-30", "%00", "%ED%A0%80", "9" * 5000])
def test_a_week_that_is_none_is_this_one(week, anas):
    answer = anas.get(f"/teaching/calendar/?week={week}&view={week}")
    assert answer.status_code == 200
    assert "1 March to 7 March 2027" in Page(answer).text


@pytest.mark.parametrize("week", ["2000-01-01", "2100-12-31", "2027-03-14", "2027-11-07"])
def test_the_first_and_last_weeks_and_those_of_the_clocks_are_drawn(week, anas):
    assert anas.get(f"/teaching/calendar/?week={week}").status_code == 200


# What has been


def test_the_past_goes_page_by_page(anas, ana_teaches_piano, sam, monkeypatch):
    monkeypatch.setattr(policy, "TAUGHT_A_PAGE", 2)
    lessons = [book(sam, ana_teaches_piano, at="15:00", day=TOMORROW + n * DAY) for n in range(3)]
    complete_lesson(reference=lessons[0].reference, by=None, now=lessons[0].span.end)
    cancel_lesson(reference=lessons[2].reference, by=sam, now=NOON)
    with clock.at(NOON + 9 * DAY):
        first = Page(anas.get("/teaching/past/"))
        [more] = [link for link in first.links if "before=" in link]
        second = Page(anas.get(more))
    assert first.text.index("Cancelled") < first.text.index("Past", first.text.index("Cancelled"))
    assert address_of(lessons[0]) in second.links
    assert "Completed $55.20 earned" in second.text  # Ana is a founder
    assert not any("before=" in link for link in second.links)


@pytest.mark.parametrize("before", ["x", "%00", "LS-22222-22222", "%ED%A0%80", "x" * 5000, "' OR 1=1"])
def test_a_page_of_the_past_that_is_none_is_the_first(before, anas, lesson, sam):
    cancel_lesson(reference=lesson.reference, by=sam, now=NOON)
    answer = anas.get(f"/teaching/past/?before={before}")
    assert answer.status_code == 200
    assert address_of(lesson) in Page(answer).links


def test_who_has_taught_nothing_is_told_so(anas):
    assert "No lesson has been yet" in anas.get("/teaching/past/").text


# Taught


def test_from_its_end_on_a_lesson_is_marked_as_taught(anas, lesson):
    address = address_of(lesson)
    with clock.at(lesson.span.end - timedelta(seconds=1)):
        assert address_of(lesson, "complete/") not in actions(anas.get(address))
        early = anas.post(address_of(lesson, "complete/"))
        assert early.status_code == 409
        assert "This lesson is not over yet" in early.text
    with clock.at(lesson.span.end):
        assert address_of(lesson, "complete/") in actions(anas.get(address))
        answer = anas.post(address_of(lesson, "complete/"))
        assert (answer.status_code, answer["Location"]) == (303, address)
        page = Page(anas.get(address))
        assert "Marked as taught." in page.text
        assert "Commission, 15 % −$13.50 Net $76.50" in page.text
        assert address_of(lesson, "complete/") not in {form.action for form in page.forms}
        again = anas.post(address_of(lesson, "complete/"))
    assert again.status_code == 409
    assert "This lesson is marked as taught already. Nothing was changed." in again.text
    assert 'class="alert"' not in again.text
    assert Booking.objects.get().commission_cents == 1350


def test_only_its_instructor_marks_it(lesson, sam, stranger, stella, visit):
    with clock.at(lesson.span.end):
        for person, status in ((sam, 403), (stranger, 404), (stella, 403), (None, 302)):
            browser = visit(person)
            assert browser.post(address_of(lesson, "complete/")).status_code == status
            if person in (sam, stella):
                assert address_of(lesson, "complete/") not in actions(browser.get(address_of(lesson)))
    assert Booking.objects.get().status == Status.CONFIRMED


def test_the_student_is_not_told_what_the_instructor_earns(lesson, sam, visit):
    complete_lesson(reference=lesson.reference, by=None, now=lesson.span.end)
    text = Page(visit(sam).get(address_of(lesson))).text
    assert "Commission" not in text
    assert "$76.50" not in text


def test_a_lesson_cancelled_late_says_who_got_what(anas, lesson, sam):
    cancel_lesson(reference=lesson.reference, by=sam, now=lesson.span.start - HOUR)
    text = Page(anas.get(address_of(lesson))).text
    assert "Sam got: $45 as credit for a later lesson. You are paid $38.25." in text
    assert "1 Main Street" not in text


def test_cancelling_says_what_it_costs_whom(anas, lesson):
    text = Page(anas.get(address_of(lesson))).text
    assert "Sam gets everything back, fee included. You are paid nothing. This is final" in text
    assert "Money back $100.80 You are paid $0" in text


# Notes


def test_a_note_is_kept_and_shown_to_its_instructor_alone(anas, lesson, ana, sam, stella, visit, api):
    form = Page(anas.get(address_of(lesson))).form(address_of(lesson, "note/"))
    answer = anas.post(form.action, form.data | {"note": SECRET})
    assert (answer.status_code, answer["Location"]) == (303, address_of(lesson))
    shown = Page(anas.get(address_of(lesson)))
    assert shown.form(form.action).data["note"] == SECRET
    elsewhere = [
        *(visit(person).get(address_of(lesson)) for person in (sam, stella)),
        *(visit(person).get("/lessons/") for person in (sam, ana)),
        *(visit(person).get(address_of(lesson, "lesson.ics")) for person in (sam, ana, stella)),
        *(api(person).get(f"/api/bookings/{lesson.reference}/") for person in (sam, ana, stella)),
        *(api(person).get("/api/bookings/") for person in (sam, ana)),
        visit(stella).get(f"/admin/bookings/booking/{lesson.pk}/change/"),
        visit(stella).get(f"/admin/bookings/booking/?q={SECRET[:9]}"),
        anas.get("/teaching/earnings/2027-03.csv"),
    ]
    for answer in elsewhere:
        assert answer.status_code == 200
        assert SECRET not in answer.text
        assert "private_note" not in answer.text
        assert "note/" not in answer.text
    [own] = api(ana).get("/api/me/lessons/").json()["results"]
    assert own["private_note"] == SECRET


def test_nobody_else_writes_a_note(lesson, sam, stranger, stella, visit):
    for person, status in ((sam, 403), (stranger, 404), (stella, 403), (None, 302)):
        assert visit(person).post(address_of(lesson, "note/"), {"note": "Mine"}).status_code == status
    assert Booking.objects.get().private_note == ""


@pytest.mark.parametrize("note", ["a\0b", "x" * 2001])
def test_a_note_that_cannot_be_kept_is_422_and_kept_in_the_form(note, anas, lesson):
    answer = anas.post(address_of(lesson, "note/"), {"note": note})
    assert answer.status_code == 422
    assert 'href="#id_note"' in answer.text
    assert Booking.objects.get().private_note == ""


def test_a_note_may_be_emptied_and_may_hold_anything_else(anas, lesson):
    for note in ("🎹 <script>alert(1)</script>\r\n'\"&", ""):
        assert anas.post(address_of(lesson, "note/"), {"note": note}).status_code == 303
        assert Booking.objects.get().private_note == note
        assert "<script>alert" not in anas.get(address_of(lesson)).text


# Earnings


def test_a_month_is_shown_line_by_line_with_the_tier(anas, lesson, ana_teaches_piano, sam):
    complete_lesson(reference=lesson.reference, by=None, now=lesson.span.end)
    late = book(sam, ana_teaches_piano, at="18:00")
    cancel_lesson(reference=late.reference, by=sam, now=late.span.start - HOUR)
    with clock.at(NOON + 2 * DAY):
        text = Page(anas.get("/teaching/earnings/")).text
    for said in (
        "No card is charged yet",
        "March 2027",
        "Piano for Sam S. Tue 2 Mar, 3:00 PM $90 −$13.50 15 % $76.50",
        "1 lesson $90 −$13.50 $76.50",
        "Cancelled late by the student",
        "Earned in March $102",  # and $25.50 for the late one
        "15 % 1 lesson taught in the last 30 days. 4 more lessons until 12 %.",
    ):
        assert said in text


def test_a_founder_is_told_so(anas, ana_teaches_piano):
    assert "You are a founding instructor: 8 % of every lesson, for life." in Page(anas.get("/teaching/earnings/")).text


def test_months_lead_to_months_with_something_in_them(anas, ana_teaches_piano, sam):
    days = [TOMORROW, TOMORROW.replace(month=5)]
    for day in days:
        given = book(sam, ana_teaches_piano, at="15:00", day=day)
        complete_lesson(reference=given.reference, by=None, now=given.span.end)
    page = Page(anas.get("/teaching/earnings/?month=2027-04"))
    assert "Nothing earned in this month" in page.text
    assert {"/teaching/earnings/?month=2027-03", "/teaching/earnings/?month=2027-05"} <= set(page.links)
    last = Page(anas.get("/teaching/earnings/?month=2027-05"))
    assert [link for link in last.links if "month=" in link] == ["/teaching/earnings/?month=2027-03"]


NO_MONTHS = ["x", "2027-13", "0001-01", "9999-12", "2027", "%00", "%ED%A0%80", "9" * 500]


@pytest.mark.parametrize("month", ["", *NO_MONTHS])
def test_a_month_that_is_none_is_this_one(month, anas):
    answer = anas.get(f"/teaching/earnings/?month={month}")
    assert answer.status_code == 200
    assert "March 2027" in answer.text


def test_the_spreadsheet_is_a_file_for_the_instructor_alone(anas, lesson, stranger, stranger_teaches_guitar, visit):
    complete_lesson(reference=lesson.reference, by=None, now=lesson.span.end)
    answer = anas.get("/teaching/earnings/2027-03.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="instainstru-earnings-2027-03.csv"'
    assert "no-store" in answer["Cache-Control"]
    [row] = csv.DictReader(io.StringIO(answer.text))
    assert (row["Reference"], row["Earned (USD)"]) == (lesson.reference, "76.50")
    others = visit(type(stranger).objects.get(pk=stranger.pk)).get("/teaching/earnings/2027-03.csv")
    assert lesson.reference not in others.text


@pytest.mark.parametrize("month", NO_MONTHS)
def test_a_spreadsheet_of_no_month_is_not_found(month, anas):
    assert anas.get(f"/teaching/earnings/{month}.csv").status_code == 404


# The way there


def test_teaching_leads_to_all_of_its_pages(anas):
    links = set(Page(anas.get("/teaching/")).links)
    assert {"/teaching/", "/teaching/calendar/", "/teaching/past/", "/teaching/earnings/"} <= links
    inside = set(Page(anas.get("/teaching/hours/")).links)
    assert {"/teaching/", "/teaching/hours/", "/teaching/time-off/", "/teaching/settings/"} <= inside
    assert anas.get("/teaching/calendar/").text.count('aria-current="page"') == 2  # in the way, and of the two views


def test_my_lessons_are_those_taken_and_lead_who_teaches_to_the_others(
    anas, lesson, ana, sam, stranger_teaches_guitar, visit
):
    taken = book(ana, stranger_teaches_guitar, at="10:00")
    page = Page(anas.get("/lessons/"))
    assert page.links.index(address_of(taken)) < page.links.index(address_of(lesson))
    assert page.text.index("Guitar") < page.text.index("You teach") < page.text.index("Piano for Sam S.")
    assert "All lessons that you teach" in page.text
    assert "You teach" not in visit(sam).get("/lessons/").text
    with clock.at(lesson.span.end):
        assert address_of(lesson) not in Page(anas.get("/lessons/")).links


def test_no_state_is_changed_by_looking(lesson, ana, visit):
    with clock.at(lesson.span.end):
        for more in ("complete/", "note/"):
            assert visit(ana).get(address_of(lesson, more)).status_code == 405
        for address in ("feed/renew/", "feed/revoke/"):
            assert visit(ana).get(f"/lessons/{address}").status_code == 405
    assert Booking.objects.get().status == Status.CONFIRMED


def test_forms_without_their_key_change_nothing(lesson, ana, visit):
    browser = visit(ana, strict=True)
    with clock.at(lesson.span.end):
        for more in ("complete/", "note/"):
            assert browser.post(address_of(lesson, more), {"note": "x"}).status_code == 403
    unchanged = Booking.objects.get()
    assert (unchanged.status, unchanged.private_note) == (Status.CONFIRMED, "")
