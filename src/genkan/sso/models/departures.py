"""Which services a resident has been led to from our pages."""

from django.db import models

from genkan.kernel.data import DataClass, holds


class DepartureRow(models.Model):
    """A resident has read where a service leads, and gone there: it is not shown again."""

    id = models.UUIDField(
        primary_key=True, editable=False, db_comment=holds(DataClass.PSEUDONYM, "names the row")
    )
    resident = models.ForeignKey(
        "residents.ResidentRow",
        on_delete=models.RESTRICT,
        related_name="+",
        db_index=False,  # sso_departure_once begins with it
        db_comment=holds(DataClass.PSEUDONYM, "who"),
    )
    service = models.ForeignKey(
        "partners.ServiceRow",
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PERSONAL, "went to which service"),
    )
    left_at = models.DateTimeField(db_comment=holds(DataClass.PERSONAL, "when, the first time"))

    class Meta:
        db_table = "sso_departure"
        constraints = [
            models.UniqueConstraint(fields=["resident", "service"], name="sso_departure_once"),
        ]
