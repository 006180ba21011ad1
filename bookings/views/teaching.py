"""An instructor's pages about the lessons that they teach: today, what has been, "taught", and notes."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import PermissionName
from bookings.forms import BeforeForm, NoteForm
from bookings.services import completing, earnings, lessons, teaching
from bookings.services.completing import NotCompletable, NotOverYet
from bookings.views.lessons import lesson_page, shown
from instainstru.core import clock
from instainstru.core.errors import Busy
from instainstru.core.pages import PageRequest, page, see_other
from instainstru.core.permissions import require_permission
from instructors.services import setup


@never_cache
@require_safe
@require_permission(PermissionName.VIEW_INCOMING_BOOKINGS)
def today(request: PageRequest) -> HttpResponse:
    """The next lesson, today's, and what comes after it; what is missing to be found; what the month earned so far."""
    now = clock.now()
    side = setup.read(instructor_id=request.user.pk)
    desk = teaching.desk(person=request.user, now=now)
    context = {
        "next": shown(desk.next, request.user, now=now) if desk.next else None,
        "today": [shown(booking, request.user, now=now) for booking in desk.today],
        "coming": [shown(booking, request.user, now=now) for booking in desk.coming],
        "live": side.profile.is_live,
        "suspended_because": side.profile.suspended_because,
        "missing": [] if side.profile.live_since else [step.label for step in setup.missing(side=side)],
        "month": earnings.in_month(instructor_id=request.user.pk, first=earnings.month_of(now=now)),
        "now": now,
    }
    return page(request, "bookings/teaching.html", context)


@never_cache
@require_safe
@require_permission(PermissionName.VIEW_INCOMING_BOOKINGS)
def past(request: PageRequest) -> HttpResponse:
    """What has been and what was cancelled, the last first, with what it earned; ?before= is where the page begins."""
    now, form = clock.now(), BeforeForm(request.GET)
    before = form.cleaned_data["before"] if form.is_valid() else ""
    found = teaching.past(person=request.user, before=before, now=now)
    context = {
        "lessons": [shown(booking, request.user, now=now) for booking in found.lessons],
        "continued": bool(before),
        "more": f"{reverse('bookings:teaching_past')}?{urlencode({'before': found.more})}" if found.more else "",
    }
    return page(request, "bookings/teaching_past.html", context)


@never_cache
@require_POST
@require_permission(*lessons.SEE)
def complete(request: PageRequest, reference: str) -> HttpResponse:
    """Marks a lesson as taught; a second press finds that said on the lesson's page."""
    seen = lessons.seen(reference=reference, viewer=request.user)
    try:
        completing.complete_lesson(reference=reference, by=request.user, now=clock.now())
    except (NotCompletable, NotOverYet, Busy) as refused:
        current = lessons.seen(reference=seen.reference, viewer=request.user)
        return lesson_page(request, current, status=refused.page_status, refused=refused)
    messages.success(request, "Marked as taught.")
    return see_other(request, "bookings:lesson", reference)


@never_cache
@require_POST
@require_permission(*lessons.SEE)
def note(request: PageRequest, reference: str) -> HttpResponse:
    """Keeps the instructor's own note on a lesson."""
    seen = lessons.seen(reference=reference, viewer=request.user)
    teaching.may_note(booking=seen, viewer=request.user)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return lesson_page(request, seen, status=422, form=form)
    teaching.keep_note(booking=seen, by=request.user, text=form.cleaned_data["note"])
    messages.success(request, "Your note is kept. Nobody else sees it.")
    return see_other(request, "bookings:lesson", reference)
