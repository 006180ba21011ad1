"""A text as words: folded to plain small letters, numbers in digits, each with its place in the text."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from instainstru.core import policy

FRACTIONS = str.maketrans({"½": ".5", "¼": ".25", "¾": ".75"})
QUOTES, DASHES = "'’‘‛ʼ`´", "-‐‑‒–—―−"
DIGITS = {
    word: str(number)
    for number, word in enumerate(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"], 1)
}
TEENS = {
    word: str(number)
    for number, word in enumerate(
        ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"],
        10,
    )
}
TENS = {
    word: str(10 * number)
    for number, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}
WORD_NUMBERS = DIGITS | TEENS | TENS | {"hundred": "100"}
MARKS = {"&": "and", "~": "around", "@": "at", "≤": "<", "≥": ">"}
# The second word is what "&amp;" leaves.
SYNONYMS = {"hts": "heights", "amp": "and", "ft": "fort", "mt": "mount", "saint": "st", "pk": "park"}
HALVES = {"a": "am", "p": "pm"}  # 5p is 5 pm
_TOKEN = re.compile(
    r"""
    (?P<initials> (?<![a-z]) (?: (?:[a-z]\.){2,}[a-z]? | [a-z]\.[a-z] | y/o ) (?![a-z]) )  # p.m., p.m, u.s., y/o
    | (?P<number> \d{1,3}(?:,\d{3})+(?:\.\d+)? | \d+[:.]\d+ | \.\d+ | \d+ )
    | (?P<word> [^\W\d_]+ (?: '[^\W\d_]+ )* )
    | (?P<mark> [$<>+/&~@=-] | ≤ | ≥ )
    """,
    re.VERBOSE,
)


@dataclass(frozen=True)
class Token:
    """A word as the grammar reads it, and where it stands in the text."""

    word: str
    start: int
    end: int


def tidy(text: str) -> str:
    """What is read: as much as anybody types, without characters that are no writing."""
    cut = unicodedata.normalize("NFKC", text[: policy.LONGEST_QUERY].translate(FRACTIONS))
    shown = "".join(" " if unicodedata.category(letter)[0] == "C" else letter for letter in cut)
    return shown[: policy.LONGEST_QUERY].strip()


def tokens_of(text: str) -> list[Token]:
    """The words of a tidied text, in their order."""
    return list(_kept([_in_digits(token) for token in _joined(_found(text))]))


def phrase_of(text: str) -> str:
    """A name or search word as the grammar would read it."""
    return " ".join(token.word for token in tokens_of(tidy(text)))


def _fold(letter: str) -> str:
    """One letter for one letter: small, without its accent."""
    if letter in QUOTES:
        return "'"
    if letter in DASHES:
        return "-"
    plain = unicodedata.normalize("NFKD", letter)[0].lower()
    return plain if len(plain) == 1 else letter


def _found(text: str) -> Iterator[Token]:
    for match in _TOKEN.finditer("".join(map(_fold, text))):
        found = match[0]
        if match["initials"]:
            found = found.replace(".", "").replace("/", "")
        elif match["number"]:
            found = found.replace(",", "")
        elif match["word"]:
            found = found.replace("'", "")
            if found in HALVES and text[match.start() - 1 : match.start()].isdigit():
                found = HALVES[found]
            found = SYNONYMS.get(found, found)
        else:
            found = (
                "-" if found == "~" and text[match.start() - 1 : match.start()].isdigit() else MARKS.get(found, found)
            )
        yield Token(found, match.start(), match.end())


def _kept(tokens: list[Token]) -> Iterator[Token]:
    """Without the marks that say nothing where they stand."""
    for before, token, after in zip([None, *tokens], tokens, [*tokens[1:], None], strict=False):
        follows, precedes = before.word if before else "", after.word if after else ""
        match token.word:
            case "-":
                joins = precedes[:1].isdigit() or precedes in _AFTER_RANGES
                ranges = joins and (follows[-1:].isdigit() or follows in _BEFORE_RANGES)
                said = ranges or (follows in WEEKDAY_WORDS and precedes in WEEKDAY_WORDS)
            case "/":
                said = follows[-1:].isdigit() or follows == "$"
            case "+":
                said = follows[-1:].isdigit() or follows in {"am", "pm"}
            case "=":
                said = follows in {"<", ">"}
            case _:
                said = True
        if said:
            yield token


_TWELVES = {"noon", "midday", "midnight"}
_BEFORE_RANGES = {"h", "am", "pm", "st", "nd", "rd", "th", "$"} | _TWELVES
_AFTER_RANGES = {"$"} | _TWELVES
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAY_WORDS = (
    {name: number for number, name in enumerate(WEEKDAYS)}
    | {f"{name}s": number for number, name in enumerate(WEEKDAYS)}
    | {name[:3]: number for number, name in enumerate(WEEKDAYS)}
    | {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
)


def _joined(tokens: Iterable[Token]) -> Iterator[Token]:
    """Twenty five is one number, and two hundred is."""
    held: Token | None = None
    for token in tokens:
        if held and (number := _together(held.word, token.word)):
            held = Token(number, held.start, token.end)
            continue
        if held:
            yield held
        held = token
    if held:
        yield held


def _together(one: str, two: str) -> str:
    """Two words of a number as one; empty where they are two."""
    if one in TENS and two in DIGITS:
        return str(int(TENS[one]) + int(DIGITS[two]))
    if two == "hundred" and one in {"a", *DIGITS}:
        return str(int(DIGITS.get(one, "1")) * 100)
    return ""


def _in_digits(token: Token) -> Token:
    return Token(WORD_NUMBERS.get(token.word, token.word), token.start, token.end)


def stem(word: str) -> str:
    """A word without its plural."""
    if len(word) > 4 and word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def stems(phrase: str) -> str:
    """A phrase without plurals."""
    return " ".join(map(stem, phrase.split()))
