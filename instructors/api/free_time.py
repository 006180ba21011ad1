"""When a lesson can be booked."""

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from instainstru.core import clock
from instainstru.core.api import Operation, answers, read
from instainstru.core.policy import Place
from instainstru.core.time import NEW_YORK
from instructors.serializers import free_time as shapes
from instructors.services import free_time, profiles


class FreeTimes(Operation):
    """When a lesson can be booked."""

    @extend_schema(
        summary="List free times",
        description="Every start that a booking made now would be granted: hours, time off, lessons with their "
        "padding, notice and horizon are all counted.",
        parameters=[
            OpenApiParameter("from", str, description="First date, YYYY-MM-DD; today if left out."),
            OpenApiParameter("days", int, description="How many days, 1 to 31; 7 if left out."),
            OpenApiParameter("minutes", int, description="Length of the lesson; 60 if left out."),
            OpenApiParameter("place", str, required=True, enum=Place.values),
        ],
        responses={200: shapes.FreeTimes, **answers(400, 404)},
        auth=[],
        examples=[
            OpenApiExample(
                "An afternoon",
                value={"times": ["2026-12-01T14:00:00-05:00", "2026-12-01T14:15:00-05:00"]},
                response_only=True,
                status_codes=["200"],
            )
        ],
    )
    def get(self, request: Request, slug: str) -> Response:
        """Starts on the days asked for."""
        instructor = profiles.public(slug=slug)
        asked = read(shapes.FreeTimesQuery, request.query_params, query=True)
        now = clock.now()
        times = free_time.offered_on_days(
            instructor=instructor,
            place=Place(asked["place"]),
            minutes=asked["minutes"],
            first=asked.get("from") or now.astimezone(NEW_YORK).date(),
            days=asked["days"],
            now=now,
        )
        return Response(shapes.FreeTimes({"times": times}).data)
