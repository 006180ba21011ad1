"""The API about the supply."""

from django.utils.http import parse_etags
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from accounts.permissions import PermissionName
from instainstru.core import clock
from instainstru.core.api import Operation, PersonRequest, answers, paged, read
from instainstru.core.errors import VersionRequired
from instainstru.core.permissions import require_permission
from instainstru.core.policy import Place
from instainstru.core.time import NEW_YORK, Span
from instructors import serializers
from instructors.models import Sort
from instructors.services import catalogue, free_time, hours, profiles, search, time_off
from instructors.services.hours import Pattern
from instructors.services.search import Wish

PUBLIC_MINUTE = {"public": True, "max_age": 60}
PUBLIC_HOUR = {"public": True, "max_age": 3600}

ANA = {
    "slug": "ana-r",
    "name": "Ana R.",
    "headline": "Patient Piano lessons for beginners and returners",
    "bio": "I have taught Piano in the city for 12 years.",
    "neighborhoods": ["brooklyn-heights", "park-slope"],
    "services": [
        {
            "id": 1,
            "subject": "piano",
            "name": "Piano",
            "description": "",
            "lengths": [30, 45, 60, 90],
            "places": [{"place": "online", "hourly_cents": 7000}, {"place": "student_place", "hourly_cents": 9000}],
        }
    ],
    "rating": None,
    "reviews": 0,
}
FOUND = {
    "count": 1,
    "results": [
        {
            "slug": "ana-r",
            "name": "Ana R.",
            "headline": "Patient Piano lessons for beginners and returners",
            "service": {"id": 1, "subject": "piano", "name": "Piano"},
            "price_cents": 7000,
            "rating": 4.71,
            "reviews": 12,
            "places": ["online", "student_place"],
            "next_times": ["2026-12-01T14:00:00-05:00", "2026-12-01T14:15:00-05:00"],
        }
    ],
    "next": None,
}
WEEK = {
    "version": "5f2a9c0d1e7b4a36",
    "days": [{"weekday": 0, "hours": [["09:00", "12:00"], ["14:00", "00:00"]]}]
    + [{"weekday": weekday, "hours": []} for weekday in range(1, 7)],
}
TIME_OFF = {
    "id": 3,
    "starts_at": "2026-12-24T00:00:00-05:00",
    "ends_at": "2026-12-27T00:00:00-05:00",
    "reason": "Holidays",
}


class Instructors(Operation):
    """Everybody who teaches."""

    cache = PUBLIC_MINUTE

    @extend_schema(
        summary="List instructors",
        description="All public profiles, by name.",
        responses={200: serializers.PublicProfile(many=True), **answers(404)},
        auth=[],
        examples=[OpenApiExample("Ana", value=ANA, response_only=True, status_codes=["200"])],
    )
    def get(self, request: Request) -> Response:
        """A page of profiles."""
        return paged(self, profiles.listed(), serializers.PublicProfile)


class Search(Operation):
    """Who can be booked as asked."""

    @extend_schema(
        summary="Search instructors",
        description="Instructors who can be booked as asked, each with the next starts that booking would grant. "
        "`count` may be a minute old, results are not. Lessons online are given everywhere.",
        parameters=[
            OpenApiParameter("service", str, description="A subject by slug, such as piano."),
            OpenApiParameter("category", str, description="A category by slug, such as music."),
            OpenApiParameter("neighborhood", str, description="Where, by slug."),
            OpenApiParameter("borough", str, description="Where, by slug."),
            OpenApiParameter("date", str, description="One day, YYYY-MM-DD; the next two weeks if left out."),
            OpenApiParameter("after", str, description="Starting at this clock time, HH:MM, or later."),
            OpenApiParameter("minutes", int, description="Length of the lesson; 60 if left out."),
            OpenApiParameter("place", str, enum=Place.values),
            OpenApiParameter("max_price_cents", int, description="Highest price of the lesson, without fee."),
            OpenApiParameter("sort", str, enum=["best", "soonest", "price", "rating"]),
            OpenApiParameter("cursor", str, description="Where the next page begins: from `next`."),
            OpenApiParameter("page_size", int, description="How many a page, at most 100; 20 if left out."),
        ],
        responses={200: serializers.SearchAnswer, **answers(400)},
        auth=[],
        examples=[OpenApiExample("Piano", value=FOUND, response_only=True, status_codes=["200"])],
    )
    def get(self, request: Request) -> Response:
        """A page of results."""
        asked = read(serializers.SearchQuery, request.query_params, query=True)
        results = search.search(
            wish=Wish(
                subject=asked["service"],
                category=asked["category"],
                neighborhood=asked["neighborhood"],
                borough=asked["borough"],
                day=asked.get("date"),
                after=asked.get("after"),
                minutes=asked["minutes"],
                place=Place(asked["place"]) if "place" in asked else None,
                max_price_cents=asked.get("max_price_cents"),
                sort=Sort(asked["sort"]),
            ),
            cursor=asked["cursor"],
            limit=asked["page_size"],
            now=clock.now(),
        )
        following = None
        if results.next_cursor:
            following = replace_query_param(request.build_absolute_uri(), "cursor", results.next_cursor)
        answer = {"count": results.count, "results": results.found, "next": following}
        return Response(serializers.SearchAnswer(answer, context={"minutes": asked["minutes"]}).data)


class Suggest(Operation):
    """What somebody may mean."""

    cache = PUBLIC_MINUTE

    @extend_schema(
        summary="Suggest subjects",
        description="Subjects whose name or search words begin with, or resemble, what was typed.",
        parameters=[OpenApiParameter("q", str, description="What was typed so far.")],
        responses={200: serializers.SuggestAnswer, **answers(400)},
        auth=[],
        examples=[
            OpenApiExample(
                "paino",
                value={"results": [{"slug": "piano", "name": "Piano", "category": "music"}], "next": None},
                response_only=True,
                status_codes=["200"],
            )
        ],
    )
    def get(self, request: Request) -> Response:
        """The most likely subjects."""
        typed = read(serializers.SuggestQuery, request.query_params, query=True)["q"]
        answer = {"results": catalogue.suggest(typed=typed), "next": None}
        return Response(serializers.SuggestAnswer(answer).data)


class Instructor(Operation):
    """One who teaches."""

    cache = PUBLIC_MINUTE

    @extend_schema(
        summary="Read an instructor",
        description="One public profile: services with their lengths, places and hourly prices.",
        responses={200: serializers.PublicProfile, **answers(404)},
        auth=[],
        examples=[OpenApiExample("Ana", value=ANA, response_only=True, status_codes=["200"])],
    )
    def get(self, request: Request, slug: str) -> Response:
        """A profile by its slug."""
        return Response(serializers.PublicProfile(profiles.public(slug=slug)).data)


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
        responses={200: serializers.FreeTimes, **answers(400, 404)},
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
        asked = read(serializers.FreeTimesQuery, request.query_params, query=True)
        now = clock.now()
        times = free_time.offered_on_days(
            instructor=instructor,
            place=Place(asked["place"]),
            minutes=asked["minutes"],
            first=asked.get("from") or now.astimezone(NEW_YORK).date(),
            days=asked["days"],
            now=now,
        )
        return Response(serializers.FreeTimes({"times": times}).data)


class Neighborhoods(Operation):
    """Where lessons are given."""

    cache = PUBLIC_HOUR

    @extend_schema(
        summary="List neighborhoods",
        description="The city's 197 residential neighborhoods, by name. Source: NYC Department of City Planning.",
        responses={200: serializers.NeighborhoodShape(many=True), **answers(404)},
        auth=[],
        examples=[
            OpenApiExample(
                "Park Slope",
                value={"slug": "park-slope", "name": "Park Slope", "borough": "brooklyn"},
                response_only=True,
                status_codes=["200"],
            )
        ],
    )
    def get(self, request: Request) -> Response:
        """A page of neighbourhoods."""
        return paged(self, catalogue.neighborhoods(), serializers.NeighborhoodShape)


class Catalog(Operation):
    """What is taught."""

    cache = PUBLIC_HOUR

    @extend_schema(
        summary="Read the catalog",
        description="Every category with its groups and subjects.",
        responses={200: serializers.CatalogShape},
        auth=[],
        examples=[
            OpenApiExample(
                "Piano",
                value={
                    "results": [
                        {
                            "slug": "music",
                            "name": "Music",
                            "subcategories": [
                                {
                                    "slug": "piano-keyboards",
                                    "name": "Piano & Keyboards",
                                    "subjects": [
                                        {
                                            "slug": "piano",
                                            "name": "Piano",
                                            "ages": ["kids", "teens", "adults"],
                                            "places": ["student_place", "instructor_place", "online"],
                                        }
                                    ],
                                }
                            ],
                        }
                    ],
                    "next": None,
                },
                response_only=True,
                status_codes=["200"],
            )
        ],
    )
    def get(self, request: Request) -> Response:
        """The whole tree: it is one page."""
        return Response(serializers.CatalogShape({"results": catalogue.tree(), "next": None}).data)


def versions_of(request: Request, body_version: str | None) -> list[str]:
    """The versions that a save states: in If-Match, quoted, or in the body. Raises VersionRequired for none."""
    stated = parse_etags(request.headers.get("If-Match", ""))
    if stated == ["*"]:  # any version is no version
        stated = []
    versions = [etag[1:-1] for etag in stated if etag.startswith('"')] if stated else [body_version]
    if stated and not versions:
        return []
    if versions in ([None], [""]):
        raise VersionRequired
    return [version for version in versions if version]


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
        responses={200: serializers.Week, **answers(401, 403)},
        examples=[OpenApiExample("A Monday", value=WEEK, response_only=True, status_codes=["200"])],
    )
    @require_permission(PermissionName.MANAGE_AVAILABILITY)
    def get(self, request: PersonRequest) -> Response:
        """One's own pattern."""
        pattern = hours.read(instructor_id=request.user.pk)
        return Response(serializers.Week(week_of(pattern)).data, headers={"ETag": f'"{pattern.version}"'})

    @extend_schema(
        summary="Save my weekly hours",
        description="Puts seven days in place of those of the version read; a weekday not named has no hours. Booked "
        "lessons stand, and those no longer covered are named. The version goes as If-Match (quoted) or in the body.",
        request=serializers.WeekIn,
        parameters=[OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, description="The quoted version.")],
        responses={200: serializers.SavedWeek, **answers(400, 401, 403, 412, 428, 503)},
        examples=[
            OpenApiExample("A Monday", value=WEEK, request_only=True),
            OpenApiExample("Saved", value={**WEEK, "uncovered_lessons": []}, response_only=True, status_codes=["200"]),
        ],
    )
    @require_permission(PermissionName.MANAGE_AVAILABILITY)
    def put(self, request: PersonRequest) -> Response:
        """Save one's own pattern."""
        asked = read(serializers.WeekIn, request.data)
        days: list[list[tuple[int, int]]] = [[] for _ in range(7)]
        for day in asked["days"]:
            days[day["weekday"]] = day["hours"]
        saved = hours.save(
            instructor_id=request.user.pk,
            days=days,
            versions=versions_of(request, asked.get("version")),
            now=clock.now(),
        )
        answer = serializers.SavedWeek({**week_of(saved.pattern), "uncovered_lessons": saved.uncovered})
        return Response(answer.data, headers={"ETag": f'"{saved.pattern.version}"'})


class TimeOffs(Operation):
    """When one does not teach."""

    @extend_schema(
        summary="List my time off",
        description="Time off that is not over, by its beginning.",
        responses={200: serializers.TimeOffShape(many=True), **answers(401, 403, 404)},
        examples=[OpenApiExample("Holidays", value=TIME_OFF, response_only=True, status_codes=["200"])],
    )
    @require_permission(PermissionName.MANAGE_AVAILABILITY)
    def get(self, request: PersonRequest) -> Response:
        """A page of one's own."""
        found = time_off.coming(instructor_id=request.user.pk, now=clock.now())
        return paged(self, found, serializers.TimeOffShape)

    @extend_schema(
        summary="Take time off",
        description="Takes a span of any length out of free time. Booked lessons in it stand, and are named.",
        request=serializers.TimeOffIn,
        responses={201: serializers.AddedTimeOff, **answers(400, 401, 403, 503)},
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
        asked = read(serializers.TimeOffIn, request.data)
        added = time_off.add(
            instructor_id=request.user.pk,
            span=Span(asked["starts_at"], asked["ends_at"]),
            reason=asked["reason"],
            now=clock.now(),
        )
        answer = {
            **serializers.TimeOffShape(added.time_off).data,
            "lessons": serializers.LessonLabel(added.met, many=True).data,
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
