"""Plain words on the real catalogue and map: typos, names, statements, and how many are understood exactly."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from instructors.models import Subject
from instructors.services import reference_data
from instructors.services.kept import Part, changed
from instructors.services.words import quality, understand
from tests.fixtures import NOON


@pytest.fixture(autouse=True)
def _names(db: None) -> None:
    reference_data.load_places()
    reference_data.load_catalogue()


def understood(text: str) -> dict[str, object]:
    return understand(text=text, now=NOON).answer()


@pytest.mark.parametrize("group", ["dev", "held", "blind"])
def test_nineteen_of_twenty_labelled_queries_are_understood_exactly(group):
    measured = quality.measure(queries=quality.labelled(group))
    assert measured.asked >= (200 if group == "dev" else 60)
    assert measured.exact / measured.asked >= 0.95, measured.misses


def test_the_command_prints_a_rate_for_each_field_and_shows_what_failed(monkeypatch):
    said = StringIO()
    call_command("measure_words", set="held", stdout=said)
    lines = said.getvalue().splitlines()
    assert re.fullmatch(r"all fields +\d+ of +\d+ +\d+\.\d%", lines[-1])
    assert {line.split()[0] for line in lines} >= {"subject", "neighborhoods", "date_from", "max_price_cents", "rest"}
    wrong = [quality.Labelled("held", "piano", NOON, {"subject": "violin"})]
    monkeypatch.setattr(quality, "labelled", lambda group: wrong)
    said = StringIO()
    call_command("measure_words", failures=True, stdout=said)
    assert said.getvalue().splitlines() == [
        "piano",
        "    subject: expected violin, understood piano",
        "subject             0 of    1    0.0%",
        "all fields          0 of    1    0.0%",
    ]


def test_the_command_knows_its_sets():
    with pytest.raises(CommandError, match="no such set"):
        call_command("measure_words", set="nosuch")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("paino", "piano"),
        ("calclus", "calculus"),
        ("spannish", "spanish"),
        ("guittar", "guitar"),
        ("gutair", "guitar"),
        ("joga", "yoga"),
        ("violn", "violin"),
        ("chemestry", "chemistry"),
        ("swiming", "swimming"),
        ("pianolessons", "piano"),
    ],
)
def test_a_mistyped_subject_is_the_one_that_was_meant(typed, meant):
    assert understood(typed) == {"subject": meant}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("wiliamsburg", "williamsburg"), ("astoira", "astoria"), ("upper wset side", "uws"), ("parkslope", "park slope")],
)
def test_a_mistyped_place_is_the_one_that_was_meant(typed, meant):
    assert understood(typed) == understood(meant) != {}


@pytest.mark.parametrize("word", ["math", "rowing", "gold", "hiking", "failing", "food", "cards", "friend", "xqzkw"])
def test_words_that_only_look_like_a_subject_stay_text(word):
    assert understood(word) == {"rest": word}


def test_an_instructors_first_name_is_no_mistyped_subject(ana_teaches_piano, ana):
    assert understood("Pianno") == {"subject": "piano"}
    ana.first_name = "Pianno"
    ana.save()
    assert understood("Pianno") == {"rest": "Pianno"}


def test_known_words_cost_no_statement_and_all_unknown_ones_together_one(django_assert_num_queries):
    understood("warm")
    with django_assert_num_queries(0):
        understood("piano for my 8 year old in park slope under $90 tomorrow after 5")
    with django_assert_num_queries(1):
        understood("paino calclus wiliamsburg")


def test_a_changed_catalogue_is_read_anew(django_capture_on_commit_callbacks):
    assert understood("theremin") == {"rest": "theremin"}
    with django_capture_on_commit_callbacks(execute=True):
        Subject.objects.filter(slug="piano").update(search_words=["theremin"])
        changed(Part.CATALOGUE)
    assert understood("theremin") == {"subject": "piano"}


@pytest.mark.parametrize(
    "text",
    ["", " ", "\x00", "piano\x00tomorrow", "\ud800", "𝕻𝖎𝖆𝖓𝖔", "🎹" * 50, "x" * 10_000, "שיעורי פסנתר", "%_\\'\";--"],
)
def test_nothing_that_can_be_typed_is_an_error(text):
    understand(text=text, now=NOON)
