"""Addresses of once-only; the person-data API is a hot path."""

from django.urls import path

from genkan.onceonly import views

app_name = "onceonly"

urlpatterns = [
    path("api/disposals/<uuid:disposal_id>/certificate", views.certificate, name="certificate"),
]
