"""Rules of services, and how often each designed failure was met."""

from django.db import models
from django.db.models import F, Q

from genkan.kernel.data import DataClass, holds


class RulesRow(models.Model):
    """What a service asks of whom it serves, and when it cannot be used."""

    id = models.UUIDField(
        primary_key=True, editable=False, db_comment=holds(DataClass.INTERNAL, "names the row")
    )
    service = models.OneToOneField(
        "partners.ServiceRow",
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PUBLIC, "whose rules"),
    )
    minimum_acr = models.CharField(
        max_length=40, db_comment=holds(DataClass.PUBLIC, "class a sign-in has to reach")
    )
    serves_minors = models.BooleanField(db_comment=holds(DataClass.PUBLIC, "whether minors may"))
    needs_data = models.BooleanField(
        db_comment=holds(DataClass.PUBLIC, "whether it serves nobody who shares nothing")
    )
    maintenance_from = models.DateTimeField(
        null=True, db_comment=holds(DataClass.PUBLIC, "begin of its announced maintenance")
    )
    maintenance_until = models.DateTimeField(
        null=True, db_comment=holds(DataClass.PUBLIC, "its end, excluded")
    )
    maintenance_text = models.JSONField(
        default=dict, db_comment=holds(DataClass.PUBLIC, "what it says about it, by language")
    )
    is_down = models.BooleanField(db_comment=holds(DataClass.INTERNAL, "whether it is not well"))
    failures = models.PositiveIntegerField(
        default=0, db_comment=holds(DataClass.INTERNAL, "probes in a row that found it not well")
    )
    health_url = models.TextField(
        blank=True, db_comment=holds(DataClass.INTERNAL, "what the probe asks; empty for nothing")
    )
    links_accounts = models.BooleanField(
        db_comment=holds(DataClass.PUBLIC, "whether people have accounts there already")
    )
    old_login_ends_on = models.DateField(
        null=True, db_comment=holds(DataClass.PUBLIC, "first day without its own login")
    )
    changed_at = models.DateTimeField(db_comment=holds(DataClass.INTERNAL, "when last changed"))

    class Meta:
        db_table = "sso_service_rules"
        constraints = [
            models.CheckConstraint(
                condition=Q(maintenance_from__isnull=True, maintenance_until__isnull=True)
                | Q(maintenance_until__gt=F("maintenance_from")),
                name="sso_maintenance_ends_after_start",
            ),
        ]


class OutcomeRow(models.Model):
    """How often something happened at a service on one day, by its code; never by whom.

    Codes are designed failures (M16), errors of the token endpoint, and what went well.
    """

    id = models.UUIDField(
        primary_key=True, editable=False, db_comment=holds(DataClass.INTERNAL, "names the row")
    )
    service = models.ForeignKey(
        "partners.ServiceRow",
        on_delete=models.RESTRICT,
        related_name="+",
        db_index=False,  # sso_outcome_once_a_day begins with it
        db_comment=holds(DataClass.INTERNAL, "at which service"),
    )
    code = models.CharField(max_length=30, db_comment=holds(DataClass.INTERNAL, "what happened"))
    day = models.DateField(db_comment=holds(DataClass.INTERNAL, "when, in Japan"))
    times = models.PositiveIntegerField(db_comment=holds(DataClass.INTERNAL, "how often"))
    last_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.INTERNAL, "the last time, where that is kept")
    )

    class Meta:
        db_table = "sso_outcome"
        constraints = [
            models.UniqueConstraint(
                fields=["service", "code", "day"], name="sso_outcome_once_a_day"
            ),
        ]
