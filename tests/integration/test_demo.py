"""The commands that fill a site: what it needs to stand, and people to try it with."""

from dataclasses import replace
from datetime import date, timedelta
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import transaction

from accounts.models import User
from accounts.permissions import BUNDLES, Bundle, PermissionName
from bookings.models import Booking, BookingTie, Status
from bookings.services.demo import city
from bookings.services.demo.batches import Added
from instainstru.core.permissions import may
from instainstru.core.policy import Place
from instainstru.core.time import midnight
from instainstru.databases import Tier
from instructors.models import (
    CalendarEntry,
    Category,
    DatedHours,
    FreeSpan,
    InstructorProfile,
    Neighborhood,
    Offer,
    Review,
    Service,
    ServicePlace,
    Subject,
    TimeOff,
    WeeklyHours,
)
from tests.fixtures import NOON, TOMORROW, book, free_starts

DAY = date(2027, 3, 1)


def say(command: str, **options) -> str:
    """What a command says."""
    said = StringIO()
    call_command(command, stdout=said, **options)
    return said.getvalue()


def seed(instructors: int, number: int = 1) -> Added:
    """A city of that day's noon."""
    return city.fill(instructors=instructors, seed=number, now=NOON, progress=lambda done: None)


def test_what_the_site_needs_is_loaded_and_loading_it_again_changes_nothing(db):
    def rows() -> list[list[tuple[object, ...]]]:
        return [list(model.objects.order_by("pk").values_list()) for model in (Neighborhood, Category, Subject)]

    before = rows()
    assert say("load_system") == "neighborhoods: 197\nsubjects: 224\n"
    assert rows() == before


def test_what_was_changed_by_hand_is_made_equal_to_the_files(db):
    Subject.objects.filter(slug="piano").update(name="Pianola")
    Neighborhood.objects.filter(slug="park-slope").delete()
    say("load_system")
    assert Subject.objects.get(slug="piano").name == "Piano"
    assert Neighborhood.objects.get(slug="park-slope").borough.name == "Brooklyn"


def everything() -> list[list[tuple[object, ...]]]:
    """The city without its ids."""
    shown = (
        User.objects.values_list("email", "first_name", "last_name", "is_staff", "date_joined", "groups__name"),
        InstructorProfile.objects.order_by("pk").values_list(
            "slug", "headline", "bio", "place_neighborhood__code", "buffer_minutes", "overnight_guard", "live_since",
            "founding", "reviews_count", "stars_sum", "free_through",
        ),
        InstructorProfile.objects.order_by("pk").values_list("slug", "neighborhoods__code"),
        Service.objects.values_list("instructor__slug", "subject__slug", "description", "lengths"),
        ServicePlace.objects.values_list("service__instructor__slug", "service__subject", "place", "hourly_cents"),
        WeeklyHours.objects.values_list("instructor__slug", "weekday", "opens", "closes"),
        DatedHours.objects.values_list("instructor__slug", "day", "opens", "closes"),
        TimeOff.objects.values_list("person__email", "during", "reason", "lesson_reference", "created_at"),
        CalendarEntry.objects.values_list("instructor__slug", "kind", "during", "core", "reference", "label"),
        Booking.objects.values_list(
            "reference", "student__email", "instructor__slug", "service__subject__slug", "entry__reference", "status",
            "lesson", "booking_date", "start_time", "end_time", "time_zone", "duration_minutes", "place",
            "neighborhood__code", "address", "notes", "service_name", "hourly_cents", "price_cents", "fee_cents",
            "created_at", "cancelled_at", "cancelled_by__email", "refund_cents", "credit_cents", "instructor_cents",
        ),
        BookingTie.objects.values_list("user__email", "permission__codename", "content_object__reference"),
        Review.objects.values_list("lesson_reference", "student__email", "stars", "text", "created_at"),
        FreeSpan.objects.values_list("instructor__slug", "travel", "starts_at", "ends_at"),
        Offer.objects.values_list("service__subject__slug", "instructor__slug", "place", "score", "neighborhoods"),
    )  # fmt: skip
    return [sorted(rows, key=str) for rows in shown]


def test_the_same_seed_and_day_make_the_same_city(db):
    def made(number: int) -> list[list[tuple[object, ...]]]:
        with transaction.atomic():
            seed(12, number)
            found = everything()
            transaction.set_rollback(True)
        return found

    first, again, other = made(7), made(7), made(8)
    assert all(first)
    assert first == again
    assert all(mine != theirs for mine, theirs in zip(first, other, strict=True))


def test_a_second_run_adds_nothing_and_a_larger_one_only_what_is_missing(db):
    first = seed(5)
    assert (first.instructors, first.students) == (5, 7)
    before = everything()
    assert seed(5) == Added()
    assert everything() == before
    more = seed(8)
    assert (more.instructors, more.students) == (3, 3)
    assert Service.objects.filter(instructor__user__email="ana@example.com").count() == 1


def test_where_somebody_teaches_already_nothing_is_added_when_so_asked(db):
    say("seed_demo", instructors=1, if_none=True)
    assert InstructorProfile.objects.count() == 1
    assert say("seed_demo", instructors=5, if_none=True) == "demo: there are instructors already\n"
    assert InstructorProfile.objects.count() == 1


def test_the_command_says_how_far_it_is(noon, db):
    lines = say("seed_demo", instructors=3, today="2027-03-01").splitlines()
    assert lines[0] == "demo: 3 of 3 instructors"
    assert lines[1].startswith("demo: 3 instructors, 5 students and staff, ")
    assert InstructorProfile.objects.get(slug="ana-r").free_through == DAY + timedelta(days=92)


def test_on_a_terminal_there_is_a_bar(noon, db, monkeypatch):
    class Terminal(StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(city, "BATCH", 2)
    screen = Terminal()
    call_command("seed_demo", "--instructors", "3", "--today", "2027-03-01", stdout=screen)
    steps = screen.getvalue().split("\r")[1:]
    assert steps[0] == f"[{'#' * 26}{'.' * 14}] 2 of 3 instructors"
    assert steps[1].startswith(f"[{'#' * 40}] 3 of 3 instructors\ndemo: ")


def test_the_cast_can_sign_in_and_may_what_they_are_for(db):
    seed(1)
    ana, sam, stella = (User.objects.get(email=f"{name}@example.com") for name in ("ana", "sam", "stella"))
    assert all(person.check_password("Lesson-2026!") for person in (ana, sam, stella))
    assert EmailAddress.objects.filter(user__in=[ana, sam, stella], primary=True, verified=True).count() == 3
    assert {name for name in PermissionName if may(sam, name)} == BUNDLES[Bundle.MEMBER] | BUNDLES[Bundle.STUDENT]
    assert may(ana, PermissionName.MANAGE_AVAILABILITY)
    assert may(ana, PermissionName.MANAGE_INSTRUCTOR_PROFILE, ana.instructor_profile)
    assert may(ana, PermissionName.MANAGE_SERVICES, ana.instructor_profile.services.get())
    assert (stella.is_staff, stella.is_superuser, may(stella, PermissionName.VIEW_ALL_BOOKINGS)) == (True, False, True)


def test_ana_teaches_piano_everywhere_and_can_be_booked(noon, db):
    seed(1)
    service = Service.objects.get(instructor__slug="ana-r")
    assert (service.subject.slug, {price.place for price in service.places.all()}) == ("piano", set(Place))
    assert service.instructor.neighborhoods.filter(slug="park-slope").exists()
    assert free_starts(service)
    booked = book(User.objects.get(email="sam@example.com"), service, at="19:00", place=Place.STUDENT)
    assert booked.status == Status.CONFIRMED
    events = apps.get_model("bookings", "BookingEvent")._default_manager
    # The seeding is over: what is booked now leaves its trace in the history again.
    assert list(events.filter(pgh_obj=booked.pk).values_list("pgh_label", flat=True)) == ["insert"]


def test_sam_has_been_with_ana_and_comes_again(db):
    seed(1)
    mine = Booking.objects.filter(student__email="sam@example.com", instructor__slug="ana-r").order_by("lesson")
    assert [lesson.status for lesson in mine] == [Status.COMPLETED] * 6 + [Status.CONFIRMED]
    assert mine[6].booking_date == DAY + timedelta(days=3)
    assert Booking.objects.filter(instructor__slug="ana-r", status=Status.CONFIRMED).count() >= 3


@pytest.mark.parametrize("weekday", range(7))
def test_whatever_day_it_is_sam_and_ana_meet(db, weekday):
    now = midnight(DAY + timedelta(days=weekday))
    city.fill(instructors=1, seed=3, now=now, progress=lambda done: None)
    assert Booking.objects.filter(student__email="sam@example.com", instructor__slug="ana-r").count() == 7


def test_an_hour_of_demo_data_in_two_weeks_is_still_free(noon, db):
    seed(1)
    assert free_starts(Service.objects.get(), TOMORROW + timedelta(days=14))
    assert FreeSpan.objects.filter(starts_at__gte=NOON + timedelta(days=91)).exists()


def test_the_first_hundred_are_founders_and_those_who_are_there_count(db, monkeypatch):
    monkeypatch.setattr("instainstru.core.policy.FOUNDING_INSTRUCTORS", 3)
    seed(2)
    seed(5)
    live = InstructorProfile.objects.order_by("pk").values_list("founding", flat=True)
    assert list(live) == [True, True, True, False, False]


def test_two_of_a_name_have_addresses_of_their_own(db):
    person = User.objects.create(email="old@example.com", first_name="Ana", last_name="Rossi")
    InstructorProfile.objects.create(user=person, slug="ana-r", headline="Was here before")
    seed(1)
    assert User.objects.get(email="ana@example.com").instructor_profile.slug == "ana-r-2"


def test_a_longer_past_has_more_lessons_booked_by_people_who_were_there(db):
    seed(5)
    usual = Booking.objects.filter(instructor__user__email="ana@example.com").count()
    Booking.objects.all().delete()
    User.objects.all().delete()
    say("seed_demo", instructors=5, past_days=400, today=str(DAY))
    assert Booking.objects.filter(instructor__user__email="ana@example.com").count() > 2 * usual
    earliest = Booking.objects.order_by("lesson").select_related("instructor", "student")[0]
    assert DAY - timedelta(days=401) < earliest.booking_date < DAY - timedelta(days=300)
    assert earliest.instructor.live_since is not None
    assert earliest.instructor.live_since < earliest.created_at
    assert earliest.student.date_joined < earliest.created_at


def test_demo_data_does_not_go_into_production(db, settings):
    settings.DATABASE = replace(settings.DATABASE, tier=Tier.PROD)
    with pytest.raises(CommandError, match="does not belong into PROD"):
        call_command("seed_demo")
    assert not User.objects.exists()
