"""The designed failures (M16): each is met, in three languages, with a next action that works."""

import re
from datetime import timedelta
from html import unescape
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from genkan.consent import api as consent
from genkan.kernel import clock
from genkan.partners import api as partners
from genkan.residents import api as residents
from genkan.sso import api as sso
from genkan.sso.domain.failures import State, shown, told
from genkan.sso.errors import RulesFaulty
from genkan.sso.service.rules import look_after_services
from tests.sso.stage import BACK, COMMITS, Visitor, code_in, person, plan, said
from tests.sso.test_prompts import a_material_change

LANGUAGES = ("ja", "ja-easy", "en")
WORDS = {
    State.SERVICE_DOWN: ("応答していません", "へんじを していません", "does not answer"),
    State.SERVICE_SUSPENDED: ("利用できません", "つかえません", "cannot be used"),
    State.MAINTENANCE: ("メンテナンス中", "メンテナンスちゅう", "under maintenance"),
    State.ASSURANCE_TOO_LOW: ("より確かなログイン", "もっと たしかな", "stronger sign-in"),
    State.MINOR_NOT_ALLOWED: ("成年の方", "おとなの ため", "for adults"),
    State.REGION_NOT_ELIGIBLE: ("ほかの市町村", "ほかの まち", "live elsewhere"),
    State.TERMS_OUTDATED: ("利用規約", "さきに やくそくを よんで ください", "terms of use"),
    State.DATA_REQUIRED: ("提供がないと", "わたさないと", "only with your data"),
}
CHILD = "child@resident.example"


def rules(service, **values):
    sso.change_rules(service.id, sso.RulesChange(values), now=clock.now())


def announced(**changes):
    now = clock.now()
    text = {"ja": "年末の点検です。", "ja-easy": "てんけんです。", "en": "Yearly check."}
    values = {"begins_at": now - timedelta(hours=1), "ends_at": now + timedelta(hours=1)}
    return sso.Maintenance(**(values | {"text": text} | changes))


def suspended(service):
    partners.set_state(service.id, partners.ServiceState.SUSPENDED, now=clock.now())


def for_others(_service):
    agreement = plan()["agreement"] | {"municipalities": ["272035"]}
    partners.apply(plan(agreement=agreement), now=clock.now())


CAUSES = {
    State.SERVICE_DOWN: lambda service: rules(service, is_down=True),
    State.SERVICE_SUSPENDED: suspended,
    State.MAINTENANCE: lambda service: rules(service, maintenance=announced()),
    State.ASSURANCE_TOO_LOW: lambda service: rules(service, minimum_acr="urn:genkan:acr:2"),
    State.MINOR_NOT_ALLOWED: lambda service: rules(service, serves_minors=False),
    State.REGION_NOT_ELIGIBLE: for_others,
    State.TERMS_OUTDATED: lambda _service: a_material_change(),
}


def stopped(linked, service):
    consent.withdraw(resident=linked.resident, service=service.id, now=clock.now())
    rules(service, needs_data=True)


def meet(visitor, service, language):
    visitor.browser.cookies["genkan_language"] = language
    return visitor.browser.get(service.address(), follow=True)


def primary(page):
    """Return where the first action of a page leads."""
    (tag,) = re.findall(
        r'<a class="button button--primary"\s+href="([^"]+)"', page.content.decode()
    )
    return unescape(tag)


def check(page, state, language):
    text = page.content.decode()
    assert page.status_code in {403, 503}
    assert WORDS[state][LANGUAGES.index(language)] in text
    assert f"sso.{state}" in text
    assert 'value="back"' in text


@pytest.fixture
def child(installed):
    visitor = Visitor(person(CHILD, birthdate="2015-04-01"), CHILD)
    visitor.sign_in()
    return visitor


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", [str(state) for state in CAUSES])
def test_each_failure_is_a_page_with_an_action_that_works(child, service, state, language):
    CAUSES[State(state)](service)

    page = meet(child, service, language)

    check(page, State(state), language)
    helped = child.browser.get(primary(page), follow=True)
    assert helped.status_code in {200, page.status_code}, primary(page)


@COMMITS
@pytest.mark.parametrize("language", LANGUAGES)
def test_who_stopped_sharing_is_led_to_the_decision_where_data_is_needed(linked, service, language):
    stopped(linked, service)

    page = meet(linked, service, language)

    check(page, State.DATA_REQUIRED, language)
    assert primary(page) == f"/services/{service.id}/share"
    assert linked.open(primary(page)).status_code == 200


@pytest.mark.parametrize(
    ("state", "error"),
    [
        ("service_down", "temporarily_unavailable"),
        ("service_suspended", "temporarily_unavailable"),
        ("maintenance", "temporarily_unavailable"),
        ("assurance_too_low", "unmet_authentication_requirements"),
        ("minor_not_allowed", "access_denied"),
        ("region_not_eligible", "access_denied"),
        ("terms_outdated", "interaction_required"),
    ],
)
def test_the_service_learns_the_code_with_the_way_back_and_without_a_page(
    child, service, state, error
):
    CAUSES[State(state)](service)
    page = child.browser.get(service.address(), follow=True)

    back, parameters = said(child.press(page, "back"))
    unseen = said(child.open(service.address(prompt="none")))[1]

    assert back == BACK
    assert (parameters["error"], parameters["genkan_error"]) == (error, state)
    assert set(parameters) == {"error", "error_description", "genkan_error", "state", "iss"}
    assert unseen == parameters


def test_nobody_signs_in_only_to_read_that_the_service_is_closed(service, client):
    rules(service, maintenance=announced())

    page = client.get(service.address(), follow=True)

    assert page.status_code == 503
    assert "年末の点検です。" in page.content.decode()


def test_not_linked_is_told_without_a_page(resident, service):
    parameters = said(resident.open(service.address(prompt="none")))[1]

    assert parameters["error"] == "consent_required"
    assert parameters["genkan_error"] == "not_linked"


def test_of_two_causes_the_one_to_act_on_is_shown(child, service):
    suspended(service)
    rules(service, serves_minors=False)
    a_material_change()

    page = child.browser.get(service.address(), follow=True)

    assert "sso.terms_outdated" in page.content.decode()
    assert shown({State.MINOR_NOT_ALLOWED, State.MAINTENANCE}) is State.MAINTENANCE
    assert shown(set()) is None


def test_every_state_is_told_with_its_code():
    assert {told(state).document()["genkan_error"] for state in State} == set(map(str, State))


def test_a_failure_after_the_page_was_shown_leaves_nothing_behind(resident, service):
    page = resident.browser.get(service.address(), follow=True)
    rules(service, maintenance=announced())

    answer = resident.press(page, "allow")

    assert answer.status_code == 503
    assert sso.links_of(resident.resident) == []
    assert consent.consents_of(resident.resident) == []


def test_when_it_is_over_the_same_page_leads_on(linked, service):
    rules(service, is_down=True)
    page = linked.browser.get(service.address(), follow=True)
    rules(service, is_down=False)

    assert code_in(linked.open(primary(page)))
    assert linked.press(page, "back").status_code == 409


def test_back_without_a_failure_any_more_signs_in(linked, service):
    rules(service, is_down=True)
    page = linked.browser.get(service.address(), follow=True)
    rules(service, is_down=False)

    assert code_in(linked.press(page, "back"))


def test_who_moved_away_keeps_what_they_connected(linked, service):
    for_others(service)

    page = linked.browser.get(service.address(), follow=False)
    assert "sso.region_not_eligible" not in page.content.decode()
    assert residents.profile_of(linked.resident).lg_code == "271276"


def test_a_no_where_data_is_needed_says_so(resident, service):
    rules(service, needs_data=True)
    page = resident.browser.get(service.address(), follow=True)

    parameters = said(resident.press(page, "deny"))[1]

    assert (parameters["error"], parameters["genkan_error"]) == ("access_denied", "data_required")


def test_failures_are_counted_by_service_and_code(child, service):
    suspended(service)
    child.browser.get(service.address(), follow=True)
    child.open(service.address(prompt="none"))

    (count,) = sso.failure_counts(days=1, now=clock.now())

    assert (count.service, count.code, count.times) == (service.id, "service_suspended", 2)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"minimum_acr": "urn:other"}, "minimum_acr"),
        ({"maintenance": {"ends_at": clock.now() - timedelta(days=9)}}, "maintenance_until"),
        ({"maintenance": {"text": {"ja": "点検"}}}, "maintenance_text.ja-easy"),
    ],
    ids=["acr", "until", "text"],
)
def test_rules_that_cannot_stand_are_refused_by_name(service, values, field):
    if "maintenance" in values:
        values = {"maintenance": announced(**values["maintenance"])}

    with pytest.raises(RulesFaulty) as refused:
        rules(service, **values)

    assert refused.value.field == field
    assert sso.rules_of(service.id) == sso.Rules()


ANSWERS = {
    "well": (200, b'{"status": "ok"}'),
    "error": (500, b'{"status": "ok"}'),
    "garbage": (200, b"\xff\xfe<html>" * 10_000),
    "brackets": (200, b"[" * 60_000),
    "list": (200, b"[]"),
}


@pytest.fixture
def health(settings):
    """A service's health page, which answers what is put into `says`."""
    settings.GENKAN = settings.GENKAN.model_copy(update={"allow_loopback_fetch": True})

    class Handler(BaseHTTPRequestHandler):
        says = "well"

        def do_GET(self):
            status, body = ANSWERS[Handler.says]
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments):
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Handler.address = f"http://127.0.0.1:{server.server_port}/healthz"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Handler
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.enable_socket
@pytest.mark.parametrize("answer", ["error", "garbage", "brackets", "list"])
def test_a_service_that_answers_garbage_twice_is_down_until_it_answers_well(
    service, health, answer
):

    rules(service, health_url=health.address)
    health.says = answer
    look_after_services()
    once = sso.closed(service.id, now=clock.now())
    look_after_services()
    twice = sso.closed(service.id, now=clock.now())
    health.says = "well"
    look_after_services()

    assert (once, twice) == (None, State.SERVICE_DOWN)
    assert sso.closed(service.id, now=clock.now()) is None
