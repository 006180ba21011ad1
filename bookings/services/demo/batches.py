"""A batch of the city's people, and how they come onto the site: all of them and what they do, or nobody."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count

from django.db import transaction
from django.utils.text import slugify

from accounts.models import User
from bookings.models import Booking
from bookings.repositories import demo as repository
from bookings.services.demo import reviews, rows
from bookings.services.demo.lessons import Lesson, Plan, Timetable
from bookings.services.demo.material import draws
from bookings.services.demo.people import ANA, SAM, Resident, Teacher
from bookings.services.demo.rows import NameIds, Rows
from instainstru.core import policy
from instainstru.core.policy import Place
from instainstru.core.time import Span, midnight
from instructors.models import CalendarEntry, Review, Service
from instructors.services import calendar, horizon, offers

TEACHERS_WHO_LEARN = 3  # of each batch
MORNING = timedelta(hours=5)


@dataclass
class Added:
    """How much a run added."""

    instructors: int = 0
    students: int = 0
    lessons: int = 0
    reviews: int = 0


@dataclass(frozen=True)
class Batch:
    """People who have to do with each other, and with nobody else."""

    teachers: list[Teacher]
    students: list[Resident]
    others: list[Resident]

    @property
    def everybody(self) -> list[Resident]:
        """All of them, in the order of their ids."""
        return [*self.teachers, *self.students, *self.others]

    def without(self, addresses: set[str]) -> "Batch":
        """Those who have none of these addresses."""
        return Batch(
            [person for person in self.teachers if person.user.email not in addresses],
            [person for person in self.students if person.user.email not in addresses],
            [person for person in self.others if person.user.email not in addresses],
        )


class Builder:
    """Adds batches to the site as of one moment."""

    def __init__(self, *, seed: int, today: date, now: datetime, past_days: int) -> None:
        self._seed, self._today, self._now, self._dawn = seed, today, now, midnight(today)
        self._past_days = past_days
        self._slugs, self._founders = repository.slugs(), repository.founders()
        self._ids = NameIds(repository.group_ids(), repository.tie_ids())
        self.added = Added()

    def add(self, batch: Batch) -> None:
        """Add those of a batch who are not known yet, and their lessons, in one transaction."""
        batch = batch.without(repository.known([person.user.email for person in batch.everybody]))
        if batch.everybody:
            with transaction.atomic():
                self._give_ids(batch)
                lessons = self._lessons(batch)
                # A key that no other run has: references are drawn too.
                chosen = draws(self._seed, "reviews", batch.everybody[0].user.email)
                self._write(batch, lessons, reviews.write(lessons, now=self._dawn, chosen=chosen))
                self._open(batch.teachers, lessons)

    def _give_ids(self, batch: Batch) -> None:
        """Ids for people and services, slugs for instructors, and the founders' commission for the first of them."""
        for person, pk in zip(batch.everybody, repository.reserve_ids(User, len(batch.everybody)), strict=True):
            person.user.pk = pk
        offered = [one for teacher in batch.teachers for one in teacher.offered]
        for one, pk in zip(offered, repository.reserve_ids(Service, len(offered)), strict=True):
            one.id = pk
        for teacher in batch.teachers:
            stem = slugify(teacher.user.public_name)
            candidates = (stem if n == 1 else f"{stem}-{n}" for n in count(1))
            teacher.slug = next(slug for slug in candidates if slug not in self._slugs)
            self._slugs.add(teacher.slug)
            teacher.founding = self._founders < policy.FOUNDING_INSTRUCTORS
            self._founders += teacher.founding

    def _lessons(self, batch: Batch) -> list[Lesson]:
        chosen = draws(self._seed, "lessons", batch.everybody[0].user.email)
        timetable = Timetable(today=self._today, now=self._now, chosen=chosen, past_days=self._past_days)
        for plan, days, at in _known_by_heart(batch.everybody, self._today):
            timetable.meet(plan, days, at=at, kept=True)
        learning = [teacher for teacher in batch.teachers if teacher.user.email != ANA][:TEACHERS_WHO_LEARN]
        timetable.fill(batch.teachers, [*batch.students, *learning])
        timetable.settle()
        return sorted(timetable.lessons, key=lambda lesson: (lesson.created_at, lesson.reference))

    def _write(self, batch: Batch, lessons: Sequence[Lesson], written: Sequence[Review]) -> None:
        kept = sum(lesson.cancelled is None for lesson in lessons)
        entry_ids = repository.reserve_ids(CalendarEntry, kept)
        booking_ids = repository.reserve_ids(Booking, len(lessons))
        with repository.without_history():
            for table in self._tables(batch, lessons, written):
                repository.copy(table)
            for table in rows.of_lessons(lessons, entry_ids, booking_ids, self._ids):
                repository.copy(table)
        self.added.instructors += len(batch.teachers)
        self.added.students += len(batch.students) + len(batch.others)
        self.added.lessons += len(lessons)
        self.added.reviews += len(written)

    def _tables(self, batch: Batch, lessons: Sequence[Lesson], written: Sequence[Review]) -> Rows:
        yield from rows.of_people(batch.everybody, self._ids)
        yield from rows.of_teachers(batch.teachers, written, self._ids)
        yield from rows.of_time_off(batch.teachers, lessons, asked_at=self._dawn - MORNING)
        yield written

    def _open(self, teachers: Sequence[Teacher], lessons: Sequence[Lesson]) -> None:
        """Lay time off around lessons, work out free time, and let search find them: as going live does."""
        ids = [teacher.user.pk for teacher in teachers]
        calendar.lock(person_ids=ids)
        away = {lesson.plan.student.user.pk for lesson in lessons if lesson.cancelled is None}
        for teacher in teachers:
            if teacher.off or teacher.user.pk in away:
                calendar.lay_again(person_id=teacher.user.pk, touched=Span(self._dawn, self._dawn + MORNING))
        horizon.extend(now=self._now)
        offers.publish(instructor_ids=ids)


def _known_by_heart(people: Sequence[Resident], today: date) -> Iterator[tuple[Plan, list[date], int]]:
    """Ana's lessons with Sam (six past, one to come) and with a neighbour (four past, two to come)."""
    by_address = {person.user.email: person for person in people}
    ana, sam = by_address.get(ANA), by_address.get(SAM)
    if isinstance(ana, Teacher) and sam is not None:
        piano = ana.offered[0]
        online = Plan(ana, sam, piano, Place.ONLINE, 60, None, "")
        yield online, [today + timedelta(days=3 - 7 * n) for n in range(7)], 17 * 60
        neighbour = next(person for person in people if not isinstance(person, Teacher))
        at_anas = Plan(ana, neighbour, piano, Place.INSTRUCTOR, 45, None, "")
        yield at_anas, [today + timedelta(days=9 - 7 * n) for n in range(6)], 15 * 60 + 30
