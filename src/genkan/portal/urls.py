"""Addresses of the resident's pages."""

from django.urls import path

from genkan.portal.views import export, leaving, pages

app_name = "portal"

urlpatterns = [
    path("", pages.home, name="home"),
    path("services/", pages.services, name="services"),
    path("services/<uuid:service_id>/", pages.linked_service, name="service"),
    path("history/", pages.history, name="history"),
    path("profile/export", export.export, name="export"),
    path("profile/leave", leaving.leave, name="leave"),
    path("profile/leave/undo", leaving.undo, name="undo_leaving"),
]
