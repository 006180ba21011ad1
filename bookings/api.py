"""The API about lessons."""

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.response import Response

from accounts.permissions import PermissionName
from bookings import serializers
from bookings.models import Booking
from bookings.services import booking as booking_service
from bookings.services import cancelling, completing, earnings, lessons, teaching
from bookings.services.booking import Where
from bookings.services.teaching import When
from instainstru.core import clock
from instainstru.core.api import Operation, PersonRequest, answers, paged, read
from instainstru.core.permissions import require_permission
from instainstru.core.policy import Place
from instainstru.core.time import LocalStart

ASKED = {
    "service": 1,
    "booking_date": "2026-12-01",
    "start_time": "17:30",
    "duration_minutes": 60,
    "place": "online",
    "notes": "I can read notes already.",
}
BOOKED = {
    "reference": "LS-4KQ7M-X2RTD",
    "status": "CONFIRMED",
    "service": {"id": 1, "subject": "piano", "name": "Piano"},
    "instructor": {"slug": "ana-r", "name": "Ana R."},
    "student": "Sam S.",
    "booking_date": "2026-12-01",
    "start_time": "17:30",
    "end_time": "18:30",
    "time_zone": "America/New_York",
    "starts_at": "2026-12-01T17:30:00-05:00",
    "ends_at": "2026-12-01T18:30:00-05:00",
    "duration_minutes": 60,
    "place": "online",
    "neighborhood": None,
    "address": "",
    "notes": "I can read notes already.",
    "price_cents": 7000,
    "fee_cents": 840,
    "total_cents": 7840,
    "refund_ladder": [
        {"until": "2026-11-30T17:30:00-05:00", "refund_cents": 7840, "credit_cents": 0},
        {"until": "2026-12-01T05:30:00-05:00", "refund_cents": 0, "credit_cents": 7000},
        {"until": "2026-12-01T17:30:00-05:00", "refund_cents": 0, "credit_cents": 3500},
    ],
    "refund_cents": None,
    "credit_cents": None,
    "cancelled_at": None,
}
CANCELLED = {
    **BOOKED,
    "status": "CANCELLED",
    "refund_cents": 7840,
    "credit_cents": 0,
    "cancelled_at": "2026-11-28T09:00:00-05:00",
}
TAUGHT = {
    **BOOKED,
    "status": "COMPLETED",
    "completed_at": "2026-12-01T18:35:00-05:00",
    "commission_percent": 15,
    "commission_cents": 1050,
    "net_cents": 5950,
}
EARNED = {
    "month": "2026-12",
    "lessons": [
        {
            "reference": "LS-4KQ7M-X2RTD",
            "service": "Piano",
            "student": "Sam S.",
            "starts_at": "2026-12-01T17:30:00-05:00",
            "ends_at": "2026-12-01T18:30:00-05:00",
            "price_cents": 7000,
            "commission_percent": 15,
            "commission_cents": 1050,
            "net_cents": 5950,
        }
    ],
    "late_cancelled": [
        {
            "reference": "LS-7PWHD-9KM2T",
            "service": "Piano",
            "student": "Noor S.",
            "starts_at": "2026-12-03T17:30:00-05:00",
            "ends_at": "2026-12-03T18:30:00-05:00",
            "paid_cents": 2975,
        }
    ],
    "price_cents": 7000,
    "commission_cents": 1050,
    "net_cents": 5950,
    "late_cancelled_cents": 2975,
    "earned_cents": 8925,
    "tier": {
        "percent": 15,
        "completed_in_30_days": 1,
        "next": {"percent": 12, "lessons_missing": 4},
        "founding": False,
    },
}


def _shown(booking: Booking, request: PersonRequest) -> serializers.BookingShape:
    return serializers.BookingShape(booking, context={"viewer": request.user.pk})


class Bookings(Operation):
    """One's lessons."""

    @extend_schema(
        summary="List my lessons",
        description="Lessons taken and taught, the latest first.",
        responses={200: serializers.BookingShape(many=True), **answers(401, 403, 404)},
        examples=[OpenApiExample("Piano", value=BOOKED, response_only=True, status_codes=["200"])],
    )
    @require_permission(PermissionName.VIEW_OWN_BOOKINGS)
    def get(self, request: PersonRequest) -> Response:
        """A page of one's own."""
        return paged(
            self, lessons.own(person=request.user), serializers.BookingShape, context={"viewer": request.user.pk}
        )

    @extend_schema(
        summary="Book a lesson",
        description="Books at once: no request, no approval. Times are New York's clock; `neighborhood` and `address` "
        "go with `student_place` only. A time just taken is answered with the nearest that are free.",
        request=serializers.BookingIn,
        responses={201: serializers.BookingShape, **answers(400, 401, 403, 409, 503)},
        examples=[
            OpenApiExample("Piano, online", value=ASKED, request_only=True),
            OpenApiExample(
                "Piano, at home",
                value={**ASKED, "place": "student_place", "neighborhood": "park-slope", "address": "1 Main Street"},
                request_only=True,
            ),
            OpenApiExample("Booked", value=BOOKED, response_only=True, status_codes=["201"]),
        ],
    )
    @require_permission(PermissionName.CREATE_BOOKINGS)
    def post(self, request: PersonRequest) -> Response:
        """Book one lesson."""
        asked = read(serializers.BookingIn, request.data)
        where = Where(asked["neighborhood"], asked["address"]) if "address" in asked else None
        booking = booking_service.book_lesson(
            student=request.user,
            service_id=asked["service"],
            starts=LocalStart(asked["booking_date"], asked["start_time"]),
            minutes=asked["duration_minutes"],
            place=Place(asked["place"]),
            where=where,
            notes=asked["notes"],
            now=clock.now(),
        )
        return Response(_shown(booking, request).data, status=status.HTTP_201_CREATED)


class OneBooking(Operation):
    """One lesson."""

    @extend_schema(
        summary="Read a lesson",
        description="A lesson that one takes or teaches.",
        responses={200: serializers.BookingShape, **answers(401, 403, 404)},
        examples=[OpenApiExample("Piano", value=BOOKED, response_only=True, status_codes=["200"])],
    )
    @require_permission(*lessons.SEE)
    def get(self, request: PersonRequest, reference: str) -> Response:
        """A lesson by its reference."""
        return Response(_shown(lessons.seen(reference=reference, viewer=request.user), request).data)


class Cancelling(Operation):
    """Calling a lesson off."""

    @extend_schema(
        summary="Cancel a lesson",
        description="For its student and its instructor, until it starts. The refund ladder says who gets what.",
        request=serializers.CancelIn,
        responses={200: serializers.BookingShape, **answers(400, 401, 403, 404, 409, 503)},
        examples=[
            OpenApiExample("Nothing to say", value={}, request_only=True),
            OpenApiExample("Cancelled", value=CANCELLED, response_only=True, status_codes=["200"]),
        ],
    )
    @require_permission(*lessons.SEE)
    def post(self, request: PersonRequest, reference: str) -> Response:
        """Cancel it."""
        read(serializers.CancelIn, request.data)
        seen = lessons.seen(reference=reference, viewer=request.user)
        lessons.may_cancel(booking=seen, viewer=request.user)
        booking = cancelling.cancel_lesson(reference=reference, by=request.user, now=clock.now())
        return Response(_shown(booking, request).data)


class Completing(Operation):
    """Saying that a lesson was taught."""

    @extend_schema(
        summary="Mark a lesson as taught",
        description="For its instructor, from its end on; some minutes later it completes by itself. The commission is "
        "fixed here: by the lessons completed in the 30 days before this one's end.",
        request=serializers.CompleteIn,
        responses={200: serializers.TaughtShape, **answers(400, 401, 403, 404, 409, 503)},
        examples=[
            OpenApiExample("Nothing to say", value={}, request_only=True),
            OpenApiExample("Taught", value=TAUGHT, response_only=True, status_codes=["200"]),
        ],
    )
    @require_permission(*lessons.SEE)
    def post(self, request: PersonRequest, reference: str) -> Response:
        """Complete it."""
        read(serializers.CompleteIn, request.data)
        lessons.seen(reference=reference, viewer=request.user)
        booking = completing.complete_lesson(reference=reference, by=request.user, now=clock.now())
        return Response(serializers.TaughtShape(booking, context={"viewer": request.user.pk}).data)


class MyLessons(Operation):
    """The lessons that one teaches."""

    @extend_schema(
        summary="List the lessons I teach",
        description="Those to come with the next first, else the latest first. The student's address is there while "
        "the lesson stands; `private_note` is one's own.",
        parameters=[
            OpenApiParameter("when", str, enum=list(When), description="upcoming, past (cancelled ones too), or all.")
        ],
        responses={200: serializers.MyLessonShape(many=True), **answers(400, 401, 403, 404)},
        examples=[
            OpenApiExample(
                "Piano", value={**TAUGHT, "private_note": "Scales."}, response_only=True, status_codes=["200"]
            )
        ],
    )
    @require_permission(PermissionName.VIEW_INCOMING_BOOKINGS)
    def get(self, request: PersonRequest) -> Response:
        """A page of one's own."""
        asked = read(serializers.TaughtQuery, request.query_params, query=True)
        found = teaching.taught(person=request.user, when=When(asked["when"]), now=clock.now())
        return paged(self, found, serializers.MyLessonShape, context={"viewer": request.user.pk})


class Earnings(Operation):
    """What one earned."""

    @extend_schema(
        summary="Read my earnings",
        description="A month of New York's calendar, lessons by their end, and the commission as it stands now. "
        "No card is charged yet: these are the amounts that are due.",
        parameters=[OpenApiParameter("month", str, description="YYYY-MM; this month if left out.")],
        responses={200: serializers.EarningsShape, **answers(400, 401, 403, 404)},
        examples=[OpenApiExample("December", value=EARNED, response_only=True, status_codes=["200"])],
    )
    @require_permission(PermissionName.VIEW_OWN_INSTRUCTOR_ANALYTICS)
    def get(self, request: PersonRequest) -> Response:
        """One month."""
        asked, now = read(serializers.MonthQuery, request.query_params, query=True), clock.now()
        month = earnings.in_month(instructor_id=request.user.pk, first=asked.get("month") or earnings.month_of(now=now))
        tier = earnings.tier(instructor_id=request.user.pk, now=now)
        return Response(serializers.EarningsShape(month, context={"tier": tier}).data)
