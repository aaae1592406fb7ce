"""Interactions and codes, kept as digests: they are random, so SHA-256 is enough."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Value

from genkan.kernel.data import DataClass, holds
from genkan.sso.models.clients import ClientRow
from genkan.sso.models.links import LinkRow
from genkan.sso.models.requests import PushedRequestRow


class InteractionRow(models.Model):
    """A validated authorization request that waits for its resident, for 30 minutes."""

    id = models.UUIDField(
        primary_key=True, editable=False, db_comment=holds(DataClass.INTERNAL, "names it in pages")
    )
    client = models.ForeignKey(
        ClientRow,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.RELATED, "which client asked"),
    )
    browser_digest = models.BinaryField(
        db_comment=holds(DataClass.SECRET, "SHA-256 of what the browser's session holds")
    )
    parameters = models.JSONField(
        db_comment=holds(DataClass.PERSONAL, "the request as sent; login_hint may name a person")
    )
    pushed = models.ForeignKey(
        PushedRequestRow,
        null=True,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.INTERNAL, "how it was pushed; the answer uses that up"),
    )
    started_at = models.DateTimeField(db_comment=holds(DataClass.RELATED, "begin"))
    expires_at = models.DateTimeField(db_comment=holds(DataClass.INTERNAL, "end, excluded"))
    completed_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.INTERNAL, "when it was answered; once")
    )

    class Meta:
        db_table = "sso_interaction"


class CodeRow(models.Model):
    """An authorization code and what it is bound to: one use, 60 seconds."""

    id = models.UUIDField(
        primary_key=True, editable=False, db_comment=holds(DataClass.INTERNAL, "names the row")
    )
    digest = models.BinaryField(unique=True, db_comment=holds(DataClass.SECRET, "SHA-256 of it"))
    client = models.ForeignKey(
        ClientRow,
        on_delete=models.RESTRICT,
        related_name="+",
        db_index=False,  # found by digest alone
        db_comment=holds(DataClass.INTERNAL, "who may redeem it"),
    )
    link = models.ForeignKey(
        LinkRow,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "whose sign-in, at which service"),
    )
    redirect_uri = models.TextField(db_comment=holds(DataClass.INTERNAL, "where it was sent"))
    scopes = ArrayField(
        models.CharField(max_length=40), db_comment=holds(DataClass.INTERNAL, "what was granted")
    )
    nonce = models.TextField(
        db_comment=holds(DataClass.INTERNAL, "goes into the ID token; empty for none")
    )
    claims = models.JSONField(db_comment=holds(DataClass.INTERNAL, "the claims parameter"))
    code_challenge = models.CharField(
        max_length=43, db_comment=holds(DataClass.INTERNAL, "PKCE S256 of the verifier")
    )
    auth_time = models.DateTimeField(
        db_comment=holds(DataClass.PERSONAL, "when the resident proved who they are")
    )
    acr = models.CharField(max_length=40, db_comment=holds(DataClass.PERSONAL, "how strongly"))
    amr = ArrayField(
        models.CharField(max_length=20), db_comment=holds(DataClass.PERSONAL, "by which means")
    )
    sid = models.CharField(
        max_length=43, db_comment=holds(DataClass.PSEUDONYM, "the session, as the client knows it")
    )
    jkt = models.CharField(
        max_length=43,
        default="",
        db_default="",
        db_comment=holds(DataClass.INTERNAL, "RFC 7638 thumbprint it is bound to; empty for none"),
    )
    resources = ArrayField(
        models.TextField(),
        default=list,
        db_default=Value([], ArrayField(models.TextField())),
        db_comment=holds(DataClass.INTERNAL, "RFC 8707: whom its tokens are for"),
    )
    authorization_details = models.JSONField(
        default=list,
        db_default=Value([], models.JSONField()),
        db_comment=holds(DataClass.PERSONAL, "RFC 9396: what was granted, in detail"),
    )
    issued_at = models.DateTimeField(db_comment=holds(DataClass.PERSONAL, "when"))
    expires_at = models.DateTimeField(db_comment=holds(DataClass.INTERNAL, "end, excluded"))
    spent_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.INTERNAL, "when it was redeemed; once")
    )

    class Meta:
        db_table = "sso_code"
