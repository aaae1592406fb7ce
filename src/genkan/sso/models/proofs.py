"""Proofs of possession that were used."""

from django.db import models

from genkan.kernel.data import DataClass, holds


class ProofRow(models.Model):
    """A DPoP proof that was used: never again until its age refuses it anyway.

    Its digest is its name: one index alone, since every request with a proof writes one.
    """

    digest = models.BinaryField(
        primary_key=True,
        db_comment=holds(DataClass.INTERNAL, "SHA-256 of the key's thumbprint and the jti"),
    )
    expires_at = models.DateTimeField(
        db_comment=holds(DataClass.INTERNAL, "when its age alone refuses it")
    )

    class Meta:
        db_table = "sso_proof"
