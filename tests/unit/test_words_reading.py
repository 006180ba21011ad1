"""How a text is read: its words, what they say again, typos, and whatever else may be typed."""

import re
from datetime import date, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instainstru.core import policy
from instructors.services.words import spelling
from instructors.services.words.reading import read
from instructors.services.words.tokens import phrase_of, tidy, tokens_of
from instructors.services.words.understood import FIELDS, Understood
from instructors.services.words.vocabulary import AreaWords, SubjectWords, Vocabulary
from tests.vocabulary import NOON, VOCABULARY, everything_alike, said, understood

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Hell’s Kitchen", "hells kitchen"),
        ("Quinceañera & Sweet 16", "quinceanera and sweet 16"),
        ("8yo", "8 yo"),
        ("p.m.", "pm"),
        ("y/o", "yo"),
        ("5P", "5 pm"),
        ("$1,000.50", "$ 1000.50"),
        ("5–7", "5 - 7"),
        ("bed-stuy", "bed stuy"),
        ("mon-fri", "mon - fri"),
        ("and/or", "and or"),
        ("75/hr", "75 / hr"),
        ("<=90", "< = 90"),
        ("a=b", "a b"),
        ("5pm+", "5 pm +"),
        ("c+", "c"),
        ("twenty five", "25"),
        ("twenty, five hundred", "25 100"),
        ("three hundred", "300"),
        ("a hundred", "100"),
        ("forty", "40"),
        ("1½", "1.5"),
        ("𝕻iano", "piano"),
        ("İstanbul", "istanbul"),
        ("emoji 🎹 here", "emoji here"),
    ],
)
def test_words_are_plain(text, phrase):
    assert phrase_of(text) == phrase


def test_a_text_is_cut_and_rid_of_what_is_no_writing():
    assert tidy("a\x00b\ud800\u202e c") == "a b   c"
    assert len(tidy("x" * 10_000)) == policy.LONGEST_QUERY
    assert len(tidy("ﷺ" * 10_000)) <= policy.LONGEST_QUERY  # one letter that becomes eighteen


def test_chips_name_their_words_and_the_text_without_them():
    found = understood("Piano for my 8 year old in Park Slope, under $90 tomorrow after 5!")
    chips = {name: found.words_of(name) for name in FIELDS if found.words_of(name)}
    assert chips == {
        "subject": "Piano",
        "audience": "8 year old",
        "neighborhoods": "Park Slope",
        "max_price_cents": "under $90",
        "date_from": "tomorrow",
        "date_to": "tomorrow",
        "after": "after 5",
    }
    assert found.without("max_price_cents") == "Piano for my 8 year old in Park Slope, tomorrow after 5!"
    assert understood(found.without("after")).after is None
    assert found.without("level") == found.text


def test_removing_a_chip_removes_just_what_it_says():
    text = "beginner spanish online 45 min tonight under $80 in astoria"
    whole = understood(text)
    for name, value in whole.answer().items():
        left = said(whole.without(name))
        assert name not in left, f"{name} ({value}) is still said by {whole.without(name)!r}"
        assert left.items() <= whole.answer().items()


def test_the_answer_leaves_out_what_was_not_said():
    assert Understood().answer() == {}
    assert understood("yoga").answer() == {"subject": "yoga"}


def test_rest_keeps_its_order_its_letters_and_what_stands_together():
    assert said("piano with Zoë O'Hara-Smith zzz@example.com")["rest"] == "Zoë O'Hara Smith zzz example com"


@pytest.mark.parametrize(
    ("one", "two", "far"),
    [
        ("", "", 0),
        ("a", "", 1),
        ("piano", "piano", 0),
        ("paino", "piano", 1),
        ("pian", "piano", 1),
        ("gutair", "guitar", 2),
    ],
)
def test_slips_of_the_finger_are_counted(one, two, far):
    assert spelling.distance(one, two) == spelling.distance(two, one) == far


@pytest.mark.parametrize(
    ("word", "candidates", "meant"),
    [
        ("paino", ["piano", "pain"], "piano"),
        ("gutair", ["guitar"], "guitar"),
        ("violn", ["viola", "violin"], "violin"),
        ("joga", ["yoga", "toga"], "yoga"),
        ("oga", ["yoga"], ""),
        ("iano", ["piano"], ""),
        ("iolin", ["violin"], "violin"),
        ("ivolin", ["violin"], "violin"),
        ("calclus", ["calculus"], "calculus"),
        ("calclsu", ["calculus"], "calculus"),
        ("rowing", ["sewing", "drawing"], ""),
        ("piano", [], ""),
        ("pianooooo", ["piano"], ""),
    ],
)
def test_the_closest_word_is_meant_if_it_is_close(word, candidates, meant):
    assert spelling.closest(word, candidates) == meant


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("pianolessons", ["piano", "lessons"]),
        ("beginnerpianolessons", ["beginner", "piano", "lessons"]),
        ("parkslope", ["park", "slope"]),
        ("lessonslessons", []),
        ("pianoxx", []),
        ("xx", []),
    ],
)
def test_words_typed_as_one_are_split_where_all_are_known(word, found):
    assert spelling.pieces(word, VOCABULARY) == found


def test_no_word_that_is_meant_as_it_stands_is_corrected():
    for word in ("math", "zoom", "piano", "pianos", "thanks", "xy", "naïve", "ピアノ"):
        assert not spelling.corrected(tokens_of(word), {phrase_of(word)}, VOCABULARY, everything_alike)[1:]
        assert [
            token.word for token in spelling.corrected(tokens_of(word), {phrase_of(word)}, VOCABULARY, everything_alike)
        ] == [phrase_of(word)]


def test_names_may_be_few_or_none():
    empty = Vocabulary((), ())
    assert read("piano in queens", vocabulary=empty, alike=everything_alike, now=NOON).answer() == {
        "rest": "piano queens"
    }
    one = Vocabulary(
        (SubjectWords("theremin", "Theremin", ()),),
        (AreaWords("mars", "Mars", "outer-space", ("The Red One",), ("99999",)),),
    )
    found = read("theremin the red one outer-space", vocabulary=one, alike=everything_alike, now=NOON)
    assert found.answer() == {"subject": "theremin", "neighborhoods": ["Mars"], "rest": "outer space"}


PIECES = re.findall(
    r"\S+",
    """
    piano sat go act math 5 8 12 90 10025 2027 $ - / : . + < > = ~ @ & am pm a p h k st th at after before by until from
    to between and or around under over max min at least for per an half hour hours minutes month week weekend day next
    this in on the of monday sat sun tomorrow tonight today noon midnight morning evening year years old grade kids my
    son toddler dec december may march 1st online home studio your place come park slope harlem bronx with cheap asap
    beginner a1 hundred twenty five quarter past ish school work 1/2 1.5 1h30 9999-12-31 0 00:00 24:00 99:99 31 32
    ² ٣ １２
""",
)
WORDS = st.sampled_from(PIECES)
TEXTS = st.one_of(
    st.text(max_size=400), st.lists(WORDS, max_size=25).map(" ".join), st.lists(WORDS, max_size=15).map("".join)
)


@settings(max_examples=300, deadline=None)
@given(
    TEXTS, st.datetimes(min_value=NOON.replace(tzinfo=None, year=2024), max_value=NOON.replace(tzinfo=None, year=2032))
)
def test_whatever_is_typed_is_read_and_each_field_is_well_formed(text, now):
    found = read(text, vocabulary=VOCABULARY, alike=everything_alike, now=now.replace(tzinfo=NOON.tzinfo))
    today = now.date()
    assert found.subject in {"", *(subject.slug for subject in VOCABULARY.subject_words)}
    assert found.minutes in {None, *policy.LENGTHS}
    for cents in (found.min_price_cents, found.max_price_cents):
        assert cents is None or (0 <= cents <= 10_000 * 100 * 24)
    for day in (found.date_from, found.date_to):
        assert day is None or (date(2000, 1, 1) <= day <= date(2101, 1, 1))
    if found.date_to:
        assert found.date_from is not None
        assert found.date_from <= found.date_to or found.date_from < today
    for hour in (found.after, found.before):
        assert hour is None or isinstance(hour, time)
    assert set(found.answer()) <= set(FIELDS)
    assert set(found.spans) <= {*FIELDS, "sort"}
    for spans in found.spans.values():
        assert all(0 <= start < end <= len(found.text) for start, end in spans)
        assert list(spans) == sorted(spans)
