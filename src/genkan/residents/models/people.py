"""Tables of accounts, registrations, residents and their values."""

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q

from genkan.kernel.data import DataClass, holds
from genkan.residents.domain.lookups import StaffRole
from genkan.residents.domain.people import AccountKind, Origin, ResidentState, Step


class Account(AbstractBaseUser, PermissionsMixin):
    """A means of signing in. It has no name: names are values of a resident.

    AbstractBaseUser folds user names by NFKC; ours is an e-mail address, never a person's name.
    """

    id = models.UUIDField(
        primary_key=True, default=uuid.uuid4, db_comment=holds(DataClass.PSEUDONYM, "which account")
    )
    email = models.EmailField(
        unique=True, db_comment=holds(DataClass.PERSONAL, "address for signing in, lower case")
    )
    kind = models.CharField(
        max_length=10,
        choices=[(kind.value, kind.value) for kind in AccountKind],
        default=AccountKind.RESIDENT.value,
        db_comment=holds(DataClass.INTERNAL, "resident or staff"),
    )
    role = models.CharField(
        max_length=10,
        blank=True,
        default="",
        db_default="",
        choices=[(role.value, role.value) for role in StaffRole],
        db_comment=holds(DataClass.INTERNAL, "of staff: counter, supervisor, or none"),
    )
    person = models.ForeignKey(
        "residents.ResidentRow",
        null=True,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "of staff: their own ID, which they may not open"),
    )
    is_active = models.BooleanField(
        default=True, db_comment=holds(DataClass.INTERNAL, "whether it may sign in")
    )
    created_at = models.DateTimeField(
        auto_now_add=True, db_comment=holds(DataClass.PERSONAL, "when it was opened")
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = BaseUserManager()

    @property
    def is_staff(self) -> bool:
        """Whether the console is this account's place."""
        return self.kind == AccountKind.STAFF

    class Meta:
        db_table = "residents_account"
        constraints = [
            models.CheckConstraint(
                condition=Q(is_superuser=False) | Q(kind=AccountKind.STAFF.value),
                name="residents_only_staff_is_superuser",
            ),
            models.CheckConstraint(
                condition=Q(role="", person__isnull=True) | Q(kind=AccountKind.STAFF.value),
                name="residents_only_staff_has_a_role",
            ),
        ]


class RegistrationRow(models.Model):
    """The way from a verified address to an ID."""

    id = models.UUIDField(
        primary_key=True, db_comment=holds(DataClass.PSEUDONYM, "registration, later the ID")
    )
    account = models.OneToOneField(
        Account,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "whose"),
    )
    state = models.CharField(
        max_length=20,
        choices=[(step.value, step.value) for step in Step],
        db_comment=holds(DataClass.INTERNAL, "how far it has come"),
    )
    acceptance = models.ForeignKey(
        "terms.AcceptanceRow",
        null=True,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "newest acceptance of the terms"),
    )
    draft = models.BinaryField(
        null=True,
        db_comment=holds(
            DataClass.PERSONAL, "what was typed, sealed by the data key; emptied at issue"
        ),
    )
    started_at = models.DateTimeField(db_comment=holds(DataClass.PERSONAL, "when it began"))
    updated_at = models.DateTimeField(db_comment=holds(DataClass.PERSONAL, "last step"))

    class Meta:
        db_table = "residents_registration"
        constraints = [
            models.CheckConstraint(
                condition=Q(state=Step.CONTACT_VERIFIED.value) | Q(acceptance__isnull=False),
                name="residents_terms_come_first",
            ),
        ]


class ResidentRow(models.Model):
    """A person with an ID."""

    id = models.UUIDField(primary_key=True, db_comment=holds(DataClass.PSEUDONYM, "the ID"))
    account = models.OneToOneField(
        Account,
        null=True,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "how the person signs in, if online"),
    )
    state = models.CharField(
        max_length=10,
        choices=[(state.value, state.value) for state in ResidentState],
        default=ResidentState.ACTIVE.value,
        db_comment=holds(DataClass.PERSONAL, "active, suspended or closed"),
    )
    proof_needed = models.BooleanField(
        default=False,
        db_default=False,
        db_comment=holds(DataClass.PERSONAL, "whether a counter must confirm the person first"),
    )
    sign_in_after = models.DateTimeField(
        null=True,
        db_comment=holds(DataClass.PERSONAL, "sign-ins from before are worth nothing"),
    )
    acceptance = models.OneToOneField(
        "terms.AcceptanceRow",
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "acceptance under which the ID was issued"),
    )
    issued_at = models.DateTimeField(db_comment=holds(DataClass.PERSONAL, "when the ID was issued"))
    synthetic = models.BooleanField(
        default=False, db_comment=holds(DataClass.INTERNAL, "invented, for demo and tests")
    )
    interests_asked_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.PERSONAL, "when interests were answered or skipped")
    )
    ui_locale = models.CharField(
        max_length=10, db_comment=holds(DataClass.PERSONAL, "language of the pages and mails")
    )
    protected_until = models.DateTimeField(
        null=True, db_comment=holds(DataClass.PERSONAL, "address protected until then, excluded")
    )

    class Meta:
        db_table = "residents_resident"


class ValueRow(models.Model):
    """One item of a resident's data during an interval; closed ones are the history."""

    id = models.UUIDField(primary_key=True, db_comment=holds(DataClass.PSEUDONYM, "which value"))
    resident = models.ForeignKey(
        ResidentRow,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "whose"),
    )
    item = models.CharField(
        max_length=40, db_comment=holds(DataClass.INTERNAL, "key in the catalogue")
    )
    content = models.BinaryField(
        db_comment=holds(DataClass.PERSONAL, "the value, as typed, sealed by the data key")
    )
    origin = models.CharField(
        max_length=20,
        choices=[(origin.value, origin.value) for origin in Origin],
        db_comment=holds(DataClass.PERSONAL, "self-declared, card or counter"),
    )
    verified_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.PERSONAL, "when it was checked, if it was")
    )
    as_of = models.DateTimeField(db_comment=holds(DataClass.PERSONAL, "when it was true, as told"))
    valid_from = models.DateTimeField(db_comment=holds(DataClass.PERSONAL, "begin of the interval"))
    valid_to = models.DateTimeField(
        null=True, db_comment=holds(DataClass.PERSONAL, "end, excluded; empty while it holds")
    )

    class Meta:
        db_table = "residents_value"
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "item"],
                condition=Q(valid_to__isnull=True),
                name="residents_one_open_value",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="residents_value_ends_after_it_begins",
            ),
        ]
        indexes = [
            models.Index(
                fields=["item", "valid_to"],
                condition=Q(valid_to__isnull=False),
                name="residents_value_closed",
            ),
        ]


class InterestRow(models.Model):
    """One interest a resident picked."""

    id = models.UUIDField(primary_key=True, db_comment=holds(DataClass.PSEUDONYM, "which pick"))
    resident = models.ForeignKey(
        ResidentRow,
        on_delete=models.RESTRICT,
        db_index=False,  # residents_interest_once begins with it
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "whose"),
    )
    interest = models.CharField(
        max_length=40, db_comment=holds(DataClass.PERSONAL, "key in the list of interests")
    )
    picked_at = models.DateTimeField(db_comment=holds(DataClass.PERSONAL, "when"))

    class Meta:
        db_table = "residents_interest"
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "interest"], name="residents_interest_once"
            ),
        ]
