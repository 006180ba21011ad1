"""Favorites: a button on cards and pages, with and without htmx, and a page of one's own."""

import re

import pytest

from instructors.models import Favorite, InstructorProfile
from instructors.services import favorites, offers
from tests.factories import PASSWORD, UserFactory, teaching
from tests.fixtures import NOON
from tests.routes.html import Page

ADD, REMOVE = "/favorites/ana-r/add/", "/favorites/ana-r/remove/"
ANA = "/instructors/ana-r/"
HTMX = {"HX-Request": "true"}
WITH_A_BUTTON = [ANA, "/instructors/", "/subjects/music/", "/subjects/music/piano/", "/subjects/music/piano/brooklyn/"]


def pressed(answer):
    """The state of each heart on a page."""
    return re.findall(r'aria-pressed="(\w+)"', answer.text)


def likes(person):
    return list(Favorite.objects.filter(person=person).values_list("instructor__slug", flat=True))


# The button -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", WITH_A_BUTTON)
def test_a_person_presses_it_and_is_back_where_they_were(
    address, ana_teaches_piano, sam, visit, django_capture_on_commit_callbacks
):
    browser = visit(sam)
    for action, after in ((ADD, "true"), (REMOVE, "false")):
        form = Page(browser.get(address)).form(action)
        assert form.method == "post"
        with django_capture_on_commit_callbacks(execute=True):
            answer = browser.post(action, form.data)
        assert (answer.status_code, answer["Location"]) == (303, f"{address}#favorite-ana-r")
        assert set(pressed(browser.get(address))) == {after}
        assert likes(sam) == (["ana-r"] if after == "true" else [])


def test_a_query_is_kept_on_the_way_back(ana_teaches_piano, sam, visit):
    address = "/instructors/?service=piano&sort=price"
    browser = visit(sam)
    answer = browser.post(ADD, Page(browser.get(address)).form(ADD).data)
    assert answer["Location"] == f"{address}#favorite-ana-r"


def test_htmx_gets_the_button_as_it_is_now(ana_teaches_piano, sam, visit, django_capture_on_commit_callbacks):
    browser = visit(sam)
    for action, other, state in ((ADD, REMOVE, "true"), (REMOVE, ADD, "false")):
        with django_capture_on_commit_callbacks(execute=True):
            answer = browser.post(action, {"next": ANA}, headers=HTMX)
        assert (answer.status_code, pressed(answer)) == (200, [state])
        assert "<html" not in answer.text
        assert Page(answer).form(other).data["next"] == ANA
        assert pressed(browser.get(ANA)) == [state]
    answer = browser.post(ADD, {"next": '"><script>alert(1)</script>'}, headers=HTMX)
    assert "<script>" not in answer.text
    assert Page(answer).forms[0].action in (ADD, REMOVE)


@pytest.mark.parametrize(
    "next_page",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "javascript:alert(1)",
        "evil.example",
        "http:///evil.example",
        " //evil.example",
        "",
        "\0//evil.example",
    ],
)
def test_nobody_is_sent_elsewhere(next_page, ana_teaches_piano, sam, visit):
    for address in (ADD, REMOVE, "/recent-searches/clear/"):
        answer = visit(sam).post(address, {"next": next_page})
        assert answer.status_code == 303
        assert answer["Location"].partition("#")[0] in ("/favorites/", "/")


def test_a_line_break_in_the_way_back_is_no_header(ana_teaches_piano, sam, visit):
    for headers in ({}, HTMX):
        answer = visit(sam).post("/recent-searches/clear/", {"next": "/a\r\nSet-Cookie: b=1"}, headers=headers)
        assert "b" not in answer.cookies
        assert answer.status_code in (200, 303)


def test_a_guest_signs_in_on_the_way_to_the_instructor(ana_teaches_piano, sam, visit):
    for address in WITH_A_BUTTON:
        page = Page(visit().get(address))
        assert f"/accounts/login/?next={ANA}" in page.links
        assert not any("favorites" in form.action for form in page.forms)
    sam.set_password(PASSWORD)
    sam.save()
    guest = visit()
    guest.get(f"/accounts/login/?next={ANA}")
    answer = guest.post("/accounts/login/", {"login": sam.email, "password": PASSWORD, "next": ANA})
    assert answer["Location"] == ANA


def test_who_was_signed_out_meanwhile_comes_back_to_the_page(ana_teaches_piano, visit):
    sent = {"Referer": f"http://testserver{ANA}"}
    answer = visit().post(ADD, {"next": ANA}, headers=sent)
    assert answer["Location"] == "/accounts/login/?next=%2Finstructors%2Fana-r%2F"
    part = visit().post(ADD, {"next": ANA}, headers=sent | HTMX)
    assert part["HX-Redirect"] == "/accounts/login/?next=%2Finstructors%2Fana-r%2F"
    assert not Favorite.objects.exists()


def test_reading_changes_nothing(ana_teaches_piano, sam, visit):
    favorites.add(person_id=sam.pk, slug="ana-r", now=NOON)
    for address in (ADD, REMOVE):
        assert visit(sam).get(address).status_code == 405
    assert likes(sam) == ["ana-r"]


def test_without_the_form_key_nothing_is_changed(ana_teaches_piano, sam, visit):
    assert visit(sam, strict=True).post(ADD, {"next": ANA}).status_code == 403
    assert likes(sam) == []


def test_who_is_not_live_is_not_there(ana_teaches_piano, sam, visit):
    InstructorProfile.objects.update(live_since=None)
    assert visit(sam).post(ADD).status_code == 404
    assert visit(sam).post("/favorites/nobody/remove/").status_code == 404


def test_pages_with_somebodys_hearts_are_nobody_elses(ana_teaches_piano, sam, visit):
    for address in WITH_A_BUTTON:
        for person in (None, sam):
            assert visit(person).get(address)["Cache-Control"] == "private, no-cache"


# The page -------------------------------------------------------------------------------------------------------------


def test_the_list_has_next_times_to_press(ana_teaches_piano, sam, visit):
    favorites.add(person_id=sam.pk, slug="ana-r", now=NOON)
    answer = visit(sam).get("/favorites/")
    times = [link for link in Page(answer).links if link.startswith("/book/")]
    assert len(times) == 4
    assert times[0] == f"/book/{ana_teaches_piano.pk}/?date=2027-03-01&start=13:00&minutes=60&place=online"
    assert visit(sam).get(times[0]).status_code == 200
    assert pressed(answer) == ["true"]
    assert answer["Cache-Control"].startswith("max-age=0, no-cache, no-store")


def test_who_is_paused_stays_on_the_list_without_times(ana_teaches_piano, sam, visit):
    favorites.add(person_id=sam.pk, slug="ana-r", now=NOON)
    InstructorProfile.objects.update(live_since=None)
    offers.publish(instructor_ids=[ana_teaches_piano.instructor_id])
    page = Page(visit(sam).get("/favorites/"))
    assert "Ana R. Not bookable now" in page.text
    assert ANA not in page.links
    assert not any(link.startswith("/book/") for link in page.links)
    answer = visit(sam).post(REMOVE, page.form(REMOVE).data, follow=True)
    assert "Nobody here yet" in answer.text


def test_everyone_sees_their_own_only(ana_teaches_piano, sam, stranger, visit):
    favorites.add(person_id=sam.pk, slug="ana-r", now=NOON)
    answer = visit(stranger).get("/favorites/", {"person": sam.pk})
    assert "Nobody here yet" in answer.text
    visit(stranger).post(REMOVE, {"person": sam.pk, "person_id": sam.pk})
    assert likes(sam) == ["ana-r"]


def test_the_list_comes_in_pages(sam, noon, visit, monkeypatch):
    monkeypatch.setattr("instainstru.core.policy.RESULTS_A_PAGE", 1)
    for name in ("Zed", "Yan"):
        service = teaching(UserFactory.create(first_name=name), now=noon)
        favorites.add(person_id=sam.pk, slug=service.instructor.slug, now=noon)
    first = Page(visit(sam).get("/favorites/"))
    assert "?page=2" in first.links
    assert "Yan" in first.text
    second = Page(visit(sam).get("/favorites/?page=2"))
    assert "?page=1" in second.links
    assert "Zed" in second.text


@pytest.mark.parametrize("number", ["x", "-1", "0", "", "\0", str(2**63), "9" * 5000, "1.5"])
def test_a_page_that_is_none_is_the_first(number, ana_teaches_piano, sam, visit):
    favorites.add(person_id=sam.pk, slug="ana-r", now=NOON)
    answer = visit(sam).get("/favorites/", {"page": number})
    assert answer.status_code == 200
    assert "Ana R." in answer.text


def test_more_favorites_cost_no_more(sam, noon, visit, django_assert_max_num_queries):
    browser = visit(sam)
    for number in range(5):
        service = teaching(UserFactory.create(first_name=f"Zed{number}"), now=noon)
        favorites.add(person_id=sam.pk, slug=service.instructor.slug, now=noon)
        browser.get("/favorites/")
        with django_assert_max_num_queries(8):
            assert browser.get("/favorites/").status_code == 200


def test_my_lessons_and_the_results_lead_to_them(ana_teaches_piano, sam, visit):
    for address in ("/lessons/", "/", "/instructors/"):
        assert "/favorites/" in Page(visit(sam).get(address)).links
    assert "/favorites/" not in Page(visit().get("/instructors/")).links
