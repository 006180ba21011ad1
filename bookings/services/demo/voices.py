"""What demo people say of themselves and of each other."""

import random
import re
from collections import defaultdict, deque
from collections.abc import Iterator
from itertools import cycle

from bookings.services.demo.material import bio_frames, details, headlines, shuffled, verdicts, words
from bookings.services.demo.places import Area
from bookings.services.demo.topics import Topic
from instructors.models import InstructorProfile

NUMBERS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
LONGEST_HEADLINE: int = InstructorProfile._meta.get_field("headline").max_length or 0
COMPARED_WITH = 200  # the bios of a category drawn last
TRIES = 30


def number(count: int) -> str:
    """A number as it is written in a sentence."""
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


def capital(text: str) -> str:
    """The same with a capital first letter; the others stay."""
    return text[0].upper() + text[1:]


class Voice:
    """Somebody who speaks of one subject, in frames with {words} to fill in.

    Small words come in turns, so that nobody says the same one twice in a row.
    """

    def __init__(self, topic: Topic, *, chosen: random.Random, name: str, years: int, home: Area) -> None:
        self._fixed = {
            "subject": topic.phrase, "ages": topic.ages, "name": name,
            "years": number(years), "area": home.name, "borough": home.borough,
        }  # fmt: skip
        self._turns: dict[str, Iterator[str]] = {
            kind: cycle(shuffled(words(kind), chosen)) for kind in ("weeks", "minutes", "day")
        }
        self._turns["detail"] = self._turns["detail2"] = cycle(
            shuffled(details(subject=topic.slug, subcategory=topic.subcategory), chosen)
        )

    def say(self, frame: str) -> str:
        """The frame with its words filled in; a word with a capital in the frame gets one."""
        return capital(re.sub(r"\{(\w+)\}", self._fill, frame))

    def _fill(self, found: re.Match[str]) -> str:
        key = found[1].lower()
        word = self._fixed[key] if key in self._fixed else next(self._turns[key])
        return word if found[1] == key else capital(word)


class Bios:
    """Draws the sentences of bios so that hardly any two share more than half of them."""

    def __init__(self) -> None:
        self._last: dict[str, deque[frozenset[str]]] = defaultdict(lambda: deque(maxlen=COMPARED_WITH))

    def frames(self, category: str, chosen: random.Random) -> list[str]:
        """The frames of one bio: how they open, three or four sentences, how they close."""
        last = self._last[category]
        drawn = (_bio(category, chosen) for _ in range(TRIES))
        new = next((bio for bio in drawn if all(_differ(bio, other) for other in last)), _bio(category, chosen))
        last.append(frozenset(new))
        return new


def _bio(category: str, chosen: random.Random) -> list[str]:
    frames = bio_frames(category)
    middle = chosen.sample(frames["middle"], chosen.choice((3, 4, 4)))
    return [chosen.choice(frames["open"]), *middle, chosen.choice(frames["close"])]


def _differ(bio: list[str], other: frozenset[str]) -> bool:
    return 2 * len(other.intersection(bio)) <= min(len(other), len(bio))


def headline(category: str, voice: Voice, chosen: random.Random) -> str:
    """The line under a name. The longest subjects do not fit into every frame."""
    lines = [voice.say(frame) for frame in shuffled(headlines(category), chosen)]
    return next(line for line in lines if len(line) <= LONGEST_HEADLINE)


def verdict(category: str, stars: int, voice: Voice, chosen: random.Random, *, said: set[str]) -> str:
    """What a student says of a lesson: more to praise than to blame, and rather not what others have said."""
    if stars <= 2:
        level, most = "low", 1
    elif stars == 3:
        level, most = "mid", 2
    else:
        level, most = "high", 3
    every = verdicts(level, category)
    new = [frame for frame in every if frame not in said]
    drawn = chosen.sample(new if len(new) >= most else every, chosen.randint(1, most))
    said.update(drawn)
    return " ".join(voice.say(frame) for frame in drawn)
