"""A card check that goes wrong, is attacked, or is not for this person; over HTTP."""

import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner
from django.core.cache import cache

from genkan.kernel import clock
from genkan.kernel.ids import ResidentId
from genkan.residents import api as residents
from genkan.residents.errors import CardCheckOver
from genkan.residents.models import CardCheckRow, CardRow, ResidentRow
from genkan.residents.service import card
from genkan.site.cli import cli
from tests.builders import a_member_of_staff, a_resident, a_wish
from tests.guardians import a_right
from tests.residents import cards
from tests.residents.card_holders import (
    COMPARE,
    H07,
    START,
    app,
    compared,
    decide,
    h07,
    id_of,
    key_file,
    leave,
    portal,
    registered,
    show,
    values_of,
)
from tests.residents.conftest import Person, at_once, events

__all__ = ["app", "h07", "key_file", "portal"]
pytestmark = pytest.mark.django_db(transaction=True)

# What goes wrong at the provider


def test_person_who_gives_up_over_there_comes_back_to_an_unchanged_profile(h07, app):
    before = values_of(h07)

    answer = show(h07, app, "h07", "cancel")

    assert answer.headers["Location"] == "/profile"
    assert values_of(h07) == before
    assert h07.get(COMPARE).status_code == 409


def test_answer_that_fails_a_check_changes_nothing(h07, app):
    before = values_of(h07)

    answer = show(h07, app, "h07", "wrong_nonce")

    assert answer.status_code == 502
    assert "residents.card_untrusted" in answer.content.decode()
    assert values_of(h07) == before
    assert h07.get(COMPARE).status_code == 409
    assert not CardRow.objects.exists()


def test_provider_that_does_not_answer_can_be_tried_again(h07, app):
    answer = show(h07, app, "h07", "down")

    assert answer.status_code == 503
    assert f'href="{START}"' in answer.content.decode()
    assert show(h07, app, "h07").headers["Location"] == COMPARE


def test_nobody_is_sent_away_while_our_key_cannot_be_used(h07, portal, tmp_path):
    (tmp_path / "key.json").write_text("{}")
    (tmp_path / "key.json").chmod(0o644)
    portal.GENKAN = portal.GENKAN.model_copy(update={"card_key_file": tmp_path / "key.json"})

    assert h07.post(START).status_code == 503
    assert not CardCheckRow.objects.exists()


# Attacks


def test_answer_is_good_once(h07, app):
    back = app.hold(leave(h07), "h07")
    assert h07.get(back).headers["Location"] == COMPARE

    again = h07.get(back)

    assert again.status_code == 409
    assert "residents.card_check_over" in again.content.decode()
    assert h07.get(COMPARE).status_code == 200


def test_two_answers_at_once_are_one(h07, app):
    back = parse_qs(urlsplit(app.hold(leave(h07), "h07")).query)
    answer = {name: values[0] for name, values in back.items()}
    who = id_of(h07)
    check = CardCheckRow.objects.get(resident=who).pk

    def come_back():
        return card.come_back(who, check, answer, now=clock.now())

    answers = at_once(come_back, come_back)

    assert sorted(type(one).__name__ for one in answers) == ["CardCheckOver", "bool"]


def test_answer_with_another_state_is_refused_and_spends_nothing(h07, app):
    there = leave(h07)
    back = app.hold(there, "h07", "wrong_state")

    assert h07.get(back).status_code == 409
    assert h07.get(app.hold(there, "h07")).headers["Location"] == COMPARE


def test_answer_for_another_browser_is_refused(h07, app, published):
    back = app.hold(leave(h07), "h07")
    other = registered("other@resident.example")
    leave(other)

    assert other.get(back).status_code == 409
    assert other.get(COMPARE).status_code == 409


def test_answer_that_names_another_issuer_is_refused(h07, app):
    back = app.hold(leave(h07), "h07")

    assert h07.get(f"{back}&iss=https://other.example").status_code == 502


def test_answer_after_ten_minutes_is_refused(h07, app):
    who = id_of(h07)
    check, there = card.begin(who, now=clock.now() - timedelta(minutes=10, seconds=1))
    back = parse_qs(urlsplit(app.hold(there, "h07")).query)

    with pytest.raises(CardCheckOver):
        card.come_back(who, check, {n: v[0] for n, v in back.items()}, now=clock.now())


def test_what_came_back_waits_fifteen_minutes_and_is_forgotten(h07, app):
    show(h07, app, "h07")
    who, account = id_of(h07), ResidentRow.objects.get(pk=id_of(h07)).account_id
    check = CardCheckRow.objects.get(resident=who).pk
    late = clock.now() + timedelta(minutes=16)

    with pytest.raises(CardCheckOver):
        card.confirm(who, account, check, {}, now=late)
    card.forget_what_ended(now=late + timedelta(minutes=20))
    assert not CardCheckRow.objects.exists()


def test_form_of_another_check_is_refused(h07, app):
    show(h07, app, "h07")
    _, first = compared(h07)
    show(h07, app, "h07")

    answer = h07.post(COMPARE, {"check": first, "name_kana": "take", "address": "take"})

    assert answer.status_code == 409


def test_card_of_somebody_else_is_refused_and_recorded(h07, app):
    before = values_of(h07)

    answer = show(h07, app, "stranger")

    assert answer.status_code == 409
    assert "residents.card_of_another" in answer.content.decode()
    assert values_of(h07) == before
    assert events(id_of(h07))[0] == "resident.card_refused"
    assert "見本" not in answer.content.decode()
    assert not CardRow.objects.exists()


def test_same_card_for_two_ids_is_a_case_for_the_counter(h07, app):
    show(h07, app, "h07")
    decide(h07, name_kana="keep", address="keep")
    twin = registered("twice@resident.example", **H07)

    answer = show(twin, app, "h07")

    assert answer.status_code == 409
    assert "residents.card_elsewhere" in answer.content.decode()
    listed = CliRunner().invoke(cli, ["resident", "duplicates"]).output
    assert "same My Number Card" in listed
    cases = [one for one in residents.duplicates() if one.by_card]
    assert [(one.resident, one.like) for one in cases] == [(id_of(twin), id_of(h07))]
    residents.settle_duplicate(id_of(twin), now=clock.now())
    assert not [one for one in residents.duplicates() if one.by_card]
    assert show(twin, app, "h07").status_code == 409


def test_two_who_tie_the_same_card_at_once_do_not_both_get_it(h07, app):
    twin = registered("twice@resident.example", **H07)
    for person in (h07, twin):
        show(person, app, "h07")
    picks = {"name_kana": card.Pick.KEEP, "address": card.Pick.KEEP}
    rows = [ResidentRow.objects.get(pk=id_of(person)) for person in (h07, twin)]
    checks = {one.resident_id: one.pk for one in CardCheckRow.objects.all()}

    def confirming(row):
        who, check = ResidentId(row.pk), checks[row.pk]
        return lambda: card.confirm(who, row.account_id, check, picks, now=clock.now())

    answers = at_once(*map(confirming, rows))

    assert sorted(type(one).__name__ for one in answers) == ["CardElsewhere", "list"]
    assert CardRow.objects.filter(is_tied=True).count() == 1


def test_subject_and_card_stand_nowhere_in_clear(h07, app):
    show(h07, app, "h07", "with_number")
    row = CardCheckRow.objects.get()
    stored = bytes(row.sealed_card) + bytes(row.sealed_request) + bytes(row.sub_hash)

    assert "シヨウコ".encode() not in stored
    assert b"123456789018" not in stored
    assert "123456789018" not in h07.get(COMPARE).content.decode()
    assert len(bytes(row.sub_hash)) == 32


def test_log_names_the_check_and_no_value(h07, app, caplog):
    show(h07, app, "h07", "wrong_nonce")
    show(h07, app, "h07", "other_subject")

    written = caplog.text
    assert "id_token_nonce" in written
    assert "userinfo_sub" in written
    assert "上田" not in written
    assert "code=" not in written


# Who may


def test_off_by_default(person):
    person.register()

    assert person.get(START).status_code == 404
    assert START not in person.get("/profile").content.decode()


def test_profile_leads_to_the_check_and_the_password_is_asked_for_again(published, portal, app):
    cache.clear()
    person = Person()
    person.register()
    assert f'href="{START}"' in person.get("/profile").content.decode()
    session = person.client.session
    session["account_authentication_methods"] = []
    session.save()

    answer = person.get(START)

    assert answer.headers["Location"].startswith("/accounts/reauthenticate/?next=")


def test_page_that_leads_away_lets_its_form_end_at_the_provider_only(h07, app):
    policy = h07.get(START).headers["Content-Security-Policy"]

    assert f"form-action 'self' {app.url}" in policy


def test_guardian_cannot_show_a_card_for_a_child(h07, app):
    child = a_resident(now=clock.now(), birthdate="2018-05-20")
    a_right(child, id_of(h07), now=clock.now())
    h07.post("/acting/", {"person": str(child)})
    assert h07.get("/profile").status_code == 200

    answer = h07.get(START)

    assert answer.status_code == 403


def test_birth_date_on_which_a_guardians_right_hangs_is_left_to_the_counter(h07, app, published):
    child = registered(
        "child@resident.example", **{**H07, "birthdate": "2012-08-14", "name": "上田 祥子"}
    )
    a_right(id_of(child), id_of(h07), now=clock.now())
    show(child, app, "h07")
    texts, _ = compared(child)

    assert "窓口" in texts["birthdate"]
    decide(child, name_kana="keep", address="keep", birthdate="take")
    assert values_of(child)["birthdate"].content == "2012-08-14"


def test_protected_address_is_neither_read_nor_shown_nor_changed(h07, app):
    who = id_of(h07)
    before = values_of(h07)["address"]
    until = clock.now() + timedelta(days=100)
    ResidentRow.objects.filter(pk=who).update(protected_until=until)
    show(h07, app, "h07")

    page = h07.get(COMPARE).content.decode()

    assert "京阪本通" not in page
    assert "item-address" not in page
    decide(h07, name_kana="take")
    assert values_of(h07)["address"] == before


def test_proof_is_met_by_the_card_that_was_theirs_before(h07, app, portal, key_file):
    portal.GENKAN = cards.portal_asks(app, key_file, card_lifts_proof=True)
    who, staff = id_of(h07), a_member_of_staff()
    residents.intervene(who, a_wish("reprove"), by=staff, now=clock.now())
    show(h07, app, "h07")
    decide(h07, name_kana="keep", address="keep")
    assert residents.proof_is_needed(who), "a card that was tied only now proves nothing"
    (standing,) = [one for one in residents.interventions_of(who) if one.ended_at is None]
    residents.lift(standing.id, "窓口で確かめた", by=staff, now=clock.now())

    residents.intervene(who, a_wish("reprove"), by=staff, now=clock.now())
    show(h07, app, "h07")
    decide(h07, name_kana="keep", address="keep")

    assert not residents.proof_is_needed(who)
    assert "resident.proof_requirement_lifted" in events(who)[:3]


def test_proof_stays_needed_where_the_policy_does_not_say_otherwise(h07, app):
    who = id_of(h07)
    show(h07, app, "h07")
    decide(h07, name_kana="keep", address="keep")
    residents.intervene(who, a_wish("reprove"), by=a_member_of_staff(), now=clock.now())

    show(h07, app, "h07")
    decide(h07, name_kana="keep", address="keep")

    assert residents.proof_is_needed(who)


def test_key_is_made_once_and_told_without_its_secret(portal, tmp_path):
    portal.GENKAN = portal.GENKAN.model_copy(update={"card_key_file": tmp_path / "key.json"})

    first, again = (CliRunner().invoke(cli, ["card", "new-key", "--json"]) for _ in range(2))

    assert first.output == again.output
    told = json.loads(first.output)
    assert told["redirect_uri"] == "http://127.0.0.1:8000/profile/card/return"
    (key,) = json.loads(told["jwks"])["keys"]
    assert (key["alg"], "d" in key) == ("ES256", False)
    assert (tmp_path / "key.json").stat().st_mode & 0o077 == 0
