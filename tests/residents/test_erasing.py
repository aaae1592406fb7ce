"""After the erasure no table returns the person; what others keep by reference still stands."""

import base64
import json

import pytest
from django.contrib.sessions.models import Session
from django.db import connection

from genkan.kernel import clock
from genkan.kernel.ids import ResidentId, new_id
from genkan.ledger import api as ledger
from genkan.lifecycle import api as lifecycle
from genkan.partners import api as partners
from genkan.residents import api as residents
from genkan.residents import farewell
from genkan.residents.models import Account, ResidentRow
from genkan.residents.service import leaving
from genkan.terms import api as terms
from tests.builders import DAY, NOON, VALUES, a_resident
from tests.residents.conftest import Person
from tests.residents.leavers import AGAIN, a_leaver, signed_in

MAY_KNOW_THE_OLD_ID = {
    "consent_consent",
    "ledger_entry",
    "lifecycle_disposal",
    "lifecycle_provision",
    "procrastinate_jobs",
    "procrastinate_periodic_defers",
    "residents_data_key",
    "residents_leaving",
    "residents_resident",
    "residents_wall",
    "sso_link",
    "terms_acceptance",
}
"""Acceptances, provisions, disposals, consents, links and the ledger stay by reference (M24); jobs
are forgotten after a while; a destroyed key says when."""


def texts_of_all_tables():
    """Every row of every table as text, by table; sessions opened."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
        )
        names = [row[0] for row in cursor.fetchall()]
        found = {}
        for name in names:
            cursor.execute(f'SELECT t::text FROM "{name}" t')
            found[name] = "\n".join(row[0] for row in cursor.fetchall())
    opened = [json.dumps(one.get_decoded()) for one in Session.objects.all()]
    return found | {"django_session": "\n".join(opened)}


def tables_with(*texts):
    """Which tables contain one of these texts: as such, as JSON writes it, or in hexadecimal."""
    forms = set()
    for text in texts:
        forms |= {text, json.dumps(text)[1:-1], text.encode().hex()}
        forms.add(base64.b64encode(text.encode()).decode().rstrip("="))
    return {name for name, body in texts_of_all_tables().items() if any(f in body for f in forms)}


def a_person():
    mark = new_id().hex[:8]
    values = VALUES | {
        "name": {"full": f"退会 {mark}郎", "family": "退会", "given": f"{mark}郎"},
        "name_kana": {"full": f"タイカイ {mark}"},
        "birthdate": "1951-12-24",
        "phone": f"090-{mark}",
    }
    values["address"] = VALUES["address"] | {"street": f"{mark}番地"}
    return values


@pytest.mark.django_db(transaction=True)
def test_after_the_erasure_no_table_returns_the_person(published):
    values = a_person()
    leaver = a_leaver(values=values)
    email = f"{leaver.id.hex}@resident.example"
    account = Account.objects.get(email=email)
    browser = signed_in(leaver)
    known = [
        values["name"]["full"],
        values["name"]["given"],
        values["name_kana"]["full"],
        values["birthdate"],
        values["address"]["street"],
        values["phone"],
        email,
        str(account.pk),
        account.pk.hex,
    ]
    residents.request_leaving(leaver.id, now=NOON)
    farewell.close(leaver.id, now=AGAIN)
    browser = signed_in(leaver)
    assert tables_with(str(account.pk)) >= {"residents_account", "django_session"}
    assert "account_emailaddress" in tables_with(email)
    leaver.certify_all()

    farewell.close(leaver.id, now=AGAIN + DAY)

    assert leaver.stage == "erased"
    assert tables_with(*known) == set()
    assert tables_with(str(leaver.id), leaver.id.hex) <= MAY_KNOW_THE_OLD_ID
    assert browser.get("/profile").status_code == 303


@pytest.mark.django_db
def test_the_tombstone_says_that_there_was_an_id_and_no_more():
    leaver = a_leaver(partners=0)
    residents.request_leaving(leaver.id, now=NOON)
    farewell.close(leaver.id, now=AGAIN)

    row = ResidentRow.objects.get(pk=leaver.id)

    assert (row.state, row.account_id, row.interests_asked_at, row.ui_locale) == (
        "closed",
        None,
        None,
        "",
    )
    assert residents.profile_of(leaver.id).values == {}
    assert leaving.leaving_of(leaver.id).ended_at == AGAIN


@pytest.mark.django_db
def test_what_others_keep_by_reference_still_stands_and_the_ledger_verifies():
    leaver = a_leaver()
    residents.request_leaving(leaver.id, now=NOON)
    farewell.close(leaver.id, now=AGAIN)
    leaver.certify_all()
    from genkan.ledger import service

    service.sequence(now=AGAIN)
    farewell.close(leaver.id, now=AGAIN + DAY)
    service.sequence(now=AGAIN + DAY)

    assert ledger.verify().holds
    assert terms.acceptances_of(leaver.id)
    assert len(lifecycle.provisions_of(leaver.id)) == 2
    assert lifecycle.unrecorded() == []


@pytest.mark.django_db
def test_others_are_left_alone():
    leaver, other = a_leaver(partners=0), a_leaver(partners=1)
    before = residents.profile_of(other.id)
    residents.request_leaving(leaver.id, now=NOON)

    farewell.close(leaver.id, now=AGAIN)

    assert residents.profile_of(other.id) == before
    assert Account.objects.filter(email=f"{other.id.hex}@resident.example").exists()


@pytest.mark.django_db
def test_whoever_comes_back_is_a_new_person_to_us_and_to_services(published):
    person = Person("osamu@resident.example")
    person.register()
    old = ResidentId(ResidentRow.objects.get().pk)
    now = clock.now()
    residents.request_leaving(old, now=now - 14 * DAY)
    farewell.close(old, now=now)

    again = Person("osamu@resident.example")
    assert again.register().headers["Location"] == "/register/done"

    new = ResidentId(ResidentRow.objects.get(account__isnull=False).pk)
    assert new != old
    assert partners.pairwise_subject("s", new) != partners.pairwise_subject("s", old)
    told = [one.entry for one in ledger.entries_of(new)]
    assert str(old) not in str(told)


@pytest.mark.django_db
def test_somebody_else_of_the_same_values_keeps_theirs():
    namesake = a_resident()
    leaver = a_leaver(partners=0)
    residents.request_leaving(leaver.id, now=NOON)

    farewell.close(leaver.id, now=AGAIN)

    assert residents.profile_of(namesake).content("name") == VALUES["name"]


@pytest.mark.django_db
def test_a_member_of_staff_who_leaves_as_a_resident_stays_staff_and_so_does_what_they_looked_at():
    """H26: two identities. What staff did outlives their own ID (M44)."""
    leaver, other = a_leaver(partners=0), a_resident(address=None)
    staff = residents.open_staff_account(
        "counter@genkan.example", "!", is_administrator=False, now=NOON
    )
    role = residents.StaffRole.COUNTER
    residents.give_role("counter@genkan.example", role, person=leaver.id, now=NOON)
    because = residents.Because(reason=residents.LookupReason.VISIT)
    residents.open_record(staff, other, because, now=NOON)

    residents.request_leaving(leaver.id, now=NOON)
    farewell.close(leaver.id, now=AGAIN)

    assert leaver.stage == "erased"
    assert residents.staff(staff) == residents.Staff(account=staff, role=role, person=None)
    assert [one.resident for one, _ in residents.lookups_of(staff)] == [other]
