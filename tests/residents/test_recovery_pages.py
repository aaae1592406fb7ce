"""The pages of recovery: the slip, the new way in, the stop."""

import json
import re
from datetime import timedelta

import pytest
from django.core.cache import cache

from genkan.kernel import clock
from genkan.residents import api as residents
from genkan.residents.domain.recovery import (
    Ending,
)
from genkan.residents.models import Account, RecoveryRow, ResidentRow
from tests.builders import (
    a_resident,
)
from tests.own_database import committed
from tests.residents.recoverers import (
    BORN,
    PASSWORD,
    address_of,
    begun,
    resident,
    send_mails,
)
from tests.residents.soft_passkey import SoftPasskey
from tests.residents.test_credentials import AtName

__all__ = ["committed", "resident"]
pytestmark = pytest.mark.usefixtures("committed")


class AtSlip(AtName):
    """Somebody with a slip at a browser."""

    def show(self, held, birthdate="平成2年4月1日"):
        data = {"code": residents.recovery_code(held), "birthdate": birthdate}
        return self.post("/recovery/", data)


@pytest.fixture
def due(resident):
    """A recovery whose waiting period has just passed."""
    return begun(resident, now=clock.now(), wait=timedelta(0))


def test_slip_and_birth_date_lead_to_a_passkey_that_signs_in(resident, due):
    person, key = AtSlip(address_of(resident)), SoftPasskey()
    assert person.show(due).headers["Location"] == "/recovery/new/"
    answer = key.create(person.question("/recovery/new/"))

    done = person.post("/recovery/new/", {"credential": json.dumps(answer), "name": "電話"})

    assert done.headers["Location"] == "/accounts/login/"
    person.sign_in_by(key)
    assert person.get("/profile").status_code == 200
    assert not Account.objects.get(email=person.email).has_usable_password()


def test_slip_leads_to_a_password_without_scripts(resident, due):
    person = AtSlip(address_of(resident))
    person.show(due)
    short = person.post("/recovery/new/", {"password1": "short", "password2": "short"})
    differ = person.post("/recovery/new/", {"password1": PASSWORD, "password2": "another-one-12"})

    done = person.post("/recovery/new/", {"password1": PASSWORD, "password2": PASSWORD})

    assert [short.status_code, differ.status_code, done.status_code] == [422, 422, 303]
    person.sign_in(PASSWORD)
    assert person.get("/profile").status_code == 200


@pytest.mark.parametrize("whose", ["own", "other"])
def test_browser_that_is_signed_in_can_redeem_and_other_people_stay_signed_in(resident, due, whose):
    there = resident if whose == "own" else a_resident(with_account=True)
    account = ResidentRow.objects.get(pk=there).account
    account.set_password("the-old-long-password")
    account.save()
    person = AtSlip(account.email)
    person.sign_in("the-old-long-password")
    person.show(due)

    done = person.post("/recovery/new/", {"password1": PASSWORD, "password2": PASSWORD})

    assert done.status_code == 303
    assert person.get("/profile").status_code == (303 if whose == "own" else 200)


@pytest.mark.parametrize("credential", ["", "{}", "[", '{"id": "x"}'], ids=str)
def test_answer_that_is_no_passkey_redeems_nothing(resident, due, credential):
    person = AtSlip(address_of(resident))
    person.show(due)

    answer = person.post("/recovery/new/", {"credential": credential, "name": "x"})

    assert answer.status_code == 422
    assert RecoveryRow.objects.get(pk=due.id).ended_at is None


@pytest.mark.parametrize(
    "typed",
    [
        {"code": "", "birthdate": BORN},
        {"code": "AAAA-AAAA-AAAA-AAAA", "birthdate": BORN},
        {"code": "é\0", "birthdate": "昨日"},
        {"code": "A" * 1000, "birthdate": BORN},
    ],
    ids=["empty", "unknown", "strange", "long"],
)
def test_wrong_slip_is_refused_plainly(typed):
    cache.clear()

    assert AtSlip().post("/recovery/", typed).status_code == 422


def test_without_a_slip_there_is_no_second_page():
    for answer in (AtSlip().get("/recovery/new/"), AtSlip().post("/recovery/new/", {})):
        assert answer.headers["Location"] == "/recovery/"


def test_eleventh_slip_within_a_minute_is_refused():
    cache.clear()
    typed = {"code": "AAAA-AAAA-AAAA-AAAA", "birthdate": BORN}

    answers = [AtSlip().post("/recovery/", typed).status_code for _ in range(11)]

    assert answers == [422] * 10 + [429]


def test_resident_who_is_still_signed_in_sees_it_and_stops_it(resident):
    account = ResidentRow.objects.get(pk=resident).account
    account.set_password(PASSWORD)
    account.save()
    owner = AtName(account.email)
    owner.sign_in(PASSWORD)
    assert "/recovery/own/stop/" not in owner.get("/profile").content.decode()
    held = begun(resident, now=clock.now())

    assert "/recovery/own/stop/" in owner.get("/profile").content.decode()
    assert owner.get("/recovery/own/stop/").status_code == 200
    assert owner.post("/recovery/own/stop/").status_code == 200

    assert RecoveryRow.objects.get(pk=held.id).ending == Ending.STOPPED
    assert owner.post("/recovery/own/stop/").status_code == 410


def test_link_in_the_mail_asks_before_it_stops(resident):
    held = begun(resident, now=clock.now())
    path = re.search(r"https?://[^/]+(/recovery/\S+)", send_mails()[address_of(resident)])[1]
    reader = AtName()

    assert reader.get(path).status_code == 200
    assert RecoveryRow.objects.get(pk=held.id).ended_at is None
    assert reader.post(path).status_code == 200
    assert RecoveryRow.objects.get(pk=held.id).ending == Ending.STOPPED
    assert [reader.get(path).status_code, reader.post(path).status_code] == [410, 410]
