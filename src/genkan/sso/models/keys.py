"""Our signing keys."""

from django.db import models
from django.db.models import Q

from genkan.kernel.data import DataClass, holds


class SigningKeyRow(models.Model):
    """A key of ours: next, current, retired or withdrawn."""

    id = models.UUIDField(
        primary_key=True, editable=False, db_comment=holds(DataClass.INTERNAL, "names the row")
    )
    kid = models.CharField(
        max_length=43, unique=True, db_comment=holds(DataClass.PUBLIC, "RFC 7638 thumbprint")
    )
    alg = models.CharField(
        max_length=10,
        default="ES256",
        db_default="ES256",
        db_comment=holds(DataClass.PUBLIC, "the one algorithm it signs with"),
    )
    public = models.JSONField(db_comment=holds(DataClass.PUBLIC, "public JWK"))
    sealed = models.BinaryField(db_comment=holds(DataClass.SECRET, "private JWK, sealed"))
    state = models.CharField(max_length=10, db_comment=holds(DataClass.PUBLIC, "where it stands"))
    created_at = models.DateTimeField(db_comment=holds(DataClass.INTERNAL, "when made"))
    state_since = models.DateTimeField(
        db_comment=holds(DataClass.INTERNAL, "when it came to its state")
    )

    class Meta:
        db_table = "sso_signing_key"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["next", "current", "retired", "withdrawn"]),
                name="sso_signing_key_state_known",
            ),
            models.UniqueConstraint(
                fields=["alg", "state"],
                condition=Q(state__in=["next", "current"]),
                name="sso_signing_key_one_next_one_current",
            ),
        ]
