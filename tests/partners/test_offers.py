"""Applying a file: what changes, what stays, what is refused; keys and subjects."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import OKPKey, RSAKey

from genkan.kernel.ids import ResidentId, new_id
from genkan.ledger.models import EntryRow
from genkan.partners import api as partners
from genkan.partners.models import OfferRow, OrganisationRow, ServiceRow
from tests.builders import DAY, NOON, a_key, a_partner, a_plan, an_item, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner():
    return a_partner()


def versions(partner):
    return list(
        OfferRow.objects.filter(service=partner.service)
        .order_by("version")
        .values_list("version", "retired_at")
    )


def fault(document):
    with pytest.raises(partners.PlanFaulty) as refused:
        partners.apply(document, now=NOON)
    return refused.value.field


def test_a_new_service_gets_version_one_and_sees_its_secret_once(partner):
    again = partner.changes()

    assert versions(partner) == [(1, None)]
    assert partner.webhook_secret.startswith("whsec_")
    assert again.webhook_secret is None
    assert partner.webhook_secret.encode() not in bytes(
        ServiceRow.objects.get(pk=partner.service).webhook_secret
    )


def test_the_same_file_again_changes_nothing(partner):
    again = partner.changes(now=NOON + DAY)

    assert (again.service, again.offer_version, again.changed) == (partner.service, 1, False)
    assert EntryRow.objects.filter(event="partners.offer_published").count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"offer": {"items": [an_item("name")]}},
        {"offer": {"items": [an_item("name", required=False), an_item("address")]}},
        {"offer": {"days": 30}},
        {"offer": {"disposal_days": 1}},
        {"offer": {"specific_purpose": words("別の目的")}},
        {"offer": {"on_stopping": words("別")}},
        {"offer": {"disposal_rule": words("別")}},
        {"agreement": {"handling": words("別")}},
        {"agreement": {"valid_until": date(2030, 1, 1)}},
        {"agreement": {"purpose": "P5"}},
    ],
    ids=str,
)
def test_each_change_of_what_residents_agree_to_is_a_new_version(partner, change):
    applied = partner.changes(now=NOON + DAY, **change)

    assert (applied.offer_version, applied.changed) == (2, True)
    assert versions(partner) == [(1, NOON + DAY), (2, None)]
    assert partner.offer.version == 2


def test_a_change_of_name_or_address_asks_nobody_again(partner):
    partner.changes(
        service={"name": words("新しい名"), "home_url": "https://new.example/"},
        organisation={"contact": "06-1111-1111"},
    )

    assert versions(partner) == [(1, None)]
    service = partners.service(partner.service)
    assert (service.name.ja, service.home_url) == ("新しい名", "https://new.example/")
    assert service.organisation.contact == "06-1111-1111"


def test_a_published_version_never_changes(partner):
    first = partner.offer
    partner.changes(offer={"days": 30, "items": [an_item("name")]})

    assert partners.offers([first.id])[first.id] == first


def test_going_back_to_what_was_offered_before_is_a_new_version_too(partner):
    first = partner.plan["offer"]
    partner.changes(offer={"days": 30})

    assert partner.changes(offer=first).offer_version == 3


def test_services_of_one_organisation_share_its_row():
    first, second = a_partner(), a_partner()

    assert OrganisationRow.objects.count() == 1
    assert {one.id for one in partners.services()} >= {first.service, second.service}


@pytest.mark.parametrize("purpose", ["P0", "P6", "p3", "P3 "])
def test_a_purpose_outside_the_five_is_refused(purpose):
    assert fault(a_plan(agreement={"purpose": purpose})) == "agreement.purpose"


def test_what_a_law_obliges_is_no_matter_of_consent():
    assert fault(a_plan(agreement={"purpose": "P1"})) == "agreement.purpose"


def test_an_agreement_about_an_item_outside_the_catalogue_is_refused():
    document = a_plan(agreement={"items": ["name", "address", "sex", "phone", "blood_type"]})

    assert fault(document) == "agreement.items.blood_type"


def test_an_offer_outside_its_agreement_is_refused():
    assert fault(a_plan(agreement={"items": ["name", "address"]})) == "agreement.items"


def test_a_refused_file_changes_nothing(partner):
    before = (partner.offer, partners.service(partner.service))

    with pytest.raises(partners.PlanFaulty):
        partner.changes(service={"name": words("別")}, agreement={"purpose": "P9"})
    assert (partner.offer, partners.service(partner.service)) == before


def test_a_service_stays_with_the_organisation_that_residents_know(partner):
    document = partner.plan | {
        "organisation": partner.plan["organisation"] | {"corporate_number": "4000020270008"}
    }

    assert fault(document) == "organisation.corporate_number"
    assert OrganisationRow.objects.count() == 1


def test_a_service_keeps_its_sector_and_with_it_every_sub(partner):
    document = partner.plan | {"service": partner.plan["service"] | {"sector": "elsewhere"}}

    assert fault(document) == "service.sector"


def test_a_suspension_and_its_end_are_recorded(partner):
    partners.set_state(partner.service, partners.ServiceState.SUSPENDED, now=NOON)
    partners.set_state(partner.service, partners.ServiceState.LIVE, now=NOON + DAY)

    found = EntryRow.objects.filter(service=partner.service).order_by("happened_at", "event")
    assert [row.event for row in found] == [
        "partners.offer_published",
        "partners.service_suspended",
        "partners.service_resumed",
    ]


def test_an_unknown_service_is_refused_by_name_and_by_id():
    with pytest.raises(partners.UnknownService):
        partners.service_called("nobody")
    with pytest.raises(partners.UnknownService):
        partners.service(new_id())


# Keys


def test_a_public_key_is_kept_without_whatever_else_came_with_it(partner):
    jwk = partner.key.as_dict(private=False) | {"x5u": "https://elsewhere.example/"}

    partners.register_keys(partner.service, [jwk], now=NOON)

    (kept,) = partners.verification_keys(partner.service)
    assert kept.keys() == {"kty", "crv", "x", "y", "kid"}


def test_a_key_of_the_same_id_takes_the_place_of_the_old(partner):
    first, second = (a_key().as_dict(private=False) | {"kid": "one"} for _ in range(2))
    partners.register_keys(partner.service, [first], now=NOON)
    partners.register_keys(partner.service, [second], now=NOON)

    assert [one["x"] for one in partners.verification_keys(partner.service)] == [second["x"]]


def broken(**changes):
    jwk = a_key().as_dict(private=False)
    return {name: value for name, value in (jwk | changes).items() if value is not None}


@pytest.mark.parametrize(
    "jwk",
    [
        a_key().as_dict(private=True),
        a_key("P-384").as_dict(private=False),
        a_key("secp256k1").as_dict(private=False),
        RSAKey.generate_key(2048, {"kid": "r"}).as_dict(private=False),
        OKPKey.generate_key("Ed25519", {"kid": "o"}).as_dict(private=False),
        {"kty": "oct", "k": "c2VjcmV0", "kid": "k"},
        broken(kid=None),
        broken(kid=""),
        broken(kid=5),
        broken(kid="k" * 201),
        broken(x=None),
        broken(y="AAAA"),
        broken(x="not base64!"),
        broken(x=5),
        {},
        "text",
        None,
    ],
    ids=range(17),
)
def test_a_key_that_is_not_a_public_p256_key_with_an_id_is_refused(partner, jwk):
    good = a_key().as_dict(private=False)

    with pytest.raises(partners.KeyUnusable):
        partners.register_keys(partner.service, [good, jwk], now=NOON)
    assert partners.verification_keys(partner.service) == []


# Pairwise subjects


def a_person():
    return ResidentId(new_id())


def test_one_sector_knows_a_resident_by_one_name_for_good():
    resident = a_person()

    assert partners.pairwise_subject("a", resident) == partners.pairwise_subject("a", resident)


def test_two_sectors_and_two_residents_have_nothing_in_common():
    one, other = a_person(), a_person()
    subjects = {
        partners.pairwise_subject(sector, who) for sector in ("a", "b") for who in (one, other)
    }

    assert len(subjects) == 4


@given(st.text(max_size=100), st.uuids())
def test_a_subject_is_43_characters_that_do_not_show_the_id(sector, resident):
    subject = partners.pairwise_subject(sector, ResidentId(resident))

    assert len(subject) == 43
    assert set(subject) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    assert resident.hex not in subject
    assert str(resident) not in subject
