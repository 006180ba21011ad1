"""What a request leaves in the history, and how staff read it: newest first, in words, each as far as they may know."""

import re
from datetime import date
from typing import Any

import pghistory
import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import ApiToken, User
from accounts.permissions import Bundle
from accounts.services import people
from bookings.models import Booking
from bookings.services.completing import complete_lesson
from instainstru.core.audit import AuditMiddleware
from instainstru.core.policy import Place
from instainstru.core.services import timeline
from instainstru.core.services.timeline import Line
from instructors.models import DatedHours, InstructorProfile, Service, ServicePlace
from instructors.services import hours
from tests.factories import PASSWORD, NeighborhoodFactory, UserFactory
from tests.fixtures import NOON, book

ADDRESS = "203.0.113.7"


@pytest.fixture
def lesson(ana_teaches_piano, sam) -> Booking:
    """Sam's hour at home with Ana tomorrow at three."""
    return book(sam, ana_teaches_piano, at="15:00", place=Place.STUDENT)


def known(model: Any) -> dict[str, Any]:
    """What the latest version of a model's rows says of the act."""
    context = model.pgh_event_model.objects.order_by("pgh_id").last().pgh_context
    assert isinstance(context, dict)
    return context


def history_of(row: Any) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_history", args=[row.pk])


def words(answer: Any) -> str:
    """A page's text without tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


# What a request leaves


def test_a_page_leaves_who_from_where_by_which_request_and_route(visit, ana, ana_teaches_piano):
    form = {"headline": "Scales first", "bio": "I teach."}
    answer = visit(ana).post(
        "/teaching/setup/profile/?secret=1", form, REMOTE_ADDR=ADDRESS, headers={"X-Request-ID": "request-1"}
    )
    assert answer.status_code == 303
    assert known(InstructorProfile) == {
        "user": ana.pk,
        "address": ADDRESS,
        "request": "request-1",
        "did": "POST instructors:profile_step",
    }


def test_a_program_is_known_by_its_token(api, lesson, sam):
    answer = api(sam).post(f"/api/bookings/{lesson.reference}/cancel/", {}, REMOTE_ADDR=ADDRESS)
    assert answer.status_code == 200
    assert known(Booking) | {"request": ""} == {
        "user": sam.pk,
        "address": ADDRESS,
        "request": "",
        "did": "POST api-cancel",
    }


def test_staff_in_the_admin_are_known(visit, lesson, stella):
    page = reverse("admin:bookings_booking_cancel", args=[lesson.pk, "student"])
    agreed = re.search(r'name="agreed" value="([^"]+)"', visit(stella).get(page).text)
    assert agreed
    visit(stella).post(page, {"agreed": agreed[1]})
    assert (known(Booking)["user"], known(Booking)["did"]) == (stella.pk, "POST admin:bookings_booking_cancel")


def test_who_signs_up_is_nobody_yet(visit, db):
    form = {"email": "new@example.com", "password1": PASSWORD, "first_name": "Nia", "last_name": "New"}
    assert visit().post("/accounts/signup/", form, REMOTE_ADDR=ADDRESS).status_code in (302, 303)
    made = User.pgh_event_model.objects.get(email="new@example.com", pgh_label="insert")  # type: ignore[attr-defined]
    assert (made.pgh_context["user"], made.pgh_context["address"]) == (None, ADDRESS)


def test_the_path_is_never_kept_for_it_may_hold_a_key(db):
    def change(request: Any) -> Any:
        AuditMiddleware(change).process_view(request)
        User.objects.filter(pk=person.pk).update(first_name="Changed")
        return request

    person = UserFactory.create()
    request = RequestFactory().post("/accounts/confirm-email/Secret-Key/", REMOTE_ADDR=ADDRESS)
    request.resolver_match = None
    AuditMiddleware(change)(request)
    assert known(User) == {"user": None, "address": ADDRESS, "request": "", "did": "POST "}


def test_looking_is_not_noted(visit, ana, ana_teaches_piano, monkeypatch):
    noted: list[object] = []
    monkeypatch.setattr(AuditMiddleware, "get_context", lambda *asked: noted.append(asked))
    assert visit(ana).get("/teaching/setup/profile/").status_code == 200
    assert noted == []


# How staff read it


def test_a_persons_story_with_before_and_after(visit, sam, omar, stella):
    moderate = Permission.objects.get(codename="moderate_content")
    ApiToken.objects.create(user=sam, name="Phone", digest="d" * 64, expires_at=NOON)
    sam.user_permissions.add(moderate)
    people.grant(person=sam, bundles=[Bundle.SUPPORT])
    User.objects.filter(pk=sam.pk).update(is_active=False)
    sam.set_password("Another-2026!")
    sam.save(update_fields=["password"])
    text = words(visit(omar).get(history_of(sam)))
    story = [
        "User given another password",
        "User changed is active: yes → no",
        f"Bundle added: group {Bundle.SUPPORT.value}",
        f"Permission added: permission {moderate.name}",
        "Api token added: name Phone, scopes read, book, teach",
        "User added: ",
    ]
    assert all(line in text for line in story), text
    assert "digest" not in text
    assert "argon2" not in text


def test_an_instructors_story_has_services_prices_hours_and_where_they_travel(visit, stella, ana_teaches_piano):
    profile = ana_teaches_piano.instructor
    NeighborhoodFactory.create(name="Harlem")
    ServicePlace.objects.filter(place=Place.ONLINE).update(hourly_cents=7000)
    Service.objects.update(active=False)
    DatedHours.objects.create(instructor=profile, day=date(2027, 4, 1), opens=600, closes=720)
    InstructorProfile.objects.update(headline="Scales first", verified_at=NOON)
    text = words(visit(stella).get(history_of(profile)))
    for line in (
        "headline: Lessons for everyone → Scales first",
        "verified at: — → 2027-03-01 12:00:00",
        "Service place changed hourly cents: $60 → $70",
        "Service changed active: yes → no",
        "Dated hours added: day 2027-04-01, opens 10:00, closes 12:00",
        "Weekly hours added: weekday Monday, opens 09:00, closes 21:00",
        "Neighborhood added: neighborhood Park Slope",
        "Service added: subject Piano",
    ):
        assert line in text, text
    assert "Scales first" not in words(visit(stella).get(history_of(ana_teaches_piano)))
    assert "hourly cents: $60 → $70" in words(visit(stella).get(history_of(ana_teaches_piano)))


def test_a_lessons_story_links_who_did_it_and_says_from_where(visit, lesson, sam, stella, api):
    api(sam).post(
        f"/api/bookings/{lesson.reference}/cancel/", {}, REMOTE_ADDR=ADDRESS, headers={"X-Request-ID": "request-1"}
    )
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE bookings_bookingevent DISABLE TRIGGER USER")
        cursor.execute("UPDATE bookings_bookingevent SET pgh_created_at = '2026-01-01' WHERE pgh_label = 'insert'")
        cursor.execute("ALTER TABLE bookings_bookingevent ENABLE TRIGGER USER")
    answer = visit(stella).get(history_of(lesson))
    text = words(answer)
    assert "status: Confirmed → Cancelled" in text
    assert f"{sam.full_name} &lt;sam@example.com&gt; from {ADDRESS}" in text
    assert reverse("admin:accounts_user_change", args=[sam.pk]) in answer.text
    assert "POST api-cancel request request-1" in text
    assert "lesson [&quot;2027-03-02 15:00:00" in text  # New York's clock
    assert text.index("Booking changed") < text.index("Booking added")


def test_what_the_house_earns_is_for_who_sees_finances_and_a_private_note_for_nobody(visit, lesson, sue, stella, ana):
    Booking.objects.update(private_note="Left hand first")
    complete_lesson(reference=lesson.reference, by=ana, now=lesson.span.end)
    told = words(visit(stella).get(history_of(lesson)))
    assert "commission cents: — → $7.20" in told
    withheld = words(visit(sue).get(history_of(lesson)))
    assert "status: Confirmed → Completed" in withheld
    assert "commission" not in withheld
    for text in (told, withheld):
        assert "Left hand first" not in text


def test_who_may_not_see_people_is_told_what_and_not_who(visit, lesson, sam, api):
    api(sam).post(f"/api/bookings/{lesson.reference}/cancel/", {}, REMOTE_ADDR=ADDRESS)
    reader = UserFactory.create(is_staff=True, bundles=[])
    reader.user_permissions.add(Permission.objects.get(codename="view_all_bookings"))
    text = words(visit(reader).get(history_of(lesson)))
    assert "status: Confirmed → Cancelled" in text
    assert ADDRESS not in text


def test_who_may_not_see_the_row_does_not_see_its_story(visit, lesson, omar, sam, sue):
    assert visit(omar).get(history_of(lesson)).status_code == 403
    assert visit(sam).get(history_of(sam)).status_code == 302
    assert visit().get(history_of(sam)).status_code == 302
    assert visit(sue).get(reverse("admin:accounts_user_history", args=[10**9])).status_code == 302
    assert visit(sue).post(history_of(sam), {}).status_code in (200, 405)


def test_what_staff_noted_stands_below(visit, lesson, stella):
    page = reverse("admin:bookings_booking_cancel", args=[lesson.pk, "student"])
    agreed = re.search(r'name="agreed" value="([^"]+)"', visit(stella).get(page).text)
    assert agreed
    visit(stella).post(page, {"agreed": agreed[1]})
    assert "Noted by staff" in words(visit(stella).get(history_of(lesson)))
    assert "Cancelled for the student." in words(visit(stella).get(history_of(lesson)))


def test_a_long_text_is_cut_and_markup_is_text(visit, sam, stella, ana_teaches_piano):
    User.objects.filter(pk=sam.pk).update(first_name="<script>alert(1)</script>")
    answer = visit(stella).get(history_of(sam))
    assert "<script>alert" not in answer.text
    InstructorProfile.objects.update(bio="word " * 90)
    text = words(visit(stella).get(history_of(ana_teaches_piano.instructor)))
    assert re.search(r"→ (word ){39}…", text)


def test_rows_that_came_in_bulk_have_nothing_to_be_compared_with(visit, sam, stella):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_userevent DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM accounts_userevent")
        cursor.execute("ALTER TABLE accounts_userevent ENABLE TRIGGER USER")
    with pghistory.context(user=stella.pk):
        User.objects.filter(pk=sam.pk).update(first_name="Samuel")
    (changed,) = [one for one in timeline.told(thing=sam, viewer=stella).happenings if one.by_id]
    assert changed.lines == [Line("user changed, from what is not known", [])]


def test_who_is_gone_keeps_their_number(visit, lesson, stella, api, sam):
    service = lesson.service
    gone = UserFactory.create()
    with pghistory.context(user=gone.pk):
        Service.objects.update(description="Changed")
    User.objects.filter(pk=gone.pk).delete()
    assert f"person {gone.pk}" in words(visit(stella).get(history_of(service)))


def test_pages_of_fifty(visit, sam, stella):
    for number in range(60):
        with pghistory.context(request=f"r-{number:02}"):
            User.objects.filter(pk=sam.pk).update(first_name=f"Sam {number}")
    browser, story = visit(stella), history_of(sam)
    first = browser.get(story)
    assert "→ Sam 59" in words(first)
    assert "→ Sam 3 " not in words(first)
    assert "Latest" not in words(first)
    earlier = re.search(r'href="(\?skip=\d+)">Earlier<', first.text)
    assert earlier
    second = words(browser.get(story + earlier[1]))
    assert "→ Sam 3 " in second
    assert "Latest" in second
    assert "Earlier" not in second
    for strange in ("0", "-1", "x", "99999999999999999999", "1e3", "\x00", "\u0663"):
        assert browser.get(story, {"skip": strange}).status_code == 200
    assert "Nothing is kept before that" in words(browser.get(story, {"skip": "999"}))


def test_a_story_costs_the_same_however_long_it_is(visit, stella, sue, ana_teaches_piano, sam):
    browser, profile = visit(stella), ana_teaches_piano.instructor
    browser.get(history_of(profile))
    costs = []
    for rounds in (1, 15):
        for number in range(rounds):
            Service.objects.update(description=f"Text {number}")
            DatedHours.objects.create(instructor=profile, day=date(2027, 5, 1 + number))
            DatedHours.objects.all().delete()
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(history_of(profile)).status_code == 200
        costs.append(len(asked))
    assert costs[0] >= costs[1] - 1
    with CaptureQueriesContext(connection) as asked:
        timeline.told(thing=profile, viewer=User.objects.get(pk=stella.pk))
    assert len(asked) <= 10, [one["sql"][:80] for one in asked]


def test_what_is_not_kept_says_so(visit, stella, ana_teaches_piano):
    subject = ana_teaches_piano.subject
    assert "Nothing is kept." in words(visit(stella).get(history_of(subject)))


def test_a_week_that_was_saved_whole_is_read_by_what_is_different_and_never_torn_apart(
    ana_teaches_piano, stella, monkeypatch
):
    monkeypatch.setattr(timeline, "LINES", 3)
    instructor = ana_teaches_piano.instructor
    nine_to_nine = [[(540, 1260)]] * 6
    version = hours.read(instructor_id=instructor.pk).version
    with pghistory.context(task="the save"):
        hours.save(instructor_id=instructor.pk, days=[[(600, 720)], *nine_to_nine], versions=[version], now=NOON)
    every: list[timeline.Happening] = []
    skip = 0
    while skip or not every:
        page = timeline.told(thing=instructor, viewer=stella, skip=skip)
        every, skip = [*every, *page.happenings], page.earlier
    (saved,) = [one for one in every if one.how == "the save"]
    assert [f"{line.what}: {line.values}" for line in saved.lines] == [
        "weekly hours added: weekday Monday, opens 10:00, closes 12:00",
        "weekly hours removed: weekday Monday, opens 09:00, closes 21:00",
    ]
