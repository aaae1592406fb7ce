"""Table of slips by which people who registered at a counter go online."""

from django.db import models

from genkan.kernel.data import DataClass, holds
from genkan.residents.models.people import Account, ResidentRow


class SlipRow(models.Model):
    """One slip with a code, of which only keyed hashes are kept; a person has one at a time."""

    id = models.UUIDField(primary_key=True, db_comment=holds(DataClass.INTERNAL, "which slip"))
    resident = models.OneToOneField(
        ResidentRow,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "whose ID it opens"),
    )
    issued_by = models.ForeignKey(
        Account,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "who handed it over"),
    )
    number_hash = models.BinaryField(
        unique=True, db_comment=holds(DataClass.SECRET, "keyed hash of the half that names it")
    )
    secret_hash = models.BinaryField(
        db_comment=holds(DataClass.SECRET, "keyed hash of the secret half")
    )
    attempts = models.PositiveSmallIntegerField(
        default=0, db_comment=holds(DataClass.INTERNAL, "how often it was tried in vain")
    )
    issued_at = models.DateTimeField(db_comment=holds(DataClass.INTERNAL, "when"))
    expires_at = models.DateTimeField(db_comment=holds(DataClass.INTERNAL, "end, excluded"))
    used_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.PERSONAL, "when the person went online with it")
    )

    class Meta:
        db_table = "residents_slip"
