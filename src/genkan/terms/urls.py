"""Addresses of terms."""

from django.urls import path

from genkan.terms import views

app_name = "terms"

urlpatterns = [
    path("terms/", views.current, name="current"),
    path("terms/<str:kind>/", views.document, name="document"),
    path("terms/<str:kind>/<str:label>/", views.document, name="version"),
    path("terms/<str:kind>/<str:label>/changes", views.changes, name="changes"),
]
