"""Booking a lesson: check and book, the proof, and the same again."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import PermissionName
from bookings.forms import BookLessonForm, ChosenTimeForm, chosen_instead
from bookings.services import again as again_service
from bookings.services import booking as booking_service
from bookings.services import lessons
from bookings.services.again import Details
from bookings.services.booking import Where
from bookings.views.lessons import shown, still_ahead
from instainstru.core import clock, money
from instainstru.core.errors import DomainError, Invalid
from instainstru.core.pages import PageRequest, page, see_other
from instainstru.core.permissions import require_permission
from instainstru.core.policy import Place
from instainstru.core.time import LocalStart, NoSuchTime, Span
from instructors.models import ServicePlace
from instructors.services import catalogue, free_time
from instructors.services.catalogue import NotOffered


def _chosen(typed: dict[str, str]) -> tuple[ChosenTimeForm, Span]:
    """The time that the page is about. Raises Invalid when there is none such."""
    form = ChosenTimeForm(typed)
    if not form.is_valid():
        raise Invalid("This address names no lesson. Choose a free time on the instructor’s page.")
    try:
        return form, form.starts.span(form.minutes_chosen)
    except (NoSuchTime, OverflowError) as wrong:
        raise Invalid(str(wrong)) from None


def _offer(offer: ServicePlace, minutes: int, lesson: Span) -> dict[str, object]:
    """What is about to be booked, with the prices that will be written down."""
    instructor = offer.service.instructor
    price = money.lesson_price(hourly_cents=offer.hourly_cents, minutes=minutes)
    fee = money.protection_fee(price)
    return {
        "instructor_name": instructor.user.public_name,
        "instructor_slug": instructor.slug,
        "service_id": offer.service_id,
        "service_name": offer.service.name,
        "starts_at": lesson.start,
        "ends_at": lesson.end,
        "zone_label": "New York time",
        "minutes": minutes,
        "place_label": Place(offer.place).label,
        "price_cents": price,
        "fee_cents": fee,
        "total_cents": price + fee,
        "ladder": still_ahead(money.refund_ladder(price_cents=price, fee_cents=fee, starts_at=lesson.start)),
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(PermissionName.CREATE_BOOKINGS)
def confirm(request: PageRequest, service_id: int) -> HttpResponse:
    """Shows one free time with its price and refund ladder; books it on POST.

    A POST that presses one of the nearest times shows that time, and keeps what was typed. With ?again= the details
    come from a lesson that the student takes, so that nothing is typed twice.
    """
    instead = chosen_instead(request.POST.get("choose", ""))
    typed = (request.POST if request.method == "POST" else request.GET).dict() | instead
    chosen, lesson = _chosen(typed)
    place, minutes = chosen.place_chosen, chosen.minutes_chosen
    offer = _offered(request, service_id, chosen)
    instructor = offer.service.instructor
    served = catalogue.served_by(instructor_id=instructor.pk) if place is Place.STUDENT else []
    books = request.method == "POST" and not instead
    old = None if books else _details(request, service_id, chosen)
    form = BookLessonForm(
        typed if books else None,
        initial=_filled_in(old) | typed,
        place=place,
        served=[(one.slug, one.name) for one in served],
    )
    context: dict[str, object] = {"offer": _offer(offer, minutes, lesson), "form": form, "again": old}
    if books and not form.is_valid():
        return page(request, "bookings/confirm.html", context, part="confirm", status=422)
    try:
        if books:
            return _book(request, service_id, chosen, form)
        free_time.check_free(instructor=instructor, place=place, minutes=minutes, lesson=lesson, now=clock.now())
    except DomainError as refused:
        context["refused"] = refused
        return page(request, "bookings/confirm.html", context, part="confirm", status=refused.page_status)
    if lessons.clash(person=request.user, lesson=lesson):
        context["clash"] = "You take or teach another lesson at this time, so this one cannot be booked."
    return page(request, "bookings/confirm.html", context, part="confirm")


def _offered(request: PageRequest, service_id: int, chosen: ChosenTimeForm) -> ServicePlace:
    """What is about to be booked. Raises NotFound for a service that nobody is shown, NotOffered, or OwnLesson."""
    try:
        return catalogue.offered(
            service_id=service_id, place=chosen.place_chosen, minutes=chosen.minutes_chosen, to=request.user.pk
        )
    except NotOffered:
        catalogue.shown(service_id=service_id)
        raise


def _details(request: PageRequest, service_id: int, chosen: ChosenTimeForm) -> Details | None:
    """The lesson that this one is to be like, if the address names one of the student's own."""
    reference = chosen.cleaned_data["again"]
    if not reference:
        return None
    return again_service.details(reference=reference, service_id=service_id, student=request.user, starts=chosen.starts)


def _filled_in(old: Details | None) -> dict[str, str]:
    """What the student typed for the lesson before."""
    if old is None:
        return {}
    area = old.booking.neighborhood
    return {
        "neighborhood": area.slug if area else "",
        "address": old.booking.address,
        "notes": old.booking.notes,
    }


def _book(request: PageRequest, service_id: int, chosen: ChosenTimeForm, form: BookLessonForm) -> HttpResponse:
    details = form.cleaned_data
    place = chosen.place_chosen
    booking = booking_service.book_lesson(
        student=request.user,
        service_id=service_id,
        starts=chosen.starts,
        minutes=chosen.minutes_chosen,
        place=place,
        where=Where(details["neighborhood"], details["address"]) if place is Place.STUDENT else None,
        notes=details["notes"],
        now=clock.now(),
    )
    return see_other(request, "bookings:booked", booking.reference)


@never_cache
@require_safe
@require_permission(*lessons.SEE)
def booked(request: PageRequest, reference: str) -> HttpResponse:
    """The proof, and what happens next."""
    booking = lessons.seen(reference=reference, viewer=request.user)
    return page(request, "bookings/booked.html", {"booking": shown(booking, request.user, now=clock.now())})


@never_cache
@require_safe
@require_permission(PermissionName.CREATE_BOOKINGS)
def again(request: PageRequest, reference: str) -> HttpResponse:
    """Leads to the confirm page of the same lesson at its next free time; nothing is booked by looking."""
    old = lessons.seen(reference=reference, viewer=request.user)
    try:
        start = again_service.next_start(booking=old, student=request.user, now=clock.now())
    except NotOffered as refused:
        messages.warning(request, refused.message)
        return redirect("bookings:lesson", reference)
    if start is None:
        messages.warning(request, "Nothing is free for this lesson in the next three months. Another length may be.")
        return redirect("instructors:detail", old.instructor.slug)
    starts = LocalStart.at(start)
    chosen = {
        "date": starts.date,
        "start": f"{starts.time:%H:%M}",
        "minutes": old.duration_minutes,
        "place": old.place,
        "again": reference,
    }
    return redirect(f"{reverse('bookings:confirm', args=[old.service_id])}?{urlencode(chosen)}")
