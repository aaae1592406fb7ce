"""Sessions at clients, and the outbox of logout tokens."""

from django.db import models
from django.db.models import Q

from genkan.kernel.data import DataClass, holds
from genkan.sso.models.clients import ClientRow
from genkan.sso.models.links import LinkRow


class SessionRow(models.Model):
    """A resident is signed in at one client from one browser: what the client knows as `sid`."""

    id = models.UUIDField(
        primary_key=True, editable=False, db_comment=holds(DataClass.INTERNAL, "names the row")
    )
    sid = models.CharField(
        max_length=43,
        unique=True,
        db_comment=holds(DataClass.PSEUDONYM, "random: the session, as the client knows it"),
    )
    client = models.ForeignKey(
        ClientRow,
        on_delete=models.RESTRICT,
        related_name="+",
        db_index=False,  # found by link or sid
        db_comment=holds(DataClass.RELATED, "signed in at which client"),
    )
    link = models.ForeignKey(
        LinkRow,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "who, at which service"),
    )
    browser_digest = models.BinaryField(
        db_comment=holds(DataClass.SECRET, "SHA-256 of what the browser's session holds")
    )
    began_at = models.DateTimeField(db_comment=holds(DataClass.PERSONAL, "first sign-in there"))
    last_used_at = models.DateTimeField(db_comment=holds(DataClass.PERSONAL, "last sign-in there"))
    ended_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.PERSONAL, "until when; empty while it stands")
    )

    class Meta:
        db_table = "sso_session"
        constraints = [
            models.UniqueConstraint(
                fields=["link", "client", "browser_digest"],
                condition=Q(ended_at__isnull=True),
                name="sso_session_stands_once",
            ),
        ]


class LogoutRow(models.Model):
    """One client is to be told that a session is over: the outbox of logout tokens."""

    id = models.UUIDField(
        primary_key=True, editable=False, db_comment=holds(DataClass.INTERNAL, "names the row")
    )
    session = models.ForeignKey(
        SessionRow,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "which session is over"),
    )
    cause = models.CharField(
        max_length=20, db_comment=holds(DataClass.PERSONAL, "why it ended, as a class")
    )
    created_at = models.DateTimeField(db_comment=holds(DataClass.PERSONAL, "when it ended"))
    attempts = models.IntegerField(
        default=0, db_comment=holds(DataClass.INTERNAL, "how often it was tried")
    )
    next_attempt_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.INTERNAL, "when to try again; empty for never")
    )
    last_outcome = models.CharField(
        max_length=80,
        default="",
        db_comment=holds(DataClass.INTERNAL, "answer to the last attempt"),
    )
    confirmed_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.INTERNAL, "when the service said it is done")
    )

    class Meta:
        db_table = "sso_logout"
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(next_attempt_at__isnull=False),
                name="sso_logout_due",
            ),
        ]
