"""Tables of people."""

from accounts.models.people import Allowed, Bundled, Granted, User
from accounts.models.tokens import ApiToken

__all__ = ["Allowed", "ApiToken", "Bundled", "Granted", "User"]
