"""Addresses of the counter, below /console/residents/."""

from django.urls import path

from genkan.console import (
    conflicts,
    guardians,
    interventions,
    letters,
    protection,
    recovery,
    services,
)
from genkan.console.desk import checks, registration, reviews, unmasking, views

app_name = "console_residents"

urlpatterns = [
    path("", views.search, name="search"),
    path("unmaskings/", unmasking.waiting, name="unmaskings"),
    path("unmaskings/<uuid:asked>", unmasking.decide, name="decide_unmasking"),
    path("conflicts/", conflicts.waiting, name="conflicts"),
    path("conflicts/<uuid:conflict>", conflicts.decide, name="decide_conflict"),
    path("lookups/", reviews.alerts, name="alerts"),
    path("lookups/<uuid:alert>/reviewed", reviews.reviewed, name="reviewed"),
    path("lookups/of/<uuid:account>/", reviews.lookups, name="lookups"),
    path("letters/", letters.overview, name="letters"),
    path("letters/about/<uuid:terms>", letters.make, name="make_letters"),
    path("letters/<uuid:batch>/", letters.batch, name="letter_batch"),
    path("letters/<uuid:batch>/write", letters.write, name="write_letters"),
    path("letters/<uuid:batch>/sent", letters.sent, name="letters_sent"),
    path(
        "letters/<uuid:batch>/<uuid:letter>/handed-over",
        letters.handed_over,
        name="letter_handed_over",
    ),
    path("<uuid:resident>/", views.show, name="show"),
    path("register", registration.register, name="register"),
    path("<uuid:resident>/slip", registration.slip, name="slip"),
    path("<uuid:resident>/slip/code", registration.slip_code, name="slip_code"),
    path("<uuid:resident>/check/<slug:item>", checks.check, name="check"),
    path("<uuid:resident>/open", views.open_record, name="open"),
    path("<uuid:resident>/guardians/add", guardians.add, name="add_guardian"),
    path(
        "<uuid:resident>/guardians/<uuid:right>/take-away",
        guardians.take_away,
        name="take_guardian_away",
    ),
    path("<uuid:resident>/services/<uuid:service>/share", services.share, name="share"),
    path("<uuid:resident>/services/<uuid:service>/stop", services.stop, name="stop"),
    path("<uuid:resident>/protection", protection.protect, name="protect"),
    path("<uuid:resident>/protection/lift", protection.lift, name="lift_protection"),
    path(
        "<uuid:resident>/protection/<uuid:asked>/decide",
        protection.decide,
        name="decide_protection",
    ),
    path("<uuid:resident>/interventions", interventions.intervene, name="intervene"),
    path(
        "<uuid:resident>/interventions/<uuid:asked>/lift",
        interventions.lift,
        name="lift_intervention",
    ),
    path(
        "<uuid:resident>/interventions/<uuid:asked>/approve",
        interventions.approve,
        name="approve_intervention",
    ),
    path("<uuid:resident>/recovery", recovery.recover, name="recover"),
    path("<uuid:resident>/recovery/<uuid:asked>/cancel", recovery.cancel, name="cancel_recovery"),
    path("<uuid:resident>/unmask/<slug:item>", unmasking.unmask, name="unmask"),
]
