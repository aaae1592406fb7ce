"""Addresses of consent."""

from django.urls import path

from genkan.consent import views

app_name = "consent"

urlpatterns = [
    path("services/your-turn", views.your_turn, name="your_turn"),
    path("services/<uuid:service_id>/share", views.share, name="share"),
    path("services/<uuid:service_id>/stop", views.stop, name="stop"),
    path("services/<uuid:service_id>/stopped", views.stopped, name="stopped"),
]
