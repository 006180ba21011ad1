"""What students say of lessons that they took."""

import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from bookings.models import Status
from bookings.services.demo.lessons import Lesson
from bookings.services.demo.voices import Voice, verdict
from instructors.models import Review

# How many of a hundred give so many stars, with good instructors and with others
STARS = {5: 68, 4: 23, 3: 5, 2: 2, 1: 2}
STARS_OF_OTHERS = {5: 38, 4: 38, 3: 15, 2: 6, 1: 3}
OTHERS = 0.25
HOW_MANY = (0, 1, 1, 2, 2, 3)  # by one student of one instructor
LATEST_DAYS = 12
HOURS = 24


def write(lessons: Sequence[Lesson], *, now: datetime, chosen: random.Random) -> list[Review]:
    """Reviews of some completed lessons, by the students who took them, within days of the end."""
    taken: dict[tuple[int, int], list[Lesson]] = defaultdict(list)
    for lesson in lessons:
        if lesson.status is Status.COMPLETED and lesson.span.end + timedelta(hours=HOURS) < now:
            taken[lesson.plan.teacher.user.pk, lesson.plan.student.user.pk].append(lesson)
    kindness: dict[int, dict[int, int]] = {}
    said: dict[int, set[str]] = defaultdict(set)  # of each instructor
    written = []
    for (teacher, _), together in sorted(taken.items()):
        stars = kindness.setdefault(teacher, STARS_OF_OTHERS if chosen.random() < OTHERS else STARS)
        for lesson in chosen.sample(together, min(len(together), chosen.choice(HOW_MANY))):
            given = chosen.choices(list(stars), list(stars.values()))[0]
            written.append(_review(lesson, given, now, chosen, said=said[teacher]))
    return sorted(written, key=lambda review: review.created_at)


def _review(lesson: Lesson, stars: int, now: datetime, chosen: random.Random, *, said: set[str]) -> Review:
    plan = lesson.plan
    teacher, topic = plan.teacher, plan.offered.topic
    voice = Voice(topic, chosen=chosen, name=teacher.user.first_name, years=teacher.years, home=teacher.home)
    latest = min(LATEST_DAYS * HOURS * 60, (now - lesson.span.end) // timedelta(minutes=1))
    return Review(
        instructor_id=teacher.user.pk,
        student_id=plan.student.user.pk,
        lesson_reference=lesson.reference,
        stars=stars,
        text=verdict(topic.category, stars, voice, chosen, said=said),
        created_at=lesson.span.end + timedelta(minutes=chosen.randrange(20, latest)),
    )
