"""The admin: every list at the same cost whatever its length, a lesson's whole story, acting for its people."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import ApiToken, User
from accounts.permissions import Bundle, PermissionName
from bookings.models import Booking, BookingTie, Side, Status
from bookings.services import cancelling
from bookings.services.completing import complete_lesson
from instainstru.core import clock
from instainstru.core.models import OutboxMessage
from instainstru.core.money import Settlement
from instainstru.core.permissions import may
from instainstru.core.policy import Place
from instainstru.core.repositories.audit import tables
from instainstru.core.time import NEW_YORK
from instructors.models import (
    Borough,
    CalendarEntry,
    Category,
    DatedHours,
    InstructorProfile,
    Outline,
    ProfileTie,
    Review,
    ServiceTie,
    Subcategory,
    TimeOff,
)
from instructors.services import offers
from tests.factories import NeighborhoodFactory, SubjectFactory, UserFactory, teaching
from tests.fixtures import NOON, book

MANY, FEW = 30, 3
START = datetime(2027, 3, 2, 15, tzinfo=NEW_YORK)

# Not in the admin by themselves, and why.
ELSEWHERE = {
    "instructors.freespan": "derived, and admin has no page for a key of three columns",
    "instructors.favorite": "a person's own list, which is nobody else's business",
    "instructors.servicetext": "derived: the words of services as search reads them",
    "instructors.profiletie": "a tie, shown with what it ties",
    "instructors.servicetie": "a tie, shown with what it ties",
    "bookings.bookingtie": "a tie, shown with what it ties",
    "accounts.allowed": "what a bundle holds is written in accounts/permissions.py",
    "accounts.bundled": "shown with its person",
    "accounts.granted": "shown with its person",
    "instructors.served": "shown with its instructor",
    "bookings.calendarfeed": "a person's secret address",
    **{events._meta.label_lower: "told on the history page of what it is about" for events in tables()},
}
OURS = ("core", "accounts", "instructors", "bookings")
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label_lower)


@pytest.fixture
def support(db):
    """Support staff, and nothing else."""
    return UserFactory.create(first_name="Sue", last_name="Support", is_staff=True, bundles=[Bundle.SUPPORT])


@pytest.fixture
def operator(db):
    """Operations staff, and nothing else."""
    return UserFactory.create(first_name="Otto", is_staff=True, bundles=[Bundle.OPERATIONS])


@pytest.fixture
def lesson(ana_teaches_piano, sam):
    """Sam's hour at home with Ana tomorrow at three."""
    return book(sam, ana_teaches_piano, at="15:00", place=Place.STUDENT)


def page_of(lesson: Booking) -> str:
    return reverse("admin:bookings_booking_change", args=[lesson.pk])


def cancel_page(lesson: Booking, side: str = "student") -> str:
    return reverse("admin:bookings_booking_cancel", args=[lesson.pk, side])


def list_of(model) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


# Lists


@pytest.fixture
def thirty_of_everything(noon):
    """So many rows of every model that the admin lists."""
    subjects = [SubjectFactory.create(name=f"Subject {n}") for n in range(MANY)]
    for n in range(MANY):
        slug = f"row-{n}"
        borough = Borough.objects.create(name=f"Borough {n}", slug=slug)
        category = Category.objects.create(name=f"Category {n}", slug=slug, bullet="X", colour="red")
        Subcategory.objects.create(category=category, name=f"Subcategory {n}", slug=slug)
        area = NeighborhoodFactory.create(name=f"Area {n}", borough=borough)
        Outline.objects.create(code=f"Z{n:05}", name=f"Area {n}", borough=borough, neighborhood=area, path="M0 0Z")
        person = UserFactory.create()
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
        ApiToken.objects.create(user=person, digest=f"{n:064}", expires_at=NOON)
        service = teaching(UserFactory.create(), now=noon, subject=subjects[n].name)
        DatedHours.objects.create(instructor=service.instructor, day=date(2027, 4, 1))
        given = book(person, service, at="15:00")
        Review.objects.create(
            instructor=service.instructor,
            student=person,
            lesson_reference=given.reference,
            stars=5,
            text="Good.",
            created_at=NOON,
        )
    offers.publish(instructor_ids=list(InstructorProfile.objects.values_list("pk", flat=True)))


def test_every_list_costs_the_same_with_three_rows_and_with_thirty(thirty_of_everything, visit, stella, monkeypatch):
    browser = visit(stella)
    browser.get(list_of(Booking))  # what is read once in a process is read now
    for model in MODELS:
        costs = {}
        for rows in (FEW, MANY):
            monkeypatch.setattr(admin.site._registry[model], "list_per_page", rows)
            with CaptureQueriesContext(
                connection,
            ) as asked:
                answer = browser.get(list_of(model))
            assert (model, answer.status_code, len(answer.context["cl"].result_list)) == (model, 200, rows)
            costs[rows] = len(asked)
        assert costs[FEW] == costs[MANY], f"{model._meta.label}: {costs}"
        assert costs[MANY] <= 20, f"{model._meta.label}: {costs}"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_list_can_be_searched_and_filtered(model, visit, stella):
    registered, browser = admin.site._registry[model], visit(stella)
    assert registered.search_fields
    assert registered.list_filter
    assert browser.get(list_of(model), {"q": "ana 'or' \\ % 9999999999999999999999"}).status_code == 200
    shown = browser.get(list_of(model)).context["cl"]
    assert shown.has_filters or not shown.full_result_count
    for by in shown.filter_specs:
        for choice in by.choices(shown):
            assert browser.get(list_of(model) + choice["query_string"]).status_code == 200


@pytest.mark.parametrize("asked", ["q=a%00b", "status__exact=%00", "student=%00", "booking_date__gte=nonsense"])
def test_a_filter_that_cannot_be_is_no_failure(asked, visit, stella):
    answer = visit(stella).get(f"{list_of(Booking)}?{asked}", follow=True)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("model", "asked"),
    [
        (Booking, "private_note__startswith=A"),
        (Booking, "reference=a%00b"),
        (Booking, "student__password__startswith=argon2"),
        (Booking, "nobody=1"),
        (User, "password__startswith=argon2"),
        (ApiToken, "digest__startswith=a"),
    ],
)
def test_what_a_list_does_not_offer_cannot_be_guessed_by_filtering(model, asked, visit, stella):
    assert visit(stella).get(f"{list_of(model)}?{asked}").status_code == 400


def test_every_model_of_ours_is_in_the_admin_or_elsewhere_for_a_reason():
    ours = {model for model in apps.get_models() if model._meta.app_label in OURS}
    assert {model._meta.label_lower for model in ours - set(MODELS)} == set(ELSEWHERE)
    assert {tie._meta.label_lower for tie in (BookingTie, ProfileTie, ServiceTie)} < set(ELSEWHERE)


def test_every_page_of_a_row_opens(thirty_of_everything, visit, stella):
    browser = visit(stella)
    for model in MODELS:
        row = model._default_manager.all()[0]
        answer = browser.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[row.pk]))
        assert (model, answer.status_code) == (model, 200)


# Rights


def test_what_support_and_operations_see(visit, support, operator, lesson):
    sees = {
        name: {model._meta.model_name for model in MODELS if visit(person).get(list_of(model)).status_code == 200}
        for name, person in {"support": support, "operations": operator}.items()
    }
    assert sees["operations"] == {"outboxmessage", "user", "apitoken"}
    assert sees["support"] == {model._meta.model_name for model in MODELS} - {"apitoken"}
    assert visit(operator).get(page_of(lesson)).status_code == 403


def test_what_stella_may(stella, lesson):
    for name in (
        PermissionName.VIEW_ALL_BOOKINGS,
        PermissionName.MANAGE_ALL_BOOKINGS,
        PermissionName.VIEW_ALL_USERS,
        PermissionName.MODERATE_CONTENT,
        PermissionName.ACCESS_MONITORING,
        PermissionName.MANAGE_USERS,
    ):
        assert may(stella, name)
        assert may(stella, name, lesson)  # staff names need no tie
    for name in (PermissionName.CREATE_BOOKINGS, PermissionName.CANCEL_OWN_BOOKINGS, PermissionName.COMPLETE_BOOKINGS):
        assert not may(stella, name, lesson)
    assert not stella.is_superuser


def test_a_letters_words_are_for_who_may_see_the_lesson(visit, support, operator, lesson):
    letter = OutboxMessage.objects.get(key__startswith="confirmed:", key__endswith=":instructor")
    address = reverse("admin:core_outboxmessage_change", args=[letter.pk])
    assert "1 Main Street" in letter.body
    assert "1 Main Street" in visit(support).get(address).text
    seen = visit(operator).get(address)
    assert (seen.status_code, "1 Main Street" in seen.text, letter.key in seen.text) == (200, False, True)


def test_nothing_can_be_added_or_deleted_by_hand(visit, stella, lesson):
    browser = visit(stella)
    for model in MODELS:
        at = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        assert browser.get(reverse(f"{at}_add")).status_code == 403
        assert "delete_selected" not in browser.get(list_of(model)).text
    assert browser.post(page_of(lesson), {"status": "COMPLETED", "price_cents": "1"}).status_code == 403
    assert browser.post(reverse("admin:bookings_booking_delete", args=[lesson.pk])).status_code == 403
    lesson.refresh_from_db()
    assert (lesson.status, lesson.price_cents) == (Status.CONFIRMED, 9000)


def test_a_persons_name_is_changed_by_who_manages_users_only(visit, support, operator, sam):
    address = reverse("admin:accounts_user_act", args=[sam.pk, "names"])
    typed = {"first_name": "Samuel", "last_name": "Student", "is_active": "on", "is_superuser": "on", "is_staff": "on"}
    for person in (support, sam, None):
        assert visit(person).post(address, typed).status_code == (403 if person is support else 302)
    for person in (support, operator):  # the row's own form saves nothing
        assert visit(person).post(reverse("admin:accounts_user_change", args=[sam.pk]), typed).status_code == 403
    assert User.objects.get(pk=sam.pk).first_name == "Sam"
    assert visit(operator).post(address, typed).status_code == 302
    sam.refresh_from_db()
    assert (sam.first_name, sam.is_staff, sam.is_superuser) == ("Samuel", False, False)


# A lesson's story


def test_a_lessons_page_tells_its_whole_story(visit, support, lesson, sam, ana):
    text = visit(support).get(page_of(lesson)).text
    assert "booked" in text
    for letter in OutboxMessage.objects.filter(reference=lesson.reference):
        assert reverse("admin:core_outboxmessage_change", args=[letter.pk]) in text
    assert reverse("admin:instructors_calendarentry_change", args=[lesson.entry_id]) in text
    for person in (sam, ana):
        assert reverse("admin:accounts_user_change", args=[person.pk]) in text
    assert "Takes this lesson" in text
    assert "Teaches this lesson" in text
    assert "1 Main Street" in text
    assert "$90 ($90 an hour) and $10.80 booking protection: $100.80" in text
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", text)


def test_what_belongs_to_a_lesson_leads_back_to_it(visit, support, lesson, sam, ana):
    browser = visit(support)
    by_reference = reverse("admin:bookings_booking_change", args=[lesson.reference])
    review = Review.objects.create(
        instructor_id=ana.pk, student=sam, lesson_reference=lesson.reference, stars=4, text="Good.", created_at=NOON
    )
    entry = CalendarEntry.objects.get(reference=lesson.reference)
    taken = TimeOff.objects.get(lesson_reference=lesson.reference)
    letter = OutboxMessage.objects.filter(reference=lesson.reference).earliest("id")
    for row in (review, entry, taken, letter):
        at = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
        assert f'href="{by_reference}"' in browser.get(reverse(at, args=[row.pk])).text, row
    assert browser.get(by_reference).context["original"] == lesson
    # A person's pages lead to their lessons, those of each side.
    for person, own in ((sam, {"student": [lesson], "instructor": []}), (ana, {"student": [], "instructor": [lesson]})):
        text = browser.get(reverse("admin:accounts_user_change", args=[person.pk])).text
        for side, expected in own.items():
            address = f"{list_of(Booking)}?{side}={person.pk}"
            assert address in text
            assert list(browser.get(address).context["cl"].result_list) == expected
    profile = browser.get(reverse("admin:instructors_instructorprofile_change", args=[ana.pk])).text
    assert f"{list_of(Booking)}?instructor={ana.pk}" in profile
    assert f"{list_of(Booking)}?student=" not in profile


@pytest.mark.parametrize("reference", ["LS-22222-22222", "nobody", "0", "9" * 30, "a\x00b", "%F0%9F"])
def test_a_lesson_that_is_not_there_is_said_so(reference, visit, support, lesson):
    for name, more in (("change", []), ("cancel", ["student"])):
        answer = visit(support).get(reverse(f"admin:bookings_booking_{name}", args=[reference, *more]))
        assert answer.status_code in (302, 404)


def test_a_letter_that_speaks_of_no_lesson_has_no_link(visit, support):
    letter = OutboxMessage.objects.create(key="news", recipient="sam@example.com", subject="News", body="None.")
    assert "/bookings/booking/" not in between_content(
        visit(support).get(reverse("admin:core_outboxmessage_change", args=[letter.pk])).text
    )


def between_content(text: str) -> str:
    return text.partition('id="content-main"')[2]


# Cancelling for one of its people


def agreed_on(page) -> str:
    """What the page that asks for agreement sends along."""
    found = re.search(r'name="agreed" value="([^"]+)"', page.text)
    assert found
    return found[1]


def test_support_cancels_for_the_student_at_the_students_ladder(visit, support, lesson, sam):
    browser = visit(support)
    assert cancel_page(lesson) in browser.get(page_of(lesson)).text
    with clock.at(START - timedelta(hours=18)):
        asked = browser.get(cancel_page(lesson))
        assert "The student gets $0 back." in asked.text
        assert "The student gets $90 as credit" in asked.text
        assert Booking.objects.get().status == Status.CONFIRMED  # looking changes nothing
        answer = browser.post(cancel_page(lesson), {"agreed": agreed_on(asked)}, follow=True)
    assert answer.redirect_chain == [(page_of(lesson), 302)]
    assert "Cancelled for the student. Both have been written to." in answer.text
    cancelled = Booking.objects.get()
    assert (cancelled.status, cancelled.cancelled_by) == (Status.CANCELLED, support)
    assert (cancelled.refund_cents, cancelled.credit_cents, cancelled.instructor_cents) == (0, 9000, 0)
    assert not CalendarEntry.objects.exists()
    assert LogEntry.objects.get().get_change_message() == "Cancelled for the student."
    # The story says what was done, by whom, and for whom.
    assert re.search(r"changed\s+for the student", answer.text)
    assert str(support).replace("<", "&lt;").replace(">", "&gt;") in answer.text
    assert "status: Confirmed → Cancelled" in answer.text
    assert "student $0 back and $90 as credit" in answer.text
    assert "credit cents: — → $90" in answer.text
    assert cancel_page(lesson) not in answer.text


def test_support_cancels_for_the_instructor_and_the_student_gets_everything(visit, support, lesson, sam):
    browser = visit(support)
    with clock.at(START - timedelta(hours=1)):
        asked = browser.get(cancel_page(lesson, "instructor"))
        assert "The student gets $100.80 back." in asked.text
        browser.post(cancel_page(lesson, "instructor"), {"agreed": agreed_on(asked)})
    cancelled = Booking.objects.get()
    assert (cancelled.refund_cents, cancelled.credit_cents, cancelled.instructor_cents) == (10_080, 0, 0)


def test_what_was_agreed_on_is_what_is_done(visit, support, lesson):
    """A day before the lesson passes between looking and pressing: the page is shown again, with the new amounts."""
    browser = visit(support)
    with clock.at(START - timedelta(hours=24)):
        agreed = agreed_on(browser.get(cancel_page(lesson)))
    with clock.at(START - timedelta(hours=24) + timedelta(seconds=1)):
        answer = browser.post(cancel_page(lesson), {"agreed": agreed})
        assert "The amounts are others by now: look again." in answer.text
        assert agreed_on(answer) != agreed
        for wrong in ({}, {"agreed": ""}, {"agreed": "0-0-0"}):
            assert browser.post(cancel_page(lesson), wrong).status_code == 200
    assert Booking.objects.get().status == Status.CONFIRMED


def test_what_cannot_be_cancelled_is_said_on_the_lessons_page(visit, support, lesson, sam):
    browser = visit(support)
    with clock.at(START):
        assert cancel_page(lesson) not in browser.get(page_of(lesson)).text
        for ask in (browser.get, browser.post):
            answer = ask(cancel_page(lesson), follow=True)
            assert answer.redirect_chain == [(page_of(lesson), 302)]
            assert "This lesson has started" in answer.text
    cancelling.cancel_lesson(reference=lesson.reference, by=sam, now=NOON)
    assert "does not stand any more" in browser.get(cancel_page(lesson), follow=True).text


def test_a_lesson_that_somebody_else_just_cancelled_is_not_cancelled_again(visit, support, lesson, sam, monkeypatch):
    browser = visit(support)
    agreed = agreed_on(browser.get(cancel_page(lesson)))
    cancelling.cancel_lesson(reference=lesson.reference, by=sam, now=NOON)
    due = Settlement(*map(int, agreed.split("-")))
    real = cancelling.settlement
    answers = iter([due])
    monkeypatch.setattr(cancelling, "settlement", lambda **asked: next(answers, None) or real(**asked))
    answer = browser.post(cancel_page(lesson), {"agreed": agreed}, follow=True)
    assert "does not stand any more" in answer.text
    assert Booking.objects.get().cancelled_by == sam


def test_only_who_manages_all_bookings_acts(visit, operator, lesson, sam, ana, support):
    agreed = agreed_on(visit(support).get(cancel_page(lesson)))
    for person in (operator, sam, ana, None):
        answer = visit(person).post(cancel_page(lesson), {"agreed": agreed})
        assert answer.status_code == (403 if person is operator else 302)
    strict = visit(support, strict=True)
    assert strict.post(cancel_page(lesson), {"agreed": agreed}).status_code == 403  # without the form's key
    assert visit(support).put(cancel_page(lesson)).status_code == 405
    assert Booking.objects.get().status == Status.CONFIRMED


@pytest.mark.parametrize("side", ["nobody", "STUDENT", ""])
def test_a_lesson_has_two_sides(side, visit, support, lesson):
    assert [side.value for side in Side] == ["student", "instructor"]
    answer = visit(support).get(f"/admin/bookings/booking/{lesson.pk}/cancel/{side}/")
    assert answer.status_code in (302, 404)
    assert Booking.objects.get().status == Status.CONFIRMED


def test_tokens_of_people_are_listed_without_what_opens(visit, operator, sam):
    token = ApiToken.objects.create(user=sam, digest="d" * 64, expires_at=datetime.now(UTC))
    answer = visit(operator).get(reverse("admin:accounts_apitoken_change", args=[token.pk]))
    assert (answer.status_code, "d" * 64 in answer.text) == (200, False)


# The outbox


@pytest.fixture
def dead(db):
    """A letter that was given up."""
    return OutboxMessage.objects.create(
        key="dead", recipient="sam@example.com", subject="Booked", attempts=8, given_up_at=datetime.now(UTC)
    )


def redriven(browser, dead) -> int:
    answer = browser.post(list_of(OutboxMessage), {"action": "redrive", "_selected_action": [dead.pk]})
    return 0 if OutboxMessage.objects.get().given_up_at else answer.status_code


def test_letters_that_were_given_up_are_tried_again_by_who_helps_and_who_operates(visit, support, operator, dead):
    for person in (support, operator):
        OutboxMessage.objects.update(given_up_at=datetime.now(UTC))
        assert redriven(visit(person), dead) == 302
    assert OutboxMessage.objects.get().attempts == 0


def test_nobody_else_has_letters_tried_again(visit, sam, dead):
    viewer = UserFactory.create(is_staff=True, bundles=[])
    viewer.user_permissions.add(Permission.objects.get(codename="view_all_bookings"))
    for person in (viewer, sam, None):
        assert redriven(visit(person), dead) == 0
    assert "Try again" not in visit(viewer).get(list_of(OutboxMessage)).text


def test_what_a_completed_lesson_earned_is_for_who_sees_financials_and_a_private_note_for_nobody(
    visit, support, stella, lesson, ana
):
    Booking.objects.update(private_note="Left hand first")
    before = visit(support).get(page_of(lesson)).text
    complete_lesson(reference=lesson.reference, by=ana, now=START + timedelta(hours=1))
    after, whole = (visit(person).get(page_of(lesson)).text for person in (support, stella))
    assert "$7.20 (8 %), instructor $82.80" in whole
    assert "commission cents: — → $7.20" in whole
    for text in (before, after):
        assert "ommission" not in between_content(text)
        assert "$7.20" not in text
        assert "$82.80" not in text
    assert "status: Confirmed → Completed" in after
    for text in (before, after, whole):
        assert "Left hand first" not in text
        assert "private note" not in text.lower()


def test_what_an_instructor_gets_for_a_late_cancelling_is_for_who_sees_financials(visit, support, stella, lesson):
    with clock.at(START - timedelta(hours=4)):
        asked = {person.first_name: visit(person).get(cancel_page(lesson)) for person in (support, stella)}
        assert "The instructor is paid $41.40." in asked["Stella"].text
        assert "instructor is paid" not in asked["Sue"].text
        assert (agreed_on(asked["Stella"]), agreed_on(asked["Sue"])) == ("0-4500-4140", "0-4500-0")
        visit(support).post(cancel_page(lesson), {"agreed": agreed_on(asked["Sue"])})
    assert Booking.objects.get().instructor_cents == 4140
    texts = {person.first_name: visit(person).get(page_of(lesson)).text for person in (support, stella)}
    for text in texts.values():
        assert "student $0 back and $45 as credit" in text
    assert texts["Stella"].count("$41.40") == 2  # the lesson's own line, and its history
    assert "$41.40" not in texts["Sue"]


def test_no_row_is_led_to_by_its_kind_and_number(stella, visit):
    """Django's own way there fails on a table that is none and on a key that is no number."""
    staff = visit(stella)
    for kind in ContentType.objects.all():
        assert (str(kind), staff.get(f"/admin/r/{kind.pk}/1/").status_code) == (str(kind), 404)
