"""Instructors as everybody sees them."""

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from instainstru.core.api import PUBLIC_MINUTE, Operation, answers, paged
from instainstru.core.replica import may_lag
from instructors.serializers import profiles as shapes
from instructors.services import profiles

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
            "levels": ["beginner", "intermediate", "advanced"],
            "ages": ["kids", "teens", "adults"],
            "lengths": [30, 45, 60, 90],
            "places": [{"place": "online", "hourly_cents": 7000}, {"place": "student_place", "hourly_cents": 9000}],
        }
    ],
    "rating": None,
    "reviews": 0,
}


class Instructors(Operation):
    """Everybody who teaches."""

    cache = PUBLIC_MINUTE

    @extend_schema(
        summary="List instructors",
        description="All public profiles, by name.",
        responses={200: shapes.PublicProfile(many=True), **answers(404)},
        auth=[],
        examples=[OpenApiExample("Ana", value=ANA, response_only=True, status_codes=["200"])],
    )
    @may_lag
    def get(self, request: Request) -> Response:
        """A page of profiles."""
        return paged(self, profiles.listed(), shapes.PublicProfile)


class Instructor(Operation):
    """One who teaches."""

    cache = PUBLIC_MINUTE

    @extend_schema(
        summary="Read an instructor",
        description="One public profile: services with their lengths, places and hourly prices.",
        responses={200: shapes.PublicProfile, **answers(404)},
        auth=[],
        examples=[OpenApiExample("Ana", value=ANA, response_only=True, status_codes=["200"])],
    )
    def get(self, request: Request, slug: str) -> Response:
        """A profile by its slug."""
        return Response(shapes.PublicProfile(profiles.public(slug=slug)).data)
