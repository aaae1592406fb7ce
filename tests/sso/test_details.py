"""Once-only requests in detail, from the request to the data that leaves (P1.5)."""

import json

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from genkan.sso.domain.details import ONCE_ONLY
from tests.sso.stage import COMMITS, ISSUER, call, code_in, said
from tests.sso.test_prompts import error

pytestmark = COMMITS


@pytest.fixture
def asking(service):
    service.agree(detail_types=frozenset({ONCE_ONLY}))
    return service


def detail(*attributes, **changes):
    return json.dumps(
        [
            {"type": ONCE_ONLY, "procedure": "保育所の申し込み", "attributes": list(attributes)}
            | changes
        ]
    )


def handed_over(token):
    answer = call("/api/person-data", authorization=f"Bearer {token}")
    assert answer.status == 200, answer.body
    published = KeySet.import_key_set(call("/oauth2/jwks").json())
    return set(jwt.decode(answer.body.decode(), published, algorithms=["ES256"]).claims["items"])


def granted(told):
    return [one["attributes"] for one in told["authorization_details"]]


def test_only_what_was_asked_for_and_allowed_leaves(asking, resident):
    address = asking.address(
        scope="openid person_data", authorization_details=detail("name", "address")
    )
    page = resident.browser.get(address, follow=True)
    html = page.content.decode()
    assert "保育所の申し込み" in html

    told = asking.redeem(code_in(resident.press(page, "allow"))).json()

    assert granted(told) == [["name"]], "the address is a choice, and was not ticked"
    assert handed_over(told["access_token"]) == {"name"}


def test_who_ticks_more_grants_more(asking, resident):
    address = asking.address(
        scope="openid person_data", authorization_details=detail("name", "address")
    )
    page = resident.browser.get(address, follow=True)

    back = resident.press(page, "allow", items=["name", "birthdate", "address"])

    told = asking.redeem(code_in(back)).json()
    assert granted(told) == [["name", "address"]]
    assert handed_over(told["access_token"]) == {"name", "address"}


def test_without_details_everything_allowed_leaves_as_before(asking, linked):
    told = asking.redeem(code_in(linked.open(asking.address(scope="openid person_data")))).json()

    assert "authorization_details" not in told
    assert handed_over(told["access_token"]) == {"name", "birthdate"}


def test_what_is_allowed_already_is_not_asked_again_and_more_is(asking, linked):
    within = asking.address(authorization_details=detail("birthdate"), prompt="none")
    more = asking.address(authorization_details=detail("birthdate", "sex"), prompt="none")

    assert granted(asking.redeem(code_in(linked.open(within))).json()) == [["birthdate"]]
    assert error(linked.open(more)) == "consent_required"


def test_a_detail_of_which_nothing_is_allowed_opens_nothing(asking, resident):
    address = asking.address(scope="openid person_data", authorization_details=detail("sex"))
    page = resident.browser.get(address, follow=True)

    told = asking.redeem(code_in(resident.press(page, "allow"))).json()

    assert granted(told) == [[]]
    assert handed_over(told["access_token"]) == set()


@pytest.mark.parametrize(
    "text",
    [
        detail("telepathy"),
        detail("name_kana"),
        detail("name", purpose="P1"),
        detail("name", type="urn:other"),
        "{",
    ],
    ids=["unknown", "outside-offer", "purpose", "type", "json"],
)
def test_what_cannot_be_granted_is_refused_at_once(asking, client, text):
    told = said(client.get(asking.address(authorization_details=text)))[1]
    pushed = asking.push(authorization_details=text)

    assert told["error"] == pushed.json()["error"] == "invalid_authorization_details"


def test_a_client_that_is_not_registered_for_the_type_is_refused(service, client):
    answer = client.get(service.address(authorization_details=detail("name")))

    assert error(answer) == "invalid_authorization_details"


def test_resources_are_kept_with_the_grant(asking, linked):
    asking.agree(resources=frozenset({"https://api.shinsei.example/"}))
    several = [ISSUER, "https://api.shinsei.example/"]
    address = asking.push(resource=several).json()["request_uri"]

    told = asking.redeem(code_in(linked.open(asking.reference(address)))).json()

    published = KeySet.import_key_set(call("/oauth2/jwks").json())
    claims = jwt.decode(told["access_token"], published, algorithms=["ES256"]).claims
    assert claims["aud"] == several


@pytest.mark.parametrize("resource", ["https://other.example/", "/api", f"{ISSUER}#x"])
def test_a_resource_that_nobody_serves_is_refused(service, client, resource):
    answer = client.get(service.address(resource=resource))

    assert error(answer) == "invalid_target"
