"""The API of tokens."""

from datetime import UTC, datetime

from allauth.account.adapter import get_adapter
from django.core.exceptions import ValidationError
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import TokenAuthentication
from accounts.models import User
from accounts.serializers import TokenAnswer, TokenRequest
from accounts.services import tokens
from instainstru.core import policy
from instainstru.core.api import Operation, answers, read
from instainstru.core.limits import Bucket


class Token(Operation):
    """Keys for programs."""

    # No session here: a token is for who knows the password, not for who found a browser signed in.
    authentication_classes = (TokenAuthentication,)
    bucket = Bucket.AUTH

    @extend_schema(
        summary="Get a token",
        description=(
            "Trades e-mail and password for a token of every scope that is good for 90 days. It is shown once. An "
            "account with a second factor makes its tokens on the site."
        ),
        request=TokenRequest,
        responses={200: TokenAnswer, **answers(400, 401, 403, 409, 503)},
        auth=[],
        examples=[
            OpenApiExample("Sam", value={"email": "sam@example.com", "password": "Lesson-2026!"}, request_only=True),
            OpenApiExample(
                "A token",
                value={"token": "5aV3…", "expires_at": "2027-02-21T12:00:00-05:00"},
                response_only=True,
                status_codes=["200"],
            ),
        ],
    )
    def post(self, request: Request) -> Response:
        """Check the password and answer a new token."""
        asked = read(TokenRequest, request.data)
        try:  # through allauth, which counts failures for pages and API alike
            person = get_adapter().authenticate(
                request._request, email=asked["email"].lower(), password=asked["password"]
            )
        except ValidationError:
            raise Throttled(wait=policy.SIGN_IN_PAUSE_SECONDS) from None
        if not isinstance(person, User) or not person.is_active:  # allauth answers closed accounts, too
            raise AuthenticationFailed("E-mail and password do not belong together.")
        issued = tokens.make_by_password(person=person, now=datetime.now(UTC))
        return Response(TokenAnswer(issued).data)


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """What the schema says of tokens."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        """A bearer token."""
        return {"type": "http", "scheme": "bearer", "description": "From POST /api/auth/token/."}
