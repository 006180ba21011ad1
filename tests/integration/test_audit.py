"""Who changed what: kept by the database itself, with what was known of the act; added to, and never altered."""

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pghistory
import pytest
from django.contrib.auth.models import Group, Permission
from django.db import ProgrammingError, connection, transaction

from accounts.models import Allowed, ApiToken, Bundled, Granted, User
from accounts.permissions import Bundle
from accounts.services import people
from bookings.models import Booking
from bookings.services.completing import complete_lesson
from bookings.tasks import complete_lessons
from instainstru import command_line
from instainstru.core import clock, policy
from instainstru.core.audit import noted
from instainstru.core.models import PERSONAL
from instainstru.core.models.audit import Event
from instainstru.core.policy import Place
from instainstru.core.repositories import audit as repository
from instainstru.core.services import audit, rights
from instainstru.core.services.rights import UnfitRole
from instainstru.servers import postgres
from instructors.models import DatedHours, InstructorProfile, Review, Served, Service, ServicePlace, WeeklyHours
from instructors.services import hours
from tests.factories import NeighborhoodFactory
from tests.fixtures import NOON, book

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
TABLES = repository.tables()


def kept(model: Any, **narrowed: object) -> list[Any]:
    """The versions of a model's rows, the first first."""
    return list(model.pgh_event_model.objects.filter(**narrowed).order_by("pgh_id"))


def labels(model: Any, **narrowed: object) -> list[str]:
    return [version.pgh_label for version in kept(model, **narrowed)]


@pytest.fixture
def lesson(ana_teaches_piano, sam) -> Booking:
    """Sam's hour at home with Ana tomorrow at three."""
    return book(sam, ana_teaches_piano, at="15:00", place=Place.STUDENT)


@pytest.fixture
def one_of_everything(lesson, ana, sam) -> None:
    """At least one version in every table."""
    ApiToken.objects.create(user=sam, name="Sam's phone", digest="d" * 64, expires_at=NOON)
    sam.user_permissions.add(Permission.objects.get(codename="moderate_content"))
    DatedHours.objects.create(instructor=lesson.instructor, day=date(2027, 4, 1))
    Review.objects.create(
        instructor=lesson.instructor,
        student=sam,
        lesson_reference=lesson.reference,
        stars=5,
        text="Patient and clear.",
        created_at=NOON,
    )
    Allowed.objects.create(
        group=Group.objects.get(name=Bundle.STUDENT.value),
        permission=Permission.objects.get(codename="export_analytics"),
    )


# What is kept


def test_a_person_as_they_were_and_are_without_what_opens_the_account(sam):
    User.objects.filter(pk=sam.pk).update(email="samuel@example.com", last_login=NOON)
    made, changed = kept(User, id=sam.pk)
    assert (made.pgh_label, made.email) == ("insert", "sam@example.com")
    assert (changed.pgh_label, changed.email) == ("update", "samuel@example.com")
    assert {"password", "last_login"}.isdisjoint(field.name for field in made._meta.fields)


def test_that_a_password_changed_and_not_to_what(sam):
    sam.set_password("Another-2026!")
    sam.save()
    assert labels(User, id=sam.pk) == ["insert", "password"]


def test_signing_in_changes_nothing_that_is_kept(sam):
    User.objects.filter(pk=sam.pk).update(last_login=NOON)
    assert labels(User, id=sam.pk) == ["insert"]


def test_who_is_deleted_is_kept_as_they_were_last(sam):
    pk = sam.pk
    sam.delete()
    assert kept(User, id=pk)[-1].pgh_label == "delete"
    assert kept(User, id=pk)[-1].email == "sam@example.com"


def test_a_profile_without_its_sums_and_with_where_they_travel(ana_teaches_piano):
    profile = ana_teaches_piano.instructor
    before = len(kept(InstructorProfile))
    InstructorProfile.objects.update(reviews_count=3, stars_sum=15, free_through=date(2027, 5, 30))
    assert len(kept(InstructorProfile)) == before
    InstructorProfile.objects.update(headline="Scales first")
    assert kept(InstructorProfile)[-1].headline == "Scales first"
    served = len(kept(Served))
    profile.neighborhoods.set([NeighborhoodFactory.create(name="Harlem")])
    assert labels(Served)[served:] == ["delete", "insert"]


def test_a_service_and_its_prices(ana_teaches_piano):
    before = len(kept(ServicePlace))
    ServicePlace.objects.filter(place=Place.ONLINE).update(hourly_cents=7000)
    ServicePlace.objects.filter(place=Place.STUDENT).delete()
    Service.objects.update(description="For beginners")
    told = [(one.pgh_label, one.place, one.hourly_cents) for one in kept(ServicePlace)[before:]]
    assert told == [("update", "online", 7000), ("delete", "student_place", 9000)]
    assert kept(Service)[-1].description == "For beginners"


def test_hours_that_repeat_and_hours_of_single_days(ana_teaches_piano):
    instructor = ana_teaches_piano.instructor_id
    before = len(kept(WeeklyHours))
    version = hours.read(instructor_id=instructor).version
    hours.save(instructor_id=instructor, days=[[(600, 720)], *[[]] * 6], versions=[version], now=NOON)
    told = [(one.pgh_label, one.weekday, one.opens) for one in kept(WeeklyHours)[before:]]
    assert told == [*(("delete", day, 540) for day in range(7)), ("insert", 0, 600)]
    WeeklyHours.objects.update(closes=780)
    assert kept(WeeklyHours)[-1].closes == 780
    DatedHours.objects.create(instructor_id=instructor, day=date(2027, 4, 1))
    DatedHours.objects.all().delete()
    assert labels(DatedHours) == ["insert", "delete"]


def test_a_lesson_to_its_end_and_a_review_that_is_hidden(one_of_everything, lesson):
    Review.objects.update(hidden_at=NOON)
    Review.objects.all().delete()
    assert labels(Review) == ["insert", "update", "delete"]
    Booking.objects.filter(pk=lesson.pk).update(private_note="Left hand first")
    Booking.objects.filter(pk=lesson.pk).delete()
    assert labels(Booking) == ["insert", "delete"]
    assert "private_note" not in {field.name for field in Booking.pgh_event_model._meta.fields}  # type: ignore[attr-defined]


def test_bundles_single_names_and_what_a_bundle_holds(sam):
    before = len(kept(Bundled))
    people.grant(person=sam, bundles=[Bundle.INSTRUCTOR])
    sam.user_permissions.add(Permission.objects.get(codename="moderate_content"))
    sam.user_permissions.clear()
    assert labels(Bundled)[before:] == ["insert"]
    assert labels(Granted) == ["insert", "delete"]
    group = Group.objects.get(name=Bundle.STUDENT.value)
    name = Permission.objects.get(codename="manage_roles")
    group.permissions.add(name)
    assert (kept(Allowed)[-1].group, kept(Allowed)[-1].permission) == (group, name)


def test_a_token_without_what_opens(sam):
    token = ApiToken.objects.create(user=sam, digest="d" * 64, expires_at=NOON)
    ApiToken.objects.update(last_used_at=NOON)
    token.delete()
    assert labels(ApiToken) == ["insert", "delete"]
    assert "digest" not in {field.name for field in ApiToken.pgh_event_model._meta.fields}  # type: ignore[attr-defined]


def test_every_table_that_is_kept_has_its_triggers_switched_on(db):
    """Each of them once for rows made, changed and deleted; people twice for changes."""
    with connection.cursor() as cursor:
        for events in TABLES:
            cursor.execute(
                "SELECT array_agg(substring(tgname FROM 'pgtrigger_([a-z]+_[a-z]+)_') ORDER BY tgname) FROM pg_trigger"
                " WHERE tgrelid = %s::regclass AND tgenabled = 'O' AND tgname LIKE 'pgtrigger%%'",
                [events.pgh_tracked_model._meta.db_table],
            )
            (there,) = cursor.fetchone()
            wanted = {"delete_delete", "insert_insert", "update_update"}
            assert set(there or ()) - {"password_update"} == wanted, events._meta.label


def test_what_is_issued_by_hand_in_sql_is_kept_as_well(sam):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET first_name = 'Samuel' WHERE id = %s", [sam.pk])
    assert kept(User, id=sam.pk)[-1].first_name == "Samuel"


# What is known of the act


def test_a_task_is_named(lesson):
    with clock.at(lesson.span.end + timedelta(hours=1)):
        complete_lessons()
    assert kept(Booking)[-1].status == "COMPLETED"
    assert kept(Booking)[-1].pgh_context == {"task": "bookings.complete_lessons"}


@pytest.mark.parametrize(("command", "known"), [("shell", {"command": "shell"}), ("migrate", None)])
def test_a_command_is_named(sam, monkeypatch, command: str, known: object) -> None:
    def change(_: list[str]) -> None:
        User.objects.filter(pk=sam.pk).update(first_name="Samuel")

    monkeypatch.setattr(command_line, "execute_from_command_line", change)
    monkeypatch.setattr(command_line, "running", lambda *_, **__: nullcontext())
    monkeypatch.setattr(postgres, "create_database", lambda *_: None)
    command_line._with_servers(["manage.py", command])
    assert (kept(User, id=sam.pk)[-1].pgh_context or None) == known


def test_each_version_keeps_what_was_known_when_it_was_written(sam):
    with pghistory.context(user=sam.pk):
        User.objects.filter(pk=sam.pk).update(first_name="One")
        pghistory.context(on_behalf_of="student")
        User.objects.filter(pk=sam.pk).update(first_name="Two")
    assert [one.pgh_context for one in kept(User, id=sam.pk)[1:]] == [
        {"user": sam.pk},
        {"user": sam.pk, "on_behalf_of": "student"},
    ]


# Append-only


@pytest.mark.parametrize("events", TABLES, ids=lambda events: events.__name__)
def test_versions_are_neither_changed_nor_removed(one_of_everything, events: type[Event]) -> None:
    table = events._meta.db_table
    for statement in (f"UPDATE {table} SET pgh_label = 'never'", f"DELETE FROM {table}"):
        with (
            pytest.raises(ProgrammingError, match="Cannot update or delete rows"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_what_may_go_around_it_takes_no_other_table(sam):
    for statement in (
        "SELECT audit_prune('accounts_user', now(), 10)",
        "SELECT audit_forget('accounts_user', 'id', 1)",
        "SELECT audit_prune('django_migrations', now(), 10)",
    ):
        with (
            pytest.raises(ProgrammingError, match="keeps no versions"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_after_going_around_it_the_table_is_closed_again(sam):
    audit.forget_person(person_id=sam.pk)
    audit.prune(now=NOON)
    with (
        pytest.raises(ProgrammingError, match="Cannot update or delete rows"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM accounts_userevent")


# Rights of the role that serves


@pytest.fixture
def serving_role(db) -> Iterator[str]:
    """A role that owns nothing, with the rights that a release gives. It goes with the test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE serving NOLOGIN")
    rights.grant(role="serving")
    rights.grant(role="serving")  # as after the next release
    yield "serving"
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


def as_role(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")


def refused(statement: str) -> bool:
    """Whether PostgreSQL denies it."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except ProgrammingError as denied:
        return "permission denied" in str(denied) or "must be owner" in str(denied)
    return False


@pytest.mark.parametrize("events", TABLES, ids=lambda events: events.__name__)
def test_the_serving_role_adds_to_the_past_and_cannot_change_it(serving_role, events: type[Event]) -> None:
    as_role(serving_role)
    table = events._meta.db_table
    assert not refused(f"SELECT 1 FROM {table}")
    assert refused(f"UPDATE {table} SET pgh_label = 'never'")
    assert refused(f"DELETE FROM {table}")
    assert refused(f"TRUNCATE {table}")
    assert refused(f"DROP TABLE {table}")
    assert refused(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    assert refused(f"ALTER TABLE {events.pgh_tracked_model._meta.db_table} DISABLE TRIGGER USER")


def test_the_site_works_with_the_serving_roles_rights(serving_role, ana_teaches_piano, sam, ana):
    as_role(serving_role)
    with noted(did="POST bookings:confirm"):
        given = book(sam, ana_teaches_piano, at="15:00")
    complete_lesson(reference=given.reference, by=ana, now=given.span.end)
    assert labels(Booking) == ["insert", "update"]
    assert kept(Booking)[0].pgh_context == {"did": "POST bookings:confirm"}
    User.objects.filter(pk=sam.pk).update(first_name="Samuel")
    audit.forget_person(person_id=sam.pk)
    assert {version.email for version in kept(User, id=sam.pk)} == {""}
    assert audit.prune(now=NOON) == 0
    assert refused("UPDATE django_migrations SET name = 'other'")


def test_a_role_from_which_nothing_can_be_withheld_is_refused(db):
    with pytest.raises(UnfitRole, match="no role nobody_there"):
        rights.grant(role="nobody_there")
    with pytest.raises(UnfitRole, match="owns tables or is a superuser"):
        rights.grant(role=connection.settings_dict["USER"] or connection.get_connection_params()["user"])


# Ageing


def put_back(model: Any, at: datetime, *, but: int = 0) -> None:
    """Make versions as old as they will be some day, but for the latest few, past the trigger."""
    table = model.pgh_event_model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(
            f"UPDATE {table} SET pgh_created_at = %s WHERE pgh_id <= (SELECT max(pgh_id) - %s FROM {table})", [at, but]
        )
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_what_is_older_than_two_years_is_removed(sam, monkeypatch):
    monkeypatch.setattr(audit, "BATCH", 2)
    for number in range(6):
        User.objects.filter(pk=sam.pk).update(first_name=f"Sam {number}")
    put_back(User, LONG_AGO, but=2)
    old = User.pgh_event_model.objects.filter(pgh_created_at=LONG_AGO).count()  # type: ignore[attr-defined]
    assert old == 5
    assert audit.prune(now=datetime.now(UTC)) == 5
    assert [version.first_name for version in kept(User, id=sam.pk)] == ["Sam 4", "Sam 5"]
    assert audit.prune(now=datetime.now(UTC)) == 0


def test_the_border_is_two_years_to_the_day(sam):
    now = datetime.now(UTC)
    for days, gone in ((policy.AUDIT_DAYS - 1, 0), (policy.AUDIT_DAYS + 1, 1)):
        put_back(User, now - timedelta(days=days))
        assert audit.prune(now=now) == gone


def test_the_database_removes_nothing_younger_whoever_asks(sam):
    """Not for a clock that runs ahead, nor for who calls its function by hand."""
    put_back(User, datetime.now(UTC) - timedelta(days=policy.AUDIT_DAYS - 1))
    assert audit.prune(now=datetime.now(UTC) + timedelta(days=9_000)) == 0
    put_back(User, datetime.now(UTC) - timedelta(days=policy.AUDIT_DAYS + 1))
    assert audit.prune(now=datetime.now(UTC) - timedelta(days=9_000)) == 0


def test_who_leaves_is_emptied_out_of_the_past_and_the_facts_stay(one_of_everything, lesson, sam, ana, stranger):
    with pghistory.context(user=sam.pk, address="203.0.113.7", request="r-1"):
        Booking.objects.filter(pk=lesson.pk).update(notes="Third floor")
    with pghistory.context(user=ana.pk, address="203.0.113.8"):
        Booking.objects.filter(pk=lesson.pk).update(notes="Fourth floor")
    audit.forget_person(person_id=sam.pk)

    of_sam = kept(User, id=sam.pk)
    assert {(one.email, one.first_name, one.last_name) for one in of_sam} == {("", "", "")}
    assert kept(User, id=ana.pk)[0].email == "ana@example.com"
    assert {(one.address, one.notes) for one in kept(Booking)} == {("", "")}
    assert kept(ApiToken)[0].name == ""
    assert kept(Review)[0].text == "Patient and clear."  # what was said of a lesson stays
    by_sam, by_ana = kept(Booking)[-2:]
    assert by_sam.pgh_context == {"user": sam.pk, "request": "r-1"}
    assert by_ana.pgh_context == {"user": ana.pk, "address": "203.0.113.8"}
    assert (by_sam.price_cents, by_sam.status, by_sam.student_id) == (9000, "CONFIRMED", sam.pk)


def test_who_taught_is_emptied_out_as_well_and_their_students_stay(one_of_everything, lesson, ana, sam):
    audit.forget_person(person_id=ana.pk)
    assert {(one.slug, one.headline, one.bio, one.photo.name) for one in kept(InstructorProfile)} == {("",) * 4}
    assert {one.description for one in kept(Service)} == {""}
    assert kept(Booking)[0].address == "1 Main Street"
    assert kept(User, id=sam.pk)[0].email == "sam@example.com"
    assert {one.hourly_cents for one in kept(ServicePlace)} == {6000, 8000, 9000}


def test_every_table_with_personal_columns_says_whose_they_are():
    for events in TABLES:
        personal = [field.name for field in events._meta.fields if field.db_comment == PERSONAL]
        assert bool(personal) == bool(events.whose), events._meta.label
