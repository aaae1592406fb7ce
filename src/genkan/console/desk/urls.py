"""Addresses of the counter, below /console/residents/."""

from django.urls import path

from genkan.console.desk import views

app_name = "console_residents"

urlpatterns = [
    path("", views.search, name="search"),
    path("<uuid:resident>/", views.show, name="show"),
    path("<uuid:resident>/open", views.open_record, name="open"),
    path("<uuid:resident>/unmask/<slug:item>", views.unmask, name="unmask"),
]
