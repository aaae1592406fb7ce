"""What other apps get, and at which price."""

from uuid import uuid4

import pytest

from genkan.kernel import clock
from genkan.kernel.ids import AccountId, ResidentId, new_id
from genkan.residents import api as residents
from genkan.residents.models import Account, ResidentRow
from genkan.terms import api as terms
from genkan.terms.models import AcceptanceRow

pytestmark = pytest.mark.django_db


def somebody(**changes):
    facts = {
        "id": ResidentId(new_id()),
        "email": "somebody@resident.example",
        "password_hash": None,
        "values": {"name": {"full": "SURYATI"}, "birthdate": "1993-06-02", "phone": None},
        "interests": frozenset({"disaster"}),
    }
    return residents.NewResident(**facts | changes)


@pytest.fixture
def resident(published):
    return residents.create(somebody(), now=clock.now())


@pytest.mark.parametrize(
    "question",
    [
        residents.profile_of,
        residents.state_of,
        residents.interests_of,
        residents.contact_of,
        residents.past_values_of,
    ],
)
def test_each_question_is_one_query(resident, question, django_assert_num_queries):
    with django_assert_num_queries(1):
        question(resident)


def test_who_calls_is_one_query(resident, django_assert_num_queries):
    account = AccountId(Account.objects.get().pk)
    with django_assert_num_queries(1):
        assert residents.resident_of_account(account) == resident
    with django_assert_num_queries(1):
        assert residents.standing_of(account).resident == resident


@pytest.mark.django_db(transaction=True)
def test_hold_for_release_is_one_query(resident, django_assert_num_queries):
    from django.db import transaction

    with transaction.atomic(), django_assert_num_queries(1):
        held = residents.hold_for_release(resident)
    assert held == residents.profile_of(resident)


def test_hold_for_release_joins_a_transaction(resident):
    with pytest.raises(RuntimeError):
        residents.hold_for_release(resident)


@pytest.mark.parametrize("question", [residents.profile_of, residents.state_of])
def test_nobody_is_told_apart_from_a_stranger(published, question):
    with pytest.raises(residents.NotAResident):
        question(ResidentId(uuid4()))


def test_created_resident_accepted_the_terms_in_force(resident):
    act = AcceptanceRow.objects.get()

    assert act.terms_id == terms.current(clock.now()).id
    assert (act.method, act.person) == ("counter", resident)
    assert residents.contact_of(resident) == ("somebody@resident.example", "ja")
    assert set(residents.profile_of(resident).values) == {"name", "birthdate", "email"}


def test_address_that_is_taken_is_refused(resident):
    with pytest.raises(residents.AddressTaken):
        residents.create(somebody(email="SOMEBODY@resident.example"), now=clock.now())
    assert ResidentRow.objects.count() == 1


def test_nobody_is_created_without_terms(db):
    with pytest.raises(terms.TermsUnpublished):
        residents.create(somebody(), now=clock.now())
    assert Account.objects.count() == 0


def test_person_without_an_account_has_no_contact(published):
    resident = residents.create(somebody(email=None), now=clock.now())

    assert residents.contact_of(resident) is None
    assert "email" not in residents.profile_of(resident).values
