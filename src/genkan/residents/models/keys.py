"""The table of data keys."""

from django.db import models
from django.db.models import Q

from genkan.kernel.data import DataClass, holds


class WallRow(models.Model):
    """What the database checks before it shows a person's rows (decision 0013); all zeros: all."""

    person = models.UUIDField(
        primary_key=True, db_comment=holds(DataClass.PSEUDONYM, "whose rows it is about")
    )
    lock = models.BinaryField(
        db_comment=holds(DataClass.PSEUDONYM, "hash of a proof that only the keyring gives")
    )

    class Meta:
        db_table = "residents_wall"


class DataKeyRow(models.Model):
    """One version of a person's data key, wrapped; what was destroyed leaves its date."""

    id = models.UUIDField(
        primary_key=True, db_comment=holds(DataClass.PSEUDONYM, "which version of whose key")
    )
    person = models.UUIDField(
        db_comment=holds(DataClass.PSEUDONYM, "whose: a registration, later the ID")
    )
    version = models.PositiveSmallIntegerField(db_comment=holds(DataClass.INTERNAL, "from 1"))
    wrapped = models.BinaryField(
        null=True,
        db_comment=holds(DataClass.SECRET, "the key, sealed by wrapped_by; empty once destroyed"),
    )
    wrapped_by = models.CharField(
        max_length=60, db_comment=holds(DataClass.INTERNAL, "name of the key-encryption key")
    )
    created_at = models.DateTimeField(db_comment=holds(DataClass.INTERNAL, "when it was made"))
    destroyed_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.PERSONAL, "when it was destroyed for good")
    )

    class Meta:
        db_table = "residents_data_key"
        constraints = [
            models.UniqueConstraint(fields=["person", "version"], name="residents_key_version"),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(destroyed_at__isnull=True),
                name="residents_one_living_key",
            ),
            models.CheckConstraint(
                condition=Q(wrapped__isnull=True, destroyed_at__isnull=False)
                | Q(wrapped__isnull=False, destroyed_at__isnull=True),
                name="residents_destroyed_key_is_gone",
            ),
        ]
