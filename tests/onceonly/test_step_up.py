"""A service that asks for a strong sign-in gets no data by a weak one (RFC 9470)."""

import pytest

from genkan.sso import api as sso
from genkan.sso.domain.values import ACR_ONE_FACTOR, ACR_TWO_FACTORS
from genkan.sso.models import GrantRow
from tests.builders import events
from tests.onceonly.wsgi import call, pull, refused

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def strict(partner, now):
    change = sso.RulesChange({"minimum_acr": ACR_TWO_FACTORS})
    sso.change_rules(partner.service, change, now=now)


def signed_in_by(acr):
    GrantRow.objects.update(acr=acr)


def test_a_weak_sign_in_is_challenged_for_a_stronger_one(sharing, token, strict):
    signed_in_by(ACR_ONE_FACTOR)

    response = pull(token)

    assert refused(response) == (401, "insufficient_user_authentication")
    challenge = response.headers["WWW-Authenticate"]
    assert challenge.startswith("Bearer ")
    assert 'error="insufficient_user_authentication"' in challenge
    assert f'acr_values="{ACR_TWO_FACTORS}"' in challenge
    assert events(sharing) == ["consent.given"]


def test_a_strong_sign_in_is_enough(token, strict):
    signed_in_by(ACR_TWO_FACTORS)

    assert pull(token).status == 200


def test_a_service_that_asks_for_nothing_takes_a_weak_one(token):
    signed_in_by(ACR_ONE_FACTOR)

    assert pull(token).status == 200


def test_a_token_in_the_query_is_refused_though_a_good_one_is_in_the_header(token):
    response = call(
        "/api/person-data", query=f"access_token={token}", authorization=f"Bearer {token}"
    )

    assert refused(response) == (400, "invalid_request")
    assert response.headers["Cache-Control"] == "no-store"
