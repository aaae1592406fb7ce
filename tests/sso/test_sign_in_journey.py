"""A resident signs in to a service for the first time, and again."""

from genkan.ledger import api as ledger
from genkan.sso import api as sso
from tests.sso.stage import BACK, COMMITS, code_in, said, userinfo


def events(visitor):
    return [one.entry.event for one in ledger.entries_of(visitor.resident)]


@COMMITS
def test_first_sign_in_links_asks_and_releases_what_was_allowed(resident, service):
    page = resident.browser.get(service.address(scope="openid profile email address"), follow=True)
    assert page.status_code == 200
    assert [shape in page.content.decode() for shape in ("大阪 花子", "1990")] == [True, True]

    answer = resident.press(page, "allow", items=["name", "birthdate", "address"])

    assert answer.status_code == 303
    back, parameters = said(answer)
    assert (back, parameters["state"], parameters["iss"]) == (
        BACK,
        "the state",
        "http://127.0.0.1:8000",
    )
    tokens = service.redeem(parameters["code"])
    assert tokens.status == 200, tokens.body
    assert tokens.headers["Cache-Control"] == "no-store"
    claims = service.id_token(tokens.json()["id_token"])
    assert claims["nonce"] == "the nonce"
    assert claims["amr"] == ["pwd"]
    told = userinfo(tokens.json()["access_token"]).json()
    assert told == {
        "sub": claims["sub"],
        "name": "大阪 花子",
        "family_name": "大阪",
        "given_name": "花子",
        "birthdate": "1990-04-01",
        "address": {
            "formatted": "大阪府大阪市北区中之島一丁目99番9号",
            "street_address": "中之島 一丁目99番9号",
            "locality": "大阪市北区",
            "region": "大阪府",
            "postal_code": "530-0005",
            "country": "JP",
        },
    }
    assert events(resident)[0] == "consent.released"
    assert set(events(resident)[1:3]) == {"consent.given", "sso.linked"}
    assert [link.service for link in sso.links_of(resident.resident)] == [service.id]


def test_second_sign_in_asks_nothing(linked, service):
    answer = linked.open(service.address())

    assert answer.status_code == 303
    tokens = service.redeem(code_in(answer)).json()
    assert (
        service.id_token(tokens["id_token"])["sub"]
        == userinfo(tokens["access_token"]).json()["sub"]
    )


def test_signing_in_comes_first_and_leads_back(installed, resident, service):
    resident.browser.logout()
    asked = resident.open(service.address())
    login = resident.open(asked.headers["Location"])
    assert login.headers["Location"].startswith("/accounts/login/?next=%2Foauth2%2Finteractions%2F")

    signed_in = resident.browser.post(
        login.headers["Location"],
        {"login": resident.email, "password": "correct-horse-battery"},
    )

    page = resident.open(signed_in.headers["Location"])
    assert page.status_code == 200
    assert resident.press(page, "allow").status_code == 303


def test_saying_no_links_nothing(resident, service):
    page = resident.browser.get(service.address(), follow=True)

    answer = resident.press(page, "deny")

    assert said(answer)[1] == {
        "error": "access_denied",
        "error_description": "the resident said no",
        "state": "the state",
        "iss": "http://127.0.0.1:8000",
    }
    assert sso.links_of(resident.resident) == []
    assert "sso.linked" not in events(resident)
