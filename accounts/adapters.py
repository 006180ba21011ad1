"""Where allauth asks us."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.signals import password_reset
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.dispatch import receiver
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import User
from accounts.permissions import Bundle
from accounts.services import addresses, people, tokens
from accounts.services.addresses import AddressTaken
from instainstru.core import clock, policy, sealing
from instainstru.core.client import address_of
from instainstru.core.errors import NotSo
from instainstru.core.services import outbox
from instainstru.core.services.outbox import Letter


class AccountAdapter(DefaultAccountAdapter):
    """Makes everyone who signs up a student. Letters leave by the outbox; their links lead to our own address."""

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Save the person with their bundles."""
        person: User = super().save_user(request, user, form, commit=commit)
        if commit:
            people.grant(person=person, bundles=[Bundle.MEMBER, Bundle.STUDENT])
        return person

    # Letters

    def send_mail(self, template_prefix: str, email: str, context: Mapping[str, Any]) -> None:
        """Post a letter that holds a way in: it is confidential."""
        _post(template_prefix, email, context, confidential=True)

    def send_notification_mail(
        self, template_prefix: str, user: User, context: Mapping[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Post a letter that says what was done, when and from where: to the address that counts, or to `email`."""
        seen = {"happened_at": clock.now(), "ip": address_of(self.request)}
        _post(template_prefix, email or user.email, {**seen, **(context or {})}, confidential=False)

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: EmailConfirmationHMAC) -> str:
        """The link that confirms an address. The request's own Host is whoever's who sent it."""
        return _ours("account_confirm_email", key=emailconfirmation.key)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link that leads to a new password."""
        uidb36, _, secret = key.partition("-")
        return _ours("account_reset_password_from_key", uidb36=uidb36, key=secret)

    # Addresses and passwords

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Have an address count; the one that counted before is told. False where another account has it."""
        try:
            before = addresses.confirm(address=email_address)
        except AddressTaken as taken:
            messages.error(request, taken.message)
            return False
        if before != email_address.email:
            self.send_notification_mail("account/email/email_changed", email_address.user, email=before)
        messages.success(request, f"{email_address.email} is confirmed.")
        return True

    def clean_email(self, email: str) -> str:
        """Refuse letters whose small forms Python and PostgreSQL do not agree on, and that look like others."""
        if not email.isascii():
            raise ValidationError("Write it in plain letters. A domain with others has a form that begins with xn--.")
        return email

    def set_password(self, user: User, password: str) -> None:
        """Set a password. A change of address that somebody began before ends: it may not have been its owner.

        Raises NotSo if another has been set meanwhile: one link, opened twice, sets one.
        """
        if User.objects.select_for_update(no_key=True).get(pk=user.pk).password != user.password:
            raise NotSo("A new password has just been set. Yours was not: sign in with that one, or get a new link.")
        super().set_password(user, password)
        addresses.keep(person=user)

    # Ways

    def is_safe_url(self, url: str) -> bool:
        """Whether somebody may be led there: what cannot be read as an address is none of ours."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        """Where one is after confirming an address."""
        return reverse("account_overview" if self.request.user.is_authenticated else "account_login")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Where one is after changing the password."""
        return reverse("account_overview")

    # Who asks

    def get_client_ip(self, request: HttpRequest) -> str:
        """Whom tries are counted for."""
        return address_of(request)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """What wrong passwords are counted by: the account alone. allauth adds the Host, which may name any port."""
        return str(credentials.get("email", "")).lower()


@receiver(password_reset)
def end_tokens(user: User, **_signal: object) -> None:
    """Whoever lost the password may have lost it to somebody, who made a token with it."""
    tokens.revoke_all(person_id=user.pk)


class FactorAdapter(DefaultMFAAdapter):
    """Keeps the secrets of second factors sealed, and says what is wrong in our words."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "That did not work. Try again, with a new code or another passkey.",
        "unverified_email": "Confirm your e-mail first: it is the way back into your account.",
        "cannot_generate_recovery_codes": "Set up an authenticator app or a passkey first.",
    }

    def encrypt(self, text: str) -> str:
        """How the secret of an app and the seed of recovery codes are kept."""
        return sealing.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """The same, to be read."""
        return sealing.unseal(encrypted_text)

    def generate_authenticator_name(self, *_whose: object) -> str:
        """What a passkey is called until its owner says."""
        return "Passkey"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Whom a passkey is for, as browsers show it."""
        return {**super().get_public_key_credential_rp_entity(), "name": "InstaInstru"}


def _post(template_prefix: str, email: str, context: Mapping[str, Any], *, confidential: bool) -> None:
    words = {
        **context,
        "site": settings.SITE_ADDRESS,
        "reset_minutes": policy.RESET_LINK_MINUTES,
        "confirm_days": policy.CONFIRMATION_LINK_DAYS,
    }
    subject, body = (render_to_string(f"{template_prefix}_{part}.txt", words) for part in ("subject", "message"))
    letter = Letter(
        key=f"{PurePosixPath(template_prefix).name}:{uuid4()}",
        recipient=email,
        subject=" ".join(subject.split()),
        body=f"{body.strip()}\n",
        confidential=confidential,
    )
    outbox.post(letters=[letter])


def _ours(name: str, **holes: str) -> str:
    return f"{settings.SITE_ADDRESS}{reverse(name, kwargs=holes)}"
