"""Bad input at every address of the table: never a failure of ours, nothing taken that was not asked for.

What single operations refuse, field by field, is in test_hostile; here every page, form and operation is swept.
"""

import json
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from accounts.models import ApiToken, User
from bookings.models import Booking
from instainstru.core.models import OutboxMessage
from instructors.models import (
    DatedHours,
    Favorite,
    InstructorProfile,
    Review,
    Service,
    ServicePlace,
    TimeOff,
    WeeklyHours,
)
from instructors.services import setup
from tests.factories import PASSWORD
from tests.routes.test_setup_pages import face
from tests.routes.walk.asking import body_for
from tests.routes.walk.staff import MODELS
from tests.routes.walk.table import AFTERWARDS, PEOPLE, TABLE

HALF = b"\xed\xa0\x80"  # half a character
# In two parts, so that they are swept side by side
DIRTY = {
    "numbers and dates": ("-1", str(2**63), "9" * 5000, "0001-01-01", "9999-12-31"),
    "text": ("", "a\0b", HALF, "<script>\r\nBcc: b@c.d", "x" * 3000),
}
SEARCHED = (
    *("q", "what", "where", "service", "category", "neighborhood", "borough", "date", "date_from", "date_to", "after"),
    *("before", "minutes", "place", "audience", "level", "min_price_cents", "max_price_cents", "min_rating", "sort"),
    *("page", "min_price", "max_price", "facets", "cursor"),
)
LESSON = ("date", "start", "minutes", "place", "again", "neighborhood", "address")
# Which addresses read what of their query
READ = {
    "/instructors/": SEARCHED,
    "/api/instructors/search?service=piano": ("date", "date_from", "date_to", "min_rating", "cursor", "page_size"),
    "/suggest?q=pia": ("q", "what"),
    "/api/suggest?q=pia": ("q",),
    "/instructors/ana-r/": ("service", "minutes", "place", "first"),
    "/api/instructors/ana-r/free-times?place=online": ("from", "days", "minutes", "place"),
    "/book/{service}/?{time}": LESSON,
    "/favorites/": ("page",),
    "/teaching/calendar/": ("week", "view"),
    "/teaching/past/": ("before",),
    "/teaching/earnings/": ("month",),
    "/teaching/services/new/": ("subject",),
    "/teaching/weeks/2027-03-01/apply/": ("first", "last"),
    "/api/bookings/": ("page", "page_size"),
    "/api/me/lessons/": ("when", "page", "page_size"),
    "/api/me/earnings/": ("month",),
    "/accounts/login/": ("next",),
    "/accounts/reauthenticate/": ("next",),
}
EVERY_NAME = sorted({name for names in READ.values() for name in names} | {"p", "id", "format", "_method", "key", "o"})
# What no form asks for, and somebody sends all the same
UNASKED = {
    **dict.fromkeys(("user", "user_id", "id", "pk", "person", "owner", "student", "instructor", "instructor_id"), "1"),
    **dict.fromkeys(("price_cents", "hourly_cents", "fee_cents", "total_cents", "discount", "refund_cents"), "1"),
    **dict.fromkeys(("is_staff", "is_superuser", "is_active", "founding", "verified", "primary", "live"), "on"),
    **dict.fromkeys(("commission", "commission_percent", "commission_cents", "completed_at", "cancelled_at"), "1"),
    **dict.fromkeys(("verified_at", "suspended_at", "live_since", "closed_at", "hidden_at"), "2027-01-01T00:00"),
    **dict.fromkeys(("groups", "user_permissions", "bundles", "role", "scope"), "operations"),
    "status": "COMPLETED",
    "slug": "stolen",
    "photo": "../../x",
    "stars": "5",
    "digest": "x",
    "expires_at": "2099",
}
# What would hold it: whose, what it costs, how it stands
WATCHED = (User, InstructorProfile, Service, ServicePlace, Booking, Review, TimeOff, WeeklyHours, DatedHours, Favorite)
VOLATILE = {
    "id",
    "password",
    "reference",
    "entry_id",
    "created_at",
    "updated_at",
    "last_login",
    "digest",
    "date_joined",
}


def allowed(row):
    """Somebody who gets on with a row, and whether they have to say once more who they are."""
    afterwards = {again[:2]: again[2:] for again in AFTERWARDS}
    sure = row[:2] in afterwards
    codes = dict(zip(PEOPLE[1:], afterwards[row[:2]] if sure else row[3:9], strict=True))
    return min(codes, key=lambda name: (codes[name] >= 400, codes[name] == 302)), sure


def rows(*methods):
    """The rows of the table with these methods."""
    return [row for row in TABLE if row[0] in methods]


def let_in(walk, row):
    """A browser that gets on with a row."""
    name, sure = allowed(row)
    return walk.browsers(name, sure=sure)


@pytest.fixture
def anew(walk, visit):
    """The same in a session of its own, for what ends one."""

    def browser_of(row):
        name, sure = allowed(row)
        browser = visit(walk.person(name), raise_request_exception=False)
        if sure:
            browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
        return browser

    return browser_of


def joined(address, names, value):
    """An address with one value for each of these names."""
    bare, _, query = address.partition("?")
    return f"{bare}?{'&'.join(filter(None, [query, urlencode(dict.fromkeys(names, value))]))}"


def as_form(body):
    """A body as forms send it, and its type."""
    return urlencode(body, doseq=True), "application/x-www-form-urlencoded"


def as_json(body):
    """The same as programs do."""
    return json.dumps({name: "\ud800" if value == HALF else value for name, value in body.items()}), "application/json"


def sent(client, method, address, body, *, look=None, headers=None):
    """Send a body, look at what came of it, and undo it."""
    text, kind = (as_json if address.startswith("/api/") else as_form)(body)
    with transaction.atomic():
        answer = client.generic(method, address, text, content_type=kind, headers=headers)
        seen = look() if look else None
        transaction.set_rollback(True)
    return answer, seen


def picture():
    """Who owns what, what it costs and how it stands."""
    return {
        model.__name__: sorted(
            str({name: value for name, value in values.items() if name not in VOLATILE})
            for values in model.objects.values()
        )
        for model in WATCHED
    }


def letters():
    """The letters that are in the outbox: to whom, and their subjects."""
    return set(OutboxMessage.objects.values_list("recipient", "subject"))


@pytest.mark.parametrize("kind", DIRTY)
def test_no_query_is_a_failure_of_any_page(kind, walk):
    wrong = {}
    for row in rows("GET"):
        client, address = let_in(walk, row), walk.address(row[1])
        for names in [[name] for name in READ.get(row[1], ())] or [EVERY_NAME]:
            for value in DIRTY[kind]:
                answer = client.get(joined(address, names, value))
                if answer.status_code >= 500 and row[1] != "/health":  # no worker runs here
                    wrong[row[1], names[0], value] = answer.status_code
    assert wrong == {}


@pytest.mark.parametrize("kind", DIRTY)
def test_no_field_of_any_form_is_a_failure_and_no_letter_has_a_second_header(kind, walk):
    wrong, known = {}, letters()
    for row in rows("POST", "PUT", "PATCH", "DELETE"):
        client, address = let_in(walk, row), walk.address(row[1])
        whole = body_for(row[0], row[1], client, walk)
        for field in [*whole, "next"]:
            for value in DIRTY[kind]:
                answer, posted = sent(client, row[0], address, whole | {field: value}, look=letters)
                if answer.status_code >= 500:
                    wrong[*row[:2], field, value] = answer.status_code
                for recipient, subject in posted - known:
                    if not subject.isprintable() or "b@c.d" in recipient:
                        wrong[*row[:2], field, value] = recipient, subject
    assert wrong == {}


def test_no_form_takes_what_it_does_not_ask_for(walk, anew):
    wrong = {}
    for row in rows("POST"):
        if row[1].startswith("/api/"):
            continue
        address, done = walk.address(row[1]), []
        for extra in ({}, UNASKED):
            client = anew(row)
            whole = body_for(row[0], row[1], client, walk)
            answer, after = sent(client, "POST", address, extra | whole, look=picture)
            done.append((answer.status_code, after))
        if done[0] != done[1]:
            wrong[row[1]] = [
                (done[0][0], done[1][0]),
                *(set(done[1][1][name]) ^ set(done[0][1][name]) for name in done[0][1]),
            ]
    assert wrong == {}


def test_no_operation_takes_what_it_does_not_ask_for(walk):
    wrong = {}
    for row in rows("POST", "PUT", "PATCH"):
        if row[1].startswith("/api/"):
            client, address = let_in(walk, row), walk.address(row[1])
            whole, before = body_for(row[0], row[1], client, walk), picture()
            for more in batched([name for name in UNASKED if name not in whole], 15):
                answer, after = sent(client, row[0], address, whole | dict.fromkeys(more, "1"), look=picture)
                if after != before or answer.status_code != 400 or set(more) - set(answer.json()["error"]["fields"]):
                    wrong[*row[:2], more] = answer.status_code
    assert wrong == {}


def batched(names, size):
    """A list in parts."""
    return [names[first : first + size] for first in range(0, len(names), size)]


HOLES = ("{service}", "{reference}", "{time_off}", "{passkey}", "{device}", "{token}", "{feed}", "{part}")
NO_HOLES = (
    "0",
    "-1",
    str(2**63),
    str(10**17),
    "9" * 3000,
    "%00",
    "%ED%A0%80",
    "..%2f..%2f",
    "%0d%0aX:1",
    "x",
    "%E2%80%AE",
)


@pytest.mark.parametrize("hole", NO_HOLES, ids=lambda hole: hole[:12])
def test_what_nobody_has_is_not_there_and_no_failure(hole, walk):
    wrong = {}
    for row in TABLE:
        if not any(name in row[1] for name in HOLES) or (row[0], "{part}" in row[1], hole) == ("GET", True, "0"):
            continue
        name, sure = allowed(row)
        holes = {**walk.holes, **{name.strip("{}"): hole for name in HOLES}}
        client = walk.browsers(name, sure=sure)
        answer, _ = sent(client, row[0], row[1].format_map(holes), body_for(row[0], row[1], client, walk))
        if answer.status_code not in (400, 404) or "X" in answer:
            wrong[row[:2]] = answer.status_code
    assert wrong == {}


# Stored script --------------------------------------------------------------------------------------------------------

SCRIPT = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
LINK = "javascript:alert(1)//"
IN_WORDS = ("</script><script>", "<script>alert", "<img src=x", 'href="javascript:', "href='javascript:")


NOT_TYPED = ("digest", "password", "time_zone", "suspended_because", "lesson_reference")


def text_columns():
    """Every column that holds people's or our words: by model and name, with how much fits."""
    for model in (User, ApiToken, InstructorProfile, Service, Booking, Review, TimeOff, OutboxMessage):
        for field in model._meta.concrete_fields:
            kind, free = field.get_internal_type(), not (field.unique or field.choices)
            if kind in ("CharField", "TextField") and free and field.name not in NOT_TYPED:
                yield model, field.name, field.max_length or 500


@pytest.mark.parametrize("typed", [SCRIPT, LINK])
def test_whatever_people_typed_is_text_on_every_page(typed, walk):
    """Even what no form would take: written into the rows, past all checks."""
    for model, name, most in text_columns():
        filled = model.objects.exclude(**{name: ""}) if model is Booking else model.objects.all()
        filled.filter(**{"place": "student_place"} if (model, name) == (Booking, "address") else {}).update(
            **{name: typed[:most]}
        )
    wrong, shown = {}, 0
    for address, name in [*read_by_people(walk), *read_by_staff()]:
        answer = walk.browsers(name).get(address, headers={"Accept": "text/html"})
        if answer["Content-Type"].startswith("text/html"):
            shown += "alert(1)" in answer.text
            found = [word for word in IN_WORDS if word in answer.text]
            if found or answer.status_code >= 500:
                wrong[address, name] = answer.status_code, found
    assert wrong == {}
    assert shown > 40


def read_by_people(walk):
    """Every address of the table, with everybody who reads it."""
    for row in rows("GET"):
        for name, code in zip(PEOPLE, row[2:9], strict=True):
            if code == 200:
                yield walk.address(row[1]), name


def read_by_staff():
    """Lists, rows and histories of the admin, with who sees them."""
    for label, (_, *seen) in MODELS.items():
        first = apps.get_model(label).objects.first()
        at = f"/admin/{label.replace('.', '/')}/"
        for name in (name for name, sees in zip(("sue", "omar"), seen, strict=True) if sees and first):
            yield from ((address, name) for address in (at, f"{at}{first.pk}/change/", f"{at}{first.pk}/history/"))


# Pictures -------------------------------------------------------------------------------------------------------------

PHOTO = "/teaching/setup/photo/"
PAGE = b"<html><script>alert(1)</script></html>"
GOOD = face().read()


PRETENDING = {
    "a page as a photo": ("face.jpg", PAGE, "image/jpeg"),
    "a drawing with script": ("face.svg", b"<svg onload='alert(1)'/>", "image/svg+xml"),
    "a drawing as a photo": ("face.png", b"<?xml version='1.0'?><svg/>", "image/png"),
    "an animation that is a script": ("a.gif", b"GIF89a=1;alert(1)//", "image/gif"),
    "an archive": ("face.jpg", b"PK\x03\x04" + b"\0" * 500, "image/jpeg"),
    "half a photo": ("face.jpg", GOOD[: len(GOOD) // 2], "image/jpeg"),
    "the head of a photo and a page": ("face.jpg", GOOD[:20] + PAGE, "image/jpeg"),
}
DRESSED_UP = {
    "with a page after it": ("face.jpg", GOOD + PAGE, "image/jpeg"),
    "that calls itself a page": ("face.html", GOOD, "text/html"),
    "with a path": ("..\\..\\face.php", GOOD, "image/jpeg"),
    "with half a name": ("\u202egpj.exe", GOOD, "application/x-msdownload"),
}


@pytest.fixture
def teacher(ana, visit):
    """Ana, who sets up and is not live yet."""
    setup.begin_to_teach(person=ana)
    return visit(ana)


@pytest.mark.parametrize("what", PRETENDING)
def test_what_is_no_photo_is_not_taken_for_one(what, teacher):
    answer = teacher.post(PHOTO, {"photo": SimpleUploadedFile(*PRETENDING[what])})
    assert answer.status_code == 422
    assert not InstructorProfile.objects.get().photo


@pytest.mark.parametrize("what", DRESSED_UP)
def test_of_a_photo_only_the_picture_is_kept(what, teacher, visit):
    assert teacher.post(PHOTO, {"photo": SimpleUploadedFile(*DRESSED_UP[what])}).status_code == 303
    portrait = InstructorProfile.objects.get().portrait
    assert portrait
    answer = visit().get(f"/photos/{portrait.large}")
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/webp", "nosniff")
    assert b"script" not in answer.content


@pytest.mark.parametrize("sent_as", [{"photo": "text"}, {"photo": ""}, {"file": "x"}])
def test_a_photo_that_is_no_file_is_asked_for_again(sent_as, teacher):
    assert teacher.post(PHOTO, sent_as).status_code == 422
    assert teacher.post(PHOTO, sent_as, content_type="application/json").status_code == 422
