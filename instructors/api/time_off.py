"""When one does not teach."""

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import status
from rest_framework.response import Response

from accounts.permissions import PermissionName
from instainstru.core import clock
from instainstru.core.api import Operation, PersonRequest, answers, paged, read
from instainstru.core.permissions import require_permission
from instainstru.core.time import Span
from instructors.serializers import hours as hours_shapes
from instructors.serializers import time_off as shapes
from instructors.services import time_off

TIME_OFF = {
    "id": 3,
    "starts_at": "2026-12-24T00:00:00-05:00",
    "ends_at": "2026-12-27T00:00:00-05:00",
    "reason": "Holidays",
}


class TimeOffs(Operation):
    """When one does not teach."""

    @extend_schema(
        summary="List my time off",
        description="Time off that is not over, by its beginning.",
        responses={200: shapes.TimeOffShape(many=True), **answers(401, 403, 404)},
        examples=[OpenApiExample("Holidays", value=TIME_OFF, response_only=True, status_codes=["200"])],
    )
    @require_permission(PermissionName.MANAGE_AVAILABILITY)
    def get(self, request: PersonRequest) -> Response:
        """A page of one's own."""
        found = time_off.coming(instructor_id=request.user.pk, now=clock.now())
        return paged(self, found, shapes.TimeOffShape)

    @extend_schema(
        summary="Take time off",
        description="Takes a span of any length out of free time. Booked lessons in it stand, and are named.",
        request=shapes.TimeOffIn,
        responses={201: shapes.AddedTimeOff, **answers(400, 401, 403, 503)},
        examples=[
            OpenApiExample(
                "Holidays",
                value={name: TIME_OFF[name] for name in ("starts_at", "ends_at", "reason")},
                request_only=True,
            ),
            OpenApiExample("Taken", value={**TIME_OFF, "lessons": []}, response_only=True, status_codes=["201"]),
        ],
    )
    @require_permission(PermissionName.MANAGE_AVAILABILITY)
    def post(self, request: PersonRequest) -> Response:
        """Add a span."""
        asked = read(shapes.TimeOffIn, request.data)
        added = time_off.add(
            instructor_id=request.user.pk,
            span=Span(asked["starts_at"], asked["ends_at"]),
            reason=asked["reason"],
            now=clock.now(),
        )
        answer = {
            **shapes.TimeOffShape(added.time_off).data,
            "lessons": hours_shapes.LessonLabel(added.met, many=True).data,
        }
        return Response(answer, status=status.HTTP_201_CREATED)


class OneTimeOff(Operation):
    """One span of it."""

    @extend_schema(
        summary="Give time off back",
        description="Removes a span of one's own; the time is free again where hours and lessons leave it.",
        responses={204: None, **answers(401, 403, 404, 503)},
    )
    @require_permission(PermissionName.MANAGE_AVAILABILITY)
    def delete(self, request: PersonRequest, id: int) -> Response:  # noqa: A002  # as the address calls it
        """Remove a span."""
        time_off.remove(instructor_id=request.user.pk, time_off_id=id)
        return Response(status=status.HTTP_204_NO_CONTENT)
