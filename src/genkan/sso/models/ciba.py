"""Requests that residents answer on a device of their own (CIBA)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from genkan.kernel.data import DataClass, holds
from genkan.sso.models.clients import ClientRow
from genkan.sso.models.links import LinkRow


class KnockRow(models.Model):
    """A client asked us to ask a resident; one answer, tokens once."""

    id = models.UUIDField(
        primary_key=True, editable=False, db_comment=holds(DataClass.INTERNAL, "names it in pages")
    )
    digest = models.BinaryField(
        unique=True, db_comment=holds(DataClass.SECRET, "SHA-256 of the auth_req_id")
    )
    client = models.ForeignKey(
        ClientRow,
        on_delete=models.RESTRICT,
        related_name="+",
        db_index=False,  # found by digest or link
        db_comment=holds(DataClass.RELATED, "who asks"),
    )
    link = models.ForeignKey(
        LinkRow,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "whom, for which service"),
    )
    scopes = ArrayField(
        models.CharField(max_length=40), db_comment=holds(DataClass.INTERNAL, "what is asked for")
    )
    message = models.CharField(
        max_length=60, db_comment=holds(DataClass.PERSONAL, "what both sides compare")
    )
    notification = models.BinaryField(
        null=True, db_comment=holds(DataClass.SECRET, "sealed: what a ping says, by which token")
    )
    asked_at = models.DateTimeField(db_comment=holds(DataClass.PERSONAL, "when"))
    expires_at = models.DateTimeField(db_comment=holds(DataClass.INTERNAL, "end, excluded"))
    interval_seconds = models.IntegerField(
        db_comment=holds(DataClass.INTERNAL, "how long the client waits between two questions")
    )
    polled_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.INTERNAL, "when the client last asked for the answer")
    )
    allowed = models.BooleanField(
        null=True, db_comment=holds(DataClass.PERSONAL, "the answer; empty while there is none")
    )
    decided_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.PERSONAL, "when it was answered; once")
    )
    auth_time = models.DateTimeField(
        null=True, db_comment=holds(DataClass.PERSONAL, "when who answered proved who they are")
    )
    acr = models.CharField(
        max_length=40, default="", db_comment=holds(DataClass.PERSONAL, "how strongly")
    )
    amr = ArrayField(
        models.CharField(max_length=20),
        default=list,
        db_comment=holds(DataClass.PERSONAL, "by which means"),
    )
    spent_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.INTERNAL, "when tokens were given out; once")
    )

    class Meta:
        db_table = "sso_knock"
