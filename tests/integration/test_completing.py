"""Completing a lesson: after its end, once, with its commission fixed, whoever says so."""

import threading
from datetime import datetime, timedelta

import psycopg
import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.apps import apps
from django.db import InterfaceError, OperationalError, connection

from bookings.models import Booking, Status
from bookings.repositories import bookings as repository
from bookings.services import completing
from bookings.services.cancelling import AlreadyStarted, NotCancellable, cancel_lesson
from bookings.services.completing import AlreadyCompleted, NotCompletable, NotOverYet, complete_lesson
from bookings.tasks import complete_lessons
from instainstru.celery import app
from instainstru.core import clock, policy
from instainstru.core.errors import Busy, DomainError, NotAllowed, NotFound
from instainstru.core.models import OutboxMessage
from instainstru.core.policy import Place
from instainstru.core.time import NEW_YORK
from instructors.models import CalendarEntry, InstructorProfile, ServicePlace
from tests.factories import UserFactory, teaching
from tests.fixtures import NOON, book, put_into

END = datetime(2027, 3, 2, 16, tzinfo=NEW_YORK)
DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)
WAIT = timedelta(minutes=policy.COMPLETES_AFTER_MINUTES)


@pytest.fixture
def lesson(ana_teaches_piano, sam):
    """Sam's hour with Ana, from three to four: $60. Ana is no founder."""
    InstructorProfile.objects.update(founding=False)
    return book(sam, ana_teaches_piano, at="15:00")


def given(service, end: datetime, *, student=None) -> Booking:
    """A lesson of an hour that ends then, and stands."""
    local = (end - HOUR).astimezone(NEW_YORK)
    return book(student or UserFactory.create(), service, at=f"{local:%H:%M}", day=local.date(), now=end - 4 * DAY)


def completed(service, *ends: datetime) -> None:
    """Lessons of an hour that were completed, by their ends."""
    for end in ends:
        put_into(given(service, end), Status.COMPLETED)


def complete(booking, *, now, by=None) -> Booking:
    complete_lesson(reference=booking.reference, by=by, now=now)
    return Booking.objects.get(pk=booking.pk)


# When, and by whom


@pytest.mark.parametrize("early", [SECOND, timedelta(minutes=30), HOUR, DAY])
def test_nobody_completes_a_lesson_that_has_not_ended(lesson, ana, early):
    for by in (ana, None):
        with pytest.raises(NotOverYet):
            complete(lesson, now=END - early, by=by)
    assert Booking.objects.get().status == Status.CONFIRMED


def test_from_its_end_on_its_instructor_completes_it(lesson, ana):
    assert not completing.offered(booking=lesson, viewer=ana, now=END - SECOND)
    assert completing.offered(booking=lesson, viewer=ana, now=END)
    done = complete(lesson, now=END, by=ana)
    assert (done.status, done.completed_at) == (Status.COMPLETED, END)
    assert not completing.offered(booking=done, viewer=ana, now=END)


def test_nobody_else_completes_it(lesson, sam, stranger, stella, stranger_teaches_guitar):
    for person in (sam, type(sam).objects.get(pk=stranger.pk), stella):
        assert not completing.offered(booking=lesson, viewer=person, now=END)
        with pytest.raises(NotAllowed):
            complete(lesson, now=END, by=person)
    assert Booking.objects.get().status == Status.CONFIRMED


def test_a_lesson_that_is_not_there_is_not_found():
    with pytest.raises(NotFound):
        complete_lesson(reference="LS-22222-22222", by=None, now=END)


def test_a_second_press_is_told_so_and_changes_nothing(lesson, ana):
    once = complete(lesson, now=END, by=ana)
    for by in (ana, None):
        with pytest.raises(AlreadyCompleted, match="marked as taught already"):
            complete(lesson, now=END + DAY, by=by)
    assert Booking.objects.get().completed_at == once.completed_at


def test_what_does_not_stand_is_not_completed(lesson, ana, sam):
    cancel_lesson(reference=lesson.reference, by=sam, now=NOON)
    with pytest.raises(NotCompletable, match="does not stand"):
        complete(lesson, now=END, by=ana)


def test_a_no_show_is_not_completed(lesson, ana):
    put_into(lesson, Status.NO_SHOW)
    with pytest.raises(NotCompletable, match="does not stand"):
        complete(lesson, now=END, by=ana)


def test_a_pending_lesson_is_completed_as_a_confirmed_one(lesson):
    Booking.objects.update(status=Status.PENDING)
    assert complete(lesson, now=END).status == Status.COMPLETED


def test_a_completed_lesson_keeps_its_time_writes_to_nobody_and_has_a_history(lesson, ana):
    letters = OutboxMessage.objects.count()
    done = complete(lesson, now=END, by=ana)
    assert CalendarEntry.objects.get() == done.entry
    assert OutboxMessage.objects.count() == letters
    events = apps.get_model("bookings", "BookingEvent").objects.filter(pgh_obj=lesson.pk).order_by("pgh_id")
    assert [(event.status, event.commission_cents) for event in events] == [("CONFIRMED", None), ("COMPLETED", 900)]


def test_at_the_end_it_is_completed_and_not_cancelled(lesson, ana, sam):
    for person in (ana, sam):
        with pytest.raises(AlreadyStarted):
            cancel_lesson(reference=lesson.reference, by=person, now=END)
    complete(lesson, now=END, by=ana)
    with pytest.raises(NotCancellable):
        cancel_lesson(reference=lesson.reference, by=sam, now=END)


# The commission


@pytest.mark.parametrize(
    ("earlier", "percent", "cents"), [(0, 15, 900), (4, 15, 900), (5, 12, 720), (10, 12, 720), (11, 10, 600)]
)
def test_the_commission_follows_the_lessons_completed(lesson, ana_teaches_piano, earlier, percent, cents):
    day = (END - 10 * DAY).replace(hour=10)
    completed(ana_teaches_piano, *[day + timedelta(days=n // 6, hours=n % 6 * 2) for n in range(earlier)])
    done = complete(lesson, now=END)
    assert (done.commission_percent, done.commission_cents) == (percent, cents)
    assert (done.net_cents, done.earned_cents) == (6000 - cents, 6000 - cents)


@pytest.mark.parametrize(("before", "percent"), [(timedelta(0), 12), (timedelta(minutes=15), 15)])
def test_the_thirty_days_count_their_first_instant(lesson, ana_teaches_piano, before, percent):
    recent = [END - n * DAY for n in range(1, 5)]
    completed(ana_teaches_piano, *recent, END - 30 * DAY - before)
    assert complete(lesson, now=END).commission_percent == percent


def test_neither_itself_nor_what_ended_later_nor_what_only_stands_counts(lesson, ana_teaches_piano):
    completed(ana_teaches_piano, *[END - n * DAY for n in range(1, 5)], END + 3 * HOUR)
    given(ana_teaches_piano, END - 4 * HOUR)
    assert complete(lesson, now=END + DAY).commission_percent == 15


def test_another_instructors_lessons_do_not_count(lesson, stranger_teaches_guitar):
    completed(stranger_teaches_guitar, *[END - n * DAY for n in range(1, 12)])
    assert complete(lesson, now=END).commission_percent == 15


def test_founders_pay_eight_percent_whatever_they_taught(lesson, ana_teaches_piano):
    InstructorProfile.objects.update(founding=True)
    completed(ana_teaches_piano, *[END - n * DAY for n in range(1, 12)])
    done = complete(lesson, now=END)
    assert (done.commission_percent, done.commission_cents) == (8, 480)


@pytest.mark.parametrize(("hourly", "cents"), [(6010, 902), (6003, 900), (6004, 901), (6030, 905)])
def test_half_a_cent_goes_up(ana_teaches_piano, sam, hourly, cents):
    """15 % of $60.10 is 901.5 cents, of $60.03 900.45, of $60.04 900.6, of $60.30 904.5."""
    InstructorProfile.objects.update(founding=False)
    ServicePlace.objects.filter(place=Place.ONLINE).update(hourly_cents=hourly)
    done = complete(book(sam, ana_teaches_piano, at="15:00"), now=END)
    assert (done.commission_cents, done.net_cents) == (cents, hourly - cents)


def test_the_commission_is_fixed_whatever_is_completed_later(lesson, ana_teaches_piano):
    assert complete(lesson, now=END).commission_percent == 15
    completed(ana_teaches_piano, *[END - n * DAY for n in range(1, 12)])
    complete_lessons()
    assert Booking.objects.get(pk=lesson.pk).commission_percent == 15


# By itself


def statuses() -> list[str]:
    return list(Booking.objects.order_by("lesson").values_list("status", flat=True))


def test_a_while_after_its_end_a_lesson_completes_by_itself(lesson):
    with clock.at(END + WAIT - SECOND):
        assert complete_lessons() == 0
    with clock.at(END + WAIT):
        assert complete_lessons() == 1
        assert complete_lessons() == 0
    done = Booking.objects.get()
    assert (done.status, done.completed_at, done.commission_cents) == (Status.COMPLETED, END + WAIT, 900)


def test_after_days_missed_the_earlier_lessons_count_for_the_later(ana_teaches_piano, monkeypatch):
    """Twelve lessons, in batches of five, however they were booked."""
    InstructorProfile.objects.update(founding=False)
    monkeypatch.setattr(completing, "BATCH", 5)
    ends = [END + n * DAY for n in range(12)]
    for end in ends[::2] + ends[1::2]:
        given(ana_teaches_piano, end)
    with clock.at(END + 20 * DAY):
        assert complete_lessons() == 12
    rates = Booking.objects.order_by("lesson").values_list("commission_percent", flat=True)
    assert list(rates) == [15] * 5 + [12] * 6 + [10]


def test_what_stands_ahead_or_was_cancelled_is_left_alone(lesson, ana_teaches_piano, sam, stranger):
    later = given(ana_teaches_piano, END + DAY, student=stranger)
    gone = given(ana_teaches_piano, END - 3 * HOUR, student=stranger)
    cancel_lesson(reference=gone.reference, by=stranger, now=NOON)
    with clock.at(END + WAIT):
        assert complete_lessons() == 1
    assert statuses() == ["CANCELLED", "COMPLETED", "CONFIRMED"]
    assert Booking.objects.get(pk=later.pk).completed_at is None


def test_one_that_fails_does_not_keep_the_others_waiting(lesson, ana_teaches_piano, monkeypatch, caplog):
    given(ana_teaches_piano, END - 3 * HOUR)
    given(ana_teaches_piano, END + 3 * HOUR)
    whole = repository.record_completing

    def broken(booking: Booking) -> None:
        if booking.pk == lesson.pk:
            raise RuntimeError("no disk")
        whole(booking)

    monkeypatch.setattr(repository, "record_completing", broken)
    with clock.at(END + DAY):
        assert complete_lessons() == 2
        assert f"the lesson {lesson.reference} was not completed" in caplog.text
        monkeypatch.undo()
        assert complete_lessons() == 1  # the next run takes it up
    assert statuses() == ["COMPLETED"] * 3


@pytest.mark.parametrize("failure", [OperationalError("gone"), InterfaceError("gone"), SoftTimeLimitExceeded()])
def test_a_database_that_is_away_and_a_run_that_takes_too_long_end_it(lesson, monkeypatch, failure):
    def broken(_: Booking) -> None:
        raise failure

    monkeypatch.setattr(repository, "record_completing", broken)
    with pytest.raises(type(failure)):
        completing.complete_due(now=END + DAY)
    assert statuses() == ["CONFIRMED"]


def test_a_run_cut_short_loses_nothing(lesson, ana_teaches_piano, monkeypatch):
    """The worker is killed after the first of three."""
    given(ana_teaches_piano, END - 3 * HOUR)
    given(ana_teaches_piano, END + 3 * HOUR)
    whole = repository.record_completing
    done: list[Booking] = []

    def killed(booking: Booking) -> None:
        if done:
            raise SystemExit
        done.append(booking)
        whole(booking)

    monkeypatch.setattr(repository, "record_completing", killed)
    with clock.at(END + DAY):
        with pytest.raises(SystemExit):
            complete_lessons()
        assert statuses() == ["COMPLETED", "CONFIRMED", "CONFIRMED"]
        monkeypatch.undo()
        assert complete_lessons() == 2
    assert statuses() == ["COMPLETED"] * 3


def test_one_that_somebody_just_completed_is_passed_over(lesson, ana, monkeypatch):
    due = repository.ended(until=END, after=None, limit=5)
    complete(lesson, now=END, by=ana)
    answers = iter([due])
    monkeypatch.setattr(repository, "ended", lambda **_: next(answers, []))
    with clock.at(END + DAY):
        assert complete_lessons() == 0
    assert Booking.objects.get().completed_at == END


def test_the_beat_calls_it_every_five_minutes():
    (entry,) = (one for one in app.conf.beat_schedule.values() if one["task"] == complete_lessons.name)
    assert {minute % 5 for minute in entry["schedule"].minute} == {0}
    assert len(entry["schedule"].minute) == 12


def test_completing_costs_few_statements(lesson, ana, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        complete_lesson(reference=lesson.reference, by=ana, now=END)


# At once


def at_once(*works) -> list[str]:
    """What each of these works came to, all begun in one moment on connections of their own."""
    ready, came = threading.Barrier(len(works)), []

    def run(work) -> None:
        try:
            ready.wait(20)
            work()
            came.append("done")
        except DomainError as refused:
            came.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(came)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_complete_at_once_one_does():
    service = teaching(UserFactory.create(), now=NOON)
    lesson = book(UserFactory.create(), service, at="15:00")
    press = [lambda: complete_lesson(reference=lesson.reference, by=None, now=END)] * 5
    assert at_once(*press) == ["conflict"] * 4 + ["done"]


@pytest.mark.django_db(transaction=True)
def test_of_cancelling_and_completing_at_once_one_wins():
    """Whatever each believes the time to be: the row is completed or cancelled, never both."""
    service, student = teaching(UserFactory.create(), now=NOON), UserFactory.create()
    for hour in range(10, 18, 2):
        lesson = book(student, service, at=f"{hour}:00")
        came = at_once(
            lambda lesson=lesson: complete_lesson(reference=lesson.reference, by=None, now=lesson.span.end),
            lambda lesson=lesson: cancel_lesson(reference=lesson.reference, by=student, now=lesson.span.start - SECOND),
        )
        assert came in (["conflict", "done"], ["done", "not_cancellable"])


@pytest.mark.django_db(transaction=True)
def test_while_another_has_the_calendar_it_is_busy_and_the_task_comes_again(monkeypatch):
    monkeypatch.setattr("instructors.repositories.calendar.LOCK_TIMEOUT", "20ms")
    service = teaching(UserFactory.create(), now=NOON)
    lesson = book(UserFactory.create(), service, at="15:00")
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [service.instructor_id])
        with pytest.raises(Busy):
            complete(lesson, now=END)
        with clock.at(END + DAY):
            assert complete_lessons() == 0
    with clock.at(END + DAY):
        assert complete_lessons() == 1
