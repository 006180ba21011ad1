"""The files that come with the site are whole and well-formed: what is loaded from them need not be checked again."""

import csv
import re
from collections import Counter
from itertools import accumulate
from pathlib import Path

import pytest

from instainstru.core.policy import Place
from instructors.models import Outline
from instructors.services import places

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[2]
DATA = ROOT / "instructors" / "data"
SHAPES = ROOT / "static" / "img" / "city.svg"
BOROUGHS = {"BK": "Brooklyn", "BX": "Bronx", "MN": "Manhattan", "QN": "Queens", "SI": "Staten Island"}
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# Rings, each a point and then the steps from one to the next, in whole units.
PATH = re.compile(r"(M\d+ \d+l-?\d+[ -]\d+([ -]\d+[ -]\d+)+z)+")
# What people call several neighbourhoods: whoever looks for one of these names is shown all of them.
SHARED = {
    "Astoria", "Bay Terrace", "Bed-Stuy", "Bedford-Stuyvesant", "BedStuy", "BoCoCa", "Boro Park", "Bushwick",
    "Central Harlem", "Claremont", "Crown Heights", "Crown Hts", "East Flatbush", "East Harlem", "East New York",
    "East NY", "El Barrio", "ENY", "Fordham", "Gravesend", "Harlem", "LIC", "Little Italy", "Long Island City",
    "Murray Hill", "Soundview", "South Bronx", "Spanish Harlem", "Springfield Gardens", "Sunset Park", "The Rockaways",
    "UES", "University Heights", "University Hts", "Upper East Side", "Upper West Side", "UWS", "WaHi", "Wash Heights",
    "Washington Heights", "Washington Hts", "Wburg",
}  # fmt: skip
# What people call one neighbourhood and the city another.
ELSEWHERE_A_NAME = {"Borough Park", "Flatbush", "Midwood", "Ozone Park", "Williamsburg", "Woodside"}


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(newline="", encoding="utf-8") as file:
        found = list(csv.DictReader(file, delimiter="\t", strict=True))
    for row in found:
        assert None not in row, f"{name}: too many columns in {row}"
        for column, value in row.items():
            assert value is not None, f"{name}: no {column} in {row}"
            assert value == value.strip(), f"{name}: {column} of {row}"
    return found


def words(text: str) -> list[str]:
    return text.split(",") if text else []


NEIGHBORHOODS = rows("neighborhoods.tsv")
OUTLINES = rows("outlines.tsv")
CATEGORIES = rows("categories.tsv")
SUBJECTS = rows("catalogue.tsv")


def test_the_city_is_whole():
    assert len(OUTLINES) == 262
    assert len(NEIGHBORHOODS) == 197
    assert {row["borough"] for row in OUTLINES} == set(BOROUGHS.values())


def test_every_area_has_a_code_of_its_borough_and_comes_once():
    for table in (NEIGHBORHOODS, OUTLINES):
        codes = [row["code"] for row in table]
        assert codes == sorted(set(codes))
        for row in table:
            assert re.fullmatch(r"[A-Z]{2}\d{4}", row["code"])
            rikers = row["name"] == "Rikers Island"  # the Bronx's by law, counted with Queens by the planners
            assert rikers or BOROUGHS[row["code"][:2]] == row["borough"]
            assert 0 < len(row["name"]) <= 80


def test_each_neighborhood_has_its_outline_and_the_other_outlines_have_none():
    chosen = [row for row in OUTLINES if row["neighborhood"]]
    assert [row["neighborhood"] for row in chosen] == [row["code"] for row in chosen]
    assert [(row["code"], row["name"]) for row in chosen] == [(row["code"], row["name"]) for row in NEIGHBORHOODS]


def test_slugs_are_slugs_and_nobody_elses():
    for table in (NEIGHBORHOODS, CATEGORIES, SUBJECTS):
        slugs = [row["slug"] for row in table]
        assert len(slugs) == len(set(slugs))
        assert all(SLUG.fullmatch(slug) and len(slug) <= 60 for slug in slugs)
    boroughs = {name.lower().replace(" ", "-") for name in BOROUGHS.values()}
    assert not boroughs & {row["slug"] for row in NEIGHBORHOODS}  # one field of a form may ask for either


def test_zip_codes_are_five_digits_and_every_neighborhood_has_one():
    for row in NEIGHBORHOODS:
        codes = words(row["zip_codes"])
        assert codes, row["name"]
        assert codes == sorted(set(codes))
        assert all(re.fullmatch(r"1[01]\d{3}", code) for code in codes), row["name"]


@pytest.mark.parametrize(
    ("zip_code", "slugs"),
    [
        ("11222", {"greenpoint", "east-williamsburg"}),
        ("10009", {"east-village", "stuyvesant-town-peter-cooper-village"}),
        ("11693", {"rockaway-beach-arverne-edgemere", "breezy-point-belle-harbor-rockaway-park-broad-channel"}),
        ("10475", {"co-op-city", "eastchester-edenwald-baychester"}),
    ],
)
def test_a_zip_code_is_where_it_is(zip_code: str, slugs: set[str]):
    assert {row["slug"] for row in NEIGHBORHOODS if zip_code in words(row["zip_codes"])} == slugs


def test_the_mail_of_the_whole_city_arrives():
    known = {code for row in NEIGHBORHOODS for code in words(row["zip_codes"])}
    assert known >= {"10001", "10128", "10280", "10301", "10451", "11004", "11101", "11201", "11249", "11368", "11697"}
    assert len(known) > 200


def test_nicknames_are_short_and_no_repetition():
    for row in NEIGHBORHOODS:
        said = [name.casefold() for name in words(row["nicknames"])]
        assert len(said) == len(set(said)), row["name"]
        assert row["name"].casefold() not in said
        assert all(0 < len(name) <= 60 for name in said)


def test_each_part_of_an_official_name_is_a_nickname():
    whole = {"Bedford-Stuyvesant", "Co-op City"}
    for row in NEIGHBORHOODS:
        bare = re.sub(r" \(.*?\)", "", row["name"])
        parts = [bare] if bare in whole else bare.split("-")
        assert {*parts} - {row["name"]} <= set(words(row["nicknames"])), row["name"]


def test_names_that_several_neighborhoods_go_by_are_known():
    said = Counter(name for row in NEIGHBORHOODS for name in words(row["nicknames"]))
    official = {row["name"] for row in NEIGHBORHOODS}
    assert set(said) & official == ELSEWHERE_A_NAME
    assert {name for name, times in said.items() if times > 1 and name not in official} == SHARED


def test_hand_written_nicknames_are_all_taken_over():
    there = {row["code"]: words(row["nicknames"]) for row in NEIGHBORHOODS}
    for row in rows("nicknames.tsv"):
        assert {*words(row["nicknames"])} <= {*there[row["code"]]}, row["code"]


def points(path: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for ring in path.split("z")[:-1]:
        numbers = [int(number) for number in re.findall(r"-?\d+", ring)]
        found += zip(accumulate(numbers[::2]), accumulate(numbers[1::2]), strict=True)
    return found


def test_paths_are_paths_and_small():
    assert sum(len(row["path"]) for row in OUTLINES) <= 90_000
    for row in OUTLINES:
        assert PATH.fullmatch(row["path"]), row["code"]


def test_neighbors_share_their_border():
    """Simplified each for itself, hardly a point of two outlines would fall together."""
    park_slope, prospect_park, astoria = (
        set(points(row["path"])) for code in ("BK0602", "BK5591", "QN0103") for row in OUTLINES if row["code"] == code
    )
    assert len(park_slope & prospect_park) >= 5
    assert not park_slope & astoria


def test_the_box_of_an_outline_is_where_its_points_are():
    west, north, east, south = Outline(path="M10 10l5 0 0 5zM2 30l-1 3 4-2z").box
    assert (west, north, east, south) == (1, 10, 15, 33)


def test_the_map_file_has_the_same_shapes_in_groups():
    text = SHAPES.read_text(encoding="utf-8")
    width, height = (int(number) for number in re.findall(r'viewBox="0 0 (\d+) (\d+)"', text)[0])
    boxes = [Outline(path=row["path"]).box for row in OUTLINES]
    assert [min(box[0] for box in boxes), min(box[1] for box in boxes)] == [0, 0]
    assert [max(box[2] for box in boxes), max(box[3] for box in boxes)] == [width, height]
    west, north, side, _ = places.CITY
    assert west < 0 > north
    assert west + side > width
    assert north + side > height
    drawn: dict[str, tuple[str, str]] = {}
    for group, inside in re.findall(r'<g id="([a-z-]+)">(.*)</g>', text):
        drawn |= {code: (path, group) for code, path in re.findall(r'<path id="(\w+)" d="([^"]+)"/>', inside)}
    assert drawn == {
        row["code"]: (row["path"], row["borough"].lower().replace(" ", "-") if row["neighborhood"] else "other")
        for row in OUTLINES
    }
    assert {group for _, group in drawn.values()} == {*places.BOROUGHS, "other"}
    assert "style" not in text  # and no class: the page that shows a shape paints it


def test_the_catalogue_is_whole():
    assert len(CATEGORIES) == 7
    assert len({row["subcategory"] for row in SUBJECTS}) == 77
    assert len({(row["category"], row["subcategory"]) for row in SUBJECTS}) == 77
    assert len(SUBJECTS) == 224
    assert {row["category"] for row in SUBJECTS} == {row["name"] for row in CATEGORIES}


def test_categories_differ_in_letter_and_colour():
    assert len({row["bullet"] for row in CATEGORIES}) == len({row["colour"] for row in CATEGORIES}) == 7
    assert all(row["bullet"] == row["name"][0] and len(row["colour"]) <= 12 for row in CATEGORIES)


def test_subjects_say_who_and_where_in_known_words():
    for row in SUBJECTS:
        assert {*words(row["ages"])} <= {"toddler", "kids", "teens", "adults"}
        assert {*words(row["formats"])} <= {*Place.values}
        assert words(row["ages"])
        assert words(row["formats"])
        assert all(0 < len(word) <= 60 for word in [row["subject"], *words(row["search_words"])])


def test_an_address_says_category_or_subject_never_either():
    assert not {row["slug"] for row in CATEGORIES} & {row["slug"] for row in SUBJECTS}
