"""Addresses of residents: registration, profile, and accounts under the names allauth expects."""

from django.urls import include, path

from genkan.residents.views import accounts, postal, profile, registration

PAGES = [
    path("register/", registration.start, name="start"),
    path("register/terms", registration.accept_terms, name="terms"),
    path("register/profile", registration.fill_profile, name="profile_draft"),
    path("register/confirm", registration.confirm, name="confirm"),
    path("register/done", registration.done, name="done"),
    path("interests", profile.interests, name="interests"),
    path("profile", profile.show, name="profile"),
    path("profile/<str:item>", profile.change, name="change"),
    path("postal-code", postal.postal_code, name="postal_code"),
]

ACCOUNTS = [
    path("login/", accounts.sign_in, name="account_login"),
    path("logout/", accounts.sign_out, name="account_logout"),
    path("signup/", accounts.sign_up, name="account_signup"),
    path("inactive/", accounts.inactive, name="account_inactive"),
    path("email/", accounts.addresses, name="account_email"),
    path("confirm-email/", accounts.confirm_address, name="account_email_verification_sent"),
    path("reauthenticate/", accounts.reauthenticate, name="account_reauthenticate"),
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
