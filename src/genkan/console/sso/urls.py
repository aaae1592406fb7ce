"""Addresses of the provider's pages, below /console/sso/."""

from django.urls import path

from genkan.console.sso import acts, views

app_name = "console_sso"

urlpatterns = [
    path("", views.overview, name="overview"),
    path("services/<uuid:service>/", views.service, name="service"),
    path(
        "services/<uuid:service>/stop",
        acts.of_service,
        {"act": "stop_service"},
        name="stop_service",
    ),
    path(
        "services/<uuid:service>/reopen",
        acts.of_service,
        {"act": "reopen_service"},
        name="reopen_service",
    ),
    path("clients/<uuid:client>/", views.client, name="client"),
    path(
        "clients/<uuid:client>/stop",
        acts.of_client,
        {"act": "stop_client"},
        name="stop_client",
    ),
    path(
        "clients/<uuid:client>/reopen",
        acts.of_client,
        {"act": "reopen_client"},
        name="reopen_client",
    ),
    path(
        "clients/<uuid:client>/remove",
        acts.of_client,
        {"act": "remove_client"},
        name="remove_client",
    ),
    path("keys/", views.keys, name="keys"),
    path("keys/rotate", acts.rotate, name="rotate"),
]
