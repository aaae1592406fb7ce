"""A protected address (支援措置) overrides every consent, and a partner cannot tell (A9, M27)."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genkan.catalogue import api as catalogue
from genkan.consent import api as consent
from genkan.consent import domain
from genkan.consent.domain import Reason, decide, lacking
from genkan.consent.preview import preview
from genkan.lifecycle import api as lifecycle
from genkan.residents import api as residents
from genkan.residents.models import ResidentRow
from tests.builders import (
    DAY,
    MOMENT,
    NOON,
    a_partner,
    a_resident,
    an_item,
    entry,
    events,
    give,
)
from tests.builders import release as released
from tests.consent.test_decide import a_consent, around_noon, situations, some_items, the_facts

UNTIL = NOON + 200 * DAY
REQUIRED, OPTIONAL = ("name", "address", "phone"), ("name",)


def protect(resident, until=UNTIL):
    ResidentRow.objects.filter(pk=resident).update(protected_until=until)
    return resident


def partner_that_asks(*required):
    asked = [an_item(key, required=key in required) for key in ("name", "address", "sex", "phone")]
    return a_partner(offer={"items": asked})


willing = st.builds(
    the_facts,
    offered=some_items,
    consent=some_items.map(lambda items: a_consent(items=items)),
    protected_items=some_items,
)
"""Nothing stands against a release but the limits of single items."""


@settings(max_examples=300, deadline=None)
@given(situations | willing, some_items, around_noon)
def test_no_situation_lets_a_protected_item_leave(facts, wanted, now):
    assert not decide(facts, wanted, now=now).allowed & facts.protected_items


def test_the_property_notices_a_missing_limit(monkeypatch):
    """The planted fault: the last limit is left out."""
    rest = tuple(one for one in domain.LIMITS if one[1] is not Reason.PROTECTED_ADDRESS)
    assert len(rest) == len(domain.LIMITS) - 1
    monkeypatch.setattr(domain, "LIMITS", rest)

    with pytest.raises(AssertionError):
        test_no_situation_lets_a_protected_item_leave()


@settings(deadline=None)
@given(situations, some_items, some_items, some_items)
def test_what_lacks_is_told_the_same_whatever_the_reason(facts, wanted, required, revealing):
    """The lists of an item that can reveal a place depend on the offer alone."""
    decision = decide(facts, wanted, now=NOON)

    missing, refused = lacking(wanted, decision, required=required, revealing_place=revealing)

    assert set(missing) | set(refused) == wanted
    assert not set(missing) & set(refused)
    assert set(missing) & revealing == wanted & revealing & required


@pytest.mark.django_db
class TestRelease:
    @pytest.mark.parametrize("required", [REQUIRED, OPTIONAL], ids=["required", "optional"])
    def test_a_partner_cannot_tell_protection_from_no_address(self, required):
        partner = partner_that_asks(*required)
        protected = protect(a_resident(phone="072-674-7111"))
        houseless = a_resident(address=None)
        for one in (protected, houseless):
            give(one, partner, "name", "address", "phone")

        told = [self.told(one, partner) for one in (protected, houseless)]

        assert told[0] == told[1]
        assert told[0]["items"].keys() == {"name"}

    def test_a_partner_cannot_tell_protection_from_an_item_left_out(self):
        partner = partner_that_asks(*OPTIONAL)
        protected, refusing = protect(a_resident()), a_resident()
        give(protected, partner, "name", "address")
        give(refusing, partner, "name")

        told = [self.told(one, partner) for one in (protected, refusing)]

        assert told[0] == told[1]
        assert "address" in told[0]["refused"]

    def test_a_required_address_is_told_as_not_held_and_the_rest_leaves(self):
        partner = partner_that_asks(*REQUIRED)
        resident = protect(a_resident())
        give(resident, partner, "name", "address", "sex", "phone")

        told = self.told(resident, partner)

        assert told["items"].keys() == {"name", "sex"}
        assert "address" in told["missing"]
        assert told["refused"] == ()

    def told(self, resident, partner):
        """What a partner reads, without what is random."""
        answer = released(resident, partner)
        items = {key: one["value"] for key, one in consent.payload(answer.items).items()}
        return {"items": items, "missing": answer.missing, "refused": answer.refused}

    def test_the_resident_reads_the_exact_reason(self):
        partner, resident = a_partner(), protect(a_resident())
        give(resident, partner, "name", "address")

        released(resident, partner)

        assert entry(resident, "consent.released").facts["protected"] == ["address"]
        (provision,) = lifecycle.provisions_of(resident)
        assert provision.items == ("name",)

    def test_where_nothing_but_the_address_was_asked_for_the_resident_is_told(self):
        partner, resident = a_partner(), protect(a_resident())
        give(resident, partner, "name", "address")

        answer = released(resident, partner, wanted={"address"})

        assert (dict(answer.items), answer.provision) == ({}, None)
        assert entry(resident, "consent.release_refused").facts["reason"] == "protected_address"

    def test_protection_holds_to_its_last_moment_and_not_beyond(self):
        partner, resident = a_partner(), protect(a_resident())
        give(resident, partner, "name", "address")

        assert "address" not in released(resident, partner, now=UNTIL - MOMENT).items
        assert "address" in released(resident, partner, now=UNTIL).items

    def test_the_preview_shows_that_nothing_would_be_sent(self):
        partner, resident = a_partner(), protect(a_resident())

        shown = preview(resident, partner.service, now=NOON)

        (line,) = [one for one in shown.lines if one.item.key == "address"]
        assert (line.protected, line.value) == (True, None)
        assert "address" not in json.loads(shown.payload)
        assert "中之島" not in str(shown)

    def test_nothing_else_that_is_held_holds_the_place(self):
        """Else the catalogue lacks a mark."""
        resident = a_resident(phone="072-674-7111")
        place = VALUES_THAT_TELL

        held = residents.profile_of(resident).values.values()

        telling = {one.item for one in held if any(word in str(one.content) for word in place)}
        assert telling == {"address", "phone"} == catalogue.place_items()

    def test_no_release_without_consent_says_anything_of_protection(self):
        partner, resident = a_partner(), protect(a_resident())

        assert released(resident, partner).coarse == "no_consent"
        assert events(resident) == ["consent.release_refused"]


VALUES_THAT_TELL = ("北区", "中之島", "5300005", "271276", "072-674")


@pytest.mark.parametrize(
    ("number", "tells"),
    [
        ("06-6941-0351", True),
        ("072-674-7111", True),
        ("+81 72 674 7111", True),
        ("0726747111", True),
        ("090-1234-5678", False),
        ("+81-90-1234-5678", False),
        ("050 1234 5678", False),
        ("000-1234-5678", False),
        ("+49 30 1234567", True),
        ("", True),
    ],
)
def test_a_number_of_a_landline_tells_its_town(number, tells):
    assert catalogue.reveals_place("phone", number) is tells
