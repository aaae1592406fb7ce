"""Table of people who were told that they are of age, so that each is told once."""

from django.db import models

from genkan.kernel.data import DataClass, holds
from genkan.residents.models.people import ResidentRow


class MajorityRow(models.Model):
    """One person who came of age, noted when it was told."""

    id = models.UUIDField(primary_key=True, db_comment=holds(DataClass.PSEUDONYM, "which note"))
    resident = models.OneToOneField(
        ResidentRow,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "who came of age"),
    )
    noted_at = models.DateTimeField(db_comment=holds(DataClass.PERSONAL, "when it was queued"))

    class Meta:
        db_table = "residents_majority"
