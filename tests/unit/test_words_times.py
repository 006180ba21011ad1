"""Times of day, lengths and days in plain words."""

from datetime import datetime

import pytest

from instainstru.core.time import NEW_YORK
from instructors.models import Sort
from tests.vocabulary import said, understood

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "after", "before"),
    [
        ("5pm", "17:00", None),
        ("5 p.m.", "17:00", None),
        ("5p", "17:00", None),
        ("5 P.M", "17:00", None),
        ("530pm", "17:30", None),
        ("17:00", "17:00", None),
        ("17h30", "17:30", None),
        ("at 17h", "17:00", None),
        ("at 1630", "16:30", None),
        ("at 5", "17:00", None),
        ("@ 5", "17:00", None),
        ("at 8", "08:00", None),
        ("at 12", "12:00", None),
        ("at 3 or 4", "15:00", None),
        ("after 5", "17:00", None),
        ("5 or later", "17:00", None),
        ("5pm+", "17:00", None),
        ("5pm est", "17:00", None),
        ("no earlier than 4", "16:00", None),
        ("half past 5", "17:30", None),
        ("half past noon", "12:30", None),
        ("quarter past 5", "17:15", None),
        ("a quarter to 6", "17:45", None),
        ("quarter to 1", "12:45", None),
        ("10 past 5", "17:10", None),
        ("five thirty", "17:30", None),
        ("5 o'clock", "17:00", None),
        ("noon", "12:00", None),
        ("midday", "12:00", None),
        ("midnight", "00:00", None),
        ("7 in the morning", "07:00", None),
        ("8 in the evening", "20:00", None),
        ("after school", "15:00", None),
        ("after work", "17:00", None),
        ("after lunch", "13:00", None),
        ("before noon", None, "12:00"),
        ("by 9am", None, "09:00"),
        ("until 6", None, "18:00"),
        ("until midnight", None, "00:00"),
        ("no later than 8pm", None, "20:00"),
        ("done by 6", None, "18:00"),
        ("before work", None, "09:00"),
        ("from 5 to 7", "17:00", "19:00"),
        ("between 5 and 7pm", "17:00", "19:00"),
        ("5-7pm", "17:00", "19:00"),
        ("5–7 PM", "17:00", "19:00"),
        ("5 or 6pm", "17:00", "18:00"),
        ("16h-18h", "16:00", "18:00"),
        ("9-11am", "09:00", "11:00"),
        ("11am-1", "11:00", "13:00"),
        ("10-2", "10:00", "14:00"),
        ("6-9", "18:00", "21:00"),
        ("9 to 5", "09:00", "17:00"),
        ("8pm to midnight", "20:00", "00:00"),
        ("after 7 before 9", "19:00", "21:00"),
        ("around 6", "17:00", "19:00"),
        ("~7pm", "18:00", "20:00"),
        ("5ish", "16:00", "18:00"),
        ("noonish", "11:00", "13:00"),
        ("around midnight", "23:00", "00:00"),
        ("morning", "06:00", "12:00"),
        ("afternoons", "12:00", "17:00"),
        ("in the evening", "17:00", "22:00"),
        ("weeknights", "17:00", "22:00"),
        ("early morning", "06:00", "09:00"),
        ("late afternoon", "15:00", "17:00"),
        ("lunchtime", "12:00", "14:00"),
        ("morning or afternoon", "06:00", "17:00"),
        ("evenings after 6", "18:00", "22:00"),
        ("mornings before 10", "06:00", "10:00"),
        ("evening around 8", "19:00", "21:00"),
        ("evening after 10", "22:00", None),
        ("mornings at 7", "07:00", "12:00"),
        ("mornings at 12:30", "12:30", None),
        ("8-10 in the evening", "20:00", "22:00"),
        ("5", None, None),
        ("at 27", None, None),
        ("at 5:75", None, None),
        ("2-3 times a week", None, None),
        ("14pm", "14:00", None),
        ("99pm", None, None),
    ],
)
def test_a_time_of_day(text, after, before):
    found = said(f"piano {text}")
    assert (found.get("after"), found.get("before")) == (after, before)
    assert found["subject"] == "piano"


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("90 min", 90),
        ("90min", 90),
        ("90 minutes", 90),
        ("45-minute", 45),
        ("1.5 hours", 90),
        ("1½ hours", 90),
        ("½ hour", 30),
        ("1/2 hour", 30),
        ("one and a half hours", 90),
        ("1 1/2 hours", 90),
        ("an hour", 60),
        ("hour long", 60),
        ("half an hour", 30),
        ("half-hour", 30),
        ("1h30", 90),
        ("1h 15m", 75),
        ("1 hour 30 minutes", 90),
        ("hour and a half", 90),
        ("an hour and a quarter", 75),
        ("3/4 hour", 45),
        ("two hours", 120),
        ("2-3 hours", 120),
        ("45 to 60 min", 45),
        ("50 minutes", 60),  # lessons are a multiple of 15 minutes long
        ("20 minutes", 30),
        ("4 hours", 240),
        ("5 hours", None),
        ("0 minutes", None),
        ("10 minutes walk", None),
        ("10 minutes away", None),
    ],
)
def test_a_length(text, minutes):
    found = said(f"piano {text}")
    assert found.get("minutes") == minutes
    assert "after" not in found
    assert "max_price_cents" not in found


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("today", "03-01", "03-01"),
        ("tomorrow", "03-02", "03-02"),
        ("tmrw", "03-02", "03-02"),
        ("day after tomorrow", "03-03", "03-03"),
        ("today or tomorrow", "03-01", "03-02"),
        ("tomorrow or friday", "03-02", "03-05"),
        ("saturday or tomorrow", "03-02", "03-06"),
        ("this morning", "03-01", "03-01"),
        ("tonight", "03-01", "03-01"),
        ("monday", "03-01", "03-01"),
        ("wed", "03-03", "03-03"),
        ("thursdays", "03-04", "03-04"),
        ("this saturday", "03-06", "03-06"),
        ("next tuesday", "03-09", "03-09"),
        ("tuesday next week", "03-09", "03-09"),
        ("next week tuesday", "03-09", "03-09"),
        ("a week from tuesday", "03-09", "03-09"),
        ("mon or tue", "03-01", "03-02"),
        ("sun or mon", "03-07", "03-08"),
        ("tue, thu or sat", "03-02", "03-06"),
        ("mon-fri", "03-01", "03-05"),
        ("fri to mon", "03-05", "03-08"),
        ("weekend", "03-06", "03-07"),
        ("next weekend", "03-13", "03-14"),
        ("weekend after next", "03-20", "03-21"),
        ("this week", "03-01", "03-07"),
        ("next week", "03-08", "03-14"),
        ("rest of the week", "03-01", "03-07"),
        ("week after next", "03-15", "03-21"),
        ("week of march 17", "03-15", "03-21"),
        ("this month", "03-01", "03-31"),
        ("next month", "04-01", "04-30"),
        ("in april", "04-01", "04-30"),
        ("december", "12-01", "12-31"),
        ("in 3 days", "03-04", "03-04"),
        ("in a week", "03-08", "03-08"),
        ("2 weeks from now", "03-15", "03-15"),
        ("in the next 5 days", "03-01", "03-06"),
        ("within a week", "03-01", "03-08"),
        ("dec 5", "12-05", "12-05"),
        ("5 december", "12-05", "12-05"),
        ("the 5th of december", "12-05", "12-05"),
        ("december 5th", "12-05", "12-05"),
        ("sunday dec 5", "12-05", "12-05"),
        ("dec 5-8", "12-05", "12-08"),
        ("5-8 dec", "12-05", "12-08"),
        ("dec 30 to jan 2", "12-30", "2028-01-02"),
        ("from dec 5 to dec 8", "12-05", "12-08"),
        ("12/5", "12-05", "12-05"),
        ("25/12", "12-25", "12-25"),
        ("12/5/27", "12-05", "12-05"),
        ("12/5-12/8", "12-05", "12-08"),
        ("2027-12-05", "12-05", "12-05"),
        ("on the 5th", "03-05", "03-05"),
        ("the 31st", "03-31", "03-31"),
        ("christmas eve", "12-24", "12-24"),
        ("valentine's day", "2028-02-14", "2028-02-14"),
        ("feb 3", "2028-02-03", "2028-02-03"),  # what is past comes again next year
        ("feb 29", "2028-02-29", "2028-02-29"),
        ("by friday", "03-01", "03-05"),
        ("before friday", "03-01", "03-04"),
        ("before june", "03-01", "05-31"),
        ("before my exam on march 15", "03-01", "03-14"),
        ("from friday", "03-05", None),
        ("after friday", "03-06", None),
        ("right now", "03-01", "03-01"),
        ("feb 30", None, None),
        ("13/13", None, None),
        ("13/13-14/14", None, None),
        ("2/30-3/4", "03-04", "03-04"),
        ("2/28-2/30", "2028-02-28", "2028-02-28"),
        ("2027-13-01", None, None),
        ("dec 5-39", "12-05", "12-05"),
        ("the 32nd", None, None),
        ("24/7", None, None),
        ("not on monday", None, None),
        ("except weekends", None, None),
        ("may", None, None),
        ("second", None, None),
    ],
)
def test_a_day(text, first, last):
    found = said(f"piano {text}")

    def whole(day):
        return day and (day if day.startswith("2028") else f"2027-{day}")

    assert (found.get("date_from"), found.get("date_to")) == (whole(first), whole(last))


@pytest.mark.parametrize(
    ("now", "text", "first", "last"),
    [
        ("2027-03-07T09:00", "this weekend", "2027-03-07", "2027-03-07"),
        ("2027-03-06T09:00", "weekend", "2027-03-06", "2027-03-07"),
        ("2027-03-07T09:00", "sat or sun", "2027-03-13", "2027-03-14"),
        ("2027-03-07T09:00", "next tuesday", "2027-03-09", "2027-03-09"),
        ("2027-03-04T23:59", "today", "2027-03-04", "2027-03-04"),
        ("2027-12-30T12:00", "this month", "2027-12-30", "2027-12-31"),
        ("2027-12-30T12:00", "next month", "2028-01-01", "2028-01-31"),
        ("2027-12-30T12:00", "next december", "2028-12-01", "2028-12-31"),
        ("2027-12-30T12:00", "the 5th", "2028-01-05", "2028-01-05"),
        ("2027-03-31T12:00", "the 30th", "2027-04-30", "2027-04-30"),
    ],
)
def test_a_day_by_the_calendar_of_today(now, text, first, last):
    found = said(f"piano {text}", datetime.fromisoformat(now).replace(tzinfo=NEW_YORK))
    assert (found["date_from"], found["date_to"]) == (first, last)


def test_hours_from_now():
    assert said("in 2 hours") == {"date_from": "2027-03-01", "date_to": "2027-03-01", "after": "14:00"}
    assert said("within the next 3 hours") == {"date_from": "2027-03-01", "date_to": "2027-03-01", "before": "15:00"}
    late = datetime(2027, 3, 1, 23, 10, tzinfo=NEW_YORK)
    assert said("in an hour", late) == {"date_from": "2027-03-02", "date_to": "2027-03-02"}
    assert said("within 2 hours", late) == {"date_from": "2027-03-01", "date_to": "2027-03-02"}
    assert said("in 20 minutes", late)["after"] == "23:30"
    assert "after" not in said("in 99 hours")


def test_sat_is_the_exam_or_the_day():
    assert said("sat") == said("sat tutor") == {"subject": "sat"}
    assert said("piano sat")["date_from"] == "2027-03-06"
    assert said("sat 10am") == {"date_from": "2027-03-06", "date_to": "2027-03-06", "after": "10:00"}
    assert said("on sat")["date_from"] == "2027-03-06"
    both = said("SAT math sat morning")
    assert (both["subject"], both["date_from"], both["after"]) == ("sat", "2027-03-06", "06:00")
    assert said("sat tutor sat")["date_from"] == "2027-03-06"


@pytest.mark.parametrize(
    ("text", "sort"),
    [("cheap", Sort.PRICE), ("asap", Sort.SOONEST), ("best rated", Sort.RATING), ("now", Sort.SOONEST), ("", None)],
)
def test_an_order(text, sort):
    assert understood(f"piano {text}").sort == sort
    assert "sort" not in said(f"piano {text}")


TUESDAY = datetime(2026, 11, 24, 10, tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("nov 28-29", "2026-11-28", "2026-11-29"),
        ("nov 28 to 29", "2026-11-28", "2026-11-29"),
        ("dec 24-26", "2026-12-24", "2026-12-26"),
        ("24-26 december", "2026-12-24", "2026-12-26"),
        ("dec 5 40-60", "2026-12-05", "2026-12-05"),
        ("dec 24-26 $60", "2026-12-24", "2026-12-26"),
        ("thanksgiving", "2026-11-26", "2026-11-26"),
        ("before thanksgiving", "2026-11-24", "2026-11-25"),
    ],
)
def test_days_of_a_month_are_no_prices(text, first, last):
    found = said(f"piano {text}", TUESDAY)
    assert (found["date_from"], found["date_to"]) == (first, last)
    assert ("max_price_cents" in found) == ("60" in text)
    assert "rest" not in found


def test_thanksgiving_comes_again():
    assert said("thanksgiving", TUESDAY.replace(day=27))["date_from"] == "2027-11-25"


@pytest.mark.parametrize(
    ("text", "after", "before"),
    [
        ("8 tonight", "20:00", "22:00"),
        ("8 tomorrow night", "20:00", "22:00"),
        ("friday 6", "18:00", None),
        ("sat 10", "10:00", None),
        ("10 saturday morning", "10:00", "12:00"),
        ("eight tonight", "20:00", "22:00"),
        ("8 year old tonight", "17:00", "22:00"),
        ("kid 8 tonight", "17:00", "22:00"),
        ("45 min tonight", "17:00", "22:00"),
        ("$8 tonight", "17:00", "22:00"),
        ("friday 2 kids", None, None),
        ("friday 3 lessons", None, None),
        ("one friday", None, None),
        ("for 8 friday", None, None),
        ("9am-noon", "09:00", "12:00"),
        ("noon-2", "12:00", "14:00"),
        ("6pm-midnight", "18:00", "00:00"),
        ("today before 8", None, "20:00"),
        ("today after 9", "21:00", None),
        ("today after 11", "11:00", None),
        ("today before 8am", None, "08:00"),
        ("tomorrow before 8", None, "08:00"),
        ("today 9 to 5", "09:00", "17:00"),
    ],
)
def test_an_hour_by_what_stands_beside_it(text, after, before):
    found = said(f"piano {text}", TUESDAY)
    assert (found.get("after"), found.get("before")) == (after, before)


@pytest.mark.parametrize(
    "text", ["SAT sat", "SAT saturday", "SAT on sat", "SAT this saturday", "sat sat morning", "saturday sat"]
)
def test_the_exam_on_a_saturday(text):
    found = said(text, TUESDAY)
    assert (found["subject"], found["date_from"], found["date_to"]) == ("sat", "2026-11-28", "2026-11-28")
    assert "rest" not in found


def test_saturday_said_twice_beside_another_subject_is_the_day():
    assert said("piano sat saturday", TUESDAY)["subject"] == "piano"
