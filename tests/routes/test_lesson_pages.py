"""Pages about lessons: what is seen is what is booked, what was typed is kept, and the refund is exact."""

import re
from datetime import timedelta

import pytest

from bookings.models import Booking, Status
from instainstru.core import clock
from instainstru.core.errors import Busy
from instainstru.core.policy import Place
from tests.fixtures import NOON, TOMORROW, book
from tests.routes.html import Page

TIME = {"date": "2027-03-02", "start": "18:00", "minutes": "60", "place": "online"}
AT_HOME = {
    **TIME,
    "place": "student_place",
    "neighborhood": "park-slope",
    "address": "1 Main Street, 4B",
    "notes": "Ring twice",
}
HTMX = {"HX-Request": "true"}


@pytest.fixture
def confirm(ana_teaches_piano):
    """Where Ana's piano is booked."""
    return f"/book/{ana_teaches_piano.pk}/"


def test_every_time_on_the_list_opens_a_page_that_books_it(ana_teaches_piano, sam, visit):
    browser = visit(sam)
    times = [link for link in Page(browser.get("/instructors/")).links if link.startswith("/book/")]
    assert len(times) == 4
    for address in times:
        page = Page(browser.get(address))
        assert "Book this lesson" in page.text
        assert page.form(address.partition("?")[0]).data["date"] in address


def test_a_time_button_says_all(ana_teaches_piano, visit):
    assert 'aria-label="Monday 1 March, 1:00 PM, 60 minutes, $60, with Ana R."' in visit().get("/").text


def test_confirm_shows_the_price_the_ladder_and_the_clock(confirm, sam, visit):
    text = Page(visit(sam).get(confirm, TIME)).text
    for said in ("Tuesday 2 March", "6:00 PM", "7:00 PM", "New York time", "Piano", "Ana R.", "Online"):
        assert said in text
    for said in ("Lesson, 60 minutes $60", "Booking protection $7.20", "Total $67.20", "No card is charged yet"):
        assert said in text
    assert "Until Monday 1 March, 6:00 PM $67.20 back" in text
    assert "Until Tuesday 2 March, 6:00 AM $60 as credit" in text
    assert "After that, until the start $30 as credit" in text


def test_pressing_the_button_books_and_shows_the_proof(confirm, sam, visit):
    browser = visit(sam)
    form = Page(browser.get(confirm, TIME)).form(confirm)
    answer = browser.post(confirm, form.data | {"notes": "Hello"})
    booking = Booking.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/lessons/{booking.reference}/booked/")
    assert (booking.student, booking.notes, booking.total_cents) == (sam, "Hello", 6720)
    assert (booking.booking_date, booking.start_time.hour) == (TOMORROW, 18)
    proof = Page(browser.get(answer["Location"]))
    assert "Booked." in proof.text
    assert booking.reference in proof.text
    assert f"/lessons/{booking.reference}/" in proof.links


def test_a_lesson_at_home_asks_where_and_books_it(confirm, sam, visit):
    browser = visit(sam)
    page = Page(browser.get(confirm, TIME | {"place": "student_place"}))
    assert "Lesson, 60 minutes $90" in page.text
    assert "address" in page.form(confirm).data
    answer = browser.post(confirm, AT_HOME)
    assert answer.status_code == 303
    booking = Booking.objects.get()
    assert booking.neighborhood is not None
    assert (booking.address, booking.neighborhood.slug) == ("1 Main Street, 4B", "park-slope")


def test_a_bad_form_is_422_with_everything_kept(confirm, sam, visit):
    answer = visit(sam).post(confirm, AT_HOME | {"address": ""})
    assert answer.status_code == 422
    page = Page(answer)
    assert "One thing to fix" in page.text
    kept = page.form(confirm).data
    assert (kept["date"], kept["start"], kept["notes"]) == ("2027-03-02", "18:00", "Ring twice")
    assert '<option value="park-slope" selected>' in answer.text
    assert not Booking.objects.exists()


@pytest.mark.parametrize("extra", ["price_cents", "fee_cents", "hourly_cents", "discount", "instructor", "student"])
def test_a_price_from_the_browser_counts_for_nothing(extra, confirm, sam, stranger, visit):
    visit(sam).post(confirm, TIME | {extra: str(stranger.pk)})
    booking = Booking.objects.get()
    assert (booking.price_cents, booking.fee_cents, booking.student) == (6000, 720, sam)


def test_a_time_just_taken_is_409_with_the_nearest_as_buttons_and_the_form_kept(
    confirm, ana_teaches_piano, sam, stranger, visit
):
    book(stranger, ana_teaches_piano, at="18:00")
    browser = visit(sam)
    answer = browser.post(confirm, AT_HOME)
    assert answer.status_code == 409
    page = Page(answer)
    choices = [button for button in page.buttons if button.get("name") == "choose"]
    assert [button["value"] for button in choices] == ["2027-03-02T16:30", "2027-03-02T16:15", "2027-03-02T19:45"]
    assert all(button["form"] == "lesson" for button in choices)
    assert choices[0]["aria-label"].endswith("4:30 PM, 60 minutes, $90, with Ana R. instead")
    kept = page.form(confirm).data
    assert (kept["address"], kept["notes"]) == ("1 Main Street, 4B", "Ring twice")
    # Pressing one shows that time, with what was typed, and books nothing yet.
    chosen = browser.post(confirm, kept | {"neighborhood": "park-slope", "choose": choices[0]["value"]})
    assert chosen.status_code == 200
    shown = Page(chosen)
    assert "4:30 PM" in shown.text
    now_kept = shown.form(confirm).data
    assert (now_kept["start"], now_kept["address"], now_kept["notes"]) == ("16:30", "1 Main Street, 4B", "Ring twice")
    assert '<option value="park-slope" selected>' in chosen.text
    assert Booking.objects.count() == 1
    booked = browser.post(confirm, now_kept | {"neighborhood": "park-slope"})
    assert booked.status_code == 303
    assert Booking.objects.get(student=sam).start_time.hour == 16


def test_choosing_instead_of_a_half_filled_form_keeps_that_too(confirm, sam, visit):
    answer = visit(sam).post(confirm, AT_HOME | {"address": "", "choose": "2027-03-02T10:00"})
    assert answer.status_code == 200
    assert Page(answer).form(confirm).data["notes"] == "Ring twice"


@pytest.mark.parametrize("choose", ["nonsense", "2027-03-02", "2027-03-02T10:00x", "2027-99-99T99:99", "\0"])
def test_choosing_nothing_that_is_a_time_is_no_failure(choose, confirm, sam, visit):
    assert visit(sam).post(confirm, AT_HOME | {"choose": choose}).status_code in (303, 400)


def test_looking_at_a_taken_time_says_so_at_once(confirm, ana_teaches_piano, sam, stranger, visit):
    book(stranger, ana_teaches_piano, at="18:00")
    answer = visit(sam).get(confirm, TIME)
    assert answer.status_code == 409
    assert [button["value"][-5:] for button in Page(answer).buttons if button.get("name") == "choose"] == [
        "16:45",
        "19:15",
        "16:30",
    ]


def test_looking_and_booking_too_soon_too_far_or_outside_hours(confirm, sam, visit, subtests):
    for changes, status, said in (
        (
            {"date": "2027-03-01", "start": "12:45"},
            422,
            "The first start that can be booked now is Monday 1 March, 1:00 PM.",
        ),
        ({"date": "2027-06-01"}, 422, "Lessons can be booked up to 90 days ahead."),
        ({"start": "22:00"}, 422, "The instructor does not work then."),
        ({"minutes": "120"}, 400, "This instructor does not offer this place and length."),
        ({"date": "2027-03-14", "start": "02:30"}, 400, "On 14 March 2027 the clock skips 02:30."),
    ):
        with subtests.test(str(changes)):
            answer = visit(sam).post(confirm, TIME | changes)
            assert answer.status_code == status
            assert said in Page(answer).text
            assert visit(sam).get(confirm, TIME | changes).status_code in (400, 409, 422)
    assert not Booking.objects.exists()


def test_a_clash_with_ones_own_lesson_is_named_before_the_press_and_refused_at_it(
    confirm, stranger_teaches_guitar, sam, visit
):
    book(sam, stranger_teaches_guitar, at="18:30")
    shown = visit(sam).get(confirm, TIME)
    assert shown.status_code == 200
    assert "You have a lesson then" in shown.text
    answer = visit(sam).post(confirm, TIME)
    assert answer.status_code == 409
    assert "You have another lesson at this time." in answer.text


def test_a_second_press_books_nothing_more(confirm, sam, visit):
    browser = visit(sam)
    assert browser.post(confirm, TIME).status_code == 303
    assert browser.post(confirm, TIME).status_code == 409
    assert Booking.objects.count() == 1


def test_when_too_many_book_at_once_the_page_asks_for_patience(confirm, sam, visit, monkeypatch):
    def busy(**_):
        raise Busy

    monkeypatch.setattr("bookings.services.booking.book_lesson", busy)
    answer = visit(sam).post(confirm, TIME | {"notes": "Hello"})
    assert answer.status_code == 503
    assert Page(answer).form(confirm).data["notes"] == "Hello"
    assert not Booking.objects.exists()


def test_a_service_that_is_not_there_or_not_shown_is_404(confirm, ana_teaches_piano, sam, visit):
    assert visit(sam).get("/book/999999/", TIME).status_code == 404
    profile = ana_teaches_piano.instructor
    type(profile).objects.filter(pk=profile.pk).update(live_since=None)
    assert visit(sam).get(confirm, TIME).status_code == 404
    assert visit(sam).post(confirm, TIME).status_code == 404
    assert visit().get("/instructors/ana-r/").status_code == 404


def test_a_form_without_its_key_books_nothing(confirm, sam, visit):
    browser = visit(sam, strict=True)
    answer = browser.post(confirm, TIME)
    assert answer.status_code == 403
    assert "This form has run out" in answer.text
    assert not Booking.objects.exists()
    form = Page(browser.get(confirm, TIME)).form(confirm)
    assert browser.post(confirm, form.data).status_code == 303


def test_a_form_without_its_key_cancels_nothing(world, visit):
    browser = visit(world.people["sam"], strict=True)
    address = world.address("/lessons/{reference}/cancel/")
    assert browser.post(address).status_code == 403
    world.lesson.refresh_from_db()
    assert world.lesson.status == Status.CONFIRMED
    form = Page(browser.get(world.address("/lessons/{reference}/"))).form(address)
    assert browser.post(address, form.data).status_code == 303


def test_no_state_is_changed_by_looking(world, visit):
    """Every address that changes something takes POST only."""
    for name in ("sam", "ana"):
        browser = visit(world.people[name])
        assert browser.get(world.address("/lessons/{reference}/cancel/")).status_code == 405
        assert browser.get(world.address("/teaching/time-off/{time_off}/delete/")).status_code == 405
        assert browser.get(world.address("/book/{service}/?{time}&choose=2027-03-02T10:00")).status_code in (200, 400)
    assert Booking.objects.get().status == Status.CONFIRMED
    assert visit(world.people["sam"]).get("/accounts/logout/").status_code == 200
    world.time_off.refresh_from_db()


def test_my_lessons_are_the_next_first_then_what_has_been(ana_teaches_piano, sam, visit):
    late, soon = (book(sam, ana_teaches_piano, at=at) for at in ("15:00", "10:00"))
    browser = visit(sam)
    browser.post(f"/lessons/{late.reference}/cancel/")
    third = book(sam, ana_teaches_piano, at="18:00")
    page = Page(browser.get("/lessons/"))
    assert [link for link in page.links if re.fullmatch("/lessons/LS-[^/]+/", link)] == [
        f"/lessons/{lesson.reference}/" for lesson in (soon, third, late)
    ]
    order = [page.text.index(said) for said in ("Next", "After that", "Past and cancelled")]
    assert order == sorted(order)
    assert page.text.rindex("Cancelled") > order[-1]


def test_a_person_without_lessons_is_shown_the_way(sam, visit):
    page = Page(visit(sam).get("/lessons/"))
    assert "Nothing booked" in page.text
    assert "/" in page.links


@pytest.mark.parametrize(
    ("hours_before", "refund", "credit", "kept", "said"),
    [
        (24, 6720, 0, 0, "Money back $67.20"),
        (23.99, 0, 6000, 720, "As credit $60 Not given back $7.20"),
        (12, 0, 6000, 720, "As credit $60 Not given back $7.20"),
        (11.99, 0, 3000, 3720, "As credit $30 Not given back $37.20"),
    ],
)
def test_the_refund_shown_is_the_refund_given(hours_before, refund, credit, kept, said, ana_teaches_piano, sam, visit):
    lesson = book(sam, ana_teaches_piano, at="18:00")
    browser = visit(sam)
    with clock.at(lesson.span.start - timedelta(hours=hours_before)):
        shown = Page(browser.get(f"/lessons/{lesson.reference}/"))
        assert said in shown.text
        answer = browser.post(f"/lessons/{lesson.reference}/cancel/")
    assert (answer.status_code, answer["Location"]) == (303, f"/lessons/{lesson.reference}/")
    lesson.refresh_from_db()
    assert (lesson.refund_cents, lesson.credit_cents) == (refund, credit)
    assert lesson.total_cents - refund - credit == kept
    after = Page(browser.get(answer["Location"]))
    assert "The lesson is cancelled." in after.text
    assert ("$67.20 back." in after.text) == (refund > 0)
    assert not any(form.action.endswith("/cancel/") for form in after.forms)


def test_an_instructor_who_cancels_gives_everything_back(ana_teaches_piano, ana, sam, visit):
    lesson = book(sam, ana_teaches_piano, at="18:00")
    with clock.at(lesson.span.start - timedelta(minutes=5)):
        shown = Page(visit(ana).get(f"/lessons/{lesson.reference}/"))
        assert "Sam gets everything back, fee included." in shown.text
        assert "Money back $67.20" in shown.text
        visit(ana).post(f"/lessons/{lesson.reference}/cancel/")
    lesson.refresh_from_db()
    assert (lesson.refund_cents, lesson.credit_cents, lesson.cancelled_by) == (6720, 0, ana)


def test_a_lesson_that_has_begun_or_is_cancelled_cannot_be_cancelled(ana_teaches_piano, sam, visit):
    lesson = book(sam, ana_teaches_piano, at="18:00")
    browser = visit(sam)
    address = f"/lessons/{lesson.reference}/"
    with clock.at(lesson.span.start):
        assert not any("cancel" in form.action for form in Page(browser.get(address)).forms)
        answer = browser.post(f"{address}cancel/")
        assert answer.status_code == 409
        assert "This lesson has started" in answer.text
    browser.post(f"{address}cancel/")
    again = browser.post(f"{address}cancel/")
    assert again.status_code == 409
    assert "does not stand any more" in again.text


def test_staff_see_a_lesson_and_have_no_button(world, visit):
    page = Page(visit(world.people["stella"]).get(world.address("/lessons/{reference}/")))
    assert world.lesson.reference in page.text
    assert not any("cancel" in form.action for form in page.forms)


def test_the_door_is_on_the_page_of_its_two_people_only(ana_teaches_piano, sam, ana, stella, visit):
    lesson = book(sam, ana_teaches_piano, at="18:00", place=Place.STUDENT)
    address = f"/lessons/{lesson.reference}/"
    assert "1 Main Street" in visit(sam).get(address).text
    assert "1 Main Street" in visit(ana).get(address).text
    assert "1 Main Street" not in visit(stella).get(address).text
    visit(sam).post(f"{address}cancel/")
    assert "1 Main Street" not in visit(ana).get(address).text


# htmx -----------------------------------------------------------------------------------------------------------------


def test_htmx_is_sent_to_the_proof(confirm, sam, visit):
    answer = visit(sam).post(confirm, TIME, headers=HTMX)
    assert answer.status_code == 200
    assert answer["HX-Redirect"] == f"/lessons/{Booking.objects.get().reference}/booked/"


@pytest.mark.parametrize(("changes", "status"), [({"address": ""}, 422), ({"choose": "2027-03-02T10:00"}, 200)])
def test_htmx_gets_the_part_and_everybody_else_the_page(changes, status, confirm, sam, visit):
    part = visit(sam).post(confirm, AT_HOME | changes, headers=HTMX)
    whole = visit(sam).post(confirm, AT_HOME | changes)
    assert part.status_code == whole.status_code == status
    assert "<html" not in part.text
    assert part.text.strip().startswith('<div id="confirm"')
    assert "<html" in whole.text
    for answer in (part, whole):
        assert "HX-Request" in answer["Vary"]


def test_htmx_gets_the_conflict_as_a_part_too(confirm, ana_teaches_piano, sam, stranger, visit):
    book(stranger, ana_teaches_piano, at="18:00")
    part = visit(sam).post(confirm, TIME, headers=HTMX)
    assert part.status_code == 409
    assert "<html" not in part.text
    assert part.text.count('name="choose"') == 3


def test_a_lesson_over_midnight_of_the_clocks_is_said_by_the_wall(ana_teaches_piano, sam, visit):
    """Now is before the clocks go forward; the lesson is after."""
    with clock.at(NOON + timedelta(days=11)):
        page = Page(visit(sam).get(f"/book/{ana_teaches_piano.pk}/", TIME | {"date": "2027-03-14", "start": "10:00"}))
    assert "Sunday 14 March" in page.text
    assert "10:00 AM" in page.text
    assert "Until Saturday 13 March, 9:00 AM" in page.text  # 24 hours earlier, by the sun
