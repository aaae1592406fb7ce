"""Linking accounts that people have at a service already (M18), as its program meets it."""

import threading
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from genkan.kernel import clock
from genkan.kernel.db import rows
from genkan.ledger import api as ledger
from genkan.partners.models import MessageRow
from genkan.residents import api as residents
from genkan.sso import api as sso
from genkan.sso import jobs
from genkan.sso.domain.linking import AlreadyDecided, NotSupervisor, Outcome, OwnConflict
from genkan.sso.models import ExternalAccountRow
from tests.sso.stage import COMMITS, Response, Signing, code_in, said

ACCOUNT = "acc-0123456789"
OTHER = "acc-9876543210"


@pytest.fixture
def service(service):
    sso.change_rules(service.id, sso.RulesChange({"links_accounts": True}), now=clock.now())
    return service


def send(path, values, **headers):
    """Post a form as a service's program does; this is Django's, so its client sends it."""
    answer = Client().post(
        path, urlencode(values), content_type="application/x-www-form-urlencoded", headers=headers
    )
    return Response(answer.status_code, dict(answer.headers), answer.content)


def post(service, path, **values):
    return send(path, values, authorization=service.basic())


def come_back(visitor, service):
    """Sign in and return the ID token that the service has then."""
    page = visitor.browser.get(service.address(), follow=False)
    if "code=" not in page.headers["Location"]:
        shown = visitor.open(page.headers["Location"])
        page = visitor.press(shown, "allow") if shown.status_code == 200 else shown
    return service.redeem(code_in(page)).json()["id_token"]


def confirm(service, id_token, account=ACCOUNT, **changes):
    said = {"id_token": id_token, "account": account, "proof": "password"} | changes
    return post(service, "/api/links", **{name: one for name, one in said.items() if one})


def link(visitor, service, account=ACCOUNT, **changes):
    return confirm(service, come_back(visitor, service), account, **changes)


def events(visitor):
    return [one.entry.event for one in ledger.entries_of(visitor.resident)]


def links_of(visitor):
    return [one.service for one in sso.links_of(visitor.resident)]


def messages(kind):
    found = MessageRow.objects.filter(kind=kind).order_by("created_at")
    return [bytes(one.body).decode() for one in found]


def supervisor(person=None, email="boss@genkan.example"):
    account = residents.open_staff_account(email, "!", now=clock.now())
    residents.give_role(email, residents.StaffRole.SUPERVISOR, person=person, now=clock.now())
    return residents.staff_called(email) if account is None else account


def decide(conflict, outcome, by, note="looked at both"):
    return sso.decide_conflict(conflict, outcome, by=by, note=note, now=clock.now())


def test_both_proofs_in_one_flow_link_on_both_sides(resident, service):
    answer = link(resident, service, open_matters="2")

    assert (answer.status, answer.json()["state"]) == (201, "linked")
    assert answer.headers["Cache-Control"] == "no-store"
    state = post(service, "/api/links/state", account=ACCOUNT).json()
    assert state == answer.json()
    assert links_of(resident) == [service.id]
    found = sso.account_of(resident.resident, service.id)
    assert found.open_matters == 2
    assert found.evidence["acr"] == "urn:genkan:acr:1"
    assert (found.evidence["proof"], found.evidence["amr"]) == ("password", ["pwd"])
    assert set(events(resident)[:3]) == {"sso.linked", "sso.link_begun", "consent.given"}


def test_the_reference_itself_is_kept_nowhere(resident, service):
    link(resident, service)

    stored = rows("SELECT account::text AS text FROM sso_external_account account")[0]["text"]
    assert ACCOUNT not in stored
    assert ACCOUNT.encode().hex() not in stored


def test_confirming_twice_is_one_link_and_one_notice(resident, service):
    token = come_back(resident, service)

    first, second = confirm(service, token), confirm(service, token)

    assert (first.status, second.status) == (201, 200)
    assert first.json() == second.json()
    assert ExternalAccountRow.objects.count() == 1
    assert events(resident).count("sso.linked") == 1


def test_an_interrupted_flow_leaves_nothing_linked(resident, service):
    token = come_back(resident, service)
    assert links_of(resident) == []
    later = clock.now() + timedelta(minutes=31)

    assert sso.lapse(now=later) == 1

    assert "sso.link_lapsed" in events(resident)[:2]
    assert confirm(service, token).json()["error"] == "invalid_grant"
    assert links_of(resident) == []
    assert sso.lapse(now=later) == 0


def test_a_linked_account_never_lapses(resident, service):
    link(resident, service)

    assert sso.lapse(now=clock.now() + timedelta(days=400)) == 0


@pytest.mark.parametrize(
    ("changes", "error", "named"),
    [
        ({"account": ""}, "invalid_request", "account"),
        ({"account": "hanako@resident.example"}, "invalid_request", "account"),
        ({"account": "short"}, "invalid_request", "account"),
        ({"account": "大阪花子大阪花子"}, "invalid_request", "account"),
        ({"proof": ""}, "invalid_request", "proof"),
        ({"proof": "trust"}, "invalid_request", "proof"),
        ({"kind": "ghost"}, "invalid_request", "kind"),
        ({"open_matters": "-1"}, "invalid_request", "open_matters"),
        ({"open_matters": "10000000"}, "invalid_request", "open_matters"),
        ({"id_token": "x.y.z"}, "invalid_grant", "sign-in"),
        ({"kind": "corporate"}, "corporate_account", "organisations"),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_what_cannot_be_linked_is_refused_by_name(resident, service, changes, error, named):
    token = come_back(resident, service)
    values = {"id_token": token, "account": ACCOUNT} | changes

    answer = confirm(service, values.pop("id_token"), **values)

    assert answer.json()["error"] == error
    assert named in answer.json()["error_description"]
    assert links_of(resident) == []
    assert ExternalAccountRow.objects.count() == 0


def test_only_the_client_of_the_sign_in_links_with_it(resident, service):
    token = come_back(resident, service)
    other = Signing("other")
    values = {"id_token": token, "account": ACCOUNT, "proof": "password"}

    unproven = send("/api/links", values)
    signed = values | {
        "client_assertion": other.assertion(),
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    }
    stranger = send("/api/links", signed)
    again = send("/api/links", signed)

    assert (unproven.status, unproven.json()["error"]) == (401, "invalid_client")
    assert (stranger.status, stranger.json()["error"]) == (400, "invalid_grant")
    assert (again.status, again.json()["error"]) == (401, "invalid_client")


def test_a_sign_in_that_is_over_links_nothing(resident, service):
    token = come_back(resident, service)
    rows("UPDATE sso_session SET ended_at = now()")

    assert confirm(service, token).json()["error"] == "invalid_grant"


def test_a_proof_is_good_for_one_account(resident, service):
    token = come_back(resident, service)
    confirm(service, token)
    post(service, "/api/links/end", account=ACCOUNT)

    assert confirm(service, token, OTHER).json()["error"] == "invalid_grant"


def test_account_of_another_resident_is_queued_and_both_read_of_it(resident, stranger, service):
    link(resident, service)

    answer = link(stranger, service)

    assert (answer.status, answer.json()["error"]) == (409, "link_conflict")
    assert answer.json()["genkan_error"] == "link_conflict"
    assert answer.json()["reason"] == "account_of_another"
    assert links_of(stranger) == []
    assert links_of(resident) == [service.id]
    assert "sso.link_conflicted" in events(stranger)
    assert "sso.link_questioned" in events(resident)
    page = stranger.open(f"/services/{service.id}/account").content.decode()
    assert "担当者" in page
    assert "ほかの方のID" in page
    assert "担当者" in resident.open(f"/services/{service.id}/account").content.decode()
    state = post(service, "/api/links/state", account=ACCOUNT).json()["state"]
    assert state == "linked"


def test_while_staff_decide_the_next_try_says_so_and_nobody_is_told_twice(
    resident, stranger, service
):
    link(resident, service)
    link(stranger, service)

    page = stranger.browser.get(service.address(), follow=True)
    unseen = said(stranger.open(service.address(prompt="none")))[1]

    assert "sso.link_conflict" in page.content.decode()
    assert f"/services/{service.id}/account" in page.content.decode()
    assert (unseen["error"], unseen["genkan_error"]) == ("interaction_required", "link_conflict")
    assert len(sso.waiting()) == 1
    assert events(resident).count("sso.link_questioned") == 1


def test_a_second_account_of_one_resident_is_queued_and_the_first_stays(resident, service):
    link(resident, service)

    answer = link(resident, service, OTHER)

    assert (answer.status, answer.json()["reason"]) == (409, "another_account")
    assert links_of(resident) == [service.id]
    (waiting,) = sso.waiting()
    assert waiting.holder == waiting.resident == resident.resident
    assert events(resident).count("sso.link_conflicted") == 1
    assert post(service, "/api/links/state", account=OTHER).json() == {"state": "conflict"}


@pytest.mark.parametrize("outcome", ["keep", "release"])
def test_staff_decide_and_nothing_is_linked_by_it(resident, stranger, service, outcome):
    link(resident, service)
    link(stranger, service)
    boss = supervisor()
    (waiting,) = sso.waiting()

    decided = decide(waiting.id, Outcome(outcome), boss)

    assert (str(decided.outcome), decided.note) == (outcome, "looked at both")
    assert links_of(stranger) == []
    assert links_of(resident) == ([service.id] if outcome == "keep" else [])
    kept = "sso.link_conflict_kept" if outcome == "keep" else "sso.link_conflict_released"
    assert kept in events(stranger)
    assert kept in events(resident)
    assert len(messages("link.ended")) == (outcome == "release")
    (told,) = messages("link.conflict_decided")
    assert f'"outcome":"{outcome}"' in told
    again = link(stranger, service)
    assert again.status == (409 if outcome == "keep" else 201)


def test_a_conflict_is_decided_once_by_a_supervisor_it_does_not_concern(
    resident, stranger, service
):
    link(resident, service)
    link(stranger, service)
    (waiting,) = sso.waiting()
    own = supervisor(person=resident.resident, email="own@genkan.example")
    nobody = residents.open_staff_account("new@genkan.example", "!", now=clock.now())
    with pytest.raises(OwnConflict):
        decide(waiting.id, Outcome.RELEASE, own)
    with pytest.raises(NotSupervisor):
        decide(waiting.id, Outcome.KEEP, nobody or residents.staff_by_address("new@genkan.example"))
    boss = supervisor()
    decide(waiting.id, Outcome.KEEP, boss, note="番号 1234 5678 9018 を見た")

    with pytest.raises(AlreadyDecided):
        decide(waiting.id, Outcome.RELEASE, boss)
    assert "9018" not in sso.conflict(waiting.id).note


def test_unlinking_here_tells_the_service_and_ends_its_sessions(resident, service):
    link(resident, service)
    address = f"/services/{service.id}/unlink"
    assert resident.open(address).status_code == 200

    answer = resident.browser.post(address)

    assert answer.status_code == 303
    assert links_of(resident) == []
    (told,) = messages("link.ended")
    assert '"by":"resident"' in told
    assert post(service, "/api/links/state", account=ACCOUNT).json() == {"state": "unlinked"}
    assert "sso.unlinked" in events(resident)[:2]
    assert resident.open(f"/services/{service.id}/account").status_code == 403


def test_with_an_application_under_way_unlinking_asks_twice(resident, service):
    link(resident, service)
    assert post(service, "/api/links/matters", account=ACCOUNT, open_matters=1).status == 200
    address = f"/services/{service.id}/unlink"

    first = resident.browser.post(address)

    assert first.status_code == 422
    assert "手続き中の申請が1件" in first.content.decode()
    assert links_of(resident) == [service.id]
    assert resident.browser.post(address, {"sure": "on"}).status_code == 303
    assert links_of(resident) == []


def test_unlinked_there_is_unlinked_here_and_a_repeat_is_fine(resident, service):
    link(resident, service)

    answers = [post(service, "/api/links/end", account=ACCOUNT) for _ in range(2)]

    assert [one.json() for one in answers] == [{"state": "unlinked"}] * 2
    assert links_of(resident) == []
    assert link(resident, service).status == 201


def test_merged_accounts_go_on_as_one(resident, service):
    link(resident, service)

    merged = post(service, "/api/links/merge", account=ACCOUNT, into=OTHER)
    again = post(service, "/api/links/merge", account=ACCOUNT, into=OTHER)

    assert (merged.status, merged.json()) == (200, again.json())
    assert post(service, "/api/links/state", account=ACCOUNT).json() == {"state": "unlinked"}
    assert post(service, "/api/links/state", account=OTHER).json()["state"] == "linked"


def test_merged_accounts_of_two_residents_are_decided_by_staff(resident, stranger, service):
    link(resident, service)
    link(stranger, service, OTHER)

    merged = post(service, "/api/links/merge", account=ACCOUNT, into=OTHER)

    assert (merged.status, merged.json()["reason"]) == (409, "merged")
    assert links_of(resident) == links_of(stranger) == [service.id]
    assert len(sso.waiting()) == 1


def test_not_linked_is_a_page_with_the_way_to_the_service(resident, service):
    for language, words in [
        ("ja", "つながっていません"),
        ("ja-easy", "つながっていません"),
        ("en", "not connected"),
    ]:
        resident.browser.cookies["genkan_language"] = language
        page = resident.open(f"/services/{service.id}/account")
        assert page.status_code == 403
        assert words in page.content.decode()
        assert 'href="https://shinsei.example/"' in page.content.decode()


def test_everybody_it_concerns_gets_a_mail(resident, stranger, service):
    link(resident, service)
    link(stranger, service)
    for visitor, event in [(resident, "sso.link_questioned"), (stranger, "sso.link_conflicted")]:
        jobs.tell_of_conflict(str(visitor.resident), str(service.id), event)

    told = {one.to[0]: one.body for one in mail.outbox}
    assert "担当者が確かめて決め" in told[resident.email]
    assert f"/services/{service.id}/account" in told[stranger.email]


@COMMITS
def test_of_two_residents_who_race_for_one_account_the_database_lets_one(
    resident, stranger, service
):
    tokens = [come_back(resident, service), come_back(stranger, service)]
    barrier = threading.Barrier(2)
    answers = []

    def run(token):
        barrier.wait()
        answers.append(confirm(service, token))
        connection.close()

    threads = [threading.Thread(target=run, args=(one,)) for one in tokens]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert sorted(one.status for one in answers) == [201, 409]
    assert ExternalAccountRow.objects.filter(unlinked_at__isnull=True).count() == 1
    assert sorted([len(links_of(resident)), len(links_of(stranger))]) == [0, 1]
    assert len(sso.waiting()) == 1
