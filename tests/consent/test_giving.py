"""Giving a consent: what is checked, what is kept, what an earlier one becomes."""

from dataclasses import replace

import pytest
from django.db import transaction

from genkan.consent import api as consent
from genkan.kernel.ids import OfferId, new_id
from genkan.partners import api as partners
from tests.builders import (
    DAY,
    MOMENT,
    NOON,
    a_choice,
    a_partner,
    a_resident,
    an_item,
    entry,
    events,
    give,
    messages,
    release,
    withdraw,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner():
    return a_partner()


@pytest.fixture
def resident():
    return a_resident()


def choose(resident, partner, choice, now=NOON):
    with transaction.atomic():
        return consent.give(resident=resident, service=partner.service, choice=choice, now=now)


def standing(resident, partner, now=NOON):
    return consent.standing(resident, partner.service, now=now)


def test_a_consent_keeps_what_was_agreed_and_for_how_long(resident, partner):
    given = give(resident, partner, "name", "address", "phone")

    (kept,) = consent.consents_of(resident)
    assert (kept.id, kept.items) == (given, {"name", "address", "phone"})
    assert (kept.given_at, kept.expires_at) == (NOON, NOON + 365 * DAY)
    assert (kept.offer, kept.purpose) == (partner.offer.id, "P3")
    assert events(resident) == ["consent.given"]
    assert entry(resident, "consent.given").facts["items"] == ["address", "name", "phone"]
    assert standing(resident, partner) is consent.Standing.ACTIVE


def test_nothing_stands_before_anything_was_given(resident, partner):
    assert standing(resident, partner) is consent.Standing.NONE


def test_the_same_answer_again_changes_nothing(resident, partner):
    first = give(resident, partner)
    again = give(resident, partner, now=NOON + DAY)

    assert again == first
    assert events(resident) == ["consent.given"]


def test_another_answer_takes_the_place_of_the_first(resident, partner):
    first = give(resident, partner, "name", "address")
    second = give(resident, partner, "name", "address", "phone", now=NOON + DAY)

    newest, earlier = consent.consents_of(resident)
    assert (newest.id, earlier.id) == (second, first)
    assert (earlier.ending, earlier.ended_at) == (consent.Ending.SUPERSEDED, NOON + DAY)
    assert events(resident) == ["consent.given", "consent.given", "consent.superseded"]
    assert entry(resident, "consent.superseded").facts["consent"] == str(first)


def test_a_narrower_answer_narrows_at_once(resident, partner):
    give(resident, partner, "name", "address", "sex")
    give(resident, partner, "name", "address", now=NOON + DAY)

    assert release(resident, partner, now=NOON + DAY).items.keys() == {"name", "address"}


def test_whoever_drops_an_item_gets_back_what_was_received_with_it(resident, partner):
    give(resident, partner, "name", "address", "sex")
    received = release(resident, partner)
    give(resident, partner, "name", "address", now=NOON + DAY)

    asked = [one for one in messages(partner) if one["type"] == "disposal.requested"]
    assert [one["data"]["reason"] for one in asked] == ["consent_superseded"]
    assert [one["id"] for one in asked[0]["data"]["provisions"]] == [str(received.provision)]
    assert release(resident, partner, now=NOON + DAY).items.keys() == {"name", "address"}


def test_whoever_only_adds_an_item_asks_for_nothing_back(resident, partner):
    give(resident, partner, "name", "address")
    release(resident, partner)
    give(resident, partner, "name", "address", "sex", now=NOON + DAY)

    assert messages(partner) == []


def test_the_same_answer_after_the_end_is_a_new_consent(resident, partner):
    first = give(resident, partner)
    again = give(resident, partner, now=NOON + 365 * DAY)

    assert again != first
    assert standing(resident, partner, NOON + 365 * DAY) is consent.Standing.ACTIVE


def test_after_a_stop_a_resident_may_agree_again(resident, partner):
    give(resident, partner)
    withdraw(resident, partner, now=NOON + DAY)
    assert standing(resident, partner) is consent.Standing.WITHDRAWN

    give(resident, partner, now=NOON + 2 * DAY)

    assert standing(resident, partner, NOON + 2 * DAY) is consent.Standing.ACTIVE


def test_an_offer_that_changed_while_the_page_was_open_is_read_again(resident, partner):
    stale = a_choice(partner)
    partner.changes(offer={"days": 30})

    with pytest.raises(consent.OfferChanged):
        choose(resident, partner, stale)
    assert consent.consents_of(resident) == []


def test_a_version_nobody_published_is_refused(resident, partner):
    with pytest.raises(consent.OfferChanged):
        choose(resident, partner, replace(a_choice(partner), offer=OfferId(new_id())))


def test_another_services_offer_cannot_be_agreed_to_here(resident, partner):
    with pytest.raises(consent.OfferChanged):
        choose(resident, partner, a_choice(a_partner()))


def test_a_service_without_an_offer_takes_no_consent(resident, partner):
    nobody = replace(partner, service=new_id())

    with pytest.raises(consent.NothingOffered):
        choose(resident, nobody, a_choice(partner))


@pytest.mark.parametrize("extra", ["email", "birthdate", "no such item", ""])
def test_an_item_that_was_not_offered_is_refused_by_name(resident, partner, extra):
    with pytest.raises(consent.ItemNotOffered) as refused:
        choose(resident, partner, a_choice(partner, {"name", "address", extra}))

    assert refused.value.field == extra
    assert events(resident) == []


@pytest.mark.parametrize("lacking", ["name", "address"])
def test_a_required_item_that_is_left_out_is_refused_by_name(resident, partner, lacking):
    with pytest.raises(consent.RequiredItemMissing) as refused:
        choose(resident, partner, a_choice(partner, {"name", "address", "sex"} - {lacking}))

    assert refused.value.field == lacking


def test_an_offer_of_optional_items_may_be_allowed_with_nothing_ticked(resident):
    partner = a_partner(offer={"items": [an_item("phone", required=False)]})

    choose(resident, partner, a_choice(partner, ()))

    assert release(resident, partner).refused == ("phone",)


def test_a_suspended_service_takes_no_consent(resident, partner):
    partners.set_state(partner.service, partners.ServiceState.SUSPENDED, now=NOON)

    with pytest.raises(consent.ServiceUnavailable):
        give(resident, partner)


@pytest.mark.parametrize(
    ("moment", "allowed"),
    [
        ("2025-12-31T23:59:59.999999+09:00", False),
        ("2026-01-01T00:00:00+09:00", True),
        ("2035-12-31T23:59:59.999999+09:00", True),
        ("2036-01-01T00:00:00+09:00", False),
    ],
)
def test_an_agreement_holds_from_its_first_to_its_last_day_in_japan(
    resident, partner, moment, allowed
):
    now = NOON.fromisoformat(moment)

    if allowed:
        assert give(resident, partner, now=now)
    else:
        with pytest.raises(consent.ServiceUnavailable):
            give(resident, partner, now=now)


def test_a_new_version_of_the_offer_asks_again(resident, partner):
    give(resident, partner)
    partner.changes(offer={"items": [an_item("name"), an_item("address"), an_item("phone")]})

    assert standing(resident, partner) is consent.Standing.OFFER_CHANGED
    assert release(resident, partner).reason is consent.Reason.OFFER_CHANGED


def test_a_consent_stands_to_its_last_moment_and_not_beyond(resident, partner):
    give(resident, partner)
    end = NOON + 365 * DAY

    assert standing(resident, partner, end - MOMENT) is consent.Standing.ACTIVE
    assert standing(resident, partner, end) is consent.Standing.EXPIRED
