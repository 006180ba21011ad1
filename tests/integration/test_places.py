"""The city's map: what is drawn, marked and linked, and how it is told to who does not see it."""

import re

import pytest
from django.template.loader import render_to_string

from instructors.models import Neighborhood, Outline
from instructors.services import places, reference_data

WHOLE_CITY = "-40 -45 2424 2424"


@pytest.fixture(autouse=True)
def _city(db: None) -> None:
    reference_data.load_places()


def drawn(city: places.CityMap, label: str = "Where Ana R. comes to you") -> str:
    return render_to_string("parts/map.html", {"map": city, "label": label})


def test_the_bare_city_is_five_boroughs_and_the_grey_rest_without_a_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        city = places.city_map()
    assert (city.view_box, city.links, city.chosen) == (WHOLE_CITY, [], [])
    named = re.findall(r'<use class="map-([a-z-]+)" href="/static/img/city.svg#([a-z-]+)"', drawn(city))
    assert named == [(name, name) for name in ("other", "bronx", "brooklyn", "manhattan", "queens", "staten-island")]


def test_what_an_instructor_serves_is_marked_and_seen_from_closer(django_assert_num_queries):
    with django_assert_num_queries(1):
        city = places.city_map(chosen=["park-slope", "astoria-central", "nowhere"], closer=True)
    assert [area.code for area in city.chosen] == ["BK0602", "QN0103"]  # by borough, then by name
    west, north, width, height = (int(number) for number in city.view_box.split())
    assert width == height < 2424
    for outline in Outline.objects.filter(code__in=["BK0602", "QN0103"]):
        box = outline.box
        assert west < box[0] < box[2] < west + width
        assert north < box[1] < box[3] < north + height


def test_a_single_neighborhood_is_shown_with_its_surroundings():
    _, _, width, height = places.city_map(chosen=["park-slope"], closer=True).view_box.split()
    assert (width, height) == ("400", "400")


def test_from_one_end_of_the_city_to_the_other_is_the_city():
    ends = ["tottenville-charleston", "riverdale-spuyten-duyvil", "far-rockaway-bayswater"]
    assert places.city_map(chosen=ends, closer=True).view_box == WHOLE_CITY


def test_borders_are_as_thin_from_close_as_from_afar():
    assert places.city_map().border == pytest.approx(2424 / 500, abs=0.1)
    assert places.city_map(chosen=["park-slope"], closer=True).border == pytest.approx(400 / 500, abs=0.1)


def test_a_map_without_links_is_a_picture_that_says_what_it_shows():
    text = drawn(places.city_map(chosen=["park-slope", "prospect-heights"]))
    assert 'role="img" aria-labelledby="map-title" aria-describedby="map-marked"' in text
    assert '<title id="map-title">Where Ana R. comes to you</title>' in text
    assert '<desc id="map-marked">Park Slope, Prospect Heights</desc>' in text
    assert "<a " not in text
    assert "city.svg#BK0602" in text


def test_a_map_with_links_has_the_same_links_as_a_list(django_assert_num_queries):
    addresses = {slug: f"?service=piano&neighborhood={slug}" for slug in ("park-slope", "inwood", "nowhere")}
    with django_assert_num_queries(1):
        city = places.city_map(chosen=["inwood"], links=addresses)
    text = drawn(city, "Neighborhoods")
    svg, listed = text.split("<details")
    assert 'aria-hidden="true"' in svg
    assert re.findall(r'href="(\?[^"]+)"\s+tabindex="-1"><title>([^<]+)', svg) == [
        ("?service=piano&amp;neighborhood=park-slope", "Park Slope"),
        ("?service=piano&amp;neighborhood=inwood", "Inwood"),
    ]
    assert re.findall(r"<p>([^<]+)", listed) == ["Brooklyn", "Manhattan"]
    assert re.findall(r'href="(\?[^"]+)">([^<]+)', listed) == [
        ("?service=piano&amp;neighborhood=park-slope", "Park Slope"),
        ("?service=piano&amp;neighborhood=inwood", "Inwood"),
    ]
    assert re.findall(r'aria-current="true"\s+href="([^"]+)"', listed) == ["?service=piano&amp;neighborhood=inwood"]


def test_the_map_has_no_style_and_is_light():
    addresses = {area.slug: f"?neighborhood={area.slug}" for area in Neighborhood.objects.all()}
    text = drawn(places.city_map(links=addresses), "Neighborhoods")
    assert text.count("city.svg#") == 197 + 6
    assert not re.search(r"style|\son[a-z]+=|javascript:", text)
    assert len(drawn(places.city_map(chosen=["park-slope"], closer=True))) < 1_500


def test_the_source_is_credited():
    assert "NYC Department of City Planning" in drawn(places.city_map())
