"""Who learns, and how far they are: ages, school grades, kin, levels."""

import re

from instainstru.core.policy import Audience, Level
from instructors.services.words.draft import Draft, Fields, Rule, pattern

OLDEST = {Audience.TODDLER: 4, Audience.KIDS: 12, Audience.TEENS: 17}  # years
GRADE_TO_AGE = 5
ORDINALS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
]
NUMBERS = {name: number for number, name in enumerate(ORDINALS, 1)}

TODDLERS = r"toddlers?|bab(?:y|ies)|infants?|newborns?|pre ?school(?:er)?s?|pre k|prek|nursery"
KIDS = (
    r"kids?|child(?:ren)?|childs|sons?|daughters?|boys?|girls?|grand(?:son|daughter|child|children|kids?|kid)|nephews?"
    r"|nieces?|twins|little ones?|tweens?|pre ?teens?|kindergart(?:en|ner|eners?|ners)|(?:elementary"
    r"|grade|primary|middle)"
    r" school(?: (?:kids?|students?|child))?|(?:elementary|grade|middle) schoolers?|schoolers?|junior high"
)
TEENS = (
    r"teens?|teenagers?|teenaged?|adolescents?|high ?schoolers?|(?:high school|hs)(?: (?:students?|kids?|freshm[ae]n"
    r"|sophomores?|juniors?|seniors?|teens?))?"
)
KIN = (
    r"mom|mother|mum|dad|father|parents?|grand(?:ma|mother|pa|father|parents?)|husband|wife|spouse"
    r"|fiancee?|boyfriend|girlfriend"
)
ADULTS = (
    rf"adults?|grown ?ups?|seniors?(?: citizens?)?|elderly|retirees?|retired|older people|for (?:me|myself)|myself"
    rf"|(?:my )?(?:{KIN})s?|my partner|(?:college|university|grad|graduate) (?:students?|kids?)|undergrads?"
)
PEOPLE = rf"(?:(?:{TODDLERS}|{KIDS}|{TEENS}|adults?|seniors?|people|students?|anyone|{KIN})(?: (?:\d )?s)?)"
NOT_AN_AGE = (
    r"(?! (?:am|pm|a m|p m|oclock|:|/|\$|dollars?|bucks?|min|mins|minutes?|hours?|hrs?|h|days?|weeks?"
    r"|times|th|st|nd|rd|-|to)(?!\S))"
)
YEARS = r"(?:years? olds?|years? of age|yrs? olds?|yos?|y o|yr olds?|years|yrs|year)"
AND_NUMBER = r"(?: (?:-|to|and|or) (?P<to>\d{1,2}))"
NO_AGE = r"(?! (?:of )?(?:experience|exp|ago|teaching)(?!\S))"


def audience_of(age: int) -> Audience:
    """Whose lessons somebody of this age takes."""
    return next((audience for audience, oldest in OLDEST.items() if age <= oldest), Audience.ADULTS)


def _age(match: re.Match[str], _: Draft) -> Fields | None:
    return {"audience": audience_of(int(match["age"]))}


def _bounded_age(match: re.Match[str], _: Draft) -> Fields | None:
    under = match["than"] in {"under", "below", "younger than"}
    return {"audience": audience_of(int(match["age"]) - 1 if under else int(match["age"]) + 1)}


def _grade(match: re.Match[str], _: Draft) -> Fields | None:
    said = match["grade"]
    grade = int(said) if said.isdigit() else NUMBERS[said]
    return {"audience": audience_of(grade + GRADE_TO_AGE)} if grade <= len(ORDINALS) else None


def _of(audience: Audience) -> Fields:
    return {"audience": audience}


_GRADE = rf"(?P<grade>\d{{1,2}}(?= (?:st|nd|rd|th) )|{'|'.join(ORDINALS)})(?: (?:st|nd|rd|th))?"
_NOT = r"(?:not|no|never|without|except|excluding)(?: (?:for|an?|any|my|the|with|really|too)){0,3}"
_ANYONE = rf"(?:{TODDLERS}|{KIDS}|{TEENS}|adults?|seniors?)"
_ANY_LEVEL = r"(?:beginners?|novices?|intermediates?|advanced)(?: levels?)?"
# What is not wanted says nothing of what is.
NEGATED: list[Rule] = [
    (pattern(rf"{_NOT} {_ANYONE}(?: (?:or|and) {_ANYONE})*"), lambda *_: {}),
    (pattern(rf"(?!not a beginner){_NOT} {_ANY_LEVEL}(?: (?:or|and) {_ANY_LEVEL})*"), lambda *_: {}),
]
AGES: list[Rule] = [
    (
        pattern(
            rf"(?:(?:age|aged|ages|turning|for) )?(?P<age>\d{{1,2}})(?:\.\d| and a half"
            rf"| 1 / 2)?{AND_NUMBER}? {YEARS}{NO_AGE}"
        ),
        _age,
    ),
    (pattern(r"\d{1,2} (?:months?|mos?) olds?"), lambda *_: _of(Audience.TODDLER)),
    (pattern(rf"(?:ages?|aged|age of|age is|turning|turns)(?: between)? (?P<age>\d{{1,2}}){AND_NUMBER}?"), _age),
    (
        pattern(
            rf"(?:my )?{PEOPLE}(?: who (?:is|are))? (?P<than>under|below|younger than|over|above"
            rf"|older than) (?P<age>\d{{1,2}})"
        ),
        _bounded_age,
    ),
    (pattern(r"(?:for|ages?) (?P<age>\d{1,2}) \+"), _age),
    (pattern(r"(?:for )?(?P<than>under|over) (?P<age>\d{1,2}) s"), _bounded_age),
    (pattern(r"(?<!\$ )(?P<age>18|21) (?:\+|(?:and|or) older)"), _age),
    (
        pattern(
            rf"(?:my )?(?:{KIDS}|{TEENS}|{TODDLERS}|{KIN})(?: (?:is|are|who is|whos|of"
            rf"|age))? (?P<age>\d{{1,2}}){AND_NUMBER}?{NOT_AN_AGE}"
        ),
        _age,
    ),
    (pattern(rf"(?:hes|shes|he is|she is|im|i am|they are) (?P<age>\d{{1,2}}){NOT_AN_AGE}"), _age),
    (pattern(rf"(?:in )?(?:the )?{_GRADE} grade(?:rs?)?(?: student| kid)?"), _grade),
    (pattern(r"(?:in )?(?:grades?|gr) (?P<grade>\d{1,2})(?: (?:-|to|and|or) \d{1,2})?"), _grade),
]
NOUNS: list[Rule] = [
    (
        pattern(
            r"(?:college|university|uni|grad|graduate) (?:students?|kids?|freshm[ae]n|sophomores?|juniors?|seniors?)"
        ),
        lambda *_: _of(Audience.ADULTS),
    ),
    (pattern(rf"(?:{TEENS})"), lambda *_: _of(Audience.TEENS)),
    (pattern(rf"(?:\d{{1,2}} )?(?:{TODDLERS})"), lambda *_: _of(Audience.TODDLER)),
    (pattern(rf"(?:\d{{1,2}} )?(?:{KIDS})"), lambda *_: _of(Audience.KIDS)),
    (pattern(rf"(?:\d{{1,2}} )?(?:{ADULTS})"), lambda *_: _of(Audience.ADULTS)),
]

BEGINNER = (
    r"(?:(?:absolute|complete|total|true|very|real) )?(?:beginners?|beginning|novices?|newb(?:ie|ies)"
    r"|newcomers?)|starters?|starting out"
    r"|noobs?|(?:has |have |had |ve |ive )?never (?:played|danced|tried|done|learned|studied|touched|coded"
    r"|sung|taken|held|swum|skated|drawn|painted|cooked|spoken)(?: (?:it|this|one|any|an instrument))?"
    r"|from scratch|(?:no|zero|without|without any|little) (?:prior |previous )?experience"
    r"|first (?:time|timers?|lesson|class)"
    r"|the basics|basics?|intro|introduction|introductory|(?:brand )?new to|a 1|a 2"
)
INTERMEDIATE = (
    r"intermediates?|some experience|refreshers?|brush(?:ing)? up|rusty|not a beginner|(?:mid|medium) level|b 1|b 2"
    r"|improver|lower intermediate|upper intermediate"
)
ADVANCED = r"advanced|(?:expert|high|higher|professional|pro|conservatory) level|c 1|c 2"
LEVELS: list[Rule] = [
    (pattern(rf"(?:{INTERMEDIATE})(?: levels?)?"), lambda *_: {"level": Level.INTERMEDIATE}),
    (pattern(rf"(?:{BEGINNER})(?: levels?)?"), lambda *_: {"level": Level.BEGINNER}),
    (pattern(rf"(?:{ADVANCED})(?: levels?)?"), lambda *_: {"level": Level.ADVANCED}),
]
