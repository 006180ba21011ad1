"""Addresses of people's accounts: allauth's, those that the site has a use for, and our own."""

from django.urls import path, re_path

from accounts.views import email, password, second_factor, sessions, signing_in

urlpatterns = [
    path("login/", signing_in.login, name="account_login"),
    path("signup/", signing_in.signup, name="account_signup"),
    path("logout/", signing_in.logout, name="account_logout"),
    path("inactive/", signing_in.inactive, name="account_inactive"),
    path("reauthenticate/", signing_in.reauthenticate, name="account_reauthenticate"),
    path("email/", email.email, name="account_email"),
    path("confirm-email/", email.sent, name="account_email_verification_sent"),
    re_path(r"^confirm-email/(?P<key>[-:\w]+)/$", email.confirm, name="account_confirm_email"),
    path("password/change/", password.change, name="account_change_password"),
    path("password/reset/", password.reset, name="account_reset_password"),
    path("password/reset/done/", password.reset_sent, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        password.reset_by_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", password.reset_done, name="account_reset_password_from_key_done"),
    path("2fa/", second_factor.index, name="mfa_index"),
    path("2fa/authenticate/", second_factor.authenticate, name="mfa_authenticate"),
    path("2fa/reauthenticate/", second_factor.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/trust/", second_factor.trust, name="mfa_trust"),
    path("2fa/totp/activate/", second_factor.activate_totp, name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", second_factor.deactivate_totp, name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", second_factor.view_codes, name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/generate/", second_factor.generate_codes, name="mfa_generate_recovery_codes"),
    path("2fa/recovery-codes/download/", second_factor.download_codes, name="mfa_download_recovery_codes"),
    path("2fa/passkeys/", second_factor.list_passkeys, name="mfa_list_webauthn"),
    path("2fa/passkeys/add/", second_factor.add_passkey, name="mfa_add_webauthn"),
    path("2fa/passkeys/<row:pk>/edit/", second_factor.edit_passkey, name="mfa_edit_webauthn"),
    path("2fa/passkeys/<row:pk>/remove/", second_factor.remove_passkey, name="mfa_remove_webauthn"),
    path("2fa/passkeys/reauthenticate/", second_factor.reauthenticate_by_passkey, name="mfa_reauthenticate_webauthn"),
    path("2fa/passkeys/login/", second_factor.login_by_passkey, name="mfa_login_webauthn"),
    path("sessions/", sessions.devices, name="usersessions_list"),
]
