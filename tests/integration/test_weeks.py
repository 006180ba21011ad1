"""Single weeks: read with their version, saved against it, carried on to other days."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from instainstru.core import policy
from instainstru.core.errors import Invalid, Stale
from instainstru.core.time import NEW_YORK, midnight
from instructors.models import DatedHours, FreeSpan, InstructorProfile, WeeklyHours
from instructors.repositories import calendar as repository
from instructors.services import horizon, hours, setup, weeks
from instructors.services.calendar import OutsideHours
from tests.fixtures import NOON, TOMORROW, book, free_starts, off, taken

DAY, WEEK = timedelta(days=1), timedelta(days=7)
TODAY = NOON.date()  # Monday 1 March 2027
MONDAY = TODAY + WEEK  # 8 March: its Sunday is the spring night
USUAL = ((9 * 60, 21 * 60),)
MORNING = ((9 * 60, 12 * 60),)
EVENING = ((18 * 60, 24 * 60),)


def read(service, monday=MONDAY, now=NOON) -> weeks.Week:
    """Ana's week as it is."""
    return weeks.read(instructor_id=service.instructor_id, monday=monday, now=now)


def save(service, days, *versions: str, monday=MONDAY, now=NOON) -> weeks.Week:
    """Save some days of a week against what is there, or against what somebody read."""
    versions = versions or (read(service, monday, now).version,)
    return weeks.save(instructor_id=service.instructor_id, monday=monday, days=days, versions=versions, now=now)


def apply(service, first, last, *, monday=MONDAY, dry_run=False, now=NOON, **stated) -> weeks.Applied:
    """Use a week for a range, at the version that is there."""
    if "versions" not in stated:
        stated["versions"] = [read(service, monday, now).version]
    return weeks.apply(
        instructor_id=service.instructor_id, monday=monday, first=first, last=last, dry_run=dry_run, now=now, **stated
    )


def dated() -> dict[date, list[tuple[int | None, int | None]]]:
    """The rows of single days."""
    found: dict[date, list[tuple[int | None, int | None]]] = {}
    for row in DatedHours.objects.order_by("day", "opens"):
        found.setdefault(row.day, []).append((row.opens, row.closes))
    return found


def adds_up(service, now=NOON) -> bool:
    """Whether the free time that is kept is what hours and entries make."""
    return horizon.compare(instructor_id=service.instructor_id, now=now) is None


# Read


def test_a_week_shows_its_days_and_what_touches_them(ana_teaches_piano, sam):
    lesson = book(sam, ana_teaches_piano, at="15:00", day=MONDAY + DAY)
    book(sam, ana_teaches_piano, at="15:00", day=TOMORROW)  # another week's
    away = off(ana_teaches_piano, "18:00", "24:00", day=MONDAY + 2 * DAY).time_off
    save(ana_teaches_piano, {MONDAY: MORNING})
    week = read(ana_teaches_piano)
    assert [day.date for day in week.days] == [MONDAY + n * DAY for n in range(7)]
    assert [day.hours for day in week.days] == [MORNING, *[USUAL] * 6]
    assert {day.usual for day in week.days} == {USUAL}
    assert [day.dated for day in week.days] == [True, *[False] * 6]
    assert [[one.reference for one in day.lessons] for day in week.days] == [[], [lesson.reference], *[[]] * 5]
    assert [day.time_off for day in week.days] == [[], [], [away], *[[]] * 4]
    assert week.uncovered == []


def test_a_lesson_that_an_instructor_takes_is_no_time_off_of_theirs(ana_teaches_piano, stranger_teaches_guitar, ana):
    book(ana, stranger_teaches_guitar, at="15:00", day=MONDAY)
    assert read(ana_teaches_piano).days[0].time_off == []


def test_who_has_no_hours_has_an_empty_week(stranger):
    week = weeks.read(instructor_id=stranger.pk, monday=MONDAY, now=NOON)
    assert {day.hours for day in week.days} == {()}


@pytest.mark.parametrize(
    ("monday", "why"),
    [
        (TODAY - WEEK, "The week of 22 February 2027 is over."),
        (TODAY + DAY, "2 March 2027 is a Tuesday: weeks begin on a Monday."),
        (TODAY + 53 * WEEK, "Weeks can be set up to 366 days ahead."),
        (date(9999, 12, 27), "Weeks can be set up to 366 days ahead."),
        (date(1, 1, 1), "The week of 1 January 1 is over."),
        (date(9999, 12, 31), "31 December 9999 is a Friday: weeks begin on a Monday."),
    ],
)
def test_a_monday_that_is_none_or_out_of_reach_is_refused_everywhere(ana_teaches_piano, monday, why):
    stated = {"instructor_id": ana_teaches_piano.instructor_id, "monday": monday, "now": NOON}
    for ask in (
        lambda: weeks.read(**stated),
        lambda: weeks.save(days={}, versions=["x"], **stated),
        lambda: weeks.copy(versions=["x"], **stated),
        lambda: weeks.apply(first=TODAY, last=TODAY, versions=["x"], dry_run=True, **stated),
    ):
        with pytest.raises(Invalid) as refused:
            ask()
        assert refused.value.fields == {"monday": [why]}


def test_the_first_and_the_last_week_in_reach(ana_teaches_piano):
    assert read(ana_teaches_piano, TODAY).days[0].date == TODAY
    assert read(ana_teaches_piano, TODAY, now=NOON + 6 * DAY).days[0].date == TODAY  # still this week on its Sunday
    last = TODAY + 52 * WEEK
    assert save(ana_teaches_piano, {last: MORNING}, monday=last).days[0].hours == MORNING


# The version


def test_the_version_names_the_hours_wherever_they_come_from(ana_teaches_piano):
    as_usual = read(ana_teaches_piano).version
    assert as_usual == hours.read(instructor_id=ana_teaches_piano.instructor_id).version
    mornings = save(ana_teaches_piano, {MONDAY + n * DAY: MORNING for n in range(7)}).version
    assert mornings != as_usual
    hours.save(instructor_id=ana_teaches_piano.instructor_id, days=[list(MORNING)] * 7, versions=[as_usual], now=NOON)
    assert read(ana_teaches_piano).version == mornings  # now usual, and dated too
    assert read(ana_teaches_piano, MONDAY + WEEK).version == mornings
    DatedHours.objects.all().delete()
    assert read(ana_teaches_piano).version == mornings


def test_a_change_of_the_repeating_week_changes_the_version_only_where_it_shows(ana_teaches_piano):
    week = save(ana_teaches_piano, {MONDAY: MORNING})
    other = read(ana_teaches_piano, MONDAY + WEEK).version
    days = [list(EVENING), *[list(USUAL)] * 6]
    version = hours.read(instructor_id=ana_teaches_piano.instructor_id).version
    hours.save(instructor_id=ana_teaches_piano.instructor_id, days=days, versions=[version], now=NOON)
    assert read(ana_teaches_piano).version == week.version  # its Monday has hours of its own
    assert read(ana_teaches_piano, MONDAY + WEEK).version != other


# Save


def test_a_save_changes_the_days_that_it_names_and_no_other(ana_teaches_piano, sam):
    week = save(ana_teaches_piano, {MONDAY + DAY: MORNING, MONDAY + 3 * DAY: EVENING})
    assert [day.hours for day in week.days] == [USUAL, MORNING, USUAL, EVENING, USUAL, USUAL, USUAL]
    assert free_starts(ana_teaches_piano, MONDAY + DAY)[-1] == "11:00"
    assert free_starts(ana_teaches_piano, MONDAY + 2 * DAY)[-1] == "20:00"
    assert free_starts(ana_teaches_piano, MONDAY + 3 * DAY)[0] == "18:00"
    assert free_starts(ana_teaches_piano, MONDAY + 8 * DAY)[-1] == "20:00"
    with pytest.raises(OutsideHours):
        book(sam, ana_teaches_piano, at="15:00", day=MONDAY + DAY)
    assert adds_up(ana_teaches_piano)


def test_a_day_as_usual_keeps_no_row_and_a_day_off_keeps_one(ana_teaches_piano):
    save(ana_teaches_piano, {MONDAY: MORNING, MONDAY + DAY: (), MONDAY + 2 * DAY: USUAL})
    assert dated() == {MONDAY: [*MORNING], MONDAY + DAY: [(None, None)]}
    week = save(ana_teaches_piano, {MONDAY: USUAL, MONDAY + DAY: ((9 * 60, 15 * 60), (15 * 60, 21 * 60))})
    assert dated() == {}
    assert not any(day.dated for day in week.days)
    assert adds_up(ana_teaches_piano)


def test_no_hours_on_a_day_that_is_usually_off_keep_no_row(ana_teaches_piano):
    WeeklyHours.objects.filter(weekday=0).delete()
    save(ana_teaches_piano, {MONDAY: ()})
    assert dated() == {}


def test_a_dated_day_that_has_become_usual_is_not_dated_any_more_once_it_is_saved(ana_teaches_piano):
    save(ana_teaches_piano, {MONDAY: MORNING})
    WeeklyHours.objects.filter(weekday=0).update(closes=12 * 60)
    assert read(ana_teaches_piano).days[0].dated
    assert not save(ana_teaches_piano, {MONDAY: MORNING}).days[0].dated
    assert dated() == {}


def test_a_day_off_is_not_booked(ana_teaches_piano, sam):
    """A blocked day that still accepts a booking is a mistake known in systems of this kind."""
    save(ana_teaches_piano, {MONDAY: ()})
    assert free_starts(ana_teaches_piano, MONDAY) == []
    with pytest.raises(OutsideHours):
        book(sam, ana_teaches_piano, at="15:00", day=MONDAY)
    book(sam, ana_teaches_piano, at="15:00", day=MONDAY + WEEK)  # the next week's is as usual


def test_a_save_never_overwrites_a_newer_one(ana_teaches_piano):
    read_by_both = read(ana_teaches_piano).version
    save(ana_teaches_piano, {MONDAY: MORNING}, read_by_both)
    with pytest.raises(Stale):
        save(ana_teaches_piano, {MONDAY + DAY: EVENING}, read_by_both)
    assert dated() == {MONDAY: [*MORNING]}
    assert adds_up(ana_teaches_piano)


def test_a_change_of_the_repeating_week_makes_a_save_stale(ana_teaches_piano):
    version = read(ana_teaches_piano).version
    hours.save(instructor_id=ana_teaches_piano.instructor_id, days=[list(MORNING)] * 7, versions=[version], now=NOON)
    with pytest.raises(Stale):
        save(ana_teaches_piano, {MONDAY: EVENING}, version)


def test_a_day_of_another_week_is_refused(ana_teaches_piano):
    with pytest.raises(Invalid, match=r"Monday 15 March 2027 is not in the week of 8 March 2027\."):
        save(ana_teaches_piano, {MONDAY: MORNING, MONDAY + WEEK: MORNING})
    assert dated() == {}


def test_a_day_that_is_over_stays_as_it_was(ana_teaches_piano):
    save(ana_teaches_piano, {TODAY + DAY: EVENING}, monday=TODAY)
    thursday = NOON + 3 * DAY
    with pytest.raises(Invalid, match=r"Tuesday 2 March is over: its hours stay as they were\."):
        save(ana_teaches_piano, {TODAY + DAY: USUAL, TODAY + 4 * DAY: MORNING}, monday=TODAY, now=thursday)
    same = {TODAY: USUAL, TODAY + DAY: EVENING, TODAY + 3 * DAY: MORNING}  # today's can still change
    save(ana_teaches_piano, same, monday=TODAY, now=thursday)
    assert dated() == {TODAY + DAY: [*EVENING], TODAY + 3 * DAY: [*MORNING]}
    WeeklyHours.objects.filter(weekday=1).update(opens=18 * 60, closes=24 * 60)
    save(ana_teaches_piano, same, monday=TODAY, now=thursday)
    assert TODAY + DAY in dated()  # usual by now, and over: nothing of it is written
    horizon.compare(instructor_id=ana_teaches_piano.instructor_id, now=thursday, mend=True)
    save(ana_teaches_piano, {TODAY + 5 * DAY: ()}, monday=TODAY, now=thursday)
    assert adds_up(ana_teaches_piano, now=thursday)


def test_lessons_outside_the_new_hours_are_reported_and_stand(ana_teaches_piano, sam):
    late = book(sam, ana_teaches_piano, at="19:00", day=MONDAY)
    book(sam, ana_teaches_piano, at="10:00", day=MONDAY)
    book(sam, ana_teaches_piano, at="19:00", day=MONDAY + WEEK)
    week = save(ana_teaches_piano, {MONDAY: MORNING})
    assert [lesson.reference for lesson in week.uncovered] == [late.reference]
    assert [lesson.reference for lesson in read(ana_teaches_piano).uncovered] == [late.reference]
    assert len(taken(ana_teaches_piano)) == 3
    after = save(ana_teaches_piano, {}, now=late.span.end)
    assert after.uncovered == []  # what is over is not reported


def test_hours_that_overlap_are_refused_by_the_table_and_change_nothing(ana_teaches_piano):
    free = free_starts(ana_teaches_piano, MONDAY)
    with pytest.raises(IntegrityError, match="dated_hours_once"):
        save(ana_teaches_piano, {MONDAY: ((540, 720), (660, 780))})
    assert (dated(), free_starts(ana_teaches_piano, MONDAY)) == ({}, free)


def test_a_week_beyond_what_is_worked_out_waits_for_its_night(ana_teaches_piano):
    far = TODAY + 14 * WEEK
    spans = FreeSpan.objects.count()
    save(ana_teaches_piano, {far: MORNING}, monday=far)
    assert FreeSpan.objects.count() == spans
    now = NOON + 20 * DAY
    horizon.extend(now=now)
    assert free_starts(ana_teaches_piano, far, now=now)[-1] == "11:00"


def test_a_week_partly_beyond_what_is_worked_out_is_rewritten_as_far_as_that_goes(ana_teaches_piano):
    last = TODAY + policy.FREE_TIME_KEPT_DAYS * DAY
    monday = weeks.monday_of(last)
    save(ana_teaches_piano, {monday + n * DAY: MORNING for n in range(7)}, monday=monday)
    assert adds_up(ana_teaches_piano)
    assert InstructorProfile.objects.get().free_through == last
    assert not FreeSpan.objects.filter(starts_at__gte=midnight(last + DAY)).exists()


def test_a_week_of_who_is_not_public_is_kept_and_nothing_worked_out(ana, noon):
    profile = setup.begin_to_teach(person=ana, headline="Piano", bio="")
    version = weeks.read(instructor_id=profile.pk, monday=MONDAY, now=noon).version
    weeks.save(instructor_id=profile.pk, monday=MONDAY, days={MONDAY: MORNING}, versions=[version], now=noon)
    assert dated() == {MONDAY: [*MORNING]}
    assert not FreeSpan.objects.exists()


@pytest.mark.parametrize("changed", range(8))
def test_a_save_costs_at_most_eight_statements_and_two_for_each_changed_day(ana_teaches_piano, changed):
    """The beginning and the end of the transaction counted."""
    save(ana_teaches_piano, {MONDAY + n * DAY: EVENING for n in range(7)})
    days = {MONDAY + n * DAY: MORNING if n < changed else EVENING for n in range(7)}
    version = read(ana_teaches_piano).version
    with CaptureQueriesContext(
        connection,
    ) as run:
        save(ana_teaches_piano, days, version)
    assert len(run) == (10 if changed else 7), [query["sql"][:80] for query in run]
    assert len(run) <= 8 + 2 * changed


# Copy


def test_a_copy_gives_the_next_week_the_same_hours(ana_teaches_piano):
    source = save(ana_teaches_piano, {MONDAY: MORNING, MONDAY + 6 * DAY: ()})
    copied = weeks.copy(
        instructor_id=ana_teaches_piano.instructor_id, monday=MONDAY, versions=[source.version], now=NOON
    )
    assert copied.version == source.version
    assert [day.date for day in copied.days] == [MONDAY + WEEK + n * DAY for n in range(7)]
    assert dated()[MONDAY + WEEK] == [*MORNING]
    assert dated()[MONDAY + WEEK + 6 * DAY] == [(None, None)]
    assert len(dated()) == 4
    assert adds_up(ana_teaches_piano)


def test_a_copy_takes_the_place_of_what_the_next_week_had(ana_teaches_piano, sam):
    save(ana_teaches_piano, {MONDAY + WEEK: MORNING, MONDAY + WEEK + DAY: EVENING}, monday=MONDAY + WEEK)
    lesson = book(sam, ana_teaches_piano, at="19:00", day=MONDAY + WEEK + 2 * DAY)
    source = save(ana_teaches_piano, {MONDAY + 2 * DAY: MORNING})
    copied = weeks.copy(
        instructor_id=ana_teaches_piano.instructor_id, monday=MONDAY, versions=[source.version], now=NOON
    )
    assert sorted(dated()) == [MONDAY + 2 * DAY, MONDAY + WEEK + 2 * DAY]
    assert [one.reference for one in copied.uncovered] == [lesson.reference]


def test_a_copy_of_a_week_that_has_changed_is_stale(ana_teaches_piano):
    version = read(ana_teaches_piano).version
    save(ana_teaches_piano, {MONDAY: MORNING})
    with pytest.raises(Stale):
        weeks.copy(instructor_id=ana_teaches_piano.instructor_id, monday=MONDAY, versions=[version], now=NOON)
    assert len(dated()) == 1


def test_the_last_week_has_no_next(ana_teaches_piano):
    last = TODAY + 52 * WEEK
    version = read(ana_teaches_piano, last).version
    with pytest.raises(Invalid, match="366 days"):
        weeks.copy(instructor_id=ana_teaches_piano.instructor_id, monday=last, versions=[version], now=NOON)


def test_a_copy_over_the_spring_night_keeps_the_clock_times(ana_teaches_piano):
    """8 to 14 March onto 15 to 21 March: the same clock, another offset."""
    night = ((0, 60), (3 * 60, 5 * 60))
    source = save(ana_teaches_piano, {MONDAY + 6 * DAY: night})
    weeks.copy(instructor_id=ana_teaches_piano.instructor_id, monday=MONDAY, versions=[source.version], now=NOON)
    for sunday in (MONDAY + 6 * DAY, MONDAY + 13 * DAY):
        assert free_starts(ana_teaches_piano, sunday)[:2] == ["00:00", "03:00"]
    assert adds_up(ana_teaches_piano)


# Apply


def test_a_week_is_used_for_a_range_by_weekday(ana_teaches_piano):
    save(ana_teaches_piano, {MONDAY: MORNING, MONDAY + 5 * DAY: (), MONDAY + 6 * DAY: ()})
    first, last = MONDAY + 10 * DAY, MONDAY + 21 * DAY  # a Thursday to a Monday
    applied = apply(ana_teaches_piano, first, last)
    changed = {MONDAY + n * DAY: () for n in (12, 13, 19, 20)} | {MONDAY + n * DAY: MORNING for n in (14, 21)}
    assert {change.date: change.after for change in applied.changes} == changed
    assert {change.before for change in applied.changes} == {USUAL}
    rows = {day: stretches or ((None, None),) for day, stretches in changed.items()}
    rows |= {MONDAY: MORNING, MONDAY + 5 * DAY: ((None, None),), MONDAY + 6 * DAY: ((None, None),)}
    assert dated() == {day: [*stretches] for day, stretches in rows.items()}
    assert adds_up(ana_teaches_piano)


def test_a_preview_says_the_same_and_changes_nothing(ana_teaches_piano, sam):
    lesson = book(sam, ana_teaches_piano, at="19:00", day=MONDAY + WEEK)
    book(sam, ana_teaches_piano, at="19:00", day=MONDAY + WEEK + DAY)  # a day that stays as it is
    save(ana_teaches_piano, {MONDAY: MORNING})
    rows, free = dated(), set(FreeSpan.objects.values_list("travel", "starts_at", "ends_at"))
    first, last = MONDAY + WEEK, MONDAY + 5 * WEEK
    preview = apply(ana_teaches_piano, first, last, dry_run=True)
    assert [change.date for change in preview.changes] == [first + n * WEEK for n in range(5)]
    assert [one.reference for one in preview.uncovered] == [lesson.reference]
    assert (dated(), set(FreeSpan.objects.values_list("travel", "starts_at", "ends_at"))) == (rows, free)
    done = apply(ana_teaches_piano, first, last, seen=preview.version)
    assert done == preview
    assert len(dated()) == 6


def test_a_lesson_that_was_outside_before_is_not_named_again(ana_teaches_piano, sam):
    """Its day stays as it is: nothing that is done here leaves it outside."""
    book(sam, ana_teaches_piano, at="19:00", day=MONDAY + WEEK)
    save(ana_teaches_piano, {MONDAY + WEEK: MORNING}, monday=MONDAY + WEEK)
    save(ana_teaches_piano, {MONDAY: MORNING, MONDAY + DAY: MORNING})
    applied = apply(ana_teaches_piano, MONDAY + WEEK, MONDAY + 2 * WEEK - DAY)
    assert [change.date for change in applied.changes] == [MONDAY + WEEK + DAY]
    assert applied.uncovered == []


def test_a_range_that_holds_the_week_itself_leaves_it(ana_teaches_piano):
    week = save(ana_teaches_piano, {MONDAY: MORNING})
    apply(ana_teaches_piano, TODAY, MONDAY + 20 * DAY)
    assert read(ana_teaches_piano).version == week.version
    assert dated()[TODAY] == [*MORNING]


def test_a_day_that_becomes_usual_loses_its_row(ana_teaches_piano):
    save(ana_teaches_piano, {MONDAY + WEEK: MORNING}, monday=MONDAY + WEEK)
    applied = apply(ana_teaches_piano, MONDAY + WEEK, MONDAY + 2 * WEEK)
    assert [(one.date, one.before, one.after) for one in applied.changes] == [(MONDAY + WEEK, MORNING, USUAL)]
    assert dated() == {}


def test_a_whole_year_is_changed_at_once_over_both_nights(ana_teaches_piano):
    """365 days of other hours; the clocks change on 14 March and on 7 November."""
    save(ana_teaches_piano, {TODAY + n * DAY: ((n * 30, 1440 - n * 30),) for n in range(7)}, monday=TODAY)
    last = TODAY + 365 * DAY
    versions = [read(ana_teaches_piano, TODAY).version]
    with CaptureQueriesContext(connection) as run:
        applied = apply(ana_teaches_piano, TODAY + DAY, last, monday=TODAY, versions=versions)
    assert len(run) == 9  # as many as for one day
    assert len(applied.changes) == 359  # six of the days are the week's own
    assert len(dated()) == 366
    assert adds_up(ana_teaches_piano)
    autumn = date(2027, 11, 7)
    now = datetime(2027, 10, 1, 12, tzinfo=NEW_YORK)
    horizon.extend(now=now)
    assert free_starts(ana_teaches_piano, autumn, now=now)[0] == "03:00"
    assert adds_up(ana_teaches_piano, now=now)


@pytest.mark.parametrize(
    ("first", "last", "field", "why"),
    [
        (-1, 5, "from", "Choose today or a later day."),
        (5, 4, "to", "The last day does not come before the first."),
        (0, 365, "to", "A week can be used for up to 365 days at once."),
        (300, 367, "to", "Hours can be set up to 366 days ahead."),
    ],
)
def test_a_range_that_cannot_be_is_refused(ana_teaches_piano, first, last, field, why):
    with pytest.raises(Invalid) as refused:
        apply(ana_teaches_piano, TODAY + first * DAY, TODAY + last * DAY)
    assert refused.value.fields == {field: [why]}


@pytest.mark.parametrize(("first", "last"), [(0, 0), (0, 364), (2, 366), (366, 366)])
def test_the_bounds_of_a_range_are_taken(ana_teaches_piano, first, last):
    assert apply(ana_teaches_piano, TODAY + first * DAY, TODAY + last * DAY).changes == []


def test_a_preview_that_is_not_so_any_more_is_not_done(ana_teaches_piano):
    """Neither when the week has changed, nor when a day has that it would change."""
    save(ana_teaches_piano, {MONDAY: MORNING})
    first, last = MONDAY + WEEK, MONDAY + 3 * WEEK
    preview = apply(ana_teaches_piano, first, last, dry_run=True)
    save(ana_teaches_piano, {first: EVENING}, monday=first)
    with pytest.raises(Stale):
        apply(ana_teaches_piano, first, last, seen=preview.version)
    assert len(dated()) == 2
    with pytest.raises(Stale):
        apply(ana_teaches_piano, first, last, versions=["another"])
    save(ana_teaches_piano, {first: USUAL}, monday=first)
    assert apply(ana_teaches_piano, first, last, seen=preview.version) == preview


def test_half_of_a_range_is_never_written(ana_teaches_piano, monkeypatch):
    """The free time cannot be written: then no hours are, either."""
    save(ana_teaches_piano, {MONDAY: MORNING})
    rows, free = dated(), set(FreeSpan.objects.values_list("travel", "starts_at", "ends_at"))
    written = []

    def fail(**_):
        written.append(len(dated()))
        raise RuntimeError("half way")

    monkeypatch.setattr(repository, "rewrite_free_spans", fail)
    with pytest.raises(RuntimeError):
        apply(ana_teaches_piano, TODAY, TODAY + 300 * DAY)
    assert written[0] > 40  # it was half way
    assert dated() == rows
    assert set(FreeSpan.objects.values_list("travel", "starts_at", "ends_at")) == free
