"""Queries of ways of signing in. The tables are allauth's; secrets in them are sealed."""

from collections.abc import Iterable

from allauth.mfa.models import Authenticator

from genkan.kernel.ids import AccountId
from genkan.residents.domain.credentials import Credentials, Passkey
from genkan.residents.models import Account, ResidentRow

WEBAUTHN, TOTP, RECOVERY = (
    Authenticator.Type.WEBAUTHN,
    Authenticator.Type.TOTP,
    Authenticator.Type.RECOVERY_CODES,
)


def lock_account(account: AccountId) -> bool:
    """Lock an account until the transaction ends; whether there is one."""
    found = Account.objects.select_for_update().filter(pk=account).values("id")
    return found.first() is not None


def credentials_of(account: AccountId) -> Credentials | None:
    """Return the ways of signing in of an account, or None if it is gone. Two queries."""
    owner = Account.objects.filter(pk=account).first()
    if owner is None:
        return None
    held = list(Authenticator.objects.filter(user=account).order_by("created_at", "pk"))
    codes = _first(held, RECOVERY)
    app = _first(held, TOTP)
    return Credentials(
        passkeys=tuple(_to_passkey(one) for one in held if one.type == WEBAUTHN),
        authenticator_since=app and app.created_at,
        recovery_codes_left=len(codes.wrap().get_unused_codes()) if codes else None,
        has_password=owner.has_usable_password(),
    )


def contact_of(account: AccountId) -> tuple[str, str | None] | None:
    """Return an account's address and, if it has an ID, the language to write in.

    Nobody writes to an account that may not sign in, such as that of somebody who died (H23).
    """
    open_ones = Account.objects.filter(pk=account, is_active=True)
    email = open_ones.values_list("email", flat=True).first()
    if email is None:
        return None
    found = ResidentRow.objects.filter(account=account)
    return email, found.values_list("ui_locale", flat=True).first()


def _first(held: Iterable[Authenticator], kind: str) -> Authenticator | None:
    return next((one for one in held if one.type == kind), None)


def _to_passkey(held: Authenticator) -> Passkey:
    return Passkey(
        id=held.pk,
        name=held.data.get("name", ""),
        added_at=held.created_at,
        last_used_at=held.last_used_at,
    )
