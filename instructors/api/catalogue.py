"""What is taught, and where."""

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from instainstru.core.api import PUBLIC_HOUR, PUBLIC_MINUTE, Operation, answers, paged, read
from instainstru.core.limits import Bucket
from instainstru.core.replica import may_lag
from instructors.serializers import catalogue as shapes
from instructors.services import catalogue, suggesting


class Suggest(Operation):
    """What somebody may mean."""

    bucket = Bucket.SEARCH
    cache = PUBLIC_MINUTE

    @extend_schema(
        summary="Suggest subjects, places and instructors",
        description="Subjects and places whose name, search words, nickname or ZIP code begin with, or resemble, "
        "what was typed, and instructors whose public name begins so. `category` is that of a subject, null otherwise.",
        parameters=[OpenApiParameter("q", str, description="What was typed so far.")],
        responses={200: shapes.SuggestAnswer, **answers(400)},
        auth=[],
        examples=[
            OpenApiExample(
                "paino",
                value={
                    "results": [{"kind": "subject", "slug": "piano", "name": "Piano", "category": "music"}],
                    "next": None,
                },
                response_only=True,
                status_codes=["200"],
            )
        ],
    )
    @may_lag
    def get(self, request: Request) -> Response:
        """The most likely ones."""
        typed = read(shapes.SuggestQuery, request.query_params, query=True)["q"]
        answer = {"results": suggesting.suggest(typed=typed), "next": None}
        return Response(shapes.SuggestAnswer(answer).data)


class Neighborhoods(Operation):
    """Where lessons are given."""

    cache = PUBLIC_HOUR

    @extend_schema(
        summary="List neighborhoods",
        description="The city's 197 residential neighborhoods, by name. Source: NYC Department of City Planning.",
        responses={200: shapes.NeighborhoodShape(many=True), **answers(404)},
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
    @may_lag
    def get(self, request: Request) -> Response:
        """A page of neighbourhoods."""
        return paged(self, catalogue.neighborhoods(), shapes.NeighborhoodShape)


class Catalog(Operation):
    """What is taught."""

    cache = PUBLIC_HOUR

    @extend_schema(
        summary="Read the catalog",
        description="Every category with its groups and subjects.",
        responses={200: shapes.CatalogShape},
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
    @may_lag
    def get(self, request: Request) -> Response:
        """The whole tree: it is one page."""
        return Response(shapes.CatalogShape({"results": catalogue.tree(), "next": None}).data)
