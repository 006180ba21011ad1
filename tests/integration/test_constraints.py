"""What the tables themselves refuse, whoever writes: a row put in by hand, past every service."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.services import tokens
from bookings.models import Booking, Status
from instainstru.core.models import OutboxMessage
from instainstru.core.policy import Place
from instructors.models import DatedHours, Favorite, Review, WeeklyHours
from tests.fixtures import NOON, TOMORROW, book, off

HOUR = "[2027-03-02 15:00-05, 2027-03-02 16:00-05)"  # the lesson of the world below
LATER = "[2027-03-02 19:00-05, 2027-03-02 20:00-05)"
PADDED = "[2027-03-02 16:14-05, 2027-03-02 20:00-05)"  # later, but reaching into the padding of the first
MONEY_BACK = {"refund_cents": 0, "credit_cents": 0, "instructor_cents": 0, "cancelled_at": NOON}
CANCELLED = {"status": "CANCELLED", "entry_id": None} | MONEY_BACK
COMPLETED = {"status": "COMPLETED", "completed_at": NOON, "commission_percent": 15, "commission_cents": 900}
NO_SPANS = {
    "empty": "empty",
    "without end": "[2027-03-02 15:00-05,)",
    "without beginning": "(,2027-03-02 16:00-05)",
    "without either": "(,)",
    "until infinity": "[2027-03-02 15:00-05, infinity)",
    "since ever": "[-infinity, 2027-03-02 16:00-05)",
    "its end included": "[2027-03-02 15:00-05, 2027-03-02 16:00-05]",
    "its beginning left out": "(2027-03-02 15:00-05, 2027-03-02 16:00-05)",
}

Case = tuple[str, str, dict[str, Any]]
# Refused: constraint, table, what is changed in a copy of a good row
CHECKS: list[Case] = [
    ("user_email_is_lower_case", "accounts_user", {"email": "New@example.com"}),
    ("user_closed_is_out", "accounts_user", {"email": "new@example.com", "closed_at": NOON}),
    ("token_for_something", "accounts_apitoken", {"digest": "x", "scopes": "{}"}),
    ("token_for_something", "accounts_apitoken", {"digest": "x", "scopes": "{read,nonsense}"}),
    ("outbox_delivered_or_given_up", "core_outboxmessage", {"key": "x", "delivered_at": NOON, "given_up_at": NOON}),
    ("booking_length", "bookings_booking", {"duration_minutes": 45}),
    ("booking_length", "bookings_booking", {"duration_minutes": 50, "lesson": "[2027-03-02 20:00, 2027-03-02 20:50)"}),
    ("booking_length", "bookings_booking", {"duration_minutes": 255, "lesson": "[2027-03-02 20:00, 2027-03-03 00:15)"}),
    ("booking_not_with_oneself", "bookings_booking", {"student_id": "instructor"}),
    ("booking_known_words", "bookings_booking", {"status": "nonsense"}),
    ("booking_known_words", "bookings_booking", {"place": "nonsense"}),
    ("entry_known_kind", "instructors_calendarentry", {"kind": "nonsense"}),
    ("booking_address_only_at_the_student", "bookings_booking", {"place": "student_place"}),
    ("booking_address_only_at_the_student", "bookings_booking", {"place": "student_place", "address": "1 Main Street"}),
    ("booking_address_only_at_the_student", "bookings_booking", {"address": "1 Main Street"}),
    ("booking_address_only_at_the_student", "bookings_booking", {"neighborhood_id": "park slope"}),
    ("booking_cancelled_says_all", "bookings_booking", {"status": "CANCELLED"}),
    ("booking_cancelled_says_all", "bookings_booking", {"status": "CANCELLED"} | MONEY_BACK),  # and still an entry
    ("booking_cancelled_says_all", "bookings_booking", CANCELLED | {"credit_cents": None}),
    ("booking_cancelled_says_all", "bookings_booking", CANCELLED | {"cancelled_at": None}),
    ("booking_cancelled_says_all", "bookings_booking", {"entry_id": None}),  # stands, and holds no time
    ("booking_cancelled_says_all", "bookings_booking", {"refund_cents": 1}),
    ("booking_cancelled_says_all", "bookings_booking", {"status": "PENDING", "entry_id": None}),
    ("booking_completed_says_all", "bookings_booking", {"status": "COMPLETED"}),
    ("booking_completed_says_all", "bookings_booking", COMPLETED | {"completed_at": None}),
    ("booking_completed_says_all", "bookings_booking", COMPLETED | {"commission_percent": None}),
    ("booking_completed_says_all", "bookings_booking", COMPLETED | {"commission_percent": 101}),
    ("booking_completed_says_all", "bookings_booking", COMPLETED | {"commission_cents": None}),
    ("booking_completed_says_all", "bookings_booking", COMPLETED | {"commission_cents": 6001}),
    ("booking_completed_says_all", "bookings_booking", COMPLETED | {"status": "CONFIRMED"}),
    ("entry_covers_core", "instructors_calendarentry", {"core": LATER}),
    ("entry_covers_core", "instructors_calendarentry", {"core": "[2027-03-02 14:59-05, 2027-03-02 16:00-05)"}),
    ("entry_lesson_has_reference", "instructors_calendarentry", {"reference": ""}),
    ("entry_lesson_has_reference", "instructors_calendarentry", {"kind": "time_off"}),
    ("weekly_hours_weekday", "instructors_weeklyhours", {"weekday": 7}),
    ("weekly_hours_in_the_day", "instructors_weeklyhours", {"opens": 540, "closes": 540}),
    ("weekly_hours_in_the_day", "instructors_weeklyhours", {"opens": 540, "closes": 525}),
    ("weekly_hours_in_the_day", "instructors_weeklyhours", {"opens": 540, "closes": 1455}),
    ("weekly_hours_on_the_step", "instructors_weeklyhours", {"opens": 541}),
    ("weekly_hours_on_the_step", "instructors_weeklyhours", {"closes": 1259}),
    ("dated_hours_in_the_day", "instructors_datedhours", {"opens": None}),
    ("dated_hours_in_the_day", "instructors_datedhours", {"closes": None}),
    ("dated_hours_in_the_day", "instructors_datedhours", {"opens": 720, "closes": 720}),
    ("dated_hours_in_the_day", "instructors_datedhours", {"closes": 1455}),
    ("dated_hours_on_the_step", "instructors_datedhours", {"opens": 541}),
    ("free_span_holds_a_lesson", "instructors_freespan", {"ends_at": "29 minutes"}),
    ("profile_buffer_in_bounds", "instructors_instructorprofile", {"buffer_minutes": 121}),
    ("profile_slug_not_reserved", "instructors_instructorprofile", {"slug": "search"}),
    ("profile_live_has_headline", "instructors_instructorprofile", {"headline": ""}),
    ("profile_suspended_says_why", "instructors_instructorprofile", {"suspended_at": NOON}),
    ("profile_suspended_says_why", "instructors_instructorprofile", {"suspended_because": "Spam"}),
    ("service_retired_is_off", "instructors_service", {"retired_at": NOON}),
    ("service_for_somebody", "instructors_service", {"levels": "{}"}),
    ("service_for_somebody", "instructors_service", {"levels": "{nonsense}"}),
    ("service_for_somebody", "instructors_service", {"ages": "{}"}),
    ("service_for_somebody", "instructors_service", {"ages": "{kids,nonsense}"}),
    ("review_stars", "instructors_review", {"stars": 0}),
    ("review_stars", "instructors_review", {"stars": 6}),
    ("review_text_length", "instructors_review", {"text": "ok"}),
    ("review_text_length", "instructors_review", {"text": "!" * 501}),
    ("service_lengths_offered", "instructors_service", {"lengths": "{}"}),
    ("service_lengths_offered", "instructors_service", {"lengths": "{50}"}),
    ("service_lengths_offered", "instructors_service", {"lengths": "{30,255}"}),
    ("service_place_known", "instructors_serviceplace", {"place": "moon"}),
    ("service_price_in_bounds", "instructors_serviceplace", {"place": "online", "hourly_cents": 5999}),
    ("service_price_in_bounds", "instructors_serviceplace", {"place": "instructor_place", "hourly_cents": 7999}),
    ("service_price_in_bounds", "instructors_serviceplace", {"place": "student_place", "hourly_cents": 7999}),
    ("service_price_in_bounds", "instructors_serviceplace", {"hourly_cents": 100_001}),
]
SPANS: list[Case] = [
    *(("booking_proper_span|booking_length", "bookings_booking", {"lesson": span}) for span in NO_SPANS.values()),
    *(("time_off_proper_span", "instructors_timeoff", {"during": span}) for span in NO_SPANS.values()),
    *(
        ("entry_proper_span|entry_covers_core", "instructors_calendarentry", {"during": span})
        for span in NO_SPANS.values()
    ),
    *(
        ("entry_proper_core|entry_covers_core", "instructors_calendarentry", {"core": span, "during": "(,)"})
        for span in NO_SPANS.values()
    ),
]
TWICE: list[Case] = [
    ("accounts_user_email_key", "accounts_user", {}),
    ("accounts_apitoken_digest_key", "accounts_apitoken", {}),
    ("core_outboxmessage_key_key", "core_outboxmessage", {}),
    ("bookings_booking_reference_key", "bookings_booking", CANCELLED),
    ("bookings_booking_entry_id_key", "bookings_booking", {"reference": "B", "student_id": "stranger"}),
    ("student_once", "bookings_booking", {"reference": "B", "entry_id": "another"}),
    ("student_once", "bookings_booking", {"reference": "B", "entry_id": "another", "status": "PENDING"}),
    ("student_once", "bookings_booking", {"reference": "B", "entry_id": "another"} | COMPLETED),
    ("never_twice", "instructors_calendarentry", {"reference": "B"}),
    ("never_twice", "instructors_calendarentry", {"kind": "time_off", "reference": ""}),
    ("never_twice", "instructors_calendarentry", {"reference": "B", "core": LATER, "during": PADDED}),
    ("entry_once_per_lesson", "instructors_calendarentry", {"core": LATER, "during": LATER}),
    ("time_off_once_per_lesson", "instructors_timeoff", {"during": LATER}),
    ("weekly_hours_once", "instructors_weeklyhours", {}),
    ("weekly_hours_once", "instructors_weeklyhours", {"opens": 1245, "closes": 1440}),
    ("dated_hours_once", "instructors_datedhours", {}),
    ("dated_hours_once", "instructors_datedhours", {"opens": None, "closes": None}),  # off, and hours all the same
    ("instructors_freespan_pkey", "instructors_freespan", {}),
    ("instructors_instructorprofile_slug_key", "instructors_instructorprofile", {"user_id": "sam"}),
    ("instructors_review_lesson_reference_key", "instructors_review", {}),
    ("favorite_once", "instructors_favorite", {}),
    ("offer_once", "instructors_offer", {}),
    ("service_once_per_subject", "instructors_service", {}),
    ("service_place_once", "instructors_serviceplace", {}),
]  # fmt: skip
# Not refused, lest the above refuses everything
GRANTED: list[tuple[str, dict[str, Any]]] = [
    ("accounts_user", {"email": "new@example.com"}),
    ("accounts_user", {"email": "new@example.com", "closed_at": NOON, "is_active": False}),
    ("accounts_apitoken", {"digest": "x", "scopes": "{book}"}),
    ("bookings_booking", {"reference": "B", "entry_id": "another", "lesson": LATER}),
    ("bookings_booking", {"reference": "B", "entry_id": "another", "student_id": "stranger"}),
    ("bookings_booking", {"reference": "B"} | CANCELLED),
    (
        "bookings_booking",
        {"reference": "B", "entry_id": "another", "lesson": "[2027-03-02 16:00-05, 2027-03-02 17:00-05)"},
    ),
    ("bookings_booking", {"reference": "B", "entry_id": "another", "lesson": LATER} | COMPLETED),
    (
        "bookings_booking",
        {"reference": "B", "entry_id": "another", "lesson": LATER} | COMPLETED | {"status": "NO_SHOW"},
    ),
    ("instructors_service", {"active": False, "retired_at": NOON}),
    ("instructors_calendarentry", {"reference": "B", "core": LATER, "during": LATER}),
    ("instructors_calendarentry", {"reference": "B", "instructor_id": "stranger"}),
    (
        "instructors_calendarentry",
        {"reference": "B", "core": "[2027-03-02 16:15-05, 2027-03-02 17:00-05)"}
        | {"during": "[2027-03-02 16:15-05, 2027-03-02 17:00-05)"},
    ),
    ("instructors_favorite", {"person_id": "stranger"}),
    ("instructors_timeoff", {"lesson_reference": "B"}),
    ("instructors_weeklyhours", {"opens": 1260, "closes": 1440}),
    ("instructors_datedhours", {"opens": 720, "closes": 1440}),
    ("instructors_datedhours", {"opens": None, "closes": None, "day": "2027-04-01"}),
    ("instructors_serviceplace", {"service_id": "guitar", "place": "online", "hourly_cents": 6000}),
]


@pytest.fixture
def world(ana_teaches_piano, stranger_teaches_guitar, ana, sam, stranger):
    """One good row in each table, and ids by name: Sam's lesson with Ana, who reads it on the same day as the rest."""
    booking = book(sam, ana_teaches_piano, at="15:00")
    another = book(stranger, ana_teaches_piano, at="18:00")
    free_entry = another.entry_id
    Booking.objects.filter(pk=another.pk).update(**CANCELLED)
    with connection.cursor() as cursor:  # an entry that no booking holds, at another instructor's and another time
        cursor.execute(
            "UPDATE instructors_calendarentry SET instructor_id = %s, during = %s, core = %s WHERE id = %s",
            [stranger.pk, "[2027-04-02 20:00, 2027-04-02 21:00)", "[2027-04-02 20:00, 2027-04-02 21:00)", free_entry],
        )
    tokens.issue(person=sam, now=NOON)
    WeeklyHours.objects.exclude(instructor=ana.pk, weekday=0).delete()
    DatedHours.objects.create(instructor_id=ana.pk, day=TOMORROW + timedelta(days=20), opens=540, closes=720)
    Review.objects.create(
        instructor_id=ana.pk, student=sam, lesson_reference=booking.reference, stars=5, text="Good.", created_at=NOON
    )
    Favorite.objects.create(person=sam, instructor_id=ana.pk, created_at=NOON)
    ana_teaches_piano.places.exclude(place=Place.ONLINE).delete()
    stranger_teaches_guitar.places.all().delete()
    OutboxMessage.objects.exclude(key=f"confirmed:{booking.reference}:student").delete()
    return {
        "instructor": ana.pk,
        "stranger": stranger.pk,
        "sam": sam.pk,
        "another": free_entry,
        "guitar": stranger_teaches_guitar.pk,
        "park slope": ana_teaches_piano.instructor.neighborhoods.get().pk,
    }


WHICH = {
    "bookings_booking": "status = 'CONFIRMED'",
    "instructors_calendarentry": "reference IN (SELECT reference FROM bookings_booking WHERE status = 'CONFIRMED')",
    "instructors_instructorprofile": "slug = 'ana-r'",
    "instructors_service": "instructor_id IN (SELECT user_id FROM instructors_instructorprofile WHERE slug = 'ana-r')",
    "accounts_user": "email = 'sam@example.com'",
    "instructors_timeoff": "lesson_reference <> ''",
}


def insert(table: str, changes: dict[str, Any], names: dict[str, int]) -> None:
    """A copy of the good row with changes, put in by hand."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, udt_name FROM information_schema.columns"
            " WHERE table_name = %s AND column_name <> 'id'",
            [table],
        )
        columns = dict(cursor.fetchall())
        assert set(changes) <= set(columns)
        values: dict[str, Any] = {
            name: names.get(value, value) if isinstance(value, str) else value for name, value in changes.items()
        }
        if values.get("ends_at") == "29 minutes":
            cursor.execute("SELECT starts_at - interval '1 day' FROM instructors_freespan LIMIT 1")
            (starts_at,) = cursor.fetchone()
            values |= {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=29)}
        taken = [f"%s::{columns[name]}" if name in values else name for name in columns]
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)})"
            f" SELECT {', '.join(taken)} FROM {table} WHERE {WHICH.get(table, 'true')} LIMIT 1",
            [values[name] for name in columns if name in values],
        )
        assert cursor.rowcount == 1
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_tables_refuse_what_is_wrong(world, subtests):
    for constraint, table, changes in CHECKS + SPANS + TWICE:
        raises = pytest.raises(IntegrityError, match=f'constraint "({constraint})"')
        with subtests.test(constraint, changes=changes), raises:
            insert(table, changes, world)


def test_the_tables_take_what_is_right(world, subtests):
    for table, changes in GRANTED:
        with subtests.test(table, changes=changes), transaction.atomic():
            insert(table, changes, world)
            transaction.set_rollback(True)


def test_every_constraint_of_ours_is_tried_here(db):
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT conname FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
            WHERE relname ~ '^(accounts|core|instructors|bookings)_' AND contype IN ('c', 'u', 'x')
            UNION SELECT indexname FROM pg_indexes
            WHERE tablename ~ '^(accounts|core|instructors|bookings)_' AND indexdef LIKE 'CREATE UNIQUE%'
            """
        )
        ours = {name for (name,) in cursor.fetchall() if not name.endswith(("_check", "_key", "_pkey", "_uniq"))}
    tried = {name for case in CHECKS + SPANS + TWICE for name in case[0].split("|")}
    assert ours <= tried


def test_a_lesson_that_is_cancelled_lets_go_of_its_hour(world, sam):
    Booking.objects.filter(status=Status.CONFIRMED).update(**CANCELLED)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE bookings_booking SET student_id = %s, lesson = %s", [sam.pk, HOUR])


def test_time_off_of_one_person_may_overlap_as_it_was_asked(ana_teaches_piano):
    off(ana_teaches_piano, "12:00", "15:00")
    off(ana_teaches_piano, "14:00", "16:00")
