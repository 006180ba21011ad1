"""One's own profile."""

from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.response import Response

from accounts.permissions import PermissionName
from instainstru.core import clock, policy
from instainstru.core.api import Operation, PersonRequest, answers, read
from instainstru.core.permissions import require_permission
from instructors.serializers import setup as shapes
from instructors.services import setup
from instructors.services.setup import Changes

PROFILE = {
    "slug": "ana-r",
    "name": "Ana R.",
    "headline": "Patient Piano lessons for beginners and returners",
    "bio": "I have taught Piano in the city for 12 years.",
    "photo": None,
    "neighborhoods": ["brooklyn-heights", "park-slope"],
    "place_neighborhood": "park-slope",
    "buffer_minutes": 15,
    "overnight_guard": True,
    "live": False,
    "founding": False,
    "missing": ["photo", "hours"],
    "notice_minutes": policy.NOTICE_MINUTES,
    "travel_notice_minutes": policy.TRAVEL_NOTICE_MINUTES,
    "horizon_days": policy.HORIZON_DAYS,
}


class OwnProfile(Operation):
    """What one says of oneself."""

    @extend_schema(
        summary="Read my instructor profile",
        description="One's own profile with its settings, live or not, and what going live still needs.",
        responses={200: shapes.OwnProfile, **answers(401, 403, 404)},
        examples=[OpenApiExample("Ana", value=PROFILE, response_only=True, status_codes=["200"])],
    )
    @require_permission(PermissionName.MANAGE_INSTRUCTOR_PROFILE)
    def get(self, request: PersonRequest) -> Response:
        """One's own."""
        side = setup.read(instructor_id=request.user.pk)
        portrait = side.profile.portrait
        photo = reverse("instructors:photo", args=[portrait.large]) if portrait else None
        facts = {
            "profile": side.profile,
            "photo": request.build_absolute_uri(photo) if photo else None,
            "neighborhoods": [slug for slug, _ in side.areas],
            "live": side.profile.is_live,
            "missing": setup.missing(side=side),
        }
        return Response(shapes.OwnProfile(facts).data)

    @extend_schema(
        summary="Change my instructor profile",
        description="Any of words, neighborhoods (by slug), own place and settings; all or nothing, in search at once. "
        "A live profile keeps the places that its services need.",
        request=shapes.ProfileChanges,
        responses={200: shapes.OwnProfile, **answers(400, 401, 403, 404, 503)},
        examples=[
            OpenApiExample(
                "Places",
                value={"neighborhoods": ["brooklyn-heights", "park-slope"], "place_neighborhood": "park-slope"},
                request_only=True,
            ),
            OpenApiExample("Ana", value=PROFILE, response_only=True, status_codes=["200"]),
        ],
    )
    @require_permission(PermissionName.MANAGE_INSTRUCTOR_PROFILE)
    def patch(self, request: PersonRequest) -> Response:
        """Change one's own."""
        asked = read(shapes.ProfileChanges, request.data)
        if "place_neighborhood" in asked:
            asked["place_neighborhood"] = asked["place_neighborhood"] or ""
        setup.change(instructor_id=request.user.pk, changes=Changes(**asked), now=clock.now())
        return self.get(request)
