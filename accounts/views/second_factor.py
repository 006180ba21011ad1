"""Pages of second factors: codes of an app, passkeys, recovery codes, trusted devices."""

from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn

from accounts.permissions import PermissionName
from accounts.views.shape import for_person, public

OWN = PermissionName.CHANGE_OWN_PASSWORD  # who may change one way in may change the others

index = for_person(base.index, OWN)
authenticate = public(base.authenticate)
reauthenticate = for_person(base.reauthenticate, OWN)
trust = public(base.trust)
activate_totp = for_person(totp.activate_totp, OWN)
deactivate_totp = for_person(totp.deactivate_totp, OWN)
view_codes = for_person(recovery_codes.view_recovery_codes, OWN)
generate_codes = for_person(recovery_codes.generate_recovery_codes, OWN)
download_codes = for_person(recovery_codes.download_recovery_codes, OWN)
list_passkeys = for_person(webauthn.list_webauthn, OWN)
add_passkey = for_person(webauthn.add_webauthn, OWN)
edit_passkey = for_person(webauthn.edit_webauthn, OWN)
remove_passkey = for_person(webauthn.remove_webauthn, OWN)
reauthenticate_by_passkey = for_person(webauthn.reauthenticate_webauthn, OWN)
login_by_passkey = public(webauthn.login_webauthn)
