"""How a program says for whom it acts."""

from datetime import UTC, datetime

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from accounts.models import User
from accounts.permissions import Narrowing
from accounts.services import tokens

SCHEMES = (b"bearer", b"token")


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer <token>`, or `Token <token>`. A token ages in real time, whatever a test clock says."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        """The token's owner, narrowed to its scopes; None without the header, so that a session may speak.

        Raises for a wrong token.
        """
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() not in SCHEMES:
            return None
        if len(parts) != 2:
            raise AuthenticationFailed
        token = tokens.use(token=parts[1].decode("latin-1"), now=datetime.now(UTC))
        if token is None:
            raise AuthenticationFailed
        person = token.user  # read with the token, for this request alone
        person.narrowed_to = Narrowing(token.scopes, reads=request.method in SAFE_METHODS)
        return person, None

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return 'Bearer realm="InstaInstru"'
