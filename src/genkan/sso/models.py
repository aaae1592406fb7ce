"""Tables of the provider. Secrets are kept as digests: they are random, so SHA-256 is enough."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from genkan.kernel.data import DataClass, holds


class ClientRow(models.Model):
    """A registered program of a linked service; its keys are kept by `partners`."""

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
    created_at = models.DateTimeField(db_comment=holds(DataClass.INTERNAL, "when registered"))

    class Meta:
        db_table = "sso_client"
        constraints = [
            models.CheckConstraint(
                condition=Q(auth="client_secret_basic", secret_digest__isnull=False)
                | Q(auth="private_key_jwt", secret_digest__isnull=True),
                name="sso_client_has_a_secret_or_signs",
            ),
        ]


class LinkRow(models.Model):
    """One resident has connected one service. An ended link stays as evidence."""

    id = models.UUIDField(
        primary_key=True, editable=False, db_comment=holds(DataClass.PSEUDONYM, "names the link")
    )
    resident = models.ForeignKey(
        "residents.ResidentRow",
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "who"),
    )
    service = models.ForeignKey(
        "partners.ServiceRow",
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PERSONAL, "uses which service"),
    )
    linked_at = models.DateTimeField(db_comment=holds(DataClass.PERSONAL, "since when"))
    last_used_at = models.DateTimeField(db_comment=holds(DataClass.PERSONAL, "last sign-in there"))
    unlinked_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.PERSONAL, "until when; empty while it stands")
    )
    evidence = models.JSONField(
        db_comment=holds(DataClass.INTERNAL, "by which interaction and page it was agreed")
    )

    class Meta:
        db_table = "sso_link"
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "service"],
                condition=Q(unlinked_at__isnull=True),
                name="sso_link_stands_once",
            ),
        ]


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
    issued_at = models.DateTimeField(db_comment=holds(DataClass.PERSONAL, "when"))
    expires_at = models.DateTimeField(db_comment=holds(DataClass.INTERNAL, "end, excluded"))
    spent_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.INTERNAL, "when it was redeemed; once")
    )

    class Meta:
        db_table = "sso_code"


class TokenRow(models.Model):
    """An access token."""

    id = models.UUIDField(
        primary_key=True, editable=False, db_comment=holds(DataClass.INTERNAL, "names the row")
    )
    digest = models.BinaryField(unique=True, db_comment=holds(DataClass.SECRET, "SHA-256 of it"))
    code = models.ForeignKey(
        CodeRow,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.INTERNAL, "what it was redeemed for; its reuse ends the token"),
    )
    issued_at = models.DateTimeField(db_comment=holds(DataClass.PERSONAL, "when"))
    expires_at = models.DateTimeField(db_comment=holds(DataClass.INTERNAL, "end, excluded"))
    revoked_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.INTERNAL, "when it ended early, if it did")
    )

    class Meta:
        db_table = "sso_token"


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


class SigningKeyRow(models.Model):
    """A key of ours: next, current or retired."""

    id = models.UUIDField(
        primary_key=True, editable=False, db_comment=holds(DataClass.INTERNAL, "names the row")
    )
    kid = models.CharField(
        max_length=43, unique=True, db_comment=holds(DataClass.PUBLIC, "RFC 7638 thumbprint")
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
                condition=Q(state__in=["next", "current", "retired"]),
                name="sso_signing_key_state_known",
            ),
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state__in=["next", "current"]),
                name="sso_signing_key_one_next_one_current",
            ),
        ]
