"""Table of what staff saw at a counter."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from genkan.kernel.data import DataClass, holds
from genkan.residents.domain.counter import Document
from genkan.residents.models.people import Account, ResidentRow


class CheckRow(models.Model):
    """One document that a member of staff saw, and the items it bore out."""

    id = models.UUIDField(primary_key=True, db_comment=holds(DataClass.INTERNAL, "which check"))
    resident = models.ForeignKey(
        ResidentRow,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "whose data"),
    )
    account = models.ForeignKey(
        Account,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "who saw it"),
    )
    document = models.CharField(
        max_length=20,
        choices=[(document.value, document.value) for document in Document],
        db_comment=holds(DataClass.PERSONAL, "kind of document"),
    )
    note_sealed = models.BinaryField(
        db_comment=holds(DataClass.SECRET, "what staff wrote about it, sealed")
    )
    items = ArrayField(
        models.CharField(max_length=40),
        db_comment=holds(DataClass.INTERNAL, "keys of the items it bore out"),
    )
    at = models.DateTimeField(db_comment=holds(DataClass.INTERNAL, "when"))

    class Meta:
        db_table = "residents_check"
