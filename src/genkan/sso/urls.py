"""Addresses of the provider that Django serves; hot paths are in `endpoints`."""

from django.urls import path

from genkan.sso.views import accounts, link_api
from genkan.sso.views.authorize import authorize
from genkan.sso.views.departure import leave_for
from genkan.sso.views.interaction import interaction
from genkan.sso.views.knocks import answer, knocks
from genkan.sso.views.logout import logout, logout_confirm
from genkan.sso.views.registration import register, registration
from genkan.sso.views.sessions import sessions
from genkan.sso.views.sign_outs import sign_outs

app_name = "sso"
urlpatterns = [
    path("api/links", link_api.confirm, name="confirm_link"),
    path("api/links/state", link_api.state, name="link_state"),
    path("api/links/matters", link_api.matters, name="link_matters"),
    path("api/links/end", link_api.end, name="end_link"),
    path("api/links/merge", link_api.merge, name="merge_links"),
    path("services/<uuid:service_id>/account", accounts.account, name="account"),
    path("services/<uuid:service_id>/unlink", accounts.unlink, name="unlink"),
    path("oauth2/authorize", authorize, name="authorize"),
    path("oauth2/interactions/<uuid:interaction_id>", interaction, name="interaction"),
    path("oauth2/logout", logout, name="logout"),
    path("services/<uuid:service_id>/open", leave_for, name="leave_for"),
    path("accounts/services/", sessions, name="sessions"),
    path("accounts/requests/", knocks, name="knocks"),
    path("accounts/requests/<uuid:knock_id>", answer, name="knock"),
    path("accounts/sign-outs/", sign_outs, name="sign_outs"),
    path("oauth2/logout/confirm", logout_confirm, name="logout_confirm"),
    path("oauth2/register", register, name="register"),
    path("oauth2/register/<str:client_id>", registration, name="registration"),
]
