"""Shapes of the API about lessons."""

import re
from datetime import date
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from bookings.models import Booking
from instainstru.core import policy
from instainstru.core.api import ClockTime, NewYorkTime, StrictSerializer, TextField
from instainstru.core.money import Step, refund_ladder
from instainstru.core.policy import Place

LARGEST_ID = 2**63 - 1


class BookingIn(StrictSerializer):
    """A lesson as it is asked for. Prices are never asked: they come from the service."""

    service = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    booking_date = serializers.DateField()
    start_time = ClockTime()
    duration_minutes = serializers.IntegerField(
        min_value=policy.SHORTEST_LESSON_MINUTES, max_value=policy.LONGEST_LESSON_MINUTES
    )
    place = serializers.ChoiceField(choices=Place.choices)
    neighborhood = TextField(required=False, max_length=80)
    address = TextField(required=False, max_length=200)
    notes = TextField(required=False, allow_blank=True, max_length=policy.NOTES_LENGTH, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask for the student's place when the lesson is there, and only then."""
        at_student = attrs["place"] == Place.STUDENT
        wrong = {}
        for name in ("neighborhood", "address"):
            if at_student and not attrs.get(name):
                wrong[name] = ["Needed for a lesson at the student's place."]
            elif not at_student and name in attrs:
                wrong[name] = ["Goes with lessons at the student's place only."]
        if wrong:
            raise serializers.ValidationError(wrong)
        if attrs["booking_date"].year > 2100:
            raise serializers.ValidationError({"booking_date": ["Lessons can be booked up to 90 days ahead."]})
        return attrs


class CancelIn(StrictSerializer):
    """Nothing needs to be said to cancel."""


class CompleteIn(StrictSerializer):
    """Nothing needs to be said to mark a lesson as taught."""


class TaughtQuery(StrictSerializer):
    """Which of the lessons taught are meant."""

    when = serializers.ChoiceField(choices=("all", "upcoming", "past"), default="all")


MONTH = re.compile(r"\d{4}-\d{2}", re.ASCII)


@extend_schema_field({"type": "string", "pattern": r"^\d{4}-\d{2}$", "example": "2026-12"})
class Month(serializers.DateField):
    """A month of New York's calendar, by its first day; YYYY-MM."""

    def __init__(self, **kwargs: Any) -> None:
        """Both ways alike."""
        super().__init__(format="%Y-%m", input_formats=["%Y-%m"], **kwargs)

    def to_internal_value(self, value: Any) -> Any:
        """A month of two digits."""
        if not MONTH.fullmatch(str(value)):
            self.fail("invalid", format="YYYY-MM")
        return super().to_internal_value(value)


class MonthQuery(StrictSerializer):
    """The month that is asked for."""

    month = Month(required=False, error_messages={"invalid": "Write the month as YYYY-MM, such as 2026-12."})

    def validate_month(self, month: date) -> date:
        """Keep it within what a calendar can count."""
        if not 2000 <= month.year <= 2100:
            raise serializers.ValidationError("There is no such month.")
        return month


class BookedService(serializers.Serializer[Booking]):
    """The service as it was booked."""

    id = serializers.IntegerField(source="service_id")
    subject = serializers.CharField(source="service.subject.slug")
    name = serializers.CharField(source="service_name")


class BookedInstructor(serializers.Serializer[Booking]):
    """Who teaches."""

    slug = serializers.CharField(source="instructor.slug")
    name = serializers.CharField(source="instructor.user.public_name")


class LadderStep(serializers.Serializer[Step]):
    """What the student gets back for cancelling by an instant. The first two include it, the last does not."""

    until = NewYorkTime()
    refund_cents = serializers.IntegerField()
    credit_cents = serializers.IntegerField()


class BookingShape(serializers.ModelSerializer[Booking]):
    """A lesson as its two people see it. Amounts are cents; `cancelled_at` and what was given back are null before."""

    service = BookedService(source="*")
    instructor = BookedInstructor(source="*")
    student = serializers.CharField(source="student.public_name")
    start_time = ClockTime()
    end_time = ClockTime()
    starts_at = NewYorkTime(source="span.start")
    ends_at = NewYorkTime(source="span.end")
    neighborhood = serializers.CharField(source="neighborhood.slug", allow_null=True, default=None)
    address = serializers.SerializerMethodField()
    total_cents = serializers.IntegerField()
    refund_ladder = serializers.SerializerMethodField()
    cancelled_at = NewYorkTime(allow_null=True)

    class Meta:
        model = Booking
        fields: tuple[str, ...] = (
            "reference",
            "status",
            "service",
            "instructor",
            "student",
            "booking_date",
            "start_time",
            "end_time",
            "time_zone",
            "starts_at",
            "ends_at",
            "duration_minutes",
            "place",
            "neighborhood",
            "address",
            "notes",
            "price_cents",
            "fee_cents",
            "total_cents",
            "refund_ladder",
            "refund_cents",
            "credit_cents",
            "cancelled_at",
        )

    def get_address(self, booking: Booking) -> str:
        """The door: for the student always, for the instructor of a standing lesson only."""
        viewer = self.context["viewer"]
        return booking.address if booking.shows_address_to(viewer) else ""

    @extend_schema_field(LadderStep(many=True))
    def get_refund_ladder(self, booking: Booking) -> list[dict[str, Any]]:
        """Three steps, ascending."""
        steps = refund_ladder(
            price_cents=booking.price_cents, fee_cents=booking.fee_cents, starts_at=booking.span.start
        )
        return [dict(LadderStep(step).data) for step in steps]


class TaughtShape(BookingShape):
    """The same as its instructor sees it: with the commission, fixed at completion and null before."""

    completed_at = NewYorkTime(allow_null=True)
    net_cents = serializers.IntegerField(allow_null=True)

    class Meta(BookingShape.Meta):
        fields = (*BookingShape.Meta.fields, "completed_at", "commission_percent", "commission_cents", "net_cents")


class MyLessonShape(TaughtShape):
    """The same with what the instructor keeps for themselves: shown to nobody else."""

    class Meta(TaughtShape.Meta):
        fields = (*TaughtShape.Meta.fields, "private_note")


class EarnedLesson(serializers.ModelSerializer[Booking]):
    """A completed lesson and what it earned."""

    service = serializers.CharField(source="service_name")
    student = serializers.CharField(source="student.public_name")
    starts_at = NewYorkTime(source="span.start")
    ends_at = NewYorkTime(source="span.end")
    commission_percent = serializers.IntegerField()
    commission_cents = serializers.IntegerField()
    net_cents = serializers.IntegerField()

    class Meta:
        model = Booking
        fields: tuple[str, ...] = (
            "reference",
            "service",
            "student",
            "starts_at",
            "ends_at",
            "price_cents",
            "commission_percent",
            "commission_cents",
            "net_cents",
        )


class LateCancelled(EarnedLesson):
    """A lesson that was cancelled late, and what that pays."""

    paid_cents = serializers.IntegerField(source="instructor_cents")

    class Meta(EarnedLesson.Meta):
        fields = ("reference", "service", "student", "starts_at", "ends_at", "paid_cents")


class NextTierShape(serializers.Serializer[Any]):
    """A lower commission, and how many completed lessons more it takes."""

    percent = serializers.IntegerField()
    lessons_missing = serializers.IntegerField()


class TierShape(serializers.Serializer[Any]):
    """The commission of a lesson that ended now. `next` is null at the lowest, and for founding instructors."""

    percent = serializers.IntegerField()
    completed_in_30_days = serializers.IntegerField(source="completed")
    next = NextTierShape(allow_null=True)
    founding = serializers.BooleanField()


class EarningsShape(serializers.Serializer[Any]):
    """A month: lessons that ended in it and are completed, what late cancelling paid, and the commission now."""

    month = Month(source="first")
    lessons = EarnedLesson(many=True)
    late_cancelled = LateCancelled(many=True)
    price_cents = serializers.IntegerField()
    commission_cents = serializers.IntegerField()
    net_cents = serializers.IntegerField()
    late_cancelled_cents = serializers.IntegerField()
    earned_cents = serializers.IntegerField()
    tier = serializers.SerializerMethodField()

    @extend_schema_field(TierShape)
    def get_tier(self, month: Any) -> dict[str, Any]:
        """As it stands now, whatever the month."""
        return dict(TierShape(self.context["tier"]).data)
