"""Prices, people, levels, kinds of place, places and subjects in plain words."""

import pytest

from tests.vocabulary import said, understood

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("under $90", None, 9000),
        ("below 90 dollars", None, 9000),
        ("max 80", None, 8000),
        ("$80 max", None, 8000),
        ("80 or less", None, 8000),
        ("up to 75/hr", None, 7500),
        ("less than eighty", None, 8000),
        ("under two hundred", None, 20000),
        ("no more than $85 an hour", None, 8500),
        ("90 bucks", None, 9000),
        ("my budget is 70", None, 7000),
        ("budget 50", None, 5000),
        ("<$90", None, 9000),
        ("≤ 90$", None, 9000),
        ("$72.50/hour", None, 7250),
        ("$1,000", None, 100000),
        ("$1k", None, 100000),
        ("around $80", None, 8000),
        ("80ish", None, 8000),
        ("$100", None, 10000),
        ("80 per hour", None, 8000),
        ("at least $70", 7000, None),
        ("over $100", 10000, None),
        ("$80+", 8000, None),
        ("$80 and up", 8000, None),
        ("$80 min", 8000, None),
        ("minimum 80", 8000, None),
        ("$60-80", 6000, 8000),
        ("$80-60", 6000, 8000),
        ("60-80", 6000, 8000),
        ("between 60 and 80 dollars", 6000, 8000),
        ("$80~$100", 8000, 10000),
        ("$60 for 30 minutes", None, 12000),
        ("$60 for 1 hour", None, 6000),
        ("$60 for an hour", None, 6000),
        ("45 for 30 min", None, 9000),
        ("at 2 for 2 hours", None, None),
        ("under $50 a half hour", None, 10000),
        ("$120 per 90 minutes", None, 8000),
        ("$100 for 90 min", None, 6667),  # a cent is rounded half up
        ("under $50 a lesson 30 min", None, 10000),
        ("$60-80 per lesson 30 min", 12000, 16000),
        ("under $50 a lesson", None, 5000),
        ("90 min under $100", None, 10000),  # a price without a unit is for an hour
        ("$60 for 5 hours", None, 6000),
        ("under 90 min", None, None),
        ("max 2 people", None, None),
        ("5", None, None),
        ("at least 10", None, None),
        ("4-8", None, None),
        ("around 7", None, None),
        ("$20000", None, None),
        ("$20000-30000", None, None),
        ("under $20000", None, None),
        ("10025", None, None),
    ],
)
def test_a_price_an_hour(text, least, most):
    found = said(f"piano {text}")
    assert (found.get("min_price_cents"), found.get("max_price_cents")) == (least, most)


def test_a_price_may_say_the_length():
    assert said("$60 for 30 minutes")["minutes"] == 30
    assert "minutes" not in said("$60 per 30 minutes")


@pytest.mark.parametrize(
    ("text", "audience"),
    [
        ("toddler", "toddler"),
        ("3 year old", "toddler"),
        ("4 and a half year old", "toddler"),
        ("18 month old", "toddler"),
        ("preschooler", "toddler"),
        ("kids under 5", "toddler"),
        ("under 5s", "toddler"),
        ("5 year old", "kids"),
        ("8yo", "kids"),
        ("8 y/o", "kids"),
        ("8-year-old", "kids"),
        ("eight year old", "kids"),
        ("aged 8-10", "kids"),
        ("7 and 9 year olds", "kids"),
        ("my son (7)", "kids"),
        ("daughter, 9", "kids"),
        ("daughter", "kids"),
        ("two kids", "kids"),
        ("kids over 8", "kids"),
        ("grade 3", "kids"),
        ("3rd grader", "kids"),
        ("second grader", "kids"),
        ("middle schooler", "kids"),
        ("12 year old", "kids"),
        ("13 year old", "teens"),
        ("age 17", "teens"),
        ("teenager", "teens"),
        ("high school student", "teens"),
        ("11th grade", "teens"),
        ("my daughter is 14", "teens"),
        ("she is 15", "teens"),
        ("18 year old", "adults"),
        ("adults", "adults"),
        ("for me", "adults"),
        ("my mom", "adults"),
        ("seniors", "adults"),
        ("adults over 65", "adults"),
        ("for 60+", "adults"),
        ("college student", "adults"),
        ("grade 15", None),
        ("5 years experience", None),
        ("someone", None),
    ],
)
def test_an_audience(text, audience):
    found = said(f"piano {text}")
    assert found.get("audience") == audience
    assert "after" not in found
    assert "max_price_cents" not in found


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("beginner", "beginner"),
        ("absolute beginners", "beginner"),
        ("never played", "beginner"),
        ("from scratch", "beginner"),
        ("no experience", "beginner"),
        ("intro", "beginner"),
        ("spanish a1", "beginner"),
        ("intermediate", "intermediate"),
        ("refresher", "intermediate"),
        ("some experience", "intermediate"),
        ("b2", "intermediate"),
        ("advanced", "advanced"),
        ("c1", "advanced"),
        ("experienced teacher", None),
    ],
)
def test_a_level(text, level):
    assert said(text).get("level") == level


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("online", "online"),
        ("on zoom", "online"),
        ("video call", "online"),
        ("remotely", "online"),
        ("at my place", "student_place"),
        ("in my apartment", "student_place"),
        ("come to me", "student_place"),
        ("who comes to the house", "student_place"),
        ("in-home", "student_place"),
        ("at home", "student_place"),
        ("at your studio", "instructor_place"),
        ("at the instructor's", "instructor_place"),
        ("at their place", "instructor_place"),
        ("in person", None),
        ("not online", None),
    ],
)
def test_a_kind_of_place(text, place):
    assert said(f"piano {text}") == {"subject": "piano"} | ({"place": place} if place else {})


UWS = ["Upper West Side (Central)", "Upper West Side-Lincoln Square", "Upper West Side-Manhattan Valley"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("park slope", {"neighborhoods": ["Park Slope"]}),
        ("carroll gardens", {"neighborhoods": ["Carroll Gardens-Cobble Hill-Gowanus-Red Hook"]}),
        (
            "Carroll Gardens-Cobble Hill-Gowanus-Red Hook",
            {"neighborhoods": ["Carroll Gardens-Cobble Hill-Gowanus-Red Hook"]},
        ),
        ("UWS", {"neighborhoods": UWS}),
        ("upper west", {"neighborhoods": UWS}),
        ("e village", {"neighborhoods": ["East Village"]}),
        ("the village", {"neighborhoods": ["Greenwich Village"]}),
        ("ft greene", {"neighborhoods": ["Fort Greene"]}),
        ("hell’s kitchen", {"neighborhoods": ["Hell's Kitchen"]}),
        ("10025", {"neighborhoods": ["Morningside Heights", UWS[0], UWS[2]]}),
        ("$10025", {"rest": "10025"}),
        ("murray hill", {"neighborhoods": ["Murray Hill-Broadway Flushing", "Murray Hill-Kips Bay"]}),
        ("murray hill queens", {"neighborhoods": ["Murray Hill-Broadway Flushing"], "borough": "queens"}),
        ("park slope queens", {"neighborhoods": ["Park Slope"], "borough": "queens"}),
        ("greenpoint or park slope", {"neighborhoods": ["Greenpoint", "Park Slope"]}),
        ("the bronx", {"borough": "bronx"}),
        ("bk", {"borough": "brooklyn"}),
        ("staten island", {"borough": "staten-island"}),
        ("brooklyn or queens", {"borough": "brooklyn", "rest": "queens"}),
        ("nyc", {}),
        ("in travis", {"neighborhoods": ["New Springville-Willowbrook-Bulls Head-Travis"]}),
        ("with travis", {"rest": "travis"}),
        ("travis", {"rest": "travis"}),
        ("90210", {"rest": "90210"}),
    ],
)
def test_a_place(text, expected):
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "subject", "rest"),
    [
        ("piano", "piano", ""),
        ("Violins", "violin", ""),
        ("piano lessons", "piano", ""),
        ("fiddle", "violin", ""),
        ("asl", "asl", ""),
        ("english horn", "oboe", ""),
        ("french horn", "french-horn", ""),
        ("hip-hop", "hip-hop", ""),
        ("hiphop", "hip-hop", ""),
        ("ap chem", "chemistry", ""),
        ("calc 2", "calculus", ""),
        ("algebra 2", "algebra-2", ""),
        ("salsa dance", "salsa", ""),
        ("bake", "baking", ""),
        ("learn how to swim", "swimming", ""),
        ("ride a bike", "bike-riding", ""),
        ("popping & locking", "popping-locking", ""),
        ("running 5k", "running", ""),
        ("college application essay", "college-essays", ""),
        ("french cooking", "cooking", "french"),
        ("french or italian", "french", "italian"),
        ("physics regents", "physics", "regents"),
        ("chess for kids", "chess", ""),
        ("go", "go", ""),
        ("go lessons", "go", ""),
        ("learn go", "go", ""),
        ("act", "act", ""),
        ("learn to act", "", "act"),
        ("places to go tomorrow", "", "places go"),
        ("lessons with harp", "harp", ""),
        ("lessons with keys", "", "keys"),
        ("martial arts", "", "martial arts"),
        ("coding", "", "coding"),
        ("dance lessons for our wedding", "wedding-dance", ""),
        ("yoga class, prenatal", "prenatal-yoga", ""),
        ("ballroom dance for a wedding", "ballroom", "wedding"),
        ("korean bbq cooking", "cooking", "korean bbq"),
        ("math", "", "math"),
        ("tutor", "", ""),
        ("second", "", "second"),
    ],
)
def test_a_subject(text, subject, rest):
    found = said(text)
    assert (found.get("subject", ""), found.get("rest", "")) == (subject, rest)


def test_words_of_two_things_go_to_the_longer_name():
    assert said("spanish harlem salsa")["subject"] == "salsa"
    assert said("college point piano") == {"subject": "piano", "neighborhoods": ["College Point"]}
    assert said("bridge in bay ridge") == {"subject": "bridge", "neighborhoods": ["Bay Ridge"]}
    assert len(said("east harlem")["neighborhoods"]) == 2
    assert len(said("harlem")["neighborhoods"]) == 4


def test_fillers_and_counts_say_nothing():
    text = "Hi, I'm looking for a private 1-on-1 piano teacher twice a week for 2 people, 5 lessons, m-f, nyc please!"
    assert said(text) == {"subject": "piano"}


def test_a_word_is_understood_once():
    found = understood("piano for 8 year old at 8 under $88 8 hours")
    assert found.answer() == {
        "subject": "piano",
        "audience": "kids",
        "max_price_cents": 8800,
        "after": "08:00",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("french 5 hours", {"subject": "french"}),
        ("guitar 3rd ave", {"subject": "guitar", "rest": "3rd ave"}),
        ("guitar w/e", {"subject": "guitar"}),
        ("clases de español", {"subject": "spanish"}),
        ("french b", {"subject": "french"}),
        ("xqz e-bike", {"rest": "xqz e bike"}),
        ("rock-n-xqz", {"rest": "rock n xqz"}),
    ],
)
def test_words_are_left_whole_and_no_letter_or_digit_alone(text, expected):
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("not for kids", {}),
        ("no beginners", {}),
        ("no kids or teens", {}),
        ("kids not toddlers", {"audience": "kids"}),
        ("adults only, not children", {"audience": "adults"}),
        ("not too advanced", {}),
        ("not a beginner", {"level": "intermediate"}),
        ("not just for kids", {"audience": "kids"}),
        ("college freshman", {"audience": "adults"}),
        ("college kid", {"audience": "adults"}),
        ("high school freshman", {"audience": "teens"}),
        ("18+", {"audience": "adults"}),
        ("18 and older", {"audience": "adults"}),
        ("$18+", {"min_price_cents": 1800}),
    ],
)
def test_who_is_meant_and_who_is_not(text, expected):
    assert said(f"piano {text}") == {"subject": "piano", **expected}


@pytest.mark.parametrize("text", ["pre calc", "pre-calc", "precalc", "pre calculus"])
def test_a_name_that_begins_with_pre_may_be_two_words(text):
    assert said(text) == {"subject": "precalculus"}


@pytest.mark.parametrize("text", ["40 for a half hour", "40 for half an hour", "$40 for a half hour"])
def test_a_price_for_half_an_hour(text):
    assert said(f"french {text}") == {"subject": "french", "max_price_cents": 8000, "minutes": 30}


@pytest.mark.parametrize("text", ["rockaway", "rockaways", "the rockaways"])
def test_a_name_that_several_neighborhoods_share_goes_without_its_article(text):
    assert len(said(f"piano {text}")["neighborhoods"]) == 3
