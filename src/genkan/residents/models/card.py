"""Tables of the My Number Card: ways to the provider and back, and which card is whose."""

from django.db import models
from django.db.models import Q

from genkan.kernel.data import DataClass, holds


class CardCheckRow(models.Model):
    """One way to the provider and back; deleted soon after."""

    id = models.UUIDField(primary_key=True, db_comment=holds(DataClass.PSEUDONYM, "which check"))
    resident = models.ForeignKey(
        "residents.ResidentRow",
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "whose"),
    )
    state_hash = models.BinaryField(
        db_comment=holds(DataClass.SECRET, "keyed hash of what ties the answer to the browser")
    )
    sealed_request = models.BinaryField(
        db_comment=holds(DataClass.SECRET, "nonce and PKCE verifier, sealed by the data key")
    )
    sealed_card = models.BinaryField(
        null=True,
        db_comment=holds(DataClass.PERSONAL, "what the card says, sealed by the data key"),
    )
    sub_hash = models.BinaryField(
        null=True, db_comment=holds(DataClass.PSEUDONYM, "keyed hash of the card's subject")
    )
    begun_at = models.DateTimeField(
        db_index=True, db_comment=holds(DataClass.PERSONAL, "when the browser left")
    )
    returned_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.PERSONAL, "when it came back, once")
    )
    confirmed_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.PERSONAL, "when the resident decided, once")
    )

    class Meta:
        db_table = "residents_card_check"


class CardRow(models.Model):
    """Which card is whose, by a keyed hash; one that was shown for another ID is a case."""

    id = models.UUIDField(primary_key=True, db_comment=holds(DataClass.PSEUDONYM, "which tie"))
    resident = models.ForeignKey(
        "residents.ResidentRow",
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "who showed it"),
    )
    sub_hash = models.BinaryField(
        db_index=True, db_comment=holds(DataClass.PSEUDONYM, "keyed hash of the card's subject")
    )
    is_tied = models.BooleanField(
        db_comment=holds(DataClass.PERSONAL, "whether the card is this resident's; else a case")
    )
    first_at = models.DateTimeField(
        db_comment=holds(DataClass.PERSONAL, "when it was shown for the first time")
    )
    last_at = models.DateTimeField(db_comment=holds(DataClass.PERSONAL, "when it was shown last"))

    class Meta:
        db_table = "residents_card"
        constraints = [
            models.UniqueConstraint(
                fields=["sub_hash"], condition=Q(is_tied=True), name="residents_card_of_one"
            ),
            models.UniqueConstraint(
                fields=["resident"], condition=Q(is_tied=True), name="residents_one_card"
            ),
            models.UniqueConstraint(
                fields=["resident", "sub_hash"], name="residents_card_once_each"
            ),
        ]
