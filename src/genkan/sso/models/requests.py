"""Authorization requests that clients push to us before a browser comes (RFC 9126)."""

from django.db import models

from genkan.kernel.data import DataClass, holds
from genkan.sso.models.clients import ClientRow


class PushedRequestRow(models.Model):
    """A checked authorization request behind a `request_uri`: 90 seconds, one answer."""

    id = models.UUIDField(
        primary_key=True, editable=False, db_comment=holds(DataClass.INTERNAL, "names the row")
    )
    digest = models.BinaryField(
        unique=True, db_comment=holds(DataClass.SECRET, "SHA-256 of what the request_uri ends with")
    )
    client = models.ForeignKey(
        ClientRow,
        on_delete=models.RESTRICT,
        related_name="+",
        db_index=False,  # found by digest alone
        db_comment=holds(DataClass.INTERNAL, "who pushed it, and alone may use it"),
    )
    parameters = models.JSONField(
        db_comment=holds(DataClass.PERSONAL, "the request; login_hint may name a person")
    )
    pushed_at = models.DateTimeField(db_comment=holds(DataClass.RELATED, "begin"))
    expires_at = models.DateTimeField(db_comment=holds(DataClass.INTERNAL, "end, excluded"))
    answered_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.INTERNAL, "when it was answered; once")
    )

    class Meta:
        db_table = "sso_pushed_request"
