"""Shapes of the API about the supply."""

from datetime import date, datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from instainstru.core import policy
from instainstru.core.api import ClockTime, NewYorkTime, StrictSerializer, TextField
from instainstru.core.money import lesson_price
from instainstru.core.policy import Place
from instainstru.core.time import clock_of, on_step, stretches_of
from instructors.models import Category, InstructorProfile, Neighborhood, Service, Subcategory, Subject, TimeOff

PAIR = 2
HOURS_A_DAY = 12  # stretches: more is no working day
CLOCK = {"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d$"}


class PlacePrice(serializers.Serializer[Any]):
    """Where a service is given, and what an hour of it costs there in cents."""

    place = serializers.ChoiceField(choices=Place.choices)
    hourly_cents = serializers.IntegerField()


class OfferedService(serializers.ModelSerializer[Service]):
    """One subject that an instructor teaches. `lengths` are minutes."""

    subject = serializers.CharField(source="subject.slug")
    name = serializers.CharField()
    lengths = serializers.ListField(child=serializers.IntegerField())
    places = PlacePrice(many=True)

    class Meta:
        model = Service
        fields = ("id", "subject", "name", "description", "lengths", "places")


class PublicProfile(serializers.ModelSerializer[InstructorProfile]):
    """An instructor as everybody sees them: first name and last initial, neighbourhoods and no door."""

    name = serializers.CharField(source="user.public_name")
    neighborhoods = serializers.SlugRelatedField[Neighborhood](slug_field="slug", many=True, read_only=True)
    services = OfferedService(many=True)
    rating = serializers.FloatField(allow_null=True, help_text="Null until there are three reviews.")
    reviews = serializers.IntegerField(source="reviews_count")

    class Meta:
        model = InstructorProfile
        fields = ("slug", "name", "headline", "bio", "neighborhoods", "services", "rating", "reviews")


class FreeTimesQuery(StrictSerializer):
    """Which free times are wanted."""

    days = serializers.IntegerField(
        min_value=1, max_value=policy.LARGEST_FREE_TIMES_DAYS, default=policy.FREE_TIMES_DAYS
    )
    minutes = serializers.IntegerField(
        min_value=policy.SHORTEST_LESSON_MINUTES,
        max_value=policy.LONGEST_LESSON_MINUTES,
        default=policy.DEFAULT_LESSON_MINUTES,
    )
    place = serializers.ChoiceField(choices=Place.choices)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """`from` is a word of Python's, so it cannot be written as a class attribute."""
        return {"from": serializers.DateField(required=False), **super().get_fields()}

    def validate_from(self, day: date) -> date:
        """Keep dates within what a calendar can count."""
        if not 2000 <= day.year <= 2100:
            raise serializers.ValidationError("Choose a date from today on.")
        return day


class SearchQuery(StrictSerializer):
    """Who is searched for. What is left out is not asked."""

    service = TextField(required=False, allow_blank=True, max_length=60, default="")
    category = TextField(required=False, allow_blank=True, max_length=60, default="")
    neighborhood = TextField(required=False, allow_blank=True, max_length=80, default="")
    borough = TextField(required=False, allow_blank=True, max_length=20, default="")
    date = serializers.DateField(required=False)
    after = ClockTime(required=False)
    minutes = serializers.IntegerField(
        min_value=policy.SHORTEST_LESSON_MINUTES,
        max_value=policy.LONGEST_LESSON_MINUTES,
        default=policy.DEFAULT_LESSON_MINUTES,
    )
    place = serializers.ChoiceField(choices=Place.choices, required=False)
    max_price_cents = serializers.IntegerField(required=False, min_value=0, max_value=policy.HIGHEST_PRICE_CENTS)
    sort = serializers.ChoiceField(choices=["best", "soonest", "price", "rating"], default="best")
    cursor = TextField(required=False, allow_blank=True, max_length=300, default="")
    page_size = serializers.IntegerField(min_value=1, max_value=policy.LARGEST_PAGE, default=policy.RESULTS_A_PAGE)


class FoundService(serializers.Serializer[Any]):
    """The service that a result stands for."""

    id = serializers.IntegerField(source="service_id")
    subject = serializers.CharField()
    name = serializers.CharField(source="service_name")


class FoundInstructor(serializers.Serializer[Any]):
    """One instructor who can be booked as asked. `price_cents` is the lesson's, without fee, for the asked length."""

    slug = serializers.CharField()
    name = serializers.CharField(source="public_name")
    headline = serializers.CharField()
    service = FoundService(source="*")
    price_cents = serializers.SerializerMethodField()
    rating = serializers.FloatField(allow_null=True)
    reviews = serializers.IntegerField()
    places = serializers.ListField(child=serializers.ChoiceField(choices=Place.choices))
    next_times = serializers.ListField(child=NewYorkTime(), source="starts")

    def get_price_cents(self, found: Any) -> int:
        """The hourly rate for the asked minutes."""
        return lesson_price(hourly_cents=found.hourly_cents, minutes=self.context["minutes"])


class SearchAnswer(serializers.Serializer[Any]):
    """A page of results, and how many there are in all."""

    count = serializers.IntegerField()
    results = FoundInstructor(many=True)
    next = serializers.URLField(allow_null=True)


class SuggestQuery(StrictSerializer):
    """What was typed so far."""

    q = TextField(required=False, allow_blank=True, max_length=100, default="")


class SuggestedSubject(serializers.Serializer[Any]):
    """A subject that may be meant."""

    slug = serializers.CharField()
    name = serializers.CharField()
    category = serializers.CharField()


class SuggestAnswer(serializers.Serializer[Any]):
    """What may be meant, most likely first."""

    results = SuggestedSubject(many=True)
    next = serializers.CharField(allow_null=True)


class FreeTimes(serializers.Serializer[Any]):
    """Bookable starts, ascending."""

    times = serializers.ListField(child=NewYorkTime())


class NeighborhoodShape(serializers.ModelSerializer[Neighborhood]):
    """A neighbourhood by slug, name and borough."""

    borough = serializers.CharField(source="borough.slug")

    class Meta:
        model = Neighborhood
        fields = ("slug", "name", "borough")


class SubjectShape(serializers.ModelSerializer[Subject]):
    """What a lesson can be in."""

    ages = serializers.ListField(child=serializers.CharField())
    places = serializers.ListField(child=serializers.ChoiceField(choices=Place.choices))

    class Meta:
        model = Subject
        fields = ("slug", "name", "ages", "places")


class SubcategoryShape(serializers.ModelSerializer[Subcategory]):
    """A group of subjects."""

    subjects = SubjectShape(many=True)

    class Meta:
        model = Subcategory
        fields = ("slug", "name", "subjects")


class CategoryShape(serializers.ModelSerializer[Category]):
    """A category with its groups."""

    subcategories = SubcategoryShape(many=True)

    class Meta:
        model = Category
        fields = ("slug", "name", "subcategories")


class CatalogShape(serializers.Serializer[Any]):
    """All that is taught."""

    results = CategoryShape(many=True)
    next = serializers.CharField(allow_null=True)


@extend_schema_field(
    {
        "type": "array",
        "maxItems": HOURS_A_DAY,
        "items": {"type": "array", "minItems": 2, "maxItems": 2, "items": CLOCK},
        "example": [["09:00", "12:00"], ["14:00", "00:00"]],
    }
)
class HoursField(serializers.Field[Any, Any, Any, Any]):
    """Stretches of a day as [["09:00", "12:00"]], in steps of 15 minutes; kept as minutes of the day."""

    def to_representation(self, value: Any) -> list[list[str]]:
        """Minutes as clock times."""
        return [[clock_of(opens), clock_of(closes)] for opens, closes in value]

    def to_internal_value(self, data: Any) -> list[tuple[int, int]]:
        """Clock times as minutes, ascending and apart from each other."""
        if not isinstance(data, list) or len(data) > HOURS_A_DAY:
            raise serializers.ValidationError(f"Send a list of up to {HOURS_A_DAY} stretches.")
        if not all(
            isinstance(pair, list) and len(pair) == PAIR and all(isinstance(t, str) for t in pair) for pair in data
        ):
            raise serializers.ValidationError('A stretch is a pair such as ["09:00", "12:30"].')
        try:
            return stretches_of((opens, closes) for opens, closes in data)
        except ValueError as wrong:
            raise serializers.ValidationError(str(wrong)) from None


class DayHours(StrictSerializer):
    """The hours of one weekday; 0 is Monday."""

    weekday = serializers.IntegerField(min_value=0, max_value=6)
    hours = HoursField()


class WeekIn(StrictSerializer):
    """The repeating week as it shall be. A weekday that is not named has no hours."""

    version = TextField(required=False, max_length=64)
    days = serializers.ListField(child=DayHours(), max_length=7)

    def validate_days(self, days: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Name no weekday twice."""
        if len({day["weekday"] for day in days}) != len(days):
            raise serializers.ValidationError("Name each weekday once.")
        return days


class LessonLabel(serializers.Serializer[Any]):
    """A booked lesson by what the calendar knows of it."""

    reference = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field named as one of DRF's attributes
    starts_at = NewYorkTime(source="span.start")
    ends_at = NewYorkTime(source="span.end")


class Week(serializers.Serializer[Any]):
    """The repeating week and its version."""

    version = serializers.CharField()
    days = DayHours(many=True)


class SavedWeek(Week):
    """The same after a save, with the booked lessons that it does not cover: they stand."""

    uncovered_lessons = LessonLabel(many=True)


class TimeOffShape(serializers.ModelSerializer[TimeOff]):
    """A span without teaching."""

    starts_at = NewYorkTime(source="span.start")
    ends_at = NewYorkTime(source="span.end")

    class Meta:
        model = TimeOff
        fields = ("id", "starts_at", "ends_at", "reason")


class AddedTimeOff(TimeOffShape):
    """The same when just added, with the booked lessons in it: they stand."""

    lessons = LessonLabel(many=True)

    class Meta(TimeOffShape.Meta):
        fields = (*TimeOffShape.Meta.fields, "lessons")  # type: ignore[assignment]  # one more


class QuarterHour(serializers.DateTimeField):
    """An instant with its offset, on the quarter hour."""

    def enforce_timezone(self, value: datetime) -> datetime:
        """Refuse an instant without an offset."""
        if value.tzinfo is None:
            raise serializers.ValidationError("Say the offset, such as 2027-03-15T09:00:00-04:00.")
        return super().enforce_timezone(value)

    def to_internal_value(self, value: Any) -> Any:
        """Refuse an instant off the step."""
        instant = super().to_internal_value(value)
        if not on_step(instant):
            raise serializers.ValidationError("Times lie on the quarter hour: :00, :15, :30 or :45.")
        return instant


class TimeOffIn(StrictSerializer):
    """Time off as it is asked."""

    starts_at = QuarterHour()
    ends_at = QuarterHour()
    reason = TextField(required=False, allow_blank=True, max_length=200, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """End after the beginning."""
        if attrs["starts_at"] >= attrs["ends_at"]:
            raise serializers.ValidationError({"ends_at": ["Time off ends after it begins."]})
        return attrs
