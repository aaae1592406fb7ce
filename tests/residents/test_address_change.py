"""Changing the address for signing in: both ends, and nothing told about other people's."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from procrastinate.contrib.django.models import ProcrastinateJob

from genkan.kernel import clock
from genkan.kernel.db import rows
from genkan.ledger import api as ledger
from genkan.residents import api as residents
from genkan.residents import jobs
from genkan.residents.domain.addresses import MOST_ATTEMPTS, OBJECTION_LIFE, Confirmed
from genkan.residents.models import Account, AddressChangeRow, ResidentRow
from genkan.residents.service import addresses
from tests.residents.conftest import PASSWORD, Person, at_once

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "atarashii@resident.example"
ASK, CONFIRM = "/accounts/email/change/", "/accounts/email/confirm/"


@pytest.fixture
def owner(resident):
    cache.clear()
    resident.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return resident


def sent(to):
    """Run the queued mails; return the newest to an address."""
    for job in ProcrastinateJob.objects.filter(task_name="residents.send_address_change"):
        jobs.send_address_change(**job.args)
    rows("DELETE FROM procrastinate_jobs")
    return [one.body for one in mail.outbox if one.to == [to]][-1]


def code_in(body):
    return re.search(r"^([A-Z2-7]{8})$", body, re.MULTILINE)[1]


def way_back(body):
    return re.search(r"https?://[^/]+(/accounts/email/undo/\S+)", body)[1]


def signs_in(email, password=PASSWORD):
    cache.clear()
    person = Person(email)
    person.post("/accounts/login/", {"login": email, "password": password})
    return person.get("/profile").status_code == 200


def events_of(email):
    found = ResidentRow.objects.get(account__email=email).pk
    return [one.entry.event for one in ledger.entries_of(found)]


def change(owner, to=NEW):
    owner.post(ASK, {"email": to})
    return owner.post(CONFIRM, {"code": code_in(sent(to)).lower()})


def test_code_from_the_new_address_changes_it_everywhere(owner):
    assert change(owner).headers["Location"] == "/accounts/security/"

    assert signs_in(NEW)
    assert not signs_in(owner.email)
    resident = ResidentRow.objects.get(account__email=NEW).pk
    value = residents.profile_of(resident).values["email"]
    assert (value.content, value.verified) == (NEW, True)
    assert events_of(NEW)[1:3] == ["resident.address_changed", "resident.address_change_asked"]


def test_old_address_hears_of_it_before_it_takes_effect(owner):
    owner.post(ASK, {"email": NEW})

    assert "/accounts/email/undo/" in sent(owner.email)
    assert Account.objects.filter(email=owner.email).exists()


def test_asking_needs_a_fresh_proof(resident):
    resident.post("/accounts/logout/")
    resident.post("/accounts/login/", {"login": resident.email, "password": PASSWORD})

    for answer in (resident.get(ASK), resident.post(ASK, {"email": NEW})):
        assert answer.headers["Location"].startswith("/accounts/reauthenticate/?next=")
    assert not AddressChangeRow.objects.exists()


def test_address_of_somebody_else_looks_the_same_and_is_told_to_its_owner_alone(owner):
    other = Person("h02@resident.example")
    other.sign_up()
    other.verify()
    seen = []
    for address in (NEW, other.email):
        asked = owner.post(ASK, {"email": address})
        page = owner.get(CONFIRM).content.decode()
        wrong = owner.post(CONFIRM, {"code": "AAAAAAAA"})
        pages = [re.sub(r'name="csrf[^>]+>', "", one) for one in (page, wrong.content.decode())]
        seen.append((asked.status_code, asked.headers["Location"], wrong.status_code, *pages))

    assert seen[0] == seen[1]
    assert re.search(r"^[A-Z2-7]{8}$", sent(other.email), re.MULTILINE) is None
    held = AddressChangeRow.objects.get(is_taken=True)
    right = addresses.code_for(addresses.to_be_mailed(held.pk))
    assert owner.post(CONFIRM, {"code": right}).status_code == 422
    assert Account.objects.filter(email=owner.email).exists()


def test_wrong_codes_are_counted_and_then_it_is_over(owner):
    owner.post(ASK, {"email": NEW})
    right = code_in(sent(NEW))
    for _ in range(MOST_ATTEMPTS):
        owner.post(CONFIRM, {"code": "AAAAAAAA"})

    assert owner.post(CONFIRM, {"code": right}).status_code == 422
    assert not signs_in(NEW)


def test_code_of_an_earlier_question_is_worth_nothing(owner):
    owner.post(ASK, {"email": NEW})
    old = code_in(sent(NEW))
    owner.post(ASK, {"email": "another@resident.example"})

    assert owner.post(CONFIRM, {"code": old}).status_code == 422


def test_code_is_over_after_fifteen_minutes(owner):
    owner.post(ASK, {"email": NEW})
    account = Account.objects.get(email=owner.email).pk
    later = clock.now() + timedelta(minutes=15)

    became = addresses.confirm(account, code_in(sent(NEW)), language="ja", now=later)

    assert became is Confirmed.OVER


def test_old_address_undoes_the_change_and_shuts_everybody_out(owner):
    owner.post(ASK, {"email": NEW})
    path = way_back(sent(owner.email))
    owner.post(CONFIRM, {"code": code_in(sent_again(NEW))})
    finder = Person(owner.email)
    assert finder.get(path).status_code == 200
    assert Account.objects.filter(email=NEW).exists()

    assert finder.post(path).status_code == 200

    assert Account.objects.get().email == owner.email
    assert owner.get("/profile").status_code == 303
    assert not signs_in(owner.email)
    assert events_of(owner.email)[0] == "resident.address_change_undone"
    assert finder.post(path).status_code == 404


def sent_again(to):
    return [one.body for one in mail.outbox if one.to == [to]][-1]


@pytest.mark.parametrize("proof", ["x", "é", "A" * 43], ids=["short", "strange", "guess"])
def test_guess_undoes_nothing(owner, proof):
    owner.post(ASK, {"email": NEW})
    held = AddressChangeRow.objects.get()

    for answer in (
        Person().get(f"/accounts/email/undo/{held.pk}/{proof}/"),
        Person().post(f"/accounts/email/undo/{held.pk}/{proof}/"),
    ):
        assert answer.status_code == 404
    assert signs_in(owner.email)


def test_change_can_be_undone_for_fourteen_days_and_is_then_forgotten(owner):
    owner.post(ASK, {"email": NEW})
    held = addresses.to_be_mailed(AddressChangeRow.objects.get().pk)

    assert held.can_be_objected(held.asked_at + OBJECTION_LIFE - timedelta(microseconds=1))
    assert not held.can_be_objected(held.asked_at + OBJECTION_LIFE)
    addresses.forget_what_ended(now=held.asked_at + OBJECTION_LIFE + timedelta(seconds=1))
    assert not AddressChangeRow.objects.exists()


def test_addresses_and_codes_are_not_in_the_table(owner):
    owner.post(ASK, {"email": NEW})

    stored = str(rows("SELECT t::text AS line FROM residents_address_change t"))
    queued = str(rows("SELECT args::text AS line FROM procrastinate_jobs"))

    assert len(stored) > 50
    assert NEW.encode().hex() not in stored
    assert "@" not in stored + queued
    assert code_in(sent(NEW)) not in stored + queued


def test_right_code_at_once_from_two_tabs_changes_the_address_once(owner):
    owner.post(ASK, {"email": NEW})
    account, code = Account.objects.get(email=owner.email).pk, code_in(sent(NEW))

    def confirm():
        return addresses.confirm(account, code, language="ja", now=clock.now())

    answers = at_once(confirm, confirm)

    assert sorted(one.name for one in answers) == ["CHANGED", "OVER"]


@pytest.mark.parametrize(
    "email",
    ["", "x", "a" * 300 + "@resident.example", "a\0@b.example"],
    ids=["empty", "word", "long", "nul"],
)
def test_address_that_is_none_is_named_at_its_field(owner, email):
    answer = owner.post(ASK, {"email": email})

    assert answer.status_code == 422
    assert 'id="id_email_error"' in answer.content.decode()


def test_of_two_who_want_one_address_the_second_is_told_and_keeps_the_old(owner):
    other = Person("h02@resident.example")
    assert other.register().status_code == 303
    other.post("/accounts/reauthenticate/", {"password": PASSWORD})
    both, codes = (owner, other), []
    for one in both:
        one.post(ASK, {"email": NEW})
        codes.append(code_in(sent(NEW)))

    answers = at_once(
        *(
            lambda one=one, code=code: one.post(CONFIRM, {"code": code})
            for one, code in zip(both, codes, strict=True)
        )
    )

    won, lost = sorted(answers, key=lambda answer: answer.status_code)
    assert (won.status_code, lost.status_code) == (303, 422)
    assert "別のアカウントのもの" in lost.content.decode()
    loser = both[answers.index(lost)]
    assert sorted(Account.objects.values_list("email", flat=True)) == sorted([NEW, loser.email])
    assert signs_in(loser.email)
    assert events_of(loser.email)[0] != "resident.address_changed"


def test_old_address_that_is_somebody_elses_by_now_does_not_come_back(owner):
    change(owner)
    path = way_back("\n".join(one.body for one in mail.outbox if one.to == [owner.email]))
    other = Person(owner.email)
    other.sign_up()
    other.verify()

    assert Person().post(path).status_code == 409
    assert signs_in(NEW)
