"""The instructor's repeating week."""

from collections.abc import Mapping, Sequence

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
from instructors.forms.hours import PRESETS, WEEKDAYS, WeekForm, filled, hours_text
from instructors.models import CalendarEntry
from instructors.services import hours
from instructors.services.hours import Pattern


def sentences(lessons: list[CalendarEntry]) -> list[str]:
    """Lessons as people say them: what, when and the reference."""
    return [f"{lesson.label}, {show.when(lesson.span.start)} ({lesson.reference})" for lesson in lessons]


def both(labels: Mapping[int, str], saved: Mapping[int, str], typed: Mapping[str, str]) -> list[dict[str, object]]:
    """A conflict, day by day: what is saved now beside what was typed."""
    lines = []
    for weekday, label in labels.items():
        theirs, ours = saved[weekday], typed.get(f"day_{weekday}", "")
        lines.append({"label": label, "theirs": theirs, "ours": ours, "differ": theirs != ours})
    return lines


def _texts(days: Sequence[Sequence[tuple[int, int]]]) -> dict[int, str]:
    return {weekday: hours_text(day) for weekday, day in enumerate(days)}


def _week_form(pattern: Pattern) -> WeekForm:
    typed = {f"day_{weekday}": text for weekday, text in _texts(pattern.days).items()}
    return WeekForm(initial={"version": pattern.version, **typed})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(PermissionName.MANAGE_AVAILABILITY)
def weekly_hours(request: PageRequest) -> HttpResponse:
    """The repeating week as a plain form; a save over somebody else's change shows both."""
    if request.method != "POST":
        return _hours_page(request, _week_form(hours.read(instructor_id=request.user.pk)))
    if "fill" in request.POST:
        return _hours_page(request, WeekForm(initial=filled(request.POST.dict(), usual={})), unsaved=True)
    form = WeekForm(request.POST)
    if not form.is_valid():
        return _hours_page(request, form, status=422)
    try:
        hours.save(
            instructor_id=request.user.pk,
            days=[form.days[weekday] for weekday in range(7)],
            versions=[form.cleaned_data["version"]],
            now=clock.now(),
        )
    except Stale:
        return _hours_conflict(request, hours.read(instructor_id=request.user.pk))
    messages.success(request, "Your hours are saved.")
    return see_other(request, "instructors:hours")


def _hours_page(request: PageRequest, form: WeekForm, *, status: int = 200, **context: object) -> HttpResponse:
    rows = [{"weekday": n, "label": label, "field": form.lines[n]} for n, label in enumerate(WEEKDAYS)]
    uncovered = hours.uncovered(instructor_id=request.user.pk, now=clock.now())
    context |= {"form": form, "rows": rows, "presets": PRESETS, "uncovered": uncovered}
    return page(request, "instructors/hours.html", context, part="hours", status=status)


def _hours_conflict(request: PageRequest, theirs: Pattern) -> HttpResponse:
    """Keep what was typed, show what is saved, and let the next save go over it knowingly."""
    typed = request.POST.dict()
    form = WeekForm({**typed, "version": theirs.version})
    conflict = both(form.labels, _texts(theirs.days), typed)
    return _hours_page(request, form, status=409, conflict=conflict)
