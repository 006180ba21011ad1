"""Lessons between the city's people: students who come every week, every other, or once."""

import random
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bookings.models import Status
from bookings.services.booking import LETTERS
from bookings.services.demo.material import words
from bookings.services.demo.people import PAST_DAYS, Resident, Teacher
from bookings.services.demo.places import Area
from bookings.services.demo.supply import Offered
from bookings.services.demo.voices import Voice
from instainstru.core import money, policy
from instainstru.core.money import Settlement
from instainstru.core.policy import Place
from instainstru.core.time import LocalStart, Span, midnight

COMING_DAYS = 42
RHYTHMS = (7, 7, 7, 7, 14, 14, 0)  # days between one student's lessons; 0 is a single one
BOOKED_AHEAD = timedelta(days=1)  # by at least so much, so notice and overnight guard are kept
ASKED = 3
CANCELLED, CANCELLED_BY_STUDENT, NOTED = 0.07, 0.75, 0.25


@dataclass(frozen=True)
class Plan:
    """What a student and an instructor have agreed on for all their lessons."""

    teacher: Teacher
    student: Resident
    offered: Offered
    place: Place
    minutes: int
    area: Area | None
    address: str


@dataclass
class Cancelling:
    """When, by whom, and who gets what."""

    at: datetime
    by: Resident
    due: Settlement


@dataclass
class Lesson:
    """One lesson before it has a row."""

    plan: Plan
    reference: str
    starts: LocalStart
    span: Span
    created_at: datetime
    notes: str
    cancelled: Cancelling | None = None
    status: Status = Status.CONFIRMED
    commission_percent: int = 0  # of a completed one

    @property
    def hourly_cents(self) -> int:
        """The rate that was copied from the service."""
        return self.plan.offered.prices[self.plan.place]

    @property
    def price_cents(self) -> int:
        """The lesson without fee."""
        return money.lesson_price(hourly_cents=self.hourly_cents, minutes=self.plan.minutes)

    @property
    def blocked(self) -> Span:
        """The lesson with what the instructor needs around it."""
        padding = policy.padding(travel=self.plan.place.travel, buffer_minutes=self.plan.teacher.buffer_minutes)
        return Span(self.span.start - padding.before, self.span.end + padding.after)


class Diary:
    """Who has something on when, taken and taught alike; a padded lesson reaches into the next day at most."""

    def __init__(self) -> None:
        self._taken: dict[tuple[int, date], list[Span]] = defaultdict(list)

    def free(self, person: int, span: Span) -> bool:
        """Whether a person has nothing on then."""
        day = span.start.date()
        near = (self._taken[person, day + timedelta(days=n)] for n in (-1, 0, 1))
        return not any(span.overlaps(other) for taken in near for other in taken)

    def take(self, person: int, span: Span) -> None:
        """Note that a person has something on then."""
        self._taken[person, span.start.date()].append(span)


class Timetable:
    """Puts lessons into everybody's calendar, from three months ago (or longer) to six weeks ahead."""

    def __init__(self, *, today: date, now: datetime, chosen: random.Random, past_days: int = PAST_DAYS) -> None:
        self._today, self._now, self._chosen, self._past_days = today, now, chosen, past_days
        self._dawn = midnight(today)  # all that happened has happened before today
        self._diary = Diary()
        self._plans: Counter[int] = Counter()  # of each student
        self.lessons: list[Lesson] = []

    def fill(self, teachers: Sequence[Teacher], students: Sequence[Resident]) -> None:
        """Give the instructors so many regular students as they have."""
        for teacher in teachers:
            pool = [student for student in students if student.user.pk != teacher.user.pk]
            for _ in range(teacher.regulars * self._past_days // PAST_DAYS if pool else 0):
                self._come_regularly(self._plan(teacher, pool))

    def _plan(self, teacher: Teacher, students: Sequence[Resident]) -> Plan:
        chosen = self._chosen
        offered = chosen.choice((teacher.offered[0], *teacher.offered))
        place, minutes = chosen.choice(list(offered.prices)), chosen.choice(offered.lengths)
        if not place.travel:
            return Plan(teacher, self._someone(students), offered, place, minutes, None, "")
        student = self._someone([one for one in students if one.home in teacher.served] or students)
        area = student.home if student.home in teacher.served else chosen.choice(teacher.served)
        address = f"{chosen.randrange(2, 940)} {chosen.choice(words('street'))}"
        return Plan(
            teacher, student, offered, place, minutes, area, address + chosen.choice(("", ", Apt 2B", ", Apt 5"))
        )

    def _someone(self, students: Sequence[Resident]) -> Resident:
        """One of these people, rather one who takes few lessons so far."""
        student = min(self._chosen.choices(students, k=ASKED), key=lambda one: self._plans[one.user.pk])
        self._plans[student.user.pk] += 1
        return student

    def _come_regularly(self, plan: Plan) -> None:
        chosen = self._chosen
        first = self._today + timedelta(days=chosen.randrange(-self._past_days, COMING_DAYS // 2))
        last = min(
            first + timedelta(days=7 * chosen.randrange(3, 18)),
            self._today + timedelta(days=chosen.randrange(7, COMING_DAYS)),
        )
        while first < last and not plan.teacher.week.weekly.get(first.weekday()):
            first += timedelta(days=1)
        starts = _starts(plan.teacher.week.weekly.get(first.weekday(), []), plan.minutes)
        if starts:
            rhythm = chosen.choice(RHYTHMS) or COMING_DAYS + PAST_DAYS
            days = range(0, max(1, (last - first).days), rhythm)
            self.meet(plan, [first + timedelta(days=n) for n in days], at=chosen.choice(starts))

    def meet(self, plan: Plan, days: Iterable[date], *, at: int, kept: bool = False) -> None:
        """Put lessons on these days at a minute of the day, wherever both have time. Those kept are not cancelled."""
        for day in days:
            starts = LocalStart(day, time(at // 60, at % 60))
            span = starts.span(plan.minutes)
            created_at = self._booked_at(plan, span)
            if created_at is None or not _open(plan, day, at):
                continue
            lesson = Lesson(plan, self._reference(), starts, span, created_at, self._notes(plan))
            if self._fits(lesson):
                self._diary.take(plan.teacher.user.pk, lesson.blocked)
                self._diary.take(plan.student.user.pk, lesson.span)
                self.lessons.append(self._seen_from_now(lesson, kept=kept))

    def _booked_at(self, plan: Plan, span: Span) -> datetime | None:
        """When the lesson was booked: some days before, as soon as both were there; None if that cannot be."""
        from_then = max(plan.teacher.live_since, plan.student.user.date_joined)
        until = min(self._dawn, span.start - BOOKED_AHEAD)
        before = timedelta(seconds=self._chosen.randrange(600, 18 * 86_400))
        return max(from_then, until - before) if from_then < until else None

    def _fits(self, lesson: Lesson) -> bool:
        teacher, student = lesson.plan.teacher, lesson.plan.student
        return (
            not any(off.span.overlaps(lesson.blocked) for off in teacher.off)
            and self._diary.free(teacher.user.pk, lesson.blocked)
            and self._diary.free(student.user.pk, lesson.span)
        )

    def _reference(self) -> str:
        drawn = "".join(self._chosen.choices(LETTERS, k=10))
        return f"LS-{drawn[:5]}-{drawn[5:]}"

    def _notes(self, plan: Plan) -> str:
        if self._chosen.random() > NOTED:
            return ""
        teacher, topic = plan.teacher, plan.offered.topic
        voice = Voice(topic, chosen=self._chosen, name=teacher.user.first_name, years=teacher.years, home=teacher.home)
        return voice.say(self._chosen.choice(words("note")))

    def _seen_from_now(self, lesson: Lesson, *, kept: bool) -> Lesson:
        """Cancelled, completed, or to come."""
        if not kept and self._chosen.random() < CANCELLED:
            ahead = timedelta(
                minutes=self._chosen.choice((10 * 24 * 60, 4 * 24 * 60, 30 * 60, 20 * 60, 13 * 60, 5 * 60, 90))
            )
            at = min(self._dawn, max(lesson.span.start - ahead, lesson.created_at + timedelta(minutes=5)))
            plan = lesson.plan
            by = plan.student if self._chosen.random() < CANCELLED_BY_STUDENT else plan.teacher
            lesson.cancelled = Cancelling(at, by, Settlement(0, 0, 0))
            lesson.status = Status.CANCELLED
        elif lesson.span.end <= self._now:
            lesson.status = Status.COMPLETED
        return lesson

    def settle(self) -> None:
        """Work out, when all lessons are there, what each cancelled one costs whom, and each commission."""
        ends: dict[int, list[datetime]] = defaultdict(list)
        for lesson in sorted(self.lessons, key=lambda lesson: lesson.span):
            if lesson.status is Status.COMPLETED:
                ends[lesson.plan.teacher.user.pk].append(lesson.span.end)
        for lesson in self.lessons:
            if lesson.cancelled is not None:
                lesson.cancelled.due = _due(lesson, lesson.cancelled, ends[lesson.plan.teacher.user.pk])
            elif lesson.status is Status.COMPLETED:
                before = _completed(lesson, ends[lesson.plan.teacher.user.pk], until=lesson.span.end)
                lesson.commission_percent = _commission(lesson, before)


def _starts(stretches: Iterable[tuple[int, int]], minutes: int) -> list[int]:
    """The half hours of a day at which a lesson of so many minutes fits into its hours."""
    return [
        start
        for opens, closes in stretches
        for start in range(opens + -opens % policy.STEP_MINUTES, closes - minutes + 1, 2 * policy.STEP_MINUTES)
    ]


def _open(plan: Plan, day: date, at: int) -> bool:
    return any(opens <= at and at + plan.minutes <= closes for opens, closes in plan.teacher.week.on(day))


def _completed(lesson: Lesson, ends: Sequence[datetime], *, until: datetime) -> int:
    """How many of these ends lie in the window of a lesson's commission, before an instant."""
    since = lesson.span.end - timedelta(days=policy.COMMISSION_WINDOW_DAYS)
    return max(0, bisect_left(ends, until) - bisect_left(ends, since))


def _commission(lesson: Lesson, completed: int) -> int:
    return money.commission_percent(lessons_completed=completed, founding=lesson.plan.teacher.founding)


def _due(lesson: Lesson, cancelled: Cancelling, ends: Sequence[datetime]) -> Settlement:
    """As cancelling it then would have come out: the lessons that were completed by then count."""
    completed = _completed(lesson, ends, until=cancelled.at + timedelta(microseconds=1))
    teacher = lesson.plan.teacher
    return money.settle(
        price_cents=lesson.price_cents,
        fee_cents=money.protection_fee(lesson.price_cents),
        commission_rate=_commission(lesson, completed),
        starts_at=lesson.span.start,
        now=cancelled.at,
        by_instructor=cancelled.by is teacher,
    )
