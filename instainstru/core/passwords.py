"""What a password may not consist of, beside what Django knows."""

from django.core.exceptions import ValidationError

from instainstru.core import policy


class OwnNameValidator:
    """Refuses a password that is our name and little more: it is what somebody guesses first."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise ValidationError if, without our names, too little is left."""
        rest = password.lower()
        for name in policy.OWN_NAMES:
            rest = rest.replace(name, "")
        if rest != password.lower() and len(rest) < policy.SHORTEST_PASSWORD:
            raise ValidationError(self.get_help_text(), code="password_is_our_name")

    def get_help_text(self) -> str:
        """The rule as a sentence."""
        return "Choose something that is not mostly our name."
