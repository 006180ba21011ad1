"""The API of one's data: taking it along, and closing the account."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.mfa.utils import is_mfa_enabled
from django.core.exceptions import ValidationError
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import Throttled
from rest_framework.response import Response

from accounts.permissions import PermissionName
from accounts.serializers import ClosedAnswer, CloseRequest
from accounts.services import leaving
from accounts.services.tokens import SecondFactorRequired
from instainstru.core import clock, policy
from instainstru.core.api import Operation, PersonRequest, answers, read
from instainstru.core.errors import Invalid, NotAllowed
from instainstru.core.limits import Bucket
from instainstru.core.permissions import require_permission

LESSON = {
    "reference": "LS-4KQ7M-X2RTD",
    "status": "CONFIRMED",
    "history": [{"at": "2026-11-20T10:12:00-05:00", "status": "CONFIRMED"}],
    "service": "Piano",
    "starts_at": "2026-12-01T17:30:00-05:00",
    "ends_at": "2026-12-01T18:30:00-05:00",
    "duration_minutes": 60,
    "place": "online",
    "neighborhood": None,
    "notes": "I can read notes already.",
    "hourly_cents": 7000,
    "price_cents": 7000,
    "booked_at": "2026-11-20T10:12:00-05:00",
    "cancelled_at": None,
    "cancelled_by": None,
    "instructor": "Ana R.",
    "address": "",
    "fee_cents": 840,
    "total_cents": 7840,
    "refund_cents": None,
    "credit_cents": None,
}
WHOLE: dict[str, Any] = {
    "exported_at": "2026-11-28T09:00:00-05:00",
    "person": {
        "email": "sam@example.com",
        "first_name": "Sam",
        "last_name": "Student",
        "joined_at": "2026-10-01T08:00:00-04:00",
        "last_signed_in_at": "2026-11-27T19:04:00-05:00",
        "bundles": ["member", "student"],
    },
    "addresses": [{"email": "sam@example.com", "verified": True, "primary": True}],
    "sessions": [],
    "tokens": [],
    "factors": [],
    "letters": [],
    "profile": None,
    "services": [],
    "hours": [],
    "dated_hours": [],
    "time_off": [],
    "favorites": [{"instructor": "Ana R.", "since": "2026-11-19T21:30:00-05:00"}],
    "reviews_written": [],
    "reviews_received": [],
    "lessons_taken": [LESSON],
    "lessons_taught": [],
    "calendar_feed": None,
}


class PasswordAgain(NotAllowed):
    """A browser was left open, perhaps."""

    sentence = "Say once more who you are, at /accounts/reauthenticate/, or use a token."


class Data(Operation):
    """All that is kept of a person."""

    @extend_schema(
        summary="Download my data",
        description="All that is kept of a person; others go by their public names. docs/privacy.md has the parts.",
        responses={200: OpenApiTypes.OBJECT, **answers(401, 403)},
        examples=[OpenApiExample("Sam’s", value=WHOLE, response_only=True, status_codes=["200"])],
    )
    @require_permission(PermissionName.MANAGE_OWN_PROFILE)
    def get(self, request: PersonRequest) -> Response:
        """All of it; to a browser only once the person has said lately who they are, as on the page."""
        if isinstance(request.successful_authenticator, SessionAuthentication) and not did_recently_reauthenticate(
            request._request
        ):
            raise PasswordAgain
        return Response(leaving.export(person=request.user, now=clock.now()))


class Close(Operation):
    """The end of an account."""

    bucket = Bucket.AUTH

    @extend_schema(
        summary="Close my account",
        description="For good: coming lessons are cancelled by the rules, what is personal is erased, and every token "
        "and session ends. Asks for the password; staff, and accounts with a second factor, do not close by API.",
        request=CloseRequest,
        responses={200: ClosedAnswer, **answers(400, 401, 403, 409, 429, 503)},
        examples=[
            OpenApiExample("Sam", value={"password": "Lesson-2026!"}, request_only=True),
            OpenApiExample(
                "Closed",
                value={
                    "closed_at": "2026-11-28T09:00:00-05:00",
                    "consequences": [
                        {
                            "what": "Piano with Ana R., Tuesday, December 1, 2026, 5:30 PM to 6:30 PM (New York time)",
                            "meaning": "Cancelled. You get $78.40 back.",
                        }
                    ],
                },
                response_only=True,
                status_codes=["200"],
            ),
        ],
    )
    @require_permission(PermissionName.DELETE_OWN_ACCOUNT)
    def post(self, request: PersonRequest) -> Response:
        """Check the password, and close."""
        _check_password(request, read(CloseRequest, request.data)["password"])
        now = clock.now()
        done = leaving.close(person=request.user, by=request.user, now=now)
        return Response(ClosedAnswer({"closed_at": now, "consequences": done.consequences}).data)


def _check_password(request: PersonRequest, password: str) -> None:
    """Raise Invalid for a wrong one, through allauth, which counts failures for pages and API alike."""
    if is_mfa_enabled(request.user):
        raise SecondFactorRequired("This account has a second factor: close it on the site, under Account, Your data.")
    try:
        found = get_adapter().authenticate(request._request, email=request.user.email, password=password)
    except ValidationError:
        raise Throttled(wait=policy.SIGN_IN_PAUSE_SECONDS) from None
    if found != request.user:
        raise Invalid.field("password", "This is not your password.")
