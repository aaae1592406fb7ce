"""What a client may ask us to ask: prompt, max_age, hints (P0.11)."""

import json
import re
from datetime import timedelta

import pytest

from genkan.consent import api as consent
from genkan.kernel import clock
from genkan.kernel.db import rows
from genkan.terms import api as terms
from tests.sso.stage import COMMITS, PASSWORD, Visitor, code_in, said, userinfo


def backdate(visitor, **ago):
    """Make the proofs of a browser's session older."""
    session = visitor.browser.session
    for record in session["account_authentication_methods"]:
        record["at"] -= timedelta(**ago).total_seconds()
    session.save()


def error(response):
    assert response.status_code == 303
    return said(response)[1].get("error")


def test_prompt_none_answers_who_has_nothing_to_do(linked, service):
    assert code_in(linked.open(service.address(prompt="none")))


def test_prompt_none_shows_a_stranger_no_page(service, client):
    answer = client.get(service.address(prompt="none"))

    assert error(answer) == "login_required"
    assert not answer.cookies


def test_prompt_none_shows_no_consent(resident, service):
    assert error(resident.open(service.address(prompt="none"))) == "consent_required"


def test_prompt_none_shows_no_registration(resident, service):
    rows("UPDATE residents_resident SET account_id = NULL")

    assert error(resident.open(service.address(prompt="none"))) == "interaction_required"


def test_prompt_none_tells_nothing_of_a_suspended_resident(linked, service):
    rows("UPDATE residents_resident SET state = 'suspended'")

    assert error(linked.open(service.address(prompt="none"))) == "login_required"


def test_prompt_none_with_an_old_proof(linked, service):
    backdate(linked, seconds=100)

    assert error(linked.open(service.address(prompt="none", max_age="99"))) == "login_required"
    assert code_in(linked.open(service.address(prompt="none", max_age="200")))


@pytest.mark.parametrize("parameters", [{"prompt": "login"}, {"max_age": "10"}, {"max_age": "0"}])
def test_an_old_proof_is_renewed_by_password_and_told_as_it_was(linked, service, parameters):
    backdate(linked, seconds=100)
    before = int(clock.now().timestamp())

    asked = linked.open(service.address(**parameters))
    elsewhere = linked.open(asked.headers["Location"])
    assert elsewhere.headers["Location"].startswith("/accounts/reauthenticate/?next=")
    proven = linked.browser.post(elsewhere.headers["Location"], {"password": PASSWORD})
    answer = linked.open(proven.headers["Location"])

    claims = service.id_token(service.redeem(code_in(answer)).json()["id_token"])
    assert claims["auth_time"] >= before
    assert claims["acr"] == "urn:genkan:acr:1"


def test_auth_time_is_when_the_proof_was_given(linked, service):
    backdate(linked, hours=3)

    claims = service.id_token(
        service.redeem(code_in(linked.open(service.address()))).json()["id_token"]
    )

    assert abs(claims["auth_time"] - (clock.now() - timedelta(hours=3)).timestamp()) < 60


def test_prompt_consent_asks_what_was_agreed_already(linked, service):
    page = linked.browser.get(service.address(prompt="consent"), follow=True)

    assert page.status_code == 200
    assert code_in(linked.press(page, "allow"))


def test_prompt_select_account_asks_who(linked, service):
    page = linked.browser.get(service.address(prompt="select_account"), follow=True)

    assert linked.email in page.content.decode()
    assert code_in(linked.press(page, "allow"))


def test_another_account_can_take_over(linked, service, stranger):
    page = linked.browser.get(service.address(prompt="select_account"), follow=True)

    login = linked.press(page, "switch")

    assert login.headers["Location"].startswith("/accounts/login/?next=")
    signed_in = linked.browser.post(
        login.headers["Location"], {"login": stranger.email, "password": PASSWORD}
    )
    asked = linked.open(signed_in.headers["Location"])
    assert asked.status_code == 200
    assert stranger.email in asked.content.decode()


def test_a_hint_of_another_resident_is_not_answered(linked, service, stranger):
    token = service.redeem(code_in(linked.open(service.address()))).json()["id_token"]

    page = stranger.open(service.address(id_token_hint=token))

    assert error(stranger.open(page.headers["Location"])) == "login_required"
    assert (
        error(stranger.open(service.address(id_token_hint=token, prompt="none")))
        == "login_required"
    )
    assert code_in(linked.open(service.address(id_token_hint=token, prompt="none")))


def test_a_subject_wished_for_has_to_be_the_one(linked, service):
    subject = userinfo(
        service.redeem(code_in(linked.open(service.address()))).json()["access_token"]
    ).json()["sub"]

    def wishing(value):
        wish = {"id_token": {"sub": {"value": value}}}
        return linked.open(service.address(prompt="none", claims=json.dumps(wish)))

    assert code_in(wishing(subject))
    assert error(wishing("somebody else")) == "login_required"


@pytest.mark.parametrize(
    ("proposed", "word"),
    [
        ("en", "Allow"),
        ("fr en", "Allow"),
        ("en-GB", "Allow"),
        ("EN", "Allow"),
        ("fr", "許可"),
        ("ja-JP", "許可"),
    ],
)
def test_a_client_may_propose_a_language(resident, service, proposed, word):
    page = resident.browser.get(
        service.address(ui_locales=proposed), follow=True, headers={"accept-language": "ja"}
    )

    assert word in page.content.decode()


def test_the_sign_in_speaks_the_proposed_language_too_until_the_answer(resident, service):
    visitor = Visitor(resident.resident)
    visitor.browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "ja"

    def language_of(address):
        return visitor.browser.get(address, follow=True).headers["Content-Language"]

    sign_in = visitor.browser.get(service.address(ui_locales="en"), follow=True)
    assert sign_in.resolver_match.view_name == "account_login"
    assert sign_in.headers["Content-Language"] == "en"
    assert language_of("/accounts/password/reset/") == "en"
    visitor.sign_in()
    question = visitor.browser.get(service.address(ui_locales="en"), follow=True)
    assert question.headers["Content-Language"] == "en"
    visitor.press(question, "deny")
    assert language_of("/terms/") == "ja"


def test_a_proposed_language_is_spoken_no_longer_than_half_an_hour(resident, service):
    visitor = Visitor(resident.resident)
    visitor.browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "ja"
    visitor.browser.get(service.address(ui_locales="en"), follow=True)
    session = visitor.browser.session
    session["ui.proposed_language"][1] -= 1800
    session.save()

    assert visitor.browser.get("/terms/").headers["Content-Language"] == "ja"


def test_the_residents_choice_of_language_comes_first(resident, service):
    resident.browser.cookies["genkan_language"] = "ja"

    page = resident.browser.get(service.address(ui_locales="en"), follow=True)

    assert "許可" in page.content.decode()


def test_after_a_withdrawal_sign_in_goes_on_without_asking(linked, service):
    consent.withdraw(resident=linked.resident, service=service.id, now=clock.now())

    answer = linked.open(service.address(scope="openid profile"))

    token = service.redeem(code_in(answer)).json()["access_token"]
    assert set(userinfo(token).json()) == {"sub"}


@COMMITS
def test_after_a_withdrawal_prompt_consent_asks_again(linked, service):
    consent.withdraw(resident=linked.resident, service=service.id, now=clock.now())

    page = linked.browser.get(
        service.address(prompt="consent", scope="openid profile"), follow=True
    )
    answer = linked.press(page, "allow")

    token = service.redeem(code_in(answer)).json()["access_token"]
    assert userinfo(token).json()["name"] == "大阪 花子"


def test_a_sign_in_in_one_browser_says_nothing_of_another(linked, service):
    other = Visitor(linked.resident)

    assert error(other.open(service.address(prompt="none"))) == "login_required"


def a_material_change():
    """Publish a version of the terms that is in force this moment."""
    now = clock.now()
    draft = terms.Draft(
        kind=terms.Kind.TERMS_OF_USE,
        label="next",
        effective_from=now,
        texts={locale: f"## {locale}" for locale in terms.LOCALES},
    )
    terms.publish(draft, now=now - timedelta(hours=1))


@pytest.mark.parametrize("language", ["ja", "ja-easy", "en"])
def test_changed_terms_come_before_the_service_and_lead_on_to_it(linked, service, language):
    a_material_change()
    linked.browser.cookies["genkan_language"] = language
    begun = linked.open(service.address())

    told = linked.open(begun.headers["Location"])

    assert told.status_code == 403
    assert "sso.terms_outdated" in told.content.decode()
    (address,) = re.findall(r'href="(/terms/decision\?next=[^"]+)"', told.content.decode())
    page = linked.open(address).content.decode()
    fields = dict(re.findall(r'name="(shown|next)" value="([^"]+)"', page))
    accepted = linked.browser.post(address, fields | {"accept": "on", "decision": "accept"})
    assert code_in(linked.open(accepted.headers["Location"]))


def test_prompt_none_shows_no_terms(linked, service):
    a_material_change()

    assert error(linked.open(service.address(prompt="none"))) == "interaction_required"


def test_refused_terms_end_at_the_same_page(linked, service):
    a_material_change()
    begun = linked.open(service.address())
    page = linked.open("/terms/decision").content.decode()
    shown = re.search(r'name="shown" value="([^"]+)"', page)[1]
    linked.browser.post("/terms/decision", {"shown": shown, "decision": "refuse"})

    told = linked.open(begun.headers["Location"])

    assert told.status_code == 403
    assert "sso.terms_outdated" in told.content.decode()
