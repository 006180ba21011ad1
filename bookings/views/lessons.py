"""A person's lessons: those that they take, one lesson, cancelling it, and its file for calendars."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.permissions import PermissionName
from bookings.forms import NoteForm
from bookings.models import STANDING, Booking, Status
from bookings.services import again as again_service
from bookings.services import calendar_file as calendar_file_service
from bookings.services import cancelling, completing, lessons, teaching
from bookings.services.teaching import When
from instainstru.core import clock, money
from instainstru.core.errors import DomainError, NotAllowed
from instainstru.core.pages import PageRequest, page, see_other
from instainstru.core.permissions import require_permission
from instainstru.core.policy import Place

PAST_SHOWN = 50
TAUGHT_SHOWN = 3
FINAL = "This is final: the time is free for others at once."


def still_ahead(ladder: list[money.Step]) -> list[money.Step]:
    """The steps that can still be reached: nobody is promised what is past."""
    now = clock.now()
    return [step for step in ladder if step.until >= now]


def _place_label(booking: Booking, *, teaches: bool) -> str:
    """Where, in the words of the side that looks: "your place" is not the same for both."""
    if teaches and booking.place == Place.STUDENT:
        return "At the student's place"
    if teaches and booking.place == Place.INSTRUCTOR:
        return "At your place"
    return booking.get_place_display()


def shown(booking: Booking, viewer: User, *, now: datetime) -> dict[str, object]:
    """A lesson as its page shows it to one of its people, or to support."""
    teaches = booking.instructor_id == viewer.pk
    standing = booking.status in STANDING
    over = standing and booking.span.end <= now
    return {
        "reference": booking.reference,
        "service_name": booking.service_name,
        "as_teacher": teaches,
        "other_name": booking.student.public_name if teaches else booking.instructor.user.public_name,
        "starts_at": booking.span.start,
        "ends_at": booking.span.end,
        "minutes": booking.duration_minutes,
        "place_label": _place_label(booking, teaches=teaches),
        "neighborhood": booking.neighborhood.name if booking.neighborhood else "",
        "address": booking.address if booking.shows_address_to(viewer.pk) else "",
        "notes": booking.notes,
        "status": booking.status,
        "status_label": "Past" if over else booking.get_status_display(),
        "is_live": standing and not over,
        "is_running": standing and booking.span.start <= now < booking.span.end,
        "price_cents": booking.price_cents,
        "fee_cents": booking.fee_cents,
        "total_cents": booking.total_cents,
        "ladder": still_ahead(
            money.refund_ladder(
                price_cents=booking.price_cents, fee_cents=booking.fee_cents, starts_at=booking.span.start
            )
        ),
        "cancelled_at": booking.cancelled_at,
        "refund_cents": booking.refund_cents,
        "credit_cents": booking.credit_cents,
        **(_earned(booking, over=over) if teaches else {}),
    }


def _earned(booking: Booking, *, over: bool) -> dict[str, object]:
    """What its instructor alone is shown."""
    return {
        "student_name": booking.student.first_name,
        "completes_soon": over,
        "is_completed": booking.status == Status.COMPLETED,
        "commission_percent": booking.commission_percent,
        "commission_cents": booking.commission_cents,
        "net_cents": booking.net_cents,
        "earned_cents": booking.earned_cents,
    }


@never_cache
@require_safe
@require_permission(PermissionName.VIEW_OWN_BOOKINGS)
def my_lessons(request: PageRequest) -> HttpResponse:
    """The lessons that a person takes: the next first, then what has been. Of those that they teach only the next."""
    now = clock.now()
    agenda = lessons.agenda(person=request.user, now=now, past_shown=PAST_SHOWN)

    def taught() -> list[dict[str, object]]:
        """Asked only where the page shows it."""
        found = teaching.taught(person=request.user, when=When.UPCOMING, now=now)[:TAUGHT_SHOWN]
        return [shown(booking, request.user, now=now) for booking in found]

    upcoming = [shown(booking, request.user, now=now) for booking in agenda.upcoming]
    context = {
        "next": upcoming[0] if upcoming else None,
        "upcoming": upcoming[1:],
        "past": [
            {**shown(booking, request.user, now=now), "again": _can_again(booking, request.user)}
            for booking in agenda.past
        ],
        "taught": taught,
    }
    return page(request, "bookings/lessons.html", context)


@never_cache
@require_safe
@require_permission(*lessons.SEE)
def lesson(request: PageRequest, reference: str) -> HttpResponse:
    """One lesson, with what cancelling it now would give."""
    return lesson_page(request, lessons.seen(reference=reference, viewer=request.user))


def _can_again(booking: Booking, viewer: User) -> bool:
    return booking.student_id == viewer.pk and again_service.offered(booking=booking)


def lesson_page(
    request: PageRequest,
    booking: Booking,
    *,
    status: int = 200,
    refused: DomainError | None = None,
    form: NoteForm | None = None,
) -> HttpResponse:
    """A lesson's page as one of its people sees it, or support; with what was refused, and a note as it was typed."""
    now = clock.now()
    context = {
        "lesson": {
            **shown(booking, request.user, now=now),
            "cancel": _cancelling(booking, request.user, now=now),
            "again": _can_again(booking, request.user),
            "can_complete": completing.offered(booking=booking, viewer=request.user, now=now),
        },
        "form": _note_form(booking, request.user) if form is None else form,
        "refused": refused,
    }
    return page(request, "bookings/lesson.html", context, status=status)


def _note_form(booking: Booking, viewer: User) -> NoteForm | None:
    """The instructor's own note; None for everybody else."""
    try:
        teaching.may_note(booking=booking, viewer=viewer)
    except NotAllowed:
        return None
    return NoteForm(initial={"note": booking.private_note})


def _cancelling(booking: Booking, viewer: User, *, now: datetime) -> dict[str, object] | None:
    """What cancelling now would give, or None where there is nothing to cancel or no right to."""
    teaches = booking.instructor_id == viewer.pk
    try:
        lessons.may_cancel(booking=booking, viewer=viewer)
        due = cancelling.settlement(booking=booking, by_instructor=teaches, now=now)
    except DomainError:
        return None
    if teaches:
        sentence = f"{booking.student.first_name} gets everything back, fee included. You are paid nothing. {FINAL}"
        return {"sentence": sentence, "refund_cents": due.refund_cents}
    return {
        "sentence": FINAL,
        "refund_cents": due.refund_cents,
        "credit_cents": due.credit_cents,
        "kept_cents": booking.total_cents - due.refund_cents - due.credit_cents,
    }


@never_cache
@require_POST
@require_permission(*lessons.SEE)
def cancel(request: PageRequest, reference: str) -> HttpResponse:
    """Cancels a lesson; what comes back is on its page."""
    seen = lessons.seen(reference=reference, viewer=request.user)
    lessons.may_cancel(booking=seen, viewer=request.user)
    try:
        cancelling.cancel_lesson(reference=reference, by=request.user, now=clock.now())
    except DomainError as refused:
        current = lessons.seen(reference=reference, viewer=request.user)
        return lesson_page(request, current, status=refused.page_status, refused=refused)
    messages.success(request, "The lesson is cancelled.")
    return see_other(request, "bookings:lesson", reference)


@cache_control(private=True, no_store=True)
@require_safe
@require_permission(*lessons.SEE)
def calendar_file(request: PageRequest, reference: str) -> HttpResponse:
    """The lesson as a file for the viewer's own calendar."""
    booking = lessons.seen(reference=reference, viewer=request.user)
    file = calendar_file_service.calendar_file(booking=booking, viewer=request.user, now=clock.now())
    return HttpResponse(
        file,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{booking.reference}.ics"'},
    )
