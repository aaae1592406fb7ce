"""Table of what residents are compared by, to notice that somebody registered twice."""

from django.db import models

from genkan.kernel.data import DataClass, holds
from genkan.residents.models.people import ResidentRow


class DuplicateRow(models.Model):
    """Keyed hashes of one resident's folded basic items: equal people have equal hashes."""

    id = models.UUIDField(primary_key=True, db_comment=holds(DataClass.PSEUDONYM, "which row"))
    resident = models.OneToOneField(
        ResidentRow,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "whose"),
    )
    name_and_birth = models.BinaryField(
        db_comment=holds(DataClass.PSEUDONYM, "keyed hash of name and birth date, folded")
    )
    all_four = models.BinaryField(
        db_comment=holds(DataClass.PSEUDONYM, "keyed hash of the four basic items, folded")
    )
    noted_at = models.DateTimeField(
        db_comment=holds(DataClass.INTERNAL, "since when these hashes hold")
    )
    settled_at = models.DateTimeField(
        null=True,
        db_comment=holds(DataClass.INTERNAL, "when staff found this to be a person of their own"),
    )

    class Meta:
        db_table = "residents_duplicate"
        indexes = [models.Index(fields=["name_and_birth"], name="residents_duplicate_of")]
