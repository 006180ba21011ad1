"""How a program says for whom it acts."""

from datetime import UTC, datetime

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import User
from accounts.services import tokens

SCHEMES = (b"bearer", b"token")


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer <token>`, or `Token <token>`. A token ages in real time, whatever a test clock says."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        """The token's owner; None without the header, so that a session may speak. Raises for a wrong token."""
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() not in SCHEMES:
            return None
        if len(parts) != 2:
            raise AuthenticationFailed
        person = tokens.owner_of(token=parts[1].decode("latin-1"), now=datetime.now(UTC))
        if person is None:
            raise AuthenticationFailed
        return person, None

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return 'Bearer realm="InstaInstru"'
