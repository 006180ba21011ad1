"""Leaving: what somebody can take along, and what is left of an account that was closed."""

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import authenticate
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.checks import run_checks
from django.db import connection, transaction
from django.test import Client
from PIL import Image

from accounts.models import ApiToken, User
from accounts.services import leaving, tokens
from accounts.services.leaving import AlreadyClosed, Changed, LastOfOperations, StaffStay
from bookings.models import Booking, CalendarFeed, Status
from bookings.services import completing, feed, reminders
from bookings.services.cancelling import NotCancellable, cancel_lesson
from bookings.services.leaving import UnderWay
from instainstru.core import money, policy
from instainstru.core.errors import Busy, Invalid, NotFound
from instainstru.core.models import OutboxMessage
from instainstru.core.models.audit import Event
from instainstru.core.policy import Place
from instainstru.core.services import outbox, transport
from instainstru.core.time import NEW_YORK, Span
from instructors.models import (
    CalendarEntry,
    DatedHours,
    Favorite,
    FreeSpan,
    InstructorProfile,
    Offer,
    Review,
    Service,
    ServiceText,
    TimeOff,
    WeeklyHours,
)
from instructors.repositories import calendar as calendar_repository
from instructors.services import favorites, horizon, offering, offers, photos, setup, time_off
from instructors.services.calendar import AccountClosed
from tests.factories import UserFactory, teaching
from tests.fixtures import NOON, TOMORROW, book, free_starts

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def close(person: User, *, by: User | None = None, now: datetime = NOON, agreed: str | None = None):
    """Close somebody's account, by themselves unless told otherwise."""
    return leaving.close(person=person, by=by or person, now=now, agreed=agreed)


def letters_to(address: str) -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(recipient=address).order_by("id"))


# Taking along


def shape(told: object) -> object:
    """The names in what was told, however deep: of a list those of its first."""
    if isinstance(told, dict):
        return {name: shape(inner) for name, inner in told.items()}
    return [shape(one) for one in told[:1]] if isinstance(told, list) else None


def names(*said: str) -> dict[str, None]:
    return dict.fromkeys(" ".join(said).split())


LESSON = (
    "reference status service starts_at ends_at duration_minutes place neighborhood notes hourly_cents price_cents"
    " booked_at cancelled_at cancelled_by address"
)
EXPORTED = {
    "exported_at": None,
    "person": {**names("email first_name last_name joined_at last_signed_in_at"), "bundles": [None]},
    "addresses": [names("email verified primary")],
    "sessions": [names("signed_in_at last_seen_at address browser")],
    "tokens": [{**names("name created_at expires_at last_used_at"), "scopes": [None]}],
    "factors": [names("kind created_at last_used_at")],
    "letters": [names("subject posted_at delivered_at body")],
    "profile": {
        **names("slug headline bio photo place_neighborhood buffer_minutes overnight_guard live_since founding"),
        **names("verified_at suspended_at suspended_because rating reviews"),
        "neighborhoods": [None],
    },
    "services": [
        {
            **names("subject name description active retired_at"),
            **{name: [None] for name in ("lengths", "levels", "ages")},
            "places": [names("place hourly_cents")],
        }
    ],
    "hours": [names("weekday opens closes")],
    "dated_hours": [names("date opens closes")],
    "time_off": [names("starts_at ends_at reason")],
    "favorites": [names("instructor since")],
    "reviews_written": [names("lesson stars text written_at hidden_at instructor")],
    "reviews_received": [names("lesson stars text written_at hidden_at student")],
    "lessons_taken": [
        {
            **names(LESSON, "instructor fee_cents total_cents refund_cents credit_cents"),
            "history": [names("at status")],
        }
    ],
    "lessons_taught": [
        {
            **names(LESSON, "student completed_at commission_percent commission_cents net_cents cancelled_late_cents"),
            **names("private_note"),
            "history": [names("at status")],
        }
    ],
    "calendar_feed": names("since"),
}


def test_what_is_taken_along_is_complete_and_has_the_documented_shape(rich):
    whole = leaving.export(person=rich, now=NOON)
    assert shape(whole) == EXPORTED
    assert json.loads(json.dumps(whole)) == whole
    guide = (Path(__file__).parents[2] / "docs/privacy.md").read_text()
    assert [part for part in whole if f"`{part}`" not in guide] == []


def test_it_says_what_was_agreed_and_what_became_of_it(rich):
    whole = leaving.export(person=rich, now=NOON)
    assert whole["exported_at"] == "2027-03-01T12:00:00-05:00"
    taken, coming = whole["lessons_taken"]
    assert [step["status"] for step in taken["history"]] == ["CONFIRMED", "COMPLETED"]
    assert (taken["instructor"], taken["address"], taken["notes"]) == ("Noor S.", "1 Main Street", "Ring at Ruiz")
    assert (coming["starts_at"], coming["total_cents"]) == ("2027-03-02T10:00:00-05:00", 10080)
    taught, _ = whole["lessons_taught"]
    assert (taught["student"], taught["net_cents"]) == ("Sam S.", 8280)  # a founder: 8 % of 90 dollars
    assert taught["private_note"] == "Ruiz: bring the metronome"
    assert whole["hours"][0] == {"weekday": 0, "opens": "09:00", "closes": "21:00"}
    assert whole["dated_hours"] == [{"date": "2027-03-09", "opens": None, "closes": None}]
    assert whole["reviews_received"][0]["student"] == "Sam S."


def test_it_says_of_others_what_they_show_and_nothing_that_opens_anything(rich, sam):
    key = tokens.issue(person=rich, now=datetime.now(UTC)).token
    outbox.post(letters=[outbox.Letter("k", rich.email, "Reset", "https://way-in", confidential=True)])
    text = json.dumps(leaving.export(person=rich, now=NOON))
    telling = ("Student", "Stranger", "sam@example", "stranger@example", "ruiz-secret", "way-in", key)
    assert [word for word in telling if word in text] == []
    assert not [one.digest for one in ApiToken.objects.all() if one.digest in text]
    assert str(CalendarFeed.objects.get().number) not in text
    assert not [one.session_key for one in UserSession.objects.all() if one.session_key in text]
    # The door of a lesson that is over is the student's, and their note on it is told to both.
    assert [one["address"] for one in leaving.export(person=rich, now=NOON)["lessons_taught"]] == ["", ""]


def test_an_address_that_is_only_claimed_brings_nobody_elses_letters_and_drops_none(sam, ana):
    """It may be anybody's; and what went to an address before they had it was for who had it then."""
    earlier = OutboxMessage.objects.create(key="before", recipient="sam@example.com", subject="Not his", body="b")
    OutboxMessage.objects.filter(pk=earlier.pk).update(created_at=sam.date_joined - DAY)
    outbox.post(letters=[outbox.Letter("hers", "ana@example.com", "Hers", "For Ana")])
    outbox.post(letters=[outbox.Letter("his", "sam@example.com", "His", "For Sam")])
    EmailAddress.objects.create(user=sam, email="ana@example.com", verified=False)
    assert [one["subject"] for one in leaving.export(person=sam, now=NOON)["letters"]] == ["His"]
    close(sam)
    assert set(OutboxMessage.objects.values_list("key", flat=True)) == {"before", "hers", f"account-closed:{sam.pk}"}


def test_who_is_new_takes_along_a_name_and_empty_lists(sam):
    whole = leaving.export(person=sam, now=NOON)
    assert set(whole) == set(EXPORTED)
    assert [name for name, part in whole.items() if part] == ["exported_at", "person"]


def picture() -> bytes:
    """A photo as somebody sends it."""
    drawn = BytesIO()
    Image.new("RGB", (400, 400), "navy").save(drawn, "PNG")
    return drawn.getvalue()


# What closing means


def test_a_student_sees_each_coming_lesson_and_what_comes_back(sam, ana_teaches_piano):
    book(sam, ana_teaches_piano, at="12:00")  # exactly 24 hours ahead
    book(sam, ana_teaches_piano, at="15:00", place=Place.STUDENT)
    foreseen = leaving.foresee(person=sam, by=sam, now=NOON)
    assert [(one.what, one.meaning) for one in foreseen.consequences] == [
        (
            "Piano with Ana R., Tuesday, March 2, 2027, 12:00 PM to 1:00 PM (New York time)",
            "Cancelled. You get $67.20 back.",
        ),
        (
            "Piano with Ana R., Tuesday, March 2, 2027, 3:00 PM to 4:00 PM (New York time)",
            "Cancelled. You get $100.80 back.",
        ),
    ]
    assert Booking.objects.filter(status=Status.CONFIRMED).count() == 2


@pytest.mark.parametrize(
    ("before", "meaning"),
    [
        (24 * HOUR, "You get $67.20 back."),
        (24 * HOUR - timedelta(seconds=1), "You would get $60 as credit"),
        (12 * HOUR, "You would get $60 as credit"),
        (12 * HOUR - timedelta(seconds=1), "You would get $30 as credit"),
    ],
)
def test_the_ladder_is_the_students(before, meaning, sam, ana_teaches_piano):
    lesson = book(sam, ana_teaches_piano, at="15:00")
    now = lesson.span.start - before
    assert meaning in leaving.foresee(person=sam, by=sam, now=now).consequences[0].meaning
    close(sam, now=now)
    lesson.refresh_from_db()
    assert lesson.status == Status.CANCELLED
    assert money.dollars(lesson.refund_cents or lesson.credit_cents or 0) in meaning


def test_an_instructors_students_get_everything_back_however_late(ana, sam, ana_teaches_piano):
    lesson = book(sam, ana_teaches_piano, at="15:00")
    now = lesson.span.start - HOUR
    said = leaving.foresee(person=ana, by=ana, now=now).consequences
    assert [one.meaning for one in said] == [
        "Cancelled. Sam S. gets $67.20 back. You are paid nothing.",
        "It leaves the site and search at once, with its reviews.",
    ]
    close(ana, now=now)
    lesson.refresh_from_db()
    assert (lesson.status, lesson.refund_cents, lesson.instructor_cents) == (Status.CANCELLED, 6720, 0)
    assert lesson.cancelled_by == ana


def test_a_lesson_under_way_forbids_it_until_it_ends(ana, sam, ana_teaches_piano):
    lesson = book(sam, ana_teaches_piano, at="15:00")
    for person in (sam, ana):
        for now in (lesson.span.start, lesson.span.end - timedelta(seconds=1)):
            with pytest.raises(UnderWay, match="under way until 4:00 PM"):
                leaving.foresee(person=person, by=person, now=now)
            with pytest.raises(UnderWay):
                close(person, now=now)
    assert User.objects.filter(closed_at=None).count() == 2
    close(sam, now=lesson.span.end)
    lesson.refresh_from_db()
    assert lesson.status == Status.CONFIRMED  # it took place
    completing.complete_due(now=lesson.span.end + HOUR)
    lesson.refresh_from_db()
    assert (lesson.status, lesson.commission_cents) == (Status.COMPLETED, 480)


def test_what_has_changed_since_it_was_agreed_closes_nothing(sam, ana_teaches_piano):
    foreseen = leaving.foresee(person=sam, by=sam, now=NOON)
    lesson = book(sam, ana_teaches_piano, at="15:00")
    with pytest.raises(Changed):
        close(sam, agreed=foreseen.version)
    again = leaving.foresee(person=sam, by=sam, now=NOON)
    with pytest.raises(Changed):  # the next step of the ladder has been reached
        close(sam, agreed=again.version, now=lesson.span.start - 2 * HOUR)
    assert User.objects.get(pk=sam.pk).closed_at is None
    assert Booking.objects.get().status == Status.CONFIRMED
    close(sam, agreed=again.version)
    assert User.objects.get(pk=sam.pk).closed_at == NOON


def test_staff_do_not_close_their_own_account(stella, sue, omar):
    for person in (stella, sue, omar):
        with pytest.raises(StaffStay):
            close(person)
        with pytest.raises(StaffStay):
            leaving.foresee(person=person, by=person, now=NOON)
    leaving.close(person=omar, by=None, now=NOON)
    with pytest.raises(LastOfOperations):
        leaving.close(person=stella, by=None, now=NOON)
    leaving.close(person=sue, by=None, now=NOON)
    assert set(User.objects.filter(closed_at=None)) == {stella}
    assert not User.objects.exclude(closed_at=None).filter(is_staff=True).exists()


# What is left


@pytest.fixture
def rich(sam, ana_teaches_piano, stranger_teaches_guitar):
    """Ana with something of everything; Sam and the stranger at both her sides."""
    ana = ana_teaches_piano.instructor.user
    before = NOON - 4 * DAY
    taken = book(ana, stranger_teaches_guitar, at="09:00", day=date(2027, 2, 28), place=Place.STUDENT, now=before)
    taught = book(sam, ana_teaches_piano, at="15:00", day=date(2027, 2, 28), place=Place.STUDENT, now=before)
    Booking.objects.filter(pk=taken.pk).update(notes="Ring at Ruiz", private_note="Ana Ruiz is quick")
    Booking.objects.filter(pk=taught.pk).update(notes="Sam’s own note", private_note="Ruiz: bring the metronome")
    completing.complete_due(now=NOON)
    book(ana, stranger_teaches_guitar, at="10:00", place=Place.STUDENT)
    book(sam, ana_teaches_piano, at="17:00")
    for one, student, teacher, text in (
        (taken, ana, stranger_teaches_guitar, "Fine."),
        (taught, sam, ana_teaches_piano, "Good."),
    ):
        Review.objects.create(
            instructor=teacher.instructor,
            student=student,
            lesson_reference=one.reference,
            stars=5,
            text=text,
            created_at=NOON,
        )
    InstructorProfile.objects.filter(pk=ana.pk).update(
        headline="Ruiz teaches",
        bio="I am Ana Ruiz.",
        photo="photos/" + "a" * 32 + ".webp",
        reviews_count=1,
        stars_sum=5,
    )
    DatedHours.objects.create(instructor_id=ana.pk, day=date(2027, 3, 9))
    time_off.add(instructor_id=ana.pk, span=Span(NOON + 9 * DAY, NOON + 10 * DAY), reason="Ruiz wedding", now=NOON)
    offering.add(
        instructor_id=ana.pk,
        subject=stranger_teaches_guitar.subject.slug,
        terms=offering.Terms(description="Guitar à la Ruiz", prices={Place.ONLINE: 6000}),
    )
    Service.objects.filter(pk=ana_teaches_piano.pk).update(description="Piano à la Ruiz")
    favorites.add(person_id=ana.pk, slug="noor-s", now=NOON)
    favorites.add(person_id=sam.pk, slug="ana-r", now=NOON)
    feed.create(person=ana, now=NOON)
    tokens.issue(person=ana, now=datetime.now(UTC), name="Ruiz laptop")
    EmailAddress.objects.create(user=ana, email="ana@example.com", verified=True, primary=True)
    EmailAddress.objects.create(user=ana, email="ruiz@elsewhere.example", verified=False, primary=False)
    Authenticator.objects.create(user=ana, type="totp", data={"secret": "ruiz-secret"})
    browser = Client(headers={"User-Agent": "Ruiz browser"})
    browser.force_login(ana)
    UserSession.objects.create(
        user=ana, ip="203.0.113.9", session_key=browser.session.session_key, user_agent="Ruiz browser"
    )
    LogEntry.objects.create(
        user=ana,
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(ana.pk),
        object_repr=str(ana),
        action_flag=CHANGE,
    )
    outbox.post(letters=[outbox.Letter("password:1", "ana@example.com", "Your password is another", "Hello Ana Ruiz")])
    OutboxMessage.objects.filter(reference=taken.reference).update(delivered_at=NOON)
    return ana


def test_closing_leaves_what_accounts_need_and_no_more(
    rich, sam, ana_teaches_piano, django_capture_on_commit_callbacks
):
    amounts = list(
        Booking.objects.order_by("pk").values_list("price_cents", "fee_cents", "service_name", "commission_cents")
    )
    with django_capture_on_commit_callbacks(execute=True):
        close(rich)
    ana = User.objects.get(pk=rich.pk)
    assert (ana.public_name, ana.full_name, ana.email) == (
        "Former member",
        "Former member",
        f"closed-{ana.pk}@closed.invalid",
    )
    assert (ana.is_active, ana.closed_at, ana.last_login, ana.has_usable_password()) == (False, NOON, None, False)
    assert not ana.groups.exists()
    for model in (Favorite, CalendarFeed, ApiToken, EmailAddress, Authenticator, UserSession, Session, DatedHours):
        assert not model.objects.exists(), model
    for model in (WeeklyHours, FreeSpan, Offer):
        assert not model.objects.filter(instructor=ana.pk).exists(), model
    assert not TimeOff.objects.filter(person=ana.pk).exists()
    assert not ServiceText.objects.filter(service__instructor=ana.pk).exists()
    profile = ana.instructor_profile
    assert (profile.slug, profile.headline, profile.bio, profile.photo.name) == (f"former-{ana.pk}", "", "", "")
    assert (profile.live_since, profile.place_neighborhood) == (None, None)
    assert not profile.neighborhoods.exists()
    assert (profile.reviews_count, profile.stars_sum) == (1, 5)
    kept = Service.objects.get(instructor=ana.pk)  # the piano, which lessons were booked of
    assert (kept.pk, kept.active, kept.retired_at, kept.description) == (ana_teaches_piano.pk, False, NOON, "")
    assert amounts == list(
        Booking.objects.order_by("pk").values_list("price_cents", "fee_cents", "service_name", "commission_cents")
    )
    past, coming = Booking.objects.filter(student=ana).order_by("lesson")
    assert (past.status, past.address, past.notes, past.private_note) == (Status.COMPLETED, "removed", "", "")
    assert (coming.status, coming.address) == (Status.CANCELLED, "removed")
    theirs = Booking.objects.filter(student=sam, status=Status.COMPLETED).get()
    assert (theirs.address, theirs.notes, theirs.private_note) == ("1 Main Street", "Sam’s own note", "")
    assert Review.objects.filter(student=ana, text="Fine.", stars=5).exists()


# What may still say who it was, for a while: docs/privacy.md says so.
def not_erased_yet(table: str, row: dict[str, Any]) -> bool:
    """A letter that has not left yet: the farewell, and what others have to be told."""
    return table == "core_outboxmessage" and row["confidential"] and row["delivered_at"] is None


def everything() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every row of every table, sessions unpacked."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT to_jsonb(t) FROM {connection.ops.quote_name(table)} AS t")
            for (kept,) in cursor.fetchall():
                row = json.loads(kept) if isinstance(kept, str) else kept
                if table == "django_session":
                    row["session_data"] = Session.objects.get(pk=row["session_key"]).get_decoded()
                yield table, row


WHO = re.compile(r"ruiz|\bana\b|ana@example|203\.0\.113\.9|1 Main Street", re.IGNORECASE)


def test_no_table_says_any_more_who_it_was(rich, sam, django_capture_on_commit_callbacks):
    at_sams = set(Booking.objects.filter(student=sam).values_list("reference", flat=True))

    def found() -> set[str]:
        telling = {}
        for table, row in everything():
            words = set(WHO.findall(json.dumps(row, ensure_ascii=False)))
            if row.get("reference") in at_sams and row.get("recipient") != "ana@example.com":
                words -= {"1 Main Street"}  # Sam lives there, too
            if words and not not_erased_yet(table, row):
                telling[table] = words
        return set(telling)

    assert found() >= {
        "account_emailaddress",
        "accounts_apitoken",
        "accounts_user",
        "accounts_userevent",
        "bookings_booking",
        "bookings_bookingevent",
        "core_outboxmessage",
        "django_admin_log",
        "instructors_instructorprofile",
        "instructors_instructorprofileevent",
        "instructors_service",
        "instructors_servicetext",
        "instructors_timeoff",
        "mfa_authenticator",
        "usersessions_usersession",
    }
    with django_capture_on_commit_callbacks(execute=True):
        close(rich)
    assert found() == set()


# The letters


def test_the_last_letter_goes_to_the_old_address_and_nothing_of_it_stays(sam, ana_teaches_piano):
    book(sam, ana_teaches_piano, at="15:00")
    close(sam)
    (farewell,) = letters_to("sam@example.com")  # nothing else is sent there any more
    assert farewell.subject == "Your account is closed"
    for said in ("Hello Sam,", "Piano with Ana R., Tuesday, March 2, 2027", "You get $67.20 back."):
        assert said in farewell.body
    outbox.deliver_due(now=datetime.now(UTC) + timedelta(seconds=1))
    assert [(one.to, one.subject) for one in mail.outbox][-1] == (["sam@example.com"], "Your account is closed")
    farewell.refresh_from_db()
    assert farewell.body == ""
    assert farewell.delivered_at
    until = farewell.delivered_at + policy.CONFIDENTIAL_LETTERS_KEPT_DAYS * DAY
    outbox.prune(now=until)
    assert letters_to("sam@example.com") == [farewell]
    outbox.prune(now=until + timedelta(seconds=1))
    assert letters_to("sam@example.com") == []


def test_others_are_told_and_their_letters_do_not_stay(sam, ana_teaches_piano):
    book(sam, ana_teaches_piano, at="15:00", place=Place.STUDENT)
    outbox.deliver_due(now=datetime.now(UTC) + timedelta(seconds=1))
    book(sam, ana_teaches_piano, at="18:00", place=Place.STUDENT)  # Ana has not been told of this one yet
    close(sam)
    told = letters_to("ana@example.com")
    assert sorted(one.key.partition(":")[0] for one in told) == ["cancelled", "cancelled", "confirmed"]
    assert "Sam has cancelled" in told[-1].body
    outbox.deliver_due(now=datetime.now(UTC) + timedelta(seconds=1))
    assert [one.body for one in letters_to("ana@example.com")] == ["", "", ""]


def test_a_letter_that_was_on_its_way_when_they_left_is_emptied_all_the_same(sam, ana_teaches_piano, monkeypatch):
    book(sam, ana_teaches_piano, at="15:00", place=Place.STUDENT)
    OutboxMessage.objects.filter(recipient="sam@example.com").delete()
    send = transport.send

    def send_while_they_leave(message):
        monkeypatch.setattr(transport, "send", send)
        outbox.keep_short(references=[message.reference])
        send(message)

    monkeypatch.setattr(transport, "send", send_while_they_leave)
    outbox.deliver_due(now=datetime.now(UTC) + timedelta(seconds=1))
    (letter,) = letters_to("ana@example.com")
    assert (letter.body, bool(letter.delivered_at)) == ("", True)


def test_nobody_writes_to_who_has_left(sam):
    close(sam)
    sam.refresh_from_db()
    outbox.post(letters=[outbox.Letter("key", sam.email, "Hello", "Are you there?")])
    assert letters_to(sam.email) == []


def test_letters_are_kept_for_ninety_days(db):
    now = datetime.now(UTC)
    ages = {"old": 91, "just": 89, "open": None}
    for key, days in ages.items():
        done = now - days * DAY if days else None
        OutboxMessage.objects.create(key=key, recipient="sam@example.com", subject="s", body="b", delivered_at=done)
        OutboxMessage.objects.create(
            key=f"{key} bad", recipient="sam@example.com", subject="s", body="b", given_up_at=done
        )
    assert outbox.prune(now=now) == 2
    assert set(OutboxMessage.objects.values_list("key", flat=True)) == {"just", "just bad", "open", "open bad"}
    assert outbox.prune(now=now) == 0


def test_nobody_is_reminded_twice_because_a_letter_was_dropped(sam, ana_teaches_piano):
    """A reminder is posted a day ahead at the earliest; until its letter is dropped the lesson is long over."""
    assert max(policy.REMINDER_HOURS) / 24 + policy.LONGEST_LESSON_MINUTES / 1440 < policy.LETTERS_KEPT_DAYS
    lesson = book(sam, ana_teaches_piano, at="15:00", day=TOMORROW + DAY)
    due = lesson.span.start - 23 * HOUR
    assert reminders.post_due(now=due) == 1
    OutboxMessage.objects.update(delivered_at=due)
    outbox.prune(now=lesson.span.start)
    assert reminders.post_due(now=lesson.span.start - 22 * HOUR) == 0
    outbox.prune(now=due + (policy.LETTERS_KEPT_DAYS + 1) * DAY)
    assert not OutboxMessage.objects.exists()
    assert reminders.post_due(now=due + (policy.LETTERS_KEPT_DAYS + 1) * DAY) == 0


# Afterwards


def test_nothing_opens_the_account_any_more_and_the_address_is_free(sam, django_capture_on_commit_callbacks):
    sam.set_password("Lesson-2026!")
    sam.save()
    key = tokens.issue(person=sam, now=datetime.now(UTC)).token
    address = feed.create(person=sam, now=NOON).url
    browser = Client()
    browser.force_login(sam)
    UserSession.objects.create(user=sam, ip="::1", session_key=browser.session.session_key, user_agent="x")
    assert browser.get("/lessons/").status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        close(sam)
    assert browser.get("/lessons/").status_code == 302
    bearer = {"Authorization": f"Bearer {key}"}
    assert Client().get("/api/bookings/", headers=bearer).status_code == 401
    assert Client().get(address.removeprefix("http://127.0.0.1:8000")).status_code == 404
    for email in ("sam@example.com", f"closed-{sam.pk}@closed.invalid"):
        assert authenticate(email=email, username=email, password="Lesson-2026!") is None
    anew = UserFactory.create(email="sam@example.com")
    assert anew.pk != sam.pk
    with pytest.raises(AlreadyClosed):
        leaving.foresee(person=User.objects.get(pk=sam.pk), by=None, now=NOON)


def test_who_has_left_begins_nothing_and_what_was_begun_is_finished(ana, sam, stranger, ana_teaches_piano):
    lesson = book(sam, ana_teaches_piano, at="15:00")
    over = lesson.span.end
    close(ana, now=over)
    with pytest.raises(AccountClosed):
        setup.begin_to_teach(person=ana)
    with pytest.raises(AccountClosed):
        offering.add(instructor_id=ana.pk, subject="piano", terms=offering.Terms(prices={Place.ONLINE: 6000}))
    with pytest.raises(AccountClosed):
        time_off.add(instructor_id=ana.pk, span=Span(over, over + DAY), reason="", now=over)
    with pytest.raises(Invalid, match="no such service"):
        book(stranger, ana_teaches_piano, at="18:00", now=over)
    assert horizon.extend(now=over + DAY, only=ana.pk) == 1
    assert horizon.compare(instructor_id=ana.pk, now=over + DAY) is None
    assert completing.complete_lesson(reference=lesson.reference, by=None, now=over).status == Status.COMPLETED
    with pytest.raises(NotCancellable):
        cancel_lesson(reference=lesson.reference, by=sam, now=over)


def test_the_time_of_a_lesson_is_free_again_for_others(ana, sam, stranger, ana_teaches_piano):
    book(sam, ana_teaches_piano, at="15:00")
    assert "15:00" not in free_starts(ana_teaches_piano)
    close(sam)
    assert "15:00" in free_starts(ana_teaches_piano)
    book(stranger, ana_teaches_piano, at="15:00")
    close(ana)
    assert free_starts(ana_teaches_piano) == []
    assert not CalendarEntry.objects.exists()


def test_lists_of_others_forget_at_once(ana, sam, ana_teaches_piano, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        favorites.add(person_id=sam.pk, slug="ana-r", now=NOON)
    assert favorites.slugs(person_id=sam.pk) == {"ana-r"}
    with django_capture_on_commit_callbacks(execute=True):
        close(ana)
    assert favorites.slugs(person_id=sam.pk) == frozenset()


def test_the_photos_files_go_with_the_commit(
    ana, ana_teaches_piano, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = str(tmp_path)
    photos.put(instructor_id=ana.pk, content=picture())
    assert len(list((tmp_path / "photos").iterdir())) == 2
    with django_capture_on_commit_callbacks(execute=True):
        close(ana)
    assert list((tmp_path / "photos").iterdir()) == []


def test_what_fails_in_one_step_leaves_everything_as_it_was(ana, sam, ana_teaches_piano, monkeypatch):
    book(sam, ana_teaches_piano, at="15:00")
    before = list(everything())

    def fail(**_):
        raise Busy

    monkeypatch.setattr(offers, "publish", fail)
    with pytest.raises(Busy):
        close(ana)
    assert list(everything()) == before


# At once, over connections of their own


@contextmanager
def closing_is_open(person: User) -> Iterator[None]:
    """While the block runs, somebody's account is closed in a transaction that commits a moment after its end."""
    done, go_on = threading.Event(), threading.Event()

    def run() -> None:
        try:
            with transaction.atomic():
                close(person, now=datetime.now(UTC))
                done.set()
                go_on.wait(30)
                time.sleep(0.3)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    assert done.wait(30)
    try:
        yield
    finally:
        go_on.set()
        thread.join()


def meanwhile(work: Callable[[], object]) -> Callable[[], object]:
    """What came of some work on a connection of its own, or what it raised. It begins now, and is not waited for."""
    came: list[object] = []

    def run() -> None:
        try:
            came.append(work())
        except Exception as raised:
            came.append(raised)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()

    def result() -> object:
        thread.join()
        return came[0]

    return result


def hour_of(service: Service, student: User) -> Callable[[], Booking]:
    """Booking an hour in a week."""
    day = datetime.now(NEW_YORK).date() + timedelta(days=7)
    return lambda: book(student, service, at="15:00", day=day, now=datetime.now(UTC))


@pytest.fixture
def people_for_real(transactional_db):
    """Ana's service and Sam, committed."""
    ana = UserFactory.create(first_name="Ana", last_name="Ruiz", email="ana@example.com")
    return teaching(ana, now=datetime.now(UTC)), UserFactory.create(email="sam@example.com")


@pytest.mark.parametrize("who", ["student", "instructor"])
def test_nobody_is_booked_with_who_is_just_leaving(who, people_for_real):
    service, sam = people_for_real
    with closing_is_open(sam if who == "student" else service.instructor.user):
        booked = meanwhile(hour_of(service, sam))
    assert isinstance(booked(), AccountClosed)
    assert not Booking.objects.exists()


def test_without_the_guard_that_race_is_lost(people_for_real, monkeypatch):
    """So the test above can fail: the lock alone only makes the two wait for each other."""
    service, sam = people_for_real
    lock = calendar_repository.lock_calendars
    monkeypatch.setattr(calendar_repository, "lock_calendars", lambda ids: lock(ids) and False)
    with closing_is_open(sam):
        booked = meanwhile(hour_of(service, sam))
    assert isinstance(booked(), Booking)
    assert Booking.objects.get().student.closed_at


def test_a_lesson_that_is_just_being_booked_is_cancelled_or_asked_about(people_for_real):
    service, sam = people_for_real
    foreseen = leaving.foresee(person=sam, by=sam, now=datetime.now(UTC))
    done, go_on = threading.Event(), threading.Event()

    def booking_that_takes_its_time() -> None:
        with transaction.atomic():
            hour_of(service, sam)()
            done.set()
            go_on.wait(30)
            time.sleep(0.3)

    booked = meanwhile(booking_that_takes_its_time)
    assert done.wait(30)
    agreed = meanwhile(lambda: close(sam, now=datetime.now(UTC), agreed=foreseen.version))
    go_on.set()
    booked()
    assert isinstance(agreed(), Changed | Busy)  # Busy: Ana was not among those whose calendars were asked for
    assert Booking.objects.get().status == Status.CONFIRMED
    close(sam, now=datetime.now(UTC))
    assert Booking.objects.get().status == Status.CANCELLED


def test_of_two_presses_one_closes_and_the_other_is_told(people_for_real):
    _, sam = people_for_real
    with closing_is_open(sam):
        second = meanwhile(lambda: close(sam, now=datetime.now(UTC)))
    assert isinstance(second(), AlreadyClosed)
    assert OutboxMessage.objects.filter(key=f"account-closed:{sam.pk}").count() == 1


def test_a_photo_that_is_just_being_sent_is_not_kept(people_for_real, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    ana = people_for_real[0].instructor.user
    with closing_is_open(ana):
        sent = meanwhile(lambda: photos.put(instructor_id=ana.pk, content=picture()))
    assert isinstance(sent(), NotFound)
    assert InstructorProfile.objects.get().photo.name == ""


def test_two_who_have_a_lesson_together_leave_one_after_the_other(people_for_real):
    service, sam = people_for_real
    hour_of(service, sam)()
    barrier = threading.Barrier(2)

    def leave(person: User) -> Callable[[], object]:
        def work() -> object:
            barrier.wait()
            return close(person, now=datetime.now(UTC))

        return work

    results = [meanwhile(leave(person)) for person in (sam, service.instructor.user)]
    for result in results:
        assert isinstance(result(), leaving.Foreseen)
    lesson = Booking.objects.get()
    assert lesson.status == Status.CANCELLED
    assert User.objects.filter(closed_at=None).count() == 0


# The steps


def test_a_step_that_is_not_there_is_said_at_the_start(settings):
    assert [one for one in run_checks() if one.id == "accounts.E001"] == []
    settings.ACCOUNT_CLOSING_STEPS = ["bookings.services.leaving.Closing", "bookings.services.staying.Closing"]
    (fault,) = [one for one in run_checks() if one.id == "accounts.E001"]
    assert "ACCOUNT_CLOSING_STEPS names bookings.services.staying.Closing" in fault.msg


def test_the_steps_run_bookings_first(settings):
    """What bookings cancels gives time back to calendars that the next step empties."""
    assert settings.ACCOUNT_CLOSING_STEPS[0].startswith("bookings.")


def test_every_table_that_refers_to_a_person_is_accounted_for():
    """A new one is named in docs/privacy.md, which says what is told of it and what becomes of it at the end."""
    guide = (Path(__file__).parents[2] / "docs/privacy.md").read_text().partition("## Table by table")[2]
    rows = set(re.findall(r"^\| `([a-z_]+)` \|", guide, re.MULTILINE))
    kept = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    of_people = {User, InstructorProfile, Booking, Service}
    about = {
        model._meta.db_table
        for model in kept
        if model in of_people
        or issubclass(model, Event)
        or any(field.related_model in of_people for field in model._meta.concrete_fields if field.is_relation)
    }
    about |= {"core_outboxmessage", "django_session", "account_emailconfirmation"}  # no foreign key says so
    assert about == rows
