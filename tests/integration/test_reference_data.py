"""What comes with the site is loaded as the files say, whole, once."""

import pytest
from django.db import connection

from instructors.models import Borough, Category, Neighborhood, Outline, Subcategory, Subject
from instructors.services import reference_data

pytestmark = pytest.mark.django_db

TABLES = (Borough, Neighborhood, Outline, Category, Subcategory, Subject)


def load() -> tuple[int, int]:
    return reference_data.load_places(), reference_data.load_catalogue()


def test_the_whole_city_and_the_whole_catalogue_are_there():
    assert load() == (197, 224)
    assert [table._default_manager.count() for table in TABLES] == [5, 197, 262, 7, 77, 224]


def test_a_second_run_writes_nothing(django_assert_num_queries):
    load()
    before = [list(table._default_manager.order_by("pk").values()) for table in TABLES]
    with django_assert_num_queries(11) as seen:  # 4 for the transactions, 6 reads, and the outlines that left the file
        load()
    assert not [query["sql"] for query in seen if query["sql"].startswith(("INSERT", "UPDATE"))]
    assert [list(table._default_manager.order_by("pk").values()) for table in TABLES] == before


def test_what_was_changed_or_lost_comes_back_under_the_same_id():
    load()
    park_slope = Neighborhood.objects.get(slug="park-slope")
    Neighborhood.objects.filter(pk=park_slope.pk).update(name="Park Slopes", zip_codes=[])
    Outline.objects.filter(code="BK0602").delete()
    Subject.objects.filter(slug="piano").update(search_words=[])
    Category.objects.filter(slug="music").update(colour="")
    load()
    again = Neighborhood.objects.get(pk=park_slope.pk)
    assert (again.code, again.name, again.zip_codes) == ("BK0602", "Park Slope", ["11215", "11217", "11243"])
    assert again.outline.path
    assert "keyboard" in Subject.objects.get(slug="piano").search_words
    assert Category.objects.get(slug="music").colour


def test_an_outline_that_left_the_file_is_not_left_behind():
    load()
    Outline.objects.create(code="BK9999", name="Atlantis", borough=Borough.objects.get(slug="brooklyn"), path="M0 0z")
    load()
    assert not Outline.objects.filter(code="BK9999").exists()


def test_an_outline_belongs_to_its_neighborhood_or_is_a_park():
    load()
    assert Outline.objects.get(code="BK0602").neighborhood == Neighborhood.objects.get(slug="park-slope")
    assert Outline.objects.get(name="Prospect Park").neighborhood is None
    assert Outline.objects.filter(neighborhood=None).count() == 65


def test_an_empty_database_is_filled_with_few_statements(django_assert_max_num_queries):
    for table in reversed(TABLES):
        table._default_manager.all().delete()
    with django_assert_max_num_queries(30):
        load()
    assert connection.in_atomic_block  # the test's own: both loads have closed theirs
    assert [table._default_manager.count() for table in TABLES] == [5, 197, 262, 7, 77, 224]


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ("LES", ["MN0302"]),
        ("UWS", ["MN0701", "MN0702", "MN0703"]),
        ("NoHo", ["MN0202"]),
        ("Cobble Hill", ["BK0601"]),
        ("Murray Hill", ["MN0603", "QN0704"]),
        ("Spuyten Duyvil", ["BX0803"]),
    ],
)
def test_a_neighborhood_is_found_by_what_people_call_it(said: str, codes: list[str]):
    load()
    found = Neighborhood.objects.filter(nicknames__contains=[said])
    assert sorted(found.values_list("code", flat=True)) == codes
