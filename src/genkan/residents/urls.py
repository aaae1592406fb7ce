"""Addresses of residents: registration, profile, and accounts under the names allauth expects."""

from django.urls import include, path

from genkan.residents.views import (
    accounts,
    acting,
    addresses,
    agreements,
    card,
    credentials,
    postal,
    profile,
    protection,
    readings,
    recovery,
    registration,
    sessions,
    slips,
)

PAGES = [
    path("register/", registration.start, name="start"),
    path("register/terms", registration.accept_terms, name="terms"),
    path("register/profile", registration.fill_profile, name="profile_draft"),
    path("register/confirm", registration.confirm, name="confirm"),
    path("register/slip", slips.take_over, name="slip"),
    path("register/done", registration.done, name="done"),
    path("terms/decision", agreements.decide, name="terms_decision"),
    path("acting/", acting.choose, name="acting"),
    path("acting/stop", acting.stop, name="stop_acting"),
    path("accounts/email/change/", addresses.ask, name="ask_address"),
    path("accounts/email/confirm/", addresses.confirm, name="confirm_address"),
    path("accounts/email/undo/<uuid:change>/<str:proof>/", addresses.undo, name="undo_address"),
    path("interests", profile.interests, name="interests"),
    path("profile", profile.show, name="profile"),
    path("profile/card", card.start, name="card"),
    path("profile/card/return", card.come_back, name="card_return"),
    path("profile/card/compare", card.decide, name="card_compare"),
    path("profile/reading", readings.pick, name="reading"),
    path("profile/<str:item>", profile.change, name="change"),
    path("recovery/", recovery.slip, name="recover"),
    path("recovery/new/", recovery.renew, name="renew_recovery"),
    path("recovery/own/stop/", recovery.stop_own, name="stop_own_recovery"),
    path("recovery/<uuid:recovery_id>/stop/<str:proof>/", recovery.stop, name="stop_recovery"),
    path("protection", protection.protection, name="protection"),
    path("postal-code", postal.postal_code, name="postal_code"),
]

ACCOUNTS = [
    path("login/", accounts.sign_in, name="account_login"),
    path("login/code/", accounts.code_by_mail, name="account_request_login_code"),
    path("login/code/confirm/", accounts.sign_in_by_code, name="account_confirm_login_code"),
    path("logout/", accounts.sign_out, name="account_logout"),
    path("signup/", accounts.sign_up, name="account_signup"),
    path("signup/passkey/", accounts.sign_up_by_passkey, name="account_signup_by_passkey"),
    path("passkeys/first/", credentials.first_passkey, name="mfa_signup_webauthn"),
    path("inactive/", accounts.inactive, name="account_inactive"),
    path("email/", accounts.addresses, name="account_email"),
    path("confirm-email/", accounts.confirm_address, name="account_email_verification_sent"),
    path("security/", credentials.security, name="mfa_index"),
    path("sessions/", sessions.sessions, name="usersessions_list"),
    path("passkeys/add/", credentials.add_passkey, name="mfa_add_webauthn"),
    path("passkeys/sign-in/", credentials.sign_in_by_passkey, name="mfa_login_webauthn"),
    path("passkeys/<int:pk>/rename/", credentials.rename_passkey, name="mfa_edit_webauthn"),
    path("passkeys/<int:pk>/remove/", credentials.remove_passkey, name="mfa_remove_webauthn"),
    path("second-step/", credentials.second_step, name="mfa_authenticate"),
    path("authenticator/add/", credentials.add_authenticator, name="mfa_activate_totp"),
    path("authenticator/remove/", credentials.remove_authenticator, name="mfa_deactivate_totp"),
    path("recovery-codes/", credentials.recovery_codes, name="mfa_view_recovery_codes"),
    path("recovery-codes/new/", credentials.new_recovery_codes, name="mfa_generate_recovery_codes"),
    path("reauthenticate/", accounts.reauthenticate, name="account_reauthenticate"),
    path("reauthenticate/code/", credentials.again_by_code, name="mfa_reauthenticate"),
    path(
        "reauthenticate/passkey/",
        credentials.again_by_passkey,
        name="mfa_reauthenticate_webauthn",
    ),
    path("password/change/", accounts.change_password, name="account_change_password"),
    path("password/set/", accounts.set_password, name="account_set_password"),
    path("password/reset/", accounts.reset, name="account_reset_password"),
    path(
        "password/reset/confirm/", accounts.reset_code, name="account_confirm_password_reset_code"
    ),
    path(
        "password/reset/complete/", accounts.reset_password, name="account_complete_password_reset"
    ),
    path("password/reset/done/", accounts.reset_done, name="account_password_reset_completed"),
]

urlpatterns = [
    path("", include((PAGES, "residents"))),
    path("accounts/", include(ACCOUNTS)),
]
