"""The instructor's own week."""

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.permissions import PermissionName
from instainstru.core import clock
from instainstru.core.errors import Stale
from instainstru.core.pages import PageRequest, page, see_other
from instainstru.core.permissions import require_permission
from instainstru.core.templatetags import show
from instructors.forms.hours import WEEKDAYS, WeekForm, hours_text
from instructors.models import CalendarEntry
from instructors.services import hours
from instructors.services.hours import Pattern


def sentences(lessons: list[CalendarEntry]) -> list[str]:
    """Lessons as people say them: what, when and the reference."""
    return [f"{lesson.label}, {show.when(lesson.span.start)} ({lesson.reference})" for lesson in lessons]


def _week_form(pattern: Pattern) -> WeekForm:
    typed = {f"day_{weekday}": hours_text(day) for weekday, day in enumerate(pattern.days)}
    return WeekForm(initial={"version": pattern.version, **typed})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(PermissionName.MANAGE_AVAILABILITY)
def weekly_hours(request: PageRequest) -> HttpResponse:
    """The repeating week as a plain form; a save over somebody else's change shows both."""
    if request.method != "POST":
        return _hours_page(request, _week_form(hours.read(instructor_id=request.user.pk)))
    form = WeekForm(request.POST)
    if not form.is_valid():
        return _hours_page(request, form, status=422)
    try:
        saved = hours.save(
            instructor_id=request.user.pk, days=form.days, versions=[form.cleaned_data["version"]], now=clock.now()
        )
    except Stale:
        return _hours_conflict(request, hours.read(instructor_id=request.user.pk))
    messages.success(request, "Your hours are saved.")
    if not saved.uncovered:
        return see_other(request, "instructors:hours")
    return _hours_page(request, _week_form(saved.pattern), uncovered=sentences(saved.uncovered))


def _hours_page(request: PageRequest, form: WeekForm, *, status: int = 200, **context: object) -> HttpResponse:
    context |= {"form": form, "days": form.lines}
    return page(request, "instructors/hours.html", context, part="hours", status=status)


def _hours_conflict(request: PageRequest, theirs: Pattern) -> HttpResponse:
    """Keep what was typed, show what is saved, and let the next save go over it knowingly."""
    form = WeekForm({**request.POST.dict(), "version": theirs.version})
    saved = [(label, hours_text(day)) for label, day in zip(WEEKDAYS, theirs.days, strict=True)]
    return _hours_page(request, form, status=409, conflict={"theirs": saved})
