"""The page of one instructor: what it says is what is on offer, every choice is an address, and nobody is exposed."""

import json
import re
from datetime import timedelta

import pytest
from django.db.models import F

from instainstru.core import clock
from instainstru.core.policy import Place
from instructors.models import InstructorProfile, Review, Service
from tests.factories import NeighborhoodFactory, UserFactory, offering_of, teaching
from tests.fixtures import NOON, book, off
from tests.routes.html import Page

ANA = "/instructors/ana-r/"
HTMX = {"HX-Request": "true"}


def times(answer):
    """The times that can be pressed on a page, as their addresses."""
    return [link for link in Page(answer).links if link.startswith("/book/")]


def said_of(answer, pattern):
    return re.findall(pattern, answer.text)


def reviewed(service, *stars, text="Good lesson."):
    """So many students say so, the last of them today."""
    for number, one in enumerate(stars):
        Review.objects.create(
            instructor_id=service.instructor_id,
            student=UserFactory.create(first_name="Kim", last_name=f"Reader{number}", email=f"kim{number}@example.com"),
            lesson_reference=f"LS-33333-{number:05}",
            stars=one,
            text=f"{text} {number}",
            created_at=NOON - timedelta(days=40 * (len(stars) - 1 - number)),
        )
    InstructorProfile.objects.filter(pk=service.instructor_id).update(
        reviews_count=F("reviews_count") + len(stars), stars_sum=F("stars_sum") + sum(stars)
    )


@pytest.fixture
def ana_teaches_guitar_too(ana_teaches_piano):
    """Ana's second service: dearer, at two places, in one length."""
    prices = {Place.ONLINE: 10_000, Place.STUDENT: 12_050}
    return offering_of(ana_teaches_piano.instructor, "Guitar", lengths=[45], prices=prices)


# Times ------------------------------------------------------------------------------------------------------------


def test_the_first_day_with_times_stands_open(ana_teaches_piano, visit):
    answer = visit().get(ANA)
    assert {link.split("date=")[1][:10] for link in times(answer)} == {"2027-03-01"}
    assert "Monday 1 March" in Page(answer).text
    assert 'aria-label="Monday 1 March, 1:00 PM, 60 minutes, $60, with Ana R."' in answer.text


def test_the_week_says_how_many_each_day_has_and_leads_there(ana_teaches_piano, visit):
    off(ana_teaches_piano, "00:00", "24:00")
    answer = visit().get(ANA)
    days = said_of(answer, r'<a id="day-([^"]+)"\s+href="([^"#]+)#times"[^>]*aria-label="([^"]+)"')
    assert [day for day, _, _ in days] == ["2027-03-01", *[f"2027-03-0{n}" for n in range(3, 8)]]
    assert [label for _, _, label in days][:2] == ["Monday 1 March, 29 free", "Wednesday 3 March, 45 free"]
    assert "Tuesday 2 March, nothing free" in Page(answer).text
    there = visit().get(ANA + days[1][1].replace("&amp;", "&"))
    assert {link.split("date=")[1][:10] for link in times(there)} == {"2027-03-03"}
    assert len(times(there)) == 45


def test_a_day_stands_in_its_parts(ana_teaches_piano, visit):
    text = Page(visit().get(ANA, {"day": "2027-03-02"})).text
    morning, afternoon, evening = (text.index(part) for part in ("Morning", "Afternoon", "Evening"))
    assert morning < text.index("9:00 AM") < text.index("11:45 AM") < afternoon < text.index("12:00 PM")
    assert text.index("4:45 PM") < evening < text.index("5:00 PM")


def test_a_chosen_lesson_is_kept_on_every_way(ana_teaches_piano, visit):
    chosen = {"minutes": "90", "place": "student_place", "first": "2027-03-08", "day": "2027-03-10"}
    answer = visit().get(ANA, chosen)
    assert times(answer)
    assert all("minutes=90&place=student_place" in link.replace("&amp;", "&") for link in times(answer))
    assert all("date=2027-03-10" in link for link in times(answer))
    ways = [link for link in Page(answer).links if link.startswith("?") and "#times" in link]
    assert len(ways) == 4 + 3 + 7 + 2  # lengths, places, days, weeks
    assert all("first=" in way for way in ways)
    assert "$135" in Page(answer).text


def test_weeks_end_where_booking_ends(ana_teaches_piano, visit):
    first, last = visit().get(ANA), visit().get(ANA, {"first": "2027-05-29"})
    assert "Earlier days" not in first.text
    assert "first=2027-03-08" in first.text
    assert "first=2027-05-22" in last.text
    assert "Later days" not in last.text
    assert [day for day, _ in said_of(last, r'<a id="day-([^"]+)"\s+(href)')] == ["2027-05-29", "2027-05-30"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"service": "999999"},
        {"service": "x", "minutes": "x", "place": "moon", "first": "x", "day": "x", "reviews": "x"},
        {"minutes": "61", "place": "\0", "reviews": "-1"},
        {"first": "0001-01-01", "day": "9999-12-31", "reviews": str(10**30)},
        {"service": str(2**63), "minutes": str(2**63)},
    ],
)
def test_what_is_not_on_offer_falls_back_to_the_usual(wrong, ana_teaches_piano, visit):
    answer = visit().get(ANA, wrong)
    assert answer.status_code == 200
    assert times(answer)
    assert all("minutes=60" in link and "place=online" in link for link in times(answer))


def test_what_is_right_counts_beside_what_is_wrong(ana_teaches_piano, visit):
    answer = visit().get(ANA, {"minutes": "30", "place": "moon"})
    assert all("minutes=30" in link and "place=online" in link for link in times(answer))


def test_a_first_day_beyond_the_last_is_the_last(ana_teaches_piano, visit):
    answer = visit().get(ANA, {"first": "9999-12-31"})
    assert {link.split("date=")[1][:10] for link in times(answer)} == {"2027-05-30"}


def test_a_full_day_says_so(ana_teaches_piano, visit):
    off(ana_teaches_piano, "00:00", "24:00")
    answer = visit().get(ANA, {"day": "2027-03-02"})
    assert "Nothing is free on this day." in answer.text
    assert not times(answer)


def test_an_empty_week_leads_to_the_next_free_time(ana_teaches_piano, visit):
    for day in range(10):
        off(ana_teaches_piano, "00:00", "24:00", day=NOON.date() + timedelta(days=day))
    answer = visit().get(ANA)
    assert "Next free: Thursday 11 March, 9:00 AM" in answer.text
    there = visit().get(ANA + said_of(answer, r'href="([^"#]+)#times"[^>]*>Next free')[0].replace("&amp;", "&"))
    assert {link.split("date=")[1][:10] for link in times(there)} == {"2027-03-11"}


def test_nothing_free_at_all_says_so(ana, noon, visit):
    teaching(ana, now=noon, week=[[] for _ in range(7)])
    assert "Nothing is free for this lesson in the next three months." in visit().get(ANA).text


def test_without_anything_on_offer_there_is_a_way_on(ana_teaches_piano, visit):
    Service.objects.update(active=False)
    for headers in ({}, HTMX, HTMX | {"HX-Target": "times"}):
        answer = visit().get(ANA, headers=headers)
        assert answer.status_code == 200
        assert not times(answer)
    assert "No lesson on offer right now" in visit().get(ANA).text


def test_times_are_those_of_the_moment(ana_teaches_piano, sam, visit):
    book(sam, ana_teaches_piano, at="15:00")
    shown = times(visit().get(ANA, {"day": "2027-03-02"}))
    assert not any("start=15:00" in link or "start=14:30" in link for link in shown)
    with clock.at(NOON + timedelta(hours=3)):
        assert "start=16:00" in times(visit().get(ANA))[0]


# Prices -----------------------------------------------------------------------------------------------------------


def test_prices_stand_by_length_and_place(ana_teaches_piano, ana_teaches_guitar_too, visit):
    text = Page(visit().get(ANA)).text
    assert "Prices for Piano Length Your place Their place Online" in text
    assert "30 min $45 $40 $30 45 min $67.50 $60 $45 60 min $90 $80 $60 90 min $135 $120 $90" in text
    assert "Prices for Guitar Length Your place Online 45 min $90.38 $75" in text
    assert "before the booking-protection fee of 12%" in text


def test_a_service_is_chosen_by_its_address(ana_teaches_piano, ana_teaches_guitar_too, visit):
    answer = visit().get(ANA, {"service": ana_teaches_guitar_too.pk, "minutes": "90", "place": "instructor_place"})
    assert all(f"/book/{ana_teaches_guitar_too.pk}/" in link for link in times(answer))
    assert all("minutes=45" in link and "place=online" in link for link in times(answer))
    assert "Guitar · 45 minutes · Online" in Page(answer).text


# Reviews ----------------------------------------------------------------------------------------------------------


def test_without_reviews_an_instructor_is_new(ana_teaches_piano, visit):
    text = Page(visit().get(ANA)).text
    assert "New" in text
    assert "No reviews yet." in text


def test_two_reviews_are_read_and_not_yet_a_number(ana_teaches_piano, visit):
    reviewed(ana_teaches_piano, 5, 1)
    answer = visit().get(ANA)
    text = Page(answer).text
    assert "1 of 5 stars Kim R. March 2027 Good lesson. 1" in text
    assert "Reviews by stars" not in text
    assert "aggregateRating" not in answer.text
    assert ">New<" in answer.text


def test_three_reviews_are_a_number_with_its_histogram(ana_teaches_piano, visit):
    reviewed(ana_teaches_piano, 5, 5, 2)
    answer = visit().get(ANA)
    text = Page(answer).text
    assert "4.2" in text  # (5 x 4.3 + 12) / 8
    assert "Reviews by stars 5 stars 2 4 stars 0 3 stars 0 2 stars 1 1 star 0" in text
    assert said_of(answer, r'<rect width="(\d+)"') == ["100", "0", "0", "50", "0"]
    assert text.index("2 of 5 stars Kim R. March 2027") < text.index("5 of 5 stars Kim R. January 2027")


def test_reviews_come_ten_a_page_and_keep_what_was_chosen(ana_teaches_piano, visit):
    reviewed(ana_teaches_piano, *[5] * 12)
    first = visit().get(ANA, {"minutes": "30"})
    assert first.text.count("of 5 stars") == 10
    [older] = [link for link in Page(first).links if "reviews=" in link]
    assert "minutes=30" in older
    second = visit().get(ANA + older.partition("#")[0])
    assert second.text.count("of 5 stars") == 2
    assert "Good lesson. 0" in second.text
    [newer] = [link for link in Page(second).links if "reviews=" in link]
    assert "reviews=1" in newer
    assert all("minutes=30" in link for link in times(second))


def test_a_stored_script_is_text(ana_teaches_piano, visit):
    evil = "</script><script>alert(1)</script><!-- & \u2028"
    reviewed(ana_teaches_piano, 5, 5, 5, text=evil)
    profile = InstructorProfile.objects.filter(pk=ana_teaches_piano.instructor_id)
    profile.update(headline=evil[:100], bio=evil)
    answer = visit().get(ANA)
    assert "<script>alert" not in answer.text
    assert facts_of(answer)["provider"]["description"] == evil[:100]


# For search engines -----------------------------------------------------------------------------------------------


def facts_of(answer):
    [block] = said_of(answer, r'<script type="application/ld\+json" nonce="[^"]+">(.*?)</script>')
    return json.loads(block)


def test_search_engines_read_what_the_page_says(ana_teaches_piano, visit):
    reviewed(ana_teaches_piano, 5, 5, 2)
    answer = visit().get(ANA, {"minutes": "90", "first": "2027-03-08"})
    text, facts = Page(answer).text, facts_of(answer)
    assert facts["@type"] == "Service"
    assert facts["provider"] == {"@type": "Person", "name": "Ana R.", "description": "Lessons for everyone"}
    assert facts["aggregateRating"]["ratingValue"] == "4.2"
    assert facts["aggregateRating"]["reviewCount"] == 3
    assert facts["areaServed"] == [{"@type": "Place", "name": "Park Slope"}]
    assert len(facts["offers"]) == 12
    for offer in facts["offers"]:
        assert f"${offer['price']}".removesuffix(".00") in text
    assert f'<link rel="canonical" href="{facts["url"]}">' in answer.text
    assert facts["url"].endswith(ANA)
    assert re.search(r"<title>\s*Ana R., Lessons for everyone", answer.text)
    assert 'content="Ana R.: Lessons for everyone. Free times' in answer.text


def test_the_block_for_search_engines_has_the_pages_nonce(ana_teaches_piano, visit):
    answer = visit().get(ANA)
    [nonce] = re.findall(r"'nonce-([^']+)'", answer["Content-Security-Policy"])
    assert f'<script type="application/ld+json" nonce="{nonce}">' in answer.text


# Places -----------------------------------------------------------------------------------------------------------


def test_where_is_said_in_words_and_never_to_the_door(ana_teaches_piano, visit):
    area = NeighborhoodFactory.create(name="Red Hook")
    InstructorProfile.objects.filter(pk=ana_teaches_piano.instructor_id).update(place_neighborhood=area)
    text = Page(visit().get(ANA)).text
    assert "Comes to you in Park Slope Teaches at home in Red Hook Online From anywhere." in text


def test_who_goes_nowhere_has_no_map(ana, noon, visit):
    teaching(ana, now=noon, prices={Place.ONLINE: 6000}, serves=())
    answer = visit().get(ANA)
    assert "<figure" not in answer.text
    assert "Comes to you in" not in answer.text
    assert "Online" in Page(answer).text


# Privacy, cost, parts ---------------------------------------------------------------------------------------------


def test_no_surname_mail_or_address_is_in_the_source(ana_teaches_piano, ana, sam, visit):
    reviewed(ana_teaches_piano, 5, 5, 5)
    book(sam, ana_teaches_piano, at="15:00", place=Place.STUDENT)
    for person in (None, sam, ana):
        for headers in ({}, HTMX | {"HX-Target": "times"}, HTMX | {"HX-Target": "reviews"}):
            source = visit(person).get(ANA, headers=headers).text
            assert not re.search(r"Ruiz|Student\b|Reader|@example|Main Street|LS-", source)


def test_signed_in_and_warm_it_costs_eight_statements(
    ana_teaches_piano, ana_teaches_guitar_too, sam, visit, django_assert_max_num_queries
):
    reviewed(ana_teaches_piano, *[5] * 12)
    browser = visit(sam)
    browser.get(ANA)
    with django_assert_max_num_queries(8):
        assert browser.get(ANA, {"reviews": "2", "day": "2027-03-03"}).status_code == 200


def test_more_of_everything_costs_no_more(ana_teaches_piano, ana, visit, django_assert_max_num_queries):
    ana_teaches_piano.instructor.neighborhoods.set(NeighborhoodFactory.create(name=f"Area {n}") for n in range(20))
    prices = {Place.ONLINE: 6000, Place.STUDENT: 9000}
    for number in range(8):
        offering_of(ana_teaches_piano.instructor, f"Subject {number}", lengths=[30, 60], prices=prices)
    with django_assert_max_num_queries(5):
        assert visit().get(ANA).status_code == 200


@pytest.mark.parametrize(("target", "statements"), [("times", 3), ("reviews", 3)])
def test_htmx_gets_the_part_that_it_asks_for(
    target, statements, ana_teaches_piano, visit, django_assert_max_num_queries
):
    reviewed(ana_teaches_piano, 5, 5, 5)
    with django_assert_max_num_queries(statements):
        answer = visit().get(ANA, {"day": "2027-03-02"}, headers=HTMX | {"HX-Target": target})
    assert answer.text.strip().startswith(f'<section id="{target}"')
    assert "<html" not in answer.text
    assert "HX-Request" in answer["Vary"]
    assert answer["Cache-Control"] == "private, no-cache"
    assert ("Tuesday 2 March: 45 free." in Page(answer).text) == (target == "times")


def test_going_back_brings_the_whole_page(ana_teaches_piano, visit):
    """htmx asks without its header then: it is told so on every page."""
    assert '"historyRestoreAsHxRequest":false' in visit().get(ANA).text
