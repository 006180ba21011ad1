"""Working hours as people type them."""

import pytest
from django.forms import ValidationError

from instructors.forms.hours import HoursField, hours_text


@pytest.mark.parametrize(
    ("typed", "stretches"),
    [
        ("", []),
        (" , ", []),
        ("09:00-12:00", [(540, 720)]),
        ("9:00-12:00", [(540, 720)]),
        ("09:00 – 12:00", [(540, 720)]),
        ("09:00 to 12:00", [(540, 720)]),
        ("14:00-24:00, 09:00-12:00,", [(540, 720), (840, 1440)]),
        ("14:00-00:00", [(840, 1440)]),
        ("00:00-24:00", [(0, 1440)]),
        ("9-17", [(540, 1020)]),
        ("9am-5pm", [(540, 1020)]),
        ("9:30 AM - 12 PM, 1 pm to 5.30 PM", [(570, 720), (780, 1050)]),
        ("12am-2am", [(0, 120)]),
    ],
)
def test_stretches_are_read_as_people_type_them(typed, stretches):
    assert HoursField(required=False).clean(typed) == stretches


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("nine to five", "“nine to five” is no stretch"),
        ("09:00", "no stretch"),
        ("09:00-12:00 14:00-17:00", "no stretch"),
        ("09:10-12:00", "quarter hour"),
        ("12:00-09:00", "end after they begin"),
        ("9-5", "5 PM is 17:00"),
        ("13pm-14pm", "HH:MM"),
        ("09:00-12:00, 11:00-13:00", "overlap"),
        ("24:00-24:00", "HH:MM"),
        ("09:00-99:00", "HH:MM"),
        ("<script>", "“<script>” is no stretch"),
    ],
)
def test_what_cannot_be_hours_is_refused_with_a_sentence(typed, why):
    with pytest.raises(ValidationError, match=why):
        HoursField(required=False).clean(typed)


@pytest.mark.parametrize(
    ("stretches", "text"),
    [
        ([], ""),
        ([(540, 720), (840, 1440)], "09:00-12:00, 14:00-24:00"),
        ([(0, 1440)], "00:00-24:00"),
        ([(0, 30)], "00:00-00:30"),
    ],
)
def test_hours_are_shown_as_they_are_typed(stretches, text):
    assert hours_text(stretches) == text
    assert HoursField(required=False).clean(text) == stretches
