"""What sign-up asks."""

from django.http import HttpRequest

from accounts.forms.names import NamesForm
from accounts.models import User


class SignupForm(NamesForm):
    """What sign-up asks beside e-mail and password."""

    field_order = ("first_name", "last_name", "email", "password1")

    def signup(self, request: HttpRequest, user: User) -> None:
        """allauth asks for this; the names are saved already, by its adapter."""
