"""Table of the devices that people sign in with."""

from django.db import models

from genkan.kernel.data import DataClass, holds


class DeviceRow(models.Model):
    """A browser that an account has signed in with; forgotten when it was not seen for long."""

    id = models.UUIDField(primary_key=True, db_comment=holds(DataClass.PSEUDONYM, "which device"))
    account = models.ForeignKey(
        "residents.Account",
        on_delete=models.RESTRICT,
        db_index=False,  # residents_device_once begins with it
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "whose"),
    )
    token_digest = models.BinaryField(
        db_comment=holds(DataClass.SECRET, "SHA-256 of the random mark in its cookie")
    )
    name = models.CharField(
        max_length=100, db_comment=holds(DataClass.PERSONAL, "program and system, no versions")
    )
    first_seen_at = models.DateTimeField(
        db_comment=holds(DataClass.PERSONAL, "first sign-in with it")
    )
    last_seen_at = models.DateTimeField(
        db_index=True, db_comment=holds(DataClass.PERSONAL, "newest sign-in with it")
    )

    class Meta:
        db_table = "residents_device"
        constraints = [
            models.UniqueConstraint(
                fields=["account", "token_digest"], name="residents_device_once"
            ),
        ]
