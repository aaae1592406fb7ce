"""Registers: everything an operator must see, nothing they may change, no secret, no resident."""

import json
import re
from datetime import date, timedelta
from uuid import uuid4

import pytest

from genkan.kernel import clock
from genkan.lifecycle.models import DisposalRow
from genkan.partners.models import (
    AgreementRow,
    KeyRow,
    MessageRow,
    OfferRow,
    OrganisationRow,
    ServiceRow,
)
from genkan.terms.models import TermsRow, TermsTextRow
from tests.console.conftest import text_of

pytestmark = pytest.mark.ignore_template_errors  # Wagtail's templates ask for names they lack

LISTS = [
    "organisations",
    "services",
    "agreements",
    "offers",
    "messages",
    "disposals",
    "terms_versions",
]
ENTRIES = ["organisations", "services", "agreements", "offers", "terms_versions"]
SECRET = "whsec_never_to_be_seen"


def words(text):
    return {"ja": text, "ja-easy": text, "en": f"{text} (en)"}


@pytest.fixture
def partner(db):
    """One row in every register; returns them by the register's name."""
    now = clock.now()
    organisation = OrganisationRow.objects.create(
        id=uuid4(),
        name=words("見本市"),
        corporate_number="8000000000001",
        address="大阪府",
        contact="窓口",
    )
    service = ServiceRow.objects.create(
        id=uuid4(),
        organisation=organisation,
        slug="shinsei",
        name=words("電子申請"),
        description=words("申請できます"),
        home_url="https://shinsei.example/",
        sector="shinsei.example",
        webhook_url="https://shinsei.example/hook",
        webhook_secret=SECRET.encode(),
    )
    KeyRow.objects.create(id=uuid4(), service=service, kid="key-1", jwk={}, added_at=now)
    agreement = AgreementRow.objects.create(
        id=uuid4(),
        service=service,
        purpose="P3",
        items=["name", "phone"],
        handling=words("取扱いの定め"),
        valid_from=date(2026, 4, 1),
        valid_until=date(2027, 4, 1),
        agreed_at=now,
    )
    offer = OfferRow.objects.create(
        id=uuid4(),
        service=service,
        agreement=agreement,
        version=3,
        purpose="P3",
        specific_purpose=words("申込みのため"),
        items=[
            {"key": "name", "required": True, "reason": words("本人を確かめる")},
            {"key": "phone", "required": False, "reason": words("急ぎの連絡")},
        ],
        days=365,
        disposal_days=14,
        on_stopping=words("手で入力します"),
        disposal_rule=words("上書きして消します"),
        published_at=now,
    )
    message = MessageRow.objects.create(
        id=uuid4(),
        service=service,
        kind="consent.changed",
        body=b'{"sub": "pairwise-of-somebody"}',
        created_at=now,
        next_attempt_at=now,
        attempts=2,
        last_outcome="503",
    )
    disposal = DisposalRow.objects.create(
        id=uuid4(),
        resident=uuid4(),
        service=service.id,
        consent=uuid4(),
        reason="consent_withdrawn",
        requested_at=now,
        due_at=now + timedelta(days=14),
        overdue_at=now,
    )
    terms = TermsRow.objects.create(
        id=uuid4(),
        kind="terms_of_use",
        label="2026-07",
        effective_from=now,
        authoritative_locale="ja",
        published_at=now,
    )
    TermsTextRow.objects.create(id=uuid4(), terms=terms, locale="ja", body="本文", sha256="ab" * 32)
    rows = [organisation, service, agreement, offer, message, disposal, terms]
    return dict(zip(LISTS, rows, strict=True))


@pytest.mark.parametrize("name", LISTS)
def test_an_empty_register_says_so(staff, name):
    page = text_of(staff.get(f"/console/{name}/"))

    assert "まだ何もありません" in page


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("organisations", ["見本市", "8000000000001", "窓口"]),
        ("services", ["電子申請", "利用中", "見本市", "shinsei"]),
        ("agreements", ["電子申請", "P3", "2026年4月1日", "2027年4月1日"]),
        ("offers", ["電子申請 v3", "公開", "P3"]),
        ("messages", ["電子申請", "再送待ち", "consent.changed", "503"]),
        ("disposals", ["電子申請", "期限切れ", "同意の撤回"]),
        ("terms_versions", ["2026-07", "利用規約"]),
    ],
)
def test_a_register_shows_its_rows(staff, partner, name, shown):
    page = text_of(staff.get(f"/console/{name}/"))

    assert [words for words in shown if words not in page] == []


def test_an_offer_is_shown_item_by_item_with_need_and_reason(staff, partner):
    page = text_of(staff.get(f"/console/offers/{partner['offers'].id}/"))

    assert "氏名（必須）：本人を確かめる" in page
    assert "（任意）：急ぎの連絡" in page
    for fact in ("申込みのため", "365日", "14日", "手で入力します", "上書きして消します"):
        assert fact in page


@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_opens_from_its_list(staff, partner, name):
    address = f"/console/{name}/{partner[name].id}/"

    assert f'href="{address}"' in staff.get(f"/console/{name}/").content.decode()
    assert staff.get(address).status_code == 200
    assert staff.get(f"/console/{name}/{uuid4()}/").status_code == 404


def test_certified_requests_leave_the_list(staff, partner):
    row = partner["disposals"]
    row.certified_at = clock.now()
    row.save()

    assert "まだ何もありません" in text_of(staff.get("/console/disposals/"))


def test_no_secret_and_no_resident_reaches_a_screen(staff, partner):
    disposal = partner["disposals"]
    hidden = [SECRET, "pairwise-of-somebody", str(disposal.resident), str(disposal.consent)]
    pages = [f"/console/{name}/" for name in LISTS]
    pages += [f"/console/{name}/{partner[name].id}/" for name in ENTRIES]
    for page in ["/console/", *pages]:
        shown = staff.get(page).content.decode()
        assert [word for word in hidden if word in shown] == [], page


@pytest.mark.parametrize("name", LISTS)
def test_nothing_can_be_added_changed_or_deleted(staff, partner, name):
    row = partner[name]
    before = type(row).objects.values().get()
    for path in ("new/", "add/", f"edit/{row.id}/", f"delete/{row.id}/", f"copy/{row.id}/"):
        assert staff.get(f"/console/{name}/{path}").status_code == 404
        assert staff.post(f"/console/{name}/{path}", {"slug": "x"}).status_code == 404
    for path in ("", f"{row.id}/"):
        assert staff.post(f"/console/{name}/{path}", {"slug": "x"}).status_code in (404, 405)

    assert type(row).objects.values().get() == before


@pytest.mark.parametrize("name", LISTS)
def test_a_resident_sees_no_register(resident, partner, name):
    assert resident.get(f"/console/{name}/").status_code == 403


@pytest.mark.parametrize(
    ("query", "found"), [("電子", True), ("shinsei", True), ("見本市", True), ("nothing", False)]
)
def test_services_are_searched(staff, partner, query, found):
    page = text_of(staff.get(f"/console/services/?q={query}"))

    assert ("https://shinsei.example/" in page) is found
    assert ("条件に合うものはありません" in page) is not found


def test_a_long_register_is_paginated_with_the_same_number_of_queries(
    staff, partner, django_assert_max_num_queries
):
    now = clock.now()
    MessageRow.objects.bulk_create(
        MessageRow(
            id=uuid4(),
            service=partner["services"],
            kind=f"kind-{number}",
            body=b"{}",
            created_at=now + timedelta(seconds=number),
            next_attempt_at=now,
        )
        for number in range(45)
    )
    with django_assert_max_num_queries(12):
        first = text_of(staff.get("/console/messages/"))
    last = text_of(staff.get("/console/messages/?p=3"))

    assert "kind-44" in first
    assert "kind-3 " not in first
    assert "kind-3 " in last


def menu_of(staff, language):
    staff.cookies["genkan_language"] = language
    page = staff.get("/console/").content.decode()
    props = re.search(r'id="wagtail-sidebar-props"[^>]*>(.*?)</script>', page, re.DOTALL)[1]
    return json.dumps(json.loads(props), ensure_ascii=False)


def test_the_menu_holds_what_genkan_has_in_the_operators_language(staff, partner):
    japanese, english = menu_of(staff, "ja"), menu_of(staff, "en")

    for label in ("記事", "連携先", "連携サービス", "未完了の消去依頼", "規約", "ワークフロー"):
        assert label in japanese
    for label in ("Articles", "Partners", "Open disposal requests", "Terms", "Workflows"):
        assert label in english
    for address in ("users", "groups", "images", "documents", "pages", "collections"):
        assert f"/console/{address}/" not in japanese.replace("/console/reports/", "")


def test_the_first_page_tells_how_things_stand(staff, partner):
    page = text_of(staff.get("/console/"))

    assert "玄関 Genkan 管理" in page
    assert "連携サービス 1件" in page
    assert "（うち期限切れ 1件）" in page
