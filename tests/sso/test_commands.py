"""`genkan sso`: clients and keys by command."""

import json

import pytest
from click.testing import CliRunner
from joserfc.jwk import ECKey, RSAKey

from genkan.kernel.db import rows
from genkan.ledger.models import EntryRow
from genkan.partners import api as partners
from genkan.residents.models import Account
from genkan.site.cli import cli
from tests.sso.registering import register
from tests.sso.stage import Service, code_in


def run(*arguments):
    return CliRunner().invoke(cli, ["sso", *arguments])


@pytest.fixture
def metadata(tmp_path):
    def write(document):
        path = tmp_path / "client.json"
        path.write_text(document if isinstance(document, str) else json.dumps(document))
        return str(path)

    return write


@pytest.fixture
def staff_account(installed):
    return Account.objects.create(email="staff@genkan.example", kind="staff", is_active=True)


GOOD = {"client_name": "しんせい", "redirect_uris": ["http://127.0.0.1:8001/cb"]}


def test_a_client_is_created_for_a_service_and_its_secret_shown_once(service, metadata):
    made = run("client", "create", "--metadata", metadata(GOOD), "--service", "shinsei", "--json")
    listed = run("client", "list", "--json")

    told = json.loads(made.output)
    assert told["client_name"] == "しんせい"
    assert len(told["client_secret"]) == 43
    assert [one["client_id"] for one in json.loads(listed.output)] == [
        service.client_id,
        told["client_id"],
    ]
    assert '"client_secret"' not in listed.output
    assert "shinsei" in run("client", "list").output


def test_a_client_without_a_service_gets_one_whose_offer_is_its_scopes(installed, metadata):
    document = GOOD | {"scope": "openid email profile"}

    made = run("client", "create", "--metadata", metadata(document), "--json")

    [service] = partners.services()
    offer = partners.published_offer(service.id)
    assert json.loads(made.output)["client_id"]
    assert {item.key: item.required for item in offer.items} == {
        "birthdate": False,
        "email": False,
        "name": False,
        "sex": False,
    }


def test_a_trial_client_of_no_scope_but_openid_still_has_an_offer(installed, metadata):
    run("client", "create", "--metadata", metadata(GOOD | {"scope": "openid"}), "--json")

    [service] = partners.services()
    assert [item.key for item in partners.published_offer(service.id).items] == ["name"]


def test_a_trial_lives_at_its_own_address(installed, metadata):
    document = GOOD | {"redirect_uris": ["https://suite.example:8443/test/cb"]}

    run("client", "create", "--metadata", metadata(document), "--json")

    assert partners.services()[0].home_url == "https://suite.example:8443/"


def test_where_real_residents_are_there_is_no_trial(installed, metadata, settings):
    settings.GENKAN = settings.GENKAN.model_copy(update={"mode": "production"})

    refused = run("client", "create", "--metadata", metadata(GOOD), "--json")

    assert refused.exit_code == 1
    assert "sso.no_trial_here" in refused.output


@pytest.mark.parametrize(
    ("document", "word"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ({}, "invalid_redirect_uri: redirect_uris"),
        (GOOD | {"scope": "email"}, "invalid_client_metadata: scope"),
        (GOOD | {"redirect_uris": ["http://evil.example"]}, "loopback"),
    ],
)
def test_wrong_metadata_is_named_and_nothing_is_registered(service, metadata, document, word):
    refused = run(
        "client", "create", "--metadata", metadata(document), "--service", "shinsei", "--json"
    )

    assert refused.exit_code == 1
    assert word in refused.output
    assert rows("SELECT count(*) AS n FROM sso_client")[0]["n"] == 1


def test_an_unknown_service_is_named(installed, metadata):
    refused = run("client", "create", "--metadata", metadata(GOOD), "--service", "nobody")

    assert refused.exit_code == 1
    assert "partners." in refused.output


def test_keys_of_a_client_sign_certificates_of_its_service_where_they_can(service, metadata):
    rsa = RSAKey.generate_key(2048, {"kid": "r"}).as_dict(private=False)
    ec = ECKey.generate_key("P-256", {"kid": "e"}).as_dict(private=False)
    document = GOOD | {
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks": {"keys": [rsa, ec]},
    }

    made = run(
        "client", "create", "--metadata", metadata(document), "--service", "shinsei", "--json"
    )

    assert [key["kid"] for key in json.loads(made.output)["jwks"]["keys"]] == ["r", "e"]
    assert [key["kid"] for key in partners.verification_keys(service.id)] == ["e"]


def created(metadata, document=GOOD, *options):
    made = run("client", "create", "--metadata", metadata(document), "--json", *options)
    return json.loads(made.output)


def test_a_client_is_changed_as_a_whole(service, metadata):
    told = created(metadata, GOOD | {"default_max_age": 60}, "--service", "shinsei")
    new = metadata({"redirect_uris": ["http://127.0.0.1:8001/new"]})

    changed = json.loads(
        run("client", "update", told["client_id"], "--metadata", new, "--json").output
    )

    assert changed["redirect_uris"] == ["http://127.0.0.1:8001/new"]
    assert "default_max_age" not in changed
    wrong = run("client", "update", told["client_id"], "--metadata", metadata({"scope": "openid"}))
    assert (wrong.exit_code, "redirect_uris" in wrong.output) == (1, True)
    nobody = run("client", "update", str(service.id), "--metadata", new)
    assert "kernel.not_found" in nobody.output


def test_a_client_is_deleted_once(service, metadata):
    told = created(metadata, GOOD, "--service", "shinsei")

    deleted = run("client", "delete", told["client_id"], "--json")

    assert json.loads(deleted.output) == {"deleted": told["client_id"]}
    assert told["client_id"] not in run("client", "list").output
    assert "kernel.not_found" in run("client", "delete", told["client_id"]).output


@pytest.mark.parametrize(("hours", "old_counts"), [("24", True), ("0", False)])
def test_a_secret_is_renewed_with_an_overlap_or_at_once(linked, service, hours, old_counts):
    old = service.basic()

    renewed = run("client", "rotate-secret", service.client_id, "--overlap-hours", hours, "--json")
    service.client = json.loads(renewed.output)

    codes = [code_in(linked.open(service.address())) for _ in range(2)]
    assert service.redeem(codes[0]).status == 200
    assert (service.redeem(codes[1], authorization=old).status == 200) is old_counts


def test_a_client_without_a_secret_has_none_to_renew(installed, metadata):
    told = created(metadata, GOOD | {"token_endpoint_auth_method": "none"})

    refused = run("client", "rotate-secret", told["client_id"])

    assert (refused.exit_code, "without a secret" in refused.output) == (1, True)


def test_a_token_registers_programs_until_it_is_taken_back(installed):
    made = json.loads(run("initial-access-token", "--json").output)
    assert register(made["token"]).status == 201

    [listed] = json.loads(run("initial-access-tokens", "--json").output)
    taken = run("revoke-initial-access-token", made["id"])

    assert (listed["id"], listed["uses"]) == (made["id"], made["uses"] - 1)
    assert made["token"] not in json.dumps(listed)
    assert taken.exit_code == 0
    assert register(made["token"]).status == 401
    assert "kernel.not_found" in run("revoke-initial-access-token", made["id"]).output


def test_a_token_names_its_service_its_uses_and_its_end(service):
    made = json.loads(
        run(
            *("initial-access-token", "--service", "shinsei", "--uses", "3", "--hours", "2"),
            "--json",
        ).output
    )

    assert (made["uses"], made["without_pkce"]) == (3, False)
    assert f"{made['id']} shinsei uses: 3" in run("initial-access-tokens").output
    without = run("initial-access-token", "--service", "shinsei", "--without-pkce", "--json")
    assert json.loads(without.output)["without_pkce"] is True


def test_a_token_for_trial_is_not_made_in_production(installed, settings):
    settings.GENKAN = settings.GENKAN.model_copy(update={"mode": "production"})

    refused = run("initial-access-token", "--json")

    assert (refused.exit_code, "sso.no_trial_here" in refused.output) == (1, True)


def test_keys_are_rotated(linked, service):
    before = service.redeem(code_in(linked.open(service.address()))).json()["id_token"]

    told = json.loads(run("rotate-keys", "--at-once", "--json").output)

    assert len({told["current"], told["next"], told["retired"]}) == 3
    assert service.id_token(before)


def test_a_rotation_that_comes_too_early_waits(installed, monkeypatch):
    """The clock of the test is the database's row: each pause makes the next key older."""
    run("client", "list")
    from genkan.site.cli.sso import keys as command

    waited = []

    def pause(seconds):
        waited.append(seconds)
        rows("UPDATE sso_signing_key SET state_since = state_since - interval '30 seconds'")

    monkeypatch.setattr(command.time, "sleep", pause)

    turned = run("rotate-keys")

    assert turned.exit_code == 0
    assert len(waited) == 2


def test_a_trial_client_works_end_to_end(resident, metadata):
    made = run(
        "client",
        "create",
        "--metadata",
        metadata(GOOD | {"redirect_uris": ["https://shinsei.example/callback"]}),
        "--json",
    )
    trial = Service.__new__(Service)
    trial.client = json.loads(made.output)
    trial.client_id, trial.verifier = trial.client["client_id"], "v" * 43

    page = resident.browser.get(trial.address(scope="openid email"), follow=True)
    answer = resident.press(page, "allow", items=["email"])

    assert trial.redeem(code_in(answer)).status == 200


def test_our_keys_are_listed_without_their_private_parts(service):
    listed = run("keys", "--json")

    assert sorted(one["state"] for one in json.loads(listed.output)) == ["current", "next"]
    assert '"d"' not in listed.output
    assert "current" in run("keys").output


def test_a_client_is_stopped_and_reopened_with_a_reason(service):
    stopped = run("client", "stop", service.client_id, "--reason", "leaked", "--json")
    again = run("client", "stop", service.client_id, "--reason", "leaked", "--json")
    reopened = run("client", "reopen", service.client_id, "--reason", "renewed", "--json")

    told = [json.loads(one.output)["changed"] for one in (stopped, again, reopened)]
    assert told == [True, False, True]


def test_a_service_is_killed_and_reopened_by_a_member_of_staff(service, staff_account):
    reason = ["--reason", "misuse", "--actor", staff_account.email]

    killed = json.loads(run("kill", "--service", "shinsei", *reason, "--json").output)
    state = partners.service(service.id).state
    run("reopen", "--service", "shinsei", *reason)

    assert killed == {"service": "shinsei", "state": "suspended"}
    assert state is partners.ServiceState.SUSPENDED
    assert partners.service(service.id).state is partners.ServiceState.LIVE
    [actor] = set(
        EntryRow.objects.filter(service=service.id, actor_kind="operator").values_list(
            "actor", flat=True
        )
    )
    assert actor == str(staff_account.pk)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["kill", "--service", "shinsei", "--reason", " "], "sso.reason_missing (reason)"),
        (["kill", "--service", "nobody", "--reason", "why"], "partners.unknown_service"),
        (["kill", "--service", "shinsei"], "--reason"),
        (["reopen", "--service", "shinsei", "--reason", "x", "--actor", "a@b.example"], "actor"),
        (["client", "stop", "not-an-id", "--reason", "why"], "not-an-id"),
        (
            ["client", "stop", "01890000-0000-7000-8000-000000000000", "--reason", "why"],
            "not_found",
        ),
    ],
    ids=["blank-reason", "no-service", "no-reason", "no-staff", "no-id", "no-client"],
)
def test_a_stop_that_cannot_be_says_why(service, arguments, said):
    answer = run(*arguments)

    assert answer.exit_code != 0
    assert said in answer.output
    assert partners.service(service.id).state is partners.ServiceState.LIVE
