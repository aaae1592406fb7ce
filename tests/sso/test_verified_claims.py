"""Verified claims on the wire: at userinfo and in the ID token, recorded like any release."""

import json

import pytest

from genkan.kernel.db import rows
from genkan.residents.domain.people import Origin
from genkan.sso.domain.verified_claims import TRUST_FRAMEWORKS
from tests.sso.stage import COMMITS, Visitor, call, code_in, person, said, userinfo

pytestmark = COMMITS

ASKED = {
    "verification": {"trust_framework": None, "time": None, "evidence": [{"type": None}]},
    "claims": {"birthdate": {"essential": True, "purpose": "年齢の確認"}, "gender": None},
}


@pytest.fixture
def checked(service):
    """A resident whose name and date of birth come from a card, and who allowed the service."""
    origins = {"name": Origin.CARD, "birthdate": Origin.CARD}
    visitor = Visitor(person("card@resident.example", origins), email="card@resident.example")
    visitor.sign_in()
    page = visitor.browser.get(service.address(), follow=True)
    assert visitor.press(page, "allow").status_code == 303
    return visitor


def asking(place, asked=ASKED):
    return json.dumps({place: {"verified_claims": asked}})


def told_at(place, visitor, service):
    answer = service.redeem(code_in(visitor.open(service.address(claims=asking(place))))).json()
    if place == "id_token":
        return service.id_token(answer["id_token"])
    return userinfo(answer["access_token"]).json()


@pytest.mark.parametrize("place", ["userinfo", "id_token"])
def test_a_checked_date_of_birth_is_told_with_its_evidence_and_recorded(checked, service, place):
    told = told_at(place, checked, service)["verified_claims"]

    assert told["claims"] == {"birthdate": "1990-04-01"}
    assert told["verification"]["trust_framework"] == TRUST_FRAMEWORKS[0]
    assert told["verification"]["evidence"] == [{"type": "document"}]
    assert told["verification"]["time"].endswith("Z")
    released = rows("SELECT event FROM ledger_entry WHERE event = 'consent.released'")
    assert len(released) == 1


@pytest.mark.parametrize("place", ["userinfo", "id_token"])
def test_what_a_resident_declared_is_not_told_as_checked(linked, service, place):
    assert "verified_claims" not in told_at(place, linked, service)


def test_a_malformed_element_is_told_to_the_client(linked, service):
    answer = linked.open(service.address(claims=asking("userinfo", {"claims": {"name": None}})))

    assert said(answer)[1]["error"] == "invalid_request"


def test_discovery_names_what_can_be_asked():
    told = call("/.well-known/openid-configuration").json()

    assert told["verified_claims_supported"] is True
    assert told["trust_frameworks_supported"] == list(TRUST_FRAMEWORKS)
    assert "birthdate" in told["claims_in_verified_claims_supported"]
