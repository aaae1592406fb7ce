"""Addresses of the page shell."""

from django.urls import path

from genkan.ui import views

app_name = "ui"

urlpatterns = [path("language", views.language, name="language")]
