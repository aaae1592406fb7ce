"""The one decision about what may leave, against a slow and obvious model of M27."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genkan.consent import domain
from genkan.consent.domain import Consent, Decision, Ending, Facts, Reason, decide
from genkan.kernel.ids import ConsentId, OfferId, ResidentId, ServiceId, new_id
from tests.builders import MOMENT, NOON

OFFER, OTHER_OFFER = OfferId(new_id()), OfferId(new_id())
ITEMS = ("name", "address", "sex", "phone", "email")
some_items = st.frozensets(st.sampled_from(ITEMS))
around_noon = st.integers(-3, 3).map(lambda microseconds: NOON + microseconds * MOMENT)


def a_consent(**changes):
    facts = {
        "id": ConsentId(new_id()),
        "resident": ResidentId(new_id()),
        "service": ServiceId(new_id()),
        "offer": OFFER,
        "purpose": "P3",
        "items": frozenset(ITEMS),
        "given_at": NOON - timedelta(days=1),
        "expires_at": NOON + timedelta(days=1),
    }
    return Consent(**facts | changes)


def the_facts(**changes):
    """Facts under which everything may leave, with these changes."""
    facts = {
        "consent": a_consent(),
        "offer": OFFER,
        "offered": frozenset(ITEMS),
        "agreed_items": frozenset(ITEMS),
        "agreement_in_force": True,
        "purpose_in_force": True,
        "region_is_eligible": True,
        "service_is_live": True,
        "disposal_is_overdue": False,
        "resident_is_active": True,
        "confirm_from": None,
        "guardian_awaited": False,
        "protected_items": frozenset(),
        "terms_are_accepted": True,
        "person_is_proven": True,
    }
    return Facts(**facts | changes)


consents = st.none() | st.builds(
    lambda given_at, lasts, offer, items, ending: a_consent(
        given_at=given_at,
        expires_at=given_at + lasts * MOMENT,
        offer=offer,
        items=items,
        ending=ending,
        ended_at=None if ending is None else NOON,
    ),
    around_noon,
    st.integers(1, 4),
    st.sampled_from([OFFER, OFFER, OTHER_OFFER]),
    some_items,
    st.sampled_from([None, None, None, *Ending]),
)
mostly = st.sampled_from([True, True, True, True, False])
situations = st.builds(
    the_facts,
    consent=consents,
    offered=some_items,
    agreed_items=some_items,
    agreement_in_force=mostly,
    purpose_in_force=mostly,
    region_is_eligible=mostly,
    service_is_live=mostly,
    disposal_is_overdue=mostly.map(lambda usual: not usual),
    resident_is_active=mostly,
    confirm_from=st.none() | around_noon,
    guardian_awaited=mostly.map(lambda usual: not usual),
    protected_items=some_items,
    terms_are_accepted=mostly,
    person_is_proven=mostly,
)


def model(facts, item, now):
    """Whether one item may leave, said as plainly as M27 says it."""
    return (
        facts.consent is not None
        and facts.consent.ended_at is None
        and facts.consent.given_at <= now
        and now < facts.consent.expires_at
        and (facts.confirm_from is None or now < facts.confirm_from)
        and not facts.guardian_awaited
        and facts.consent.offer == facts.offer
        and item in facts.consent.items
        and item in facts.offered
        and item in facts.agreed_items
        and facts.agreement_in_force
        and facts.purpose_in_force
        and facts.region_is_eligible
        and facts.service_is_live
        and not facts.disposal_is_overdue
        and facts.resident_is_active
        and item not in facts.protected_items
        and facts.terms_are_accepted
        and facts.person_is_proven
    )


@settings(max_examples=3_000)
@given(situations, some_items, around_noon)
def test_what_leaves_is_exactly_what_everything_allows(facts, wanted, now):
    decision = decide(facts, wanted, now=now)

    assert decision.allowed == {item for item in wanted if model(facts, item, now)}
    assert decision.withheld.keys() == wanted - decision.allowed
    if decision.refusal:
        assert set(decision.withheld.values()) <= {decision.refusal}


BROKEN = {
    Reason.SERVICE_SUSPENDED: the_facts(service_is_live=False),
    Reason.DISPOSAL_OVERDUE: the_facts(disposal_is_overdue=True),
    Reason.AGREEMENT_NOT_IN_FORCE: the_facts(agreement_in_force=False),
    Reason.PURPOSE_ENDED: the_facts(purpose_in_force=False),
    Reason.RESIDENT_UNAVAILABLE: the_facts(resident_is_active=False),
    Reason.TERMS_OUTDATED: the_facts(terms_are_accepted=False),
    Reason.PROOF_NEEDED: the_facts(person_is_proven=False),
    Reason.NO_CONSENT: the_facts(consent=a_consent(ended_at=NOON, ending=Ending.WITHDRAWN)),
    Reason.REGION_NOT_ELIGIBLE: the_facts(region_is_eligible=False),
    Reason.CONSENT_EXPIRED: the_facts(consent=a_consent(expires_at=NOON)),
    Reason.NEEDS_RECONFIRMATION: the_facts(confirm_from=NOON),
    Reason.GUARDIAN_AWAITED: the_facts(guardian_awaited=True),
    Reason.OFFER_CHANGED: the_facts(offer=OTHER_OFFER),
}


def everything(facts):
    return decide(facts, frozenset(ITEMS), now=NOON)


def test_everything_leaves_where_nothing_stands_against_it():
    assert everything(the_facts()) == Decision(allowed=frozenset(ITEMS), withheld={})


@pytest.mark.parametrize("reason", BROKEN)
def test_one_thing_that_does_not_hold_stops_everything(reason):
    decision = everything(BROKEN[reason])

    assert (decision.allowed, decision.refusal) == (frozenset(), reason)
    assert decision.withheld == dict.fromkeys(ITEMS, reason)


def test_each_step_has_the_situation_that_only_it_stops():
    assert [reason for _, reason in domain.STEPS] == list(BROKEN)


@pytest.mark.parametrize("left_out", [reason for _, reason in domain.STEPS])
def test_a_step_that_is_left_out_is_noticed(left_out, monkeypatch):
    """The planted fault: the list of steps with one missing."""
    rest = tuple(step for step in domain.STEPS if step[1] is not left_out)
    monkeypatch.setattr(domain, "STEPS", rest)

    with pytest.raises(AssertionError):
        test_one_thing_that_does_not_hold_stops_everything(left_out)


def test_no_consent_is_no_consent():
    assert everything(the_facts(consent=None)).refusal is Reason.NO_CONSENT


@pytest.mark.parametrize(
    ("situation", "reason"),
    [
        ({"offered": frozenset(ITEMS) - {"sex"}}, Reason.OUTSIDE_OFFER),
        ({"agreed_items": frozenset(ITEMS) - {"sex"}}, Reason.OUTSIDE_AGREEMENT),
        ({"consent": a_consent(items=frozenset(ITEMS) - {"sex"})}, Reason.NOT_AGREED),
        ({"protected_items": frozenset({"sex"})}, Reason.PROTECTED_ADDRESS),
    ],
)
def test_one_item_may_be_withheld_while_the_others_leave(situation, reason):
    decision = everything(the_facts(**situation))

    assert decision.allowed == frozenset(ITEMS) - {"sex"}
    assert (decision.withheld, decision.refusal) == ({"sex": reason}, None)


@pytest.mark.parametrize(
    ("now", "allowed"),
    [
        (NOON - MOMENT, False),
        (NOON, True),
        (NOON + MOMENT, True),
        (NOON + 2 * MOMENT - MOMENT, True),
        (NOON + 2 * MOMENT, False),
    ],
)
def test_a_consent_holds_from_its_first_moment_until_just_before_its_last(now, allowed):
    facts = the_facts(consent=a_consent(given_at=NOON, expires_at=NOON + 2 * MOMENT))

    assert bool(decide(facts, frozenset({"name"}), now=now).allowed) is allowed


def test_a_partner_learns_no_more_than_it_must():
    told = {str(reason): domain.Refused(reason=reason).coarse for reason in BROKEN}

    assert told == {
        "service_suspended": "service_suspended",
        "disposal_overdue": "service_suspended",
        "agreement_not_in_force": "agreement_not_in_force",
        "purpose_ended": "purpose_ended",
        "resident_unavailable": "resident_unavailable",
        "terms_outdated": "resident_unavailable",
        "proof_needed": "resident_unavailable",
        "no_consent": "no_consent",
        "region_not_eligible": "region_not_eligible",
        "consent_expired": "no_consent",
        "needs_reconfirmation": "no_consent",
        "guardian_awaited": "no_consent",
        "offer_changed": "no_consent",
    }


@pytest.mark.parametrize("reason", BROKEN)
def test_no_refusal_tells_where_somebody_lives_whose_address_is_protected(reason):
    told = domain.Refused(reason=reason, place_is_protected=True).coarse

    assert told != "region_not_eligible"
    if reason is not Reason.REGION_NOT_ELIGIBLE:
        assert told == domain.Refused(reason=reason).coarse
