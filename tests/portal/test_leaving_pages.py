"""The pages of taking along and of leaving, at a browser that signed in with its password."""

import json
import re
import time

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache

from genkan.kernel import clock
from genkan.ledger import api as ledger
from genkan.residents import farewell
from genkan.residents.models import ResidentRow
from genkan.residents.service import leaving
from genkan.residents.service.profile import change_values
from genkan.ui import pdf
from tests.builders import DAY, VALUES, events
from tests.pdf_text import Pdf
from tests.residents.leavers import PASSWORD, a_leaver, signed_in

pytestmark = pytest.mark.django_db
LANGUAGES = ["ja", "ja-easy", "en"]


@pytest.fixture
def now():
    return clock.now()


@pytest.fixture
def leaver(now):
    cache.clear()
    return a_leaver(now=now)


@pytest.fixture
def browser(leaver):
    return signed_in(leaver)


def long_ago(browser):
    """Let the last proof of this browser be an hour old."""
    session = browser.session
    session["account_authentication_methods"] = [
        {**one, "at": time.time() - 3600} for one in session["account_authentication_methods"]
    ]
    session.save()


def words(response):
    page = BeautifulSoup(response.content, "html.parser").select_one("main")
    return re.sub(r"\s+", " ", page.get_text())


def test_profile_leads_to_both(browser):
    page = browser.get("/profile").content.decode()

    assert 'href="/profile/export"' in page
    assert 'href="/profile/leave"' in page


@pytest.mark.parametrize("address", ["/profile/export", "/profile/leave"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_whoever_proved_themselves_long_ago_is_asked_again(browser, leaver, address, method):
    long_ago(browser)

    answer = getattr(browser, method)(address, {"understood": "on"})

    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/")
    assert leaver.stage is None
    assert "resident.exported" not in events(leaver.id)


@pytest.mark.parametrize("address", ["/profile/export", "/profile/leave"])
def test_pages_are_for_whoever_signed_in(client, address):
    assert client.get(address).headers["Location"].startswith("/accounts/login/")


def test_a_new_proof_leads_back_to_the_page(browser):
    long_ago(browser)
    asked = browser.get("/profile/leave").headers["Location"]

    answer = browser.post(asked, {"password": PASSWORD})

    assert answer.headers["Location"] == "/profile/leave"
    assert browser.get("/profile/leave").status_code == 200


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", ["/profile/export", "/profile/leave"])
def test_pages_stand_in_every_language(browser, address, language):
    browser.cookies["genkan_language"] = language

    assert browser.get(address).status_code == 200


def test_the_file_holds_everything_and_its_name_nobody(browser, leaver):
    answer = browser.post("/profile/export", {"form": "file"})
    document = json.loads(answer.content)

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="genkan-export.json"'
    assert document["format"] == "genkan-export"
    assert {one["item"] for one in document["profile"]["values"]} >= {"name", "address", "email"}
    assert document["profile"]["account"]["email"] == f"{leaver.id.hex}@resident.example"
    assert len(document["acceptances"]) == 1
    assert len(document["links"]) == len(document["consents"]) == 2
    assert len(document["provisions"]) == 2
    assert document["catalogue"]["name"]["name"]["ja"] == "氏名"
    sentences = [one["sentence"]["ja"] for one in document["ledger"]]
    assert any("見本申請に、次の情報" in one or "見本申請" in one for one in sentences)
    assert len(sentences) == len(events(leaver.id))  # the issue, and not yet this export


def test_taking_a_copy_stands_in_the_ledger_each_time(browser, leaver):
    browser.get("/profile/export")
    browser.post("/profile/export", {"form": "file"})
    browser.post("/profile/export", {"form": "page"})

    assert events(leaver.id).count("resident.exported") == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_for_printing_is_readable(browser, leaver, language):
    browser.cookies["genkan_language"] = language

    told = words(browser.post("/profile/export", {"form": "page"}))

    assert "大阪 花子" in told
    assert "見本申請" in told
    assert f"{leaver.id.hex}@resident.example" in told


NAMES = {
    "h01": "髙橋 𠮷男",
    "h02": "渡\u9089\U000e0101 太郎",
    "h03": "葛\U000e0100城 美葉",
    "h05": "MARIA FERNANDA APARECIDA DE SOUZA LIMA NAKATA",
}


@pytest.mark.parametrize("key", NAMES)
def test_the_pdf_keeps_names_to_the_code_point(now, key):
    leaver = a_leaver(now=now, partners=1, values={"name": {"full": NAMES[key]}})

    answer = signed_in(leaver).post("/profile/export", {"form": "pdf"})

    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="genkan-export.pdf"'
    assert answer.headers["Cache-Control"] == "no-store"
    told = Pdf(answer.content).text.replace("\n", "")
    assert NAMES[key] in told
    points = " ".join(f"U+{ord(one):04X}" for one in NAMES[key])
    assert (points in told) is (key != "h05")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_says_what_the_page_says_in_the_language_of_the_page(browser, leaver, language):
    browser.cookies["genkan_language"] = language

    made = Pdf(browser.post("/profile/export", {"form": "pdf"}).content)

    assert f"/Lang ({'en' if language == 'en' else 'ja'})".encode() in made.all
    told = made.text.replace("\n", "")
    assert "大阪 花子" in told
    assert "見本申請" in told
    assert f"resident {leaver.id}" in told
    assert events(leaver.id).count("resident.exported") == 1


def test_acceptance_and_consents_stand_in_a_receipt_that_is_signed(browser, leaver):
    document = json.loads(browser.post("/profile/export", {"form": "file"}).content)

    lines = ledger.signed_receipt(document["receipt"]["note"])

    (accepted,) = [one for one in lines if one.startswith("accepted terms_of_use")]
    assert f"sha256:{document['acceptances'][0]['text_sha256']}" in accepted
    assert len([one for one in lines if one.startswith("consent ")]) == 2
    assert lines[0] == f"resident {leaver.id}"


def test_where_no_pdf_can_be_made_the_page_says_so_and_the_rest_works(browser, leaver, monkeypatch):
    monkeypatch.setattr(pdf, "_weasyprint", lambda: "cannot load library 'libpango-1.0-0'")

    page = browser.get("/profile/export")
    answer = browser.post("/profile/export", {"form": "pdf"})

    assert 'value="pdf"' not in page.content.decode()
    assert "今、ここではPDFを作れません" in words(page)
    assert answer.status_code == 503
    assert "libpango" not in answer.content.decode()
    assert "resident.exported" not in events(leaver.id)
    assert browser.post("/profile/export", {"form": "page"}).status_code == 200


def test_pdfs_are_limited_and_the_other_forms_are_not(browser, monkeypatch):
    monkeypatch.setattr(pdf, "pdf_of", lambda _: b"%PDF-")
    answers = [browser.post("/profile/export", {"form": "pdf"}).status_code for _ in range(13)]

    assert answers == [200] * 12 + [429]
    assert browser.post("/profile/export", {"form": "file"}).status_code == 200


def test_leaving_needs_the_tick(browser, leaver):
    answer = browser.post("/profile/leave")

    assert answer.status_code == 422
    assert "退会するときは、チェックを入れてください。" in words(answer)
    assert leaver.stage is None


def test_the_page_names_services_what_stays_and_the_last_day(browser):
    told = words(browser.get("/profile/leave"))

    assert "見本申請" in told
    assert "どの項目がいつどのサービスに渡り" in told
    assert "14日間" in told


def test_leaving_and_taking_it_back(browser, leaver):
    answer = browser.post("/profile/leave", {"understood": "on"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/profile/leave")

    told = words(browser.get("/profile/leave"))
    assert "退会を取り消せる期限" in told
    assert browser.get("/services/").status_code == 403
    assert browser.get("/").status_code == 403
    assert browser.post("/profile/export", {"form": "file"}).status_code == 200

    assert browser.post("/profile/leave/undo").headers["Location"] == "/"
    assert leaver.state == "active"
    assert browser.get("/services/").status_code == 200


def test_signing_in_while_leaving_leads_to_the_way_back(browser, leaver):
    browser.post("/profile/leave", {"understood": "on"})

    again = signed_in(leaver)

    assert again.landed_at == "/profile/leave"


def test_a_stranger_cannot_take_it_back(browser, leaver, now):
    browser.post("/profile/leave", {"understood": "on"})
    stranger = signed_in(a_leaver(partners=0, now=now))

    answer = stranger.post("/profile/leave/undo")

    assert answer.status_code == 409
    assert leaver.stage == "cooling_off"


@pytest.mark.parametrize("language", LANGUAGES)
def test_progress_is_shown_to_the_last_service_until_everything_is_erased(leaver, now, language):
    browser = signed_in(leaver)
    browser.cookies["genkan_language"] = language
    leaving.request_leaving(leaver.id, now=now - 14 * DAY)
    leaving.close(leaver.id, now=now)
    assert browser.get("/profile/leave").status_code == 303

    browser = signed_in(leaver)
    page = BeautifulSoup(browser.get("/profile/leave").content, "html.parser")
    assert len(page.select("main .badge--warning")) == 2
    assert not page.select('form[action="/profile/leave/undo"]')
    assert browser.post("/profile/leave/undo").status_code == 409

    leaver.certify_all(now=now)
    page = BeautifulSoup(browser.get("/profile/leave").content, "html.parser")
    assert len(page.select("main .badge--success")) == 2

    farewell.close(leaver.id, now=now)
    assert browser.get("/profile/leave").status_code == 303


def told_by(browser, form):
    """Everything that an export tells, whatever its form."""
    content = browser.post("/profile/export", {"form": form}).content
    return Pdf(content).text.replace("\n", "") if form == "pdf" else content.decode()


@pytest.mark.parametrize("form", ["file", "page", "pdf"])
def test_a_protected_address_is_in_no_export(browser, leaver, now, form):
    leaver_moved = {"address": VALUES["address"] | {"full": "大阪府大阪市北区天満橋一丁目99番"}}
    change_values(leaver.id, leaver_moved | {"phone": "06-6941-0351"}, now=now)
    places = ("中之島", "天満橋", "5300005", "06-6941")
    before = told_by(browser, form)
    assert "天満橋" in before
    ResidentRow.objects.filter(pk=leaver.id).update(protected_until=now + DAY)

    told = told_by(browser, form)

    assert not [place for place in places if place in told]
    assert "花子" in told
