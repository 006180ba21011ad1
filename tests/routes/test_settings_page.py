"""The page on which an instructor sets padding and overnight guard, and reads what each does."""

import pytest

from instructors.models import InstructorProfile
from tests.routes.html import Page

SETTINGS = "/teaching/settings/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def anas(ana_teaches_piano, ana, visit):
    """Ana's browser."""
    return visit(ana)


def test_the_page_explains_what_each_does_and_shows_what_nobody_sets(anas):
    shown = Page(anas.get(SETTINGS))
    assert "after a lesson that ends at 5:00 the next may begin at 5:15" in shown.text
    assert (
        "who books between 8 PM and 8 AM can have your next day from 9 AM, or from 11 AM where you travel" in shown.text
    )
    assert "at least 30 minutes before and after it are kept free" in shown.text
    assert "60 minutes ahead at least, 180 where you travel" in shown.text
    assert "Up to 90 days" in shown.text
    assert {name for name in shown.form("").data if name != "csrfmiddlewaretoken"} == {
        "buffer_minutes",
        "overnight_guard",
    }


def test_what_is_saved_is_shown(anas):
    answer = anas.post(SETTINGS, {"buffer_minutes": "45"})  # an empty box is not sent: the guard is off
    assert (answer.status_code, answer["Location"]) == (303, SETTINGS)
    shown = anas.get(SETTINGS)
    assert "Your settings are saved." in shown.text
    assert Page(shown).form("").data.get("buffer_minutes") == "45"
    assert "overnight_guard" not in Page(shown).form("").data
    assert not InstructorProfile.objects.get().overnight_guard


@pytest.mark.parametrize("typed", ["", "-1", "121", "15.5", "x", "😀", "\x00", str(2**63), "9" * 400])
def test_what_cannot_be_is_said_and_kept_and_changes_nothing(anas, typed):
    answer = anas.post(SETTINGS, {"buffer_minutes": typed, "overnight_guard": "on"})
    assert answer.status_code == 422
    assert "One thing to fix" in answer.text
    assert InstructorProfile.objects.get().buffer_minutes == 15


def test_another_instructor_named_in_the_form_is_not_acted_for(anas, stranger_teaches_guitar):
    named = {
        "instructor": stranger_teaches_guitar.instructor_id,
        "instructor_id": stranger_teaches_guitar.instructor_id,
    }
    assert anas.post(SETTINGS, {"buffer_minutes": "60", **named}).status_code == 303
    stranger_teaches_guitar.instructor.refresh_from_db()
    assert stranger_teaches_guitar.instructor.buffer_minutes == 15


def test_htmx_gets_the_part_and_is_sent_on(anas):
    bad = anas.post(SETTINGS, {"buffer_minutes": "x"}, headers=HTMX)
    assert (bad.status_code, bad.text.strip()[:18]) == (422, '<div id="settings"')
    assert anas.post(SETTINGS, {"buffer_minutes": "5"}, headers=HTMX)["HX-Redirect"] == SETTINGS


def test_the_form_without_its_key_changes_nothing(visit, ana_teaches_piano, ana):
    assert visit(ana, strict=True).post(SETTINGS, {"buffer_minutes": "60"}).status_code == 403
    assert InstructorProfile.objects.get().buffer_minutes == 15
