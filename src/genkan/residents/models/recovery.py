"""Table of recoveries at a counter."""

from django.db import models
from django.db.models import Q

from genkan.kernel.data import DataClass, holds
from genkan.residents.domain.counter import Document
from genkan.residents.domain.recovery import Ending, ToldBy


class RecoveryRow(models.Model):
    """A way back in that staff began for a resident; ended ones are the history."""

    id = models.UUIDField(primary_key=True, db_comment=holds(DataClass.PSEUDONYM, "which recovery"))
    resident = models.ForeignKey(
        "residents.ResidentRow",
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "whose ID"),
    )
    asked_by = models.ForeignKey(
        "residents.Account",
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "member of staff who saw the document"),
    )
    code_digest = models.BinaryField(
        unique=True, db_comment=holds(DataClass.SECRET, "keyed hash of the code on the slip")
    )
    document = models.CharField(
        max_length=20,
        choices=[(one.value, one.value) for one in Document],
        db_comment=holds(DataClass.PERSONAL, "kind of document that was seen"),
    )
    told_by = models.CharField(
        max_length=10,
        choices=[(one.value, one.value) for one in ToldBy],
        db_comment=holds(DataClass.PERSONAL, "how the old contact hears of it"),
    )
    sealed_old = models.BinaryField(db_comment=holds(DataClass.SECRET, "old address, sealed"))
    sealed_new = models.BinaryField(db_comment=holds(DataClass.SECRET, "new address, sealed"))
    attempts = models.PositiveSmallIntegerField(
        default=0, db_comment=holds(DataClass.INTERNAL, "wrong answers so far")
    )
    asked_at = models.DateTimeField(db_comment=holds(DataClass.PERSONAL, "when it was begun"))
    ready_at = models.DateTimeField(
        db_comment=holds(DataClass.PERSONAL, "end of the waiting period")
    )
    ends_at = models.DateTimeField(
        db_index=True, db_comment=holds(DataClass.PERSONAL, "from when on the slip opens nothing")
    )
    ended_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.PERSONAL, "when it ended; empty while it stands")
    )
    ending = models.CharField(
        max_length=20,
        blank=True,
        choices=[(one.value, one.value) for one in Ending],
        db_comment=holds(DataClass.PERSONAL, "how it ended"),
    )

    class Meta:
        db_table = "residents_recovery"
        constraints = [
            models.UniqueConstraint(
                fields=["resident"],
                condition=Q(ended_at__isnull=True),
                name="residents_recovery_once",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ending="")
                | (Q(ended_at__isnull=False) & ~Q(ending="")),
                name="residents_recovery_ends_somehow",
            ),
        ]
