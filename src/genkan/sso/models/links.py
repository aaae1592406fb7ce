"""Links: one resident has connected one service."""

from django.db import models
from django.db.models import Q

from genkan.kernel.data import DataClass, holds


class LinkRow(models.Model):
    """One resident has connected one service. An ended link stays as evidence."""

    id = models.UUIDField(
        primary_key=True, editable=False, db_comment=holds(DataClass.PSEUDONYM, "names the link")
    )
    resident = models.ForeignKey(
        "residents.ResidentRow",
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "who"),
    )
    service = models.ForeignKey(
        "partners.ServiceRow",
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PERSONAL, "uses which service"),
    )
    linked_at = models.DateTimeField(db_comment=holds(DataClass.PERSONAL, "since when"))
    last_used_at = models.DateTimeField(db_comment=holds(DataClass.PERSONAL, "last sign-in there"))
    unlinked_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.PERSONAL, "until when; empty while it stands")
    )
    pending_until = models.DateTimeField(
        null=True,
        db_comment=holds(DataClass.PERSONAL, "when it is undone unless an account is named"),
    )
    evidence = models.JSONField(
        db_comment=holds(DataClass.INTERNAL, "by which interaction and page it was agreed")
    )

    class Meta:
        db_table = "sso_link"
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "service"],
                condition=Q(unlinked_at__isnull=True),
                name="sso_link_stands_once",
            ),
        ]
