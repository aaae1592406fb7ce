"""Addresses of the resident's pages."""

from django.urls import path

from genkan.portal import views

app_name = "portal"

urlpatterns = [
    path("", views.home, name="home"),
    path("services/", views.services, name="services"),
    path("services/<uuid:service_id>/", views.linked_service, name="service"),
    path("history/", views.history, name="history"),
]
