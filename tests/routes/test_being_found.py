"""What search engines and agents read: titles, one address for each page, structured data, sitemaps, llms.txt."""

import json
import re
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from django.db import transaction

from instainstru.core import policy
from instainstru.core.policy import Place
from instructors.models import InstructorProfile
from instructors.services import favorites
from tests.factories import PASSWORD, UserFactory, teaching
from tests.fixtures import NOON
from tests.routes.html import Page
from tests.routes.test_browse import names
from tests.routes.test_guide import parsed
from tests.routes.test_table import TABLE

SITE = "http://127.0.0.1:8000"
LANDING = "/subjects/music/piano/brooklyn/"
TITLES = {
    "/": "Private lessons in New York City, booked at once",
    "/instructors/": "Lessons in New York",
    "/how-we-rank/": "How we rank",
    "/subjects/": "All subjects",
    "/subjects/music/": "Music lessons in New York City",
    "/subjects/music/piano/": "Piano lessons in New York City",
    LANDING: "Piano lessons in Brooklyn",
    "/instructors/ana-r/": "Ana R., Lessons for everyone",
}


@pytest.fixture(autouse=True)
def _site_address(settings):
    settings.SITE_ADDRESS = SITE


def facts(answer):
    """What a page says in the words of schema.org."""
    return [
        json.loads(block)
        for block in re.findall(r'<script type="application/ld\+json" nonce="[^"]+">(.*?)</script>', answer.text)
    ]


def one(answer, pattern):
    """What a pattern finds in an answer, once."""
    [found] = re.findall(pattern, answer.text)
    return " ".join(found.split())


def canonical(answer):
    return one(answer, r'<link rel="canonical" href="([^"]+)">')


# Titles, addresses, robots --------------------------------------------------------------------------------------------


def test_every_public_page_has_its_own_title_description_and_address(ana_teaches_piano, visit):
    answers = {address: visit().get(address) for address in TITLES}
    said = {address: one(answer, r"(?s)<head>.*?<title>(.*?)</title>") for address, answer in answers.items()}
    assert said == {address: f"{title} · InstaInstru" for address, title in TITLES.items()}
    described = {one(answer, r'<meta name="description"\s+content="([^"]{40,})">') for answer in answers.values()}
    assert len(described) == len(TITLES)
    for address, answer in answers.items():
        assert canonical(answer) == SITE + address
        assert 'name="robots"' not in answer.text


@pytest.mark.parametrize(
    ("address", "kept_as"),
    [
        ("/instructors/?service=piano", "/subjects/music/piano/"),
        ("/instructors/?service=piano&borough=brooklyn&minutes=30", LANDING),
        ("/instructors/?service=piano&borough=bronx", "/subjects/music/piano/"),
        ("/instructors/?category=music&sort=price", "/subjects/music/"),
        ("/instructors/?place=online", "/instructors/"),
    ],
)
def test_a_result_with_filters_is_kept_as_its_landing_page(address, kept_as, ana_teaches_piano, visit):
    answer = visit().get(address)
    assert canonical(answer) == SITE + kept_as
    assert '<meta name="robots" content="noindex">' in answer.text
    assert visit().get(kept_as).status_code == 200


@pytest.mark.parametrize("address", ["/favorites/", "/lessons/", "/accounts/logout/", "/teaching/hours/"])
def test_a_page_of_ones_own_is_not_indexed(address, ana_teaches_piano, ana, visit):
    assert '<meta name="robots" content="noindex">' in visit(ana).get(address).text


def test_neither_are_signing_in_and_errors(db, visit):
    for address in ("/accounts/login/", "/accounts/signup/", "/nowhere/", "/subjects/music/piano/brooklyn/"):
        assert '<meta name="robots" content="noindex">' in visit().get(address).text


# Landing pages --------------------------------------------------------------------------------------------------------


@pytest.fixture
def city(noon):
    """Ana teaches piano in Brooklyn and Queens, Bo in Brooklyn, Cy guitar in Brooklyn."""
    people: dict[str, dict[str, Any]] = {
        "Ana": {"serves": ("Park Slope", "Forest Hills")},
        "Bo": {},
        "Cy": {"subject": "Guitar"},
    }
    for name, settings in people.items():
        teaching(UserFactory.create(first_name=name, last_name="Teacher"), now=noon, **settings)


def test_a_landing_page_says_who_for_how_much_and_when(city, visit):
    answer = visit().get(LANDING)
    page = Page(answer)
    assert "Piano lessons in Brooklyn" in page.text
    assert "2 instructors in person, $80 to $90 an hour." in page.text
    assert set(names(answer)) == {"ana", "bo"}
    assert any(link.startswith("/book/") for link in page.links)
    assert "/instructors/?service=piano&borough=brooklyn" in page.links
    assert "/subjects/music/piano/queens/" in page.links
    assert "/subjects/music/guitar/brooklyn/" in page.links
    assert "/subjects/music/guitar/queens/" not in page.links
    assert {"/subjects/", "/subjects/music/", "/subjects/music/piano/"} <= set(page.links)


def test_the_subjects_page_leads_to_it(city, visit):
    links = Page(visit().get("/subjects/music/piano/")).links
    assert [link for link in links if link.startswith("/subjects/music/piano/")] == [
        LANDING,
        "/subjects/music/piano/queens/",
    ]


@pytest.mark.parametrize("borough", ["bronx", "atlantis", "BROOKLYN", "park-slope"])
def test_there_is_none_where_nobody_teaches(borough, city, visit):
    assert visit().get(f"/subjects/music/piano/{borough}/").status_code == 404


def test_one_price_is_no_range(ana, noon, visit):
    teaching(ana, now=noon, prices={Place.STUDENT: 9000})
    assert "1 instructor in person, $90 an hour." in Page(visit().get(LANDING)).text


def test_a_warm_landing_page_costs_as_little_as_the_others(city, sam, visit, django_assert_max_num_queries):
    browser = visit(sam)
    browser.get(LANDING)
    with django_assert_max_num_queries(6):
        assert browser.get(LANDING).status_code == 200


# schema.org -----------------------------------------------------------------------------------------------------------


def test_home_says_who_we_are_and_how_to_search(city, visit):
    answer = visit().get("/")
    [said] = facts(answer)
    us, site = said["@graph"]
    assert (us["@type"], site["@type"], us["url"]) == ("Organization", "WebSite", f"{SITE}/")
    target = site["potentialAction"]["target"]["urlTemplate"]
    assert site["potentialAction"]["query-input"] == "required name=words"
    found = visit().get(target.removeprefix(SITE).replace("{words}", "piano"), follow=True)
    assert set(names(found)) == {"ana", "bo"}


@pytest.mark.parametrize("address", ["/subjects/music/", "/subjects/music/piano/", LANDING])
def test_breadcrumbs_are_those_on_the_page(address, city, visit):
    answer = visit().get(address)
    [said] = facts(answer)
    items = said["itemListElement"]
    assert said["@type"] == "BreadcrumbList"
    assert [item["position"] for item in items] == list(range(1, len(items) + 1))
    page = Page(answer)
    for item in items[:-1]:
        assert item["item"].removeprefix(SITE) in page.links
        assert item["name"] in page.text
    assert items[-1]["item"] == SITE + address
    for item in items:
        assert visit().get(item["item"].removeprefix(SITE)).status_code == 200


def test_facts_carry_the_pages_nonce_and_no_markup(city, visit):
    for address in ("/", LANDING, "/instructors/ana-t/"):
        answer = visit().get(address)
        [nonce] = re.findall(r"'nonce-([^']+)'", answer["Content-Security-Policy"])
        block = one(answer, rf'<script type="application/ld\+json" nonce="{re.escape(nonce)}">(.*?)</script>')
        assert not re.search("[<>&\u2028\u2029]", block)


def test_a_script_in_a_name_or_headline_stays_text(ana_teaches_piano, ana, sam, visit):
    evil = "</script><script>alert(1)</script>"
    InstructorProfile.objects.update(headline=evil, bio=evil)
    type(ana).objects.filter(pk=ana.pk).update(first_name=evil[:60])
    favorites.add(person_id=sam.pk, slug="ana-r", now=NOON)
    for address in ("/", "/instructors/", "/instructors/ana-r/", LANDING, "/favorites/", "/sitemap.xml"):
        assert "<script>alert" not in visit(sam).get(address).text
    [said] = facts(visit().get("/instructors/ana-r/"))
    assert said["provider"]["description"] == evil


# robots.txt, sitemaps -------------------------------------------------------------------------------------------------


def locations(answer):
    """The addresses of a sitemap or an index, in order."""
    assert answer["Content-Type"] == "application/xml"
    return [place.text or "" for place in ElementTree.fromstring(answer.text).iter() if place.tag.endswith("}loc")]


def path(address):
    assert address.startswith(SITE)
    return address.removeprefix(SITE)


def test_every_address_of_every_sitemap_is_a_page_under_its_one_address(city, visit):
    index = locations(visit().get("/sitemap.xml"))
    assert len(index) == 4
    listed = [address for part in index for address in locations(visit().get(path(part)))]
    assert len(listed) == len(set(listed))
    assert {SITE + address for address in ("/", "/subjects/music/piano/", LANDING, "/instructors/cy-t/")} <= set(listed)
    assert f"{SITE}/subjects/music/violin/" not in listed
    assert f"{SITE}/subjects/dance/" not in listed
    for address in listed:
        answer = visit().get(path(address))
        assert answer.status_code == 200
        if "/api/" not in address:
            assert canonical(answer) == address
            assert "noindex" not in answer.text


def test_known_changes_are_dated(ana_teaches_piano, visit):
    part = ana_teaches_piano.instructor_id // policy.SITEMAP_SIZE
    assert "<lastmod>2027-03-01T12:00:00-05:00</lastmod>" in visit().get(f"/sitemap-instructors-{part}.xml").text


def test_a_part_without_instructors_is_not_there(ana_teaches_piano, visit):
    for part in ("9999999", "9" * 18, "9" * 19, "x", "-1"):
        assert visit().get(f"/sitemap-instructors-{part}.xml").status_code == 404


def test_sitemaps_cost_the_same_for_any_number(city, noon, visit, django_assert_max_num_queries):
    for number in range(4):
        service = teaching(UserFactory.create(first_name=f"Zed{number}"), now=noon)
    part = f"/sitemap-instructors-{service.instructor_id // policy.SITEMAP_SIZE}.xml"
    for address in ("/sitemap.xml", "/sitemap-subjects.xml", "/sitemap-boroughs.xml", part):
        visit().get(address)
        with django_assert_max_num_queries(1):
            assert visit().get(address).status_code == 200


def test_crawlers_may_read_what_is_public_and_nothing_else(city, visit):
    text = visit().get("/robots.txt").text
    closed = re.findall(r"(?m)^Disallow: (\S+)$", text)
    opened = re.findall(r"(?m)^Allow: (\S+)$", text)

    def may_read(address):
        longest = max((rule for rule in [*closed, *opened] if address.startswith(rule)), key=len, default="")
        return longest not in closed

    for address in (*TITLES, "/api/docs/", "/api/schema/", "/llms.txt", "/sitemap.xml"):
        assert may_read(address), address
    private = [row[1] for row in TABLE if row[0] == "GET" and row[2] in (302, 401, 403)]
    for address in (*private, "/accounts/login/", "/admin/", "/api/instructors/", "/recent-searches/clear/"):
        assert not may_read(address), address
    assert re.findall(r"(?m)^Sitemap: (\S+)$", text) == [f"{SITE}/sitemap.xml"]


# llms.txt -------------------------------------------------------------------------------------------------------------


def test_each_example_for_agents_works(world, visit, api, subtests):
    sam = world.people["sam"]
    sam.set_password(PASSWORD)
    sam.save()
    text = visit().get("/llms.txt").text.replace(SITE, "")
    values = {
        "DATE": "2027-03-03",
        "SLUG": "ana-r",
        "EMAIL": sam.email,
        "PASSWORD": PASSWORD,
        "TOKEN": api(sam)._credentials["HTTP_AUTHORIZATION"].removeprefix("Bearer "),
        "SERVICE": world.service.pk,
        "REFERENCE": world.lesson.reference,
    }
    examples = [line for line in text.splitlines() if line.startswith("curl ")]
    assert len(examples) >= 8
    for line in examples:
        with subtests.test(line[:70]), transaction.atomic():
            method, address, headers, body = parsed(line, values)
            kind = headers.pop("Content-Type", "")
            answer = visit().generic(method, address, body, content_type=kind, headers=headers)
            transaction.set_rollback(True)
            assert 200 <= answer.status_code < 300, answer.content


def test_its_links_lead_somewhere(ana_teaches_piano, visit):
    text = visit().get("/llms.txt").text
    links = [*re.findall(r"\]\(([^)]+)\)", text), *re.findall(r"account \((\S+)\)", text)]
    assert len(links) >= 5
    for link in links:
        assert visit().get(urlsplit(link).path).status_code == 200


def test_what_it_searches_for_is_found(world, visit):
    [line] = [line for line in visit().get("/llms.txt").text.splitlines() if "sort=soonest" in line]
    _, address, *_ = parsed(line, {})
    assert visit().get(address.removeprefix(SITE)).json()["count"] == 1
