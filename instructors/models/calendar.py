"""The instructor's time: what is open (hours), what takes it (entries), what is left (free spans)."""

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now

from instainstru.core import policy
from instainstru.core.models import audited
from instainstru.core.time import DAY_MINUTES, Span, clock_of
from instructors.models.profiles import InstructorProfile


def proper_span(column: str) -> Q:
    """The condition that a range is a real span: not empty (an empty one overlaps nothing), bounds given and finite."""
    finite = [
        Q(Func(Func(F(column), function=edge), function="isfinite", output_field=models.BooleanField()))
        for edge in ("lower", "upper")
    ]
    bounds = Q(**{f"{column}__lower_inc": True, f"{column}__upper_inc": False})
    given = Q(**{f"{column}__lower_inf": False, f"{column}__upper_inf": False, f"{column}__isempty": False})
    return given & bounds & finite[0] & finite[1]


class Minutes(Func):
    """Two columns of minutes as a half-open int4range."""

    function = "int4range"


_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@audited(
    told_on={"instructors.InstructorProfile": "instructor"},
    reads={"weekday": _WEEKDAYS.__getitem__, "opens": clock_of, "closes": clock_of},
    by_statement=True,
)
class WeeklyHours(models.Model):
    """One stretch of a weekday, week after week, in minutes of the local day: 540 is 09:00, 1440 is midnight."""

    instructor = models.ForeignKey(InstructorProfile, on_delete=models.CASCADE, related_name="weekly_hours")
    weekday = models.PositiveSmallIntegerField(help_text="0 is Monday.")
    opens = models.PositiveSmallIntegerField()
    closes = models.PositiveSmallIntegerField()

    class Meta:
        default_permissions = ()
        ordering = ("weekday", "opens")
        verbose_name_plural = "weekly hours"
        constraints = (
            models.CheckConstraint(name="weekly_hours_weekday", condition=Q(weekday__range=(0, 6))),
            models.CheckConstraint(
                name="weekly_hours_in_the_day", condition=Q(opens__lt=F("closes"), closes__lte=DAY_MINUTES)
            ),
            models.CheckConstraint(
                name="weekly_hours_on_the_step",
                condition=Q(opens=F("opens") / policy.STEP_MINUTES * policy.STEP_MINUTES)
                & Q(closes=F("closes") / policy.STEP_MINUTES * policy.STEP_MINUTES),
            ),
            ExclusionConstraint(
                name="weekly_hours_once",
                expressions=[
                    ("instructor", RangeOperators.EQUAL),
                    ("weekday", RangeOperators.EQUAL),
                    (Minutes("opens", "closes"), RangeOperators.OVERLAPS),
                ],
            ),
        )

    def __str__(self) -> str:
        return f"{self.weekday}: {self.opens}-{self.closes}"


@audited(
    told_on={"instructors.InstructorProfile": "instructor"},
    reads={"opens": clock_of, "closes": clock_of},
    by_statement=True,
)
class DatedHours(models.Model):
    """One stretch of a single day, in place of the repeating hours. A row without times is a day off."""

    instructor = models.ForeignKey(InstructorProfile, on_delete=models.CASCADE, related_name="dated_hours")
    day = models.DateField()
    opens = models.PositiveSmallIntegerField(null=True)
    closes = models.PositiveSmallIntegerField(null=True)

    class Meta:
        default_permissions = ()
        ordering = ("day", "opens")
        verbose_name_plural = "dated hours"
        constraints = (
            models.CheckConstraint(
                name="dated_hours_in_the_day",
                condition=Q(opens=None, closes=None)
                | Q(opens__isnull=False, closes__isnull=False, opens__lt=F("closes"), closes__lte=DAY_MINUTES),
            ),
            models.CheckConstraint(
                name="dated_hours_on_the_step",
                condition=Q(opens=None)
                | Q(opens=F("opens") / policy.STEP_MINUTES * policy.STEP_MINUTES)
                & Q(closes=F("closes") / policy.STEP_MINUTES * policy.STEP_MINUTES),
            ),
            # A day off is a range without bounds: it overlaps, and so excludes, all other hours of that day.
            ExclusionConstraint(
                name="dated_hours_once",
                expressions=[
                    ("instructor", RangeOperators.EQUAL),
                    ("day", RangeOperators.EQUAL),
                    (Minutes("opens", "closes"), RangeOperators.OVERLAPS),
                ],
            ),
        )

    def __str__(self) -> str:
        return f"{self.day}: {self.opens}-{self.closes}"


class TimeOff(models.Model):
    """Time that a person does not teach, as it was asked; the calendar's entries are laid from it around lessons.

    A lesson that the person takes elsewhere is time off too, and carries that lesson's reference.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="time_off")
    during = DateTimeRangeField()
    reason = models.CharField(max_length=200, blank=True)
    lesson_reference = models.CharField(max_length=20, blank=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        default_permissions = ()
        ordering = ("during",)
        verbose_name_plural = "time off"
        constraints = (
            models.CheckConstraint(name="time_off_proper_span", condition=proper_span("during")),
            models.UniqueConstraint(
                "lesson_reference", name="time_off_once_per_lesson", condition=~Q(lesson_reference="")
            ),
        )
        indexes = (models.Index("person", "during", name="time_off_of_person"),)

    def __str__(self) -> str:
        return f"{self.person_id}: {self.during}"

    @property
    def span(self) -> Span:
        """The asked time, in UTC."""
        return Span.of(self.during)


class EntryKind(models.TextChoices):
    """What takes an instructor's time. Holds and external events will come here too."""

    LESSON = "lesson"
    TIME_OFF = "time_off"


class CalendarEntry(models.Model):
    """Time that is taken, padding included. Nothing overlaps anything: one constraint, whatever the kind."""

    instructor = models.ForeignKey(InstructorProfile, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=10, choices=EntryKind.choices)
    during = DateTimeRangeField(help_text="What is blocked, padding included.")
    core = DateTimeRangeField(help_text="What it is for: the lesson itself.")
    reference = models.CharField(max_length=20, blank=True, help_text="The lesson's reference.")
    label = models.CharField(max_length=120, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ("during",)
        verbose_name_plural = "calendar entries"
        constraints = (
            ExclusionConstraint(
                name="never_twice",
                expressions=[("instructor", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(name="entry_known_kind", condition=Q(kind__in=EntryKind.values)),
            models.CheckConstraint(name="entry_proper_span", condition=proper_span("during")),
            models.CheckConstraint(name="entry_proper_core", condition=proper_span("core")),
            models.CheckConstraint(name="entry_covers_core", condition=Q(during__contains=F("core"))),
            models.CheckConstraint(
                name="entry_lesson_has_reference", condition=Q(kind=EntryKind.LESSON) ^ Q(reference="")
            ),
            models.UniqueConstraint("reference", name="entry_once_per_lesson", condition=~Q(reference="")),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}".strip()

    @property
    def span(self) -> Span:
        """The lesson or time off itself, without padding, in UTC."""
        return Span.of(self.core)


class FreeSpan(models.Model):
    """Free time, derived: a lesson that lies within one such span is bookable with no further arithmetic.

    Kept per padding class (with and without travel), starts on the quarter hour, never across a local midnight.
    """

    pk = models.CompositePrimaryKey("instructor", "travel", "starts_at")
    instructor = models.ForeignKey(InstructorProfile, on_delete=models.CASCADE, db_index=False, related_name="+")
    travel = models.BooleanField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                name="free_span_holds_a_lesson",
                condition=Q(ends_at__gte=F("starts_at") + timedelta(minutes=policy.SHORTEST_LESSON_MINUTES)),
            ),
        )
        # For "soonest" and for counting: days of everybody. One instructor's days are read by the key.
        indexes = (models.Index("starts_at", include=("ends_at", "instructor", "travel"), name="free_span_by_time"),)

    def __str__(self) -> str:
        return f"{self.instructor_id}: {self.starts_at:%Y-%m-%d %H:%M} to {self.ends_at:%H:%M}"
