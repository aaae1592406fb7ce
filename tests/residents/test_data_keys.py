"""What lies in the database about a person opens only with their data key, in its place."""

import json

import pytest

from genkan.kernel import clock
from genkan.kernel.ids import ResidentId, new_id
from genkan.kernel.sealing import KeyringUnusable, SealBroken
from genkan.residents import api as residents
from genkan.residents.models import DataKeyRow, RegistrationRow, ValueRow
from genkan.residents.service import profile, registration
from tests.residents.test_api import somebody

VALUES = {"name": {"full": "髙橋 𠮷男"}, "phone": "06-1234-5678", "birthdate": "1971-03-09"}


@pytest.fixture
def resident(published):
    return residents.create(somebody(values=VALUES), now=clock.now())


@pytest.fixture
def other(published):
    return residents.create(
        somebody(id=ResidentId(new_id()), email=None, values=VALUES), now=clock.now()
    )


pytestmark = pytest.mark.django_db


def test_values_lie_sealed_and_read_as_before(resident):
    stored = b"".join(bytes(row.content) for row in ValueRow.objects.all())

    for clear in ("髙橋", "𠮷男", "06-1234-5678", "1971"):
        assert clear.encode() not in stored
        assert json.dumps(clear)[1:-1].encode() not in stored
    held = residents.profile_of(resident)
    assert {item: held.content(item) for item in VALUES} == VALUES


def test_everybody_has_a_key_of_their_own(resident, other):
    wrapped = [bytes(row.wrapped) for row in DataKeyRow.objects.all()]

    assert set(DataKeyRow.objects.values_list("person", flat=True)) == {resident, other}
    assert len(set(wrapped)) == 2


def test_the_same_value_is_never_sealed_alike(resident, other):
    sealed = [bytes(row.content) for row in ValueRow.objects.filter(item="phone")]

    assert len(sealed) == len(set(sealed)) == 2


def swap_contents(one, another):
    """Exchange two sealed contents, as somebody with the database alone might."""
    first, second = ValueRow.objects.get(**one), ValueRow.objects.get(**another)
    first.content, second.content = second.content, first.content
    ValueRow.objects.bulk_update([first, second], ["content"])


def test_a_content_of_another_item_does_not_open(resident):
    swap_contents({"item": "phone"}, {"item": "birthdate"})

    with pytest.raises(SealBroken):
        residents.profile_of(resident)


def test_an_earlier_version_does_not_open_as_the_current_one(resident):
    profile.change_values(resident, {"phone": "06-2222-2222"}, now=clock.now())
    swap_contents(
        {"item": "phone", "valid_to__isnull": True}, {"item": "phone", "valid_to__isnull": False}
    )

    with pytest.raises(SealBroken):
        residents.profile_of(resident)
    with pytest.raises(SealBroken):
        residents.past_values_of(resident)


def test_another_persons_content_does_not_open(resident, other):
    swap_contents({"resident": resident, "item": "phone"}, {"resident": other, "item": "phone"})

    with pytest.raises(SealBroken):
        residents.profile_of(resident)


def test_another_persons_key_does_not_open(resident, other):
    keys = {row.person: row for row in DataKeyRow.objects.all()}
    keys[resident].wrapped = keys[other].wrapped
    keys[resident].save()

    with pytest.raises(SealBroken):
        residents.profile_of(resident)


def test_without_its_key_encryption_key_nothing_opens(resident):
    DataKeyRow.objects.update(wrapped_by="lost")

    with pytest.raises(KeyringUnusable, match="lost"):
        residents.profile_of(resident)


def test_what_is_typed_at_registration_lies_sealed_and_fills_the_form_again(person):
    person.sign_up()
    person.verify()
    person.accept()
    person.fill(phone="06-1234-5678")

    row = RegistrationRow.objects.get()
    assert b"06-1234-5678" not in bytes(row.draft)
    assert "髙橋".encode() not in bytes(row.draft)
    held = registration.of_account(row.account_id, now=clock.now())
    assert held.draft.typed["phone"] == "06-1234-5678"
    person.confirm()
    assert RegistrationRow.objects.get().draft is None
    assert residents.profile_of(held.id).content("phone") == "06-1234-5678"
    assert DataKeyRow.objects.count() == 1
