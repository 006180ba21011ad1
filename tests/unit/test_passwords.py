"""Passwords: what is refused beside what Django knows."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError


@pytest.mark.parametrize("password", ["instainstru", "InstaInstru2026", "insta-instru!!", "my-INSTAINSTRU-1"])
def test_our_name_and_little_more_is_refused(password):
    with pytest.raises(ValidationError, match="mostly our name"):
        validate_password(password)


@pytest.mark.parametrize(
    "password", ["instainstru and a whole sentence", "Tulip-7-harbour", "ピアノを毎日ひきます", "x" * 5 + "q7" * 60]
)
def test_any_other_text_of_eight_characters_or_more_is_taken(password):
    validate_password(password)


@pytest.mark.parametrize("password", ["short", "password", "12345678", "qwertyuiop"])
def test_what_everybody_chooses_is_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password)
