"""Where allauth asks us."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from accounts.models import User
from accounts.permissions import Bundle
from accounts.services import people


class AccountAdapter(DefaultAccountAdapter):
    """Makes everyone who signs up a student."""

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Save the person with their bundles."""
        person: User = super().save_user(request, user, form, commit=commit)
        if commit:
            people.grant(person=person, bundles=[Bundle.MEMBER, Bundle.STUDENT])
        return person
