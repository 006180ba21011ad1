"""Prices per hour: within bounds that are named, as people type them."""

import pytest
from django.core.exceptions import ValidationError

from instainstru.core import money
from instainstru.core.policy import Place
from instructors.forms.offering import RateField, ServiceForm

TERMS = {"levels": ["beginner"], "ages": ["adults"], "lengths": ["60"]}


@pytest.mark.parametrize(
    ("place", "cents", "fault"),
    [
        (Place.ONLINE, 5999, "At least $60 an hour online."),
        (Place.ONLINE, 6000, None),
        (Place.STUDENT, 7999, "At least $80 an hour in person."),
        (Place.STUDENT, 8000, None),
        (Place.INSTRUCTOR, 7999, "At least $80 an hour in person."),
        (Place.INSTRUCTOR, 8000, None),
        (Place.ONLINE, 100_000, None),
        (Place.ONLINE, 100_001, "At most $1,000 an hour."),
        (Place.ONLINE, 0, "At least $60 an hour online."),
    ],
)
def test_a_price_out_of_bounds_is_told_the_number(place, cents, fault):
    assert money.rate_fault(place=place, hourly_cents=cents) == fault


@pytest.mark.parametrize(
    ("typed", "cents"),
    [("95", 9500), (" $95 ", 9500), ("95.5", 9550), ("87.50", 8750), ("1,000", 100_000), ("$1,000.00", 100_000)],
)
def test_a_price_is_read_as_people_write_it(typed, cents):
    assert RateField(place=Place.ONLINE).clean(typed) == cents


@pytest.mark.parametrize("typed", ["", "  ", "$", None])
def test_no_price_is_no_place(typed):
    assert RateField(place=Place.ONLINE).clean(typed) is None


NO_PRICES = ["-95", "60,5", "87,50", "1,00", "95.505", "ninety", "NaN", "Infinity", "9" * 400, "1e9", "95\0", "٩x"]


@pytest.mark.parametrize("typed", NO_PRICES)
def test_what_is_no_price_is_refused(typed):
    with pytest.raises(ValidationError):
        RateField(place=Place.ONLINE).clean(typed)


def test_a_service_has_a_price_at_one_place_at_least():
    form = ServiceForm(TERMS, places=[Place.STUDENT, Place.ONLINE])
    assert not form.is_valid()
    assert form.errors == {"price_student_place": ["Give a price for at least one place."]}
    one = ServiceForm({**TERMS, "price_online": "70"}, places=[Place.STUDENT, Place.ONLINE])
    assert one.is_valid()
    assert one.prices == {Place.ONLINE: 7000}


def test_a_wrong_price_is_said_once():
    form = ServiceForm({**TERMS, "price_online": "7"}, places=[Place.STUDENT, Place.ONLINE])
    assert form.errors == {"price_online": ["At least $60 an hour online."]}
