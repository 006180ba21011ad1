"""A booked lesson."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.lookups import Exact
from guardian.models import UserObjectPermissionBase

from instainstru.core import policy
from instainstru.core.models import PERSONAL, audited
from instainstru.core.policy import Place
from instainstru.core.time import Span
from instructors.models import CalendarEntry, InstructorProfile, Neighborhood, Service
from instructors.models.calendar import proper_span


class Status(models.TextChoices):
    """Where a lesson stands. PENDING is kept for payments and counts everywhere as CONFIRMED does."""

    PENDING = "PENDING", "Pending"
    CONFIRMED = "CONFIRMED", "Confirmed"
    COMPLETED = "COMPLETED", "Completed"
    CANCELLED = "CANCELLED", "Cancelled"
    NO_SHOW = "NO_SHOW", "No-show"


class Side(models.TextChoices):
    """The two people of a lesson."""

    STUDENT = "student", "the student"
    INSTRUCTOR = "instructor", "the instructor"


# Every legal move. Whatever changes a status asks `may_become`.
MOVES: dict[Status, frozenset[Status]] = {
    Status.PENDING: frozenset({Status.CONFIRMED, Status.CANCELLED, Status.COMPLETED, Status.NO_SHOW}),
    Status.CONFIRMED: frozenset({Status.COMPLETED, Status.CANCELLED, Status.NO_SHOW}),
    Status.COMPLETED: frozenset({Status.NO_SHOW}),
    Status.CANCELLED: frozenset(),
    Status.NO_SHOW: frozenset(),
}
STANDING = (Status.PENDING, Status.CONFIRMED)


class BookingQuerySet(models.QuerySet["Booking"]):
    """Words for sets of bookings."""

    def of(self, person_id: int) -> "BookingQuerySet":
        """Those a person takes or teaches, by their ties."""
        return self.filter(pk__in=BookingTie.objects.filter(user_id=person_id).values("content_object"))

    def taken_by(self, person_id: int) -> "BookingQuerySet":
        """Those a person takes, by their ties."""
        return self._tied(person_id, "take_lesson")

    def taught_by(self, person_id: int) -> "BookingQuerySet":
        """Those a person teaches, by their ties."""
        return self._tied(person_id, "teach_lesson")

    def _tied(self, person_id: int, name: str) -> "BookingQuerySet":
        ties = BookingTie.objects.filter(user_id=person_id, permission__codename=name)
        return self.filter(pk__in=ties.values("content_object"))

    def told(self) -> "BookingQuerySet":
        """With all that a page or answer says of a lesson read along."""
        return self.select_related("student", "instructor__user", "service__subject", "neighborhood")


@audited(
    exclude=("private_note",),  # what is private is not told to those who read the history
    told_on={"bookings.Booking": "pgh_obj"},
    whose="student",
    guarded=dict.fromkeys(("commission_percent", "commission_cents", "instructor_cents"), "view_financials"),
)
class Booking(models.Model):
    """One lesson: what was agreed, at which price, and where it stands.

    `lesson` is the truth, in UTC; date, times and zone are its wall-clock picture.
    """

    TIES: ClassVar[dict[str, str]] = {
        "view_booking_details": "bookings.take_lesson",
        "cancel_own_bookings": "bookings.take_lesson",
        "reschedule_own_bookings": "bookings.take_lesson",
        "view_incoming_bookings": "bookings.teach_lesson",
        "cancel_student_bookings": "bookings.teach_lesson",
        "complete_bookings": "bookings.teach_lesson",
    }

    reference = models.CharField(max_length=20, unique=True, editable=False)
    student = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="lessons_taken")
    instructor = models.ForeignKey(InstructorProfile, on_delete=models.PROTECT, related_name="lessons_taught")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="bookings")
    entry = models.OneToOneField(
        CalendarEntry, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.CONFIRMED)

    lesson = DateTimeRangeField()
    booking_date = models.DateField()
    start_time = models.TimeField()
    end_time = models.TimeField()
    time_zone = models.CharField(max_length=40)
    duration_minutes = models.PositiveSmallIntegerField()

    place = models.CharField(max_length=20, choices=Place.choices)
    neighborhood = models.ForeignKey(Neighborhood, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    address = models.CharField(max_length=200, blank=True, db_comment=PERSONAL)
    notes = models.TextField(max_length=policy.NOTES_LENGTH, blank=True, db_comment=PERSONAL)

    service_name = models.CharField(max_length=60)
    hourly_cents = models.PositiveIntegerField()
    price_cents = models.PositiveIntegerField()
    fee_cents = models.PositiveIntegerField()

    created_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    refund_cents = models.PositiveIntegerField(null=True, blank=True)
    credit_cents = models.PositiveIntegerField(null=True, blank=True)
    instructor_cents = models.PositiveIntegerField(null=True, blank=True, help_text="What a late cancelling pays them.")
    completed_at = models.DateTimeField(null=True, blank=True)
    commission_percent = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Fixed at completion.")
    commission_cents = models.PositiveIntegerField(null=True, blank=True, help_text="Fixed at completion.")
    private_note = models.TextField(
        max_length=policy.PRIVATE_NOTE_LENGTH, blank=True, help_text="The instructor's own; nobody else sees it."
    )

    objects = BookingQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        permissions = (("take_lesson", "Takes this lesson"), ("teach_lesson", "Teaches this lesson"))
        ordering = ("lesson",)
        indexes = (
            # What reminders and completing look through: of all lessons the few that stand, by their start.
            models.Index(
                Func(F("lesson"), function="lower"), name="booking_standing", condition=Q(status__in=STANDING)
            ),
        )
        constraints = (
            ExclusionConstraint(
                name="student_once",
                expressions=[("student", RangeOperators.EQUAL), ("lesson", RangeOperators.OVERLAPS)],
                condition=~Q(status=Status.CANCELLED),
            ),
            models.CheckConstraint(
                name="booking_known_words", condition=Q(status__in=Status.values, place__in=Place.values)
            ),
            models.CheckConstraint(name="booking_proper_span", condition=proper_span("lesson")),
            models.CheckConstraint(
                name="booking_length",
                condition=Q(duration_minutes__in=policy.LENGTHS)
                & Q(
                    Exact(
                        Func(F("lesson"), function="upper", output_field=models.DateTimeField()),
                        Func(F("lesson"), function="lower", output_field=models.DateTimeField())
                        + Func(
                            F("duration_minutes"),
                            template="make_interval(mins => %(expressions)s)",
                            output_field=models.DurationField(),
                        ),
                    )
                ),
            ),
            models.CheckConstraint(name="booking_not_with_oneself", condition=~Q(student=F("instructor"))),
            models.CheckConstraint(
                name="booking_address_only_at_the_student",
                condition=Q(place=Place.STUDENT, neighborhood__isnull=False) & ~Q(address="")
                | ~Q(place=Place.STUDENT) & Q(neighborhood=None, address=""),
            ),
            models.CheckConstraint(
                name="booking_cancelled_says_all",
                condition=Q(
                    status=Status.CANCELLED,
                    entry=None,
                    cancelled_at__isnull=False,
                    refund_cents__isnull=False,
                    credit_cents__isnull=False,
                    instructor_cents__isnull=False,
                )
                | ~Q(status=Status.CANCELLED) & Q(entry__isnull=False, cancelled_at=None, refund_cents=None),
            ),
            models.CheckConstraint(
                name="booking_completed_says_all",
                condition=Q(
                    completed_at__isnull=False,
                    commission_percent__isnull=False,
                    commission_cents__isnull=False,
                    commission_percent__lte=100,
                    commission_cents__lte=F("price_cents"),
                    status__in=(Status.COMPLETED, Status.NO_SHOW),
                )
                | ~Q(status=Status.COMPLETED) & Q(completed_at=None, commission_percent=None, commission_cents=None),
            ),
        )

    def __str__(self) -> str:
        return self.reference

    @property
    def span(self) -> Span:
        """The lesson in UTC."""
        return Span.of(self.lesson)

    @property
    def total_cents(self) -> int:
        """What the student owes: lesson and protection fee."""
        return self.price_cents + self.fee_cents

    @property
    def net_cents(self) -> int | None:
        """What the instructor gets of the price once it is completed; None before."""
        return None if self.commission_cents is None else self.price_cents - self.commission_cents

    @property
    def earned_cents(self) -> int | None:
        """What the instructor has earned by it, late cancelling included; None while that is open."""
        earned = {Status.COMPLETED: self.net_cents, Status.CANCELLED: self.instructor_cents}
        return earned.get(Status(self.status))

    def shows_address_to(self, person_id: int) -> bool:
        """Whether a person sees the door: the student does, the instructor only while the lesson stands."""
        return person_id == self.student_id or (person_id == self.instructor_id and self.status in STANDING)

    def may_become(self, status: Status) -> bool:
        """Whether the table of moves allows it."""
        return status in MOVES[Status(self.status)]


class CalendarFeed(models.Model):
    """A person's private calendar address. Its secret is worked out from `number`, so the table alone opens nothing."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="calendar_feed"
    )
    number = models.UUIDField(unique=True, default=uuid.uuid4)
    created_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"calendar of {self.person_id}"


class BookingTie(UserObjectPermissionBase):
    """Who takes and who teaches a lesson."""

    content_object = models.ForeignKey(Booking, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        default_permissions = ()
