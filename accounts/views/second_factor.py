"""Pages of second factors: codes of an app, passkeys, recovery codes, trusted devices."""

from typing import Any

from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal import auth
from django.http import HttpResponse
from django.views.generic.edit import FormMixin

from accounts.permissions import PermissionName
from accounts.services import second_factor
from accounts.views.shape import for_person, public, way_in
from instainstru.core import policy

OWN = PermissionName.CHANGE_OWN_PASSWORD  # who may change one way in may change the others


class Security(base.IndexView):  # type: ignore[misc]
    """Every way in, and what is missing before one can be added."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say whether allauth would let one be added: the page leads to what is missing."""
        may_add = second_factor.may_be_added(person_id=self.request.user.pk)
        return {**super().get_context_data(**kwargs), "may_add": may_add}


class AddPasskey(webauthn.AddWebAuthnView):  # type: ignore[misc]
    """Every passkey can stand for the password, too: the device keeps it, and asks who is there."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Have the browser asked for such a one."""
        options = auth.begin_registration(self.request.user, passwordless=True)
        return {**FormMixin.get_context_data(self, **kwargs), "js_data": {"creation_options": options}}


class ReauthenticateByPasskey(webauthn.ReauthenticateWebAuthnView):  # type: ignore[misc]
    """Shows what was wrong where it was, and keeps the way back."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """Show the page again."""
        shown: HttpResponse = self.render_to_response(self.get_context_data() | {"form": form})
        return shown


index = for_person(Security.as_view(), OWN)
authenticate = way_in(public(base.authenticate))
reauthenticate = way_in(for_person(base.reauthenticate, OWN))
trust = public(base.TrustView.as_view(extra_context={"trust_days": policy.TRUSTED_DEVICE_DAYS}))
activate_totp = way_in(for_person(totp.activate_totp, OWN))
deactivate_totp = for_person(totp.deactivate_totp, OWN)
view_codes = for_person(recovery_codes.view_recovery_codes, OWN)
generate_codes = for_person(recovery_codes.generate_recovery_codes, OWN)
download_codes = for_person(recovery_codes.download_recovery_codes, OWN)
list_passkeys = for_person(webauthn.list_webauthn, OWN)
add_passkey = for_person(AddPasskey.as_view(), OWN)
edit_passkey = for_person(webauthn.edit_webauthn, OWN)
remove_passkey = for_person(webauthn.remove_webauthn, OWN)
reauthenticate_by_passkey = way_in(for_person(ReauthenticateByPasskey.as_view(), OWN))
login_by_passkey = way_in(public(webauthn.login_webauthn))
