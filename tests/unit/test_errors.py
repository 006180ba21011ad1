"""What the product refuses, said for people and for programs."""

import pytest

from instainstru.core import errors
from instainstru.core.errors import Busy, DomainError, Invalid, NotFound


def test_an_error_says_its_sentence_unless_given_another():
    assert (str(NotFound()), str(NotFound("No such lesson."))) == (NotFound.sentence, "No such lesson.")


def test_one_wrong_field_is_named():
    wrong = Invalid.field("start_time", "Too early.")
    assert (wrong.message, wrong.fields) == ("Too early.", {"start_time": ["Too early."]})


@pytest.mark.parametrize(("error", "status"), [(Invalid, 422), (NotFound, 404), (Busy, 503)])
def test_a_page_answers_422_to_what_a_person_can_mend(error, status):
    assert error().page_status == status


def test_every_error_has_a_code_a_status_and_a_sentence():
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, DomainError)]
    for kind in kinds:
        if kind is not DomainError:
            assert kind.code
            assert 400 <= kind.status < 600
            assert kind.sentence.endswith((".", "!"))
