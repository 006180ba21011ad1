"""Pages of setting up: from the footer to a live profile, each step by itself; photos as browsers send them."""

import json
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from instainstru.core import policy
from instructors.models import InstructorProfile, WeeklyHours
from instructors.models.profiles import Portrait
from instructors.services import setup
from tests.fixtures import book
from tests.routes.html import Page

SETUP, LIVE = "/teaching/setup/", "/teaching/setup/live/"
PROFILE, PHOTO, PLACES = f"{SETUP}profile/", f"{SETUP}photo/", f"{SETUP}places/"
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def _in_memory(settings):
    """Files that are gone with the test."""
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}


@pytest.fixture
def anas(ana, visit):
    """Ana's browser, once she has begun."""
    setup.begin_to_teach(person=ana)
    return visit(ana)


def face(name: str = "face.jpg", *, kind: str = "JPEG", side: int = 400) -> SimpleUploadedFile:
    """A picture as a browser sends it."""
    file = BytesIO()
    Image.new("RGB", (side, side), "red").save(file, kind)
    return SimpleUploadedFile(name, file.getvalue(), content_type="image/jpeg")


def shown() -> Portrait:
    """The photo of the one who has one."""
    portrait = InstructorProfile.objects.get().portrait
    assert portrait is not None
    return portrait


def said(answer) -> dict[str, str]:
    """Each step of the list, done or missing."""
    return {str(step["label"]): "done" if step["done"] else "missing" for step in answer.context["steps"]}


# The way in


def test_the_way_to_teaching_is_on_every_page(ana_teaches_piano, ana, sam, visit):
    for person in (None, sam, ana):
        assert SETUP in Page(visit(person).get("/")).links
    assert ">Teach</a>" in visit(sam).get("/").text
    assert ">Teach</a>" not in visit(ana).get("/").text
    assert ">Teach</a>" not in visit().get("/").text


def test_a_guest_signs_up_on_the_way(visit, db):
    browser = visit()
    answer = browser.get(SETUP)
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=%2Fteaching%2Fsetup%2F")
    assert "/accounts/signup/?next=%2Fteaching%2Fsetup%2F" in Page(browser.get(answer["Location"])).links


def test_what_is_asked_and_what_it_costs_is_said_before_one_begins(sam, visit):
    page = Page(visit(sam).get(SETUP))
    for words in ("0 to 4 lessons in 30 days", "15%", "5 to 10", "12%", "11 or more", "10%", "first 100", "8%"):
        assert words in page.text
    assert not InstructorProfile.objects.exists()  # looking begins nothing


def test_who_presses_twice_has_begun_once(sam, visit):
    browser = visit(sam)
    for _ in range(2):
        answer = browser.post(SETUP)
        assert (answer.status_code, answer["Location"]) == (303, SETUP)
    assert InstructorProfile.objects.get().pk == sam.pk
    assert set(said(browser.get(SETUP)).values()) == {"missing"}


# From step to step


def test_each_step_is_saved_by_itself_and_then_one_is_live(anas, ana, sam, visit, noon):
    def now() -> list[str]:
        return [step for step, state in said(anas.get(SETUP)).items() if state == "missing"]

    assert anas.post(PROFILE, {"headline": "Piano for all", "bio": f"I teach. {SCRIPT}"}).status_code == 303
    assert now() == ["Photo", "Services and prices", "Where you teach", "Hours"]
    assert anas.post(PHOTO, {"photo": face()}).status_code == 303
    assert now() == ["Services and prices", "Where you teach", "Hours"]
    service = {"subject": "piano", "levels": "beginner", "ages": "adults", "lengths": "60"}
    assert anas.post("/teaching/services/new/", {**service, "price_student_place": "90"}).status_code == 303
    assert now() == ["Where you teach", "Hours"]
    assert anas.post(PLACES, {"neighborhoods": ["park-slope", "brooklyn-heights"]}).status_code == 303
    assert now() == ["Hours"]
    refused = anas.post(LIVE)
    assert refused.status_code == 409
    assert "To go live, finish first: Hours." in Page(refused).text
    WeeklyHours.objects.create(instructor_id=ana.pk, weekday=2, opens=540, closes=1260)
    ready = anas.get(SETUP)
    assert "Ready to go live" in Page(ready).text
    done = anas.post(LIVE)
    assert (done.status_code, done["Location"]) == (303, SETUP)
    assert "You are live." in Page(anas.get(SETUP)).text
    public = visit().get("/instructors/ana-r/")
    assert public.status_code == 200
    assert SCRIPT not in public.text
    assert "&lt;script&gt;alert(1)" in public.text
    assert "ana-r" in visit().get("/instructors/", {"service": "piano"}).text


def test_a_live_profile_that_lacks_something_is_told_so(ana_teaches_piano, ana, visit):
    page = Page(visit(ana).get(SETUP))
    assert "Something is missing" in page.text  # her photo
    assert "/instructors/ana-r/" in page.links


def test_the_words_are_kept_in_the_form_when_they_are_refused(anas):
    answer = anas.post(PROFILE, {"headline": "x" * (policy.HEADLINE_LENGTH + 1), "bio": f"Kept {SCRIPT}"})
    assert answer.status_code == 422
    assert "at most 120 characters" in answer.text
    assert "Kept &lt;script&gt;" in answer.text
    assert anas.post(PROFILE, {"headline": " ", "bio": " "}).status_code == 422
    assert InstructorProfile.objects.get().bio == ""


def test_line_breaks_count_once(anas):
    bio = "line\r\n" * 600
    assert anas.post(PROFILE, {"headline": "Piano", "bio": bio}).status_code == 303
    assert InstructorProfile.objects.get().bio == bio.replace("\r\n", "\n").strip()


def test_the_list_of_neighborhoods_shows_what_is_chosen(anas):
    anas.post(PLACES, {"neighborhoods": ["park-slope"], "place_neighborhood": "astoria-central"})
    answer = anas.get(PLACES)
    assert answer.context["form"]["neighborhoods"].value() == ["park-slope"]
    assert Page(answer).text.count("1 of 53 chosen") == 1
    assert "#area-park-slope" in Page(answer).links  # the map leads to the list
    assert '<option value="astoria-central" selected>' in answer.text


def test_a_neighborhood_that_is_none_is_422_and_the_choice_is_kept(anas):
    answer = anas.post(PLACES, {"neighborhoods": ["park-slope", "atlantis"], "place_neighborhood": "atlantis"})
    assert answer.status_code == 422
    assert answer.text.count("There is no such neighborhood.") >= 2
    assert "1 of 53 chosen" in Page(answer).text


def test_a_live_profile_keeps_its_places_and_is_told_why(ana_teaches_piano, ana, visit):
    answer = visit(ana).post(PLACES, {"neighborhoods": [], "place_neighborhood": ""})
    assert answer.status_code == 422
    assert "need the neighborhoods that you travel to" in answer.text
    assert "need its neighborhood" in answer.text


# Photos


def test_a_photo_is_shown_to_everybody_and_kept_for_good(anas, visit):
    anas.post(PHOTO, {"photo": face()})
    portrait = shown()
    assert f"/photos/{portrait.large}" in anas.get(PHOTO).text
    for name in (portrait.large, portrait.small):
        answer = visit().get(f"/photos/{name}")
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Cookie" not in answer.get("Vary", "")
        assert Image.open(BytesIO(answer.content)).format == "WEBP"


@pytest.mark.parametrize(
    "name", ["face.webp", f"{'0' * 32}.jpg", f"{'0' * 31}g.webp", "..%2f..%2fmanage.py", f"{'0' * 32}.webp%00", ""]
)
def test_nothing_else_is_looked_for_in_the_storage(name, visit, db):
    assert visit().get(f"/photos/{name}").status_code == 404


def test_who_has_a_photo_is_shown_by_it_and_who_has_none_by_initials(ana_teaches_piano, ana, visit):
    before = visit().get("/instructors/ana-r/").text
    assert "<img" not in before
    assert visit(ana).post(PHOTO, {"photo": face()}).status_code == 303
    portrait = shown()
    page, cards = visit().get("/instructors/ana-r/").text, visit().get("/instructors/").text
    assert f'src="/photos/{portrait.large}"' in page
    assert f'src="/photos/{portrait.small}"' in cards
    assert 'loading="lazy"' in cards
    for text in (page, cards):
        assert 'alt="Photo of Ana R."' in text


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Choose a picture first."),
        ({"photo": SimpleUploadedFile("empty.jpg", b"")}, "This file is empty."),
        ({"photo": SimpleUploadedFile("face.jpg", b"<svg/>", "image/jpeg")}, "This is no picture that we can read."),
        ({"photo": face(side=299)}, "299 × 299 pixels. Send one of at least 300 × 300."),
        ({"photo": face(kind="GIF")}, "This is no picture that we can read."),
        ({"photo": SimpleUploadedFile("x.jpg", b"x" * (policy.PHOTO_BYTES + 1))}, "This file is larger than 8 MB."),
    ],
)
def test_a_file_that_is_no_photo_is_422_in_words(anas, sent, sentence):
    answer = anas.post(PHOTO, sent)
    assert answer.status_code == 422
    assert sentence in Page(answer).text
    assert not InstructorProfile.objects.get().photo


def test_what_a_picture_is_called_does_not_matter(anas):
    assert anas.post(PHOTO, {"photo": face("../../face.php", kind="PNG")}).status_code == 303


def test_a_body_without_end_is_413_in_words(anas):
    answer = anas.post(PHOTO, {"photo": SimpleUploadedFile("x.jpg", b"x" * 32_000_001)})
    assert answer.status_code == 413
    assert "more than this page takes" in answer.text
    elsewhere = anas.post(PROFILE, {"headline": "x" * 1_000_001})
    assert elsewhere.status_code == 413


def test_a_photo_is_removed_while_one_is_not_live(anas):
    anas.post(PHOTO, {"photo": face()})
    assert f"{PHOTO}remove/" in [form.action for form in Page(anas.get(PHOTO)).forms]
    answer = anas.post(f"{PHOTO}remove/")
    assert (answer.status_code, answer["Location"]) == (303, PHOTO)
    assert not InstructorProfile.objects.get().photo


def test_a_live_profile_keeps_its_photo(ana_teaches_piano, ana, visit):
    browser = visit(ana)
    browser.post(PHOTO, {"photo": face()})
    assert f"{PHOTO}remove/" not in [form.action for form in Page(browser.get(PHOTO)).forms]
    answer = browser.post(f"{PHOTO}remove/")
    assert answer.status_code == 409
    assert "A live profile keeps a photo." in answer.text
    assert InstructorProfile.objects.get().photo


# The API


def test_a_profile_is_read_with_what_is_missing(anas, ana, api):
    anas.post(PHOTO, {"photo": face()})
    answer = api(ana).get("/api/me/instructor-profile/").json()
    portrait = shown()
    assert answer == {
        "slug": "ana-r",
        "name": "Ana R.",
        "headline": "",
        "bio": "",
        "photo": f"http://testserver/photos/{portrait.large}",
        "neighborhoods": [],
        "place_neighborhood": None,
        "buffer_minutes": 15,
        "overnight_guard": True,
        "live": False,
        "founding": False,
        "missing": ["profile", "services", "places", "hours"],
        "notice_minutes": 60,
        "travel_notice_minutes": 180,
        "horizon_days": 90,
    }


def test_any_of_a_profile_is_changed_all_or_nothing(ana_teaches_piano, ana, api):
    client = api(ana)
    changed = client.patch(
        "/api/me/instructor-profile/",
        {"headline": "Piano", "neighborhoods": ["astoria-central"], "buffer_minutes": 45, "overnight_guard": False},
    )
    assert changed.status_code == 200
    said = changed.json()
    assert (said["headline"], said["bio"], said["neighborhoods"]) == ("Piano", "I teach.", ["astoria-central"])
    assert (said["buffer_minutes"], said["overnight_guard"], said["live"]) == (45, False, True)
    assert said["place_neighborhood"] == "park-slope"
    refused = client.patch("/api/me/instructor-profile/", {"headline": "Other", "place_neighborhood": None})
    assert refused.status_code == 400
    assert set(refused.json()["error"]["fields"]) == {"place_neighborhood"}
    assert InstructorProfile.objects.get().headline == "Piano"


@pytest.mark.parametrize(
    "body",
    [
        {"instructor": 1},
        {"slug": "other"},
        {"live": True},
        {"founding": True},
        {"photo": "x"},
        {"missing": []},
        {"notice_minutes": 0},
        {"headline": ""},
        {"headline": None},
        {"headline": "a\0b"},
        {"headline": "\ud800"},
        {"headline": "x" * 121},
        {"bio": "x" * 3001},
        {"neighborhoods": "park-slope"},
        {"neighborhoods": [1.5]},
        {"neighborhoods": ["\ud800"]},
        {"neighborhoods": ["park-slope"] * 198},
        {"place_neighborhood": "x" * 81},
        {"buffer_minutes": -1},
        {"buffer_minutes": 121},
        {"buffer_minutes": 2**63},
        {"buffer_minutes": None},
        {"overnight_guard": "maybe"},
        {"overnight_guard": None},
        [],
    ],
)
def test_what_a_profile_does_not_take_is_400(body, ana_teaches_piano, ana, api):
    before = api(ana).get("/api/me/instructor-profile/").json()
    answer = api(ana).generic("PATCH", "/api/me/instructor-profile/", json.dumps(body), "application/json")
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "invalid"
    assert api(ana).get("/api/me/instructor-profile/").json() == before


def test_emoji_are_letters_like_others(ana_teaches_piano, ana, api):
    assert api(ana).patch("/api/me/instructor-profile/", {"headline": "Piano 🎹"}).json()["headline"] == "Piano 🎹"


def test_pages_of_setting_up_cost_few_statements(ana_teaches_piano, ana, sam, visit, django_assert_max_num_queries):
    book(sam, ana_teaches_piano, at="15:00")
    browser = visit(ana)
    for address, most in ((SETUP, 7), (PROFILE, 5), (PHOTO, 5), (PLACES, 7)):
        browser.get(address)
        with django_assert_max_num_queries(most):
            assert browser.get(address).status_code == 200


def test_words_that_nobody_can_see_are_no_words(anas, ana):
    answer = anas.post("/teaching/setup/profile/", {"headline": "\u200b", "bio": "I teach."})
    assert answer.status_code == 422
    assert "Write something that students can read." in answer.text
    assert anas.post("/teaching/setup/profile/", {"headline": "\u202eOLLEH", "bio": "I teach."}).status_code == 303
    assert InstructorProfile.objects.get(pk=ana.pk).headline == "OLLEH"
