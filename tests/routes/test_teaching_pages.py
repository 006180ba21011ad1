"""An instructor's own pages: the week that repeats, and time off."""

import pytest

from instructors.models import TimeOff, WeeklyHours
from tests.fixtures import book
from tests.routes.html import Page

HOURS, OFF = "/teaching/hours/", "/teaching/time-off/"
EVERY_DAY = {f"day_{weekday}": "09:00-21:00" for weekday in range(7)}
HTMX = {"HX-Request": "true"}
APRIL = {"starts_at": "2027-04-01T09:00", "ends_at": "2027-04-02T17:00", "reason": "Rest"}


@pytest.fixture
def anas(ana_teaches_piano, ana, visit):
    """Ana's browser."""
    return visit(ana)


def typed(answer):
    """What stands in the form of the week."""
    return Page(answer).form("").data


def test_the_week_is_shown_as_it_is_typed(anas):
    assert {name: value for name, value in typed(anas.get(HOURS)).items() if name.startswith("day_")} == EVERY_DAY


def test_a_saved_week_is_the_week(anas, api):
    week = typed(anas.get(HOURS)) | {"day_0": "9:00-12:00, 14:00 to 24:00", "day_1": "10:00 – 11:00", "day_2": ""}
    answer = anas.post(HOURS, week)
    assert (answer.status_code, answer["Location"]) == (303, HOURS)
    shown = anas.get(HOURS)
    assert "Your hours are saved." in shown.text
    now = typed(shown)
    assert [now[f"day_{n}"] for n in range(3)] == ["09:00-12:00, 14:00-24:00", "10:00-11:00", ""]
    assert WeeklyHours.objects.get(weekday=0, opens=14 * 60).closes == 24 * 60


def test_a_line_that_is_no_hours_is_said_beside_its_day_and_the_rest_is_kept(anas):
    week = typed(anas.get(HOURS))
    answer = anas.post(HOURS, week | {"day_3": "nine to five", "day_4": "10:00-11:00"})
    assert answer.status_code == 422
    assert "“nine to five” is no stretch. Write 09:00-12:00 or 9 AM-12 PM." in answer.text
    assert (typed(answer)["day_3"], typed(answer)["day_4"]) == ("nine to five", "10:00-11:00")
    assert typed(anas.get(HOURS)) | {"csrfmiddlewaretoken": ""} == week | {"csrfmiddlewaretoken": ""}


def test_a_save_over_a_newer_one_is_409_and_shows_both(anas):
    """Ana has the page open twice."""
    first, second = typed(anas.get(HOURS)), typed(anas.get(HOURS))
    assert anas.post(HOURS, first | {"day_0": "10:00-11:00"}).status_code == 303
    answer = anas.post(HOURS, second | {"day_0": "15:00-16:00"})
    assert answer.status_code == 409
    assert "Your hours were changed meanwhile" in answer.text
    assert "10:00-11:00" in Page(answer).text  # what is saved
    kept = typed(answer)
    assert kept["day_0"] == "15:00-16:00"  # what was typed
    assert WeeklyHours.objects.get(weekday=0).opens == 10 * 60
    assert anas.post(HOURS, kept).status_code == 303  # knowingly, over it
    assert WeeklyHours.objects.get(weekday=0).opens == 15 * 60


def test_lessons_left_outside_the_hours_are_named_and_stand(anas, ana_teaches_piano, sam):
    lesson = book(sam, ana_teaches_piano, at="15:00")
    assert anas.post(HOURS, typed(anas.get(HOURS)) | {"day_1": ""}).status_code == 303
    for _ in range(2):  # not only once: as long as it is so
        shown = Page(anas.get(HOURS))
        assert "Lessons outside these hours" in shown.text
        assert f"Piano, Tuesday 2 March, 3:00 PM ( {lesson.reference} )" in shown.text
        assert f"/lessons/{lesson.reference}/" in shown.links
    lesson.refresh_from_db()
    assert lesson.status == "CONFIRMED"
    anas.post(HOURS, typed(anas.get(HOURS)) | {"day_1": "09:00-21:00"})
    assert "Lessons outside these hours" not in anas.get(HOURS).text


def test_time_off_is_taken_listed_and_given_back(anas, api):
    answer = anas.post(OFF, APRIL)
    assert (answer.status_code, answer["Location"]) == (303, OFF)
    page = Page(anas.get(OFF))
    assert "Thursday 1 April, 9:00 AM" in page.text
    assert "Rest" in page.text
    assert "Your time off is in the calendar." in page.text
    form = next(form for form in page.forms if form.action.endswith("/delete/"))
    gone = anas.post(form.action, form.data)
    assert (gone.status_code, gone["Location"]) == (303, OFF)
    assert not TimeOff.objects.exists()
    assert "The time off is removed." in anas.get(OFF).text


def test_time_off_that_ends_before_it_begins_keeps_what_was_typed(anas):
    answer = anas.post(OFF, APRIL | {"ends_at": "2027-03-31T09:00"})
    assert answer.status_code == 422
    assert "Time off ends after it begins." in answer.text
    assert Page(answer).form(OFF).data["reason"] == "Rest"
    past = anas.post(OFF, APRIL | {"starts_at": "2027-02-01T09:00", "ends_at": "2027-02-02T09:00"})
    assert past.status_code == 422
    assert "Time off ends in the future." in past.text


def test_lessons_in_time_off_are_named_and_stand(anas, ana_teaches_piano, sam):
    lesson = book(sam, ana_teaches_piano, at="15:00")
    answer = anas.post(OFF, {"starts_at": "2027-03-02T00:00", "ends_at": "2027-03-03T00:00", "reason": ""})
    assert (answer.status_code, answer["Location"]) == (303, OFF)
    shown = Page(anas.get(OFF))
    told = f"Lessons in it stand as booked: Piano, Tuesday 2 March, 3:00 PM ({lesson.reference})."
    assert f"Your time off is in the calendar. {told}" in shown.text
    for page in (shown, Page(anas.get(OFF)), Page(anas.get("/teaching/weeks/2027-03-01/"))):
        assert "Lessons in your time off" in page.text
        assert f"Piano, Tuesday 2 March, 3:00 PM ( {lesson.reference} )" in page.text
    assert TimeOff.objects.filter(lesson_reference="").count() == 1


def test_anothers_time_off_stays(world, visit, stranger_teaches_guitar):
    answer = visit(world.people["stranger"]).post(world.address("/teaching/time-off/{time_off}/delete/"))
    assert answer.status_code == 404
    world.time_off.refresh_from_db()


def test_a_lesson_that_an_instructor_takes_is_no_time_off_of_theirs(
    anas, ana, ana_teaches_piano, stranger_teaches_guitar, visit
):
    """It keeps their calendar shut, is not listed, and nobody removes it by its id."""
    book(ana, stranger_teaches_guitar, at="15:00")
    hidden = TimeOff.objects.exclude(lesson_reference="").get(person=ana)
    assert "3:00 PM" not in Page(anas.get(OFF)).text
    assert anas.post(f"/teaching/time-off/{hidden.pk}/delete/").status_code == 404
    hidden.refresh_from_db()


def test_forms_without_their_key_change_nothing(world, visit):
    browser = visit(world.people["ana"], strict=True)
    for address, body in (
        (HOURS, {"day_0": ""}),
        (OFF, APRIL),
        (world.address("/teaching/time-off/{time_off}/delete/"), {}),
    ):
        answer = browser.post(address, body)
        assert answer.status_code == 403
        assert "This form has run out" in answer.text
    assert TimeOff.objects.filter(lesson_reference="").count() == 1


def test_htmx_gets_parts_and_is_sent_on(anas, world):
    week = typed(anas.get(HOURS))
    saved = anas.post(HOURS, week, headers=HTMX)
    assert (saved.status_code, saved["HX-Redirect"]) == (200, HOURS) or saved.status_code == 200
    bad = anas.post(HOURS, week | {"day_0": "x"}, headers=HTMX)
    assert bad.status_code == 422
    assert "<html" not in bad.text
    assert bad.text.strip().startswith('<div id="hours"')
    stale = anas.post(HOURS, week | {"version": "old"}, headers=HTMX)
    assert stale.status_code == 409
    assert "<html" not in stale.text
    worse = anas.post(OFF, APRIL | {"ends_at": ""}, headers=HTMX)
    assert worse.status_code == 422
    assert worse.text.strip().startswith('<div id="time-off"')
    assert anas.post(OFF, APRIL, headers=HTMX)["HX-Redirect"] == OFF
    gone = anas.post(world.address("/teaching/time-off/{time_off}/delete/"), headers=HTMX)
    assert gone["HX-Redirect"] == OFF


def test_the_way_to_teaching_is_shown_to_who_teaches(ana_teaches_piano, ana, sam, visit):
    assert "/teaching/" in Page(visit(ana).get("/")).links
    assert "/teaching/" not in Page(visit(sam).get("/")).links
    assert "/teaching/" not in Page(visit().get("/")).links


def test_a_form_that_lost_its_days_does_not_empty_the_week(anas):
    version = typed(anas.get(HOURS))["version"]
    answer = anas.post(HOURS, {"version": version, "day_0": "10:00-12:00"})
    assert answer.status_code == 422
    assert "came without some of the days" in answer.text
    assert typed(anas.get(HOURS))["version"] == version


def test_who_does_not_teach_yet_is_led_to_where_that_begins(sam, visit):
    answer = visit(sam).get("/teaching/")
    assert answer.status_code == 403
    assert 'href="/teaching/setup/"' in answer.text.split("<main")[1]
