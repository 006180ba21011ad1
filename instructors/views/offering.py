"""The instructor's own services."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import PermissionName
from instainstru.core import clock
from instainstru.core.errors import Invalid
from instainstru.core.pages import PageRequest, page, see_other
from instainstru.core.permissions import require_permission
from instainstru.core.policy import Audience, Level, Place
from instructors.forms.offering import ServiceForm, SubjectForm
from instructors.models import Service, Subject
from instructors.services import offering
from instructors.services.offering import Terms


def for_whom(service: Service) -> tuple[list[str], list[str]]:
    """The levels and ages of a service as a page says them; all of them need no saying."""
    levels = [Level(one).label for one in service.levels] if len(service.levels) < len(Level) else ["All levels"]
    ages = [Audience(one).label for one in service.ages] if len(service.ages) < len(Audience) else ["All ages"]
    return levels, ages


@never_cache
@require_http_methods(["GET", "HEAD"])
@require_permission(PermissionName.MANAGE_SERVICES)
def services(request: PageRequest) -> HttpResponse:
    """What one offers or has paused."""

    def shown(service: Service) -> dict[str, object]:
        category = service.subject.subcategory.category
        levels, ages = for_whom(service)
        return {
            "id": service.pk,
            "name": service.name,
            "active": service.active,
            "bullet": category.bullet,
            "colour": category.colour,
            "lengths": service.lengths,
            "levels": levels,
            "ages": ages,
            "places": [(Place(one.place).own_label, one.hourly_cents) for one in service.places.all()],
        }

    own = [shown(service) for service in offering.own(instructor_id=request.user.pk)]
    return page(request, "instructors/services.html", {"services": own})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(PermissionName.MANAGE_SERVICES)
def add_service(request: PageRequest) -> HttpResponse:
    """Which subject first, then its terms: the form begins as is usual for that subject."""
    subjects = SubjectForm(
        request.POST or request.GET or None, subjects=offering.subjects_left(instructor_id=request.user.pk)
    )
    if not subjects.is_valid():
        status = 422 if subjects.is_bound else 200
        return page(request, "instructors/service_subject.html", {"form": subjects}, status=status)
    subject = offering.teachable(slug=subjects.cleaned_data["subject"])
    places = _places(subject)
    if request.method != "POST":
        usual = {"levels": Level.values, "ages": subject.ages, "lengths": [60]}
        return _form_page(request, ServiceForm(places=places, initial=usual), subject)
    form = ServiceForm(request.POST, places=places)
    if form.is_valid():
        try:
            offering.add(instructor_id=request.user.pk, subject=subject.slug, terms=_terms(form))
        except Invalid as refused:
            _explain(form, refused)
        else:
            messages.success(request, f"{subject.name} is on offer.")
            return see_other(request, "instructors:services")
    return _form_page(request, form, subject, status=422)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(PermissionName.MANAGE_SERVICES)
def change_service(request: PageRequest, service_id: int) -> HttpResponse:
    """The terms of a service."""
    service = offering.one(instructor_id=request.user.pk, service_id=service_id)
    places = _places(service.subject)
    if request.method != "POST":
        now: dict[str, Any] = {name: getattr(service, name) for name in ("description", "levels", "ages", "lengths")}
        rates = {f"price_{one.place}": f"{one.hourly_cents / 100:.2f}" for one in service.places.all()}
        now |= {name: rate.removesuffix(".00") for name, rate in rates.items()}
        return _form_page(request, ServiceForm(places=places, initial=now), service.subject, service=service)
    form = ServiceForm(request.POST, places=places)
    if form.is_valid():
        try:
            offering.change(instructor_id=request.user.pk, service_id=service_id, terms=_terms(form))
        except Invalid as refused:
            _explain(form, refused)
        else:
            messages.success(request, f"{service.name} is saved. Lessons already booked keep their price.")
            return see_other(request, "instructors:services")
    return _form_page(request, form, service.subject, service=service, status=422)


def _places(subject: Subject) -> list[Place]:
    return [place for place in Place if place in subject.places]


def _terms(form: ServiceForm) -> Terms:
    typed = {name: form.cleaned_data[name] for name in ("description", "levels", "ages", "lengths")}
    return Terms(**typed, prices=form.prices)


def _explain(form: ServiceForm, refused: Invalid) -> None:
    """Put what a service refused beside its field; what concerns the places or the subject, on top."""
    for name, sentences in (refused.fields or {}).items():
        form.add_error(name if name in form.fields else None, sentences[0])


def _form_page(
    request: PageRequest, form: ServiceForm, subject: Subject, *, service: Service | None = None, status: int = 200
) -> HttpResponse:
    category = subject.subcategory.category
    context = {
        "form": form,
        "subject": {
            "slug": subject.slug,
            "name": subject.name,
            "bullet": category.bullet,
            "colour": category.colour,
        },
        "service": service,
    }
    return page(request, "instructors/service_form.html", context, status=status)


@never_cache
@require_POST
@require_permission(PermissionName.MANAGE_SERVICES)
def pause_service(request: PageRequest, service_id: int) -> HttpResponse:
    """Take a service out of search for a while."""
    service = offering.change(instructor_id=request.user.pk, service_id=service_id, terms=Terms(active=False))
    messages.success(request, f"{service.name} is paused. Nobody can book it until you resume it.")
    return see_other(request, "instructors:services")


@never_cache
@require_POST
@require_permission(PermissionName.MANAGE_SERVICES)
def resume_service(request: PageRequest, service_id: int) -> HttpResponse:
    """Offer a paused service again."""
    service = offering.change(instructor_id=request.user.pk, service_id=service_id, terms=Terms(active=True))
    messages.success(request, f"{service.name} is on offer again.")
    return see_other(request, "instructors:services")


@never_cache
@require_POST
@require_permission(PermissionName.MANAGE_SERVICES)
def delete_service(request: PageRequest, service_id: int) -> HttpResponse:
    """Take a service away for good. Its lessons stand."""
    offering.remove(instructor_id=request.user.pk, service_id=service_id, now=clock.now())
    messages.success(request, "The service is deleted. Lessons already booked stand.")
    return see_other(request, "instructors:services")
