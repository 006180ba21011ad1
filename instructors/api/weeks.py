"""Single weeks, and carrying one on to other days."""

from datetime import date

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.response import Response

from accounts.permissions import PermissionName
from instainstru.core import clock
from instainstru.core.api import Operation, PersonRequest, answers, read
from instainstru.core.permissions import require_permission
from instructors.api.hours import IF_MATCH, versions_of
from instructors.serializers import weeks as shapes
from instructors.services import weeks
from instructors.services.weeks import Week

MONDAY = OpenApiParameter("monday", OpenApiTypes.DATE, OpenApiParameter.PATH, description="The week's Monday.")
VERSION = "5f2a9c0d1e7b4a36"
LESSON = {
    "reference": "LS-7K2MN-4PQRS",
    "label": "Piano",
    "starts_at": "2026-12-23T15:00:00-05:00",
    "ends_at": "2026-12-23T16:00:00-05:00",
}
TIME_OFF = {
    "id": 3,
    "starts_at": "2026-12-24T00:00:00-05:00",
    "ends_at": "2026-12-27T00:00:00-05:00",
    "reason": "Holidays",
}
DAYS = [
    {
        "date": f"2026-12-{21 + weekday}",
        "dated": weekday == 0,
        "hours": [["09:00", "12:00"], ["14:00", "00:00"]] if weekday == 0 else [],
        "lessons": [LESSON] if weekday == 2 else [],
        "time_off": [TIME_OFF] if weekday in (3, 4, 5) else [],
    }
    for weekday in range(7)
]
CHANGE = {"date": "2027-01-04", "before": [], "after": [["09:00", "12:00"], ["14:00", "00:00"]]}


def _saved(week: Week) -> Response:
    return Response(shapes.SavedSingleWeek(week).data, headers={"ETag": f'"{week.version}"'})


class SingleWeek(Operation):
    """The hours of seven days."""

    @extend_schema(
        summary="Read one of my weeks",
        description="The hours of seven days, this week or one up to 366 days ahead, with lessons and time off. A day "
        "is dated when it has hours of its own in place of the repeating week's. The version, also as ETag, names "
        "the hours, wherever they come from.",
        parameters=[MONDAY],
        responses={200: shapes.SingleWeek, **answers(400, 401, 403, 404)},
        examples=[
            OpenApiExample("A week", value={"version": VERSION, "days": DAYS}, response_only=True, status_codes=["200"])
        ],
    )
    @require_permission(PermissionName.MANAGE_AVAILABILITY)
    def get(self, request: PersonRequest, monday: date) -> Response:
        """One of one's own weeks."""
        week = weeks.read(instructor_id=request.user.pk, monday=monday, now=clock.now())
        return Response(shapes.SingleWeek(week).data, headers={"ETag": f'"{week.version}"'})

    @extend_schema(
        summary="Save one of my weeks",
        description="Gives days of this week hours of their own. A day that is not named keeps its hours; one equal to "
        "the repeating week is not dated any more; hours of a day that is over cannot be changed. Booked lessons "
        "stand, and the week's coming lessons outside its hours are named. The version goes as If-Match (quoted) or "
        "in the body.",
        request=shapes.SingleWeekIn,
        parameters=[MONDAY, IF_MATCH],
        responses={200: shapes.SavedSingleWeek, **answers(400, 401, 403, 404, 412, 428, 503)},
        examples=[
            OpenApiExample(
                "A Monday",
                value={"version": VERSION, "days": [{name: DAYS[0][name] for name in ("date", "hours")}]},
                request_only=True,
            ),
            OpenApiExample(
                "Saved",
                value={"version": VERSION, "days": DAYS, "uncovered_lessons": [LESSON]},
                response_only=True,
                status_codes=["200"],
            ),
        ],
    )
    @require_permission(PermissionName.MANAGE_AVAILABILITY)
    def put(self, request: PersonRequest, monday: date) -> Response:
        """Save one of one's own weeks."""
        asked = read(shapes.SingleWeekIn, request.data)
        week = weeks.save(
            instructor_id=request.user.pk,
            monday=monday,
            days={day["date"]: day["hours"] for day in asked["days"]},
            versions=versions_of(request, asked.get("version")),
            now=clock.now(),
        )
        return _saved(week)


class CopiedWeek(Operation):
    """A week's hours for the next."""

    @extend_schema(
        summary="Copy a week to the next",
        description="Gives the next week the hours of this one, whose version is stated (If-Match, quoted, or in the "
        "body), and answers the next week, with its coming lessons outside its hours.",
        request=shapes.Versioned,
        parameters=[MONDAY, IF_MATCH],
        responses={200: shapes.SavedSingleWeek, **answers(400, 401, 403, 404, 412, 428, 503)},
        examples=[
            OpenApiExample("Copy", value={"version": VERSION}, request_only=True),
            OpenApiExample(
                "The next week",
                value={"version": VERSION, "days": DAYS, "uncovered_lessons": [LESSON]},
                response_only=True,
                status_codes=["200"],
            ),
        ],
    )
    @require_permission(PermissionName.MANAGE_AVAILABILITY)
    def post(self, request: PersonRequest, monday: date) -> Response:
        """Copy one of one's own weeks."""
        asked = read(shapes.Versioned, request.data)
        versions = versions_of(request, asked.get("version"))
        week = weeks.copy(instructor_id=request.user.pk, monday=monday, versions=versions, now=clock.now())
        return _saved(week)


class AppliedWeek(Operation):
    """A week's hours for many days."""

    @extend_schema(
        summary="Apply a week to a range of days",
        description="Gives each day from `from` to `to` (both counted, up to 365, none of them past) the hours that "
        "its weekday has in this week, whose version is stated: all of them, or none. With `dry_run` nothing is "
        "changed. The answer names each day whose hours change, and the coming lessons outside the new hours, which "
        "stand.",
        request=shapes.ApplyIn,
        parameters=[MONDAY, IF_MATCH],
        responses={200: shapes.AppliedWeek, **answers(400, 401, 403, 404, 412, 428, 503)},
        examples=[
            OpenApiExample(
                "A preview",
                value={"version": VERSION, "from": "2026-12-28", "to": "2027-06-30", "dry_run": True},
                request_only=True,
            ),
            OpenApiExample(
                "What changes",
                value={"changes": [CHANGE], "uncovered_lessons": [LESSON]},
                response_only=True,
                status_codes=["200"],
            ),
        ],
    )
    @require_permission(PermissionName.MANAGE_AVAILABILITY)
    def post(self, request: PersonRequest, monday: date) -> Response:
        """Apply one of one's own weeks."""
        asked = read(shapes.ApplyIn, request.data)
        applied = weeks.apply(
            instructor_id=request.user.pk,
            monday=monday,
            first=asked["from"],
            last=asked["to"],
            versions=versions_of(request, asked.get("version")),
            dry_run=asked["dry_run"],
            now=clock.now(),
        )
        return Response(shapes.AppliedWeek(applied).data)
