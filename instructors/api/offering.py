"""One's own services."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import status
from rest_framework.response import Response

from accounts.permissions import PermissionName
from instainstru.core import clock
from instainstru.core.api import Operation, PersonRequest, answers, paged, read
from instainstru.core.permissions import require_permission
from instainstru.core.policy import Place
from instructors.serializers import offering as shapes
from instructors.services import offering
from instructors.services.offering import Terms

GUITAR = {
    "id": 7,
    "subject": "guitar",
    "name": "Guitar",
    "description": "From the first chord on.",
    "levels": ["beginner", "intermediate"],
    "ages": ["teens", "adults"],
    "lengths": [30, 60],
    "places": [{"place": "online", "hourly_cents": 7000}],
    "active": True,
}
SENT = {name: value for name, value in GUITAR.items() if name not in ("id", "name", "active")}


def terms_of(asked: dict[str, Any]) -> Terms:
    """The terms that a body names."""
    places = asked.pop("places", None)
    prices = None if places is None else {Place(price["place"]): price["hourly_cents"] for price in places}
    return Terms(prices=prices, **asked)


class OwnServices(Operation):
    """What one offers."""

    @extend_schema(
        summary="List my services",
        description="What one offers or has paused, by name.",
        responses={200: shapes.OwnService(many=True), **answers(401, 403, 404)},
        examples=[OpenApiExample("Guitar", value=GUITAR, response_only=True, status_codes=["200"])],
    )
    @require_permission(PermissionName.MANAGE_SERVICES)
    def get(self, request: PersonRequest) -> Response:
        """A page of one's own."""
        return paged(self, offering.own(instructor_id=request.user.pk), shapes.OwnService)

    @extend_schema(
        summary="Offer a service",
        description="A subject that one does not offer yet, with an hourly price for each place that it is given at. "
        "In search at once, where the profile is live.",
        request=shapes.ServiceIn,
        responses={201: shapes.OwnService, **answers(400, 401, 403, 503)},
        examples=[
            OpenApiExample("Guitar", value=SENT, request_only=True),
            OpenApiExample("Offered", value=GUITAR, response_only=True, status_codes=["201"]),
        ],
    )
    @require_permission(PermissionName.MANAGE_SERVICES)
    def post(self, request: PersonRequest) -> Response:
        """Add one."""
        asked = read(shapes.ServiceIn, request.data)
        subject = asked.pop("subject")
        service = offering.add(instructor_id=request.user.pk, subject=subject, terms=terms_of(asked))
        return Response(shapes.OwnService(service).data, status=status.HTTP_201_CREATED)


class OwnService(Operation):
    """One of them."""

    @extend_schema(
        summary="Read one of my services",
        description="A service that one offers or has paused.",
        responses={200: shapes.OwnService, **answers(401, 403, 404)},
        examples=[OpenApiExample("Guitar", value=GUITAR, response_only=True, status_codes=["200"])],
    )
    @require_permission(PermissionName.MANAGE_SERVICES)
    def get(self, request: PersonRequest, id: int) -> Response:  # noqa: A002  # as the address calls it
        """One's own by its id."""
        return Response(shapes.OwnService(offering.one(instructor_id=request.user.pk, service_id=id)).data)

    @extend_schema(
        summary="Change, pause or resume one of my services",
        description="Any of its terms; `active` false pauses it, true resumes it. Lessons already booked keep theirs.",
        request=shapes.ServiceChanges,
        responses={200: shapes.OwnService, **answers(400, 401, 403, 404, 503)},
        examples=[
            OpenApiExample("Pause", value={"active": False}, request_only=True),
            OpenApiExample("Paused", value={**GUITAR, "active": False}, response_only=True, status_codes=["200"]),
        ],
    )
    @require_permission(PermissionName.MANAGE_SERVICES)
    def patch(self, request: PersonRequest, id: int) -> Response:  # noqa: A002
        """Change one's own."""
        terms = terms_of(read(shapes.ServiceChanges, request.data))
        service = offering.change(instructor_id=request.user.pk, service_id=id, terms=terms)
        return Response(shapes.OwnService(service).data)

    @extend_schema(
        summary="Delete one of my services",
        description="It is offered no more. Lessons already booked of it stand.",
        responses={204: None, **answers(401, 403, 404, 503)},
    )
    @require_permission(PermissionName.MANAGE_SERVICES)
    def delete(self, request: PersonRequest, id: int) -> Response:  # noqa: A002
        """Delete or retire one's own."""
        offering.remove(instructor_id=request.user.pk, service_id=id, now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
