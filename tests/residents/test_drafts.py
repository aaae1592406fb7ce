"""Registrations that were given up are forgotten, and nobody else's are (M07)."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction

from genkan.kernel import clock
from genkan.kernel.ids import AccountId
from genkan.residents import api as residents
from genkan.residents.models import Account, DeviceRow, RegistrationRow, ResidentRow
from genkan.residents.service import drafts, registration
from genkan.terms.models import AcceptanceRow
from tests.residents.conftest import PASSWORD, at_once

pytestmark = pytest.mark.django_db(transaction=True)
MONTH = timedelta(days=30)
MOMENT = timedelta(seconds=1)


def forget(later=MONTH + MOMENT):
    return drafts.forget_abandoned(retention=MONTH, now=clock.now() + later)


@pytest.fixture
def half_way(person):
    """Somebody who typed everything and did not come back."""
    person.sign_up()
    person.verify()
    person.accept()
    person.fill()
    return person


def test_nothing_stays_of_a_registration_that_was_given_up(half_way):
    assert forget() == 1

    for table in (Account, EmailAddress, RegistrationRow, AcceptanceRow, DeviceRow):
        assert table.objects.count() == 0, table
    page = half_way.get("/register/profile")
    assert page.headers["Location"].startswith("/accounts/login/")
    assert forget() == 0


def test_account_whose_address_was_never_confirmed_is_forgotten_too(person):
    person.sign_up()

    assert forget() == 1
    assert Account.objects.count() == 0


def test_person_can_begin_again_with_the_same_address(half_way):
    forget()

    assert half_way.register().headers["Location"] == "/register/done"
    assert ResidentRow.objects.count() == 1


def test_draft_stays_until_the_retention_is_over(half_way):
    assert forget(MONTH - timedelta(minutes=5)) == 0
    assert half_way.confirm().headers["Location"] == "/register/done"


def test_resident_and_staff_are_never_forgotten(resident):
    residents.open_staff_account("staff@office.example", make_password(PASSWORD), now=clock.now())

    assert forget(10 * MONTH) == 0
    assert Account.objects.count() == 2


def test_registration_somebody_works_on_is_not_abandoned(half_way):
    account = AccountId(Account.objects.get().pk)
    with transaction.atomic():
        RegistrationRow.objects.select_for_update().get(account=account)
        assert at_once(forget) == [0]


@pytest.mark.parametrize("round_", range(3))
def test_issue_and_forgetting_at_once_leave_an_id_or_nothing(half_way, round_):
    account = AccountId(Account.objects.get().pk)

    def issue():
        return registration.issue_id(account, ui_locale="ja", now=clock.now())

    at_once(issue, forget)

    issued = ResidentRow.objects.count()
    assert Account.objects.count() == RegistrationRow.objects.count() == issued
