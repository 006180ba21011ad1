"""Fills an empty site with a city of people, in batches that stand each by itself."""

from collections.abc import Callable
from datetime import datetime

from django.contrib.auth.hashers import make_password

from bookings.repositories import demo as repository
from bookings.services.demo.batches import Added, Batch, Builder
from bookings.services.demo.people import PAST_DAYS, Population
from bookings.services.demo.places import City, areas_of
from bookings.services.demo.topics import Topics, topics_of
from instainstru.core.measure import measure_bulk, measure_operation
from instainstru.core.time import NEW_YORK
from instructors.services import catalogue

PASSWORD = "Lesson-2026!"  # noqa: S105  # printed at every start: it opens demo accounts only
BATCH = 50


@measure_operation
def is_anybody_teaching() -> bool:
    """Whether the site has instructors already, made up or real."""
    return repository.is_anybody_teaching()


@measure_bulk
def fill(
    *, instructors: int, seed: int, now: datetime, progress: Callable[[int], None], past_days: int = PAST_DAYS
) -> Added:
    """Add Sam, Stella, so many instructors (the first is Ana), as many students, their lessons and reviews.

    Lessons begin `past_days` ago: the longer, the more there are of them, some 0.15 a day for each instructor.
    People whose address is known are left alone, so a second run adds nothing, and one that broke off goes on.
    Nothing but the completing of today's lessons depends on the time of day. `progress` is told how many are done.
    """
    today = now.astimezone(NEW_YORK).date()
    population = Population(
        seed=seed,
        today=today,
        password=make_password(PASSWORD),  # once: the hash is slow on purpose
        city=City(areas_of(catalogue.neighborhoods())),
        topics=Topics(topics_of(catalogue.tree())),
        past_days=past_days,
    )
    builder = Builder(seed=seed, today=today, now=now, past_days=past_days)
    for first in range(0, instructors, BATCH):
        numbers = range(first, min(first + BATCH, instructors))
        builder.add(
            Batch(
                teachers=[population.teacher(number) for number in numbers],
                students=[population.student(number) for number in numbers],
                others=population.known_by_heart() if first == 0 else [],
            )
        )
        progress(numbers.stop)
    return builder.added
