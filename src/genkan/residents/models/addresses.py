"""Table of changes of the address for signing in."""

from django.db import models

from genkan.kernel.data import DataClass, holds


class AddressChangeRow(models.Model):
    """A change of address that somebody asked for; kept until it can no longer be undone."""

    id = models.UUIDField(primary_key=True, db_comment=holds(DataClass.PSEUDONYM, "which change"))
    account = models.ForeignKey(
        "residents.Account",
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "whose"),
    )
    sealed_old = models.BinaryField(db_comment=holds(DataClass.SECRET, "address before, sealed"))
    sealed_new = models.BinaryField(db_comment=holds(DataClass.SECRET, "address asked for, sealed"))
    is_taken = models.BooleanField(
        db_comment=holds(DataClass.PERSONAL, "whether the new address was somebody else's")
    )
    attempts = models.PositiveSmallIntegerField(
        default=0, db_comment=holds(DataClass.INTERNAL, "codes typed so far")
    )
    asked_at = models.DateTimeField(
        db_index=True, db_comment=holds(DataClass.PERSONAL, "when it was asked for")
    )
    applied_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.PERSONAL, "when it took effect")
    )
    objected_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.PERSONAL, "when the old address undid it")
    )

    class Meta:
        db_table = "residents_address_change"
