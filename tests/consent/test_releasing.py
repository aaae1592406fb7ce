"""Releases: what leaves is recorded, and each thing that stands against it stops it."""

import json
import shutil
from hashlib import sha256

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from genkan.catalogue import service as catalogue_service
from genkan.consent import api as consent
from genkan.consent.errors import TermsOutdated
from genkan.consent.preview import preview
from genkan.kernel.ids import ResidentId, new_id
from genkan.lifecycle import api as lifecycle
from genkan.partners import api as partners
from genkan.residents.errors import NotAResident
from genkan.residents.models import ResidentRow
from genkan.terms import api as terms
from tests.builders import (
    DAY,
    MOMENT,
    NOON,
    a_disposal,
    a_partner,
    a_resident,
    a_statement,
    entry,
    events,
    give,
    release,
    withdraw,
)

pytestmark = pytest.mark.django_db
Reason = consent.Reason


@pytest.fixture
def partner():
    return a_partner()


@pytest.fixture
def resident():
    return a_resident()


@pytest.fixture
def sharing(resident, partner):
    """The resident has agreed to name, address and sex; the telephone was left out."""
    give(resident, partner)
    return resident


def test_a_release_holds_what_was_agreed_and_says_what_is_lacking(partner):
    resident = a_resident(sex=None)
    give(resident, partner, "name", "address", "sex")

    released = release(resident, partner)

    assert released.items.keys() == {"name", "address"}
    assert (released.missing, released.refused) == (("sex",), ("phone",))
    assert (released.purpose, released.offer_version) == ("P3", 1)


def test_a_release_is_recorded_in_the_ledger_and_stays_open(sharing, partner):
    released = release(sharing, partner)

    (provision,) = lifecycle.provisions_of(sharing)
    recorded = entry(sharing, "consent.released")
    assert provision.id == released.provision
    assert (provision.items, provision.door) == (("name", "sex", "address"), "person_data")
    assert (provision.disposal, provision.closed_at) == (None, None)
    assert recorded.facts["provision"] == str(released.provision)
    assert recorded.facts["items"] == ["address", "name", "sex"]
    assert (recorded.actor.kind, recorded.service) == ("service", partner.service)
    assert lifecycle.unrecorded() == []


def test_the_record_commits_to_the_payload_and_holds_no_value(sharing, partner):
    released = release(sharing, partner)

    (provision,) = lifecycle.provisions_of(sharing)
    text = json.dumps(
        consent.payload(released.items),
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    assert provision.digest == sha256(text.encode()).digest()
    assert "花子" not in str(entry(sharing, "consent.released").facts)


def test_the_preview_is_what_leaves_to_the_letter(resident, partner):
    ticked = {"name", "address", "phone"}
    shown = preview(resident, partner.service, ticked=ticked, now=NOON)
    give(resident, partner, *ticked)

    assert json.loads(shown.payload) == consent.payload(release(resident, partner).items)
    assert [line.item.key for line in shown.missing] == ["phone"]


def test_only_required_items_are_ticked_when_the_page_opens(resident, partner):
    shown = preview(resident, partner.service, now=NOON)

    assert {line.item.key: line.ticked for line in shown.lines} == {
        "name": True,
        "address": True,
        "sex": False,
        "phone": False,
    }
    assert shown.expires_at == NOON + 365 * DAY


def test_a_service_may_ask_for_less(sharing, partner):
    assert release(sharing, partner, wanted={"name", "email"}).items.keys() == {"name"}


def test_where_no_value_leaves_nothing_is_opened(sharing, partner):
    released = release(sharing, partner, wanted={"phone"})

    assert (released.provision, dict(released.items)) == (None, {})
    assert events(sharing) == ["consent.given"]


def test_a_refusal_is_recorded_with_its_exact_reason(resident, partner):
    refused = release(resident, partner)

    assert refused == consent.Refused(reason=Reason.NO_CONSENT)
    assert entry(resident, "consent.release_refused").facts == {
        "reason": "no_consent",
        "door": "person_data",
    }
    assert lifecycle.provisions_of(resident) == []


def test_a_consent_covers_no_other_service_and_no_other_resident(sharing, partner):
    assert release(sharing, a_partner()).reason is Reason.NO_CONSENT
    assert release(a_resident(), partner).reason is Reason.NO_CONSENT


def test_a_service_that_nobody_admitted_receives_nothing(sharing, partner):
    partner.service = new_id()

    assert release(sharing, partner).reason is Reason.NO_CONSENT


def test_nobody_has_no_data(partner):
    with pytest.raises(NotAResident):
        release(ResidentId(new_id()), partner)


def test_a_release_outside_a_transaction_is_refused(sharing, partner):
    with pytest.raises(RuntimeError):
        consent.release(resident=sharing, service=partner.service, wanted=None, door="x", now=NOON)


def test_a_suspended_service_receives_nothing_until_it_is_resumed(sharing, partner):
    partners.set_state(partner.service, partners.ServiceState.SUSPENDED, now=NOON)
    assert release(sharing, partner).reason is Reason.SERVICE_SUSPENDED

    partners.set_state(partner.service, partners.ServiceState.LIVE, now=NOON)
    assert release(sharing, partner).provision


@pytest.mark.parametrize("state", ["suspended", "closed"])
def test_nothing_leaves_of_a_resident_whose_id_is_not_active(sharing, partner, state):
    ResidentRow.objects.filter(pk=sharing).update(state=state)

    assert release(sharing, partner).reason is Reason.RESIDENT_UNAVAILABLE


def test_a_consent_releases_to_its_last_moment_and_not_beyond(sharing, partner):
    end = NOON + 365 * DAY

    assert release(sharing, partner, now=end - MOMENT).provision
    assert release(sharing, partner, now=end).reason is Reason.CONSENT_EXPIRED


def test_an_agreement_that_ran_out_stops_releases_at_midnight_in_japan(resident):
    end = NOON.replace(hour=15)  # 2026-07-16T00:00+09:00
    partner = a_partner(agreement={"valid_until": end.date().replace(day=16)})
    give(resident, partner)

    assert release(resident, partner, now=end - MOMENT).provision
    assert release(resident, partner, now=end).reason is Reason.AGREEMENT_NOT_IN_FORCE


@pytest.fixture
def ended_purpose(monkeypatch, tmp_path):
    """A catalogue whose P4 ends on 16 July 2026, read instead of the one that comes with Genkan."""
    shutil.copytree(catalogue_service.DATA, tmp_path, dirs_exist_ok=True)
    purposes = tmp_path / "purposes.toml"
    text = purposes.read_text("utf-8").replace("[P4]\n", "[P4]\nvalid_until = 2026-07-16\n")
    purposes.write_text(text, "utf-8")
    monkeypatch.setattr(catalogue_service, "DATA", tmp_path)
    catalogue_service.purposes.cache_clear()
    yield
    catalogue_service.purposes.cache_clear()


def test_a_purpose_that_ended_stops_releases_and_takes_no_consent(ended_purpose, resident):
    partner = a_partner(agreement={"purpose": "P4"})
    end = NOON.replace(hour=15)
    give(resident, partner)

    assert release(resident, partner, now=end - MOMENT).provision
    assert release(resident, partner, now=end).reason is Reason.PURPOSE_ENDED
    with pytest.raises(consent.ServiceUnavailable):
        give(a_resident(), partner, now=end)


def test_a_disposal_past_its_due_moment_stops_every_release_of_the_service(sharing, partner):
    disposal, provisions = a_disposal(a_resident(), partner)
    due = disposal.due_at

    assert release(sharing, partner, now=due - MOMENT).provision
    refused = release(sharing, partner, now=due)
    assert (refused.reason, refused.coarse) == (Reason.DISPOSAL_OVERDUE, "service_suspended")
    assert release(sharing, a_partner(), now=due).reason is Reason.NO_CONSENT

    statement = a_statement(provisions, now=due)
    lifecycle.certify(disposal.id, service=partner.service, certificate=statement, now=due)
    assert release(sharing, partner, now=due).provision


def test_what_ended_cannot_be_handed_over(sharing, partner):
    released = release(sharing, partner)
    withdraw(sharing, partner)

    assert consent.hold_for_hand_over(released, now=NOON) is None


def test_a_release_takes_seven_statements(sharing, partner):
    """Hot path: consent, offer, profile, what is overdue, terms of use, entry, record."""
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        consent.release(
            resident=sharing,
            service=partner.service,
            wanted=None,
            door="person_data",
            now=NOON,
        )

    assert len(asked) == 7, [one["sql"] for one in asked]


def a_material_change(*, now):
    """Publish a version of the terms that begins at `now`."""
    draft = terms.Draft(
        kind=terms.Kind.TERMS_OF_USE,
        label="next",
        effective_from=now,
        texts={locale: f"## {locale}" for locale in terms.LOCALES},
    )
    return terms.publish(draft, now=now - DAY)[0]


def test_nothing_leaves_under_terms_that_were_not_accepted(sharing, partner):
    begins = NOON + DAY
    version = a_material_change(now=begins)

    assert release(sharing, partner, now=begins - MOMENT).provision
    assert release(sharing, partner, now=begins).reason is Reason.TERMS_OUTDATED
    assert entry(sharing, "consent.release_refused").facts["reason"] == "terms_outdated"

    wording = terms.text(version, "ja")
    with transaction.atomic():
        terms.accept(
            terms.Acceptance(
                person=sharing,
                terms=version.id,
                locale="ja",
                text_hash=wording.sha256,
                shown_at=begins,
                method=terms.Method.WEB,
            ),
            now=begins,
        )
    assert release(sharing, partner, now=begins).provision


def test_no_consent_is_taken_under_terms_that_were_not_accepted(resident, partner):
    begins = NOON + DAY
    a_material_change(now=begins)

    with pytest.raises(TermsOutdated):
        give(resident, partner, now=begins)
    assert consent.consents_of(resident) == []


def test_consent_can_be_withdrawn_under_terms_that_were_not_accepted(sharing, partner):
    begins = NOON + DAY
    a_material_change(now=begins)

    assert withdraw(sharing, partner, now=begins).consent
