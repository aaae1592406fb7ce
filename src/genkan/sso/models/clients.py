"""Clients, and the assertions that prove them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, Value

from genkan.kernel.data import DataClass, holds


class ClientRow(models.Model):
    """A registered program of a linked service. A removed one stays: sessions name it."""

    id = models.UUIDField(
        primary_key=True, editable=False, db_comment=holds(DataClass.PUBLIC, "the client_id")
    )
    service = models.ForeignKey(
        "partners.ServiceRow",
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.INTERNAL, "whose program it is"),
    )
    sector = models.CharField(
        max_length=100,
        db_comment=holds(DataClass.INTERNAL, "decides the subject; as the service's at creation"),
    )
    name = models.CharField(
        max_length=100, db_comment=holds(DataClass.PUBLIC, "what its makers call it")
    )
    redirect_uris = ArrayField(
        models.TextField(), db_comment=holds(DataClass.INTERNAL, "where a code may be sent")
    )
    post_logout_redirect_uris = ArrayField(
        models.TextField(),
        db_comment=holds(DataClass.INTERNAL, "where a signed-out browser may go"),
    )
    auth = models.CharField(
        max_length=30, db_comment=holds(DataClass.INTERNAL, "how it proves itself")
    )
    auth_alg = models.CharField(
        max_length=10, db_comment=holds(DataClass.INTERNAL, "the one algorithm of its assertions")
    )
    secret_digest = models.BinaryField(
        null=True, db_comment=holds(DataClass.SECRET, "SHA-256 of its random secret, if it has one")
    )
    scopes = ArrayField(
        models.CharField(max_length=40),
        db_comment=holds(DataClass.INTERNAL, "what it may ask for"),
    )
    logout_uri = models.TextField(
        default="",
        db_default="",
        db_comment=holds(DataClass.INTERNAL, "where logout tokens go; empty for nowhere"),
    )
    logout_needs_sid = models.BooleanField(
        default=False,
        db_default=False,
        db_comment=holds(DataClass.INTERNAL, "whether it wants the session named"),
    )
    metadata = models.JSONField(
        default=dict,
        db_default=Value({}, models.JSONField()),
        db_comment=holds(DataClass.INTERNAL, "RFC 7591 members that the protocol reads"),
    )
    keys = models.JSONField(
        default=list,
        db_default=Value([], models.JSONField()),
        db_comment=holds(DataClass.PUBLIC, "its own public JWKs; empty where its service's count"),
    )
    jwks_uri = models.TextField(
        default="",
        db_default="",
        db_comment=holds(DataClass.INTERNAL, "where it publishes its keys; empty for nowhere"),
    )
    registration_digest = models.BinaryField(
        null=True,
        db_comment=holds(DataClass.SECRET, "SHA-256 of the token that manages it, if there is one"),
    )
    created_at = models.DateTimeField(db_comment=holds(DataClass.INTERNAL, "when registered"))
    stopped_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.INTERNAL, "since when operators stop it, if they do")
    )
    stopped_because = models.TextField(
        default="", db_default="", db_comment=holds(DataClass.INTERNAL, "why, in operators' words")
    )

    secret_before = models.BinaryField(
        null=True, db_comment=holds(DataClass.SECRET, "SHA-256 of the secret before, if it counts")
    )
    secret_before_ends_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.INTERNAL, "until when both secrets count")
    )
    removed_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.INTERNAL, "when it was deleted; nobody has its name")
    )

    class Meta:
        db_table = "sso_client"
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    auth__in=["client_secret_basic", "client_secret_post"],
                    secret_digest__isnull=False,
                )
                | Q(auth__in=["private_key_jwt", "none"], secret_digest__isnull=True),
                name="sso_client_has_a_secret_or_signs",
            ),
            models.CheckConstraint(
                condition=Q(secret_before__isnull=True, secret_before_ends_at__isnull=True)
                | Q(secret_before__isnull=False, secret_before_ends_at__isnull=False),
                name="sso_client_secret_before_ends",
            ),
        ]


class AssertionRow(models.Model):
    """A client assertion that was used: never again until it has expired anyway."""

    id = models.UUIDField(
        primary_key=True, editable=False, db_comment=holds(DataClass.INTERNAL, "names the row")
    )
    client = models.ForeignKey(
        ClientRow,
        on_delete=models.RESTRICT,
        related_name="+",
        db_index=False,  # sso_assertion_once begins with it
        db_comment=holds(DataClass.INTERNAL, "who signed it"),
    )
    jti_digest = models.BinaryField(db_comment=holds(DataClass.INTERNAL, "SHA-256 of its jti"))
    expires_at = models.DateTimeField(db_comment=holds(DataClass.INTERNAL, "end, with clock skew"))

    class Meta:
        db_table = "sso_assertion"
        constraints = [
            models.UniqueConstraint(fields=["client", "jti_digest"], name="sso_assertion_once"),
        ]
