"""H25 moves out of the prefecture while a municipality's service may receive his data."""

import pytest

from genkan.consent import api as consent
from genkan.consent.sharing import page_for
from genkan.residents import api as residents
from genkan.residents.service.profile import change_values
from tests.builders import (
    DAY,
    NOON,
    VALUES,
    a_partner,
    a_resident,
    entry,
    give,
    release,
    withdraw,
)

pytestmark = pytest.mark.django_db

HIRAKATA, YAWATA = "272108", "262102"
FOR_HIRAKATA = {"purpose": "P3", "municipalities": [HIRAKATA]}


def at(lg_code, prefecture, municipality):
    place = {"prefecture": prefecture, "municipality": municipality, "lg_code": lg_code}
    return VALUES["address"] | place


@pytest.fixture
def partner():
    return a_partner(agreement=FOR_HIRAKATA)


@pytest.fixture
def shun():
    return a_resident(address=at(HIRAKATA, "大阪府", "枚方市"), birthdate="1995-04-04")


def moves(resident, *, now):
    change_values(resident, {"address": at(YAWATA, "京都府", "八幡市")}, now=now)


def test_h25_data_flows_while_he_lives_there_and_not_from_the_move_on(shun, partner):
    give(shun, partner)
    assert release(shun, partner, now=NOON).items

    moves(shun, now=NOON + DAY)
    refused = release(shun, partner, now=NOON + DAY)

    assert refused.coarse == "region_not_eligible"
    assert entry(shun, "consent.release_refused").facts["reason"] == "region_not_eligible"


def test_h25_keeps_his_id_and_his_other_services(shun, partner):
    elsewhere = a_partner()
    give(shun, partner)
    give(shun, elsewhere)
    moves(shun, now=NOON)

    assert residents.state_of(shun) is residents.ResidentState.ACTIVE
    assert release(shun, elsewhere).items
    assert withdraw(shun, partner).consent  # and what he gave he can still stop


def test_h25_who_lives_elsewhere_is_told_so_instead_of_being_asked(shun, partner):
    moves(shun, now=NOON)

    with pytest.raises(consent.RegionNotEligible):
        page_for(shun, partner.service, by=None, ticked=None, now=NOON)
    with pytest.raises(consent.RegionNotEligible):
        give(shun, partner)


def test_h25_an_address_that_is_not_known_is_not_there(partner):
    nowhere = a_resident(address=None)

    with pytest.raises(consent.RegionNotEligible):
        give(nowhere, partner, "name", "address")


def test_h25_a_city_includes_its_wards():
    kita = a_resident()  # 大阪市北区
    service = a_partner(agreement={"municipalities": ["271004"]})
    give(kita, service)

    assert release(kita, service).items


def test_h25_in_the_demo_moved_on_its_first_day(cast):
    held = residents.profile_of(cast["H25"])
    (past,) = [one for one in residents.past_values_of(cast["H25"]) if one.item == "address"]

    assert (held.lg_code, past.content["lg_code"]) == (YAWATA, HIRAKATA)
