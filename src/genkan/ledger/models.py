"""Tables of the ledger."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from genkan.kernel.data import DataClass, holds


class EntryRow(models.Model):
    """One act. Rows are added and given their place once, and never changed after."""

    id = models.UUIDField(
        primary_key=True, editable=False, db_comment=holds(DataClass.INTERNAL, "names the entry")
    )
    event = models.CharField(max_length=80, db_comment=holds(DataClass.INTERNAL, "what happened"))
    subject = models.UUIDField(null=True, db_comment=holds(DataClass.PSEUDONYM, "whose data"))
    actor_kind = models.CharField(
        max_length=20, db_comment=holds(DataClass.INTERNAL, "what kind of actor")
    )
    actor = models.CharField(max_length=100, db_comment=holds(DataClass.PSEUDONYM, "who acted"))
    service = models.UUIDField(
        null=True, db_comment=holds(DataClass.INTERNAL, "linked service concerned")
    )
    facts = models.JSONField(
        db_comment=holds(DataClass.PSEUDONYM, "identifiers, item keys and reasons; no values")
    )
    happened_at = models.DateTimeField(db_comment=holds(DataClass.INTERNAL, "when"))
    nonce = models.BinaryField(db_comment=holds(DataClass.SECRET, "blinds the leaf"))
    seal = models.BinaryField(
        db_comment=holds(DataClass.SECRET, "keyed hash of the record, made when it was written")
    )
    index = models.BigIntegerField(
        null=True, unique=True, db_comment=holds(DataClass.INTERNAL, "place in the tree")
    )
    subject_count = models.BigIntegerField(
        null=True, db_comment=holds(DataClass.INTERNAL, "how-manieth entry of the subject")
    )
    previous_index = models.BigIntegerField(
        null=True, db_comment=holds(DataClass.INTERNAL, "place of the subject's entry before")
    )
    leaf_hash = models.BinaryField(
        null=True, db_comment=holds(DataClass.PUBLIC, "hash of the leaf as published")
    )

    class Meta:
        db_table = "ledger_entry"
        indexes = [
            models.Index(fields=["subject", "-happened_at"], name="ledger_entry_of_subject"),
            models.Index(fields=["subject", "-subject_count"], name="ledger_entry_chain"),
            models.Index(
                fields=["happened_at", "id"],
                name="ledger_entry_pending",
                condition=models.Q(index__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="ledger_entry_placed_whole",
                condition=models.Q(index__isnull=True, leaf_hash__isnull=True)
                | models.Q(index__isnull=False, leaf_hash__isnull=False),
            ),
        ]


class CheckpointRow(models.Model):
    """A signed state of the tree."""

    size = models.BigIntegerField(
        primary_key=True, db_comment=holds(DataClass.PUBLIC, "number of leaves")
    )
    root = models.BinaryField(db_comment=holds(DataClass.PUBLIC, "root hash"))
    peaks = ArrayField(
        models.BinaryField(), db_comment=holds(DataClass.PUBLIC, "roots of complete subtrees")
    )
    note = models.TextField(db_comment=holds(DataClass.PUBLIC, "the signed note"))
    signed_at = models.DateTimeField(db_comment=holds(DataClass.INTERNAL, "when"))

    class Meta:
        db_table = "ledger_checkpoint"
