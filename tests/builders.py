"""People and things that tests of the chain play with: a partner, a resident, a consent, a release.

Values that matter stand in the test; everything else is made up here.
"""

import json
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from joserfc import jws
from joserfc.jwk import ECKey

from genkan.consent import api as consent
from genkan.kernel.ids import AccountId, ResidentId, ServiceId, new_id
from genkan.ledger import api as ledger
from genkan.lifecycle import api as lifecycle
from genkan.partners import api as partners
from genkan.partners.models import MessageRow
from genkan.residents import api as residents
from genkan.residents.domain.people import AccountKind
from genkan.residents.models import Account
from genkan.sso import api as sso
from genkan.sso.domain.grants import Grant
from genkan.sso.domain.values import TOKEN_LIFE, ClientId, GrantId, SignIn
from genkan.sso.service import issue
from genkan.sso.store import clients, grants, links
from genkan.terms import api as terms

NOON = datetime(2026, 7, 15, 3, 0, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
DAY = timedelta(days=1)
PERSON_DATA = frozenset({"openid", "person_data"})
VALUES = {
    "name": {"full": "大阪 花子", "family": "大阪", "given": "花子"},
    "name_kana": {"full": "オオサカ ハナコ"},
    "birthdate": "1990-04-01",
    "sex": "2",
    "address": {
        "postal_code": "5300005",
        "prefecture": "大阪府",
        "municipality": "大阪市北区",
        "lg_code": "271276",
        "town": "中之島",
        "street": "一丁目99番9号",
        "building": "",
        "full": "大阪府大阪市北区中之島一丁目99番9号",
    },
}
OFFERED = {"name": True, "address": True, "sex": False, "phone": False}


def words(text: str) -> dict[str, str]:
    """The same text in every language."""
    return {"ja": text, "ja-easy": text, "en": text}


def an_item(key: str, *, required: bool = True) -> dict[str, Any]:
    return {"key": key, "required": required, "reason": words("書類に書くため")}


def a_plan(**changes: dict[str, Any]) -> dict[str, Any]:
    """A partner's file as parsed; changes by section: `a_plan(offer={"days": 30})`."""
    plan = {
        "organisation": {
            "name": words("見本市"),
            "corporate_number": "7000012050002",
            "address": "大阪市中央区大手前",
            "contact": "06-0000-0000",
        },
        "service": {
            "slug": f"s-{secrets.token_hex(6)}",
            "name": words("見本申請"),
            "description": words("見本"),
            "home_url": "https://shinsei.example/",
            "webhook_url": "https://shinsei.example/webhook",
        },
        "agreement": {
            "purpose": "P3",
            "items": ["name", "name_kana", "birthdate", "sex", "address", "email", "phone"],
            "handling": words("委託しない"),
            "valid_from": date(2026, 1, 1),
            "valid_until": date(2036, 1, 1),
        },
        "offer": {
            "specific_purpose": words("保育所の申し込み"),
            "items": [an_item(key, required=required) for key, required in OFFERED.items()],
            "days": 365,
            "disposal_days": 14,
            "on_stopping": words("申し込みは続きます"),
            "disposal_rule": words("消します"),
        },
    }
    return {name: section | changes.get(name, {}) for name, section in plan.items()}


def a_key(curve: str = "P-256") -> ECKey:
    key = ECKey.generate_key(curve, {"kid": secrets.token_hex(8)}, auto_kid=False)
    key.ensure_kid()
    return key


@dataclass
class Partner:
    """A linked service, its program, and the key with which it signs."""

    plan: dict[str, Any]
    service: ServiceId
    webhook_secret: str
    key: ECKey = field(default_factory=a_key)
    client_id: str = ""

    @property
    def offer(self) -> partners.Offer:
        return partners.published_offer(self.service)

    def changes(self, *, now: datetime = NOON, **sections: dict[str, Any]) -> partners.Applied:
        """Hand in the file again, with changes."""
        self.plan = {name: section | sections.get(name, {}) for name, section in self.plan.items()}
        return partners.apply(self.plan, now=now)

    def certificate(
        self, disposal, provisions, /, *, now: datetime, header=None, key=None, **claims
    ):
        """A signed certificate with these changes; None leaves a claim out."""
        issued = int(now.timestamp())
        told = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": settings.GENKAN.issuer,
            "iat": issued,
            "exp": issued + 300,
            "jti": str(new_id()),
            "disposal": str(disposal),
            "provisions": sorted(map(str, provisions)),
            "outcome": "disposed",
            "method": "erased",
            "copies": "なし",
            "completed_at": now.isoformat(),
            "responsible": "見本市 情報課",
        } | claims
        kept = {name: value for name, value in told.items() if value is not None}
        return self.signed(json.dumps(kept).encode(), header=header, key=key)

    def signed(self, payload: bytes, *, header=None, key=None) -> str:
        usual = {"alg": "ES256", "kid": self.key.kid, "typ": "disposal-certificate+jwt"}
        return jws.serialize_compact(
            usual | (header or {}), payload, key or self.key, algorithms=["ES256"]
        )


def a_partner(*, now: datetime = NOON, **sections: dict[str, Any]) -> Partner:
    """A service with a published offer; without a program: see `a_client`."""
    plan = a_plan(**sections)
    applied = partners.apply(plan, now=now)
    assert applied.webhook_secret
    return Partner(plan, applied.service, applied.webhook_secret)


def a_client(*, now: datetime = NOON, **sections: dict[str, Any]) -> Partner:
    """A service whose program is registered with a key of its own."""
    partner = a_partner(now=now, **sections)
    metadata = {
        "redirect_uris": ["https://shinsei.example/callback"],
        "scope": "openid profile person_data",
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks": {"keys": [partner.key.as_dict(private=False)]},
    }
    partner.client_id = str(sso.register(partner.service, metadata, now=now)["client_id"])
    return partner


def a_resident(*, now: datetime = NOON, with_account: bool = False, **values: Any) -> ResidentId:
    """Somebody with an ID; values of None are not held."""
    for draft in terms.drafts():
        terms.publish(draft, now=now)
    resident = ResidentId(new_id())
    held = {key: value for key, value in (VALUES | values).items() if value is not None}
    residents.create(
        residents.NewResident(
            id=resident,
            email=f"{resident.hex}@resident.example" if with_account else None,
            password_hash=None,
            values=held,
            interests=frozenset(),
        ),
        now=now,
    )
    return resident


def a_member_of_staff(**changes: Any) -> AccountId:
    """A staff account that may sign in, unless it is changed."""
    facts = {"kind": AccountKind.STAFF, "email": f"{new_id().hex}@office.example"} | changes
    return AccountId(Account.objects.create(id=new_id(), password="!", **facts).pk)


def a_wish(kind: str = "suspend", **changes: Any) -> residents.Wish:
    """What a member of staff wants to put between an ID and its use."""
    facts = {
        "kind": residents.Kind(kind),
        "cause": residents.InterventionCause.TAKEOVER,
        "reason": "見慣れない端末から続けて使われた",
        "notice": residents.Notice.UNUSUAL_USE,
    }
    return residents.Wish(**facts | changes)


def a_choice(partner: Partner, items: Iterable[str] = ("name", "address", "sex")) -> consent.Choice:
    """What a resident answers who ticks these items of the published offer."""
    return consent.Choice(
        offer=partner.offer.id, items=frozenset(items), locale="ja", shown_at=NOON
    )


def give(resident: ResidentId, partner: Partner, *items: str, now: datetime = NOON):
    """Let a resident agree to these items, or to the usual ones."""
    choice = a_choice(partner, items) if items else a_choice(partner)
    with transaction.atomic():
        return consent.give(resident=resident, service=partner.service, choice=choice, now=now)


def withdraw(resident: ResidentId, partner: Partner, *, now: datetime = NOON) -> consent.Stopped:
    return consent.withdraw(resident=resident, service=partner.service, now=now)


def release(
    resident: ResidentId,
    partner: Partner,
    *,
    wanted: Iterable[str] | None = None,
    now: datetime = NOON,
) -> consent.Release | consent.Refused:
    """Let a partner ask for a resident's data."""
    with transaction.atomic():
        return consent.release(
            resident=resident,
            service=partner.service,
            wanted=None if wanted is None else frozenset(wanted),
            door="person_data",
            now=now,
        )


def a_disposal(resident: ResidentId, partner: Partner, *, now: datetime = NOON, releases: int = 1):
    """Consent, releases, withdrawal: the request for disposal and the provisions it covers."""
    give(resident, partner, now=now)
    released = [release(resident, partner, now=now) for _ in range(releases)]
    disposal = withdraw(resident, partner, now=now).disposal
    return disposal, frozenset(one.provision for one in released)


def a_statement(provisions, *, now: datetime = NOON, **changes: Any) -> lifecycle.Certificate:
    """A certificate whose signature has been checked."""
    facts = {
        "token": f"jws {new_id()}",
        "provisions": frozenset(provisions),
        "method": "erased",
        "copies": "なし",
        "responsible": "見本市 情報課",
        "completed_at": now,
    }
    return lifecycle.Certificate(**facts | changes)


def an_access_token(
    resident: ResidentId, partner: Partner, *, scopes=PERSON_DATA, now: datetime
) -> str:
    """An access token as the token endpoint gives it, ten minutes old at most."""
    link, _ = links.connect(resident, partner.service, evidence={}, pending_until=None, now=now)
    grant = Grant(
        id=GrantId(new_id()),
        client=ClientId(partner.client_id),
        link=link,
        sid="",
        scopes=frozenset(scopes),
        claims={},
        details=(),
        resources=(),
        sign_in=SignIn(at=now, amr=(), acr=""),
        jkt="",
        actor=None,
        offline=False,
        authorized_at=now,
        issued_at=now,
        expires_at=now + TOKEN_LIFE,
    )
    grants.add(grant)
    sso.ensure_keys(now=now)
    client = clients.client(str(partner.client_id))
    holder = issue.Holder(client=client, grant=grant, resident=resident)
    return str(issue.access_response(holder, now=now)["access_token"])


def events(resident: ResidentId) -> list[str]:
    """What the ledger knows of a resident since the ID was issued, in alphabetical order."""
    found = [one.entry.event for one in ledger.entries_of(resident, limit=1_000)]
    return sorted(event for event in found if event != "resident.id_issued")


def entry(resident: ResidentId, event: str) -> ledger.Entry:
    """The one entry of that event."""
    (found,) = ledger.entries_of(resident, events=[event])
    return found.entry


def messages(partner: Partner) -> list[dict[str, Any]]:
    """What was written to a partner, by type."""
    found = MessageRow.objects.filter(service=partner.service).order_by("kind", "created_at")
    return [json.loads(bytes(row.body)) for row in found]


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run calls in threads that start together; return their answers, or what they raised."""
    barrier = Barrier(len(calls))
    answers: list[Any] = [None] * len(calls)

    def run(place: int, call: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            answers[place] = call()
        except Exception as raised:  # noqa: BLE001 - whatever it was is the answer
            answers[place] = raised
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
