"""The same lesson again in one press; the calendar's file; and a guest who loses nothing on the way to booking."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import icalendar
import pytest

from bookings.models import Booking
from instainstru.core import clock
from instainstru.core.policy import Place
from instructors.models import InstructorProfile, Service, ServicePlace
from tests.factories import PASSWORD, offering_of
from tests.fixtures import NOON, TOMORROW, book, off
from tests.routes.html import Page

WEEK = timedelta(days=7)
LATER = NOON + timedelta(days=2)  # Wednesday noon, the day after the lessons
HTMX = {"HX-Request": "true"}


def press(browser, lesson, *, now=LATER):
    """Where "book the same again" leads."""
    with clock.at(now):
        answer = browser.get(f"/lessons/{lesson.reference}/again/")
    assert answer.status_code == 302, answer.status_code
    return answer["Location"]


def asked(location):
    """The date and time that an address of the confirm page asks for."""
    query = parse_qs(urlsplit(location).query)
    return query["date"][0], query["start"][0]


@pytest.fixture
def lesson(ana_teaches_piano, sam):
    """Sam's lesson at home, on Tuesday at 3 PM; it is over by LATER."""
    booking = book(sam, ana_teaches_piano, at="15:00", place=Place.STUDENT)
    Booking.objects.filter(pk=booking.pk).update(notes="Ring twice", address="1 Main Street, 4B")
    booking.refresh_from_db()
    return booking


# The same again ---------------------------------------------------------------------------------------------------


def test_one_press_and_nothing_to_type(lesson, sam, visit):
    browser = visit(sam)
    with clock.at(LATER):
        page = Page(browser.get("/lessons/"))
        again = next(link for link in page.links if link.endswith("/again/"))
        confirm = browser.get(again, follow=True)
        assert confirm.status_code == 200
        assert asked(confirm.redirect_chain[-1][0]) == ("2027-03-09", "15:00")
        shown = Page(confirm)
        assert "The same again Filled in from your lesson of Tuesday 2 March, 3:00 PM" in shown.text
        assert "That time is not free" not in shown.text
        assert '<option value="park-slope" selected>' in confirm.text
        form = shown.form(f"/book/{lesson.service_id}/")
        assert (form.data["address"], form.data["notes"]) == ("1 Main Street, 4B", "Ring twice")
        booked = browser.post(form.action, form.data | {"neighborhood": "park-slope"})
    assert booked.status_code == 303
    new = Booking.objects.exclude(pk=lesson.pk).get()
    assert new.span.start == lesson.span.start + WEEK
    same = ("service_id", "duration_minutes", "place", "neighborhood_id", "address", "notes", "price_cents")
    assert [getattr(new, name) for name in same] == [getattr(lesson, name) for name in same]


def test_looking_books_nothing(lesson, sam, visit):
    press(visit(sam), lesson)
    assert Booking.objects.count() == 1


def test_a_week_that_is_taken_is_passed_over(lesson, ana_teaches_piano, sam, stranger, visit):
    book(stranger, ana_teaches_piano, at="15:00", day=TOMORROW + WEEK, now=LATER)
    assert asked(press(visit(sam), lesson)) == ("2027-03-16", "15:00")


def test_a_week_in_which_one_has_another_lesson_is_passed_over(lesson, stranger_teaches_guitar, sam, visit):
    book(sam, stranger_teaches_guitar, at="15:30", day=TOMORROW + WEEK, now=LATER)
    assert asked(press(visit(sam), lesson)) == ("2027-03-16", "15:00")


def test_without_that_time_in_four_weeks_it_is_the_nearest_and_says_so(lesson, ana_teaches_piano, sam, visit):
    for week in range(1, 5):
        off(ana_teaches_piano, "14:00", "17:00", day=TOMORROW + week * WEEK)
    browser = visit(sam)
    location = press(browser, lesson)
    assert asked(location) == ("2027-03-09", "12:30")  # travel needs half an hour on either side
    with clock.at(LATER):
        assert "That time is not free in the coming weeks; this one is the nearest." in browser.get(location).text


def test_the_nearest_at_which_one_is_free_too(lesson, ana_teaches_piano, stranger_teaches_guitar, sam, visit):
    for week in range(1, 5):
        off(ana_teaches_piano, "14:00", "17:00", day=TOMORROW + week * WEEK)
    book(sam, stranger_teaches_guitar, at="12:00", day=TOMORROW + WEEK, now=LATER)
    assert asked(press(visit(sam), lesson))[1] not in ("12:30", "12:15", "12:00")


def test_where_one_is_never_free_the_confirm_page_names_the_clash(
    lesson, ana_teaches_piano, stranger_teaches_guitar, sam, visit
):
    for day in range(2, 95):
        if day != 8:
            off(ana_teaches_piano, "00:00", "24:00", day=NOON.date() + timedelta(days=day))
    off(ana_teaches_piano, "00:00", "14:30", day=TOMORROW + WEEK)
    off(ana_teaches_piano, "16:30", "24:00", day=TOMORROW + WEEK)
    book(sam, stranger_teaches_guitar, at="15:00", day=TOMORROW + WEEK, now=LATER)
    browser = visit(sam)
    location = press(browser, lesson)
    assert asked(location) == ("2027-03-09", "15:00")
    with clock.at(LATER):
        assert "You have a lesson then" in browser.get(location).text


def test_on_the_day_itself_it_is_today_before_the_time_and_next_week_after(lesson, sam, visit):
    browser = visit(sam)
    morning = lesson.span.start + WEEK - timedelta(hours=5)
    assert asked(press(browser, lesson, now=morning)) == ("2027-03-09", "15:00")
    assert asked(press(browser, lesson, now=morning + timedelta(hours=4))) == ("2027-03-16", "15:00")


def test_nearest_to_next_week_when_todays_time_has_passed(lesson, ana_teaches_piano, sam, visit):
    for week in range(1, 6):
        off(ana_teaches_piano, "14:00", "17:00", day=TOMORROW + week * WEEK)
    evening = lesson.span.start + WEEK + timedelta(hours=1)
    assert asked(press(visit(sam), lesson, now=evening)) == ("2027-03-16", "12:30")


def test_nothing_free_leads_to_the_instructors_page_and_says_so(lesson, ana_teaches_piano, sam, visit):
    for day in range(2, 100):
        off(ana_teaches_piano, "00:00", "24:00", day=NOON.date() + timedelta(days=day))
    browser = visit(sam)
    assert press(browser, lesson) == "/instructors/ana-r/"
    assert "Nothing is free for this lesson in the next three months." in browser.get("/instructors/ana-r/").text


def withdraw(lesson):
    Service.objects.filter(pk=lesson.service_id).update(active=False)


def go_offline(lesson):
    InstructorProfile.objects.filter(pk=lesson.instructor_id).update(live_since=None)


def close_the_account(lesson):
    type(lesson.student).objects.filter(pk=lesson.instructor_id).update(is_active=False)


def drop_the_length(lesson):
    Service.objects.filter(pk=lesson.service_id).update(lengths=[30])


def drop_the_place(lesson):
    ServicePlace.objects.filter(service=lesson.service_id, place=Place.STUDENT).delete()


@pytest.mark.parametrize(
    "no_more", [withdraw, go_offline, close_the_account, drop_the_length, drop_the_place], ids=lambda f: f.__name__
)
def test_what_is_not_on_offer_any_more_has_no_button_and_says_so(no_more, lesson, sam, visit):
    no_more(lesson)
    browser = visit(sam)
    address = f"/lessons/{lesson.reference}/"
    with clock.at(LATER):
        assert "again/" not in browser.get("/lessons/").text
        assert "again/" not in browser.get(address).text
    assert press(browser, lesson) == address
    assert "This lesson is not on offer any more at its place and length." in browser.get(address).text


def test_a_neighborhood_that_is_not_served_any_more_is_asked_for(lesson, sam, visit):
    lesson.instructor.neighborhoods.clear()
    browser = visit(sam)
    with clock.at(LATER):
        answer = browser.get(f"/lessons/{lesson.reference}/again/", follow=True)
    assert answer.status_code == 200
    assert "selected" not in answer.text
    assert Page(answer).form(f"/book/{lesson.service_id}/").data["address"] == "1 Main Street, 4B"


def test_a_cancelled_lesson_can_be_booked_again(lesson, sam, visit):
    browser = visit(sam)
    browser.post(f"/lessons/{lesson.reference}/cancel/")
    assert f"/lessons/{lesson.reference}/again/" in Page(browser.get("/lessons/")).links
    assert asked(press(browser, lesson, now=NOON)) == ("2027-03-02", "15:00")


def test_the_button_is_the_students_only(lesson, ana, stella, stranger, visit):
    address = f"/lessons/{lesson.reference}/again/"
    with clock.at(LATER):
        assert "again/" not in visit(ana).get("/lessons/").text
        assert "again/" not in visit(stella).get(f"/lessons/{lesson.reference}/").text
    assert [visit(one).get(address).status_code for one in (ana, stella, stranger)] == [403, 403, 404]
    guest = visit().get(address)
    assert guest["Location"].startswith("/accounts/login/?next=")


# ?again= on the confirm page ----------------------------------------------------------------------------------------


TIME = {"date": "2027-03-03", "start": "18:00", "minutes": "60", "place": "student_place"}


def test_another_persons_lesson_fills_in_nothing(lesson, stranger, ana, visit):
    """By the tie, not by what the address says; to its teacher it gives nothing either."""
    for person, status in ((stranger, 200), (ana, 400)):
        answer = visit(person).get(f"/book/{lesson.service_id}/", TIME | {"again": lesson.reference})
        assert answer.status_code == status
        assert not re.search('The same again|Main Street|Ring twice|value="park-slope" selected', answer.text)


def test_a_lesson_of_another_service_fills_in_nothing(lesson, ana_teaches_piano, sam, visit):
    guitar = offering_of(ana_teaches_piano.instructor, "Guitar", prices={Place.STUDENT: 9000})
    answer = visit(sam).get(f"/book/{guitar.pk}/", TIME | {"again": lesson.reference})
    assert answer.status_code == 200
    assert "The same again" not in answer.text


@pytest.mark.parametrize("again", ["LS-22222-22222", ""])
def test_no_such_lesson_fills_in_nothing(again, lesson, sam, visit):
    answer = visit(sam).get(f"/book/{lesson.service_id}/", TIME | {"again": again})
    assert answer.status_code == 200
    assert "The same again" not in answer.text


@pytest.mark.parametrize("again", ["\0", "LS-1\n", "x" * 21, "<script>", "é"])
def test_what_is_no_reference_is_no_address(again, lesson, sam, visit):
    assert visit(sam).get(f"/book/{lesson.service_id}/", TIME | {"again": again}).status_code == 400


def test_what_is_typed_instead_counts(lesson, sam, visit):
    """Pressing one of the nearest times keeps what was typed over what the old lesson said."""
    browser = visit(sam)
    typed = TIME | {"again": lesson.reference, "neighborhood": "park-slope", "address": "2 Side Street", "notes": ""}
    answer = browser.post(f"/book/{lesson.service_id}/", typed | {"choose": "2027-03-03T16:00"})
    assert answer.status_code == 200
    kept = Page(answer).form(f"/book/{lesson.service_id}/").data
    assert (kept["address"], kept["notes"], kept["start"]) == ("2 Side Street", "", "16:00")


def test_notes_alone_where_the_lesson_is_online(ana_teaches_piano, sam, visit):
    old = book(sam, ana_teaches_piano, at="15:00")
    Booking.objects.filter(pk=old.pk).update(notes="Chopin")
    browser = visit(sam)
    form = Page(browser.get(press(browser, old))).form(f"/book/{old.service_id}/")
    assert form.data["notes"] == "Chopin"
    assert "address" not in form.data


def test_confirm_signed_in_and_warm_costs_eight_statements(lesson, sam, visit, django_assert_max_num_queries):
    browser = visit(sam)
    address = f"/book/{lesson.service_id}/"
    browser.get(address, TIME)
    with django_assert_max_num_queries(8):
        answer = browser.get(address, TIME | {"again": lesson.reference})
        assert answer.status_code == 200
        assert "1 Main Street, 4B" in answer.text
    with django_assert_max_num_queries(6):
        assert browser.get(address, TIME | {"place": "online"}).status_code == 200


# My lessons -------------------------------------------------------------------------------------------------------


def test_the_next_lesson_stands_first_with_all_that_one_needs(ana_teaches_piano, sam, visit):
    book(sam, ana_teaches_piano, at="18:00")
    soon = book(sam, ana_teaches_piano, at="15:00", place=Place.STUDENT)
    browser = visit(sam)
    text = Page(browser.get("/lessons/")).text
    assert re.search(r"Next Tuesday 2 March 3:00 PM to 4:00 PM .* Piano With Ana R\. .* 1 Main Street", text)
    with clock.at(soon.span.start + timedelta(minutes=10)):
        assert "Now Tuesday 2 March" in Page(browser.get("/lessons/")).text
    with clock.at(soon.span.end):
        assert (
            re.search(r"Next Tuesday 2 March 6:00 PM .* Past and cancelled .* Past Book the same again", text) is None
        )
        text = Page(browser.get("/lessons/")).text
        assert re.search(r"Next Tuesday 2 March 6:00 PM .* Past and cancelled .* Past Book the same again", text)
        assert "After that" not in text


def test_who_has_only_past_lessons_is_shown_both_ways(lesson, sam, visit):
    with clock.at(LATER):
        assert "Book the same again below" in visit(sam).get("/lessons/").text


def test_many_past_lessons_cost_no_more_statements(ana_teaches_piano, sam, visit, django_assert_max_num_queries):
    for hour in range(10, 20, 2):
        book(sam, ana_teaches_piano, at=f"{hour}:00")
    browser = visit(sam)
    with clock.at(LATER):
        browser.get("/lessons/")
        with django_assert_max_num_queries(6):
            answer = browser.get("/lessons/")
    assert answer.text.count("again/") == 5


# The calendar's file ----------------------------------------------------------------------------------------------


def test_the_file_is_one_press_away_while_the_lesson_stands(lesson, sam, ana, visit):
    address = f"/lessons/{lesson.reference}/"
    file = f"{address}lesson.ics"
    for person in (sam, ana):
        assert file in Page(visit(person).get(address)).links
    assert file in Page(visit(sam).get(f"{address}booked/")).links
    assert file in Page(visit(sam).get("/lessons/")).links
    with clock.at(LATER):
        assert file not in Page(visit(sam).get(address)).links
        assert file not in Page(visit(sam).get(f"{address}booked/")).links


def test_the_file_is_a_calendars_and_nobody_elses(lesson, sam, ana, stranger, stella, visit):
    file = f"/lessons/{lesson.reference}/lesson.ics"
    answer = visit(sam).get(file)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Disposition"] == f'attachment; filename="{lesson.reference}.ics"'
    event: Any = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")[0]
    assert (event.start, event.end) == (lesson.span.start, lesson.span.end)
    assert "1 Main Street" in visit(ana).get(file).text
    assert "1 Main Street" not in visit(stella).get(file).text
    assert visit(stranger).get(file).status_code == 404
    assert visit().get(file).status_code == 302


# A guest on the way to booking ------------------------------------------------------------------------------------


ONLINE = "date=2027-03-03&start=18:00&minutes=60&place=online"


def links_to(answer, path):
    return {link for link in Page(answer).links if link.startswith(path)}


@pytest.fixture
def pressed(ana_teaches_piano):
    """The address of a time that a guest presses."""
    return f"/book/{ana_teaches_piano.pk}/?{ONLINE}"


def test_a_guest_signs_in_after_a_slip_and_lands_on_the_same_page(pressed, sam, visit):
    sam.set_password(PASSWORD)
    sam.save()
    guest = visit()
    page = guest.get(pressed, follow=True)
    assert "Then you are back at your lesson, ready to book." in page.text
    form = Page(page).form("/accounts/login/")
    wrong = guest.post(form.action, form.data | {"login": sam.email, "password": "Not-this-1"})
    assert wrong.status_code == 422
    assert "Then you are back at your lesson, ready to book." in wrong.text
    again = Page(wrong).form("/accounts/login/")
    assert again.data["next"] == pressed
    answer = guest.post(again.action, again.data | {"login": sam.email, "password": PASSWORD}, follow=True)
    assert answer.redirect_chain == [(pressed, 302)]
    assert "Book this lesson" in answer.text


def test_a_guest_signs_up_after_a_slip_and_books(pressed, visit):
    guest = visit()
    ways = links_to(guest.get(pressed, follow=True), "/accounts/signup/")
    assert len(ways) == 1  # in the band on top and beside the form: the same address
    page = guest.get(ways.pop())
    assert "Once. Then you are back at your lesson, ready to book." in page.text
    form = Page(page).form("/accounts/signup/")
    slip = guest.post(form.action, form.data | {"first_name": "New", "email": "new@example.com", "password1": "short"})
    assert slip.status_code == 422
    form = Page(slip).form("/accounts/signup/")
    assert (form.data["next"], form.data["first_name"]) == (pressed, "New")
    newcomer = form.data | {"last_name": "Comer", "password1": "Tulip-7-harbour"}
    answer = guest.post(form.action, newcomer, follow=True)
    assert answer.redirect_chain == [(pressed, 302)]
    confirm = Page(answer).form(pressed.partition("?")[0])
    assert guest.post(confirm.action, confirm.data).status_code == 303
    assert Booking.objects.get().student.email == "new@example.com"


def test_changing_ones_mind_between_signing_in_and_up_loses_nothing(pressed, visit):
    guest = visit()
    page = guest.get(pressed, follow=True)
    for path in ("/accounts/signup/", "/accounts/login/", "/accounts/signup/"):
        [way] = links_to(page, path)
        page = guest.get(way)
        form = Page(page).form(path)
        assert form.data["next"] == pressed
        # After a slip as well: what was typed is gone from the address by then.
        page = guest.post(path, {"next": pressed, "login": "x", "password": "x", "email": "x", "password1": "x"})
        assert page.status_code == 422
        assert Page(page).form(path).data["next"] == pressed


def test_the_way_back_leads_to_this_site_only(ana_teaches_piano, sam, visit):
    sam.set_password(PASSWORD)
    sam.save()
    for evil in ("https://evil.example/", "//evil.example/book/", "javascript:alert(1)"):
        guest = visit()
        answer = guest.post("/accounts/login/", {"login": sam.email, "password": PASSWORD, "next": evil})
        assert answer.status_code == 302
        assert "evil" not in answer["Location"]
        assert "javascript" not in answer["Location"]


def test_signed_out_meanwhile_the_press_leads_to_sign_in_and_back(pressed, ana_teaches_piano, visit):
    """With htmx too, which would put the whole page where the form was."""
    came_from = {"Referer": f"http://testserver{pressed}"}
    typed = {"date": "2027-03-03", "start": "18:00", "minutes": "60", "place": "online"}
    plain = visit().post(f"/book/{ana_teaches_piano.pk}/", typed, headers=came_from)
    assert plain.status_code == 302
    quick = visit().post(f"/book/{ana_teaches_piano.pk}/", typed, headers=came_from | HTMX)
    assert quick.status_code == 200
    assert quick["HX-Redirect"] == plain["Location"]
    assert parse_qs(urlsplit(plain["Location"]).query)["next"] == [pressed]
