"""The week that repeats."""

from django.utils.http import parse_etags
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import PermissionName
from instainstru.core import clock
from instainstru.core.api import Operation, PersonRequest, answers, read
from instainstru.core.errors import VersionRequired
from instainstru.core.permissions import require_permission
from instructors.serializers import hours as shapes
from instructors.services import hours
from instructors.services.hours import Pattern

WEEK = {
    "version": "5f2a9c0d1e7b4a36",
    "days": [{"weekday": 0, "hours": [["09:00", "12:00"], ["14:00", "00:00"]]}]
    + [{"weekday": weekday, "hours": []} for weekday in range(1, 7)],
}
IF_MATCH = OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, description="The quoted version.")


def versions_of(request: Request, body_version: str | None) -> list[str]:
    """The versions that a save states: in If-Match, quoted, or in the body. Raises VersionRequired for none."""
    stated = parse_etags(request.headers.get("If-Match", ""))
    if stated and stated != ["*"]:  # any version is no version
        return [etag[1:-1] for etag in stated if etag.startswith('"')]
    if not body_version:
        raise VersionRequired
    return [body_version]


def week_of(pattern: Pattern) -> dict[str, object]:
    """The pattern as the API shows it."""
    return {
        "version": pattern.version,
        "days": [{"weekday": weekday, "hours": day} for weekday, day in enumerate(pattern.days)],
    }


class WeeklyHours(Operation):
    """The week that repeats."""

    @extend_schema(
        summary="Read my weekly hours",
        description="The repeating week and its version, also as ETag.",
        responses={200: shapes.Week, **answers(401, 403)},
        examples=[OpenApiExample("A Monday", value=WEEK, response_only=True, status_codes=["200"])],
    )
    @require_permission(PermissionName.MANAGE_AVAILABILITY)
    def get(self, request: PersonRequest) -> Response:
        """One's own pattern."""
        pattern = hours.read(instructor_id=request.user.pk)
        return Response(shapes.Week(week_of(pattern)).data, headers={"ETag": f'"{pattern.version}"'})

    @extend_schema(
        summary="Save my weekly hours",
        description="Puts seven days in place of those of the version read; a weekday not named has no hours. Booked "
        "lessons stand, and those no longer covered are named. The version goes as If-Match (quoted) or in the body.",
        request=shapes.WeekIn,
        parameters=[IF_MATCH],
        responses={200: shapes.SavedWeek, **answers(400, 401, 403, 412, 428, 503)},
        examples=[
            OpenApiExample("A Monday", value=WEEK, request_only=True),
            OpenApiExample("Saved", value={**WEEK, "uncovered_lessons": []}, response_only=True, status_codes=["200"]),
        ],
    )
    @require_permission(PermissionName.MANAGE_AVAILABILITY)
    def put(self, request: PersonRequest) -> Response:
        """Save one's own pattern."""
        asked = read(shapes.WeekIn, request.data)
        days: list[list[tuple[int, int]]] = [[] for _ in range(7)]
        for day in asked["days"]:
            days[day["weekday"]] = day["hours"]
        saved = hours.save(
            instructor_id=request.user.pk,
            days=days,
            versions=versions_of(request, asked.get("version")),
            now=clock.now(),
        )
        answer = shapes.SavedWeek({**week_of(saved.pattern), "uncovered_lessons": saved.uncovered})
        return Response(answer.data, headers={"ETag": f'"{saved.pattern.version}"'})
