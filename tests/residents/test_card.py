"""Checking with the My Number Card: over HTTP, against the running stand-in for the card app."""

import pytest
from django.core import mail
from procrastinate.contrib.django.models import ProcrastinateJob

from genkan.kernel import clock
from genkan.ledger import api as ledger
from genkan.residents import api as residents
from genkan.residents import jobs
from genkan.residents.models import CardCheckRow, ResidentRow
from genkan.residents.service import card, profile
from tests.residents.card_holders import (
    COMPARE,
    H07,
    app,
    compared,
    decide,
    h07,
    id_of,
    key_file,
    portal,
    registered,
    show,
    values_of,
)
from tests.residents.conftest import at_once, events

__all__ = ["app", "h07", "key_file", "portal"]
pytestmark = pytest.mark.django_db(transaction=True)


def test_h07_reading_of_the_register_is_offered_and_both_are_kept(h07, app):
    assert show(h07, app, "h07").headers["Location"] == COMPARE
    texts, _ = compared(h07)

    assert "ウエダ ショウコ" in texts["name_kana"]
    assert "ウエダ シヨウコ" in texts["name_kana"]
    assert decide(h07, name_kana="keep", address="keep").headers["Location"] == "/profile"

    values = values_of(h07)
    own, other = values["name_kana"], values["name_kana_other"]
    assert (own.content["full"], own.origin, own.verified) == (
        "ウエダ ショウコ",
        "self_declared",
        False,
    )
    assert (other.content, other.origin) == ({"full": "ウエダ シヨウコ"}, "card")
    assert {
        item: (values[item].origin, values[item].verified)
        for item in ("name", "birthdate", "sex", "address")
    } == dict.fromkeys(("name", "birthdate", "sex", "address"), ("card", True))
    assert values["name"].content == {"full": "上田 祥子", "family": "上田", "given": "祥子"}
    assert values["address"].content["street"] == "二丁目999番地"
    assert values["address"].content["postal_code"] == "5700083"


def test_h07_who_picks_the_register_reading_keeps_her_own_beside_it(h07, app):
    show(h07, app, "h07")

    decide(h07, name_kana="take", address="take")

    values = values_of(h07)
    assert (values["name_kana"].content, values["name_kana"].origin) == (
        {"full": "ウエダ シヨウコ"},
        "card",
    )
    assert (values["name_kana_other"].content["full"], values["name_kana_other"].origin) == (
        "ウエダ ショウコ",
        "self_declared",
    )
    assert values["address"].content["full"] == "大阪府守口市京阪本通２丁目９９９番地"


def test_second_check_confirms_anew_and_every_page_shows_both_readings(h07, app):
    for pick in ("keep", "take"):
        show(h07, app, "h07")
        decide(h07, name_kana=pick, address="keep")

    page = h07.get("/profile").content.decode()
    assert "ウエダ ショウコ" in page
    assert "ウエダ シヨウコ" in page
    values = values_of(h07)
    assert values["name_kana"].content == {"full": "ウエダ シヨウコ"}
    assert values["name_kana_other"].content["full"] == "ウエダ ショウコ"
    assert h07.get("/profile/export").status_code == 200
    show(h07, app, "h07")
    assert "name_kana" in compared(h07)[0]
    assert decide(h07, address="keep").headers["Location"] == "/profile"


def test_what_was_decided_is_in_the_ledger_and_in_a_mail(h07, app):
    show(h07, app, "h07")
    decide(h07, name_kana="take", address="keep")

    entries = [one.entry for one in ledger.entries_of(id_of(h07))]
    told = {one.event: one.facts for one in entries}
    assert told["resident.card_checked"] == {
        "items": ["address", "birthdate", "name", "name_kana", "sex"]
    }
    assert told["resident.card_corrected"] == {"items": ["name_kana"]}
    job = ProcrastinateJob.objects.get(
        task_name="residents.send_notice", args__notice="card_checked"
    )
    jobs.send_notice(**job.args)
    assert mail.outbox[-1].to == [h07.email]
    assert "マイナンバーカード" in mail.outbox[-1].body
    page = h07.get("/history/").content.decode()
    assert "マイナンバーカード" in page


def test_nothing_is_written_before_the_resident_has_chosen(h07, app):
    before = values_of(h07)
    show(h07, app, "h07")
    _, check = compared(h07)

    answer = h07.post(COMPARE, {"check": check})

    assert answer.status_code == 422
    assert values_of(h07) == before
    assert "id_name_kana" in answer.content.decode()
    assert decide(h07, name_kana="keep", address="keep").status_code == 303


def test_form_sent_twice_is_written_once(h07, app):
    show(h07, app, "h07")
    _, check = compared(h07)
    picks = {"check": check, "name_kana": "take", "address": "keep"}

    answers = [h07.post(COMPARE, picks), h07.post(COMPARE, picks)]

    assert [one.headers["Location"] for one in answers] == ["/profile", "/profile"]
    assert events(id_of(h07)).count("resident.card_checked") == 1
    assert len(residents.past_values_of(id_of(h07))) == 5


def test_two_decisions_at_once_are_one(h07, app):
    show(h07, app, "h07")
    who, account = id_of(h07), ResidentRow.objects.get(pk=id_of(h07)).account_id
    check = CardCheckRow.objects.get(resident=who).pk
    picks = {"name_kana": card.Pick.TAKE, "address": card.Pick.KEEP}

    def confirm():
        return card.confirm(who, account, check, picks, now=clock.now())

    answers = at_once(confirm, confirm)

    assert sorted(map(len, answers)) == [0, 5]
    assert events(who).count("resident.card_checked") == 1


def test_h01_variant_kanji_and_another_way_of_writing_an_address_are_the_same_person(
    published, portal, app
):
    person = registered("h01@resident.example", town="中桜塚", postal_code="561-0881", sex="9")
    show(person, app, "h01-moved")
    texts, _ = compared(person)

    assert "髙橋 𠮷男" in texts["name"]
    assert "高橋 吉男" in " ".join(texts["name"].split())
    decide(person, name="keep", address="take", sex="keep")

    values = values_of(person)
    assert (values["name"].content["full"], values["name"].origin) == ("髙橋 𠮷男", "card")
    assert (values["sex"].content, values["sex"].origin) == ("9", "self_declared")
    address = values["address"]
    assert (address.content["municipality"], address.origin) == ("吹田市", "card")
    past = {one.item: one.content for one in residents.past_values_of(id_of(person))}
    assert past["address"]["municipality"] == "豊中市"


def test_h08_birth_date_without_month_and_day_is_confirmed_as_it_is(published, portal, app):
    person = registered(
        "h08@resident.example",
        **H07 | {"name": "奥村 キヌ", "family_name": "", "given_name": "", "sex": ""},
    )
    profile.change_values(id_of(person), {"birthdate": "1945"}, now=clock.now())
    show(person, app, "h08")
    decide(person, address="keep", sex="take")

    values = values_of(person)
    assert (values["birthdate"].content, values["birthdate"].origin) == ("1945", "card")
    assert (values["sex"].content, values["sex"].origin) == ("2", "card")


def test_keeping_what_differs_leaves_it_self_declared(published, portal, app):
    person = registered("h01@resident.example", town="中桜塚", postal_code="561-0881")
    show(person, app, "h01-moved")

    decide(person, name="take", address="keep", sex="keep")

    values = values_of(person)
    assert values["name"].content == {"full": "高橋　吉男"}
    assert (values["address"].content["municipality"], values["address"].origin) == (
        "豊中市",
        "self_declared",
    )
