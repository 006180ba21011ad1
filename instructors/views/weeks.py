"""The instructor's single weeks, and carrying one on to other days."""

import json
from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import PermissionName
from instainstru.core import clock
from instainstru.core.errors import DomainError, Invalid, NotFound, Stale
from instainstru.core.pages import PageRequest, page, see_other
from instainstru.core.permissions import require_permission
from instainstru.core.templatetags import show
from instainstru.core.time import minutes_within
from instructors.forms.hours import PRESETS, WeekForm, filled, hours_text
from instructors.forms.weeks import ApplyForm
from instructors.services import weeks
from instructors.services.weeks import Applied, Week, WeekDay
from instructors.views.hours import both, sentences

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
FIELDS = {"from": "first", "to": "last"}  # as the service calls them, and as the form does


@never_cache
@require_safe
@require_permission(PermissionName.MANAGE_AVAILABILITY)
def this_week(request: PageRequest) -> HttpResponse:
    """The way to the current week."""
    first, _ = weeks.reach(now=clock.now())
    return HttpResponseRedirect(reverse("instructors:one_week", args=[first]))


def _asked(request: PageRequest, monday: date) -> Week:
    """The week of an address. Raises NotFound for one that is over, too far, or no Monday's: an old bookmark, say."""
    try:
        return weeks.read(instructor_id=request.user.pk, monday=monday, now=clock.now())
    except Invalid as refused:
        raise NotFound(refused.message) from None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(PermissionName.MANAGE_AVAILABILITY)
def one_week(request: PageRequest, monday: date) -> HttpResponse:
    """One week as a plain form; a save over somebody else's change shows both."""
    week = _asked(request, monday)
    labels = _labels(week)
    if request.method != "POST":
        today = show.local_date(clock.now())
        coming = {weekday: label for weekday, label in labels.items() if week.days[weekday].date >= today}
        typed = {f"day_{weekday}": hours_text(day.hours) for weekday, day in enumerate(week.days)}
        return _week_page(request, week, WeekForm(initial={"version": week.version, **typed}, labels=coming))
    # A day that is not sent keeps its hours; one that is over by now is for the service to refuse.
    named = {weekday: label for weekday, label in labels.items() if f"day_{weekday}" in request.POST}
    if "fill" in request.POST:
        usual = {f"day_{weekday}": hours_text(day.usual) for weekday, day in enumerate(week.days)}
        form = WeekForm(initial=filled(request.POST.dict(), usual=usual), labels=named)
        return _week_page(request, week, form, unsaved=True)
    form = WeekForm(request.POST, labels=named)
    if not form.is_valid():
        return _week_page(request, week, form, status=422)
    return _save(request, monday, form)


def _save(request: PageRequest, monday: date, form: WeekForm) -> HttpResponse:
    person, now = request.user.pk, clock.now()
    days = {monday + weekday * DAY: hours for weekday, hours in form.days.items()}
    versions = [form.cleaned_data["version"]]
    try:
        saved = weeks.save(instructor_id=person, monday=monday, days=days, versions=versions, now=now)
    except Stale:
        return _conflict(request, weeks.read(instructor_id=person, monday=monday, now=now), form)
    except Invalid as refused:
        form.add_error(None, refused.message)
        week = weeks.read(instructor_id=person, monday=monday, now=now)
        return _week_page(request, week, form, status=422)
    match request.POST.get("then"):
        case "copy":
            return _copy(request, monday, saved)
        case "apply":
            messages.success(request, "Your week is saved.")
            return see_other(request, "instructors:apply_week", monday)
    messages.success(request, "Your week is saved.")
    return see_other(request, "instructors:one_week", monday)


def _copy(request: PageRequest, monday: date, saved: Week) -> HttpResponse:
    """Copy what was just saved, and go to the next week."""
    try:
        weeks.copy(instructor_id=request.user.pk, monday=monday, versions=[saved.version], now=clock.now())
    except DomainError as refused:
        messages.warning(request, f"Your week is saved, but not copied: {refused.message}")
        return see_other(request, "instructors:one_week", monday)
    messages.success(request, f"Your week is saved, and copied to this one, from {monday + WEEK:%-d %B}.")
    return see_other(request, "instructors:one_week", monday + WEEK)


def _labels(week: Week) -> dict[int, str]:
    return {weekday: show.day(day.date) for weekday, day in enumerate(week.days)}


def _busy(day: WeekDay) -> str:
    """What takes the day's time, for the painted grid: minutes of the day, and a word."""
    spans = [(lesson.span, lesson.label) for lesson in day.lessons]
    spans += [(one.span, "Time off") for one in day.time_off]
    return json.dumps([[*minutes_within(span, day.date), word] for span, word in spans])


def _row(weekday: int, day: WeekDay, form: WeekForm) -> dict[str, object]:
    """A day as the page shows it; one that is over has no field."""
    return {
        "weekday": weekday,
        "label": show.day(day.date),
        "field": form.lines.get(weekday),
        "text": hours_text(day.hours),
        "usual": hours_text(day.usual),
        "differs": day.hours != day.usual,
        "lessons": day.lessons,
        "time_off": day.time_off,
        "busy": _busy(day),
    }


def _week_page(
    request: PageRequest, week: Week, form: WeekForm, *, status: int = 200, **context: object
) -> HttpResponse:
    first, last = weeks.reach(now=clock.now())
    monday = week.days[0].date
    context |= {
        "form": form,
        "rows": [_row(weekday, day, form) for weekday, day in enumerate(week.days)],
        "presets": {**PRESETS, "usual": ("As usual", "")},
        "monday": monday,
        "sunday": week.days[-1].date,
        "is_this_week": monday == first,
        "previous": monday - WEEK if monday > first else None,
        "next": monday + WEEK if monday < last else None,
        "uncovered": week.uncovered,
        "met": week.in_time_off,
    }
    return page(request, "instructors/week.html", context, part="week", status=status)


def _conflict(request: PageRequest, week: Week, form: WeekForm) -> HttpResponse:
    """Keep what was typed, show what is saved, and let the next save go over it knowingly."""
    typed = request.POST.dict()
    saved = {weekday: hours_text(day.hours) for weekday, day in enumerate(week.days)}
    kept = WeekForm({**typed, "version": week.version}, labels=form.labels)
    return _week_page(request, week, kept, status=409, conflict=both(form.labels, saved, typed))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(PermissionName.MANAGE_AVAILABILITY)
def apply_week(request: PageRequest, monday: date) -> HttpResponse:
    """Use a week's hours for a range of days: asked, shown what would change, then confirmed."""
    week = _asked(request, monday)
    if request.method == "POST":
        return _apply(request, week, ApplyForm(request.POST))
    if "first" not in request.GET:
        after = {"first": monday + WEEK, "last": monday + 9 * WEEK - DAY}
        return _apply_page(request, week, ApplyForm(initial=after))
    form = ApplyForm(request.GET)
    return _preview(request, week, form)


def _apply(request: PageRequest, week: Week, form: ApplyForm) -> HttpResponse:
    if not form.is_valid():
        return _apply_page(request, week, form, status=422)
    asked = form.cleaned_data
    try:
        applied = _carried(request, week, form, versions=[asked["version"]], seen=asked["seen"], dry_run=False)
    except Stale:
        return _preview(request, week, form, status=409, conflict=True)
    except Invalid as refused:
        return _refused(request, week, form, refused)
    count = len(applied.changes)
    messages.success(request, f"{count} day{'' if count == 1 else 's'} changed, up to {show.day(asked['last'])}.")
    if applied.uncovered:
        left = "; ".join(sentences(applied.uncovered))
        messages.warning(request, f"These lessons lie outside the new hours. They stand as booked: {left}.")
    return see_other(request, "instructors:one_week", week.days[0].date)


def _preview(
    request: PageRequest, week: Week, form: ApplyForm, *, status: int = 200, **context: object
) -> HttpResponse:
    """What would change, and the form that confirms exactly that."""
    if not form.is_valid():
        return _apply_page(request, week, form, status=422)
    try:
        would = _carried(request, week, form, versions=[week.version], seen=None, dry_run=True)
    except Invalid as refused:
        return _refused(request, week, form, refused)
    asked = form.cleaned_data
    confirm = ApplyForm(initial={**asked, "version": week.version, "seen": would.version}, auto_id="confirm_%s")
    for field in confirm.fields.values():
        field.widget = field.hidden_widget()
    changes = [
        {"date": one.date, "before": hours_text(one.before), "after": hours_text(one.after)} for one in would.changes
    ]
    context |= {"confirm": confirm, "changes": changes, "uncovered": would.uncovered, "asked": asked}
    return _apply_page(request, week, form, status=status, **context)


def _carried(
    request: PageRequest, week: Week, form: ApplyForm, *, versions: list[str], seen: str | None, dry_run: bool
) -> Applied:
    return weeks.apply(
        instructor_id=request.user.pk,
        monday=week.days[0].date,
        first=form.cleaned_data["first"],
        last=form.cleaned_data["last"],
        versions=versions,
        seen=seen,
        dry_run=dry_run,
        now=clock.now(),
    )


def _refused(request: PageRequest, week: Week, form: ApplyForm, refused: Invalid) -> HttpResponse:
    for field in refused.fields or ():
        form.add_error(FIELDS.get(field), refused.message)
    return _apply_page(request, week, form, status=422)


def _apply_page(
    request: PageRequest, week: Week, form: ApplyForm, *, status: int = 200, **context: object
) -> HttpResponse:
    days = [(show.day(day.date), hours_text(day.hours)) for day in week.days]
    context |= {"form": form, "monday": week.days[0].date, "sunday": week.days[-1].date, "days": days}
    return page(request, "instructors/week_apply.html", context, status=status)
