"""What staff do in the admin, each by its right: moderation, verification, accounts, roles, money; and who sees it."""

import csv
import io
import re
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from accounts.models import User
from accounts.permissions import Bundle
from bookings.models import Booking, Status
from bookings.services import cancelling, earnings, financials
from bookings.services.completing import complete_lesson
from instainstru.core import clock
from instainstru.core.models import OutboxMessage
from instainstru.core.policy import Place
from instructors.models import InstructorProfile, Review
from instructors.services import favorites, moderation, offers, verification
from tests.factories import PASSWORD, UserFactory
from tests.fixtures import NOON, book
from tests.integration.test_reviews import review

WHY = "Your page offers to be paid elsewhere."


def row(thing) -> str:
    return f"admin:{thing._meta.app_label}_{thing._meta.model_name}"


def page_of(thing) -> str:
    return reverse(f"{row(thing)}_change", args=[thing.pk])


def act_on(thing, name: str) -> str:
    return reverse(f"{row(thing)}_act", args=[thing.pk, name])


@pytest.fixture
def profile(ana_teaches_piano) -> InstructorProfile:
    """Ana's, live."""
    return InstructorProfile.objects.select_related("user").get(pk=ana_teaches_piano.instructor_id)


def now(thing):
    """The row as it is by now."""
    return type(thing).objects.get(pk=thing.pk)


# Who may


@pytest.mark.parametrize("name", ["verify", "withdraw", "words", "photo", "suspend", "restore"])
def test_profiles_are_for_support(name, profile, visit, sue, omar, sam, ana):
    typed = {"because": WHY, "headline": "Another", "bio": "Another"}
    address = act_on(profile, name)
    for person, status in ((None, 302), (sam, 302), (ana, 302), (omar, 403)):
        assert visit(person).get(address).status_code == status
        assert visit(person).post(address, typed).status_code == status
    assert visit(sue, strict=True).post(address, typed).status_code == 403  # without the form's key
    assert visit(sue).put(address).status_code == 405
    kept = now(profile)
    assert (kept.headline, kept.verified_at, kept.suspended_at) == (profile.headline, None, None)
    assert visit(sue).get(address).status_code == 200
    assert now(profile).suspended_at is None  # looking changes nothing
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize("name", ["deactivate", "reactivate", "roles", "names"])
def test_accounts_are_for_operations(name, visit, sue, omar, sam, ana):
    typed = {"roles": ["support"], "first_name": "Hacked", "last_name": "Hacked"}
    address = act_on(sam, name)
    for person, status in ((None, 302), (ana, 302), (sam, 302), (sue, 403)):
        assert visit(person).get(address).status_code == status
        assert visit(person).post(address, typed).status_code == status
    kept = now(sam)
    assert (kept.is_active, kept.is_staff, kept.first_name) == (True, False, "Sam")
    assert visit(omar).get(address).status_code == 200


def test_the_page_of_a_row_offers_what_one_may_do(profile, visit, sue, omar, stella, sam):
    def offered(person, thing) -> set[str]:
        text = visit(person).get(page_of(thing)).text
        return set(re.findall(r"/act/(\w+)/", text))

    assert offered(sue, profile) == {"verify", "words", "suspend"}
    assert offered(sue, sam) == set()
    assert offered(omar, sam) == {"deactivate", "names", "roles"}
    assert offered(stella, profile) == {"verify", "words", "suspend"}
    assert visit(omar).get(page_of(profile)).status_code == 403
    moderation.suspend(instructor_id=profile.pk, because=WHY, now=NOON)
    verification.verify(instructor_id=profile.pk, now=NOON)
    InstructorProfile.objects.update(photo="photos/face.webp")
    assert offered(sue, profile) == {"withdraw", "words", "photo", "restore"}
    User.objects.filter(pk=sam.pk).update(is_active=False)
    assert offered(omar, sam) == {"reactivate", "names", "roles"}
    User.objects.filter(pk=sam.pk).update(closed_at=NOON)
    assert offered(omar, sam) == set()


@pytest.mark.parametrize("name", ["delete", "suspend-all", "", "%00", "a\x00b", "x" * 300])
def test_there_is_no_other_act(name, profile, visit, sue):
    answer = visit(sue).post(f"/admin/instructors/instructorprofile/{profile.pk}/act/{name}/", {"because": WHY})
    assert answer.status_code in (302, 404)
    assert now(profile).suspended_at is None


@pytest.mark.parametrize("pk", ["0", "9" * 30, "nobody", "-1", "1%00", "%F0%9F"])
def test_nobody_by_that_number(pk, profile, visit, sue, omar):
    assert visit(sue).post(f"/admin/instructors/instructorprofile/{pk}/act/verify/").status_code == 404
    assert visit(omar).post(f"/admin/accounts/user/{pk}/act/deactivate/").status_code == 404


# Moderation


def test_words_are_changed_with_a_reason(profile, visit, sue):
    browser, address = visit(sue), act_on(profile, "words")
    assert profile.headline in browser.get(address).text
    typed = {"headline": "Piano & more", "bio": "Calm lessons.\nFor all.", "because": WHY}
    answer = browser.post(address, typed, follow=True)
    assert answer.redirect_chain == [(page_of(profile), 302)]
    assert "Changed. The instructor has been written to." in answer.text
    assert (now(profile).headline, now(profile).bio) == ("Piano & more", "Calm lessons.\nFor all.")
    assert LogEntry.objects.get().user == sue
    assert WHY in OutboxMessage.objects.get().body


@pytest.mark.parametrize(
    "wrong", [{"because": ""}, {"because": "x" * 201}, {"because": "\x00"}, {"headline": ""}, {"bio": "x" * 10_001}]
)
def test_what_cannot_be_keeps_what_was_typed(wrong, profile, visit, sue):
    typed = {"headline": "Another headline", "bio": "<script>alert(1)</script>", "because": WHY} | wrong
    answer = visit(sue).post(act_on(profile, "words"), typed)
    assert answer.status_code == 422
    assert "&lt;script&gt;" in answer.text or "bio" in wrong
    assert now(profile).headline == profile.headline
    assert not OutboxMessage.objects.exists()


def test_a_reason_that_nobody_can_read_is_said_beside_its_field(profile, visit, sue):
    answer = visit(sue).post(act_on(profile, "suspend"), {"because": "\u202e"})
    assert (answer.status_code, "the instructor reads it" in answer.text) == (422, True)
    assert now(profile).suspended_at is None


def test_a_suspended_profile_is_nowhere(profile, ana_teaches_piano, visit, sue, sam, ana, api):
    favorites.add(person_id=sam.pk, slug="ana-r", now=NOON)
    visit(sue).post(act_on(profile, "suspend"), {"because": WHY})
    guest, student = visit(), visit(sam)
    confirm = reverse("bookings:confirm", args=[ana_teaches_piano.pk]) + "?date=2027-03-02&start=15:00&minutes=60"
    for address in (
        "/instructors/ana-r/",
        confirm + "&place=online",
        "/api/instructors/ana-r/",
        "/api/instructors/ana-r/free-times?place=online",
    ):
        assert student.get(address).status_code == 404, address
    asked = {"service": ana_teaches_piano.pk, "booking_date": "2027-03-02", "start_time": "15:00"}
    refused = api(sam).post("/api/bookings/", asked | {"duration_minutes": 60, "place": "online"})
    assert refused.status_code in (400, 404)
    assert not Booking.objects.exists()
    for address in (
        "/",
        "/instructors/?service=piano",
        "/subjects/",
        "/api/instructors/",
        "/api/instructors/search?service=piano",
        "/api/suggest?q=ana",
    ):
        answer = guest.get(address)
        assert (address, answer.status_code, "ana-r" in answer.content.decode()) == (address, 200, False)
    assert guest.get(f"/sitemaps/instructors-{profile.pk // 5_000}.xml").status_code == 404
    listed = student.get(reverse("instructors:favorites")).text
    assert "Not bookable now" in listed
    assert 'href="/instructors/ana-r/"' not in listed


def test_the_instructor_reads_why_on_their_own_pages(profile, visit, ana, api):
    moderation.suspend(instructor_id=profile.pk, because="Paid <b>elsewhere</b>.", now=NOON)
    for name in ("instructors:setup", "bookings:teaching"):
        text = visit(ana).get(reverse(name)).text
        assert "Your profile is suspended: nobody can find or book you" in text
        assert "Why: Paid &lt;b&gt;elsewhere&lt;/b&gt;." in text
        assert "See your page" not in text
        assert "not live yet" not in text
    assert api(ana).get("/api/me/instructor-profile/").json()["live"] is False
    assert visit(ana).post(reverse("instructors:go_live")).status_code == 409
    moderation.restore(instructor_id=profile.pk, now=NOON)
    assert "suspended" not in visit(ana).get(reverse("instructors:setup")).text
    assert api(ana).get("/api/me/instructor-profile/").json()["live"] is True


def test_what_is_so_already_is_said_on_the_rows_page(profile, visit, sue):
    browser = visit(sue)
    answer = browser.post(act_on(profile, "restore"), follow=True)
    assert answer.redirect_chain == [(page_of(profile), 302)]
    assert "This profile is not suspended. Nothing was changed." in answer.text
    assert not LogEntry.objects.exists()


# Verification


def test_who_is_verified_has_a_badge_in_words(profile, visit, sue, sam):
    favorites.add(person_id=sam.pk, slug="ana-r", now=NOON)
    addresses = ("/", "/instructors/?service=piano", "/subjects/music/piano/", reverse("instructors:favorites"))

    def badges(address: str) -> int:
        return int(visit(sam).get(address).text.count('<span class="verified">'))

    assert [badges(address) for address in addresses] == [0] * 4
    visit(sue).post(act_on(profile, "verify"))
    assert [badges(address) for address in addresses] == [1] * 4
    page = visit().get("/instructors/ana-r/").text
    assert "Verified" in page
    assert "Staff have checked who they are." in page
    answer = visit().get("/api/instructors/ana-r/").json()
    assert "verified" not in str(answer)  # the API's shape is as agreed
    visit(sue).post(act_on(profile, "withdraw"))
    assert "Staff have checked" not in visit().get("/instructors/ana-r/").text


# Reviews


def test_a_hidden_review_is_gone_from_page_and_structured_data(profile, ana_teaches_piano, visit, sue, omar):
    written = [review(ana_teaches_piano, stars, text=f"Word {stars}.") for stars in (5, 4, 3, 1)]
    offers.publish(instructor_ids=[profile.pk])

    def shown() -> tuple[bool, list[str], list[str]]:
        text = visit().get("/instructors/ana-r/").text
        return "Word 1." in text, re.findall(r'"reviewCount": (\d)', text), re.findall(r'"ratingValue": "(.*?)"', text)

    assert shown() == (True, ["4"], ["3.8"])
    bad = Review.objects.get(pk=written[3].pk)
    assert visit(omar).post(act_on(bad, "hide")).status_code == 403
    answer = visit(sue).post(act_on(bad, "hide"), follow=True)
    assert "The review is hidden." in answer.text
    assert shown() == (False, ["3"], ["4.2"])
    assert visit().get("/api/instructors/ana-r/").json()["reviews"] == 3
    visit(sue).post(act_on(bad, "show"))
    assert shown() == (True, ["4"], ["3.8"])


# Accounts


def test_who_is_deactivated_is_signed_out_everywhere(visit, omar, sam, ana_teaches_piano):
    lesson = book(sam, ana_teaches_piano, at="15:00", place=Place.STUDENT)
    sam.set_password(PASSWORD)
    sam.save()
    browsers = [visit(), visit()]
    for browser in browsers:
        browser.post("/accounts/login/", {"login": sam.email, "password": PASSWORD})
        assert browser.get("/lessons/").status_code == 200
    asked = visit(omar).get(act_on(sam, "deactivate")).text
    assert f"Piano, taken, Tuesday, March 2, 2027, 3:00 PM to 4:00 PM (New York time): {lesson.reference}" in asked
    for hidden in ("1 Main Street", "Ana"):
        assert hidden not in asked
    assert "Deactivated, and signed out everywhere." in visit(omar).post(act_on(sam, "deactivate"), follow=True).text
    for browser in browsers:
        assert browser.get("/lessons/").status_code == 302
    assert not now(sam).is_active
    assert visit().post("/accounts/login/", {"login": sam.email, "password": PASSWORD}).status_code in (200, 302)
    assert now(lesson).status == Status.CONFIRMED
    visit(omar).post(act_on(sam, "reactivate"))
    assert now(sam).is_active


@pytest.mark.django_db(transaction=True)
def test_a_session_of_before_does_not_wake_up_again(visit, omar, sam):
    sam.set_password(PASSWORD)
    sam.save()
    browser = visit()
    browser.post("/accounts/login/", {"login": sam.email, "password": PASSWORD})
    assert browser.get("/lessons/").status_code == 200
    assert UserSession.objects.filter(user=sam).exists()
    visit(omar).post(act_on(sam, "deactivate"))
    visit(omar).post(act_on(sam, "reactivate"))
    assert browser.get("/lessons/").status_code == 302


def test_roles_are_given_on_a_page_of_their_own(visit, omar, sue, sam):
    browser = visit(omar)
    page = browser.get(act_on(sue, "roles")).text
    assert re.search(r'value="support"[^>]*checked', page)
    assert not re.search(r'value="operations"[^>]*checked', page)
    assert browser.post(act_on(sam, "roles"), {"roles": ["support", "operations"]}).status_code == 302
    assert set(now(sam).groups.values_list("name", flat=True)) >= {"support", "operations", "member", "student"}
    assert visit(now(sam)).get("/admin/").status_code == 200
    browser.post(act_on(sam, "roles"), {"roles": []})
    assert visit(now(sam)).get("/admin/").status_code == 302
    assert not now(sam).is_superuser


@pytest.mark.parametrize("wanted", [["superuser"], ["instructor"], ["member"], ["support", "nonsense"], ["\x00"]])
def test_no_other_bundle_is_given(wanted, visit, omar, sam):
    assert visit(omar).post(act_on(sam, "roles"), {"roles": wanted}).status_code == 422
    assert set(now(sam).groups.values_list("name", flat=True)) == {"member", "student"}


def test_nobody_decides_about_oneself(visit, omar):
    for name, typed in (("roles", {"roles": ["support", "operations"]}), ("roles", {}), ("deactivate", {})):
        answer = visit(omar).post(act_on(omar, name), typed, follow=True)
        assert "Nobody decides about their own account here." in answer.text
    assert set(now(omar).groups.values_list("name", flat=True)) == {"member", Bundle.OPERATIONS.value}


def test_nobody_is_deleted(visit, omar, stella, sam):
    for person in (omar, stella):
        for address in (reverse("admin:accounts_user_delete", args=[sam.pk]), page_of(sam)):
            assert visit(person).post(address, {"post": "yes", "is_superuser": "on"}).status_code == 403
    assert User.objects.filter(pk=sam.pk, is_superuser=False).exists()


def test_the_ways_to_lessons_are_for_who_may_see_lessons(visit, omar, sue, sam):
    links = reverse("admin:bookings_booking_changelist") + "?student="
    assert links in visit(sue).get(page_of(sam)).text
    assert links not in visit(omar).get(page_of(sam)).text


# Money

MONTHS = reverse("admin:bookings_booking_months")
FILE = reverse("admin:bookings_booking_months_csv")


@pytest.fixture
def lessons(ana_teaches_piano, stranger_teaches_guitar, sam, ana):
    """In March one completed for $60 and one cancelled late; one completed in the last hour of March in New York."""
    given = book(sam, ana_teaches_piano, at="15:00")
    late = book(sam, stranger_teaches_guitar, at="18:00")
    cancelling.cancel_lesson(reference=late.reference, by=sam, now=late.span.start - timedelta(hours=1))
    complete_lesson(reference=given.reference, by=ana, now=given.span.end)
    return given


def test_money_by_month_is_what_the_lessons_say(lessons, visit, omar, ana, stranger):
    text = visit(omar).get(MONTHS).text
    cells = re.findall(r"<t[hd][^>]*>\s*(.*?)\s*</t[hd]>", text.partition("<tbody>")[2])
    assert cells == ["March 2027", "1", "$60", "$7.20", "$4.80", "$55.20", "1", "$0", "$30", "$27.60"]
    of_all = [
        earnings.in_month(instructor_id=person.pk, first=NOON.date().replace(day=1)) for person in (ana, stranger)
    ]
    assert sum(month.earned_cents for month in of_all) == 5520 + 2760


def test_a_month_is_one_of_new_yorks_calendar(ana_never_sleeps, sam, ana, visit, omar):
    """Eleven at night on 31 March is April in London."""
    with clock.at(NOON):
        late = book(sam, ana_never_sleeps, at="22:00", day=NOON.date().replace(day=31))
    complete_lesson(reference=late.reference, by=ana, now=late.span.end)
    assert "March 2027" in visit(omar).get(MONTHS).text


def test_money_costs_one_statement_however_many_months(lessons, django_assert_num_queries):
    with django_assert_num_queries(1):
        financials.months()


def test_money_is_for_who_sees_financials(lessons, visit, sue, omar, stella, sam, ana):
    for address in (MONTHS, FILE):
        for person, status in ((None, 302), (sam, 302), (ana, 302), (sue, 403), (omar, 200), (stella, 200)):
            assert visit(person).get(address).status_code == status, (address, person)
        assert visit(omar).post(address).status_code == 405
    assert MONTHS in visit(omar).get("/admin/").text
    assert MONTHS not in visit(sue).get("/admin/").text
    viewer = UserFactory.create(is_staff=True, bundles=[])
    viewer.user_permissions.set(omar.groups.get(name="operations").permissions.filter(codename="view_financials"))
    assert visit(viewer).get(MONTHS).status_code == 200
    assert FILE not in visit(viewer).get(MONTHS).text
    assert visit(viewer).get(FILE).status_code == 403


def test_the_file_has_numbers_and_nothing_that_a_spreadsheet_runs(lessons, visit, omar):
    answer = visit(omar).get(FILE)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="money-by-month.csv"'
    assert "no-store" in answer["Cache-Control"]
    head, *rows = csv.reader(io.StringIO(answer.text))
    assert rows == [["2027-03", "1", "60.00", "7.20", "4.80", "55.20", "1", "0.00", "30.00", "27.60"]]
    assert all(re.fullmatch(r"[\d.-]+", cell) and not cell.startswith("-") for line in rows for cell in line)
    assert len(head) == len(rows[0])


def test_no_lesson_is_no_month(db, visit, omar):
    assert "No lesson is over yet." in visit(omar).get(MONTHS).text
    assert len(visit(omar).get(FILE).text.splitlines()) == 1
