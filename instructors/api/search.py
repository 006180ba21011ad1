"""Search by program."""

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from instainstru.core import clock
from instainstru.core.api import Operation, answers, read
from instainstru.core.policy import Place
from instructors.models import Sort
from instructors.serializers import search as shapes
from instructors.services import search
from instructors.services.search import Wish

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
        responses={200: shapes.SearchAnswer, **answers(400)},
        auth=[],
        examples=[OpenApiExample("Piano", value=FOUND, response_only=True, status_codes=["200"])],
    )
    def get(self, request: Request) -> Response:
        """A page of results."""
        asked = read(shapes.SearchQuery, request.query_params, query=True)
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
        return Response(shapes.SearchAnswer(answer, context={"minutes": asked["minutes"]}).data)
