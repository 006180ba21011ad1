"""What demo people offer: subjects, lengths, places, and what an hour costs."""

import random
from dataclasses import dataclass

from bookings.services.demo.places import Area
from bookings.services.demo.topics import Topic
from instainstru.core import policy
from instainstru.core.policy import Level, Place

# Dollars an hour in person, in an ordinary place by somebody who has just begun
BASES = {
    "music": 88, "tutoring-test-prep": 92, "languages": 80, "sports-fitness": 92, "arts": 84, "dance": 88,
    "hobbies-life-skills": 80,
}  # fmt: skip
DEMANDING = {
    "graduate-professional-exams": 1.7, "college-entrance-exams": 1.35, "school-entrance-state-exams": 1.25,
    "advanced-math": 1.15, "coding-computer-science": 1.15, "wedding-celebration-dance": 1.2, "speaking-career": 1.3,
}  # fmt: skip
SOUGHT_AFTER = 2  # in a hundred: they ask for twice as much, and get it
DOLLAR_STEP = 5
LENGTHS = (
    (60,), (30, 60), (45, 60), (60, 90), (45, 60, 90), (30, 45, 60), (30, 45, 60, 90), (60, 90, 120), (60, 75),
    (90, 120),
)  # fmt: skip
PLACES = (
    (Place.ONLINE,),
    (Place.ONLINE, Place.STUDENT),
    (Place.ONLINE, Place.STUDENT),
    (Place.INSTRUCTOR, Place.ONLINE),
    (Place.INSTRUCTOR,),
    (Place.STUDENT,),
    (Place.STUDENT, Place.INSTRUCTOR),
    (Place.STUDENT, Place.INSTRUCTOR, Place.ONLINE),
    (Place.STUDENT, Place.INSTRUCTOR, Place.ONLINE),
)


LEVELS = (
    tuple(Level.values), tuple(Level.values), tuple(Level.values), (Level.BEGINNER.value,),
    (Level.BEGINNER.value, Level.INTERMEDIATE.value), (Level.INTERMEDIATE.value, Level.ADVANCED.value),
)  # fmt: skip


@dataclass
class Offered:
    """One service before it has a row: its id is known when the rows are written."""

    topic: Topic
    lengths: tuple[int, ...]
    prices: dict[Place, int]
    description: str
    levels: tuple[str, ...] = tuple(Level.values)
    id: int = 0


def experience(chosen: random.Random) -> int:
    """Years of teaching: few have many."""
    return min(35, 3 + int(chosen.expovariate(1 / 8)))


def _hourly(dollars: float, place: Place) -> int:
    cents = round(dollars / DOLLAR_STEP) * DOLLAR_STEP * 100
    return max(policy.floor_cents(place), min(policy.CEILING_CENTS, cents))


def prices(
    topic: Topic, places: tuple[Place, ...], *, home: Area, years: int, chosen: random.Random
) -> dict[Place, int]:
    """The hourly rate in cents at each place: the area, the subject, the years and oneself decide."""
    dollars = BASES.get(topic.category, 80) * DEMANDING.get(topic.subcategory, 1.0) * home.level
    dollars *= (1 + years * 0.014) * chosen.uniform(0.9, 1.12) * (2 if chosen.randrange(100) < SOUGHT_AFTER else 1)
    factors = {
        Place.STUDENT: 1 + chosen.choice((0.0, 0.08, 0.12, 0.18)),
        Place.INSTRUCTOR: 1.0,
        Place.ONLINE: chosen.choice((0.75, 0.8, 0.85, 0.9)),
    }
    return {place: _hourly(dollars * factors[place], place) for place in places}


def places_for(topic: Topic, wanted: tuple[Place, ...]) -> tuple[Place, ...]:
    """Where a subject is given by somebody who would teach at these places; pottery is not taught online."""
    return tuple(place for place in wanted if place in topic.places) or topic.places
