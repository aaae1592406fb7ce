"""Addresses of the counter, below /console/residents/."""

from django.urls import path

from genkan.console.desk import reviews, views

app_name = "console_residents"

urlpatterns = [
    path("", views.search, name="search"),
    path("lookups/", reviews.alerts, name="alerts"),
    path("lookups/<uuid:alert>/reviewed", reviews.reviewed, name="reviewed"),
    path("lookups/of/<uuid:account>/", reviews.lookups, name="lookups"),
    path("<uuid:resident>/", views.show, name="show"),
    path("<uuid:resident>/open", views.open_record, name="open"),
    path("<uuid:resident>/unmask/<slug:item>", views.unmask, name="unmask"),
]
