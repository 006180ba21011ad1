"""Search by program."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from instainstru.core import clock
from instainstru.core.api import Operation, answers, read
from instainstru.core.limits import Bucket
from instainstru.core.policy import Audience, Level, Place
from instainstru.core.replica import may_lag
from instructors.models import Sort
from instructors.serializers import search as shapes
from instructors.services import asking, facets, search

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
            "why": [
                {"part": "soonness", "points": 29.6, "says": "Free today at 2:00 PM"},
                {"part": "rating", "points": 21.3, "says": "4.7 from 12"},
                {"part": "price", "points": 8.0, "says": "$20 under your limit"},
            ],
        }
    ],
    "next": None,
    "understood": {"subject": "piano", "max_price_cents": 9000, "date_from": "2026-12-01", "date_to": "2026-12-01"},
    "facets": {"place": [{"value": "online", "name": "Online", "count": 1}]},
}


class Search(Operation):
    """Who can be booked as asked."""

    bucket = Bucket.SEARCH

    @extend_schema(
        summary="Search instructors",
        description="Instructors who can be booked as asked, each with the next starts that booking would grant. "
        "`q` takes plain words; a single parameter wins over them. `count` and `facets` may be a minute old, results "
        "are not. Lessons online are given everywhere. `why` are the parts of the ranking, in points of 100: the order "
        "`best` is their sum for the first 300, and rating, newcomer and completeness alone behind them.",
        parameters=[
            OpenApiParameter("q", str, description="Plain words, such as: piano in Park Slope under $90 tomorrow."),
            OpenApiParameter("service", str, description="A subject by slug, such as piano."),
            OpenApiParameter("category", str, description="A category by slug, such as music."),
            OpenApiParameter("neighborhood", str, description="Where, by slug; several with commas between."),
            OpenApiParameter("borough", str, description="Where, by slug."),
            OpenApiParameter("date", str, description="One day, YYYY-MM-DD; the next two weeks if left out."),
            OpenApiParameter("date_from", str, description="The first of several days, YYYY-MM-DD."),
            OpenApiParameter("date_to", str, description="The last of them."),
            OpenApiParameter("after", str, description="Starting at this clock time, HH:MM, or later."),
            OpenApiParameter("before", str, description="Starting before this one; 00:00 is the end of the day."),
            OpenApiParameter("minutes", int, description="Length of the lesson; 60 if left out."),
            OpenApiParameter("place", str, enum=Place.values),
            OpenApiParameter("min_price_cents", int, description="Lowest price of the lesson, without fee."),
            OpenApiParameter("max_price_cents", int, description="Highest price of the lesson, without fee."),
            OpenApiParameter("audience", str, enum=Audience.values),
            OpenApiParameter("level", str, enum=Level.values),
            OpenApiParameter("min_rating", float, description="With at least so many stars, from 3 reviews on."),
            OpenApiParameter("sort", str, enum=["best", "soonest", "price", "rating"]),
            OpenApiParameter("cursor", str, description="Where the next page begins: from `next`."),
            OpenApiParameter("page_size", int, description="How many a page, at most 100; 20 if left out."),
        ],
        responses={200: shapes.SearchAnswer, **answers(400, 503)},
        auth=[],
        examples=[OpenApiExample("Piano", value=FOUND, response_only=True, status_codes=["200"])],
    )
    @may_lag
    def get(self, request: Request) -> Response:
        """A page of results."""
        query = read(shapes.SearchQuery, request.query_params, query=True)
        now = clock.now()
        begun = search.begun(cursor=query["cursor"]) or now
        heard = asking.hear(text=query["q"], given=_given(query), now=begun)
        results = search.search(wish=heard.wish, cursor=query["cursor"], limit=query["page_size"], now=now)
        following = None
        if results.next_cursor:
            following = replace_query_param(request.build_absolute_uri(), "cursor", results.next_cursor)
        answer = {
            "count": results.count,
            "results": results.found,
            "next": following,
            "understood": heard.understood.answer() if heard.understood else {},
            "facets": facets.facets(wish=heard.wish, now=now).values,
        }
        context = {"minutes": heard.wish.minutes, "why": results.why}
        return Response(shapes.SearchAnswer(answer, context=context).data)


def _given(query: dict[str, Any]) -> dict[str, Any]:
    """Single parameters by Wish's names: only what was said."""
    said = {name: value for name, value in query.items() if value not in (None, "")}
    given = {name: said[name] for name in PLAIN & said.keys()}
    given |= {wish: made(said[name]) for name, (wish, made) in OTHERS.items() if name in said}
    if "date" in said:
        given |= {"date_from": said["date"], "date_to": said["date"]}
    return given


PLAIN = {"category", "borough", "date_from", "date_to", "after", "before", "minutes", "min_price_cents"}
PLAIN |= {"max_price_cents"}
OTHERS: dict[str, tuple[str, Any]] = {
    "service": ("subject", str),
    "neighborhood": ("neighborhoods", lambda said: tuple(one.strip() for one in said.split(",") if one.strip())),
    "place": ("place", Place),
    "audience": ("audience", Audience),
    "level": ("level", Level),
    "min_rating": ("rating", float),
    "sort": ("sort", Sort),
}
