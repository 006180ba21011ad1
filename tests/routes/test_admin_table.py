"""The admin: every address of it is asked by everybody, and opens by names alone."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from accounts.permissions import PermissionName
from bookings.models import Booking
from instainstru.core.acts import ActingAdmin
from instainstru.core.admin import NamedAdmin
from instructors.models import DatedHours, InstructorProfile, Review
from instructors.services import offers
from tests.fixtures import NOON
from tests.routes.conftest import Walk
from tests.routes.walk.asking import ask
from tests.routes.walk.staff import MODELS, PAGES_OF_ROWS, STAFF, STAFF_PAGES, TOLD
from tests.routes.walk.table import PEOPLE

REGISTERED: dict[str, tuple[type[Model], Any]] = {
    model._meta.label_lower: (model, registered) for model, registered in admin.site._registry.items()
}
EVERY_NAME = frozenset(PermissionName)


@pytest.fixture
def office(walk: Walk) -> dict[str, object]:
    """A row of everything that the admin shows, by its name in the addresses of the table."""
    lesson = Booking.objects.get(reference=walk.holes["reference"])
    profile = InstructorProfile.objects.get(pk=walk.person("ana").pk)
    DatedHours.objects.create(instructor=profile, day=date(2027, 4, 1))
    review = Review.objects.create(
        instructor=profile,
        student=walk.person("sam"),
        lesson_reference=lesson.reference,
        stars=5,
        text="Good.",
        created_at=NOON,
    )
    InstructorProfile.objects.filter(pk=profile.pk).update(reviews_count=1, stars_sum=5)
    offers.publish(instructor_ids=[profile.pk])
    return {"lesson": lesson.pk, "student": walk.person("sam").pk, "profile": profile.pk, "review": review.pk}


def pages_of(label: str) -> Iterator[tuple[str, str, int, int]]:
    """Method, address, and the answers to who sees and who does not see, of a model's pages."""
    model = REGISTERED[label][0]
    row = model._default_manager.all()[0]
    for method, end, seen, unseen in PAGES_OF_ROWS:
        yield method, f"/admin/{label.replace('.', '/')}/{end.format(pk=row.pk)}", seen, unseen


def sent(browser: Any, method: str, address: str) -> Any:
    """The answer of a page that belongs to no list or row: acts are told what they ask for."""
    if method == "POST" and "/cancel/" in address:
        agreed = re.search(r'name="agreed" value="([^"]+)"', browser.get(address).text)
        return ask(browser, method, address, {"agreed": agreed[1]} if agreed else {})
    return ask(browser, method, address, TOLD.get(address.rstrip("/").rpartition("/")[2]))


@pytest.mark.parametrize("name", STAFF)
def test_support_and_operations_get_what_the_table_says(name, walk, office):
    browser, at, wrong = walk.browsers(name), STAFF.index(name), {}
    for label, row in MODELS.items():
        for method, address, seen, unseen in pages_of(label):
            got, expected = ask(browser, method, address).status_code, seen if row[1 + at] else unseen
            if got != expected:
                wrong[method, address] = f"{got}, not {expected}"
    for method, pattern, *statuses, _ in STAFF_PAGES:
        got = sent(walk.browsers(name), method, pattern.format_map(office)).status_code
        if got != statuses[at]:
            wrong[method, pattern] = f"{got}, not {statuses[at]}"
    assert wrong == {}


@pytest.mark.parametrize("name", [name for name in PEOPLE if name not in STAFF])
def test_everybody_else_is_sent_to_sign_in_from_everywhere(name, walk, office):
    browser, wrong = walk.browsers(name), {}
    addresses = [page[:2] for label in MODELS for page in pages_of(label)]
    addresses += [(method, pattern.format_map(office)) for method, pattern, *_ in STAFF_PAGES]
    for method, address in addresses:
        if address == "/admin/login/":
            continue
        answer = ask(browser, method, address)
        way = "/admin/" if address == "/admin/logout/" else "/admin/login/?next="
        if answer.status_code != 302 or not answer["Location"].startswith(way):
            wrong[method, address] = answer.status_code
    assert wrong == {}
    # Where a guest signs in, and anybody else has no business.
    assert browser.get("/admin/login/").status_code == (302 if name == "guest" else 403)


def with_names(walk: Walk, names: Any, addresses: list[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """What a member of staff gets who has these names and no others."""
    walk.browsers("sue")  # signed in for good
    with transaction.atomic():
        sue = walk.person("sue")
        sue.groups.clear()
        sue.user_permissions.set(Permission.objects.filter(content_type__app_label="accounts", codename__in=names))
        got = {one: sent(walk.browsers("sue"), *one).status_code for one in addresses}
        transaction.set_rollback(True)
    return got


def test_rows_open_by_each_of_their_names_and_by_no_other(walk, office):
    for label, (asks, *_) in MODELS.items():
        pages = [page for page in pages_of(label) if page[0] == "GET" and page[2] != page[3]]
        addresses = [page[:2] for page in pages]
        for name in asks.split():
            assert with_names(walk, {name}, addresses) == {page[:2]: page[2] for page in pages}, (label, name)
        shut = with_names(walk, EVERY_NAME - set(asks.split()), addresses)
        assert shut == {page[:2]: page[3] for page in pages}, label


def test_acts_open_by_their_name_and_by_no_other(walk, office):
    for method, pattern, *statuses, asks in STAFF_PAGES:
        at = (method, pattern.format_map(office))
        if asks:
            needed = set(asks.replace("&", "").split())
            without = [needed] if "&" not in asks else [{name} for name in needed]
            for names in without:
                assert with_names(walk, EVERY_NAME - names, [at]) == {at: 403}
            assert with_names(walk, needed, [at]) == {at: min(statuses)}


def test_staff_without_a_bundle_have_an_empty_admin(walk, office):
    walk.person("sue").groups.clear()
    browser = walk.browsers("sue")
    assert browser.get("/admin/").context["app_list"] == []
    lists = [f"/admin/{label.replace('.', '/')}/" for label in MODELS]
    assert {at: browser.get(at).status_code for at in lists} == dict.fromkeys(lists, 403)


# Whether the tables are complete


def routes(patterns: Any, before: str) -> Iterator[str]:
    """Every route of the admin, as resolving names it."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, before + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield before + str(pattern.pattern).removeprefix("^")


def test_every_address_of_the_admin_has_its_row(walk, office):
    site = next(one for one in get_resolver().url_patterns if getattr(one, "namespace", "") == "admin")
    assert isinstance(site, URLResolver)
    asked = {resolve(address).route for label in MODELS for _, address, *_ in pages_of(label)}
    asked |= {resolve(pattern.format_map(office)).route for _, pattern, *_ in STAFF_PAGES}
    assert asked == set(routes(site.url_patterns, str(site.pattern)))


def test_every_act_has_its_rows():
    acts = {
        f"/admin/{label.replace('.', '/')}/{{}}/act/{act.name}/": {str(act.needs)}
        for label, (_, registered) in REGISTERED.items()
        if isinstance(registered, ActingAdmin)
        for act in registered.acts
    }
    for method in ("GET", "POST"):
        rows = {re.sub(r"{\w+}", "{}", row[1]): set(row[4].split()) for row in STAFF_PAGES if row[0] == method}
        assert {at: names for at, names in rows.items() if "/act/" in at and "nonsense" not in at} == acts


def test_every_model_asks_the_products_own_names():
    assert set(MODELS) == set(REGISTERED)
    for label, (asks, *_) in MODELS.items():
        registered = REGISTERED[label][1]
        assert isinstance(registered, NamedAdmin)
        assert {str(name) for name in (*registered.view_names, *registered.change_names)} == set(asks.split()), label
        assert set(asks.split()) <= EVERY_NAME
