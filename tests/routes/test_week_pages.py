"""An instructor's single weeks: typed, filled with one press, saved, copied and used for more days."""

from datetime import date, timedelta

import pytest

from instainstru.core import clock
from instructors.models import DatedHours
from tests.fixtures import NOON, TOMORROW, book, off
from tests.routes.html import Page

MONDAY = date(2027, 3, 8)
WEEK, NEXT, THIS = "/teaching/weeks/2027-03-08/", "/teaching/weeks/2027-03-15/", "/teaching/weeks/2027-03-01/"
APPLY = f"{WEEK}apply/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def anas(ana_teaches_piano, ana, visit):
    """Ana's browser."""
    return visit(ana)


def typed(answer):
    """What stands in the form of the week."""
    return Page(answer).form("").data


def dated():
    """The rows of single days, as (date, opens, closes)."""
    return list(DatedHours.objects.order_by("day", "opens").values_list("day", "opens", "closes"))


def test_the_way_to_the_week_is_the_current_one(anas):
    answer = anas.get("/teaching/week/")
    assert (answer.status_code, answer["Location"]) == (302, THIS)
    with clock.at(NOON + timedelta(days=6, hours=11)):
        assert anas.get("/teaching/week/")["Location"] == THIS
    with clock.at(NOON + timedelta(days=6, hours=12)):
        assert anas.get("/teaching/week/")["Location"] == WEEK


def test_a_week_shows_its_hours_its_lessons_and_its_time_off(anas, ana_teaches_piano, sam):
    lesson = book(sam, ana_teaches_piano, at="15:00", day=MONDAY)
    off(ana_teaches_piano, "18:00", "24:00", day=MONDAY + timedelta(days=1))
    answer = anas.get(WEEK)
    shown = Page(answer)
    assert {name: text for name, text in typed(answer).items() if name.startswith("day_")} == {
        f"day_{weekday}": "09:00-21:00" for weekday in range(7)
    }
    assert "Piano , 3:00 PM to 4:00 PM" in shown.text
    assert f"/lessons/{lesson.reference}/" in shown.links
    assert "Time off: Dentist (Tuesday 9 March, 6:00 PM to Wednesday 10 March, 12:00 AM)" in shown.text
    assert {THIS, NEXT, "/teaching/hours/"} <= set(shown.links)
    assert "Sam" not in shown.text


def test_weeks_end_where_they_can_be_set_no_more(anas):
    assert "/teaching/weeks/2027-02-22/" not in Page(anas.get(THIS)).links
    last = "/teaching/weeks/2028-02-28/"
    shown = Page(anas.get(last))
    assert "/teaching/weeks/2028-03-06/" not in shown.links
    assert "copy to the week" not in shown.text


@pytest.mark.parametrize(
    ("day", "status"),
    [
        ("2027-03-09", 404),
        ("2027-02-22", 404),
        ("9999-12-27", 404),
        ("0001-01-01", 404),
        ("2027-02-30", 404),
        ("2027-13-01", 404),
        ("0000-00-00", 404),
        ("monday", 404),
        ("2027-3-8", 404),
        ("２０２７-03-08", 404),
    ],
)
def test_a_monday_that_is_none_is_said_and_breaks_nothing(anas, day, status):
    for address in (f"/teaching/weeks/{day}/", f"/teaching/weeks/{day}/apply/"):
        assert anas.get(address).status_code == status
        assert anas.post(address, {"version": "x"}).status_code == status
    if day in ("2027-02-22", "9999-12-27", "2027-03-09"):
        assert (
            "begin on a Monday" in (text := anas.get(f"/teaching/weeks/{day}/").text) or "over" in text or "366" in text
        )


def test_a_saved_week_is_the_week_and_its_other_days_are_marked(anas):
    answer = anas.post(WEEK, typed(anas.get(WEEK)) | {"day_0": "9:00-12:00", "day_6": ""})
    assert (answer.status_code, answer["Location"]) == (303, WEEK)
    shown = anas.get(WEEK)
    assert "Your week is saved." in shown.text
    assert (typed(shown)["day_0"], typed(shown)["day_6"]) == ("09:00-12:00", "")
    assert dated() == [(MONDAY, 540, 720), (MONDAY + timedelta(days=6), None, None)]
    marked = [line for line in shown.text.splitlines() if 'class="plan-own small"' in line]
    assert sum("hidden" not in line for line in marked) == 2


def test_a_line_that_is_no_hours_is_said_beside_its_day_and_the_rest_is_kept(anas):
    week = typed(anas.get(WEEK))
    answer = anas.post(WEEK, week | {"day_3": "nine to five", "day_4": "10:00-11:00"})
    assert answer.status_code == 422
    assert "“nine to five” is no stretch. Write 09:00-12:00 or 9 AM-12 PM." in answer.text
    assert (typed(answer)["day_3"], typed(answer)["day_4"]) == ("nine to five", "10:00-11:00")
    assert dated() == []


@pytest.mark.parametrize("text", ["\x00", "😀", "9" * 300, str(2**63), "99:99-99:99", "<script>alert(1)</script>"])
def test_what_can_never_be_hours_is_refused_as_a_form(anas, text):
    answer = anas.post(WEEK, typed(anas.get(WEEK)) | {"day_0": text})
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text
    stale = anas.post(WEEK, {"version": text.replace("\x00", "x")[:60], "day_0": "10:00-11:00"})
    assert stale.status_code == 409
    assert dated() == []


def test_a_day_that_is_not_sent_keeps_its_hours(anas):
    anas.post(WEEK, typed(anas.get(WEEK)) | {"day_0": "10:00-11:00"})
    version = typed(anas.get(WEEK))["version"]
    assert anas.post(WEEK, {"version": version, "day_1": ""}).status_code == 303
    assert [row[0] for row in dated()] == [MONDAY, MONDAY + timedelta(days=1)]


# Filled with one press, without JavaScript


@pytest.mark.parametrize(
    ("preset", "text"),
    [("nine-to-five", "09:00-17:00"), ("evening", "17:00-22:00"), ("off", ""), ("usual", "09:00-21:00")],
)
def test_a_preset_fills_its_day_and_saves_nothing(anas, preset, text):
    anas.post(WEEK, typed(anas.get(WEEK)) | {"day_2": "10:00-11:00"})
    rows, week = dated(), typed(anas.get(WEEK))
    answer = anas.post(WEEK, week | {"day_1": "typed but not yet right", "fill": f"day_2:{preset}"})
    assert answer.status_code == 200
    assert typed(answer) | {"csrfmiddlewaretoken": ""} == week | {
        "day_1": "typed but not yet right",
        "day_2": text,
        "csrfmiddlewaretoken": "",
    }
    assert "Filled in, not saved yet." in answer.text
    assert dated() == rows


@pytest.mark.parametrize("fill", ["day_9:off", "day_1:nonsense", "version:off", "", ":", "😀", "day_2"])
def test_a_preset_that_there_is_not_fills_nothing(anas, fill):
    for address in (WEEK, "/teaching/hours/"):
        week = typed(anas.get(address))
        answer = anas.post(address, week | {"fill": fill})
        assert answer.status_code == 200
        assert {name: text for name, text in typed(answer).items() if name.startswith("day_")} == {
            name: text for name, text in week.items() if name.startswith("day_")
        }


def test_the_repeating_week_is_filled_the_same_way(anas):
    week = typed(anas.get("/teaching/hours/"))
    answer = anas.post("/teaching/hours/", week | {"fill": "day_2:evening"})
    assert (answer.status_code, typed(answer)["day_2"]) == (200, "17:00-22:00")
    assert "Filled in, not saved yet." in answer.text
    assert anas.post("/teaching/hours/", typed(answer)).status_code == 303
    assert typed(anas.get("/teaching/hours/"))["day_2"] == "17:00-22:00"


# A change in between


def test_a_save_over_a_newer_one_shows_both_and_loses_neither(anas):
    """Ana has the page open twice."""
    first, second = typed(anas.get(WEEK)), typed(anas.get(WEEK))
    assert anas.post(WEEK, first | {"day_0": "10:00-11:00"}).status_code == 303
    answer = anas.post(WEEK, second | {"day_0": "15:00-16:00", "day_1": ""})
    assert answer.status_code == 409
    shown = Page(answer).text
    assert "This week was changed meanwhile" in shown
    assert "Monday 8 March 10:00-11:00 15:00-16:00" in shown
    assert "Tuesday 9 March 09:00-21:00 Off" in shown
    assert "Wednesday 10 March 09:00-21:00 The same" in shown
    kept = typed(answer)
    assert (kept["day_0"], kept["day_1"]) == ("15:00-16:00", "")
    assert dated() == [(MONDAY, 600, 660)]
    assert WEEK in Page(answer).links  # take what is saved
    assert anas.post(WEEK, kept).status_code == 303  # knowingly, over it
    assert dated() == [(MONDAY, 900, 960), (MONDAY + timedelta(days=1), None, None)]


def test_a_change_of_the_repeating_week_is_a_change_in_between(anas):
    week = typed(anas.get(WEEK))
    usual = typed(anas.get("/teaching/hours/"))
    assert anas.post("/teaching/hours/", usual | {"day_5": ""}).status_code == 303
    answer = anas.post(WEEK, week)
    assert answer.status_code == 409
    assert "Saturday 13 March Off 09:00-21:00" in Page(answer).text


def test_the_repeating_week_shows_both_too(anas):
    first, second = typed(anas.get("/teaching/hours/")), typed(anas.get("/teaching/hours/"))
    anas.post("/teaching/hours/", first | {"day_0": "10:00-11:00"})
    answer = anas.post("/teaching/hours/", second | {"day_0": "15:00-16:00"})
    assert answer.status_code == 409
    assert "Monday 10:00-11:00 15:00-16:00" in Page(answer).text
    assert "Tuesday 09:00-21:00 The same" in Page(answer).text


def test_a_form_that_outlived_its_day_changes_no_day_that_is_over(anas):
    week = typed(anas.get(THIS))
    with clock.at(NOON + timedelta(days=2)):
        shown = Page(anas.get(THIS))
        assert "day_1" not in shown.form("").data
        assert "Tuesday 2 March Over. 09:00-21:00" in shown.text
        answer = anas.post(THIS, week | {"day_1": "10:00-11:00", "day_4": "10:00-11:00"})
        assert answer.status_code == 422
        assert "Tuesday 2 March is over: its hours stay as they were." in answer.text
        assert typed(answer)["day_4"] == "10:00-11:00"
        assert dated() == []
        assert anas.post(THIS, week | {"day_4": "10:00-11:00"}).status_code == 303
    assert [row[0] for row in dated()] == [date(2027, 3, 5)]


# Reported


def test_lessons_outside_the_hours_are_named_as_long_as_it_is_so_and_stand(anas, ana_teaches_piano, sam):
    lesson = book(sam, ana_teaches_piano, at="15:00", day=MONDAY)
    assert anas.post(WEEK, typed(anas.get(WEEK)) | {"day_0": ""}).status_code == 303
    for address in (WEEK, WEEK, "/teaching/hours/"):
        shown = Page(anas.get(address))
        assert "Lessons outside these hours" in shown.text
        assert f"Piano, Monday 8 March, 3:00 PM ( {lesson.reference} )" in shown.text
    lesson.refresh_from_db()
    assert lesson.status == "CONFIRMED"
    assert "Lessons outside these hours" not in anas.get(THIS).text


# Copied, and used for more days


def test_a_week_is_saved_and_copied_with_one_press(anas):
    answer = anas.post(WEEK, typed(anas.get(WEEK)) | {"day_0": "10:00-11:00", "then": "copy"})
    assert (answer.status_code, answer["Location"]) == (303, NEXT)
    assert [row[0] for row in dated()] == [MONDAY, MONDAY + timedelta(days=7)]
    assert "Your week is saved, and copied to this one, from 15 March." in Page(anas.get(NEXT)).text


def test_a_week_that_cannot_be_copied_is_saved_all_the_same(anas):
    last = "/teaching/weeks/2028-02-28/"
    answer = anas.post(last, typed(anas.get(last)) | {"day_0": "10:00-11:00", "then": "copy"})
    assert answer["Location"] == last
    assert "Your week is saved, but not copied: Weeks can be set up to 366 days ahead." in Page(anas.get(last)).text
    assert len(dated()) == 1


def test_a_week_is_used_for_more_days_after_a_look_at_what_changes(anas, ana_teaches_piano, sam):
    lesson = book(sam, ana_teaches_piano, at="15:00", day=MONDAY + timedelta(days=7))
    answer = anas.post(WEEK, typed(anas.get(WEEK)) | {"day_0": "10:00-11:00", "then": "apply"})
    assert (answer.status_code, answer["Location"]) == (303, APPLY)
    assert Page(anas.get(APPLY)).form("").data == {"first": "2027-03-15", "last": "2027-05-09"}
    preview = anas.get(APPLY, {"first": "2027-03-15", "last": "2027-03-31"})
    shown = Page(preview)
    assert "3 days would change" in shown.text
    assert "Monday 15 March 2027 09:00-21:00 10:00-11:00" in shown.text
    assert f"Piano, Monday 15 March, 3:00 PM ( {lesson.reference} )" in shown.text
    assert len(dated()) == 1  # looking changes nothing
    done = anas.post(APPLY, shown.form(APPLY).data)
    assert (done.status_code, done["Location"]) == (303, WEEK)
    assert len(dated()) == 4
    told = Page(anas.get(WEEK)).text
    assert "3 days changed, up to Wednesday 31 March." in told
    assert f"They stand as booked: Piano, Monday 15 March, 3:00 PM ({lesson.reference})." in told


def test_a_day_more_than_fits_a_glance_is_folded_away(anas):
    anas.post(WEEK, typed(anas.get(WEEK)) | {f"day_{n}": "" for n in range(7)})
    shown = Page(anas.get(APPLY, {"first": "2027-03-15", "last": "2027-03-29"}))
    assert "15 days would change" in shown.text
    assert "And 1 more day" in shown.text


def test_nothing_to_change_is_said_and_cannot_be_confirmed(anas):
    shown = Page(anas.get(APPLY, {"first": "2027-03-15", "last": "2027-03-31"}))
    assert "Nothing would change" in shown.text
    assert APPLY not in [form.action for form in shown.forms]


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        ("", "", "This field is required."),
        ("x", "2027-03-31", "Enter a valid date."),
        ("2027-03-31", "2027-03-15", "The last day does not come before the first."),
        ("2027-02-28", "2027-03-15", "Choose today or a later day."),
        ("2027-03-15", "2028-03-15", "A week can be used for up to 365 days at once."),
        ("2027-03-15", "2028-03-08", "Hours can be set up to 366 days ahead."),
        ("9999-12-31", "9999-12-31", "Hours can be set up to 366 days ahead."),
        ("\x00", "😀", "Enter a valid date."),
    ],
)
def test_a_range_that_cannot_be_is_said_and_kept(anas, first, last, why):
    for answer in (
        anas.get(APPLY, {"first": first, "last": last}),
        anas.post(APPLY, {"first": first, "last": last, "version": "x", "seen": "x"}),
    ):
        assert answer.status_code == 422
        assert why in answer.text
    assert dated() == []


def test_a_preview_that_is_not_so_any_more_is_shown_anew_and_nothing_done(anas):
    anas.post(WEEK, typed(anas.get(WEEK)) | {"day_0": "10:00-11:00"})
    seen = Page(anas.get(APPLY, {"first": "2027-03-15", "last": "2027-03-31"})).form(APPLY).data
    anas.post(NEXT, typed(anas.get(NEXT)) | {"day_0": "18:00-19:00"})
    rows = dated()
    answer = anas.post(APPLY, seen)
    assert answer.status_code == 409
    assert "Something was changed meanwhile" in answer.text
    assert "Monday 15 March 2027 18:00-19:00 10:00-11:00" in Page(answer).text
    assert dated() == rows
    anas.post(WEEK, typed(anas.get(WEEK)) | {"day_0": "", "day_1": "10:00-11:00"})
    assert anas.post(APPLY, Page(answer).form(APPLY).data).status_code == 409
    latest = Page(anas.post(APPLY, seen)).form(APPLY).data
    assert anas.post(APPLY, latest).status_code == 303


def test_a_confirmation_of_nothing_seen_is_not_taken(anas):
    anas.post(WEEK, typed(anas.get(WEEK)) | {"day_0": "10:00-11:00"})
    version = typed(anas.get(WEEK))["version"]
    assert anas.post(APPLY, {"first": "2027-03-15", "last": "2027-03-31", "version": version}).status_code == 409
    assert len(dated()) == 1


# Who, and how


def test_another_instructor_named_in_the_form_is_not_acted_for(anas, stranger_teaches_guitar):
    named = {
        "instructor": stranger_teaches_guitar.instructor_id,
        "instructor_id": stranger_teaches_guitar.instructor_id,
    }
    assert anas.post(WEEK, typed(anas.get(WEEK)) | named | {"day_0": ""}).status_code == 303
    assert not DatedHours.objects.filter(instructor=stranger_teaches_guitar.instructor_id).exists()
    assert DatedHours.objects.count() == 1


def test_forms_without_their_key_change_nothing(visit, ana, ana_teaches_piano):
    browser = visit(ana, strict=True)
    version = typed(browser.get(WEEK))["version"]
    for address, body in ((WEEK, {"day_0": ""}), (APPLY, {"first": "2027-03-15", "last": "2027-03-15", "seen": "x"})):
        assert browser.post(address, body | {"version": version}).status_code == 403
    assert dated() == []


def test_htmx_gets_the_part_and_is_sent_on(anas):
    week = typed(anas.get(WEEK))
    for body, status in (({"day_0": "x"}, 422), ({"version": "old"}, 409), ({"fill": "day_0:off"}, 200)):
        answer = anas.post(WEEK, week | body, headers=HTMX)
        assert answer.status_code == status
        assert answer.text.strip().startswith('<div id="week"')
    assert anas.post(WEEK, week, headers=HTMX)["HX-Redirect"] == WEEK
    assert anas.post(WEEK, week | {"then": "copy"}, headers=HTMX)["HX-Redirect"] == NEXT


def test_what_the_week_says_is_bookable_at_once_and_nothing_else(anas, ana_teaches_piano, sam, api):
    book(sam, ana_teaches_piano, at="10:00", day=TOMORROW)
    anas.post(THIS, typed(anas.get(THIS)) | {"day_2": "", "day_3": "18:00-19:00"})
    found = api().get("/api/instructors/ana-r/free-times?place=online&days=7").json()["times"]
    days = {time[:10] for time in found}
    assert "2027-03-02" in days
    assert "2027-03-03" not in days
    assert [time[11:16] for time in found if time.startswith("2027-03-04")] == ["18:00"]
