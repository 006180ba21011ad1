"""The instructors' sitemap: in parts by key."""

from datetime import timedelta

from instainstru.core import policy
from instructors.models import InstructorProfile, Review
from instructors.services import sitemaps
from tests.factories import UserFactory, teaching
from tests.fixtures import NOON


def slugs(part):
    return [slug for slug, _ in sitemaps.instructors(part=part)]


def test_each_live_instructor_stands_in_one_part_by_key(noon, monkeypatch):
    monkeypatch.setattr(policy, "SITEMAP_SIZE", 2)
    services = [teaching(UserFactory.create(first_name=f"Zed{n}"), now=noon) for n in range(5)]
    InstructorProfile.objects.filter(pk=services[0].instructor_id).update(live_since=None)
    parts = sitemaps.parts()
    listed = [slugs(part) for part in parts]
    assert all(1 <= len(part) <= 2 for part in listed)
    assert [slug for part in listed for slug in part] == [service.instructor.slug for service in services[1:]]
    assert [service.instructor_id // 2 in parts for service in services[1:]] == [True] * 4
    assert slugs(max(parts) + 1) == []


def test_who_is_not_live_is_not_listed_beside_who_is(ana_teaches_piano, stranger_teaches_guitar, monkeypatch):
    monkeypatch.setattr(policy, "SITEMAP_SIZE", 10**6)
    assert set(slugs(0)) == {"ana-r", "noor-s"}
    InstructorProfile.objects.filter(slug="ana-r").update(live_since=None)
    assert slugs(0) == ["noor-s"]


def test_a_page_changed_last_with_its_last_review(ana_teaches_piano, sam):
    part = ana_teaches_piano.instructor_id // policy.SITEMAP_SIZE
    assert list(sitemaps.instructors(part=part)) == [("ana-r", NOON)]
    later = NOON + timedelta(days=3)
    for number, at in enumerate((later, NOON)):
        Review.objects.create(
            instructor_id=ana_teaches_piano.instructor_id,
            student=sam,
            lesson_reference=f"LS-{number}",
            stars=5,
            text="Good.",
            created_at=at,
        )
    assert list(sitemaps.instructors(part=part)) == [("ana-r", later)]


def test_a_part_is_one_statement_however_many_are_in_it(noon, django_assert_num_queries):
    for number in range(3):
        service = teaching(UserFactory.create(first_name=f"Zed{number}"), now=noon)
    with django_assert_num_queries(2):
        assert sitemaps.parts()
        assert slugs(service.instructor_id // policy.SITEMAP_SIZE)


def test_a_part_beyond_all_numbers_is_empty(db):
    assert slugs(10**14) == []
