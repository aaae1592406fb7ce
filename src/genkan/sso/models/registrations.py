"""Initial access tokens, and the keys that clients publish at addresses of their own."""

from django.db import models
from django.db.models import Q

from genkan.kernel.data import DataClass, holds
from genkan.sso.models.clients import ClientRow


class InitialTokenRow(models.Model):
    """Lets a program register clients, a number of times, until a moment (RFC 7591 section 3)."""

    id = models.UUIDField(
        primary_key=True, editable=False, db_comment=holds(DataClass.INTERNAL, "names it for staff")
    )
    digest = models.BinaryField(unique=True, db_comment=holds(DataClass.SECRET, "SHA-256 of it"))
    service = models.ForeignKey(
        "partners.ServiceRow",
        null=True,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.INTERNAL, "whose clients; empty: each gets a service for trial"),
    )
    without_pkce = models.BooleanField(
        db_comment=holds(DataClass.INTERNAL, "whether its clients may go without PKCE")
    )
    uses_left = models.IntegerField(
        db_comment=holds(DataClass.INTERNAL, "how many clients may still be registered")
    )
    created_at = models.DateTimeField(db_comment=holds(DataClass.INTERNAL, "when it was made"))
    expires_at = models.DateTimeField(db_comment=holds(DataClass.INTERNAL, "end, excluded"))
    revoked_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.INTERNAL, "when it was taken back, if it was")
    )

    class Meta:
        db_table = "sso_initial_token"
        constraints = [
            models.CheckConstraint(
                condition=Q(uses_left__gte=0), name="sso_initial_token_not_overused"
            ),
        ]


class PublishedKeysRow(models.Model):
    """The keys at a client's `jwks_uri`, as last read, and how the last attempt ended."""

    client = models.OneToOneField(
        ClientRow,
        primary_key=True,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.INTERNAL, "whose keys"),
    )
    keys = models.JSONField(db_comment=holds(DataClass.PUBLIC, "public JWKs, as last read"))
    read_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.INTERNAL, "when they were read; empty for never")
    )
    tried_at = models.DateTimeField(db_comment=holds(DataClass.INTERNAL, "the last attempt"))
    outcome = models.CharField(
        max_length=80,
        default="",
        db_default="",
        db_comment=holds(DataClass.INTERNAL, "why the last attempt failed; empty if it did not"),
    )

    class Meta:
        db_table = "sso_published_keys"
