"""Grants, and what is kept of the tokens given out for them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from genkan.kernel.data import DataClass, holds
from genkan.sso.models.clients import ClientRow
from genkan.sso.models.links import LinkRow


class GrantRow(models.Model):
    """What was granted at one redemption: the root of a family of tokens.

    The database does not check its keys once more: they are those of a code, an asking or another
    grant, which it has checked. The check would lock the client's row for every sign-in at once.
    """

    id = models.UUIDField(
        primary_key=True,
        editable=False,
        db_comment=holds(
            DataClass.INTERNAL, "names the family; the code's id where a code began it"
        ),
    )
    client = models.ForeignKey(
        ClientRow,
        on_delete=models.RESTRICT,
        related_name="+",
        db_index=False,  # found by id or link
        db_constraint=False,
        db_comment=holds(DataClass.RELATED, "to which client"),
    )
    link = models.ForeignKey(
        LinkRow,
        on_delete=models.RESTRICT,
        related_name="+",
        db_constraint=False,
        db_comment=holds(DataClass.PSEUDONYM, "by whom, for which service"),
    )
    sid = models.CharField(
        max_length=43,
        db_comment=holds(DataClass.PSEUDONYM, "the session it began in; empty for none"),
    )
    scopes = ArrayField(
        models.CharField(max_length=40), db_comment=holds(DataClass.INTERNAL, "what was granted")
    )
    claims = models.JSONField(db_comment=holds(DataClass.INTERNAL, "the claims parameter"))
    authorization_details = models.JSONField(
        db_comment=holds(DataClass.PERSONAL, "RFC 9396: what was granted, in detail")
    )
    resources = ArrayField(
        models.TextField(),
        db_comment=holds(DataClass.INTERNAL, "RFC 8707: whom its tokens are for; empty for us"),
    )
    auth_time = models.DateTimeField(
        db_comment=holds(DataClass.PERSONAL, "when the resident proved who they are")
    )
    acr = models.CharField(max_length=40, db_comment=holds(DataClass.PERSONAL, "how strongly"))
    amr = ArrayField(
        models.CharField(max_length=20), db_comment=holds(DataClass.PERSONAL, "by which means")
    )
    jkt = models.CharField(
        max_length=43,
        db_comment=holds(DataClass.INTERNAL, "RFC 7638 thumbprint it is bound to; empty for none"),
    )
    actor = models.JSONField(
        null=True,
        db_comment=holds(DataClass.PSEUDONYM, "RFC 8693: who acts for the resident, if anybody"),
    )
    offline = models.BooleanField(
        db_comment=holds(DataClass.INTERNAL, "whether it outlives the session it began in")
    )
    authorized_at = models.DateTimeField(
        db_comment=holds(DataClass.PERSONAL, "when the resident agreed to it")
    )
    issued_at = models.DateTimeField(db_comment=holds(DataClass.PERSONAL, "when"))
    expires_at = models.DateTimeField(db_comment=holds(DataClass.INTERNAL, "end, excluded"))
    revoked_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.INTERNAL, "when it ended early, if it did")
    )

    class Meta:
        db_table = "sso_grant"


class RefreshRow(models.Model):
    """A refresh token; it is random, so SHA-256 of it is enough."""

    id = models.UUIDField(
        primary_key=True, editable=False, db_comment=holds(DataClass.INTERNAL, "names the row")
    )
    grant = models.ForeignKey(
        GrantRow,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.INTERNAL, "its family"),
    )
    digest = models.BinaryField(unique=True, db_comment=holds(DataClass.SECRET, "SHA-256 of it"))
    issued_at = models.DateTimeField(db_comment=holds(DataClass.PERSONAL, "when"))
    expires_at = models.DateTimeField(
        db_comment=holds(DataClass.INTERNAL, "end unless it is used before, excluded")
    )
    rotated_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.INTERNAL, "when it was exchanged for its successor")
    )

    class Meta:
        db_table = "sso_refresh"


class RevokedTokenRow(models.Model):
    """One access token that its client gave back before its end (RFC 7009)."""

    id = models.UUIDField(
        primary_key=True, editable=False, db_comment=holds(DataClass.INTERNAL, "names the row")
    )
    digest = models.BinaryField(
        unique=True, db_comment=holds(DataClass.INTERNAL, "SHA-256 of its jti")
    )
    expires_at = models.DateTimeField(db_comment=holds(DataClass.INTERNAL, "end, excluded"))

    class Meta:
        db_table = "sso_revoked_token"
