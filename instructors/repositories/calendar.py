"""The calendar's rows and locks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from instainstru.core import policy
from instainstru.core.time import Span
from instructors.models import CalendarEntry, DatedHours, EntryKind, FreeSpan, TimeOff, WeeklyHours

LOCK_TIMEOUT = "2s"


@dataclass(frozen=True)
class OpenStretch:
    """A stretch of one local day in which an instructor works, in UTC."""

    instructor_id: int
    day: date
    span: Span


@dataclass(frozen=True)
class PaddingClass:
    """What a lesson, with or without travel, would need around itself at one instructor's."""

    instructor_id: int
    travel: bool
    before: timedelta
    after: timedelta


def lock_calendars(person_ids: Sequence[int]) -> bool:
    """Take the advisory locks of these people for the rest of the transaction, waiting at most two seconds for each.

    Always in ascending order, so that two who want the same pair never wait for each other. OFFSET 0 keeps
    PostgreSQL from taking them before it has sorted. Answers whether any of them has closed their account: asked once
    the locks are had, and so true until the commit.
    """
    ids = sorted(set(person_ids))
    with connection.cursor() as cursor:
        cursor.execute(
            # One message, three statements: one journey. Each sees what was committed when it began.
            f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}';"  # noqa: S608  # a constant of this file
            " SELECT pg_advisory_xact_lock(k)"
            " FROM (SELECT k FROM unnest(%s::bigint[]) AS k ORDER BY k OFFSET 0) AS sorted;"
            " SELECT EXISTS (SELECT FROM accounts_user WHERE id = ANY(%s) AND closed_at IS NOT NULL)",
            [ids, ids],
        )
        while cursor.nextset():
            pass
        return bool(cursor.fetchone()[0])


def weekly_hours_of(instructor_ids: Sequence[int]) -> list[WeeklyHours]:
    """The repeating hours of these instructors."""
    return list(
        WeeklyHours.objects.filter(instructor_id__in=instructor_ids).order_by("instructor_id", "weekday", "opens")
    )


@dataclass(frozen=True)
class Hours:
    """What instructors have said of their hours: the repeating week, and single days in its place."""

    weekly: list[WeeklyHours]
    dated: list[DatedHours]


def hours_of(instructor_ids: Sequence[int], days: Sequence[date]) -> Hours:
    """The hours of these instructors that matter for these days, which ascend."""
    dated = DatedHours.objects.filter(instructor_id__in=instructor_ids, day__range=(days[0], days[-1])) if days else []
    return Hours(weekly_hours_of(instructor_ids), list(dated))


def replace_weekly_hours(*, instructor_id: int, stretches: Sequence[tuple[int, int, int]]) -> None:
    """Put these (weekday, opens, closes) in place of an instructor's repeating hours."""
    WeeklyHours.objects.filter(instructor_id=instructor_id).delete()
    WeeklyHours.objects.bulk_create(
        [WeeklyHours(instructor_id=instructor_id, weekday=w, opens=o, closes=c) for w, o, c in stretches]
    )


def replace_dated_hours(*, instructor_id: int, days: Sequence[date], rows: Sequence[DatedHours]) -> None:
    """Put these rows in place of whatever an instructor's single days had, in one journey."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            DELETE FROM instructors_datedhours WHERE instructor_id = %(instructor)s AND day = ANY(%(gone)s::date[]);
            INSERT INTO instructors_datedhours (instructor_id, day, opens, closes)
            SELECT %(instructor)s, * FROM unnest(%(days)s::date[], %(opens)s::smallint[], %(closes)s::smallint[])
            """,
            {
                "instructor": instructor_id,
                "gone": list(days),
                "days": [row.day for row in rows],
                "opens": [row.opens for row in rows],
                "closes": [row.closes for row in rows],
            },
        )


def coming_lessons(*, instructor_id: int, after: datetime) -> list[CalendarEntry]:
    """The lessons that an instructor has yet to end."""
    return list(
        CalendarEntry.objects.filter(
            instructor_id=instructor_id, kind=EntryKind.LESSON, core__endswith__gt=after
        ).order_by("core")
    )


def lay_time_off(*, instructor_id: int) -> None:
    """Derive an instructor's time-off entries anew: all that was asked, merged, less the lessons' padded time."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            DELETE FROM instructors_calendarentry WHERE instructor_id = %(instructor)s AND kind = %(time_off)s;
            WITH asked AS (
                SELECT range_agg(during) AS off FROM instructors_timeoff WHERE person_id = %(instructor)s
            ), lessons AS (
                SELECT range_agg(during) AS taken FROM instructors_calendarentry
                WHERE instructor_id = %(instructor)s AND kind = %(lesson)s
            )
            INSERT INTO instructors_calendarentry (instructor_id, kind, during, core, reference, label)
            SELECT %(instructor)s, %(time_off)s, piece, piece, '', ''
            FROM asked, lessons, unnest(asked.off - coalesce(lessons.taken, '{}')) AS piece
            """,
            {"instructor": instructor_id, "lesson": EntryKind.LESSON, "time_off": EntryKind.TIME_OFF},
        )


def rewrite_free_spans(
    *, classes: Sequence[PaddingClass], stretches: Sequence[OpenStretch], days: Span, longest: timedelta
) -> None:
    """Put the free spans of these instructors and days in the place of what was there.

    `days` runs from local midnight to local midnight, `longest` is more than any padding. A lesson fits iff it
    lies in hours minus entries, where each entry is widened by the lesson's own padding, mirrored: what the
    lesson needs after itself lies before the entry.
    """
    parameters: dict[str, Any] = {
        "instructors": [stretch.instructor_id for stretch in stretches],
        "days": [stretch.day for stretch in stretches],
        "opens": [stretch.span.start for stretch in stretches],
        "closes": [stretch.span.end for stretch in stretches],
        "of": [padding.instructor_id for padding in classes],
        "travel": [padding.travel for padding in classes],
        "before": [padding.before for padding in classes],
        "after": [padding.after for padding in classes],
        "begin": days.start,
        "end": days.end,
        "from": days.start - longest,
        "until": days.end + longest,
        "step": timedelta(minutes=policy.STEP_MINUTES),
        "shortest": timedelta(minutes=policy.SHORTEST_LESSON_MINUTES),
    }
    with connection.cursor() as cursor:
        cursor.execute(
            # One message, two statements: one journey.
            """
            DELETE FROM instructors_freespan
            WHERE instructor_id = ANY(%(of)s::bigint[]) AND starts_at >= %(begin)s AND starts_at < %(end)s;
            WITH open AS MATERIALIZED (
                SELECT instructor_id, day, range_agg(tstzrange(opens, closes)) AS hours
                FROM unnest(
                    %(instructors)s::bigint[], %(days)s::date[], %(opens)s::timestamptz[], %(closes)s::timestamptz[]
                ) AS stretch(instructor_id, day, opens, closes)
                GROUP BY instructor_id, day
            ), class AS MATERIALIZED (
                SELECT * FROM unnest(
                    %(of)s::bigint[], %(travel)s::boolean[], %(before)s::interval[], %(after)s::interval[]
                ) AS class(instructor_id, travel, before, after)
            ), busy AS MATERIALIZED (  -- an inner join: no entry must not become a range without bounds
                SELECT class.instructor_id, class.travel,
                    range_agg(tstzrange(lower(entry.during) - class.after, upper(entry.during) + class.before)) AS taken
                FROM class
                JOIN instructors_calendarentry AS entry ON entry.instructor_id = class.instructor_id
                    AND entry.during && tstzrange(%(from)s, %(until)s)
                GROUP BY class.instructor_id, class.travel
            )
            INSERT INTO instructors_freespan (instructor_id, travel, starts_at, ends_at)
            SELECT open.instructor_id, class.travel, first.quarter, upper(piece)
            FROM open
            JOIN class ON class.instructor_id = open.instructor_id
            LEFT JOIN busy ON busy.instructor_id = class.instructor_id AND busy.travel = class.travel
            CROSS JOIN LATERAL unnest(open.hours - coalesce(busy.taken, '{}')) AS piece
            CROSS JOIN LATERAL (
                SELECT date_bin(%(step)s, lower(piece) + %(step)s - interval '1 microsecond', 'epoch') AS quarter
            ) AS first
            WHERE upper(piece) - first.quarter >= %(shortest)s
            """,
            parameters,
        )


def add_lesson(*, instructor_id: int, blocked: Span, lesson: Span, reference: str, label: str) -> CalendarEntry:
    """Insert a lesson's entry; the table refuses time that is taken with `never_twice`."""
    with transaction.atomic():
        return CalendarEntry.objects.create(
            instructor_id=instructor_id,
            kind=EntryKind.LESSON,
            during=blocked.as_range,
            core=lesson.as_range,
            reference=reference,
            label=label,
        )


def remove_lesson(*, reference: str) -> CalendarEntry:
    """Delete a lesson's entry, and answer what it was."""
    entry = CalendarEntry.objects.get(reference=reference)
    entry.delete()
    return entry


def lessons_during(*, instructor_id: int, span: Span) -> list[CalendarEntry]:
    """The lessons that take place, if only partly, in a span."""
    return list(
        CalendarEntry.objects.filter(
            instructor_id=instructor_id, kind=EntryKind.LESSON, core__overlap=span.as_range
        ).order_by("core")
    )


def add_time_off(*, person_id: int, span: Span, reason: str, lesson_reference: str = "") -> TimeOff:
    """Keep a span of time off as it was asked."""
    return TimeOff.objects.create(
        person_id=person_id, during=span.as_range, reason=reason, lesson_reference=lesson_reference
    )


def time_off_of(*, person_id: int) -> QuerySet[TimeOff]:
    """What a person asked for; lessons that they take elsewhere left out."""
    return TimeOff.objects.filter(person_id=person_id, lesson_reference="")


def time_off_during(*, person_id: int, span: Span) -> list[TimeOff]:
    """What of it touches a span, by its beginning."""
    return list(time_off_of(person_id=person_id).filter(during__overlap=span.as_range).order_by("during"))


def coming_lessons_in_time_off(*, person_id: int, after: datetime) -> list[CalendarEntry]:
    """The lessons that a person has yet to end, and that lie, if only partly, in time off that they asked for."""
    asked = time_off_of(person_id=person_id).filter(during__overlap=OuterRef("core"))
    lessons = CalendarEntry.objects.filter(instructor_id=person_id, kind=EntryKind.LESSON, core__endswith__gt=after)
    return list(lessons.filter(Exists(asked)).order_by("core"))


def forget_time_off(*, time_off: TimeOff) -> None:
    """Delete a span of time off."""
    time_off.delete()


def forget_lesson_taken(*, person_id: int, lesson_reference: str) -> None:
    """Delete the time off that a lesson taken elsewhere was."""
    TimeOff.objects.filter(person_id=person_id, lesson_reference=lesson_reference).delete()


def kept_spans(*, instructor_id: int, since: datetime) -> set[tuple[bool, datetime, datetime]]:
    """An instructor's free time as it is kept: (travel, start, end)."""
    spans = FreeSpan.objects.filter(instructor=instructor_id, starts_at__gte=since)
    return set(spans.values_list("travel", "starts_at", "ends_at"))


def forget_spans_before(instant: datetime) -> int:
    """Delete the free time of days gone by; answers how many spans that were."""
    return FreeSpan.objects.filter(starts_at__lt=instant).delete()[0]
